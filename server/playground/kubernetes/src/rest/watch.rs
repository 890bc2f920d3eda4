//! `watch`: changes as they happen, from a version on.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures::stream;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::read::selectors;
use super::render::{Served, to_bytes};
use super::request::{Form, Parameters, RequestInfo};
use super::respond;
use crate::Status;
use crate::cluster::Cluster;
use crate::faults::{Switched, WatchFault};
use crate::object::Object;
use crate::selectors::Selectors;
use crate::storage::{ChangeKind, Event};

/// How often a watcher who wants them gets a bookmark.
const BOOKMARKS: Duration = Duration::from_secs(60);
/// How long a watch lasts when nobody says.
const LIFETIME: Duration = Duration::from_secs(1800);
/// How many changes are put together into one piece.
const BATCH: usize = 256;

struct Watch {
    cluster: Cluster,
    served: Served,
    info: RequestInfo,
    form: Form,
    selectors: Selectors,
    /// Changes up to this version have been sent.
    version: u64,
    initial: VecDeque<Arc<Object>>,
    /// Whether a bookmark is to tell the end of the initial objects.
    announce_end: bool,
    changes: watch::Receiver<u64>,
    faults: watch::Receiver<Switched>,
    /// How the switches stood, and what had been sent, when a fault befell this watch for the last time.
    suffered: Option<(Switched, u64)>,
    /// Whether a table with headings was sent.
    has_headings: bool,
    bookmarks: bool,
    next_bookmark: Instant,
    end: Instant,
    ended: bool,
}

/// Answers a stream of changes.
pub(crate) fn watch(
    cluster: &Cluster,
    served: &Served,
    info: &RequestInfo,
    query: &Parameters,
    form: Form,
) -> Result<Response, Status> {
    let selectors = selectors(served, query)?;
    // The real server has no reason for this one.
    let from = query.resource_version().map_err(|problem| Status::new(500, "", problem))?;
    query.check_list_options()?;
    let send_initial = query.flag("sendInitialEvents");
    let without_initial = query.get("sendInitialEvents") == Some("false");
    let lifetime = query.number("timeoutSeconds")?.and_then(|seconds| u64::try_from(seconds).ok());
    let lifetime = lifetime.filter(|seconds| *seconds > 0).map_or(LIFETIME, Duration::from_secs);
    let namespace = info.namespace.as_deref();

    let state = cluster.inner.state.read();
    let store = state.store(&served.kind.resource()).ok_or_else(Status::no_such_path)?;
    let with_initial = send_initial || (from == 0 && !without_initial);
    // What is selected by may look different in another version.
    let is_wanted = |object: &&Arc<Object>| served.asks() || selectors.matches(object);
    let initial = if with_initial {
        store.range(namespace).filter(is_wanted).cloned().collect()
    } else {
        VecDeque::new()
    };
    let version = if with_initial || from == 0 { state.version } else { from };
    let changes = store.changes();
    drop(state);

    let watch = Watch {
        cluster: cluster.clone(),
        served: served.clone(),
        info: info.clone(),
        form,
        selectors,
        version,
        initial,
        announce_end: send_initial,
        changes,
        faults: cluster.faults().changes(),
        suffered: None,
        has_headings: false,
        bookmarks: query.flag("allowWatchBookmarks"),
        next_bookmark: Instant::now() + BOOKMARKS,
        end: Instant::now() + lifetime,
        ended: false,
    };
    let pieces = stream::unfold(watch, |mut watch| async move {
        let piece = watch.next().await?;
        Some((Ok::<_, Infallible>(piece), watch))
    });
    Ok(respond(200, Body::from_stream(pieces)))
}

