//! The list of a kind.

mod bulk;
mod peek;
mod rows;
mod tools;

use crate::address::{ListAddress, use_list_address};
use crate::surroundings::Surroundings;
use crate::words::text;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{ConsoleError, Table};
use resources_contract::read_table;
use ui::{ButtonKind, Glyph, LinkButton, PageHeader, Problem, SkeletonTable};

/// The list of a kind: search, namespace, order, columns, selection and peek, all of it in the address.
#[component]
pub fn ListPage() -> impl IntoView {
    let address = use_list_address();
    match address.get_untracked() {
        Ok(first) => list(first, address),
        Err(error) => view! { <Problem error is_page=true/> }.into_any(),
    }
}

/// What the address says while it names a list.
pub(super) type Address = Signal<ListAddress>;

fn list(first: ListAddress, address: Memo<Result<ListAddress, ConsoleError>>) -> AnyView {
    // While leaving for another page the last address stands.
    let address: Address = Memo::new(move |last: Option<&ListAddress>| {
        address.get().ok().or_else(|| last.cloned()).unwrap_or_else(|| first.clone())
    })
    .into();
    let query = Memo::new(move |_| address.read().query.clone());
    let table = Resource::new_blocking(move || query.get(), read_table);
    let surroundings = Surroundings::here();
    let title = Signal::derive(move || surroundings.title(&address.read().query.kind));
    let page_title = move || format!("{} · {}", title.get(), address.read().query.cluster);
    view! {
        <Title text=page_title/>
        <PageHeader title actions=move || header_actions(address, surroundings)/>
        {tools::tools(address, surroundings)}
        <Transition fallback=|| view! { <SkeletonTable/> }>
            {move || Suspend::new(async move {
                let answer = table.await;
                answered(answer, query, address, Callback::new(move |()| table.refetch()))
            })}
        </Transition>
        {peek::peek(address)}
        {bulk::asked(address)}
    }
    .into_any()
}

fn answered(
    answer: Result<Table, ConsoleError>,
    query: Memo<model::TableQuery>,
    address: Address,
    on_retry: Callback<()>,
) -> AnyView {
    match answer {
        Ok(table) => rows::rows(&query.get_untracked(), table, address),
        Err(error) => {
            let here = address.read_untracked().href();
            view! { <Problem error here on_retry/> }.into_any()
        }
    }
}

fn header_actions(address: Address, surroundings: Surroundings) -> AnyView {
    let create = move || {
        let address = address.read();
        let is_creatable = surroundings.find(&address.query.kind).is_some_and(|facts| facts.creatable);
        is_creatable.then(|| {
            let namespace = address.query.namespaces.first();
            let href = crate::create::address(&address.query.cluster, Some(&address.query.kind), namespace);
            view! { <LinkButton href kind=ButtonKind::Primary glyph=Glyph::Plus>{text("create")}</LinkButton> }
        })
    };
    view! {
        <LinkButton href=Signal::derive(move || address.read().csv()) glyph=Glyph::Download download=true>
            {text("csv")}
        </LinkButton>
        {create}
    }
    .into_any()
}
