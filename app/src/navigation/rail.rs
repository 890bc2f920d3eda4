//! The rail beside every page.

use super::{PLATFORM, PROVIDERS};
use crate::words::text;
use clusters_contract::{MenuGroup, MenuKind, Navigation};
use model::{ClusterName, Me, Platform, PlatformLink, link};
use ui::{Glyph, NavigationGroup, NavigationItem};

/// The rail: the fleet and search, what the cluster serves, then people and what they may do, with the number of requests
/// that wait for the reader.
pub fn groups(
    me: &Me,
    cluster: Option<&ClusterName>,
    navigation: Option<&Navigation>,
    requests: Option<u64>,
    platform: &Platform,
) -> Vec<NavigationGroup> {
    let first = first(cluster, navigation, platform);
    let mut groups = vec![NavigationGroup { title: String::new(), items: first, more: Vec::new() }];
    if let (Some(cluster), Some(navigation)) = (cluster, navigation) {
        groups.extend(navigation.groups.iter().map(|group| served(cluster, group)));
    }
    let last = of_platform(me, requests, platform);
    groups.push(NavigationGroup { title: text("platform").to_owned(), items: last, more: Vec::new() });
    groups
}

/// The fleet, search, and the pages of the cluster that are no lists of a kind.
fn first(
    cluster: Option<&ClusterName>,
    navigation: Option<&Navigation>,
    platform: &Platform,
) -> Vec<NavigationItem> {
    let mut items = vec![
        item(text("fleet"), "/".to_owned(), Glyph::Fleet),
        item(text("search"), link::search(""), Glyph::Search),
    ];
    let Some(cluster) = cluster else { return items };
    items.extend([
        item(text("overview"), link::cluster(cluster), Glyph::Activity),
        item(text("monitoring"), link::monitoring(cluster), Glyph::Chart),
        item(text("logs"), link::records(cluster, ""), Glyph::Logs),
        item(text("deleted"), link::deleted(cluster), Glyph::Trash),
    ]);
    if navigation.is_some_and(|navigation| navigation.sees_recordings) {
        items.push(item(text("recordings"), link::recordings(cluster, None), Glyph::Terminal));
    }
    if navigation.is_some_and(|navigation| navigation.sees_members) {
        items.push(item(text("members"), link::cluster_members(cluster), Glyph::User));
    }
    items.extend(platform.sites(Some(cluster)).map(|of_cluster| site(of_cluster, Some(cluster))));
    items
}

/// The kinds of a group that the cluster serves.
fn served(cluster: &ClusterName, group: &MenuGroup) -> NavigationGroup {
    let of_kind =
        |kind: &MenuKind| item(&kind.title, link::list(cluster, &kind.slug), glyph(&group.id, kind));
    let (more, items): (Vec<_>, Vec<_>) = group.kinds.iter().partition(|kind| kind.rare);
    let of_kinds = |kinds: Vec<&MenuKind>| kinds.into_iter().map(of_kind).collect();
    NavigationGroup { title: group.title.clone(), items: of_kinds(items), more: of_kinds(more) }
}

/// What is the same whatever cluster one is in, as far as this person may see it.
fn of_platform(me: &Me, requests: Option<u64>, platform: &Platform) -> Vec<NavigationItem> {
    let offered = [
        (text("workspaces"), link::WORKSPACES, Glyph::Fleet, true),
        (text("people"), link::PEOPLE, Glyph::User, me.may("accounts.view")),
        (text("requests"), link::REQUESTS, Glyph::Lock, true),
        (text("notifications"), link::NOTIFICATIONS, Glyph::Bell, true),
        (text("departments"), link::DEPARTMENTS, Glyph::Workload, me.may("accounts.view")),
        (text("roles"), link::ROLES, Glyph::Shield, me.may("platform.roles") || me.may("workspaces.view")),
        (text("providers"), PROVIDERS, Glyph::Key, me.role == "administrator"),
        (text("platform.settings"), PLATFORM, Glyph::Settings, me.may("platform.settings")),
        (text("audit"), link::AUDIT, Glyph::Event, me.may("platform.audit")),
    ];
    let offered = offered.into_iter().filter(|(.., is_offered)| *is_offered);
    let waiting = |href| requests.filter(|count| href == link::REQUESTS && *count > 0);
    let offered = offered.map(|(words, href, glyph, _)| NavigationItem {
        count: waiting(href),
        ..item(words, href.to_owned(), glyph)
    });
    offered.chain(platform.sites(None).map(|of_none| site(of_none, None))).collect()
}

fn item(title: &str, href: String, glyph: Glyph) -> NavigationItem {
    NavigationItem { title: title.to_owned(), href, glyph, count: None }
}

fn site(site: &PlatformLink, cluster: Option<&ClusterName>) -> NavigationItem {
    item(&site.title, link::site(cluster, &site.title), Glyph::External)
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::KindSlug;

    #[test]
    fn kinds_that_few_look_for_are_folded() {
        let kind = |slug: &str, rare| MenuKind {
            slug: KindSlug::parse(slug).unwrap(),
            title: slug.into(),
            rare,
            aliases: vec![],
            namespaced: true,
            creatable: true,
            alertable: true,
        };
        let kinds = vec![kind("leases", true), kind("nodes", false), kind("events", false)];
        let group = MenuGroup { id: "cluster".into(), title: "Cluster".into(), kinds };

        let shown = served(&ClusterName::parse("harbour").unwrap(), &group);

        let titles =
            |items: &[NavigationItem]| items.iter().map(|item| item.title.clone()).collect::<Vec<_>>();
        assert_eq!(titles(&shown.items), ["nodes", "events"]);
        assert_eq!(titles(&shown.more), ["leases"]);
    }
}
