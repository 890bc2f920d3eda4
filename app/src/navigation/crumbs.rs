//! The path to a page, in the top bar. Each step offers what stands beside it.

use super::outside::outside;
use super::{NEW, PAGES, cluster_of, pages};
use crate::recent::sorted;
use crate::words::text;
use clusters_contract::{MenuKind, Navigation};
use model::{ClusterName, link};
use ui::Crumb;

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

impl<'h> Here<'h> {
    fn menu_kinds(self) -> impl Iterator<Item = &'h MenuKind> {
        self.navigation.into_iter().flat_map(|navigation| &navigation.groups).flat_map(|group| &group.kinds)
    }
}

/// An address in a cluster, taken apart.
struct Address<'h> {
    cluster: ClusterName,
    /// A kind, or the page whose name stands where others name one.
    kind: Option<&'h str>,
    /// Whether it is the form for something new of the kind.
    is_new: bool,
    namespace: Option<&'h str>,
    name: Option<&'h str>,
    /// How a list is looked at; nothing where it is no list.
    question: &'h str,
}

impl<'h> Address<'h> {
    fn read(here: Here<'h>) -> Option<Self> {
        let cluster = cluster_of(here.path)?;
        let mut parts = here.path.split('/').skip(3).filter(|part| !part.is_empty());
        let first = parts.next();
        let is_new = first == Some(NEW);
        let kind = if is_new { parts.next() } else { first };
        let (namespace, name) = (parts.next(), parts.next());
        let is_list = kind.is_some_and(|kind| !PAGES.contains(&kind)) && namespace.is_none();
        let question = if is_list { here.question } else { "" };
        Some(Self { cluster, kind, is_new, namespace, name, question })
    }

    /// The namespace that an object's address names.
    fn of_object(&self) -> Option<&'h str> {
        self.namespace.filter(|namespace| *namespace != link::NO_NAMESPACE)
    }
}

/// The path to a page. Each step offers what stands beside it, what was visited lately first: other clusters, which keep
/// the kind and the filter; other namespaces; other kinds, which keep the namespace.
pub fn crumbs(here: Here<'_>) -> Vec<Crumb> {
    let Some(address) = Address::read(here) else { return outside(here.path) };
    let mut crumbs = vec![cluster(here, &address)];
    if let Some(kind) = address.kind {
        let page = pages::steps(&address.cluster, kind, address.namespace, address.name);
        crumbs.extend(page.unwrap_or_else(|| of_kind(here, &address, kind)));
    }
    // The last step is the page itself.
    if let Some(last) = crumbs.last_mut() {
        last.href = None;
    }
    crumbs
}

/// The cluster; beside it others, those visited lately first.
fn cluster(here: Here<'_>, address: &Address<'_>) -> Crumb {
    let there = |cluster: &ClusterName| match address.kind {
        Some("monitoring") => link::monitoring(cluster),
        Some("logs") => link::records(cluster, ""),
        Some(kind) if !PAGES.contains(&kind) => {
            let of_object = address.of_object().map(in_namespace);
            let pairs = kept(address.question, &["namespace"]).into_iter().chain(of_object);
            asking(format!("{}/{kind}", link::cluster(cluster)), pairs)
        }
        _ => link::cluster(cluster),
    };
    let all = here.navigation.map(|navigation| navigation.clusters.clone()).unwrap_or_default();
    let all = sorted(all, here.clusters, ToString::to_string);
    let beside = all.iter().map(|cluster| (cluster.to_string(), there(cluster))).collect();
    Crumb::link(address.cluster.to_string(), link::cluster(&address.cluster)).beside(beside)
}

/// The namespace, if the kind has any, the kind, and the object or the form.
fn of_kind(here: Here<'_>, address: &Address<'_>, kind: &str) -> Vec<Crumb> {
    let list = format!("{}/{kind}", link::cluster(&address.cluster));
    let facts = here.menu_kinds().find(|known| known.slug.as_str() == kind);
    let chosen: Vec<String> = match address.of_object() {
        Some(namespace) => vec![namespace.to_owned()],
        None => values(address.question, "namespace").collect(),
    };
    let mut steps = Vec::new();
    if facts.is_some_and(|facts| facts.namespaced) || address.of_object().is_some() {
        steps.push(namespace(here, address, &list, &chosen));
    }
    let title = facts.map_or(kind, |facts| &facts.title);
    let in_chosen: Vec<String> = chosen.iter().map(|namespace| in_namespace(namespace)).collect();
    let beside = kinds(here, &address.cluster, &in_chosen);
    steps.push(Crumb::link(title, asking(list, in_chosen)).beside(beside));
    if address.is_new {
        steps.push(Crumb::here(text("new")));
    }
    if let Some(name) = address.name {
        steps.push(Crumb::link(link::unescape(name), here.path));
    }
    steps
}

/// The namespaces that were chosen; beside them all, and each other one.
fn namespace(here: Here<'_>, address: &Address<'_>, list: &str, chosen: &[String]) -> Crumb {
    let all = asking(list.to_owned(), kept(address.question, &[]));
    let one = |namespace: &str| {
        let pairs = kept(address.question, &[]).into_iter().chain([in_namespace(namespace)]);
        asking(list.to_owned(), pairs)
    };
    let every = text("namespace.all").to_owned();
    let title = if chosen.is_empty() { every.clone() } else { ui::listed(chosen) };
    let href = if let [only] = chosen { one(only) } else { all.clone() };
    let beside = here.navigation.map(|navigation| {
        let others = navigation.namespaces.iter();
        let others = others.map(|namespace| (namespace.to_string(), one(namespace.as_str())));
        [(every, all)].into_iter().chain(others).collect()
    });
    Crumb::link(title, href).beside(beside.unwrap_or_default())
}

/// All kinds, those visited lately first.
fn kinds(here: Here<'_>, cluster: &ClusterName, in_chosen: &[String]) -> Vec<(String, String)> {
    let all: Vec<&MenuKind> = here.menu_kinds().collect();
    let all = sorted(all, here.kinds, |kind| kind.slug.to_string());
    let with_address = |kind: &MenuKind| {
        let pairs = in_chosen.iter().filter(|_| kind.namespaced).cloned();
        (kind.title.clone(), asking(link::list(cluster, &kind.slug), pairs))
    };
    all.into_iter().map(with_address).collect()
}

/// What a list keeps when the cluster or the namespace is switched: how it is looked at, not what is open in it.
const LOOKED_AT: [&str; 4] = ["search", "sort", "columns", "size"];

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

fn in_namespace(namespace: &str) -> String {
    format!("namespace={}", link::escape(namespace))
}

/// An address with a question of these pairs.
fn asking(address: String, pairs: impl IntoIterator<Item = String>) -> String {
    let pairs: Vec<String> = pairs.into_iter().collect();
    if pairs.is_empty() { address } else { format!("{address}?{}", pairs.join("&")) }
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
            rare: false,
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
}
