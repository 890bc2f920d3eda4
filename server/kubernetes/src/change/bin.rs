//! What is deleted is kept first, so that it can be made again.

use crate::change::grants::Delete;
use crate::change::{live, restorable};
use crate::{As, Call, Cluster, KubernetesError, Served};
use access::Identity;
use async_trait::async_trait;
use futures::StreamExt;
use model::{ClusterName, ConsoleError, Namespace, ObjectName, ResourceRef};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// Objects that are kept along with a namespace or a definition; more are counted and not kept.
pub const MOST_ALONG: usize = 2_000;
/// Kinds that are read at the same time.
const KINDS_AT_ONCE: usize = 8;

/// Keeps what is deleted.
#[async_trait]
pub trait Bin: Send + Sync {
    /// Keeps objects that are about to be deleted. Nothing is deleted when this fails.
    async fn keep(&self, deleted: Deleted) -> Result<Uuid, ConsoleError>;
    /// Forgets what was kept under an id: it was not deleted after all.
    async fn forget(&self, kept: Uuid);
}

/// Objects that are about to be deleted together.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Where.
    pub cluster: ClusterName,
    /// The name of who deletes them.
    pub by: String,
    /// What was chosen, then what is in it, in the order in which they can be made again.
    pub objects: Vec<DeletedObject>,
    /// How many more there are than could be kept.
    pub left_out: usize,
}

/// An object as it can be made again.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletedObject {
    /// Which.
    pub resource: ResourceRef,
    /// Its API group.
    pub group: String,
    /// The plural of its kind, as in paths.
    pub plural: String,
    /// Its kind, as manifests say it.
    pub kind: String,
    /// What stood in it, without what only the server writes.
    pub manifest: Value,
}

/// The object with what its deletion takes along and nobody else makes again: read as the caller, who is told nothing of it.
/// Nothing for whoever may delete it and not read it, and for what its controller makes again.
pub(super) async fn gather(
    cluster: &Cluster,
    identity: &Identity,
    deletion: &Delete,
    by: &str,
) -> Result<Option<Deleted>, KubernetesError> {
    let Delete { served, target, .. } = deletion;
    let found = match live::find(cluster, identity, served, &target.resource).await {
        Err(error) if error.code() == Some(403) => None,
        found => found?,
    };
    let Some(state) = found else { return Ok(None) };
    let is_other = target.uid.as_deref().is_some_and(|uid| uid != state.uid());
    if is_other || !is_kept(served, &state.value) {
        return Ok(None);
    }
    let (along, left_out) = along(cluster, identity, served, &state.value).await?;
    let mut objects = vec![object(served, target.resource.clone(), state.value)];
    objects.extend(along);
    Ok(Some(Deleted { cluster: cluster.name().clone(), by: by.to_owned(), objects, left_out }))
}

fn object(served: &Served, resource: ResourceRef, value: Value) -> DeletedObject {
    DeletedObject {
        resource,
        group: served.kind.group.to_string(),
        plural: served.kind.plural.to_string(),
        kind: served.kind.kind.to_string(),
        manifest: restorable::manifest(served, value),
    }
}

/// Kinds that are reports of what is, and come by themselves.
const REPORTS: [&str; 5] = ["endpoints", "endpointslices", "events", "leases", "nodes"];

/// Whether somebody would have to make it again: it can be made, and nothing makes it by itself.
fn is_kept(served: &Served, value: &Value) -> bool {
    let is_report = REPORTS.contains(&&*served.kind.plural);
    let owners = value.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    let is_controlled = owners.into_iter().flatten().any(|owner| owner["controller"] == true);
    let name = value.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
    let comes_along = matches!(
        (&*served.kind.plural, name),
        ("serviceaccounts", "default") | ("configmaps", "kube-root-ca.crt" | "istio-ca-root-cert")
    );
    served.can("create") && !is_report && !is_controlled && !comes_along
}

/// What is in a namespace, and the objects of a kind whose definition goes; how many of them are too many to keep.
async fn along(
    cluster: &Cluster,
    identity: &Identity,
    served: &Served,
    value: &Value,
) -> Result<(Vec<DeletedObject>, usize), KubernetesError> {
    let text = |path: &str| value.pointer(path).and_then(Value::as_str).unwrap_or_default();
    // A kind that was defined a moment ago has objects to keep too.
    let (kinds, namespace): (Vec<Arc<Served>>, Option<Namespace>) = match &*served.kind.slug {
        "namespaces" => {
            let Ok(namespace) = Namespace::parse(text("/metadata/name")) else { return Ok((Vec::new(), 0)) };
            let discovery = cluster.discovery_anew().await?;
            let kinds = discovery.kinds.values().filter(|kind| kind.kind.namespaced);
            (kinds.cloned().collect(), Some(namespace))
        }
        slug if slug.starts_with("customresourcedefinitions") => {
            let discovery = cluster.discovery_anew().await?;
            let of_it = discovery.of_manifest(text("/spec/group"), text("/spec/names/kind"));
            (of_it.cloned().into_iter().collect(), None)
        }
        _ => return Ok((Vec::new(), 0)),
    };
    let listed = kinds.into_iter().filter(|kind| kind.can("list") && kind.can("create")).map(|kind| {
        let namespace = namespace.clone();
        async move { list(cluster, identity, &kind, namespace.as_ref()).await }
    });
    let listed: Vec<_> = futures::stream::iter(listed).buffer_unordered(KINDS_AT_ONCE).collect().await;
    let mut all = Vec::new();
    for objects in listed {
        all.extend(objects?);
    }
    all.sort_by_key(|object| (restorable::rank(&object.group, &object.plural), object.resource.to_string()));
    let left_out = all.len().saturating_sub(MOST_ALONG);
    all.truncate(MOST_ALONG);
    Ok((all, left_out))
}

/// The objects of a kind that are kept. What the caller may not read is not kept for them.
async fn list(
    cluster: &Cluster,
    identity: &Identity,
    served: &Served,
    namespace: Option<&Namespace>,
) -> Result<Vec<DeletedObject>, KubernetesError> {
    let mut kept = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("{}?limit=500&continue={next}", served.collection(namespace));
        let answer = cluster.connection().call_patiently(As::Caller(identity), &Call::get(path)).await;
        let answer = match answer {
            // Whoever may not see it, a group that is dead, and a kind that is gone by now.
            Err(error) if matches!(error.code(), Some(403 | 404 | 405 | 503)) => return Ok(kept),
            answer => answer?,
        };
        let mut list: Value = cluster.connection().read_json(&answer.body)?;
        for mut value in live::items(&mut list) {
            // Items of lists do not say what they are.
            value["apiVersion"] = served.api_version().into();
            value["kind"] = served.kind.kind.to_string().into();
            if let Some(resource) =
                reference(cluster.name(), served, &value).filter(|_| is_kept(served, &value))
            {
                kept.push(object(served, resource, value));
            }
        }
        next = list
            .pointer("/metadata/continue")
            .and_then(Value::as_str)
            .map(model::link::escape)
            .unwrap_or_default();
        if next.is_empty() || kept.len() > MOST_ALONG {
            return Ok(kept);
        }
    }
}

fn reference(cluster: &ClusterName, served: &Served, value: &Value) -> Option<ResourceRef> {
    let text = |path: &str| value.pointer(path).and_then(Value::as_str);
    Some(ResourceRef {
        cluster: cluster.clone(),
        kind: model::KindSlug::parse(&served.kind.slug).ok()?,
        namespace: text("/metadata/namespace").map(Namespace::parse).transpose().ok()?,
        name: ObjectName::parse(text("/metadata/name")?).ok()?,
    })
}
