//! The in-process interface: what controllers, kubelets and generators use.

use std::sync::Arc;

use parking_lot::{Mutex, ReentrantMutex, RwLock};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::Status;
use crate::faults::Faults;
use crate::object::Object;
use crate::paging::Pages;
use crate::rbac::PolicyCache;
use crate::registry::Kind;
use crate::rest::aggregation::DeadServices;
use crate::rest::proxy::Programs;
use crate::storage::{Change, ChangeKind, Limits, State};
use crate::tokens::Tokens;
use crate::trail::{Asked, Trail};
use crate::write::{Removal, Write};

/// What a new cluster is told about itself.
#[derive(Debug, Clone)]
pub struct ClusterSettings {
    /// The cluster's name, used in its kubeconfig.
    pub name: String,
    /// The Kubernetes version it claims to be, such as `(1, 34)`.
    pub version: (u32, u32),
    /// How many changes of each kind a watch may lag behind before it has to start anew.
    pub history: usize,
    /// How many bytes of objects the changes of one kind may hold: large objects leave fewer changes.
    pub history_bytes: usize,
    /// The first two numbers of the addresses given to services.
    pub service_network: (u8, u8),
}

impl Default for ClusterSettings {
    fn default() -> Self {
        Self {
            name: "playground".to_owned(),
            version: (1, 34),
            history: 8192,
            history_bytes: 64 * 1024 * 1024,
            service_network: (10, 96),
        }
    }
}

/// A simulated cluster's API. Cloning gives another handle on the same cluster.
///
/// Kinds are named `plural` or `plural.group`: `pods`, `deployments.apps`.
#[derive(Clone)]
pub struct Cluster {
    pub(crate) inner: Arc<Inner>,
    manager: Arc<str>,
}

pub(crate) struct Inner {
    pub(crate) settings: ClusterSettings,
    pub(crate) state: RwLock<State>,
    /// Held while an object is read, changed and written. Re-entrant, so that a change may write other objects.
    pub(crate) writer: ReentrantMutex<()>,
    pub(crate) pages: Mutex<Pages>,
    pub(crate) faults: Faults,
    pub(crate) tokens: Tokens,
    pub(crate) policy: Mutex<PolicyCache>,
    pub(crate) dead_services: Mutex<DeadServices>,
    pub(crate) programs: Programs,
    pub(crate) trail: Trail,
}

/// How an object is to be deleted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeleteOptions {
    /// Seconds a pod gets to end; none for the pod's own wish, zero for at once.
    pub grace_period_seconds: Option<i64>,
    /// What happens to the objects it owns.
    pub propagation: Option<Propagation>,
    /// Delete only the object with this uid.
    pub uid: Option<String>,
    /// Delete only this version of the object.
    pub resource_version: Option<String>,
    /// Check everything, change nothing.
    pub dry_run: bool,
}

/// What happens to owned objects when their owner is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// The owner goes first.
    Background,
    /// The owned objects go first.
    Foreground,
    /// The owned objects stay and lose their owner.
    Orphan,
}

impl Cluster {
    /// An empty cluster with the namespaces and roles every cluster has.
    pub fn new(settings: ClusterSettings) -> Self {
        let limits = Limits { changes: settings.history, bytes: settings.history_bytes };
        let state = State::new(settings.version.1, limits);
        let inner = Inner {
            settings,
            state: RwLock::new(state),
            writer: ReentrantMutex::new(()),
            pages: Mutex::default(),
            faults: Faults::default(),
            tokens: Tokens::default(),
            policy: Mutex::default(),
            dead_services: Mutex::default(),
            programs: Programs::default(),
            trail: Trail::default(),
        };
        let cluster = Self { inner: Arc::new(inner), manager: "kube-controller-manager".into() };
        crate::bootstrap::fill(&cluster);
        cluster
    }

    /// The same cluster, with changes recorded in `managedFields` as made by `manager`.
    pub fn as_manager(&self, manager: &str) -> Self {
        Self { inner: Arc::clone(&self.inner), manager: manager.into() }
    }

    /// What the cluster was told about itself.
    pub fn settings(&self) -> &ClusterSettings {
        &self.inner.settings
    }

