//! Creating objects from YAML.

mod templates;

use crate::address::use_cluster;
use crate::editor::{Draft, editor};
use crate::surroundings::{KindFacts, Surroundings};
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, KindSlug, Namespace, link};
use ui::{PageHeader, PageTitle, Problem};

/// The address of the page, with what it should begin with.
pub fn address(cluster: &ClusterName, kind: Option<&KindSlug>, namespace: Option<&Namespace>) -> String {
    let kind = kind.map(|kind| format!("kind={kind}"));
    let namespace = namespace.map(|namespace| format!("namespace={namespace}"));
    let pairs: Vec<String> = kind.into_iter().chain(namespace).collect();
    let question = if pairs.is_empty() { "" } else { "?" };
    format!("{}/create{question}{}", link::cluster(cluster), pairs.join("&"))
}

/// Kinds whose objects the cluster makes itself. Creating one by hand is possible and never what anybody wants.
const MADE_BY_THE_CLUSTER: [&str; 9] = [
    "controllerrevisions",
    "csinodes",
    "csistoragecapacities",
    "endpoints",
    "endpointslices",
    "events",
    "leases",
    "nodes",
    "volumeattachments",
];

/// Where something new of a kind is made, wherever that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    /// Where "Create" leads: to the form of the kind, or to YAML where it has none.
    pub href: String,
    /// Where the same is written as YAML, if "Create" leads to a form.
    pub by_hand: Option<String>,
}

impl Creation {
    /// Nothing where the reader may not, and of kinds that the cluster alone makes.
    ///
    /// `place` is the namespace that is looked at, `namespaces` are those that the reader may see. `is_described` says whether
    /// the kind's definition describes its fields. While nobody has asked that, a kind that somebody defined leads to its form,
    /// whose page asks, and leads on to YAML where there is none.
    pub fn of(
        cluster: &ClusterName,
        kind: &KindFacts,
        place: Option<&Namespace>,
        namespaces: &[Namespace],
        is_described: Option<bool>,
    ) -> Option<Self> {
        let slug = &kind.slug;
        if !kind.creatable || MADE_BY_THE_CLUSTER.contains(&slug.as_str()) {
            return None;
        }
        let by_hand = address(cluster, Some(slug), place);
        let only = only(namespaces);
        let namespace = place.or(only.as_ref()).filter(|_| kind.namespaced);
        // Kubernetes' own kinds have no definition that could tell.
        let is_described = is_described.unwrap_or_else(|| slug.as_str().contains('.'));
        Some(match link::new_form(cluster, slug, namespace, is_described) {
            Some(href) => Self { href, by_hand: Some(by_hand) },
            None => Self { href: by_hand, by_hand: None },
        })
    }
}

/// An editor for one or more YAML documents, which begins with an example of the kind.
#[component]
pub fn CreatePage() -> impl IntoView {
    let (cluster, query) = (use_cluster(), use_query_map());
    let surroundings = Surroundings::here();
    let content = move || match cluster.get() {
        Ok(cluster) => {
            let query = query.read();
            let kind = query.get("kind").and_then(|text| KindSlug::parse(&text).ok());
            let namespace = query.get("namespace").and_then(|text| Namespace::parse(&text).ok());
            let namespace = namespace.or_else(|| only(&surroundings.namespaces.read_untracked()));
            let next =
                kind.as_ref().map_or_else(|| link::cluster(&cluster), |kind| link::list(&cluster, kind));
            let start_over = address(&cluster, kind.as_ref(), namespace.as_ref());
            let text = templates::template(kind.as_ref(), namespace.as_ref());
            let is_secret = kind.as_ref().is_some_and(|kind| kind.as_str() == "secrets");
            editor(&Draft { cluster, namespace, kind, text, base: None, next, start_over, is_secret }, None)
        }
        Err(error) => view! { <Problem error is_page=true/> }.into_any(),
    };
    view! {
        <PageTitle text=text("create.title")/>
        <PageHeader title=text("create.title")/>
        <p class="hint">{text("create.hint")}</p>
        {content}
    }
}

/// The namespace of somebody who has just one.
fn only(namespaces: &[Namespace]) -> Option<Namespace> {
    match namespaces {
        [only] => Some(only.clone()),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn namespaces(names: &[&str]) -> Vec<Namespace> {
        names.iter().map(|name| Namespace::parse(name).unwrap()).collect()
    }

    fn kind(slug: &str) -> KindFacts {
        KindFacts {
            slug: KindSlug::parse(slug).unwrap(),
            title: slug.into(),
            namespaced: slug != "clusterroles",
            creatable: true,
            alertable: true,
        }
    }

    fn creation(kind: &KindFacts, is_described: Option<bool>) -> Option<Creation> {
        let harbour = ClusterName::parse("harbour").unwrap();
        Creation::of(&harbour, kind, None, &namespaces(&["blog", "shop"]), is_described)
    }

    #[test]
    fn create_leads_to_the_form_where_the_kind_has_one_and_to_yaml_otherwise() {
        let form = |slug: &str| Creation {
            href: format!("/clusters/harbour/new/{slug}"),
            by_hand: Some(format!("/clusters/harbour/create?kind={slug}")),
        };
        let yaml =
            |slug: &str| Creation { href: format!("/clusters/harbour/create?kind={slug}"), by_hand: None };
        let custom = "kilns.pots.example";

        for known in [None, Some(false)] {
            assert_eq!(creation(&kind("deployments"), known), Some(form("deployments")));
            assert_eq!(creation(&kind("replicasets"), known), Some(yaml("replicasets")));
        }
        assert_eq!(creation(&kind(custom), Some(true)), Some(form(custom)));
        assert_eq!(creation(&kind(custom), Some(false)), Some(yaml(custom)));
        assert_eq!(creation(&kind(custom), None), Some(form(custom)), "its page asks");
    }

    #[test]
    fn nothing_is_offered_of_what_the_reader_may_not_make_and_of_what_nobody_makes() {
        assert_eq!(creation(&KindFacts { creatable: false, ..kind("deployments") }, None), None);
        assert_eq!(creation(&kind("events"), None), None);
    }

    #[test]
    fn a_form_begins_in_the_namespace_that_is_looked_at_or_in_the_only_one() {
        let harbour = ClusterName::parse("harbour").unwrap();
        let href = |kind: &KindFacts, place: Option<&Namespace>, names: &[&str]| {
            Creation::of(&harbour, kind, place, &namespaces(names), None).unwrap().href
        };
        let (shop, deployments) = (Namespace::parse("shop").unwrap(), kind("deployments"));

        assert!(href(&deployments, Some(&shop), &["blog"]).ends_with("/new/deployments?namespace=shop"));
        assert!(href(&deployments, None, &["blog"]).ends_with("/new/deployments?namespace=blog"));
        assert!(href(&deployments, None, &["blog", "shop"]).ends_with("/new/deployments"));
        assert!(href(&kind("clusterroles"), Some(&shop), &["blog"]).ends_with("/new/clusterroles"));
    }
}
