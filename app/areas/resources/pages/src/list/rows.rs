//! The rows, followed.

use super::{Address, bulk, tools};
use crate::address::ListAddress;
use crate::create::Creation;
use crate::surroundings::Surroundings;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use live::LiveTable;
use model::{Align, Column, ConsoleError, KindSlug, Level, ObjectName, Row, Table, TableQuery, link};
use resources_contract::{ActionKind, Target, read_table};
use std::collections::BTreeSet;
use ui::search_terms::{field_value, with_field};
use ui::{
    Banner, ButtonKind, ColumnChooser, DataTable, Empty, Glyph, LevelChips, LinkButton, LiveMark, Pagination,
    PendingPill, Problem, StaleBanner,
};

/// What is selected, by uid.
pub(super) type Selection = RwSignal<BTreeSet<String>>;

/// The table of a kind: built once, then fed with the answer to each query of the address.
#[derive(Clone, Copy)]
struct Found {
    live: LiveTable,
    /// The query that the rows answer.
    query: RwSignal<TableQuery>,
    columns: RwSignal<Vec<Column>>,
    /// Why the query of the address has no answer; the rows are those of an earlier one then.
    refused: RwSignal<Option<ConsoleError>>,
    /// Another query is on its way.
    is_busy: RwSignal<bool>,
}

impl Found {
    fn new(query: TableQuery, table: Table) -> Self {
        Self {
            query: RwSignal::new(query.clone()),
            columns: RwSignal::new(table.columns.clone()),
            live: LiveTable::new(query, table),
            refused: RwSignal::new(None),
            is_busy: RwSignal::new(false),
        }
    }

    fn take(self, query: TableQuery, answer: Result<Table, ConsoleError>) {
        self.is_busy.set(false);
        match answer {
            Ok(table) => {
                self.refused.set(None);
                if *self.columns.read_untracked() != table.columns {
                    self.columns.set(table.columns.clone());
                }
                self.query.set(query.clone());
                self.live.show(query, table);
            }
            Err(error) => self.refused.set(Some(error)),
        }
    }

    /// Asks what the address asks, as long as it stays with this kind. The callback asks once more.
    fn follow(self, address: Address) -> Callback<()> {
        let query = Memo::new(move |_| address.read().query.clone());
        let ask = Callback::new(move |()| {
            let asked = query.get_untracked();
            self.is_busy.set(true);
            leptos::task::spawn_local(async move {
                let answer = read_table(asked.clone()).await;
                // Another query may have been asked meanwhile, or the list left.
                if query.try_get_untracked().as_ref() == Some(&asked) {
                    self.take(asked, answer);
                }
            });
        });
        Effect::new(move |_| {
            let (wanted, shown) = (query.read(), self.query.read_untracked());
            if (&wanted.cluster, &wanted.kind) != (&shown.cluster, &shown.kind) {
                return;
            }
            if *wanted != *shown || self.refused.read_untracked().is_some() {
                drop((wanted, shown));
                ask.run(());
            } else {
                self.is_busy.set(false);
            }
        });
        let is_redefined = self.live.is_redefined();
        Effect::new(move |_| {
            if is_redefined.get() {
                ask.run(());
            }
        });
        ask
    }
}

/// The answer to a query, everything that changes in it from now on, and the answers to the queries after it.
pub(super) fn rows(
    query: TableQuery,
    table: Table,
    selection: Selection,
    address: Address,
    surroundings: Surroundings,
) -> AnyView {
    let (kind, is_described) = (query.kind.clone(), table.described);
    let found = Found::new(query, table);
    let ask = found.follow(address);
    let live = found.live;
    let has_namespaces = Memo::new(move |_| match surroundings.find(&kind) {
        Some(facts) => facts.namespaced,
        None => live.rows().read().iter().any(|row| row.row.read_untracked().namespace.is_some()),
    });
    let all = Memo::new(move |_| with_names(found.columns.get(), has_namespaces.get()));
    let columns = Signal::derive(move || shown(all.get(), address.read().columns.as_deref()));
    let state = view! {
        <div class="list-state">
            <span class="list-count" role="status">{move || tools::count(live.total().get())}</span>
            {move || choose_all(live, address)}
            {levels(live, address)}
            <span class="list-space"></span>
            <PendingPill count=live.pending() on_press=move |()| live.release()/>
            <LiveMark state=live.liveness()/>
            <ColumnChooser columns on_change=choose_column(all, address)/>
        </div>
        <StaleBanner stale=live.stale()/>
        {move || live.ended().get().map(|error| view! { <Problem error here=address.read_untracked().href()/> })}
        {move || {
            found.refused.get().map(|error| {
                view! { <Problem error here=address.read_untracked().href() on_retry=ask/> }
            })
        }}
    };
    let is_empty = Memo::new(move |_| live.rows().read().is_empty());
    let nothing = move || {
        found.query.track();
        nothing(&address.get_untracked(), surroundings, is_described)
    };
    view! {
        {state}
        <div
            class="list-rows"
            aria-busy=move || found.is_busy.get().then_some("true")
            hidden=move || found.refused.read().is_some()
        >
            <Show when=move || !is_empty.get() fallback=nothing>
                {bulk::bar(live, selection, address)}
                {bulk::bar_of_all(live, address)}
                {data_table(live, columns, selection, address, surroundings)}
                {pages(live, address)}
            </Show>
        </div>
    }
    .into_any()
}