    /// The switches that make the API server misbehave.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// Says what answers behind a port of a service, as far as the API server's proxy leads there: while the service has
    /// endpoints, requests go to this program. Other services have nothing behind them.
    pub fn answer_behind(&self, namespace: &str, service: &str, port: u16, program: axum::Router) {
        self.inner.programs.put(namespace, service, port, program);
    }

    /// What was asked of the API server between two moments and would change something, or was not allowed. Controllers
    /// and node agents do not ask over HTTP, so what they do is not here.
    pub fn asked_between(&self, from: jiff::Timestamp, to: jiff::Timestamp) -> Vec<Asked> {
        self.inner.trail.between(from, to)
    }

    /// One object, or none.
    pub fn get(&self, plural_group: &str, namespace: Option<&str>, name: &str) -> Option<Arc<Object>> {
        self.inner.state.read().get(plural_group, namespace, name).cloned()
    }

    /// All objects of a kind, in one namespace or everywhere, by namespace and name.
    pub fn list(&self, plural_group: &str, namespace: Option<&str>) -> Vec<Arc<Object>> {
        let state = self.inner.state.read();
        state.store(plural_group).map(|store| store.range(namespace).cloned().collect()).unwrap_or_default()
    }

    /// How many objects of a kind there are.
    pub fn count(&self, plural_group: &str) -> usize {
        self.inner.state.read().store(plural_group).map_or(0, |store| store.objects.len())
    }

    /// The resourceVersion of the newest change.
    pub fn resource_version(&self) -> u64 {
        self.inner.state.read().version
    }

    /// The resourceVersion of the newest change of any kind but one.
    pub fn last_change_but_of(&self, plural_group: &str) -> u64 {
        let state = self.inner.state.read();
        let others = state.stores().filter(|(resource, _)| &***resource != plural_group);
        others.map(|(_, store)| store.last_change()).max().unwrap_or(0)
    }

    /// Creates an object with defaults, validation and quota, and without asking for permission. The object may bring
    /// a status.
    pub fn create(&self, object: Value) -> Result<Arc<Object>, Status> {
        let kind = self.kind_of(&object)?;
        let namespace = self.namespace_of(&kind, &object);
        self.insert(&kind, namespace.as_deref(), object, &self.internal())
    }

