//! One object and what belongs to it, from the stores.

mod arrival;
mod certificates;
mod copying;
mod ending;
mod events;
mod findings;
mod offers;
mod outside;
mod pulling;
mod requested;
mod revisions;

pub(crate) use certificates::KnownCertificates;
pub use ending::{EndingCertificate, EndingCertificates};

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::error::KubernetesError;
use crate::parts::{conditions, containers};
use crate::reads::ReadObject;
use crate::state::RowData;
use crate::store::Store;
use kinds::{Field, Object};
use model::{ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef, Timestamp};
use offers::has_log;
use resources_contract::{CopyHindrances, Fact, ObjectView, Outside, Owner};
use revisions::revisions;
use std::sync::Arc;

/// Annotations that hold whole manifests.
const WHOLE_MANIFESTS: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Owners of owners that are followed.
const LONGEST_CHAIN: usize = 5;

impl ForCaller {
    /// One object of a cluster that the caller may know of, with what belongs to it. Log lines that `shown` has already are not
    /// read again.
    pub(crate) async fn read_object(
        &self,
        cluster: &Arc<Cluster>,
        resource: ResourceRef,
        shown: Option<&ObjectView>,
    ) -> Result<ObjectView, ConsoleError> {
        let served = cluster.served(&resource.kind).await?;
        let action = ReadObject::new(&served, &resource);
        self.kubernetes.access().grant(&self.caller, action).await?;
        let store = cluster.loaded(&resource.kind).await?;
        let row = arrival::row_of(cluster, &store, &resource).await?;
        let missing = || KubernetesError::Missing { what: resource.to_string() };
        let json = store.read().read(&row.uid, <[u8]>::to_vec).ok_or_else(missing)?;
        let object = Object::parse(&json)
            .map_err(|error| KubernetesError::unreadable(cluster.name().as_str(), error.to_string()))?;

        let gathered = self.gather(cluster, &store, &row, &object).await;
        let events = self.events(cluster, &gathered);
        let mut view = self.describe(cluster, &store, &resource, &row, &object).await;
        view.findings = self.findings(cluster, &store, &object, &gathered, shown).await;
        let known = shown.map_or(&[][..], |view| view.revisions.as_slice());
        view.revisions = revisions(&resource, &object, &gathered, known);
        view.requested = self.requested(cluster, &resource, &object).await;
        view.outside = self.outside(cluster, &resource, &object, &gathered.tree).await;
        view.copying = self.copying(cluster, &resource, &object).await;
        view.tree_more = gathered.tree_more;
        view.tree = gathered.tree;
        view.events = events;
        Ok(view)
    }

    async fn describe(
        &self,
        cluster: &Arc<Cluster>,
        store: &Arc<Store>,
        resource: &ResourceRef,
        row: &RowData,
        object: &Object<'_>,
    ) -> ObjectView {
        let served = store.served();
        let kind = &served.kind;
        let status = store.read().health(row).map(|health| health.in_language(self.language));
        let pulled = self.pulled_by_default(cluster, store, resource, row).await;
        let containers = containers(object, self.language);
        let moment = |path: &str| kinds::seconds(object.text_at(path)).map(Timestamp);
        let pairs = |path: &str| {
            let pairs = object.entries_at(path).iter().filter(|(key, _)| key != WHOLE_MANIFESTS);
            pairs.map(|(key, value)| (key.to_string(), value.text().unwrap_or_default().to_owned())).collect()
        };
        // Who uses it is a question of its own, with the reader's rights.
        let users = kind.used_by().map(|(column, _)| &*kind.columns[column].id);
        let facts = kind.columns.iter().zip(&row.fields);
        // These are told in full beside the facts.
        let is_told = |id: &str| matches!(id, "status" | "age" | "labels");
        let facts = facts.filter(|(spec, _)| !is_told(&spec.id) && Some(&*spec.id) != users);
        ObjectView {
            kind_title: self.kind_title(served),
            uid: row.uid.to_string(),
            resource_version: object.text_at("/metadata/resourceVersion").into(),
            created: moment("/metadata/creationTimestamp"),
            deleting_since: moment("/metadata/deletionTimestamp"),
            finalizers: texts(object, "/metadata/finalizers"),
            status,
            owners: self.owners(cluster, object).await,
            labels: pairs("/metadata/labels"),
            annotations: pairs("/metadata/annotations"),
            findings: Vec::new(),
            facts: facts
                .filter(|(_, field)| **field != Field::None)
                .map(|(spec, field)| Fact {
                    title: spec.title(self.language).into_owned(),
                    value: field.to_cell(self.language),
                })
                .collect(),
            conditions: conditions(object),
            has_log: has_log(resource.kind.as_str(), object, &containers),
            terminal: self.terminal_offer(resource, &containers),
            containers,
            tree: Vec::new(),
            tree_more: 0,
            requested: Vec::new(),
            copying: CopyHindrances::default(),
            outside: Outside::default(),
            pulled_by_default: pulled,
            events: Vec::new(),
            revisions: Vec::new(),
            actions: self.actions(served, resource, object, pulled),
            secret: kind.slug == "secrets",
            described: served.described,
            resource: resource.clone(),
        }
    }

    /// The chain of owners, nearest first.
    async fn owners(&self, cluster: &Arc<Cluster>, object: &Object<'_>) -> Vec<Owner> {
        let mut owners = Vec::new();
        let Ok(discovery) = cluster.discovery().await else { return owners };
        let mut next = owner_of(object);
        while let Some((group, kind, name, uid)) = next.take() {
            let (Some(served), Ok(name)) = (discovery.of_manifest(&group, &kind), ObjectName::parse(&name))
            else {
                break;
            };
            let Ok(slug) = KindSlug::parse(&served.kind.slug) else { break };
            let namespace =
                served.kind.namespaced.then(|| object.namespace().and_then(|n| Namespace::parse(n).ok()));
            owners.push(Owner {
                resource: ResourceRef {
                    cluster: cluster.name().clone(),
                    kind: slug,
                    namespace: namespace.flatten(),
                    name,
                },
                kind_title: self.kind_title(served),
            });
            if owners.len() == LONGEST_CHAIN {
                break;
            }
            let Some(store) = cluster.running(&served.kind.slug) else { break };
            next = store.read().read(&uid, |json| owner_of(&Object::parse(json).ok()?)).flatten();
        }
        owners
    }
}

/// The address of a row's object, if its names obey the rules.
pub(crate) fn reference(cluster: &Cluster, store: &Store, row: &RowData) -> Option<ResourceRef> {
    Some(ResourceRef {
        cluster: cluster.name().clone(),
        kind: KindSlug::parse(&store.served().kind.slug).ok()?,
        namespace: row.namespace.as_deref().map(Namespace::parse).transpose().ok()?,
        name: ObjectName::parse(&row.name).ok()?,
    })
}

/// API group, kind, name and uid of the controlling owner, else of the first.
pub(crate) fn owner_of(object: &Object<'_>) -> Option<(String, String, String, String)> {
    let owners = object.items_at("/metadata/ownerReferences");
    let owner = owners.iter().find(|owner| owner.is_true("/controller")).or_else(|| owners.first())?;
    let group = owner.text_at("/apiVersion").split_once('/').map_or("", |(group, _)| group);
    let text = |path: &str| owner.text_at(path).to_owned();
    Some((group.into(), text("/kind"), text("/name"), text("/uid")))
}

fn texts(object: &Object<'_>, path: &str) -> Vec<String> {
    object.items_at(path).iter().filter_map(Object::text).map(str::to_owned).collect()
}
