//! Walks from an object to what belongs to it.

use super::{DEEPEST, Gathered, LISTED_CHILDREN, LISTED_HOSTED, Visible, references};
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::object::reference;
use crate::state::{RowData, State};
use crate::store::{Standing, Store};
use kinds::{Field, Kind, Object, Relation, Selector};
use model::{Cell, Language, Level};
use resources_contract::{Amounts, PodFacts, TreeNode};
use std::collections::HashSet;
use std::sync::Arc;

/// Gathers for a caller, in what this one may see of a cluster.
pub(super) struct Gatherer<'g> {
    pub caller: &'g ForCaller,
    pub cluster: &'g Cluster,
    pub stores: &'g [Visible],
    /// Whole objects of the tree that are kept.
    pub most_objects: usize,
    pub gathered: Gathered,
}

impl<'g> Gatherer<'g> {
    /// Everything that belongs to an object of a kind.
    pub fn gather(mut self, kind: &Kind, row: &RowData, object: &Object<'_>) -> Gathered {
        self.gathered.uids.push(row.uid.clone());
        (self.gathered.tree, self.gathered.tree_more) = self.owned(&row.uid);
        for relation in &kind.relations {
            self.follow(relation, row, object);
        }
        self.gathered.looked_at.sort();
        self.gathered.looked_at.dedup();
        self.take_events();
        self.gathered
    }

    /// What an object owns, and what that owns: the worst, and how many others there are.
    pub fn owned(&mut self, uid: &str) -> (Vec<TreeNode>, u32) {
        self.owned_within(uid, DEEPEST)
    }

    /// A row as it stands in a tree, with nothing below it.
    pub fn node(&self, store: &Store, state: &State, row: &RowData) -> Option<TreeNode> {
        Some(TreeNode {
            resource: reference(self.cluster, store, row)?,
            kind_title: self.caller.kind_title(store.served()),
            status: state.health(row).map(|health| health.in_language(self.caller.language)),
            children: Vec::new(),
            more: 0,
            pod: pod(store, row, self.caller.language),
        })
    }

    fn owned_within(&mut self, uid: &str, depth: usize) -> (Vec<TreeNode>, u32) {
        let mut nodes = Vec::new();
        // Events name what they are about where others name their owner.
        for (store, scope) in self.stores.iter().filter(|(store, _)| store.served().kind.slug != "events") {
            let rows: Vec<Arc<RowData>> = {
                let state = store.read();
                state.owned_by(uid).filter(|row| row.is_within(scope)).cloned().collect()
            };
            for row in rows {
                let Some(mut node) = self.take(store, &row) else { continue };
                if depth > 1 {
                    (node.children, node.more) = self.owned_within(&row.uid, depth - 1);
                }
                nodes.push(node);
            }
        }
        nodes.sort_by(|a, b| severity(a).cmp(&severity(b)).then_with(|| a.resource.cmp(&b.resource)));
        cut(nodes)
    }

