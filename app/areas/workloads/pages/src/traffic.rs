//! What may reach the pods of an object and what they may reach, drawn from left to right.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ResourceRef, link};
use std::collections::BTreeMap;
use ui::{Empty, Glyph, Icon, Problem, SkeletonCards, awaited};
use workloads_contract::{Peer, TrafficRule, TrafficView, Way, read_traffic};

/// Kinds with pods of their own.
const WITH_PODS: [&str; 7] =
    ["cronjobs", "daemonsets", "deployments", "jobs", "pods", "replicasets", "statefulsets"];
/// The kind that says it.
const POLICIES: &str = "networkpolicies";

/// The tab's title.
pub fn traffic_title() -> String {
    text("traffic").to_owned()
}

/// Whether network policies can be about an object.
pub fn has_traffic(object: &ResourceRef) -> bool {
    object.kind.as_str() == POLICIES || WITH_PODS.contains(&object.kind.as_str())
}

/// The drawing.
pub fn traffic_tab(object: ResourceRef) -> AnyView {
    let asked = object.clone();
    let found = Resource::new_blocking(|| (), move |()| read_traffic(asked.clone()));
    let is_policy = object.kind.as_str() == POLICIES;
    let content = move || {
        let about = object.clone();
        Suspend::new(async move {
            match found.await {
                Ok(view) => draw(view, about.name.as_str(), is_policy),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <SkeletonCards count=3/> }>{awaited(content)}</Transition> }
        .into_any()
}

/// What may reach the pods of something of this name, and what they may reach.
pub(crate) fn draw(view: TrafficView, about: &str, is_policy: bool) -> AnyView {
    let TrafficView { pods, policies, incoming, outgoing } = view;
    if policies.is_empty() {
        let explanation = text("traffic.none.text");
        return view! { <Empty glyph=Glyph::Network title=text("traffic.none") explanation/> }.into_any();
    }
    let named = (!is_policy).then(|| {
        let one = |policy: ResourceRef| view! { <li><a href=link::object(&policy)>{policy.name.to_string()}</a></li> };
        view! {
            <p class="hint">{text("traffic.by")}</p>
            <ul class="traffic-policies">{policies.into_iter().map(one).collect_view()}</ul>
        }
    });
    view! {
        <div class="traffic">
            <section class="traffic-side" aria-label=text("traffic.in")>
                <h2>{text("traffic.in")}</h2>
                {side(incoming, text("traffic.in.open"), text("traffic.in.nothing"), is_policy)}
            </section>
            <div class="traffic-arrow" aria-hidden="true"><Icon glyph=Glyph::ChevronRight/></div>
            <section class="traffic-middle card" aria-label=text("traffic.pods")>
                <strong>{about.to_owned()}</strong>
                <p>{text_with("traffic.about", &[("count", &pods)])}</p>
                {named}
            </section>
            <div class="traffic-arrow" aria-hidden="true"><Icon glyph=Glyph::ChevronRight/></div>
            <section class="traffic-side" aria-label=text("traffic.out")>
                <h2>{text("traffic.out")}</h2>
                {side(outgoing, text("traffic.out.open"), text("traffic.out.nothing"), is_policy)}
            </section>
        </div>
        <p class="hint">{text("traffic.heeded")}</p>
    }
    .into_any()
}

fn side(way: Way, open: &'static str, nothing: &'static str, is_policy: bool) -> AnyView {
    let rules = match way {
        Way::Open => return view! { <p class="traffic-box" data-way="open">{open}</p> }.into_any(),
        Way::Only(rules) if rules.is_empty() => {
            return view! { <p class="traffic-box" data-way="closed">{nothing}</p> }.into_any();
        }
        Way::Only(rules) => rules,
    };
    // What several policies say alike is one box.
    let mut boxes: BTreeMap<(String, String), Vec<TrafficRule>> = BTreeMap::new();
    for rule in rules {
        let key = (peer_words(&rule.peer), ports(&rule.ports));
        boxes.entry(key).or_default().push(rule);
    }
    let one = |((words, ports), rules): ((String, String), Vec<TrafficRule>)| {
        let found = rules.first().and_then(|rule| found(&rule.peer));
        let by = (!is_policy).then(|| {
            let names: Vec<String> = rules.iter().map(|rule| rule.policy.name.to_string()).collect();
            view! { <span class="traffic-by">{text_with("traffic.says", &[("names", &ui::listed(&names))])}</span> }
        });
        view! {
            <li class="traffic-box" data-way="some">
                <strong>{words}</strong>
                {found.map(|words| view! { <span class="about">{words}</span> })}
                <code>{ports}</code>
                {by}
            </li>
        }
    };
    view! { <ul class="traffic-boxes">{boxes.into_iter().map(one).collect_view()}</ul> }.into_any()
}

fn ports(ports: &[String]) -> String {
    if ports.is_empty() { text("traffic.every-port").to_owned() } else { ui::listed(ports) }
}

fn peer_words(peer: &Peer) -> String {
    match peer {
        Peer::Anybody => text("traffic.anybody").to_owned(),
        Peer::Addresses { cidr, except } if except.is_empty() => cidr.clone(),
        Peer::Addresses { cidr, except } => {
            text_with("traffic.except", &[("cidr", cidr), ("except", &ui::listed(except))])
        }
        Peer::Pods { pods, namespaces, .. } => {
            let pods = match pods.as_str() {
                "" => text("traffic.all-pods").to_owned(),
                labels => text_with("traffic.pods-with", &[("labels", &labels)]),
            };
            match namespaces.as_deref().map(|labels| (labels, only_project(labels))) {
                None => text_with("traffic.here", &[("pods", &pods)]),
                Some(("", _)) => text_with("traffic.everywhere", &[("pods", &pods)]),
                Some((_, Some(name))) => text_with("traffic.of", &[("pods", &pods), ("name", &name)]),
                Some((labels, None)) => text_with("traffic.there", &[("pods", &pods), ("labels", &labels)]),
            }
        }
    }
}

/// The project that a selector of namespaces names: each namespace has its name as a label.
fn only_project(labels: &str) -> Option<&str> {
    labels.strip_prefix("kubernetes.io/metadata.name=").filter(|name| !name.contains(','))
}

/// Who that is now.
fn found(peer: &Peer) -> Option<String> {
    let Peer::Pods { found, places, more_places, .. } = peer else { return None };
    if *found == 0 {
        return Some(text("traffic.nobody-now").to_owned());
    }
    let mut places = ui::listed(places);
    if *more_places > 0 {
        places = text_with("traffic.more-places", &[("places", &places), ("count", more_places)]);
    }
    Some(text_with("traffic.now", &[("count", found), ("places", &places)]))
}