/// The way to do something with more than can be ticked.
fn choose_all(live: LiveTable, address: Address) -> Option<AnyView> {
    let total = live.total().get();
    let address = address.read();
    (total > 1 && address.all.is_none()).then(|| {
        let href = address.with(|other| other.all = Some(total));
        view! { <a class="list-all" href=href>{text("many.choose")}</a> }.into_any()
    })
}

fn data_table(
    live: LiveTable,
    columns: Signal<Vec<Column>>,
    selection: Selection,
    address: Address,
    surroundings: Surroundings,
) -> AnyView {
    let row_link = Callback::new(move |row: Row| link::object(&target(address, &row).resource));
    let object_link = Callback::new(move |(kind, namespace, name): (_, Option<_>, ObjectName)| {
        link::object_parts(&address.read_untracked().query.cluster, &kind, namespace.as_ref(), &name)
    });
    let sort_link = Callback::new(move |sort| {
        address.read_untracked().with(|other| {
            other.query.sort = Some(sort);
            other.query.page = 0;
        })
    });
    let peeked = Signal::derive(move || {
        let peek = address.read().peek.clone()?;
        let rows = live.rows().get();
        let same = |row: &Row| row.namespace == peek.resource.namespace && row.name == peek.resource.name;
        rows.into_iter().find(|live| same(&live.row.read())).map(|live| live.uid)
    });
    let go = use_navigate();
    let on_peek = Callback::new(move |row: Row| {
        let peek = Some(target(address, &row));
        let address = address.read_untracked();
        // A second time closes it again.
        let is_open =
            address.peek.as_ref().map(|open| &open.resource) == peek.as_ref().map(|new| &new.resource);
        let href = address.with(|other| other.peek = peek.filter(|_| !is_open));
        go(&href, NavigateOptions { scroll: false, ..Default::default() });
    });
    let go = use_navigate();
    let terminals = live::use_terminals();
    let on_row_key = Callback::new(move |(key, row): (String, Row)| {
        let resource = target(address, &row).resource;
        if let (true, Some(terminals)) = (opens_terminal(&key, &resource.kind), terminals) {
            terminals.open(crate::detail::terminal_target(resource));
            return true;
        }
        let tab = tab_of_key(&key, &resource.kind);
        if let Some(tab) = tab {
            go(&link::object_tab(&resource, tab), NavigateOptions::default());
        }
        tab.is_some()
    });
    view! {
        <DataTable
            title=Signal::derive(move || surroundings.title(&address.read().query.kind))
            columns
            rows=live.rows()
            row_link
            sort=Signal::derive(move || address.read().query.sort.clone())
            sort_link
            object_link
            selection
            peeked
            on_peek
            on_row_key
            on_hover=move |is_over| live.hold(is_over)
        />
    }
    .into_any()
}

/// Kinds with pods, or that are pods: they write logs, and terminals can run in them.
const WITH_PODS: [&str; 6] = ["daemonsets", "deployments", "jobs", "pods", "replicasets", "statefulsets"];

/// Kinds besides these whose pods' logs are read together.
const WITH_LOGS: [&str; 3] = ["cronjobs", "replicationcontrollers", "services"];

fn opens_terminal(key: &str, kind: &KindSlug) -> bool {
    key == "t" && WITH_PODS.contains(&kind.as_str())
}

/// The tab that a key opens.
fn tab_of_key(key: &str, kind: &KindSlug) -> Option<&'static str> {
    match key {
        "e" => Some("yaml"),
        "l" if WITH_PODS.contains(&kind.as_str()) || WITH_LOGS.contains(&kind.as_str()) => Some("logs"),
        _ => None,
    }
}

/// The object of a row.
pub(super) fn target(address: Address, row: &Row) -> Target {
    let address = address.read_untracked();
    let (cluster, kind) = (address.query.cluster.clone(), address.query.kind.clone());
    let (namespace, name) = (row.namespace.clone(), row.name.clone());
    Target { resource: model::ResourceRef { cluster, kind, namespace, name }, uid: Some(row.uid.clone()) }
}

/// The columns with those that every row has by itself in front.
fn with_names(columns: Vec<Column>, has_namespaces: bool) -> Vec<Column> {
    let own = |id: &str, title: &str| Column {
        id: id.to_owned(),
        title: title.to_owned(),
        align: Align::Start,
        shown: true,
    };
    let namespace = has_namespaces.then(|| own("namespace", text("namespace")));
    [own("name", text("name"))].into_iter().chain(namespace).chain(columns).collect()
}

