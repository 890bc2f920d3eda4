//! Everything one cluster remembers: objects by kind, and the recent changes that watches resume from.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::Status;
use crate::object::Object;
use crate::registry::{Kind, Registry};

/// The largest request etcd takes when nobody tells it otherwise.
const LARGEST_OBJECT: usize = 3 * 512 * 1024;

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It was changed.
    Modified,
    /// It is gone; the object is its last state.
    Deleted,
}

/// One change of one object.
#[derive(Debug, Clone)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The object after the change.
    pub object: Arc<Object>,
}

/// How much of the past the store of a kind remembers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) changes: usize,
    /// Of the objects in those changes.
    pub(crate) bytes: usize,
}

/// A change as watches see it.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) version: u64,
    pub(crate) kind: ChangeKind,
    pub(crate) object: Arc<Object>,
    pub(crate) previous: Option<Arc<Object>>,
    /// Encoded frames by form, so that two hundred watchers of one form share one encoding.
    encoded: Mutex<Vec<(u64, Bytes)>>,
}

impl Event {
    pub(crate) fn new(
        version: u64,
        kind: ChangeKind,
        object: Arc<Object>,
        previous: Option<Arc<Object>>,
    ) -> Self {
        Self { version, kind, object, previous, encoded: Mutex::default() }
    }

    /// The frame of the given form, made by `encode` the first time somebody asks.
    pub(crate) fn frame(&self, form: u64, encode: impl FnOnce() -> Bytes) -> Bytes {
        let mut encoded = self.encoded.lock();
        if let Some((_, frame)) = encoded.iter().find(|(known, _)| *known == form) {
            return frame.clone();
        }
        let frame = encode();
        encoded.push((form, frame.clone()));
        frame
    }
}

/// The objects of one kind.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) kind: Arc<Kind>,
    pub(crate) objects: BTreeMap<Box<str>, Arc<Object>>,
    history: VecDeque<Arc<Event>>,
    history_bytes: usize,
    /// Changes up to this version are no longer in `history`.
    forgotten: u64,
    subscribers: Vec<mpsc::UnboundedSender<Change>>,
    changed: watch::Sender<u64>,
    /// Whether the kind is no longer served: watches end when they have seen everything.
    pub(crate) closed: bool,
}

impl Store {
    fn new(kind: Arc<Kind>, version: u64) -> Self {
        let changed = watch::Sender::new(0);
        Self {
            kind,
            objects: BTreeMap::new(),
            history: VecDeque::new(),
            history_bytes: 0,
            forgotten: version,
            subscribers: Vec::new(),
            changed,
            closed: false,
        }
    }

    /// The objects of a namespace, or all, by their keys.
    pub(crate) fn range(&self, namespace: Option<&str>) -> impl Iterator<Item = &Arc<Object>> {
        let prefix = namespace.map(|namespace| format!("{namespace}/"));
        let from = prefix.as_deref().map_or(Bound::Unbounded, Bound::Included);
        let range = self.objects.range::<str, _>((from, Bound::Unbounded));
        range
            .take_while(move |(key, _)| prefix.as_ref().is_none_or(|prefix| key.starts_with(prefix.as_str())))
            .map(|(_, object)| object)
    }

    /// The changes after `version`, or none if some of them have been forgotten.
    pub(crate) fn since(&self, version: u64) -> Option<Vec<Arc<Event>>> {
        if version < self.forgotten {
            return None;
        }
        let first = self.history.partition_point(|event| event.version <= version);
        Some(self.history.range(first..).cloned().collect())
    }

    /// The version of the last change.
    pub(crate) fn last_change(&self) -> u64 {
        *self.changed.borrow()
    }

    /// Wakes whenever the store changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn subscribe(&mut self, sender: mpsc::UnboundedSender<Change>) {
        self.subscribers.push(sender);
    }

    /// Forgets all changes, so that every watch has to start anew.
    fn compact(&mut self, version: u64) {
        self.history.clear();
        self.history_bytes = 0;
        self.forgotten = version;
        self.changed.send_replace(version);
    }

    fn publish(&mut self, event: Event, limits: Limits) {
        let change = Change { kind: event.kind, object: Arc::clone(&event.object) };
        self.subscribers.retain(|subscriber| subscriber.send(change.clone()).is_ok());
        let version = event.version;
        self.history_bytes += event.object.json().len();
        self.history.push_back(Arc::new(event));
        // The newest change stays however large it is, or nobody would ever see it.
        while self.history.len() > limits.changes.max(1)
            || (self.history_bytes > limits.bytes && self.history.len() > 1)
        {
            let Some(oldest) = self.history.pop_front() else { break };
            self.history_bytes -= oldest.object.json().len();
            self.forgotten = oldest.version;
        }
        self.changed.send_replace(version);
    }
}

/// Where an object lives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Location {
    pub(crate) resource: Arc<str>,
    pub(crate) key: Box<str>,
}

/// The whole memory of a cluster.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) registry: Arc<Registry>,
    pub(crate) version: u64,
    minor: u32,
    limits: Limits,
    stores: HashMap<Arc<str>, Store>,
    by_uid: HashMap<Box<str>, Location>,
    by_owner: HashMap<Box<str>, BTreeSet<Location>>,
}

