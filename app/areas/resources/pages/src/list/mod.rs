//! The list of a kind.

mod bulk;
mod peek;
mod rows;
mod tools;
mod views;

use crate::act::job_panel;
use crate::address::{ListAddress, use_list_address};
use crate::create::Creation;
use crate::surroundings::Surroundings;
use crate::words::text;
use leptos::prelude::*;
use model::{ConsoleError, Table, TableQuery, link};
use resources_contract::read_table;
use std::collections::BTreeSet;
use ui::{ButtonKind, Glyph, LinkButton, PageHeader, PageTitle, Problem, SkeletonTable, awaited};

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
    let place = Memo::new(move |_| {
        let address = address.read();
        (address.query.cluster.clone(), address.query.kind.clone())
    });
    // Only the first answer for a kind builds a table; the table itself asks for the others.
    let table = Resource::new_blocking(
        move || place.get(),
        move |_| {
            let query = address.get_untracked().query;
            async move { (query.clone(), read_table(query).await) }
        },
    );
    let selection: rows::Selection = RwSignal::new(BTreeSet::new());
    Effect::new(move |before: Option<()>| {
        place.track();
        if before.is_some() {
            selection.set(BTreeSet::new());
        }
    });
    let surroundings = Surroundings::here();
    let title = Signal::derive(move || surroundings.title(&address.read().query.kind));
    let page_title = move || format!("{} · {}", title.get(), address.read().query.cluster);
    let job = Memo::new(move |_| address.read().job.clone());
    let without_job = Signal::derive(move || address.read().with(|other| other.job = None));
    view! {
        <PageTitle text=page_title/>
        <PageHeader title actions=move || header_actions(address, surroundings, table)/>
        {tools::tools(address, surroundings)}
        {job_panel(job, without_job)}
        <Transition fallback=|| view! { <SkeletonTable/> }>
            {awaited(move || Suspend::new(async move {
                match table.await {
                    (query, Ok(table)) => rows::rows(query, table, selection, address, surroundings),
                    (_, Err(error)) => refused(error, address, Callback::new(move |()| table.refetch())),
                }
            }))}
        </Transition>
        {peek::peek(address)}
        {bulk::asked(address, selection)}
    }
    .into_any()
}

/// There is no table yet: another query may have one.
fn refused(error: ConsoleError, address: Address, on_retry: Callback<()>) -> AnyView {
    let query = Memo::new(move |_| address.read().query.clone());
    Effect::new(move |before: Option<()>| {
        query.track();
        if before.is_some() {
            on_retry.run(());
        }
    });
    let here = address.read_untracked().href();
    view! { <Problem error here on_retry/> }.into_any()
}

/// Where something new of the list's kind is made. Until it is known what the reader may, nothing is offered.
fn creation(address: &ListAddress, surroundings: Surroundings, is_described: bool) -> Option<Creation> {
    let TableQuery { cluster, kind, namespaces, .. } = &address.query;
    let facts = surroundings.find(kind)?;
    let readable = surroundings.namespaces.read();
    Creation::of(cluster, &facts, namespaces.first(), &readable, Some(is_described))
}

/// The first answer for the kind that the address names.
type FirstTable = Resource<(TableQuery, Result<Table, ConsoleError>)>;

fn header_actions(address: Address, surroundings: Surroundings, table: FirstTable) -> AnyView {
    let kind = Memo::new(move |_| address.read().query.kind.clone());
    // Kubernetes' own kinds have no definition that could tell.
    let may_be_described = move || kind.read().as_str().contains('.') && !link::has_form(&kind.read());
    let plain = move || (!may_be_described()).then(|| create(address, surroundings, false));
    let described = awaited(move || {
        Suspend::new(async move {
            let (query, answer) = table.await;
            let is_described = answer.is_ok_and(|table| table.described);
            let is_here = move || may_be_described() && query.kind == *kind.read();
            move || is_here().then(|| create(address, surroundings, is_described))
        })
    });
    view! {
        <LinkButton href=Signal::derive(move || address.read().csv()) glyph=Glyph::Download download=true>
            {text("csv")}
        </LinkButton>
        {plain}
        <Transition fallback=|| ()>{described}</Transition>
    }
    .into_any()
}

/// The form first where there is one, YAML second.
fn create(address: Address, surroundings: Surroundings, is_described: bool) -> AnyView {
    let Some(Creation { href, by_hand }) = creation(&address.read(), surroundings, is_described) else {
        return ().into_any();
    };
    let by_hand = by_hand.map(|href| {
        view! { <LinkButton href glyph=Glyph::Yaml>{text("create.yaml")}</LinkButton> }
    });
    view! {
        {by_hand}
        <LinkButton href kind=ButtonKind::Primary glyph=Glyph::Plus>{text("create")}</LinkButton>
    }
    .into_any()
}