/// The columns as the address wants them. The name always stays: it leads to the object.
fn shown(mut columns: Vec<Column>, chosen: Option<&[String]>) -> Vec<Column> {
    if let Some(chosen) = chosen {
        for column in &mut columns {
            column.shown = column.id == "name" || chosen.contains(&column.id);
        }
    }
    columns
}

fn choose_column(all: Memo<Vec<Column>>, address: Address) -> Callback<(String, bool)> {
    let go = use_navigate();
    Callback::new(move |(id, is_shown): (String, bool)| {
        let address = address.read_untracked();
        let now = shown(all.get_untracked(), address.columns.as_deref());
        let wanted = now.into_iter().filter(|column| if column.id == id { is_shown } else { column.shown });
        let wanted: Vec<String> = wanted.map(|column| column.id).collect();
        let usual = shown(all.get_untracked(), None)
            .into_iter()
            .filter(|column| column.shown)
            .map(|column| column.id);
        let columns = (!wanted.iter().cloned().eq(usual)).then_some(wanted);
        let href = address.with(|other| other.columns = columns);
        go(&href, NavigateOptions { replace: true, scroll: false, ..Default::default() });
    })
}

fn levels(live: LiveTable, address: Address) -> AnyView {
    let current = Signal::derive(move || {
        let word = field_value(&address.read().query.search, "status")?;
        Level::ALL.into_iter().find(|level| level.word() == word)
    });
    let link = Callback::new(move |level: Level| {
        let value = (current.get_untracked() != Some(level)).then(|| level.word());
        address.read_untracked().asking(|query| query.search = with_field(&query.search, "status", value))
    });
    view! { <LevelChips levels=live.levels() link current/> }.into_any()
}

fn pages(live: LiveTable, address: Address) -> AnyView {
    let page = Signal::derive(move || address.read().query.page);
    let size = Signal::derive(move || address.read().query.size);
    let link = Callback::new(move |page| address.read_untracked().with(|other| other.query.page = page));
    view! { <Pagination page size total=live.total() link/> }.into_any()
}

/// Nothing matches, or there is nothing at all: two different things to do next.
fn nothing(address: &ListAddress, surroundings: Surroundings, is_described: bool) -> AnyView {
    let kind = surroundings.title(&address.query.kind);
    if address.query.page > 0 {
        let first = address.with(|other| other.query.page = 0);
        return view! {
            <Banner level=Level::Unknown actions=move || view! { <LinkButton href=first>{text("page.first")}</LinkButton> }>
                {text("page.beyond")}
            </Banner>
        }
        .into_any();
    }
    if !address.query.search.is_empty() || !address.query.namespaces.is_empty() {
        let everything = address.asking(|query| {
            query.search.clear();
            query.namespaces.clear();
        });
        let (title, explanation) = if address.query.search.is_empty() {
            let places: Vec<String> = address.query.namespaces.iter().map(ToString::to_string).collect();
            let explanation = text_with("nothing.in", &[("places", &ui::listed(&places))]);
            (text_with("nothing.here", &[("kind", &kind)]), explanation)
        } else {
            let explanation = text_with("nothing.matches.text", &[("search", &address.query.search)]);
            (text("nothing.matches").to_owned(), explanation)
        };
        return view! {
            <Empty
                glyph=Glyph::Search
                title
                explanation
                action=move || view! { <LinkButton href=everything>{text("nothing.show-all")}</LinkButton> }
            />
        }
        .into_any();
    }
    let create = super::creation(address, surroundings, is_described);
    let action = move || {
        let Creation { href, .. } = create?;
        Some(view! { <LinkButton href kind=ButtonKind::Primary>{text("create")}</LinkButton> })
    };
    view! {
        <Empty title=text_with("nothing.here", &[("kind", &kind)]) explanation=text("nothing.here.text") action/>
    }
    .into_any()
}

/// The address that asks to do something with objects of this list.
pub(super) fn ask(address: Address, action: ActionKind, selected: Vec<Target>) -> String {
    address.read_untracked().with(|other| {
        other.act = Some(action);
        other.selected = selected;
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn keys_that_mean_nothing_in_a_row_are_left_to_the_browser() {
        let (pods, nodes) = (KindSlug::parse("pods").unwrap(), KindSlug::parse("nodes").unwrap());

        assert_eq!(tab_of_key("e", &nodes), Some("yaml"));
        assert_eq!((tab_of_key("l", &pods), tab_of_key("l", &nodes)), (Some("logs"), None));
        assert!(opens_terminal("t", &pods) && !opens_terminal("t", &nodes));
        for key in [" ", "a", "?", "/", "ArrowDown"] {
            assert_eq!(tab_of_key(key, &pods), None, "{key:?} was taken");
        }
    }
}