impl State {
    pub(crate) fn new(minor: u32, limits: Limits) -> Self {
        let registry = Arc::new(Registry::built_in(minor));
        let mut state = Self {
            registry: Arc::clone(&registry),
            version: 1,
            minor,
            limits,
            stores: HashMap::new(),
            by_uid: HashMap::new(),
            by_owner: HashMap::new(),
        };
        for kind in registry.kinds() {
            state.add_store(kind);
        }
        state
    }

    /// Makes room for a kind; one that has room already gets the new description.
    pub(crate) fn add_store(&mut self, kind: &Arc<Kind>) {
        let version = self.version;
        let resource: Arc<str> = kind.resource().into();
        self.stores
            .entry(resource)
            .and_modify(|store| {
                store.kind = Arc::clone(kind);
                store.closed = false;
            })
            .or_insert_with(|| Store::new(Arc::clone(kind), version));
    }

    /// Closes the room of a kind that is no longer served. Its last changes stay for those who watch.
    pub(crate) fn close_store(&mut self, resource: &str) {
        if let Some(store) = self.stores.get_mut(resource) {
            store.closed = true;
            store.subscribers.clear();
            store.changed.send_replace(self.version);
        }
    }

    /// The store of a kind by `plural` or `plural.group`, aliases included.
    pub(crate) fn store(&self, resource: &str) -> Option<&Store> {
        self.stores.get(resource).or_else(|| self.stores.get(&*self.registry.find(resource)?.resource()))
    }

    pub(crate) fn store_mut(&mut self, resource: &str) -> Option<&mut Store> {
        if self.stores.contains_key(resource) {
            return self.stores.get_mut(resource);
        }
        let resource = self.registry.find(resource)?.resource();
        self.stores.get_mut(&*resource)
    }

    pub(crate) fn stores(&self) -> impl Iterator<Item = (&Arc<str>, &Store)> {
        self.stores.iter()
    }

    pub(crate) fn get(&self, resource: &str, namespace: Option<&str>, name: &str) -> Option<&Arc<Object>> {
        self.store(resource)?.objects.get(crate::object::key(namespace, name).as_str())
    }

    pub(crate) fn find_uid(&self, uid: &str) -> Option<&Location> {
        self.by_uid.get(uid)
    }

    pub(crate) fn at(&self, location: &Location) -> Option<&Arc<Object>> {
        self.store(&location.resource)?.objects.get(&location.key)
    }

    /// Everything that names this uid as an owner.
    pub(crate) fn dependents(&self, uid: &str) -> Vec<Location> {
        self.by_owner.get(uid).into_iter().flatten().cloned().collect()
    }

    /// Writes an object and tells the watchers. An object larger than etcd takes is refused.
    pub(crate) fn put(&mut self, kind: &Kind, value: &Value) -> Result<Arc<Object>, Status> {
        let (version, limits) = (self.version + 1, self.limits);
        let object = Arc::new(Object::encode(kind, value, version));
        if object.json().len() > LARGEST_OBJECT {
            return Err(Status::too_large_to_store());
        }
        self.version = version;
        let (resource, store) = self.entry(kind);
        let location = Location { resource, key: object.key().into() };
        let previous = store.objects.insert(location.key.clone(), Arc::clone(&object));
        let change = if previous.is_some() { ChangeKind::Modified } else { ChangeKind::Added };
        store.publish(Event::new(version, change, Arc::clone(&object), previous.clone()), limits);
        if let Some(previous) = previous {
            self.forget_links(&previous, &location);
        }
        self.by_uid.insert(object.uid().into(), location.clone());
        for owner in object.owners() {
            self.by_owner.entry(owner.clone()).or_default().insert(location.clone());
        }
        Ok(object)
    }

    /// Removes an object and tells the watchers. Answers its last state, at the version of the deletion.
    pub(crate) fn remove(&mut self, kind: &Kind, key: &str) -> Option<Arc<Object>> {
        let (resource, store) = self.entry(kind);
        let last = store.objects.remove(key)?;
        self.version += 1;
        let (version, limits) = (self.version, self.limits);
        let object = Arc::new(last.at_version(kind, version));
        let event = Event::new(version, ChangeKind::Deleted, Arc::clone(&object), Some(Arc::clone(&last)));
        self.entry(kind).1.publish(event, limits);
        self.forget_links(&last, &Location { resource, key: key.into() });
        Some(object)
    }

    /// Forgets every change.
    pub(crate) fn compact(&mut self) {
        let version = self.version;
        self.stores.values_mut().for_each(|store| store.compact(version));
    }

    /// Empties the store for what a snapshot holds.
    pub(crate) fn clear(&mut self) {
        *self = Self { version: self.version, ..Self::new(self.minor, self.limits) };
    }

    fn entry(&mut self, kind: &Kind) -> (Arc<str>, &mut Store) {
        let resource = kind.resource();
        let key = self.stores.get_key_value(&*resource).map(|(key, _)| Arc::clone(key));
        let key = key.expect("every kind in the registry has a store");
        let store = self.stores.get_mut(&key).expect("found a moment ago");
        (key, store)
    }

    fn forget_links(&mut self, object: &Object, location: &Location) {
        self.by_uid.remove(object.uid());
        for owner in object.owners() {
            if let Some(dependents) = self.by_owner.get_mut(owner) {
                dependents.remove(location);
                if dependents.is_empty() {
                    self.by_owner.remove(owner);
                }
            }
        }
    }
}
