//! What refers to objects: the other way round of what kinds say of themselves.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::discovery::Served;
use crate::object::{owner_of, reference};
use crate::reads::ReadObject;
use crate::state::{RowData, State};
use crate::store::Store;
use crate::tree::references;
use access::Scope;
use futures::future::join_all;
use kinds::{Kind, Object, Relation};
use model::{ConsoleError, KindSlug, Namespace, ResourceRef};
use resources_contract::{REFERRED, Target, TreeNode, UsedBy};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::yield_now;

/// So many are listed.
const MOST: usize = 100;
/// How long it is waited for a kind that nobody looked at before.
const PATIENCE: Duration = Duration::from_secs(2);
/// Objects that are looked into at a time: the watch waits as long.
const AT_ONCE: usize = 200;
/// Where bindings name whom they give something to, in whatever namespace that is.
const SUBJECTS: &str = "/subjects/*";
/// Kinds that name others without needing them: what controllers write of them.
const NOT_USERS: [&str; 5] =
    ["csistoragecapacities", "endpoints", "endpointslices", "persistentvolumes", "volumeattachments"];

/// Whether objects of a kind are named by others that need them.
pub(crate) fn is_referred(kind: &str) -> bool {
    REFERRED.contains(&kind)
}

/// Whether objects of a kind may name objects of another.
fn may_name(kind: &Kind, slug: &str) -> bool {
    let names = |relation: &Relation| match relation {
        Relation::Refers { slug: named, .. } => *named == slug,
        Relation::RefersToAny { .. } => true,
        _ => false,
    };
    !kind.rare && !NOT_USERS.contains(&&*kind.slug) && kind.relations.iter().any(names)
}

/// Whether objects of a kind may name objects of another that are in another namespace.
fn names_elsewhere(kind: &Kind, slug: &str) -> bool {
    kind.relations.iter().any(|relation| match relation {
        Relation::Refers { slug: named, namespace, .. } => *named == slug && namespace.is_some(),
        Relation::RefersToAny { path } => *path == SUBJECTS && slug == "serviceaccounts",
        _ => false,
    })
}

/// An object that names another one.
struct User {
    node: TreeNode,
    uid: Box<str>,
    owner: Option<String>,
}

/// Objects that are looked for, all of one kind.
struct Wanted<'t> {
    served: &'t Served,
    places: HashMap<(Option<&'t str>, &'t str), usize>,
}

