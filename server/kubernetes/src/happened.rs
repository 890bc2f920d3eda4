//! What happens in a cluster, event by event, for whoever keeps it: read off the store that everybody looks at.

use crate::cluster::Cluster;
use crate::error::KubernetesError;
use crate::slug::built_in;
use crate::store::Store;
use kinds::Object;
use model::ConsoleError;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use std::vec::IntoIter;
use tokio::task::yield_now;
use tokio::time::timeout;

/// Events that are looked into at a time: the watch waits as long.
const AT_ONCE: usize = 200;

/// Up to where the events of a cluster were read. Whoever has lost it reads all that are there.
#[derive(Clone, Debug, Default)]
pub struct ReadEvents {
    revision: Option<String>,
}

/// An event as it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// Names it in its cluster.
    pub uid: String,
    /// How often it happened until now.
    pub times: i64,
    /// When it happened last, in milliseconds since 1970.
    pub at_ms: i64,
    /// The namespace that the event itself is in; empty where it is about an object that is in none.
    pub namespace: String,
    /// The kind of the object that it is about, as manifests say it.
    pub kind: String,
    /// The object's name.
    pub name: String,
    /// One word for machines.
    pub reason: String,
    /// `Normal` or `Warning`.
    pub sort: String,
    /// What recorded it.
    pub source: String,
    /// What happened.
    pub message: String,
}

/// What has happened since events were read last, to be read part by part: a cluster may have a hundred thousand events.
pub struct Happening {
    store: Arc<Store>,
    uids: IntoIter<String>,
    read: ReadEvents,
}

impl Happening {
    /// The next of them, so many at most; none when all were read. Takes as long as it takes.
    pub async fn next(&mut self, most: usize) -> Option<Vec<Happened>> {
        if self.uids.as_slice().is_empty() {
            return None;
        }
        let some: Vec<String> = self.uids.by_ref().take(most).collect();
        let mut events = Vec::new();
        for some in some.chunks(AT_ONCE) {
            look_into(&self.store, some, &mut events);
            yield_now().await;
        }
        Some(events)
    }

    /// Up to where events are read, once all of these are.
    pub fn read(self) -> ReadEvents {
        self.read
    }
}

impl Cluster {
    /// The events that are new, or have happened again, since they were read last. An error while the cluster cannot be
    /// followed, and when it does not begin to be in this time: what happens meanwhile comes with a later answer, as far as the
    /// cluster remembers it.
    pub async fn happened(&self, read: &ReadEvents, patience: Duration) -> Result<Happening, ConsoleError> {
        let kind = built_in("events");
        let loaded = timeout(patience, self.loaded(&kind)).await;
        let loading =
            |_| KubernetesError::Loading { cluster: self.name().to_string(), kind: kind.to_string() };
        let store = loaded.map_err(loading)??;
        if let Some(stale) = store.stale() {
            return Err(stale.error);
        }
        let (uids, revision) = changed(&store, read);
        let read = ReadEvents { revision: Some(revision) };
        Ok(Happening { store, uids: uids.into_iter(), read })
    }
}

/// Which events are new or other ones since, and up to where that is known.
fn changed(store: &Store, read: &ReadEvents) -> (Vec<String>, String) {
    let since = read.revision.as_deref().and_then(|revision| store.parse_revision(revision));
    let state = store.read();
    let revision = store.revision_text(state.revision());
    let uids = match since.and_then(|since| state.changes_after(since)) {
        Some(changes) => {
            let new = changes.filter_map(|change| change.new.as_ref()).map(|row| row.uid.to_string());
            new.collect::<HashSet<String>>().into_iter().collect()
        }
        None => state.rows().map(|row| row.uid.to_string()).collect(),
    };
    (uids, revision)
}

fn look_into(store: &Store, uids: &[String], events: &mut Vec<Happened>) {
    let state = store.read();
    let found = uids.iter().filter_map(|uid| {
        state.read(uid, |json| Object::parse(json).ok().and_then(|event| happened(&event))).flatten()
    });
    events.extend(found);
}

/// What an event tells; `None` where it does not say when.
fn happened(event: &Object<'_>) -> Option<Happened> {
    let first_of = |paths: &[&str]| {
        paths.iter().map(|path| event.text_at(path)).find(|text| !text.is_empty()).unwrap_or_default()
    };
    let at = first_of(&[
        "/series/lastObservedTime",
        "/lastTimestamp",
        "/eventTime",
        "/firstTimestamp",
        "/metadata/creationTimestamp",
    ]);
    // Who may see an event is said by where it is, not by what its writer says that it is about.
    let namespace = match event.text_at("/involvedObject/namespace") {
        "" => "",
        _ => event.namespace().unwrap_or_default(),
    };
    Some(Happened {
        uid: event.uid().to_owned(),
        times: event.number_at("/series/count").or_else(|| event.number_at("/count")).unwrap_or(1).max(1),
        at_ms: at.parse::<jiff::Timestamp>().ok()?.as_millisecond(),
        namespace: namespace.to_owned(),
        kind: event.text_at("/involvedObject/kind").to_owned(),
        name: event.text_at("/involvedObject/name").to_owned(),
        reason: event.text_at("/reason").to_owned(),
        sort: event.text_at("/type").to_owned(),
        source: first_of(&["/source/component", "/reportingComponent"]).to_owned(),
        message: event.text_at("/message").to_owned(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(event: &Value) -> Option<Happened> {
        let json = serde_json::to_vec(event).unwrap();
        happened(&Object::parse(&json).unwrap())
    }

    fn event() -> Value {
        json!({
            "metadata": {"uid": "u1", "namespace": "shop", "name": "web-0.1", "creationTimestamp": "2026-11-26T09:00:00Z"},
            "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-0"},
            "reason": "BackOff", "type": "Warning", "message": "Back-off", "count": 4,
            "source": {"component": "kubelet"}, "lastTimestamp": "2026-11-26T09:00:10Z",
        })
    }

    #[test]
    fn both_forms_of_events_are_read() {
        let mut newer = event();
        newer["series"] = json!({"count": 7, "lastObservedTime": "2026-11-26T09:00:20.123456Z"});
        newer["source"] = json!({});
        newer["reportingComponent"] = json!("kubelet");

        let (older, newer) = (read(&event()).unwrap(), read(&newer).unwrap());

        assert_eq!((older.times, older.at_ms % 60_000, older.source.as_str()), (4, 10_000, "kubelet"));
        assert_eq!((newer.times, newer.at_ms % 60_000, newer.source.as_str()), (7, 20_123, "kubelet"));
        assert_eq!(
            (older.namespace.as_str(), older.kind.as_str(), older.name.as_str()),
            ("shop", "Pod", "web-0")
        );
    }

    #[test]
    fn an_event_is_where_it_is_whatever_it_says_that_it_is_about() {
        let mut foreign = event();
        foreign["involvedObject"]["namespace"] = json!("bank");
        let mut node = event();
        node["involvedObject"] = json!({"kind": "Node", "name": "worker-1"});

        assert_eq!(read(&foreign).unwrap().namespace, "shop");
        assert_eq!(read(&node).unwrap().namespace, "");
    }

    #[test]
    fn an_event_of_no_moment_is_not_kept() {
        let mut event = event();
        event["metadata"]["creationTimestamp"] = json!("soon");
        event["lastTimestamp"] = Value::Null;

        assert_eq!(read(&event), None);
    }
}
