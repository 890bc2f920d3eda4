//! Who I am at providers.

use crate::words::{text, text_with};
use account_contract::{AccountView, IdentityView, field, path};
use leptos::prelude::*;
use ui::{Button, ButtonKind, Card, Since, plain_table};

/// The people at providers who use the account, and what can be linked.
pub(crate) fn card(account: &AccountView) -> Option<AnyView> {
    if account.identities.is_empty() && account.linkable.is_empty() && account.pending.is_none() {
        return None;
    }
    let none = account
        .identities
        .is_empty()
        .then(|| view! { <p class="card-text padded">{text("identities.none")}</p> });
    let table = (!account.identities.is_empty()).then(|| {
        let headings = [text("provider"), text("name"), text("linked"), text("last-used"), text("action")];
        let rows = account.identities.iter().cloned().map(row).collect_view().into_any();
        plain_table(text("identities"), &headings, rows)
    });
    let link = |(id, name): (String, String)| {
        let href = format!(
            "{}/{}?{}=1",
            sign_in_contract::path::WITH,
            model::link::escape(&id),
            sign_in_contract::field::LINK
        );
        let words = text_with("identities.link", &[("name", &name)]);
        view! { <a class="button" href=href rel="external">{words}</a> }
    };
    let links = account.linkable.clone();
    let links = (!links.is_empty()).then(
        || view! { <div class="form-actions padded">{links.into_iter().map(link).collect_view()}</div> },
    );
    Some(
        view! {
            <Card title=text("identities") flush=true wide=true>{none}{table}{links}</Card>
        }
        .into_any(),
    )
}

fn row(identity: IdentityView) -> AnyView {
    let IdentityView { provider, name, issuer, subject, linked_at, last_used, can_unlink } = identity;
    let about = ui::about_words(&provider);
    let unlink = can_unlink.then(|| {
        view! {
            <form method="post" action=path::UNLINK>
                <input type="hidden" name=field::ISSUER value=issuer/>
                <input type="hidden" name=field::SUBJECT value=subject/>
                <Button form_type="submit" kind=ButtonKind::Quiet>
                    {text("identities.unlink")}<span class="visually-hidden">{about}</span>
                </Button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">{provider}</th>
            <td data-heading=text("name")>{name}</td>
            <td data-heading=text("linked")><Since at=linked_at in_words=true/></td>
            <td data-heading=text("last-used")>
                {match last_used {
                    Some(at) => view! { <Since at in_words=true/> }.into_any(),
                    None => text("never").to_owned().into_any(),
                }}
            </td>
            <td>{unlink}</td>
        </tr>
    }
    .into_any()
}

/// Asks for the word that links who was proved at a provider.
pub(crate) fn pending(account: &AccountView) -> Option<AnyView> {
    let (name, provider) = account.pending.clone()?;
    let words = text_with("pending.text", &[("name", &name), ("provider", &provider)]);
    Some(
        view! {
            <Card title=text_with("pending", &[("provider", &provider)]) wide=true>
                <p class="card-text">{words}</p>
                <form class="form-actions" method="post" action=path::LINK>
                    <Button form_type="submit" kind=ButtonKind::Primary>{text("pending.yes")}</Button>
                    <Button form_type="submit" name=field::DO value="no">{text("pending.no")}</Button>
                </form>
            </Card>
        }
        .into_any(),
    )
}