impl<'t> Wanted<'t> {
    fn new(served: &'t Served, targets: &'t [ResourceRef]) -> Self {
        let place = |target: &'t ResourceRef| {
            (target.namespace.as_ref().map(Namespace::as_str), target.name.as_str())
        };
        let places = targets.iter().enumerate().map(|(index, target)| (place(target), index));
        Self { served, places: places.collect() }
    }

    fn find(&self, namespace: Option<&str>, name: &str) -> Option<usize> {
        let namespace = namespace.filter(|_| self.served.kind.namespaced);
        self.places.get(&(namespace, name)).copied()
    }

    /// The namespaces that they are in; none when they are in no namespace.
    fn namespaces(&self) -> BTreeSet<&'t str> {
        self.places.keys().filter_map(|(namespace, _)| *namespace).collect()
    }

    /// Which of them an object names.
    fn named_by(&self, kind: &Kind, object: &Object<'_>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for relation in &kind.relations {
            match relation {
                Relation::Refers { slug, path, namespace } if *slug == self.served.kind.slug => {
                    let named = references(object, path, *namespace).into_iter();
                    found.extend(named.filter_map(|(namespace, name)| self.find(namespace, name)));
                }
                Relation::RefersToAny { path } => {
                    for named in object.each(path).filter(|named| self.is_kind(named)) {
                        let namespace = named.at("/namespace").and_then(Object::text);
                        let namespace = namespace.or(object.namespace());
                        found.extend(self.find(namespace, named.text_at("/name")));
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn is_kind(&self, named: &Object<'_>) -> bool {
        *self.served.kind.kind == *named.text_at("/kind")
    }
}

impl ForCaller {
    /// What refers to an object.
    pub(crate) async fn read_used_by(&self, resource: ResourceRef) -> Result<UsedBy, ConsoleError> {
        let (cluster, served) = self.served(&resource.cluster, &resource.kind).await?;
        self.kubernetes.access().grant(&self.caller, ReadObject::new(&served, &resource)).await?;
        let (mut users, unknown) = self.users(&cluster, &served, &[resource]).await?;
        let mut objects = users.pop().unwrap_or_default();
        let more = objects.len().saturating_sub(MOST);
        objects.truncate(MOST);
        Ok(UsedBy { objects, more: u32::try_from(more).unwrap_or(u32::MAX), unknown })
    }

    /// What refers to each of some objects that may be of several kinds, as people call it; without what is among them.
    pub(crate) async fn names_of_users(&self, targets: &[Target]) -> Result<Vec<Vec<String>>, ConsoleError> {
        let mut names = vec![Vec::new(); targets.len()];
        let kinds = targets.iter().map(|target| &target.resource.kind);
        let kinds: BTreeSet<&KindSlug> = kinds.filter(|kind| is_referred(kind.as_str())).collect();
        let goes = |user: &TreeNode| targets.iter().any(|target| target.resource == user.resource);
        for kind in kinds {
            let of_kind = targets.iter().enumerate().filter(|(_, target)| target.resource.kind == *kind);
            let (places, resources): (Vec<usize>, Vec<ResourceRef>) =
                of_kind.map(|(place, target)| (place, target.resource.clone())).unzip();
            let Some(first) = resources.first() else { continue };
            let (cluster, served) = self.served(&first.cluster, kind).await?;
            let (users, _) = self.users(&cluster, &served, &resources).await?;
            for (place, users) in places.into_iter().zip(users) {
                let users = users.iter().filter(|user| !goes(user));
                if let Some(names) = names.get_mut(place) {
                    *names =
                        users.map(|user| format!("{} {}", user.kind_title, user.resource.name)).collect();
                }
            }
        }
        Ok(names)
    }

    /// What refers to each of some objects of one kind, and the titles of kinds of which that is not known.
    pub(crate) async fn users(
        &self,
        cluster: &Arc<Cluster>,
        served: &Served,
        targets: &[ResourceRef],
    ) -> Result<(Vec<Vec<TreeNode>>, Vec<String>), ConsoleError> {
        let wanted = Wanted::new(served, targets);
        let discovery = cluster.discovery().await?;
        let naming: Vec<&Arc<Served>> =
            discovery.kinds.values().filter(|other| may_name(&other.kind, &served.kind.slug)).collect();
        let stores = join_all(naming.iter().map(|other| followed(cluster, other))).await;
        let mut found: Vec<Vec<User>> = targets.iter().map(|_| Vec::new()).collect();
        let mut unknown = Vec::new();
        for (other, store) in naming.into_iter().zip(stores) {
            let seen = store.and_then(|store| Some((self.glance(cluster, &store)?, store)));
            match seen {
                Some((scope, store)) => {
                    self.note_users(cluster, &store, &scope, &wanted, &mut found).await;
                }
                None => unknown.push(self.kind_title(other)),
            }
        }
        Ok((found.into_iter().map(first_of_all).collect(), unknown))
    }

    async fn note_users(
        &self,
        cluster: &Cluster,
        store: &Store,
        scope: &Scope,
        wanted: &Wanted<'_>,
        found: &mut [Vec<User>],
    ) {
        for some in rows(store, scope, wanted).chunks(AT_ONCE) {
            self.look_into(cluster, store, some, wanted, found);
            yield_now().await;
        }
    }

    fn look_into(
        &self,
        cluster: &Cluster,
        store: &Store,
        rows: &[Arc<RowData>],
        wanted: &Wanted<'_>,
        found: &mut [Vec<User>],
    ) {
        let state = store.read();
        for row in rows {
            let named = state.read(&row.uid, |json| {
                let object = Object::parse(json).unwrap_or_default();
                let owner = owner_of(&object).map(|(.., uid)| uid);
                (wanted.named_by(&store.served().kind, &object), owner)
            });
            let Some((places, owner)) = named else { continue };
            for place in places {
                let node = self.user(cluster, store, &state, row);
                if let (Some(users), Some(node)) = (found.get_mut(place), node) {
                    users.push(User { node, uid: row.uid.clone(), owner: owner.clone() });
                }
            }
        }
    }

    fn user(&self, cluster: &Cluster, store: &Store, state: &State, row: &RowData) -> Option<TreeNode> {
        Some(TreeNode {
            resource: reference(cluster, store, row)?,
            kind_title: self.kind_title(store.served()),
            status: state.health(row).map(|health| health.in_language(self.language)),
            children: Vec::new(),
            more: 0,
            pod: None,
        })
    }
}

/// The rows of a kind that may name what is wanted, as far as they may be seen.
fn rows(store: &Store, scope: &Scope, wanted: &Wanted<'_>) -> Vec<Arc<RowData>> {
    let (state, namespaces, kind) = (store.read(), wanted.namespaces(), &store.served().kind);
    let is_everywhere =
        namespaces.is_empty() || !kind.namespaced || names_elsewhere(kind, &wanted.served.kind.slug);
    let rows: Vec<&Arc<RowData>> = match is_everywhere {
        true => state.rows().collect(),
        false => namespaces.iter().flat_map(|namespace| state.rows_in(namespace)).collect(),
    };
    rows.into_iter().filter(|row| row.is_within(scope)).cloned().collect()
}

/// The store of a kind, if the cluster answers soon.
async fn followed(cluster: &Arc<Cluster>, served: &Served) -> Option<Arc<Store>> {
    let kind = KindSlug::parse(&served.kind.slug).ok()?;
    tokio::time::timeout(PATIENCE, cluster.loaded(&kind)).await.ok()?.ok()
}

/// Those that nobody made who is among them: of a deployment's pods nothing is said beside the deployment.
fn first_of_all(users: Vec<User>) -> Vec<TreeNode> {
    let all: HashSet<Box<str>> = users.iter().map(|user| user.uid.clone()).collect();
    let is_first = |user: &User| !user.owner.as_deref().is_some_and(|owner| all.contains(owner));
    let mut nodes: Vec<TreeNode> = users.into_iter().filter(is_first).map(|user| user.node).collect();
    nodes.sort_by(|a, b| (&a.kind_title, &a.resource).cmp(&(&b.kind_title, &b.resource)));
    nodes
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(slug: &str, names: &[&str], by: &str, object: &serde_json::Value) -> Vec<usize> {
        let served = Served::built_in(slug);
        let namespace = |name: &str| Namespace::parse(name).unwrap();
        let target = |name: &&str| ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: slug.parse().unwrap(),
            namespace: served.kind.namespaced.then(|| namespace("shop")),
            name: name.parse().unwrap(),
        };
        let targets: Vec<ResourceRef> = names.iter().map(target).collect();
        let text = object.to_string();
        let kind = kinds::find(by).unwrap();
        let wanted = Wanted::new(&served, &targets);
        wanted.named_by(kind, &Object::parse(text.as_bytes()).unwrap()).into_iter().collect()
    }

    #[test]
    fn whatever_names_an_object_is_found_where_it_names_it() {
        let pod = json!({"metadata": {"namespace": "shop"}, "spec": {
            "volumes": [{"configMap": {"name": "b"}}, {"persistentVolumeClaim": {"claimName": "data"}}],
            "containers": [{"envFrom": [{"configMapRef": {"name": "a"}}]}],
        }});
        let binding = json!({"metadata": {"namespace": "bank"}, "roleRef": {"kind": "ClusterRole", "name": "edit"},
            "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": "shop"}]});

        assert_eq!(named("configmaps", &["a", "b", "c"], "pods", &pod), [0, 1]);
        assert_eq!(named("persistentvolumeclaims", &["data"], "pods", &pod), [0]);
        assert_eq!(named("secrets", &["a"], "pods", &pod), [0; 0]);
        assert_eq!(named("serviceaccounts", &["robot"], "rolebindings", &binding), [0]);
        assert_eq!(named("clusterroles", &["edit"], "rolebindings", &binding), [0]);
        assert_eq!(named("roles", &["edit"], "rolebindings", &binding), [0; 0], "a role of another kind");
        let elsewhere = json!({"metadata": {"namespace": "bank"}, "spec": pod["spec"]});
        assert_eq!(named("configmaps", &["a"], "pods", &elsewhere), [0; 0], "another namespace");
    }

    #[test]
    fn what_may_name_objects_of_other_namespaces_is_looked_for_in_all() {
        let elsewhere = |by: &str, slug: &str| names_elsewhere(kinds::find(by).unwrap(), slug);
        let gateways = "gateways.gateway.networking.k8s.io";

        assert!(elsewhere("rolebindings", "serviceaccounts") && !elsewhere("rolebindings", "roles"));
        assert!(elsewhere("httproutes.gateway.networking.k8s.io", gateways));
        assert!(!elsewhere("pods", "serviceaccounts") && !elsewhere("pods", "configmaps"));
        assert!(!elsewhere("persistentvolumeclaims", "serviceaccounts"));
    }

    #[test]
    fn every_kind_that_is_said_to_be_referred_to_is_named_by_another() {
        for slug in REFERRED {
            let known = kinds::find(slug).is_some();
            let is_named = kinds::all().iter().any(|kind| may_name(kind, slug));
            assert!(known && is_named, "{slug}");
        }
        assert!(!is_referred("pods"));
    }
}
