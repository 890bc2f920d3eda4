//! What every controller and node agent stands on: the cluster, its clock, and parsed objects.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use playground_kubernetes::{Cluster, DeleteOptions, Object, Status};
use serde_json::Value;

use crate::clock::Clock;
use crate::images::Images;
use crate::monitoring::KnownPods;
use crate::objects::{Key, time};

/// More parsed objects than the largest world has; beyond that the memory is dropped and filled again.
const PARSED_OBJECTS: usize = 20_000;

/// Objects by uid, each with the version it was parsed from.
type Parsed = HashMap<String, (u64, Arc<Value>)>;

/// One cluster as its own controllers see it. Reads are always the newest state, so no controller acts on a memory of
/// the past.
#[derive(Clone)]
pub struct Site {
    pub cluster: Cluster,
    pub clock: Clock,
    pub images: Arc<Images>,
    /// What metrics know about pods.
    pub known_pods: KnownPods,
    parsed: Arc<Mutex<Parsed>>,
}

impl Site {
    /// A site around a cluster.
    pub fn new(cluster: Cluster, clock: Clock, images: Arc<Images>) -> Self {
        Self { cluster, clock, images, known_pods: KnownPods::default(), parsed: Arc::default() }
    }

    /// The same site, whose writes are recorded as made by `manager`.
    pub fn written_by(&self, manager: &str) -> Self {
        Self { cluster: self.cluster.as_manager(manager), ..self.clone() }
    }

    /// An object, parsed at most once per version.
    pub fn parse(&self, object: &Object) -> Arc<Value> {
        let mut parsed = self.parsed.lock();
        if let Some((version, value)) = parsed.get(object.uid())
            && *version == object.resource_version()
        {
            return value.clone();
        }
        let value = Arc::new(object.parse());
        if parsed.len() >= PARSED_OBJECTS {
            parsed.clear();
        }
        parsed.insert(object.uid().to_owned(), (object.resource_version(), value.clone()));
        value
    }

    /// One object as it is now.
    pub fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<Arc<Value>> {
        let namespace = (!namespace.is_empty()).then_some(namespace);
        self.cluster.get(kind, namespace, name).map(|object| self.parse(&object))
    }

    /// The object behind a key.
    pub fn at(&self, kind: &str, key: &Key) -> Option<Arc<Value>> {
        self.get(kind, &key.namespace, &key.name)
    }

    /// All objects of a kind in a namespace.
    pub fn list(&self, kind: &str, namespace: &str) -> Vec<Arc<Value>> {
        self.cluster.list(kind, Some(namespace)).iter().map(|object| self.parse(object)).collect()
    }

    /// All objects of a kind in the cluster.
    pub fn list_all(&self, kind: &str) -> Vec<Arc<Value>> {
        self.cluster.list(kind, None).iter().map(|object| self.parse(object)).collect()
    }

    /// Creates an object, dated by the playground's clock.
    pub fn create(&self, mut object: Value) -> Result<Arc<Value>, Status> {
        object["metadata"]["creationTimestamp"] = time(self.clock.now()).into();
        self.cluster.create(object).map(|created| self.parse(&created))
    }

    /// Changes an object in place. An unchanged object costs next to nothing, which is what most looks come to; one that
    /// someone else changed meanwhile is a conflict.
    pub fn update(
        &self,
        kind: &str,
        key: &Key,
        change: impl FnOnce(&mut Value),
    ) -> Result<Arc<Value>, Status> {
        let Some(current) = self.at(kind, key) else { return Err(Status::not_found(kind, &key.name)) };
        let mut changed = (*current).clone();
        change(&mut changed);
        if changed == *current {
            return Ok(current);
        }
        let written = self.cluster.update(kind, key.namespace(), &key.name, |object| *object = changed);
        written.map(|object| self.parse(&object))
    }

    /// Replaces the status of an object that may have gone meanwhile.
    pub fn write_status(&self, kind: &str, key: &Key, status: Value) -> Result<(), Status> {
        ignore_missing(self.update(kind, key, |object| object["status"] = status).map(drop))
    }

    /// Asks for an object's deletion; already gone is fine.
    pub fn delete(&self, kind: &str, key: &Key) -> Result<(), Status> {
        self.delete_with(kind, key, DeleteOptions::default())
    }

    /// Removes a pod at once, as the agent does when its containers have stopped.
    pub fn delete_now(&self, kind: &str, key: &Key) -> Result<(), Status> {
        self.delete_with(
            kind,
            key,
            DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() },
        )
    }

    fn delete_with(&self, kind: &str, key: &Key, options: DeleteOptions) -> Result<(), Status> {
        ignore_missing(self.cluster.delete(kind, key.namespace(), &key.name, options))
    }

    /// Records an event about an object.
    pub fn event(&self, involved: &Value, event_type: &str, reason: &str, message: &str, component: &str) {
        self.cluster.record_event(involved, event_type, reason, message, component);
    }

    /// Records an event that is no cause for worry.
    pub fn normal(&self, involved: &Value, reason: &str, message: &str, component: &str) {
        self.event(involved, "Normal", reason, message, component);
    }

    /// Records an event someone should look at.
    pub fn warning(&self, involved: &Value, reason: &str, message: &str, component: &str) {
        self.event(involved, "Warning", reason, message, component);
    }
}

/// Takes "it is gone" for success.
pub fn ignore_missing(result: Result<(), Status>) -> Result<(), Status> {
    match result {
        Err(status) if status.code == 404 => Ok(()),
        other => other,
    }
}
