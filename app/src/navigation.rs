//! What the rail and the top bar offer, from what the server knows about a cluster.

use crate::recent::sorted;
use crate::words::text;
use clusters_contract::{MenuKind, Navigation};
use model::{ClusterName, Me, Platform, PlatformLink, link};
use resources_pages::KindFacts;
use ui::{Crumb, Glyph, NavigationGroup, NavigationItem};

/// The cluster that a page's path belongs to.
pub fn cluster_of(path: &str) -> Option<ClusterName> {
    let rest = path.strip_prefix("/clusters/")?;
    ClusterName::parse(rest.split('/').next()?).ok()
}

/// The kind that a page's path belongs to.
pub fn kind_of(path: &str) -> Option<&str> {
    cluster_of(path)?;
    let mut parts = path.split('/').skip(3);
    let kind = parts.next().filter(|kind| !kind.is_empty() && !PAGES.contains(kind))?;
    // The form for something new stands beside the lists.
    if kind == NEW { parts.next() } else { Some(kind) }
}

/// Pages of a cluster whose addresses stand where others name a kind.
const PAGES: [&str; 7] = ["create", "deleted", "logs", "members", "monitoring", "recordings", "sites"];

/// What the addresses of forms for something new begin with, where others name a kind.
const NEW: &str = "new";

/// The rail: the fleet and search, what the cluster serves, then people and what they may do, with the number of requests
/// that wait for the reader.
pub fn groups(
    me: &Me,
    cluster: Option<&ClusterName>,
    navigation: Option<&Navigation>,
    requests: Option<u64>,
    platform: &Platform,
) -> Vec<NavigationGroup> {
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
    first.extend(cluster.map(|cluster| item(text("monitoring"), link::monitoring(cluster), Glyph::Chart)));
    first.extend(cluster.map(|cluster| item(text("logs"), link::records(cluster, ""), Glyph::Logs)));
    first.extend(cluster.map(|cluster| item(text("deleted"), link::deleted(cluster), Glyph::Trash)));
    let recorded = cluster.filter(|_| navigation.is_some_and(|navigation| navigation.sees_recordings));
    first.extend(
        recorded.map(|cluster| item(text("recordings"), link::recordings(cluster, None), Glyph::Terminal)),
    );
    let members = cluster.filter(|_| navigation.is_some_and(|navigation| navigation.sees_members));
    first.extend(members.map(|cluster| item(text("members"), link::cluster_members(cluster), Glyph::User)));
    let site =
        |site: &PlatformLink, cluster| item(&site.title, link::site(cluster, &site.title), Glyph::External);
    first.extend(cluster.into_iter().flat_map(|cluster| {
        platform.sites(Some(cluster)).map(move |of_cluster| site(of_cluster, Some(cluster)))
    }));
    let mut groups = vec![NavigationGroup { title: String::new(), items: first, more: Vec::new() }];
    if let (Some(cluster), Some(navigation)) = (cluster, navigation) {
        groups.extend(navigation.groups.iter().map(|group| {
            let entry =
                |kind: &MenuKind| item(&kind.title, link::list(cluster, &kind.slug), glyph(&group.id, kind));
            let (more, items): (Vec<_>, Vec<_>) = group.kinds.iter().partition(|kind| kind.rare);
            let entries = |kinds: Vec<&MenuKind>| kinds.into_iter().map(entry).collect();
            NavigationGroup { title: group.title.clone(), items: entries(items), more: entries(more) }
        }));
    }
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
    let items = offered.chain(platform.sites(None).map(|of_none| site(of_none, None))).collect();
    groups.push(NavigationGroup { title: text("platform").to_owned(), items, more: Vec::new() });
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
        alertable: kind.alertable,
    };
    kinds.map(facts).collect()
}

/// What the path to a page is made from.
#[derive(Clone, Copy)]
pub struct Here<'h> {
    /// The path of the page.
    pub path: &'h str,
    /// The question in its address, as it stands there.
    pub question: &'h str,
    /// What its cluster serves.
    pub navigation: Option<&'h Navigation>,
    /// Clusters visited lately.
    pub clusters: &'h [String],
    /// Kinds visited lately.
    pub kinds: &'h [String],
}

