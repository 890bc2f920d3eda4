//! Objects in the version of a request, and back in that in which they are stored, where a webhook converts between them.
//! Everywhere else this passes on what it gets.
//!
//! A webhook takes its time, so nothing is locked while it is asked: what it made is kept only if nobody was faster.

use std::sync::Arc;

use serde_json::Value;

use super::render::Served;
use crate::Status;
use crate::cluster::Cluster;
use crate::managed;
use crate::object::Object;
use crate::registry::Kind;
use crate::storage::Event;
use crate::write::{Write, slashed};

/// How often a change is tried anew when somebody else was faster.
const ATTEMPTS: usize = 5;

/// Stored objects that nobody can read in another version.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// Where the first of them is stored.
    key: String,
    revision: u64,
    why: String,
    others: usize,
}

impl Unreadable {
    fn describe(&self, root: &str) -> String {
        let Self { key, revision, why, .. } = self;
        format!(
            "StorageError: corrupt object, Code: 7, Key: {root}{key}, ResourceVersion: 0, AdditionalErrorMsg: object not \
             decodable revision={revision}: {why}"
        )
    }

    /// The refusal of a change.
    fn of_change(&self) -> Status {
        Status::new(500, "", format!("object not decodable revision={}: {}", self.revision, self.why))
    }

    /// The refusal of a list.
    pub(crate) fn of_list(&self, resource: &str) -> Status {
        let more = if self.others == 0 { String::new() } else { format!(" (and {} more)", self.others) };
        let what = self.describe("/registry");
        let message = format!("failed to read one or more {resource} from the storage: {what}{more}");
        Status::new(500, "StorageReadError", message)
    }
}

impl From<Unreadable> for Status {
    fn from(unreadable: Unreadable) -> Self {
        Self::internal(unreadable.describe(""))
    }
}

impl Served {
    /// The kind as it is stored.
    pub(crate) fn stored_kind(&self) -> &Arc<Kind> {
        self.stored.as_ref().unwrap_or(&self.kind)
    }

    /// Whether a webhook has to be asked about objects of other versions.
    pub(crate) fn asks(&self) -> bool {
        self.stored.is_some()
    }

    /// The objects in the version of the request.
    pub(crate) async fn seen(
        &self,
        cluster: &Cluster,
        objects: Vec<Arc<Object>>,
    ) -> Result<Vec<Arc<Object>>, Unreadable> {
        let is_other = |object: &&Arc<Object>| object.api_version() != self.api_version;
        let Some(webhook) = self.kind.webhook.as_ref().filter(|_| objects.iter().any(|one| is_other(&one)))
        else {
            return Ok(objects);
        };
        let values: Vec<Value> =
            objects.iter().filter(is_other).map(|object| sendable(object.parse())).collect();
        let others = values.len().saturating_sub(1);
        let converted = webhook.convert(cluster, &self.api_version, values).await;
        let converted = converted.map_err(|why| {
            let first = objects.iter().find(is_other);
            let key = first.map_or_else(String::new, |first| slashed(&first.key()));
            let revision = first.map_or(0, |first| first.resource_version());
            Unreadable { key: format!("/{}/{}{key}", self.group, self.kind.plural), revision, why, others }
        })?;
        let mut values = converted.into_iter();
        let mut next = |object: &Arc<Object>| {
            let mut value = values.next().unwrap_or_default();
            if let Some(schema) = self.kind.schemas.get(&self.version) {
                schema.prune(&mut value);
            }
            Arc::new(Object::encode(&self.kind, &value, object.resource_version()))
        };
        let seen = objects.iter().map(|one| if is_other(&one) { next(one) } else { Arc::clone(one) });
        Ok(seen.collect())
    }

    /// One object in the version of the request.
    pub(crate) async fn seen_one(
        &self,
        cluster: &Cluster,
        object: Arc<Object>,
    ) -> Result<Arc<Object>, Unreadable> {
        let seen = self.seen(cluster, vec![Arc::clone(&object)]).await?;
        Ok(seen.into_iter().next().unwrap_or(object))
    }

