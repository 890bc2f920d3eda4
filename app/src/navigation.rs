//! What the rail and the top bar offer, from what the server knows about a cluster.

use crate::words::text;
use clusters_contract::{MenuKind, Navigation};
use model::{ClusterName, link};
use resources_pages::KindFacts;
use ui::{Crumb, Glyph, NavigationGroup, NavigationItem};

/// The cluster that a page's path belongs to.
pub fn cluster_of(path: &str) -> Option<ClusterName> {
    let rest = path.strip_prefix("/clusters/")?;
    ClusterName::parse(rest.split('/').next()?).ok()
}

/// The rail: the fleet and search, then what the cluster serves.
pub fn groups(cluster: Option<&ClusterName>, navigation: Option<&Navigation>) -> Vec<NavigationGroup> {
    let item = |title: &str, href: String, glyph: Glyph| NavigationItem {
        title: title.to_owned(),
        href,
        glyph,
        count: None,
    };
    let mut first = vec![
        item(text("fleet"), "/".to_owned(), Glyph::Fleet),
        item(text("search"), link::search(""), Glyph::Search),
    ];
    first.extend(cluster.map(|cluster| item(text("overview"), link::cluster(cluster), Glyph::Activity)));
    let mut groups = vec![NavigationGroup { title: String::new(), items: first }];
    if let (Some(cluster), Some(navigation)) = (cluster, navigation) {
        groups.extend(navigation.groups.iter().map(|group| {
            NavigationGroup {
                title: group.title.clone(),
                items: group
                    .kinds
                    .iter()
                    .map(|kind| item(&kind.title, link::list(cluster, &kind.slug), glyph(&group.id, kind)))
                    .collect(),
            }
        }));
    }
    groups
}

/// A picture for a kind: its own where there is one, otherwise its group's.
pub fn glyph(group: &str, kind: &MenuKind) -> Glyph {
    match (kind.slug.as_str(), group) {
        ("nodes", _) => Glyph::Node,
        ("namespaces", _) => Glyph::Namespace,
        ("events", _) => Glyph::Event,
        ("secrets", _) => Glyph::Key,
        ("pods", _) => Glyph::Box,
        ("jobs" | "cronjobs", _) => Glyph::Clock,
        (_, "workloads") => Glyph::Workload,
        (_, "networking" | "network") => Glyph::Network,
        (_, "configuration") => Glyph::Configuration,
        (_, "storage") => Glyph::Storage,
        (_, "access") => Glyph::Shield,
        (_, "cluster") => Glyph::Cluster,
        _ => Glyph::Custom,
    }
}

/// The kinds as pages know them.
pub fn kinds(navigation: &Navigation) -> Vec<KindFacts> {
    let kinds = navigation.groups.iter().flat_map(|group| &group.kinds);
    let facts = |kind: &MenuKind| KindFacts {
        slug: kind.slug.clone(),
        title: kind.title.clone(),
        namespaced: kind.namespaced,
        creatable: kind.creatable,
    };
    kinds.map(facts).collect()
}

/// The path to a page; the cluster's step offers the other clusters, the kind's step the other kinds.
pub fn crumbs(path: &str, navigation: Option<&Navigation>) -> Vec<Crumb> {
    let Some(cluster) = cluster_of(path) else { return outside(path) };
    let mut parts = path.split('/').skip(3).filter(|part| !part.is_empty());
    let (kind, _namespace, name) = (parts.next(), parts.next(), parts.next());
    let title_of = |slug: &str| {
        let all = navigation.iter().flat_map(|navigation| &navigation.groups).flat_map(|group| &group.kinds);
        all.into_iter().find(|kind| kind.slug.as_str() == slug).map(|kind| kind.title.clone())
    };
    let clusters = navigation.map(|navigation| navigation.clusters.clone()).unwrap_or_default();
    let others = clusters.iter().map(|cluster| (cluster.to_string(), link::cluster(cluster))).collect();
    let mut crumbs = vec![Crumb::link(cluster.to_string(), link::cluster(&cluster)).beside(others)];
    if let Some(kind) = kind {
        let title = if kind == "create" {
            text("create").to_owned()
        } else {
            title_of(kind).unwrap_or_else(|| kind.to_owned())
        };
        crumbs.push(Crumb::link(title, format!("{}/{kind}", link::cluster(&cluster))));
    }
    if let Some(name) = name {
        crumbs.push(Crumb::link(link::unescape(name), path));
    }
    if let Some(last) = crumbs.last_mut() {
        last.href = None;
    }
    crumbs
}

fn outside(path: &str) -> Vec<Crumb> {
    let title = match path {
        "/" => text("fleet"),
        "/search" => text("search"),
        "/preferences" => text("preferences"),
        "/components" => "Components",
        _ => return vec![Crumb::link(text("fleet"), "/")],
    };
    vec![Crumb::here(title)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_steps() {
        let crumbs = crumbs("/clusters/harbour/clusterroles/-/my%20role%3Fx", None);

        let titles: Vec<&str> = crumbs.iter().map(|crumb| crumb.title.as_str()).collect();
        assert_eq!(titles, ["harbour", "clusterroles", "my role?x"]);
        assert_eq!(crumbs.iter().filter(|crumb| crumb.href.is_none()).count(), 1);
    }

    #[test]
    fn only_paths_of_clusters_have_a_cluster() {
        assert_eq!(
            cluster_of("/clusters/harbour/pods").map(|name| name.to_string()).as_deref(),
            Some("harbour")
        );
        assert_eq!(cluster_of("/clusters/%2e%2e/pods"), None);
        assert_eq!(cluster_of("/search"), None);
    }
}