/// What a list keeps when the cluster or the namespace is switched: how it is looked at, not what is open in it.
const LOOKED_AT: [&str; 4] = ["search", "sort", "columns", "size"];

/// The path to a page. Each step offers what stands beside it, what was visited lately first: other clusters, which keep
/// the kind and the filter; other namespaces; other kinds, which keep the namespace.
pub fn crumbs(here: Here<'_>) -> Vec<Crumb> {
    let path = here.path;
    let Some(cluster) = cluster_of(path) else { return outside(path) };
    let mut parts = path.split('/').skip(3).filter(|part| !part.is_empty());
    let first = parts.next();
    let is_new = first == Some(NEW);
    let kind = if is_new { parts.next() } else { first };
    let (namespace, name) = (parts.next(), parts.next());
    let is_list = kind.is_some_and(|kind| !PAGES.contains(&kind)) && namespace.is_none();
    let kept = |also: &[&str]| match is_list {
        true => kept(here.question, also),
        false => Vec::new(),
    };
    let of_object = namespace.filter(|namespace| *namespace != link::NO_NAMESPACE);
    let in_namespace = |namespace: &str| format!("namespace={}", link::escape(namespace));
    let mut crumbs =
        vec![Crumb::link(cluster.to_string(), link::cluster(&cluster)).beside(clusters(here, |cluster| {
            let kind = match kind {
                Some("monitoring") => return link::monitoring(cluster),
                Some("logs") => return link::records(cluster, ""),
                kind => kind.filter(|kind| !PAGES.contains(kind)),
            };
            let Some(kind) = kind else { return link::cluster(cluster) };
            let of_object = of_object.map(in_namespace);
            let pairs = kept(&["namespace"]).into_iter().chain(of_object);
            asking(format!("{}/{kind}", link::cluster(cluster)), pairs)
        }))];
    let Some(kind) = kind else { return ended(crumbs) };
    if kind == "monitoring" {
        crumbs.push(Crumb::link(text("monitoring"), link::monitoring(&cluster)));
        if namespace == Some("silences") || (namespace == Some("alerts") && name.is_some()) {
            crumbs.push(Crumb::link(text("monitoring.alerts"), link::alerts(&cluster)));
        }
        if namespace == Some("rules") {
            crumbs.push(Crumb::link(text("monitoring.alerts"), link::alerts(&cluster)));
            if name.is_some() {
                crumbs.push(Crumb::link(text("monitoring.rules"), link::rules(&cluster)));
            }
        }
        if namespace == Some("list-alerts") {
            crumbs.push(Crumb::link(text("monitoring.alerts"), link::alerts(&cluster)));
            if name.is_some() {
                crumbs.push(Crumb::link(text("monitoring.list-alerts"), link::list_alerts(&cluster)));
            }
        }
        if namespace == Some("dashboards") && name.is_some() {
            crumbs.push(Crumb::link(text("monitoring.dashboards"), link::dashboards(&cluster)));
        }
        crumbs.extend(namespace.map(|page| match (page, name) {
            ("dashboards", None) => Crumb::here(text("monitoring.dashboards")),
            ("dashboards", Some("new")) => Crumb::here(text("monitoring.dashboard.new")),
            ("dashboards", Some("import")) => Crumb::here(text("monitoring.dashboard.import")),
            ("dashboards", _) => Crumb::here(text("monitoring.dashboard")),
            ("alerts", Some(_)) => Crumb::here(text("monitoring.routing")),
            ("alerts", None) => Crumb::here(text("monitoring.alerts")),
            ("silences", _) => Crumb::here(text("monitoring.silence")),
            ("list-alerts", None) => Crumb::here(text("monitoring.list-alerts")),
            ("list-alerts", Some("new")) => Crumb::here(text("monitoring.list-alert.new")),
            ("list-alerts", _) => Crumb::here(text("monitoring.list-alert")),
            ("rules", None) => Crumb::here(text("monitoring.rules")),
            ("rules", Some("new")) => Crumb::here(text("monitoring.rule.new")),
            ("rules", _) => Crumb::here(text("monitoring.rule")),
            ("ranking", _) => Crumb::here(text("monitoring.ranking")),
            ("consumption", _) => Crumb::here(text("monitoring.consumption")),
            _ => Crumb::here(text("monitoring.explore")),
        }));
        return ended(crumbs);
    }
    if kind == "logs" {
        crumbs.push(Crumb::link(text("logs"), link::records(&cluster, "")));
        crumbs.extend(namespace.map(|of| match of {
            "events" => Crumb::here(text("logs.events")),
            "saved" => Crumb::here(text("logs.saved")),
            _ => Crumb::here(text("logs.audit")),
        }));
        return ended(crumbs);
    }
    if kind == "recordings" {
        crumbs.push(Crumb::link(text("recordings"), link::recordings(&cluster, None)));
        crumbs.extend(namespace.map(|_| Crumb::here(text("recording"))));
        return ended(crumbs);
    }
    if kind == "sites" {
        crumbs.extend(namespace.map(|site| Crumb::here(link::unescape(site))));
        return ended(crumbs);
    }
    if let "create" | "deleted" | "members" | "who-can" = kind {
        let title = match kind {
            "create" => text("create"),
            "deleted" => text("deleted"),
            "members" => text("members"),
            _ => text("who-can"),
        };
        crumbs.push(Crumb::here(title));
        crumbs.extend(namespace.map(Crumb::here));
        return ended(crumbs);
    }
    let list = format!("{}/{kind}", link::cluster(&cluster));
    let facts = here.menu_kinds().find(|known| known.slug.as_str() == kind);
    let asked: Vec<String> = values(here.question, "namespace").filter(|_| is_list).collect();
    let chosen = of_object.map(|namespace| vec![namespace.to_owned()]).unwrap_or(asked);
    if facts.is_some_and(|facts| facts.namespaced) || of_object.is_some() {
        let all = asking(list.clone(), kept(&[]));
        let one =
            |namespace: &str| asking(list.clone(), kept(&[]).into_iter().chain([in_namespace(namespace)]));
        let others = here.navigation.iter().flat_map(|navigation| &navigation.namespaces);
        let others = others.map(|namespace| (namespace.to_string(), one(namespace.as_str())));
        let every = (text("namespace.all").to_owned(), all.clone());
        let title = if chosen.is_empty() { every.0.clone() } else { chosen.join(", ") };
        let href = if let [only] = chosen.as_slice() { one(only) } else { all };
        let beside =
            if here.navigation.is_some() { std::iter::once(every).chain(others).collect() } else { vec![] };
        crumbs.push(Crumb::link(title, href).beside(beside));
    }
    let title = facts.map_or_else(|| kind.to_owned(), |facts| facts.title.clone());
    let in_chosen: Vec<String> = chosen.iter().map(|namespace| in_namespace(namespace)).collect();
    let others = here.menu_kinds().map(|other| {
        let pairs = in_chosen.iter().filter(|_| other.namespaced).cloned();
        (other.slug.to_string(), (other.title.clone(), asking(link::list(&cluster, &other.slug), pairs)))
    });
    let others = sorted(others.collect(), here.kinds, |(slug, _)| slug.clone());
    let href = asking(list, in_chosen.clone());
    crumbs.push(Crumb::link(title, href).beside(others.into_iter().map(|(_, other)| other).collect()));
    if is_new {
        crumbs.push(Crumb::here(text("new")));
    }
    if let Some(name) = name {
        crumbs.push(Crumb::link(link::unescape(name), path));
    }
    ended(crumbs)
}

