//! What belongs to an object: what it owns, what it selects, what it refers to, and what happened to all of them.

mod gatherer;

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::state::RowData;
use crate::store::Store;
use access::Scope;
use futures::future::join_all;
use gatherer::Gatherer;
use kinds::{Kind, Object, Relation};
use model::KindSlug;
use resources_contract::TreeNode;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Children that a node lists; it counts the others.
const LISTED_CHILDREN: usize = 40;
/// Pods of a node that its page lists: Kubernetes runs 110 at most, unless it is told otherwise.
const LISTED_HOSTED: usize = 250;
/// Owners of owners of owners: a cron job's job's pod is the deepest that built-in kinds go.
const DEEPEST: usize = 4;
/// Whole objects that explanations may look at.
const MOST_OBJECTS: usize = 300;
/// How long a page waits for a related kind that nobody looked at before.
const PATIENCE: Duration = Duration::from_secs(2);

/// What belongs to an object.
#[derive(Default)]
pub(crate) struct Gathered {
    /// What it owns or selects.
    pub tree: Vec<TreeNode>,
    /// How many more than `tree` lists.
    pub tree_more: u32,
    /// The object itself first, then everything in the tree.
    pub uids: Vec<Box<str>>,
    /// Objects of the tree, and those it refers to, with the slug of their kind, as JSON.
    pub objects: Vec<(String, Vec<u8>)>,
    /// Kinds of which everything related is in `objects`.
    pub looked_at: Vec<String>,
    /// Events about any of them, as JSON.
    pub events: Vec<Vec<u8>>,
}

/// A store and how much of it the caller may see.
type Visible = (Arc<Store>, Scope);

impl ForCaller {
    /// Gathers what belongs to an object, as far as the caller may see.
    pub(crate) async fn gather(
        &self,
        cluster: &Arc<Cluster>,
        store: &Arc<Store>,
        row: &RowData,
        object: &Object<'_>,
    ) -> Gathered {
        self.wait_for_related(cluster, store).await;
        let stores = self.visible_stores(cluster);
        self.gatherer(cluster, &stores, MOST_OBJECTS).gather(&store.served().kind, row, object)
    }

    /// An object with what would go along with it.
    pub(crate) async fn tree_of(
        &self,
        cluster: &Arc<Cluster>,
        store: &Arc<Store>,
        row: &RowData,
    ) -> Option<TreeNode> {
        self.wait_for_related(cluster, store).await;
        let stores = self.visible_stores(cluster);
        let mut gatherer = self.gatherer(cluster, &stores, 0);
        let mut node = gatherer.node(store, &store.read(), row)?;
        (node.children, node.more) = gatherer.owned(&row.uid);
        Some(node)
    }

    fn gatherer<'g>(
        &'g self,
        cluster: &'g Cluster,
        stores: &'g [Visible],
        most_objects: usize,
    ) -> Gatherer<'g> {
        Gatherer { caller: self, cluster, stores, most_objects, gathered: Gathered::default() }
    }

    /// Starts to follow the kinds that this one's relations name, and those below them.
    async fn wait_for_related(&self, cluster: &Arc<Cluster>, store: &Arc<Store>) {
        let slugs = related(&store.served().kind);
        let waited = slugs.iter().filter_map(|slug| KindSlug::parse(slug).ok()).map(|kind| async move {
            // What cannot be followed is missing from the page; the page's own list of that kind says why.
            let _ = tokio::time::timeout(PATIENCE, cluster.loaded(&kind)).await;
        });
        join_all(waited).await;
    }

    fn visible_stores(&self, cluster: &Cluster) -> Vec<Visible> {
        let stores = cluster.all_running().into_iter();
        stores.filter_map(|store| self.glance(cluster, &store).map(|scope| (store, scope))).collect()
    }
}

/// The namespaces and names at a path of an object. Where each has a namespace beside it, that counts, if it is given.
pub(crate) fn references<'o>(
    object: &'o Object<'_>,
    path: &str,
    namespace: Option<&str>,
) -> BTreeSet<(Option<&'o str>, &'o str)> {
    let own = object.namespace();
    let named = |namespace: Option<&'o str>| {
        let names = object.each(path).filter_map(Object::text);
        names.map(|name| (namespace, name)).collect()
    };
    let Some(namespace) = namespace else { return named(own) };
    match (path.rsplit_once('/'), namespace.rsplit_once('/')) {
        (Some((holder, name)), Some((other, namespace))) if holder == other => {
            let holders = object.each(holder);
            let reference = |holder: &'o Object<'_>| {
                let namespace = holder.get(namespace).and_then(Object::text).or(own);
                Some((namespace, holder.get(name)?.text()?))
            };
            holders.filter_map(reference).collect()
        }
        _ => named(Some(object.text_at(namespace))),
    }
}

/// Slugs of the kinds that an object's page is made of, besides its own: those that its relations name, and those below.
pub(crate) fn related(kind: &Arc<Kind>) -> BTreeSet<String> {
    let mut slugs: BTreeSet<String> = BTreeSet::from(["events".to_owned()]);
    let mut kinds = vec![Arc::clone(kind)];
    while let Some(kind) = kinds.pop() {
        for relation in &kind.relations {
            let (Relation::Owns { slug }
            | Relation::Selects { slug, .. }
            | Relation::Refers { slug, .. }
            | Relation::Hosts { slug, .. }) = relation
            else {
                continue;
            };
            let is_below = matches!(relation, Relation::Owns { .. });
            if slugs.insert((*slug).to_owned())
                && is_below
                && let Some(kind) = kinds::find(slug)
            {
                kinds.push(Arc::clone(kind));
            }
        }
    }
    slugs
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_in_the_namespace_beside_its_name_or_in_that_of_the_object() {
        let route = br#"{"metadata":{"namespace":"shop"},"spec":{"parentRefs":[
            {"name":"own"},{"name":"edge","namespace":"gateways"}],"backends":[{"name":"till"}]}}"#;
        let route = Object::parse(route).unwrap();
        let found =
            |path: &str, namespace| references(&route, path, namespace).into_iter().collect::<Vec<_>>();

        let parents = found("/spec/parentRefs/*/name", Some("/spec/parentRefs/*/namespace"));
        assert_eq!(parents, [(Some("gateways"), "edge"), (Some("shop"), "own")]);
        assert_eq!(found("/spec/backends/*/name", None), [(Some("shop"), "till")]);
        assert_eq!(found("/spec/nothing", None), []);
    }
}
