//! One cluster at a glance.

use crate::another::another;
use crate::attention::{quota_card, trouble_list};
use crate::components::components_card;
use crate::fleet::links;
use crate::standing::standing;
use crate::words::{text, text_of, text_with};
use clusters_contract::{Capacity, ClusterOverview, Warning, read_overview};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use live::LiveValue;
use model::live::Topic;
use model::{Cause, ClusterName, ConsoleError, KindSlug, Level, Thing, link};
use ui::{
    Badge, Banner, ButtonKind, Card, CardGrid, Glyph, LevelChips, LinkButton, LiveMark, Meter, PageHeader,
    PageTitle, Problem, Since, SkeletonCards, StaleBanner, awaited, cause_words,
};

/// One cluster: how full it is, what is unwell, what warns, what it holds. Followed live.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let params = use_params_map();
    let cluster = Memo::new(move |_| {
        let text = params.read().get("cluster").unwrap_or_default();
        ClusterName::parse(&text).map_err(|_| ConsoleError::unknown(Thing::Cluster(text)))
    });
    let overview =
        Resource::new_blocking(move || cluster.get(), |cluster| async move { read_overview(cluster?).await });
    let page_title = move || cluster.get().map_or_else(|_| String::new(), |cluster| cluster.to_string());
    let content = move || {
        Suspend::new(async move {
            match overview.await {
                Ok(overview) => page(overview),
                Err(error) => {
                    let on_retry = Callback::new(move |()| overview.refetch());
                    view! { <PageHeader title=Signal::derive(page_title)/><Problem error on_retry/> }
                        .into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=page_title/>
        <Transition fallback=|| view! { <SkeletonCards count=6/> }>{awaited(content)}</Transition>
    }
}

fn page(overview: ClusterOverview) -> AnyView {
    let name = overview.summary.name.clone();
    let topic = Topic::Cluster(name.clone());
    let revision = Some(overview.revision.clone());
    let live = LiveValue::new(topic, overview, revision);
    let overview = live.value();
    let create = format!("{}/create", link::cluster(&name));
    let kubeconfig = link::kubeconfig(&name);
    let version =
        move || overview.read().summary.version.clone().map(|version| view! { <Badge text=version/> });
    let facts = move || view! { {version}<LiveMark state=live.liveness()/> };
    view! {
        <PageHeader
            title=name.to_string()
            kind=text("cluster")
            status=Signal::derive(move || Some(standing(&overview.read().summary)))
            facts
            actions=move || view! {
                <LinkButton href=kubeconfig glyph=Glyph::Terminal>{text("kubeconfig")}</LinkButton>
                <LinkButton href=create kind=ButtonKind::Primary glyph=Glyph::Plus>{text("create")}</LinkButton>
            }
        />
        <StaleBanner stale=live.stale()/>
        {move || live.ended().get().map(|error| view! { <Problem error/> })}
        {move || overview.read().summary.error.clone().map(|error| view! { <Problem error/> })}
        {another(overview, name.clone())}
        {dead_groups(overview)}
        {capacity(overview)}
        <CardGrid>
            {troubles(overview)}
            {warnings(overview)}
            {quotas(overview)}
            {health(overview, &name)}
            {components_card(name.clone())}
            {counts(overview, name)}
        </CardGrid>
    }
    .into_any()
}

/// Extension APIs that do not answer: named, so that what is missing elsewhere has its reason here.
fn dead_groups(overview: Signal<ClusterOverview>) -> AnyView {
    let groups = Memo::new(move |_| overview.read().dead_groups.clone());
    let banner = |(group, cause): (String, Cause)| {
        let cause = cause_words(&cause);
        view! {
            <Banner level=Level::Warning>
                {text_with("dead-group", &[("group", &group)])}" "<span class="banner-cause">{cause}</span>
            </Banner>
        }
    };
    (move || groups.get().into_iter().map(banner).collect_view()).into_any()
}

fn capacity(overview: Signal<ClusterOverview>) -> AnyView {
    let capacity = Memo::new(move |_| overview.read().capacity.clone());
    let meter = |Capacity { resource, requested, allocatable, unit }: Capacity| {
        let title = text_of("capacity", &resource);
        view! { <Meter title used=Signal::stored(requested) of=Signal::stored(Some(allocatable)) unit/> }
    };
    let strip = move || {
        let capacity = capacity.get();
        (!capacity.is_empty()).then(|| {
            view! {
                <section class="card capacity" aria-label=text("capacity")>
                    {capacity.into_iter().map(meter).collect_view()}
                </section>
            }
        })
    };
    strip.into_any()
}

fn troubles(overview: Signal<ClusterOverview>) -> AnyView {
    let troubles = Memo::new(move |_| {
        let overview = overview.read();
        (overview.troubles.clone(), overview.troubles_total)
    });
    let list = move || {
        let (troubles, total) = troubles.get();
        trouble_list(troubles, total, false)
    };
    view! { <Card title=text("troubles") flush=true wide=true>{list}</Card> }.into_any()
}

fn warnings(overview: Signal<ClusterOverview>) -> AnyView {
    let warnings = Memo::new(move |_| overview.read().warnings.clone());
    let line = |Warning { about, reason, message, count, last_seen }: Warning| {
        let about = about.map(|about| view! { <a href=link::object(&about)>{about.to_string()}</a> });
        let times = (count > 1).then(|| view! { <span class="times">{format!("×{count}")}</span> });
        view! {
            <li class="warning">
                <div class="warning-head"><strong>{reason}</strong>{times}{about}<Since at=last_seen with_time=true/></div>
                <p>{message}</p>
            </li>
        }
    };
    let list = move || {
        let warnings = warnings.get();
        if warnings.is_empty() {
            view! { <p class="hint">{text("warnings.none")}</p> }.into_any()
        } else {
            view! { <ul class="warnings">{warnings.into_iter().map(line).collect_view()}</ul> }.into_any()
        }
    };
    view! { <Card title=text("warnings") flush=true wide=true>{list}</Card> }.into_any()
}

fn quotas(overview: Signal<ClusterOverview>) -> AnyView {
    let quotas = Memo::new(move |_| overview.read().quotas.clone());
    (move || quota_card(quotas.get(), false)).into_any()
}

/// What a line of the health card counts: its kind if it is one, its words, and where the numbers are.
type Counted = (Option<&'static str>, &'static str, fn(&ClusterOverview) -> &Vec<(Level, u64)>);

/// Nodes, pods and workloads by how well they are. What the reader sees none of has no line.
fn health(overview: Signal<ClusterOverview>, name: &ClusterName) -> AnyView {
    let counted: [Counted; 3] = [
        (Some("nodes"), text("nodes"), |overview| &overview.summary.nodes),
        (None, text("workloads"), |overview| &overview.summary.workloads),
        (Some("pods"), text("pods"), |overview| &overview.summary.pods),
    ];
    let lines = counted.map(|(kind, title, pick)| {
        let levels = Signal::derive(move || pick(&overview.read()).clone());
        let has_any = Memo::new(move |_| !levels.read().is_empty());
        (title, levels, has_any, links(name, kind))
    });
    let is_shown = Memo::new(move |_| lines.iter().any(|(_, _, has_any, _)| has_any.get()));
    let card = move || {
        let lines = lines.map(|(title, levels, has_any, link)| {
            move || {
                has_any.get().then(|| {
                    view! {
                        <div class="health-line">
                            <span class="health-title">{title}</span>
                            <LevelChips levels link/>
                        </div>
                    }
                })
            }
        });
        view! { <Card title=text("health")>{lines.collect_view()}</Card> }
    };
    (move || is_shown.get().then(card)).into_any()
}

fn counts(overview: Signal<ClusterOverview>, name: ClusterName) -> AnyView {
    let counts = Memo::new(move |_| overview.read().counts.clone());
    let list = move || {
        let line = |(kind, title, count): (KindSlug, String, u64)| {
            view! {
                <li>
                    <a href=link::list(&name, &kind)>{title}</a>
                    <span class="count">{ui::quantity::number(count as i64)}</span>
                </li>
            }
        };
        view! { <ul class="counts">{counts.get().into_iter().map(line).collect_view()}</ul> }
    };
    view! { <Card title=text("holds")>{list}</Card> }.into_any()
}
