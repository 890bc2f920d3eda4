//! One dashboard.

use super::annotations::{annotations, mark};
use super::panels::{Around, panels};
use super::variables::{CHOSEN, variables};
use super::{place_words, use_id};
use crate::address::{TimeAddress, with_pairs};
use crate::board::look_again;
use crate::cluster::{head, use_cluster};
use crate::missing::missing;
use crate::panel::Zoom;
use crate::time_bar::time_bar;
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{ClusterName, Timestamp, link};
use monitoring_contract::{
    DashboardLine, DashboardRequest, DashboardView, Measured, OpenedDashboard, Window, open_dashboard,
};
use ui::{
    ButtonKind, Empty, Glyph, LinkButton, NamedPage, PageTitle, Problem, SkeletonCards, awaited,
    provide_chart_pointer,
};

/// A stretch of time that is chosen in a chart is no shorter, in seconds.
const SHORTEST_ZOOM: i64 = 60;

/// A dashboard, over the stretch of time and with the choices in the address.
#[component]
pub fn DashboardPage() -> impl IntoView {
    provide_chart_pointer();
    let (cluster, id, query) = (use_cluster(), use_id(), use_query_map());
    let address = Memo::new(move |_| {
        let path = cluster.get().map(|cluster| link::dashboard(&cluster, &id.read())).unwrap_or_default();
        let chosen = query.get().into_iter().map(|(name, value)| (name.to_string(), value));
        let chosen = chosen.filter(|(name, value)| name.starts_with(CHOSEN) && !value.is_empty());
        TimeAddress::parse(path, chosen.collect(), &query.read())
    });
    let request = Memo::new(move |_| {
        let address = address.read();
        let name = |name: &String| name.strip_prefix(CHOSEN).unwrap_or_default().to_owned();
        cluster.get().map(|cluster| DashboardRequest {
            cluster,
            id: id.get(),
            window: address.window,
            compare: address.compare,
            chosen: address.kept.iter().map(|(own, value)| (name(own), value.clone())).collect(),
        })
    });
    let answer =
        Resource::new(move || request.get(), |request| async move { open_dashboard(request?).await });
    look_again(address.into(), move || answer.refetch());
    let go = use_navigate();
    let on_zoom = Callback::new(move |(from, to): (Timestamp, Timestamp)| {
        let to = Timestamp(to.0.max(from.0 + SHORTEST_ZOOM));
        let href = address.read_untracked().with(|address| address.window = Window::Between(from, to));
        go(&href, NavigateOptions { scroll: false, ..Default::default() });
    });
    let heading = move || {
        Suspend::new(async move {
            match (answer.await, cluster.get_untracked()) {
                (Ok(open), Ok(cluster)) => heading(&open.line, &cluster, &address.read_untracked()),
                _ => ().into_any(),
            }
        })
    };
    let content = move || {
        Suspend::new(async move {
            match (answer.await, request.get_untracked()) {
                (Ok(open), Ok(request)) => draw(open, &request.cluster, &address.read_untracked(), on_zoom),
                (Err(error), _) | (_, Err(error)) => {
                    let here = address.read_untracked().href();
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error here on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("dashboards".to_owned()))}
        <Transition>{awaited(heading)}</Transition>
        {time_bar(address.into(), true)}
        <Transition fallback=|| view! { <SkeletonCards count=4/> }>{awaited(content)}</Transition>
    }
}

fn heading(line: &DashboardLine, cluster: &ClusterName, address: &TimeAddress) -> AnyView {
    let DashboardLine { id, name, namespace, may_change, may_share, .. } = line;
    let edit = may_change.then(|| {
        view! { <LinkButton href=link::edit_dashboard(cluster, id) glyph=Glyph::Edit>{text("dashboard.edit")}</LinkButton> }
    });
    let share = may_share.then(|| {
        let href = with_pairs(&link::embed_dashboard(cluster, id), &address.pairs());
        view! { <LinkButton href=href glyph=Glyph::External>{text("embed")}</LinkButton> }
    });
    view! {
        <PageTitle text=format!("{name} · {cluster}")/>
        <NamedPage path=link::dashboard(cluster, id) name=name.clone()/>
        <div class="dashboard-head">
            <h2>{name.clone()}</h2>
            <span class="dashboard-place">{place_words(namespace.as_ref())}</span>
            <div class="dashboard-actions">
                {edit}
                {share}
                <LinkButton href=link::export_dashboard(cluster, id) glyph=Glyph::Download download=true>
                    {text("dashboard.export")}
                </LinkButton>
            </div>
        </div>
    }
    .into_any()
}

fn draw(open: OpenedDashboard, cluster: &ClusterName, address: &TimeAddress, on_zoom: Zoom) -> AnyView {
    let OpenedDashboard { line, view } = open;
    let view = match view {
        Measured::Missing(found) => return missing(cluster, found),
        Measured::Answered(view) => *view,
    };
    let DashboardView { frame, source, variables: choices, annotations: happened, panels: shown } = view;
    if shown.is_empty() {
        let (title, explanation) = (text("dashboard.empty"), text("dashboard.empty.text"));
        let add = line.may_change.then(|| link::edit_panel(cluster, &line.id, "new"));
        let action = move || {
            add.map(|href| view! { <LinkButton href=href kind=ButtonKind::Primary glyph=Glyph::Plus>{text("panel.add")}</LinkButton> })
        };
        return view! { <Empty glyph=Glyph::Chart title explanation action/> }.into_any();
    }
    let step = Window::Last(frame.step).to_texts().0;
    mark(&happened);
    let around = Around { cluster, address, on_zoom };
    view! {
        {variables(choices, address)}
        {annotations(happened)}
        {panels(shown, Some(&around))}
        <p class="board-source">{text_with("board.source", &[("source", &source), ("step", &step)])}</p>
    }
    .into_any()
}