    /// Changes an object, status included, if `change` leaves it different from before. `change` may read and write
    /// other objects.
    pub fn update(
        &self,
        plural_group: &str,
        namespace: Option<&str>,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<Arc<Object>, Status> {
        let kind = self.kind(plural_group)?;
        self.replace(&kind, namespace, name, &self.internal(), |_, mut object| {
            change(&mut object);
            Ok(object)
        })
    }

    /// Creates the object, or makes the existing one equal to it in everything the object names.
    pub fn apply(&self, object: Value) -> Result<Arc<Object>, Status> {
        let kind = self.kind_of(&object)?;
        let namespace = self.namespace_of(&kind, &object);
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        if self.get(&kind.resource(), namespace.as_deref(), &name).is_none() {
            return self.insert(&kind, namespace.as_deref(), object, &self.internal());
        }
        self.replace(&kind, namespace.as_deref(), &name, &self.internal(), |_, mut current| {
            json_patch::merge(&mut current, &object);
            Ok(current)
        })
    }

    /// Deletes an object, or begins to when finalizers or a grace period stand before its end.
    #[expect(clippy::needless_pass_by_value, reason = "callers write the options in place")]
    pub fn delete(
        &self,
        plural_group: &str,
        namespace: Option<&str>,
        name: &str,
        options: DeleteOptions,
    ) -> Result<(), Status> {
        let kind = self.kind(plural_group)?;
        self.remove(&kind, namespace, name, &options).map(|_: Removal| ())
    }

    /// Writes many objects without validation, quota or field ownership: for generators. A uid and a creation time
    /// that an object brings are kept; an object of a kind this cluster lacks, or too large for it, is left out.
    pub fn insert_bulk(&self, objects: impl Iterator<Item = Value>) {
        let mut known: Option<Arc<Kind>> = None;
        for mut object in objects {
            let same = known.as_ref().is_some_and(|kind| {
                object["kind"] == kind.kind.as_str() && object["apiVersion"] == kind.api_version().as_str()
            });
            if !same {
                known = self.kind_of(&object).ok();
            }
            let Some(kind) = &known else { continue };
            (kind.default)(&mut object);
            crate::write::complete_metadata(kind, &mut object);
            let _writing = self.inner.writer.lock();
            if let Err(status) = self.commit(kind, &object) {
                tracing::warn!(%status, kind = kind.kind, "An object is left out");
            }
        }
    }

    /// Changes one object like [`insert_bulk`](Self::insert_bulk) writes: without validation or field ownership. Reads
    /// and writes are one step, so nobody's change is lost; an object that is gone stays gone.
    pub fn change_bulk(
        &self,
        plural_group: &str,
        namespace: Option<&str>,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Option<Arc<Object>> {
        let kind = self.kind(plural_group).ok()?;
        let _writing = self.inner.writer.lock();
        let mut object = self.get(plural_group, namespace, name)?.parse();
        change(&mut object);
        self.commit(&kind, &object).ok()
    }

    /// Follows all objects of a kind. The objects that exist come first, as added.
    pub fn subscribe(&self, plural_group: &str) -> Subscription {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut state = self.inner.state.write();
        if let Some(store) = state.store_mut(plural_group) {
            for object in store.objects.values() {
                let change = Change { kind: ChangeKind::Added, object: Arc::clone(object) };
                sender.send(change).expect("the receiver is held below");
            }
            store.subscribe(sender);
        }
        Subscription { receiver }
    }

    /// Writes an event about `involved`, or counts one more if the same was said before.
    pub fn record_event(
        &self,
        involved: &Value,
        event_type: &str,
        reason: &str,
        message: &str,
        component: &str,
    ) {
        crate::events::record(self, involved, event_type, reason, message, component);
    }

    /// All objects, as bytes that [`restore`](Self::restore) understands.
    pub fn snapshot(&self) -> Vec<u8> {
        crate::snapshot::save(self)
    }

    /// Replaces all objects by those of a snapshot. Subscriptions and watches made before end.
    pub fn restore(&self, bytes: &[u8]) -> Result<(), crate::snapshot::SnapshotError> {
        crate::snapshot::load(self, bytes)
    }

    /// Forgets the past: lists under way and watches from before have to start anew, as after a compaction.
    pub fn expire(&self) {
        self.inner.pages.lock().expire();
        self.inner.state.write().compact();
    }

    pub(crate) fn kind(&self, plural_group: &str) -> Result<Arc<Kind>, Status> {
        let state = self.inner.state.read();
        state.registry.find(plural_group).cloned().ok_or_else(Status::no_such_path)
    }

    pub(crate) fn kind_of(&self, object: &Value) -> Result<Arc<Kind>, Status> {
        let api_version = object["apiVersion"].as_str().unwrap_or_default();
        let kind = object["kind"].as_str().unwrap_or_default();
        let state = self.inner.state.read();
        state.registry.of_object(api_version, kind).cloned().ok_or_else(|| {
            Status::bad_request(format!("no matches for kind \"{kind}\" in version \"{api_version}\""))
        })
    }

    fn namespace_of(&self, kind: &Kind, object: &Value) -> Option<String> {
        kind.namespaced.then(|| object["metadata"]["namespace"].as_str().unwrap_or("default").to_owned())
    }

    fn internal(&self) -> Write {
        Write { manager: self.manager.to_string(), internal: true, ..Write::default() }
    }

    /// The `involvedObject` of events and the like.
    pub(crate) fn reference(object: &Value) -> Value {
        json!({
            "apiVersion": object["apiVersion"], "kind": object["kind"],
            "name": object["metadata"]["name"], "namespace": object["metadata"]["namespace"],
            "uid": object["metadata"]["uid"], "resourceVersion": object["metadata"]["resourceVersion"],
        })
    }
}

/// The changes of one kind, in order and without loss.
#[derive(Debug)]
pub struct Subscription {
    receiver: mpsc::UnboundedReceiver<Change>,
}

impl Subscription {
    /// The next change; none when the cluster is gone or was restored from a snapshot. Safe to cancel.
    pub async fn next(&mut self) -> Option<Change> {
        self.receiver.recv().await
    }

    /// The next change, if there is one already.
    pub fn try_next(&mut self) -> Option<Change> {
        self.receiver.try_recv().ok()
    }
}