    fn visible(&self, slug: &str) -> Option<&'g Visible> {
        self.stores.iter().find(|(store, _)| store.served().kind.slug == slug)
    }

    fn follow(&mut self, relation: &Relation, row: &RowData, object: &Object<'_>) {
        match relation {
            Relation::Owns { slug } => self.have_looked_below(slug, row),
            Relation::Selects { slug, path, form } => {
                let selector = object.at(path).and_then(|selector| Selector::read(selector, *form));
                if let (Some(selector), Some(visible)) = (selector, self.visible(slug)) {
                    self.take_selected(visible, row, &selector);
                    self.have_looked_at(visible, [row.namespace.as_deref()]);
                }
            }
            Relation::Refers { slug, path, namespace } => {
                let Some(visible) = self.visible(slug) else { return };
                let named = references(object, path, *namespace);
                for (namespace, name) in &named {
                    self.take_named(visible, *namespace, name);
                }
                self.have_looked_at(visible, named.iter().map(|(namespace, _)| *namespace));
            }
            Relation::Hosts { slug, column } => {
                if let Some(visible) = self.visible(slug) {
                    self.show_hosted(visible, row, column);
                }
            }
            Relation::RefersToAny { path } => {
                for reference in object.each(path) {
                    let kind = reference.text_at("/kind");
                    let found = self.stores.iter().find(|(store, _)| *store.served().kind.kind == *kind);
                    let Some(visible) = found else { continue };
                    self.take_named(visible, object.namespace(), reference.text_at("/name"));
                    self.have_looked_at(visible, [object.namespace()]);
                }
            }
        }
    }

    /// The tree holds what an object owns. A pod's events and health explain what its owner's owner lacks.
    fn have_looked_below(&mut self, slug: &str, row: &RowData) {
        let Some(visible) = self.visible(slug) else { return };
        let namespace = row.namespace.as_deref();
        self.have_looked_at(visible, [namespace]);
        for relation in &visible.0.served().kind.relations {
            if let Relation::Owns { slug } = relation
                && let Some(below) = self.visible(slug)
            {
                self.have_looked_at(below, [namespace]);
            }
        }
    }

    /// What is not found of a kind is not there: its list is complete, and the caller may see it in all of these namespaces.
    fn have_looked_at<'n>(
        &mut self,
        (store, scope): &Visible,
        namespaces: impl IntoIterator<Item = Option<&'n str>>,
    ) {
        let kind = &store.served().kind;
        let is_seen = |namespace: Option<&str>| scope.admits(namespace.filter(|_| kind.namespaced), "");
        let is_listed = !matches!(store.standing(), Standing::Loading(_));
        if is_listed && namespaces.into_iter().all(is_seen) {
            self.gathered.looked_at.push(kind.slug.to_string());
        }
    }

    fn take_selected(&mut self, (store, scope): &Visible, row: &RowData, selector: &Selector) {
        let Some(namespace) = row.namespace.as_deref() else { return };
        let picked: Vec<Arc<RowData>> = {
            let known: HashSet<&str> = self.gathered.uids.iter().map(|uid| &**uid).collect();
            let state = store.read();
            let seen = state.rows_in(namespace).filter(|row| row.is_within(scope));
            let picked = seen.filter(|row| selector.picks_labels(|key| row.label(key)));
            picked.filter(|row| !known.contains(&*row.uid)).cloned().collect()
        };
        for row in picked {
            let node = self.take(store, &row);
            self.gathered.tree.extend(node);
        }
        let (tree, more) = cut(std::mem::take(&mut self.gathered.tree));
        self.gathered.tree = tree;
        self.gathered.tree_more += more;
    }

    /// Shows what names the object in a column. What happens to it is told on its own page.
    fn show_hosted(&mut self, (store, scope): &Visible, host: &RowData, column: &str) {
        let Some(place) = store.served().kind.columns.iter().position(|known| known.id == column) else {
            return;
        };
        let state = store.read();
        let is_on = |row: &&Arc<RowData>| match row.fields.get(place) {
            Some(Field::Object(reference)) => *reference.name == *host.name,
            _ => false,
        };
        let hosted = state.rows().filter(is_on).filter(|row| row.is_within(scope));
        let mut nodes: Vec<TreeNode> = hosted.filter_map(|row| self.node(store, &state, row)).collect();
        nodes.sort_by(|a, b| severity(a).cmp(&severity(b)).then_with(|| a.resource.cmp(&b.resource)));
        let more = nodes.len().saturating_sub(LISTED_HOSTED);
        nodes.truncate(LISTED_HOSTED);
        self.gathered.tree.extend(nodes);
        self.gathered.tree_more += u32::try_from(more).unwrap_or(u32::MAX);
    }

    /// Takes an object into the tree.
    fn take(&mut self, store: &Store, row: &RowData) -> Option<TreeNode> {
        let state = store.read();
        if self.gathered.objects.len() < self.most_objects
            && let Some(json) = state.read(&row.uid, <[u8]>::to_vec)
        {
            self.gathered.objects.push((store.served().kind.slug.to_string(), json));
        }
        self.gathered.uids.push(row.uid.clone());
        self.node(store, &state, row)
    }

    /// Takes an object that is referred to; it stands in no tree.
    fn take_named(&mut self, (store, scope): &Visible, namespace: Option<&str>, name: &str) {
        let state = store.read();
        let namespace = namespace.filter(|_| store.served().kind.namespaced);
        let Some(row) = state.find(namespace, name) else { return };
        if row.is_within(scope)
            && let Some(json) = state.read(&row.uid, <[u8]>::to_vec)
        {
            self.gathered.objects.push((store.served().kind.slug.to_string(), json));
        }
    }

    fn take_events(&mut self) {
        let Some((store, scope)) = self.visible("events") else { return };
        let state = store.read();
        let Gathered { uids, events, .. } = &mut self.gathered;
        for uid in &*uids {
            let rows = state.owned_by(uid).filter(|row| row.is_within(scope));
            events.extend(rows.filter_map(|row| state.read(&row.uid, <[u8]>::to_vec)));
        }
    }
}

/// What a tree tells of a pod besides its status; nothing of other objects.
fn pod(store: &Store, row: &RowData, language: Language) -> Option<PodFacts> {
    let kind = &store.served().kind;
    if kind.slug != "pods" {
        return None;
    }
    let cell = |id: &str| {
        let place = kind.columns.iter().position(|column| column.id == id)?;
        Some(row.fields.get(place)?.to_cell(language))
    };
    let text = |id: &str| match cell(id) {
        Some(Cell::Text(text)) => text,
        _ => String::new(),
    };
    let amount = |id: &str| match cell(id) {
        Some(Cell::Quantity(amount, _)) => Some(amount),
        _ => None,
    };
    let amounts = |request, limit| Amounts { request: amount(request), limit: amount(limit) };
    Some(PodFacts {
        node: match cell("node") {
            Some(Cell::Object(_, _, name)) => Some(name),
            _ => None,
        },
        address: text("ip"),
        images: match cell("images") {
            Some(Cell::List(images)) => images,
            _ => Vec::new(),
        },
        restarts: match cell("restarts") {
            Some(Cell::Number(restarts)) => restarts,
            _ => 0,
        },
        created: match cell("age") {
            Some(Cell::Since(created)) => Some(created),
            _ => None,
        },
        cpu: amounts("cpu_requests", "cpu_limits"),
        memory: amounts("memory_requests", "memory_limits"),
    })
}

fn severity(node: &TreeNode) -> Level {
    node.status.as_ref().map_or(Level::Unknown, |status| status.level)
}

/// Keeps the worst, and says how many others there are.
fn cut(mut nodes: Vec<TreeNode>) -> (Vec<TreeNode>, u32) {
    let more = nodes.len().saturating_sub(LISTED_CHILDREN);
    nodes.truncate(LISTED_CHILDREN);
    (nodes, more as u32)
}
