//! What belongs to an object: what it owns, what it selects, what it refers to, and what happened to all of them.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::object::reference;
use crate::state::{RowData, State};
use crate::store::Store;
use access::Scope;
use futures::future::join_all;
use kinds::{Kind, Object, Relation, Selector};
use model::KindSlug;
use resources_contract::TreeNode;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Children that a node lists; it counts the others.
const LISTED_CHILDREN: usize = 40;
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
        let mut gathered = Gathered { uids: vec![row.uid.clone()], ..Gathered::default() };
        (gathered.tree, gathered.tree_more) = self.owned(cluster, &stores, &row.uid, DEEPEST, &mut gathered);
        for relation in &store.served().kind.relations {
            match relation {
                Relation::Owns { slug } => {
                    if let Some(owned) = cluster.running(slug) {
                        gathered.looked_at.push((*slug).into());
                        // A pod's events and health explain what its owner's owner lacks.
                        gathered.looked_at.extend(owned.served().kind.relations.iter().filter_map(
                            |relation| match relation {
                                Relation::Owns { slug } if cluster.running(slug).is_some() => {
                                    Some((*slug).to_owned())
                                }
                                _ => None,
                            },
                        ));
                    }
                }
                Relation::Selects { slug, path, form } => {
                    let selector = object.at(path).and_then(|selector| Selector::read(selector, *form));
                    if let (Some(selector), Some(visible)) = (selector, find(&stores, slug)) {
                        self.selected(cluster, visible, row, &selector, &mut gathered);
                        gathered.looked_at.push((*slug).into());
                    }
                }
                Relation::Refers { slug, path, namespace } => {
                    let Some(visible) = find(&stores, slug) else { continue };
                    let namespace = namespace.map_or(object.namespace(), |path| Some(object.text_at(path)));
                    let names: BTreeSet<&str> = object.each(path).filter_map(Object::text).collect();
                    names.into_iter().for_each(|name| take_named(visible, namespace, name, &mut gathered));
                    gathered.looked_at.push((*slug).into());
                }
                Relation::RefersToAny { path } => {
                    for reference in object.each(path) {
                        let found = stores
                            .iter()
                            .find(|(store, _)| *store.served().kind.kind == *reference.text_at("/kind"));
                        let Some(visible) = found else { continue };
                        take_named(visible, object.namespace(), reference.text_at("/name"), &mut gathered);
                        gathered.looked_at.push(visible.0.served().kind.slug.to_string());
                    }
                }
            }
        }
        gathered.looked_at.sort();
        gathered.looked_at.dedup();
        if let Some((events, scope)) = find(&stores, "events") {
            take_events(&events.read(), scope, &mut gathered);
        }
        gathered
    }

    /// What would go along with these objects.
    pub(crate) async fn tree_of(
        &self,
        cluster: &Arc<Cluster>,
        store: &Arc<Store>,
        row: &RowData,
    ) -> Option<TreeNode> {
        self.wait_for_related(cluster, store).await;
        let stores = self.visible_stores(cluster);
        let mut gathered = Gathered::default();
        let mut node = self.node(cluster, store, &store.read(), row)?;
        (node.children, node.more) = self.owned(cluster, &stores, &row.uid, DEEPEST, &mut gathered);
        Some(node)
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

    fn owned(
        &self,
        cluster: &Cluster,
        stores: &[Visible],
        uid: &str,
        depth: usize,
        gathered: &mut Gathered,
    ) -> (Vec<TreeNode>, u32) {
        let mut nodes = Vec::new();
        // Events name what they are about where others name their owner.
        for (store, scope) in stores.iter().filter(|(store, _)| store.served().kind.slug != "events") {
            let rows: Vec<Arc<RowData>> = {
                let state = store.read();
                state.owned_by(uid).filter(|row| row.is_within(scope)).cloned().collect()
            };
            for row in rows {
                let Some(mut node) = self.take(cluster, store, &row, gathered) else { continue };
                if depth > 1 {
                    (node.children, node.more) = self.owned(cluster, stores, &row.uid, depth - 1, gathered);
                }
                nodes.push(node);
            }
        }
        nodes.sort_by(|a, b| severity(a).cmp(&severity(b)).then_with(|| a.resource.cmp(&b.resource)));
        cut(nodes)
    }

    fn selected(
        &self,
        cluster: &Cluster,
        (store, scope): &Visible,
        row: &RowData,
        selector: &Selector,
        gathered: &mut Gathered,
    ) {
        let picked: Vec<Arc<RowData>> = {
            let state = store.read();
            let Some(namespace) = row.namespace.as_deref() else { return };
            let seen = state.rows_in(namespace).filter(|row| row.is_within(scope));
            seen.filter(|row| selector.picks_labels(|key| row.label(key))).cloned().collect()
        };
        for row in picked {
            if gathered.uids.contains(&row.uid) {
                continue;
            }
            let node = self.take(cluster, store, &row, gathered);
            gathered.tree.extend(node);
        }
        let more;
        (gathered.tree, more) = cut(std::mem::take(&mut gathered.tree));
        gathered.tree_more += more;
    }

    fn take(
        &self,
        cluster: &Cluster,
        store: &Arc<Store>,
        row: &RowData,
        gathered: &mut Gathered,
    ) -> Option<TreeNode> {
        let state = store.read();
        if gathered.objects.len() < MOST_OBJECTS
            && let Some(json) = state.read(&row.uid, <[u8]>::to_vec)
        {
            gathered.objects.push((store.served().kind.slug.to_string(), json));
        }
        gathered.uids.push(row.uid.clone());
        self.node(cluster, store, &state, row)
    }

    fn node(&self, cluster: &Cluster, store: &Store, state: &State, row: &RowData) -> Option<TreeNode> {
        Some(TreeNode {
            resource: reference(cluster, store, row)?,
            kind_title: self.kind_title(store.served()),
            status: state.status(row).cloned(),
            children: Vec::new(),
            more: 0,
        })
    }
}

