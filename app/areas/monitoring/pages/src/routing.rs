//! Where the cluster's Alertmanager sends alerts, as a tree.

use crate::cluster::{ask_again, head, use_cluster};
use crate::sift::{Sift, Stand};
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ClusterName, link};
use monitoring_contract::{Inhibition, Route, Routing, read_routing};
use ui::{Card, Empty, Glyph, Problem, SkeletonCards, awaited, plain_table};

/// The routes of a cluster's Alertmanager, with what fires led through them.
#[component]
pub fn RoutingPage() -> impl IntoView {
    let cluster = use_cluster();
    let answer = Resource::new(move || cluster.get(), |cluster| async move { read_routing(cluster?).await });
    ask_again(move || answer.refetch());
    let content = move || {
        Suspend::new(async move {
            match (answer.await, cluster.get_untracked()) {
                (Ok(Some(routing)), Ok(cluster)) => shown(routing, &cluster),
                (Ok(None), Ok(_)) => {
                    let (title, explanation) = (text("routing.none"), text("routing.none.text"));
                    view! { <Empty glyph=Glyph::Search title explanation/> }.into_any()
                }
                (Err(error), _) | (_, Err(error)) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("alerts".to_owned()))}
        <Transition fallback=|| view! { <SkeletonCards count=2/> }>{awaited(content)}</Transition>
    }
}

fn shown(routing: Routing, cluster: &ClusterName) -> AnyView {
    let Routing { source, root, inhibitions, firing, held } = routing;
    let firing = match firing {
        Some(count) => text_with("routing.firing", &[("count", &count)]),
        None => text("routing.uncounted").to_owned(),
    };
    // They are in no way of the tree: whoever looks for one here finds it there.
    let held = (held > 0).then(|| {
        let href = Sift { stand: Some(Stand::Muted), search: String::new() }.href(cluster);
        view! { " "<a href=href>{text_with("routing.held", &[("count", &held)])}</a> }
    });
    let inhibited = (!inhibitions.is_empty()).then(|| held_back(inhibitions));
    view! {
        <p class="hint alert-actions">
            <a href=link::alerts(cluster)>{text("alerts")}</a>
            <a href=link::NOTIFICATIONS>{text("alerts.told")}</a>
        </p>
        <Card title=text("routing")>
            <p class="card-text">{text_with("routing.text", &[("source", &source)])}" "{firing}{held}</p>
            <ul class="route-tree">{route(root, true)}</ul>
        </Card>
        {inhibited}
    }
    .into_any()
}

fn route(route: Route, is_root: bool) -> AnyView {
    let Route { conditions, receiver, goes_on, grouped_by, repeats_after, muted, active, firing, routes } =
        route;
    let which = match (conditions.is_empty(), is_root) {
        (true, true) => text("routing.all").into_any(),
        (true, false) => text("routing.rest").into_any(),
        (false, _) => codes(&conditions),
    };
    let count = firing.map(|count| {
        let words = text_with("routing.here", &[("count", &count)]);
        view! { <span class="route-count" data-some=(count > 0).then_some("")>{words}</span> }
    });
    let grouped = match grouped_by.as_slice() {
        [] => text("routing.one-group").to_owned(),
        [all] if all == "..." => text("routing.ungrouped").to_owned(),
        labels => text_with("routing.grouped", &[("labels", &ui::listed(labels))]),
    };
    let mut facts = vec![grouped, text_with("routing.repeats", &[("after", &repeats_after)])];
    facts.extend((!muted.is_empty()).then(|| text_with("routing.muted", &[("times", &ui::listed(&muted))])));
    facts.extend(
        (!active.is_empty()).then(|| text_with("routing.active", &[("times", &ui::listed(&active))])),
    );
    facts.extend(goes_on.then(|| text("routing.goes-on").to_owned()));
    let children = routes.into_iter().map(|child| self::route(child, false)).collect_view();
    view! {
        <li>
            <div class="route">
                <span class="route-which">{which}</span>
                " "
                <span class="route-to">{text("routing.to")}" "<strong>{receiver}</strong>" "{count}</span>
                " "
                <span class="route-facts">{facts.join(" · ")}</span>
            </div>
            <ul>{children}</ul>
        </li>
    }
    .into_any()
}

fn codes(conditions: &[String]) -> AnyView {
    let one = |text: &String| view! { <code>{text.clone()}</code>" " };
    conditions.iter().map(one).collect_view().into_any()
}

fn held_back(rules: Vec<Inhibition>) -> AnyView {
    let row = |rule: Inhibition| {
        view! {
            <tr>
                <th scope="row">{codes(&rule.source)}</th>
                <td data-heading=text("inhibition.target")>{codes(&rule.target)}</td>
                <td data-heading=text("inhibition.equal")>{codes(&rule.equal)}</td>
            </tr>
        }
    };
    let headings = [text("inhibition.source"), text("inhibition.target"), text("inhibition.equal")];
    let rows = rules.into_iter().map(row).collect_view().into_any();
    view! {
        <Card title=text("inhibition") flush=true>{plain_table(text("inhibition"), &headings, rows)}</Card>
    }
    .into_any()
}
