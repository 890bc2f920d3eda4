//! The monitoring of a cluster.

use crate::address::TimeAddress;
use crate::board::board;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ClusterName, ConsoleError, Thing, WorkspaceName, link};
use monitoring_contract::{BoardId, Subject};
use std::time::Duration;
use ui::{PageHeader, PageTitle, Tab, Tabs};

/// The boards of a cluster, one at a time.
#[component]
pub fn MonitoringPage() -> impl IntoView {
    let cluster = use_cluster();
    let query = use_query_map();
    let id = Memo::new(move |_| {
        let word = query.read().get("board").unwrap_or_default();
        BoardId::of_cluster(&word).unwrap_or(FIRST)
    });
    // Only what runs there is a workspace's.
    let workspace = Memo::new(move |_| {
        let name = query.read().get("workspace").unwrap_or_default();
        WorkspaceName::parse(&name).ok().filter(|_| id.get() == FIRST)
    });
    let address = Memo::new(move |_| {
        let path = cluster.read().as_ref().map(link::monitoring).unwrap_or_default();
        let board = if id.get() == FIRST { String::new() } else { id.get().word().to_owned() };
        let of = workspace.get().map(|name| name.to_string()).unwrap_or_default();
        let kept = vec![("board".to_owned(), board), ("workspace".to_owned(), of)];
        TimeAddress::parse(
            path,
            kept.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            &query.read(),
        )
    });
    let subject = Signal::derive(move || {
        let of = workspace.get();
        cluster.get().map(|cluster| match of {
            Some(workspace) => Subject::Workspace(cluster, workspace),
            None => Subject::Cluster(cluster),
        })
    });
    let place = move || {
        let words = text_with("consumption.of.workspace", &[("name", &workspace.get()?)]);
        let whole = cluster.read().as_ref().map(link::monitoring).unwrap_or_default();
        Some(view! { <p class="consumption-of">{words}" "<a href=whole>{text("consumption.of.all")}</a></p> })
    };
    let current = Signal::derive(move || id.get().word().to_owned());
    view! {
        {head(cluster, current)}
        {place}
        {board(subject, id.into(), address.into())}
    }
}

/// What everybody who holds a role in the cluster may see something of.
const FIRST: BoardId = BoardId::Applications;

/// The cluster in the page's path.
pub fn use_cluster() -> Memo<Result<ClusterName, ConsoleError>> {
    let params = use_params_map();
    Memo::new(move |_| {
        let text = params.read().get("cluster").unwrap_or_default();
        ClusterName::parse(&text).map_err(|_| ConsoleError::unknown(Thing::Cluster(text)))
    })
}

/// Title and tabs of all pages of a cluster's monitoring.
pub fn head(cluster: Memo<Result<ClusterName, ConsoleError>>, current: Signal<String>) -> AnyView {
    let title = move || match cluster.get() {
        Ok(cluster) => format!("{} · {cluster}", text("monitoring")),
        Err(_) => text("monitoring").to_owned(),
    };
    let tabs = Signal::derive(move || {
        let Ok(cluster) = cluster.get() else { return Vec::new() };
        let tab =
            |id: &str, href: String| Tab { id: id.into(), title: text_of("board", id), href, count: None };
        let boards =
            [FIRST].into_iter().chain(BoardId::OF_CLUSTER.into_iter().filter(|board| *board != FIRST));
        let page = link::monitoring(&cluster);
        let href = |board: BoardId| {
            if board == FIRST { page.clone() } else { format!("{page}?board={}", board.word()) }
        };
        let mut tabs: Vec<Tab> = boards.map(|board| tab(board.word(), href(board))).collect();
        tabs.push(tab("dashboards", link::dashboards(&cluster)));
        tabs.push(tab("alerts", link::alerts(&cluster)));
        tabs.push(tab("ranking", link::ranking(&cluster)));
        tabs.push(tab("consumption", link::consumption(&cluster)));
        tabs.push(tab("explore", link::explore(&cluster)));
        tabs
    });
    view! {
        <PageTitle text=title/>
        <PageHeader
            title=text("monitoring")
            kind=cluster.get_untracked().map(|cluster| cluster.to_string()).unwrap_or_default()
        />
        <Tabs title=text("boards") tabs current/>
    }
    .into_any()
}

/// How often what alerts say is asked again: rules are evaluated every half a minute or so.
const AGAIN: Duration = Duration::from_secs(30);

/// Asks again every now and then, for as long as the page is there.
pub fn ask_again(ask: impl Fn() + Copy + Send + Sync + 'static) {
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(ask, AGAIN) {
            on_cleanup(move || handle.clear());
        }
    });
}