impl<'h> Here<'h> {
    fn menu_kinds(self) -> impl Iterator<Item = &'h MenuKind> {
        self.navigation.into_iter().flat_map(|navigation| &navigation.groups).flat_map(|group| &group.kinds)
    }
}

/// The clusters with an address in each, those visited lately first.
fn clusters(here: Here<'_>, address: impl Fn(&ClusterName) -> String) -> Vec<(String, String)> {
    let all = here.navigation.map(|navigation| navigation.clusters.clone()).unwrap_or_default();
    let all = sorted(all, here.clusters, ToString::to_string);
    all.iter().map(|cluster| (cluster.to_string(), address(cluster))).collect()
}

/// The last step is the page itself.
fn ended(mut crumbs: Vec<Crumb>) -> Vec<Crumb> {
    if let Some(last) = crumbs.last_mut() {
        last.href = None;
    }
    crumbs
}

/// The pairs of a question that a switch keeps, as they stand there.
fn kept(question: &str, also: &[&str]) -> Vec<String> {
    let is_kept = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        LOOKED_AT.contains(&name) || also.contains(&name)
    };
    question.trim_start_matches('?').split('&').filter(is_kept).map(str::to_owned).collect()
}

/// The values of a name in a question.
fn values<'q>(question: &'q str, name: &'q str) -> impl Iterator<Item = String> + 'q {
    let pairs = question.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let values = pairs.filter(move |(own, _)| *own == name).map(|(_, value)| link::unescape(value));
    values.filter(|value| !value.is_empty())
}

