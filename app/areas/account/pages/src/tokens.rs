//! Keys with which programs call the console as me.

use crate::page::Answer;
use crate::words::{text, text_of, text_with};
use account_contract::{AccountProblem, AccountView, TokenView, field, path};
use leptos::prelude::*;
use model::{Level, Status};
use std::iter;
use ui::{
    Badge, Button, ButtonKind, Card, Empty, Field, Glyph, Select, Since, StatusMark, Until, form_fields,
    plain_table,
};
use workspaces_contract::{MemberPlace, Reach};

/// For how many days a key may live.
const DAYS: [&str; 4] = ["7", "30", "90", "365"];

/// Whether a problem is shown at a field of the form, and not above the page.
pub(crate) fn is_at_a_field(problem: AccountProblem) -> bool {
    matches!(problem, AccountProblem::TokenName | AccountProblem::TokenPlace)
}

/// The keys, and the form for another one.
pub(crate) fn part(account: &AccountView, answer: Answer) -> AnyView {
    let list = if account.tokens.is_empty() {
        view! { <Empty glyph=Glyph::Key title=text("tokens.none") explanation=text("tokens.none.text")/> }
            .into_any()
    } else {
        let headings = [
            text("token.name"),
            text("token.scope"),
            text("token.place"),
            text("token.made"),
            text("token.ends"),
            text("last-used"),
            text("action"),
        ];
        let rows = account.tokens.iter().cloned().map(row).collect_view().into_any();
        plain_table(text("tokens"), &headings, rows)
    };
    view! {
        <Card title=text("tokens") flush=true wide=true>{list}</Card>
        {form(&account.places, answer)}
    }
    .into_any()
}

fn form(places: &[MemberPlace], answer: Answer) -> AnyView {
    let words = |at: AccountProblem| {
        let problem = answer.problem.filter(|problem| *problem == at);
        Signal::stored(problem.map(|problem| text_of("problem", problem.word())))
    };
    let scopes = ["read", "full"].map(|scope| (scope.to_owned(), text_of("scope", scope)));
    let days = DAYS.map(|days| (days.to_owned(), text_of("days", days)));
    let fields = form_fields(path::ADD_TOKEN, &[], || {
        view! {
            <Field
                name=field::NAME
                label=text("token.name")
                hint=text("token.name.hint")
                problem=words(AccountProblem::TokenName)
                autocomplete="off"
                required=true
            />
            <Select
                name=field::SCOPE
                label=text("token.scope")
                hint=text("token.scope.hint")
                options=Signal::stored(scopes.to_vec())
            />
            <Select
                name=field::PLACE
                label=text("token.place")
                hint=text("token.place.hint")
                options=Signal::stored(place_options(places))
                problem=words(AccountProblem::TokenPlace)
            />
            <Field
                name=field::NAMESPACE
                label=text("token.namespace")
                hint=text("token.namespace.hint")
                autocomplete="off"
                code=true
            />
            <Select
                name=field::DAYS
                label=text("token.days")
                value=Signal::stored("30".to_owned())
                options=Signal::stored(days.to_vec())
            />
        }
        .into_any()
    });
    view! {
        <Card title=text("token.new")>
            <p class="card-text">{text("token.text")}</p>
            <form class="form" method="post" action=path::ADD_TOKEN>
                {fields}
                <div class="form-actions">
                    <Button kind=ButtonKind::Primary form_type="submit">{text("token.make")}</Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}

/// Where a key may be made to count: wherever its owner may, or in one of some places.
pub(crate) fn place_options(places: &[MemberPlace]) -> Vec<(String, String)> {
    let everywhere = (String::new(), text("reach.everywhere").to_owned());
    let one = |place: &MemberPlace| (place.to_string(), place_words(place));
    iter::once(everywhere).chain(places.iter().map(one)).collect()
}

fn place_words(place: &MemberPlace) -> String {
    match place {
        MemberPlace::Cluster(cluster) => text_with("place.cluster", &[("name", cluster)]),
        MemberPlace::Workspace(name) => text_with("place.workspace", &[("name", name)]),
        MemberPlace::Project(cluster, namespace) => {
            text_with("place.project", &[("name", namespace), ("cluster", cluster)])
        }
    }
}

fn row(token: TokenView) -> AnyView {
    let about = ui::about_words(&token.name);
    let scope = text_of("scope", if token.is_read_only { "read" } else { "full" });
    let reach = match &token.reach {
        Reach::Everywhere => text("reach.everywhere").to_owned(),
        Reach::Within(place) => place_words(place),
        Reach::Nowhere => text("reach.nowhere").to_owned(),
    };
    let end = if token.is_expired {
        view! { <StatusMark status=Status::new(Level::Inactive, text("token.ended"))/> }.into_any()
    } else {
        view! { <Until at=token.expires_at/> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{token.name}</th>
            <td data-heading=text("token.scope")><Badge text=scope/></td>
            <td data-heading=text("token.place")>{reach}</td>
            <td data-heading=text("token.made")><Since at=token.created_at in_words=true/></td>
            <td data-heading=text("token.ends")>{end}</td>
            <td data-heading=text("last-used")>
                {match token.last_used {
                    Some(at) => view! { <Since at in_words=true/>" "<code>{token.last_address}</code> }.into_any(),
                    None => text("never").to_owned().into_any(),
                }}
            </td>
            <td>
                <form method="post" action=path::REVOKE_TOKEN>
                    <input type="hidden" name=field::TOKEN value=token.id/>
                    <Button form_type="submit" kind=ButtonKind::Danger>
                        {text("token.revoke")}<span class="visually-hidden">{about}</span>
                    </Button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
