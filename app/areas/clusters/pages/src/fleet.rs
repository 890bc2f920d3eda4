//! All clusters.

use crate::standing::standing;
use crate::words::text;
use clusters_contract::{ClusterSummary, read_fleet};
use leptos::prelude::*;
use live::LiveValue;
use model::live::Topic;
use model::{ClusterName, ConsoleError, KindSlug, Level, TableQuery, link};
use ui::{Badge, Empty, Glyph, LevelChips, Problem, SkeletonCards, StatusMark, awaited};

/// One card for each cluster that the reader may see. A failure is the whole page's.
#[component]
pub fn Fleet() -> impl IntoView {
    let fleet = Resource::new_blocking(|| (), |()| read_fleet());
    let content = move || {
        Suspend::new(async move {
            match fleet.await {
                Ok(clusters) => cards(clusters),
                Err(error) => {
                    let on_retry = Callback::new(move |()| fleet.refetch());
                    view! { <Problem error here="/" on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonCards/> }>{awaited(content)}</Transition> }
}

fn cards(mut clusters: Vec<ClusterSummary>) -> AnyView {
    if clusters.is_empty() {
        return view! {
            <Empty glyph=Glyph::Cluster title=text("fleet.none") explanation=text("fleet.none.text")/>
        }
        .into_any();
    }
    // Whoever comes in trouble finds it first.
    clusters.sort_by(|one, other| one.level().cmp(&other.level()).then_with(|| one.name.cmp(&other.name)));
    let live = LiveValue::new(Topic::Fleet, clusters.clone(), None).value();
    let card = |cluster| card(cluster, live);
    view! { <ul class="fleet">{clusters.into_iter().map(card).collect_view()}</ul> }.into_any()
}

/// A card that follows its cluster. One that the reader may not see any more stays as it was.
fn card(cluster: ClusterSummary, live: Signal<Vec<ClusterSummary>>) -> AnyView {
    let name = cluster.name.clone();
    let shown = Memo::new(move |last: Option<&ClusterSummary>| {
        let now = live.read().iter().find(|one| one.name == cluster.name).cloned();
        now.or_else(|| last.cloned()).unwrap_or_else(|| cluster.clone())
    });
    let body = move || body(shown.get());
    let version = move || shown.read().version.clone().map(|version| view! { <Badge text=version/> });
    view! {
        <li class="card fleet-card">
            <header class="card-header">
                <h2><a href=link::cluster(&name)>{name.to_string()}</a></h2>
                {version}
            </header>
            <div class="card-body">{body}</div>
        </li>
    }
    .into_any()
}

fn body(cluster: ClusterSummary) -> AnyView {
    let status = standing(&cluster);
    let ClusterSummary { name, error, nodes, pods, workloads, .. } = cluster;
    let counts = [
        (Some("nodes"), text("nodes"), nodes),
        (None, text("workloads"), workloads),
        (Some("pods"), text("pods"), pods),
    ];
    let count = |(kind, title, levels): (Option<&'static str>, &str, Vec<(Level, u64)>)| {
        let total: u64 = levels.iter().map(|(_, count)| count).sum();
        let links = links(&name, kind);
        (total > 0).then(|| {
            view! {
                <div class="fleet-count">
                    <span class="fleet-title">{title.to_owned()}</span>
                    <strong class="fleet-total">{ui::quantity::number(total as i64)}</strong>
                    <LevelChips levels=Signal::stored(levels) link=links/>
                </div>
            }
        })
    };
    let counts = counts.map(count).collect_view();
    view! {
        <StatusMark status/>
        {error.map(|error: ConsoleError| view! { <Problem error/> })}
        {counts}
    }
    .into_any()
}

/// Addresses of the objects of a kind at one level; the cluster's own page for a mixture of kinds.
pub(crate) fn links(cluster: &ClusterName, kind: Option<&'static str>) -> Callback<Level, String> {
    let cluster = cluster.clone();
    let kind = kind.map(|kind| KindSlug::parse(kind).expect("the pages' own kinds are well written"));
    Callback::new(move |level: Level| match kind.clone() {
        Some(kind) => {
            let search = format!("status:{}", level.word());
            link::table(&TableQuery { search, ..TableQuery::of(cluster.clone(), kind) })
        }
        None => link::cluster(&cluster),
    })
}