    /// Changes, with the objects as the version of the request shows them.
    pub(crate) async fn seen_events(
        &self,
        cluster: &Cluster,
        events: Vec<Arc<Event>>,
    ) -> Result<Vec<Arc<Event>>, Unreadable> {
        if !self.asks() {
            return Ok(events);
        }
        let objects = events.iter().flat_map(|event| {
            [Some(&event.object), event.previous.as_ref()].into_iter().flatten().map(Arc::clone)
        });
        let mut seen = self.seen(cluster, objects.collect()).await?.into_iter();
        let mut next = |before: &Arc<Object>| seen.next().unwrap_or_else(|| Arc::clone(before));
        let events = events.iter().map(|event| {
            let object = next(&event.object);
            let previous = event.previous.as_ref().map(&mut next);
            Arc::new(Event::new(event.version, event.kind, object, previous))
        });
        Ok(events.collect())
    }

    /// A checked object of the request's version, as it is to be stored.
    async fn to_store(&self, cluster: &Cluster, value: Value) -> Result<Value, Status> {
        let kind = self.stored_kind();
        let Some(webhook) = &self.kind.webhook else { return Ok(value) };
        let converted = webhook.convert(cluster, &kind.api_version(), vec![sendable(value)]).await;
        // What cannot be stored is refused without a reason.
        let converted = converted.map_err(|why| Status::new(500, "", why))?;
        let mut value = converted.into_iter().next().unwrap_or_default();
        if let Some(schema) = kind.schemas.get(&kind.version) {
            schema.prune(&mut value);
        }
        Ok(value)
    }
}

/// An object as it is stored, which has no version of its own.
fn sendable(mut object: Value) -> Value {
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.remove("resourceVersion");
    }
    object
}

/// Creates an object.
pub(crate) async fn insert(
    cluster: &Cluster,
    served: &Served,
    namespace: Option<&str>,
    object: Value,
    write: &Write,
) -> Result<Arc<Object>, Status> {
    if !served.asks() {
        return cluster.insert(&served.kind, namespace, object, write);
    }
    let kind = served.stored_kind();
    let checked =
        cluster.insert(&served.kind, namespace, object, &Write { dry_run: true, ..write.clone() })?;
    let value = served.to_store(cluster, checked.parse()).await?;
    let created = if write.dry_run {
        Arc::new(Object::encode(kind, &value, 0))
    } else {
        cluster.keep_new(kind, &value)?
    };
    Ok(served.seen_one(cluster, created).await?)
}

/// Changes an object; `change` is asked anew when somebody else was faster.
pub(crate) async fn replace(
    cluster: &Cluster,
    served: &Served,
    namespace: Option<&str>,
    name: &str,
    write: &Write,
    mut change: impl FnMut(&Object, Value) -> Result<Value, Status>,
) -> Result<Arc<Object>, Status> {
    if !served.asks() {
        return cluster.replace(&served.kind, namespace, name, write, change);
    }
    let kind = served.stored_kind();
    let resource = kind.resource();
    for _ in 0..ATTEMPTS {
        let stored = cluster.get(&resource, namespace, name);
        let stored = stored.ok_or_else(|| Status::not_found(&resource, name))?;
        let current = served.seen_one(cluster, Arc::clone(&stored)).await;
        let current = current.map_err(|unreadable| unreadable.of_change())?;
        let Some(revised) = cluster.revise(&served.kind, &current, write, &mut change)? else {
            return Ok(current);
        };
        let mut value = served.to_store(cluster, revised).await?;
        managed::give_up(kind, &stored.parse(), &mut value, &served.api_version);
        let written = if write.dry_run {
            Some(Arc::new(Object::encode(kind, &value, stored.resource_version())))
        } else {
            cluster.keep_changed(kind, &stored, &value)?
        };
        if let Some(written) = written {
            return Ok(served.seen_one(cluster, written).await?);
        }
    }
    Err(Status::modified(&resource, name))
}
