//! All providers.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{Level, Status};
use providers_contract::{Kind, ProviderRow, field, list_providers, path};
use ui::{
    Banner, Button, ButtonKind, Card, Empty, Glyph, LinkButton, Menu, MenuItem, PageHeader, PageTitle,
    Problem, Since, SkeletonTable, StatusMark, awaited, plain_table,
};

/// In the query: which provider is to be deleted, once that is confirmed.
const DELETE: &str = "delete";

/// The providers in the order in which people are offered them.
#[component]
pub fn ProvidersPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.read().get(DELETE));
    let done = Memo::new(move |_| query.read().get(field::DONE));
    let providers = Resource::new_blocking(|| (), |()| list_providers());
    let content = move || {
        let asked = asked.get();
        Suspend::new(async move {
            match providers.await {
                Ok(all) => found(all, asked.as_deref()),
                Err(error) => {
                    let on_retry = Callback::new(move |()| providers.refetch());
                    view! { <Problem error here=path::PROVIDERS on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("providers")/>
        <PageHeader title=text("providers") actions=add/>
        {move || done.get().map(|word| view! { <Banner level=Level::Finished>{text_of("done", &word)}</Banner> })}
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn add() -> AnyView {
    let item = |kind: Kind| {
        let href = format!("{}/{}", path::NEW, kind.word());
        view! { <MenuItem title=text_of("kind", kind.word()) href=href/> }
    };
    view! { <Menu title=text("add") glyph=Glyph::Plus>{Kind::ALL.map(item).collect_view()}</Menu> }.into_any()
}

fn found(all: Vec<ProviderRow>, asked: Option<&str>) -> AnyView {
    if all.is_empty() {
        let links = || {
            let link = |kind: Kind| {
                let href = format!("{}/{}", path::NEW, kind.word());
                view! { <LinkButton href=href>{text_of("kind", kind.word())}</LinkButton> }
            };
            view! { <div class="form-actions">{Kind::ALL.map(link).collect_view()}</div> }
        };
        return view! {
            <Empty glyph=Glyph::Key title=text("none") explanation=text("none.text") action=links/>
        }
        .into_any();
    }
    let leaving = asked.and_then(|id| all.iter().find(|row| row.id == id)).cloned().map(confirm);
    let last = all.len() - 1;
    let rows = all.into_iter().enumerate().map(|(index, row)| provider(row, index == 0, index == last));
    let rows = rows.collect_view().into_any();
    let headings = [
        text("name"),
        text("state"),
        text("kind"),
        text("address"),
        text("accounts"),
        text("last-used"),
        text("action"),
    ];
    view! {
        {leaving}
        <Card title=text("providers.order") flush=true wide=true>{plain_table(text("providers"), &headings, rows)}</Card>
        <p class="hint">{text("providers.hint")}</p>
    }
    .into_any()
}

fn provider(row: ProviderRow, is_first: bool, is_last: bool) -> AnyView {
    let status = match row.is_enabled {
        true => Status::new(Level::Healthy, text("state.on")),
        false => Status::new(Level::Inactive, text("state.off")),
    };
    let act = |word, words| act(&row, word, words);
    let earlier = (!is_first).then(|| act("up", text("up")));
    let later = (!is_last).then(|| act("down", text("down")));
    let switch = if row.is_enabled { act("disable", text("disable")) } else { act("enable", text("enable")) };
    let delete = format!("{}?{DELETE}={}", path::PROVIDERS, model::link::escape(&row.id));
    let about = ui::about_words(&row.name);
    view! {
        <tr>
            <th scope="row"><a class="row-name" href=path::provider(&row.id)>{row.name}</a></th>
            <td data-heading=text("state")><StatusMark status/></td>
            <td data-heading=text("kind")>{text_of("kind", row.kind.word())}</td>
            <td data-heading=text("address")><code>{row.address}</code></td>
            <td data-heading=text("accounts")>{row.accounts}</td>
            <td data-heading=text("last-used")>
                {match row.last_used {
                    Some(at) => view! { <Since at in_words=true/> }.into_any(),
                    None => text("never").to_owned().into_any(),
                }}
            </td>
            <td>
                <div class="provider-actions">
                    {earlier}
                    {later}
                    {switch}
                    <LinkButton href=delete kind=ButtonKind::Quiet>
                        {text("delete")}<span class="visually-hidden">{about}</span>
                    </LinkButton>
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// A button that does something to a provider.
fn act(row: &ProviderRow, word: &'static str, words: &str) -> AnyView {
    let (id, about, words) = (row.id.clone(), ui::about_words(&row.name), words.to_owned());
    view! {
        <form method="post" action=path::CHANGE>
            <input type="hidden" name=field::PROVIDER value=id/>
            <Button form_type="submit" kind=ButtonKind::Quiet name=field::DO value=word>
                {words}<span class="visually-hidden">{about}</span>
            </Button>
        </form>
    }
    .into_any()
}

/// Says what goes with a provider before it goes.
fn confirm(row: ProviderRow) -> AnyView {
    let words = text_with("delete.text", &[("name", &row.name), ("count", &row.accounts)]);
    view! {
        <Card title=text_with("delete.title", &[("name", &row.name)]) wide=true>
            <p class="card-text">{words}</p>
            <form class="form-actions confirm-delete" method="post" action=path::CHANGE>
                <input type="hidden" name=field::PROVIDER value=row.id/>
                <Button form_type="submit" kind=ButtonKind::Danger name=field::DO value="delete">
                    {text("delete.yes")}
                </Button>
                <LinkButton href=path::PROVIDERS>{text("cancel")}</LinkButton>
            </form>
        </Card>
    }
    .into_any()
}