fn asking(address: String, pairs: impl IntoIterator<Item = String>) -> String {
    let pairs: Vec<String> = pairs.into_iter().collect();
    if pairs.is_empty() { address } else { format!("{address}?{}", pairs.join("&")) }
}

/// The address of the identity providers.
const PROVIDERS: &str = "/settings/providers";
/// The address of what is said of the platform.
const PLATFORM: &str = "/settings/platform";

fn outside(path: &str) -> Vec<Crumb> {
    if let Some((list, one)) = path.trim_start_matches('/').split_once('/')
        && list == "sites"
    {
        return vec![Crumb::here(link::unescape(one))];
    }
    if let Some((list, one)) = path.trim_start_matches('/').split_once('/')
        && let "workspaces" | "people" = list
    {
        let title = if list == "people" { text("people") } else { text("workspaces") };
        return vec![Crumb::link(title, format!("/{list}")), Crumb::here(link::unescape(one))];
    }
    let title = match path {
        link::WORKSPACES => text("workspaces"),
        link::PEOPLE => text("people"),
        link::DEPARTMENTS => text("departments"),
        link::ROLES => text("roles"),
        link::AUDIT => text("audit"),
        link::REQUESTS => text("requests"),
        link::NOTIFICATIONS => text("notifications"),
        path if path.starts_with(link::NOTIFICATIONS) => {
            let is_new = path == link::NEW_RECEIVER;
            let title = if is_new { text("notifications.new") } else { text("notifications.one") };
            return vec![Crumb::link(text("notifications"), link::NOTIFICATIONS), Crumb::here(title)];
        }
        link::NEW_REQUEST => {
            return vec![Crumb::link(text("requests"), link::REQUESTS), Crumb::here(text("requests.new"))];
        }
        "/" => text("fleet"),
        "/search" => text("search"),
        "/account" => text("account"),
        "/preferences" => text("preferences"),
        "/components" => text("components"),
        path if path == PLATFORM => text("platform.settings"),
        path if path == PROVIDERS => text("providers"),
        path if path.starts_with(PROVIDERS) => {
            let title = match path.strip_prefix(PROVIDERS).and_then(|rest| rest.strip_prefix("/new/")) {
                Some(_) => text("providers.new").to_owned(),
                None => link::unescape(path.rsplit('/').next().unwrap_or_default()),
            };
            return vec![Crumb::link(text("providers"), PROVIDERS), Crumb::here(title)];
        }
        _ => return vec![Crumb::link(text("fleet"), "/")],
    };
    vec![Crumb::here(title)]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{KindSlug, Namespace};

    fn kind(slug: &str, title: &str, namespaced: bool) -> MenuKind {
        MenuKind {
            slug: KindSlug::parse(slug).unwrap(),
            title: title.into(),
            rare: slug == "leases",
            aliases: vec![],
            namespaced,
            creatable: true,
            alertable: true,
        }
    }

    fn served() -> Navigation {
        let kinds = vec![
            kind("pods", "Pods", true),
            kind("deployments", "Deployments", true),
            kind("nodes", "Nodes", false),
        ];
        Navigation {
            clusters: ["harbour", "lantern", "meadow"].map(|name| ClusterName::parse(name).unwrap()).into(),
            namespaces: ["blog", "shop"].map(|name| Namespace::parse(name).unwrap()).into(),
            groups: vec![clusters_contract::MenuGroup { id: "all".into(), title: "All".into(), kinds }],
            problem: None,
            sees_members: true,
            sees_recordings: true,
        }
    }

    #[test]
    fn kinds_that_few_look_for_are_folded() {
        let me = Me {
            name: "ada".into(),
            role: "viewer".into(),
            role_title: None,
            may: Default::default(),
            acting: None,
        };
        let cluster = ClusterName::parse("harbour").unwrap();
        let mut navigation = served();
        navigation.groups[0].kinds.insert(0, kind("leases", "Leases", true));

        let groups = groups(&me, Some(&cluster), Some(&navigation), None, &Platform::default());

        let titles =
            |items: &[NavigationItem]| items.iter().map(|item| item.title.clone()).collect::<Vec<_>>();
        let all = groups.iter().find(|group| group.title == "All").unwrap();
        assert_eq!(titles(&all.items), ["Pods", "Deployments", "Nodes"]);
        assert_eq!(titles(&all.more), ["Leases"]);
    }

    fn titles(crumbs: &[Crumb]) -> Vec<&str> {
        crumbs.iter().map(|crumb| crumb.title.as_str()).collect()
    }

    #[test]
    fn a_path_becomes_steps() {
        let path = "/clusters/harbour/clusterroles/-/my%20role%3Fx";
        let crumbs = crumbs(Here { path, question: "", navigation: None, clusters: &[], kinds: &[] });

        assert_eq!(titles(&crumbs), ["harbour", "clusterroles", "my role?x"]);
        assert_eq!(crumbs.iter().filter(|crumb| crumb.href.is_none()).count(), 1);
    }

    #[test]
    fn switching_the_cluster_keeps_the_kind_and_the_filter_but_not_what_is_open() {
        let (navigation, recent) = (served(), ["meadow".to_owned()]);
        let question = "namespace=shop&search=app%3Dweb&sort=-age&page=3&peek=shop%2Fweb-0";
        let path = "/clusters/harbour/pods";
        let here = Here { path, question, navigation: Some(&navigation), clusters: &recent, kinds: &[] };

        let crumbs = crumbs(here);

        assert_eq!(titles(&crumbs), ["harbour", "shop", "Pods"]);
        let first = crumbs[0].siblings.first().unwrap();
        let address = "/clusters/meadow/pods?namespace=shop&search=app%3Dweb&sort=-age";
        assert_eq!((first.0.as_str(), first.1.as_str()), ("meadow", address), "the latest comes first");
        let blog = crumbs[1].siblings.iter().find(|(title, _)| title == "blog").unwrap();
        assert_eq!(blog.1, "/clusters/harbour/pods?search=app%3Dweb&sort=-age&namespace=blog");
        let all = crumbs[1].siblings.first().unwrap();
        assert_eq!(all.1, "/clusters/harbour/pods?search=app%3Dweb&sort=-age");
    }

    #[test]
    fn beside_an_object_are_the_kinds_of_its_namespace() {
        let (navigation, recent) = (served(), ["nodes".to_owned()]);
        let path = "/clusters/harbour/pods/shop/web-0";
        let here =
            Here { path, question: "tab=yaml", navigation: Some(&navigation), clusters: &[], kinds: &recent };

        let crumbs = crumbs(here);

        assert_eq!(titles(&crumbs), ["harbour", "shop", "Pods", "web-0"]);
        assert_eq!(crumbs[2].href.as_deref(), Some("/clusters/harbour/pods?namespace=shop"));
        let kinds: Vec<&str> = crumbs[2].siblings.iter().map(|(_, href)| href.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "/clusters/harbour/nodes",
                "/clusters/harbour/pods?namespace=shop",
                "/clusters/harbour/deployments?namespace=shop"
            ]
        );
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