impl Watch {
    /// The next bytes to send; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        if let Some(piece) = self.next_initial().await {
            return Some(piece);
        }
        if self.ended {
            return None;
        }
        loop {
            self.changes.borrow_and_update();
            let moment = (*self.faults.borrow_and_update(), self.version);
            // Once at a time: a fault without end would leave no room for anything else.
            if self.suffered != Some(moment)
                && let Some(fault) = self.cluster.faults().on_watch(&self.info)
            {
                self.suffered = Some(moment);
                if let Some(piece) = self.suffer(fault, moment.0).await {
                    return Some(piece);
                }
                if self.ended {
                    return None;
                }
            }
            if let Some(piece) = self.gather().await {
                return Some(piece);
            }
            if self.ended {
                return None;
            }
            tokio::select! {
                changed = self.changes.changed() => {
                    if changed.is_err() {
                        return None;
                    }
                }
                // The sender lives as long as the cluster.
                _ = self.faults.changed() => {}
                () = sleep_until(self.next_bookmark), if self.bookmarks => {
                    self.next_bookmark = Instant::now() + BOOKMARKS;
                    self.version = self.version.max(self.current_version());
                    return Some(self.bookmark(false));
                }
                () = sleep_until(self.end) => {
                    self.ended = true;
                    return self.bookmarks.then(|| self.bookmark(false));
                }
            }
        }
    }

    /// The newest version of the whole store, when this watch has seen everything up to it.
    fn current_version(&self) -> u64 {
        let state = self.cluster.inner.state.read();
        let seen_all = state
            .store(&self.served.kind.resource())
            .and_then(|store| store.since(self.version))
            .is_some_and(|events| events.is_empty());
        if seen_all { state.version } else { self.version }
    }

    async fn next_initial(&mut self) -> Option<Bytes> {
        while !self.initial.is_empty() {
            let objects = self.initial.drain(..self.initial.len().min(BATCH)).collect();
            let Ok(objects) = self.served.seen(&self.cluster, objects).await else {
                self.ended = true;
                return None;
            };
            let mut piece = BytesMut::new();
            for object in objects.iter().filter(|object| self.selectors.matches(object)) {
                let frame = encode(&self.served, self.form, "ADDED", object, !self.has_headings);
                self.has_headings = true;
                piece.extend_from_slice(&frame);
            }
            if !piece.is_empty() {
                return Some(piece.freeze());
            }
        }
        std::mem::take(&mut self.announce_end).then(|| self.bookmark(true))
    }

    /// All changes since the last piece, or the news that some of them have been forgotten.
    async fn gather(&mut self) -> Option<Bytes> {
        loop {
            let events = {
                let state = self.cluster.inner.state.read();
                match state.store(&self.served.kind.resource()) {
                    Some(store) => {
                        self.ended = store.closed;
                        store.since(self.version).ok_or(state.version)
                    }
                    None => Err(state.version),
                }
            };
            let mut events = match events {
                Ok(events) => events,
                Err(current) => {
                    self.ended = true;
                    return Some(gone(self.version, current));
                }
            };
            let has_more = events.len() > BATCH;
            self.ended &= !has_more;
            events.truncate(BATCH);
            let Ok(events) = self.served.seen_events(&self.cluster, events).await else {
                self.ended = true;
                return None;
            };
            let mut piece = BytesMut::new();
            for event in &events {
                self.version = event.version;
                if let Some(frame) = self.frame(event) {
                    self.has_headings = true;
                    piece.extend_from_slice(&frame);
                }
            }
            if !piece.is_empty() {
                return Some(piece.freeze());
            }
            if !has_more {
                return None;
            }
        }
    }

    /// The change as this watcher sees it: an object that stops matching is gone, one that begins to is new.
    fn frame(&self, event: &Event) -> Option<Bytes> {
        let namespace = self.info.namespace.as_deref();
        if namespace.is_some() && event.object.namespace() != namespace {
            return None;
        }
        let before = event.previous.as_ref().is_some_and(|object| self.selectors.matches(object));
        let after = event.kind != ChangeKind::Deleted && self.selectors.matches(&event.object);
        let word = match (before, after) {
            (false, false) => return None,
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
        };
        let mut form = std::hash::DefaultHasher::new();
        (word, self.form, &self.served.api_version, self.has_headings).hash(&mut form);
        Some(event.frame(form.finish(), || match &event.previous {
            // It goes as the watcher knew it, at the version at which it left.
            Some(previous) if word == "DELETED" => {
                let last = previous.at_version(&self.served.kind, event.version);
                encode(&self.served, self.form, word, &last, !self.has_headings)
            }
            _ => encode(&self.served, self.form, word, &event.object, !self.has_headings),
        }))
    }

    fn bookmark(&self, initial_end: bool) -> Bytes {
        let mut metadata = json!({"resourceVersion": self.version.to_string(), "creationTimestamp": null});
        if initial_end {
            metadata["annotations"] = json!({"k8s.io/initial-events-end": "true"});
        }
        let object = match self.form {
            Form::Full => {
                json!({"kind": self.served.kind.kind, "apiVersion": self.served.api_version, "metadata": metadata})
            }
            Form::Metadata => {
                json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata})
            }
            Form::Table(_) => {
                let row = json!({"cells": [], "object": {
                    "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
                }});
                let list = json!({"resourceVersion": self.version.to_string()});
                self.served.table(&list, if initial_end { std::slice::from_ref(&row) } else { &[] })
            }
        };
        line(&json!({"type": "BOOKMARK", "object": object}))
    }

    async fn suffer(&mut self, fault: WatchFault, switched: Switched) -> Option<Bytes> {
        match fault {
            WatchFault::Gone => {
                self.ended = true;
                Some(gone(self.version, self.cluster.resource_version()))
            }
            WatchFault::Drop => {
                self.ended = true;
                None
            }
            WatchFault::Garbage => {
                Some(Bytes::from_static(b"\x00\xff{\"type\":\"MODIFIED\",\"obj\x80\x81 \n"))
            }
            WatchFault::Truncated => {
                self.ended = true;
                Some(Bytes::from_static(b"{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Pod\",\"metad"))
            }
            WatchFault::HalfOpen => {
                self.cluster.faults().off_after(switched).await;
                None
            }
        }
    }
}

/// The first table of a watch has headings, those after it only rows.
fn encode(served: &Served, form: Form, word: &str, object: &Object, is_first: bool) -> Bytes {
    let body = match form {
        Form::Table(include) if !is_first => served.further_row(object, include),
        _ => served.single(object, form),
    };
    let mut frame = Vec::with_capacity(body.len() + 40);
    frame.extend_from_slice(format!("{{\"type\":\"{word}\",\"object\":").as_bytes());
    frame.extend_from_slice(&body);
    frame.extend_from_slice(b"}\n");
    frame.into()
}

fn gone(version: u64, current: u64) -> Bytes {
    let status = Status::expired(format!("too old resource version: {version} ({current})"));
    line(&json!({"type": "ERROR", "object": status.to_json()}))
}

fn line(value: &Value) -> Bytes {
    let mut bytes = BytesMut::from(&to_bytes(value)[..]);
    bytes.extend_from_slice(b"\n");
    bytes.freeze()
}