/// Slugs of the kinds that an object's page is made of, besides its own: those that its relations name, and those below.
pub(crate) fn related(kind: &Arc<Kind>) -> BTreeSet<String> {
    let mut slugs: BTreeSet<String> = BTreeSet::from(["events".to_owned()]);
    let mut kinds = vec![Arc::clone(kind)];
    while let Some(kind) = kinds.pop() {
        for relation in &kind.relations {
            let (Relation::Owns { slug } | Relation::Selects { slug, .. } | Relation::Refers { slug, .. }) =
                relation
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

fn find<'s>(stores: &'s [Visible], slug: &str) -> Option<&'s Visible> {
    stores.iter().find(|(store, _)| store.served().kind.slug == slug)
}

fn severity(node: &TreeNode) -> model::Level {
    node.status.as_ref().map_or(model::Level::Unknown, |status| status.level)
}

/// Keeps the worst, and says how many others there are.
fn cut(mut nodes: Vec<TreeNode>) -> (Vec<TreeNode>, u32) {
    let more = nodes.len().saturating_sub(LISTED_CHILDREN);
    nodes.truncate(LISTED_CHILDREN);
    (nodes, more as u32)
}

fn take_named((store, scope): &Visible, namespace: Option<&str>, name: &str, gathered: &mut Gathered) {
    let state = store.read();
    let namespace = namespace.filter(|_| store.served().kind.namespaced);
    let Some(row) = state.find(namespace, name) else { return };
    if row.is_within(scope)
        && let Some(json) = state.read(&row.uid, <[u8]>::to_vec)
    {
        gathered.objects.push((store.served().kind.slug.to_string(), json));
    }
}

fn take_events(state: &State, scope: &Scope, gathered: &mut Gathered) {
    for uid in &gathered.uids {
        let rows = state.owned_by(uid).filter(|row| row.is_within(scope));
        gathered.events.extend(rows.filter_map(|row| state.read(&row.uid, <[u8]>::to_vec)));
    }
}
