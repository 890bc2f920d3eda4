//! How a store is filled: one list, and one watch from where the list begins.

use crate::connection::{As, Call, Connection};
use crate::discovery::Served;
use crate::error::KubernetesError;
use crate::ingest::{self, Line};
use crate::state::State;
use crate::store::{Store, now};
use bytes::{Buf, BytesMut};
use futures::StreamExt;
use model::Timestamp;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Objects on a page of a list: more than the API server's own default helps little and costs memory on both sides.
const LIST_PAGE: u32 = 500;
/// After this the API server ends a watch; the next goes on where it ended.
const WATCH_SECONDS: u32 = 290;
/// A watch brings a bookmark about every minute, but none for a kind of which nothing has changed since its API server
/// started. One that is silent for longer is begun anew: its other end may be gone, whatever TCP believes.
const LONGEST_SILENCE: Duration = Duration::from_secs(75);
/// After so much silence it is asked beside the watch whether there was nothing to say.
const QUIET: Duration = Duration::from_secs(10);
/// Watches of kinds that nobody looked at for so long are not asked about.
const UNSEEN_SECONDS: i64 = 60;
/// No object that an API server accepts makes a longer line.
const LONGEST_LINE: usize = 16 << 20;
/// A watch that fails so often from the same version is answered with a new list: some servers say 410 in odd ways.
const TRIES_FROM_ONE_VERSION: u32 = 3;
/// Whoever looks is told when a list takes longer than this to be read anew.
const LONGEST_UNTOLD: Duration = Duration::from_secs(3);
const SHORTEST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// A cluster that asks to be left alone for longer is asked again after this time.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// Fills a store for as long as it is there.
pub(crate) struct Follower {
    connection: Connection,
    store: Weak<Store>,
    served: Arc<Served>,
    /// Whether further pages of a list are still read.
    is_listing: AtomicBool,
    /// Why the watch is broken, while it is.
    trouble: Mutex<Option<KubernetesError>>,
}

/// What came of watching from a list's version on.
#[derive(Clone, Copy)]
enum Watched {
    /// Something was heard; list again.
    Advanced,
    /// Nothing was heard; list again.
    InVain,
    /// The store is gone.
    Unwanted,
}

/// Pauses between tries, each longer than the one before.
struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(SHORTEST_PAUSE)
    }
}

impl Backoff {
    /// Waits, and no shorter than the cluster asked for.
    async fn wait(&mut self, error: Option<&KubernetesError>) {
        let asked = error.and_then(KubernetesError::retry_after).unwrap_or_default();
        sleep(jittered(self.0).max(asked.min(LONGEST_ASKED))).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

/// Why a watch ended.
enum End {
    /// By itself, or by a fault that may pass: it goes on where it was.
    Broken(Option<KubernetesError>),
    /// The version is too old: list again.
    Forgotten,
    /// The store is gone.
    Unwanted,
}

/// Where to go on in a list, and the most objects that its pages hold.
struct Rest {
    next: String,
    limit: u32,
}

impl Follower {
    /// Fills this store.
    pub fn new(connection: Connection, store: &Arc<Store>) -> Self {
        Self {
            connection,
            store: Arc::downgrade(store),
            served: Arc::clone(store.served()),
            is_listing: AtomicBool::new(false),
            trouble: Mutex::default(),
        }
    }

    /// Lists and watches until the store is gone.
    pub async fn follow(&self) {
        let mut backoff = Backoff::default();
        loop {
            match self.list_and_watch().await {
                Ok(Watched::Unwanted) => return,
                Ok(Watched::Advanced) => backoff = Backoff::default(),
                // A list that leads to nothing is not asked for as fast as it can be answered.
                Ok(Watched::InVain) => backoff.wait(None).await,
                Err(error) => {
                    let kind = &self.served.kind.slug;
                    tracing::warn!(cluster = self.connection.cluster(), %kind, %error, "Cannot list {kind}");
                    let Some(store) = self.store.upgrade() else { return };
                    store.set_failed(error.clone());
                    drop(store);
                    backoff.wait(Some(&error)).await;
                }
            }
        }
    }

    /// Watches from where the list begins, while its further pages are still read: an API server that changes much may
    /// have forgotten the beginning of a long list at its end, and a list anew would never catch up.
    async fn list_and_watch(&self) -> Result<Watched, KubernetesError> {
        let Some(store) = self.store.upgrade() else { return Ok(Watched::Unwanted) };
        let began = now();
        let labels = [("cluster", store.cluster().to_owned()), ("kind", self.served.kind.slug.to_string())];
        metrics::counter!("orrery_lists_total", &labels).increment(1);
        store.change(State::begin_walk);
        let mut rest = Rest { next: String::new(), limit: LIST_PAGE };
        let first = self.page(&store, &mut rest).await?;
        if rest.next.is_empty() {
            store.change(State::end_walk);
            store.set_fresh();
            drop(store);
            return Ok(self.watch_from(first).await);
        }
        self.is_listing.store(true, Ordering::Relaxed);
        let pages = self.further_pages(store, rest, began);
        let watch = self.watch_from(first);
        tokio::pin!(pages, watch);
        let listed = tokio::select! {
            listed = &mut pages => listed.map(|()| None),
            watched = &mut watch => match watched {
                Watched::Unwanted => return Ok(Watched::Unwanted),
                // What can be listed is worth showing, also where it cannot be followed.
                watched => pages.await.map(|()| Some(watched)),
            },
        };
        self.is_listing.store(false, Ordering::Relaxed);
        match listed {
            Ok(Some(watched)) => Ok(watched),
            Ok(None) => Ok(watch.await),
            // The pages before belong to a list that the server has forgotten: begin again, mix nothing.
            Err(error) if error.is_expired() => Ok(Watched::Advanced),
            Err(error) => Err(error),
        }
    }

    async fn further_pages(
        &self,
        store: Arc<Store>,
        mut rest: Rest,
        began: Timestamp,
    ) -> Result<(), KubernetesError> {
        let started = Instant::now();
        while !rest.next.is_empty() {
            self.page(&store, &mut rest).await?;
            if started.elapsed() > LONGEST_UNTOLD {
                store.set_behind(began);
            }
        }
        store.change(State::end_walk);
        self.is_listing.store(false, Ordering::Relaxed);
        store.set_fresh();
        if let Some(error) = self.trouble.lock().clone() {
            store.set_failed(error);
        }
        Ok(())
    }

    /// Takes the next page of the list and answers with the list's version.
    async fn page(&self, store: &Arc<Store>, rest: &mut Rest) -> Result<String, KubernetesError> {
        let source = self.served.kind.source;
        let body = loop {
            let more = match rest.next.as_str() {
                "" => String::new(),
                next => format!("&continue={}", model::link::escape(next)),
            };
            let path = format!(
                "{}?limit={}{}{more}",
                self.served.collection(None),
                rest.limit,
                ingest::parameters(source)
            );
            let call = Call::get(path).accepting(ingest::accept(source));
            match self.connection.call_patiently(As::Console, &call).await {
                Ok(answer) => break answer.body,
                // So many objects of this size do not fit into one answer.
                Err(KubernetesError::TooLarge { .. }) if rest.limit > 1 => {
                    rest.limit = (rest.limit / 4).max(1);
                }
                Err(error) => return Err(error),
            }
        };
        let taking = Arc::clone(store);
        let taken =
            tokio::task::spawn_blocking(move || taking.change(|state| ingest::take_page(state, &body)));
        let end = taken.await.unwrap_or_else(|error| Err(error.to_string())).map_err(|cause| {
            KubernetesError::Unreadable { cluster: self.connection.cluster().into(), cause }
        })?;
        rest.next = end.next;
        Ok(end.resource_version)
    }

    /// Watches until the version is forgotten, or leads nowhere, or nobody wants the store any more.
    async fn watch_from(&self, mut version: String) -> Watched {
        let (mut tries, mut backoff, mut watched) = (0, Backoff::default(), Watched::InVain);
        loop {
            let before = version.clone();
            let end = self.watch_once(&mut version).await;
            if before != version {
                (tries, backoff, watched) = (0, Backoff::default(), Watched::Advanced);
            }
            let error = match end {
                End::Unwanted => return Watched::Unwanted,
                End::Forgotten => return watched,
                End::Broken(error) => error,
            };
            let Some(error) = error else {
                sleep(jittered(SHORTEST_PAUSE)).await;
                continue;
            };
            let kind = &self.served.kind.slug;
            tracing::info!(cluster = self.connection.cluster(), %kind, %error, "The watch of {kind} broke off");
            let Some(store) = self.store.upgrade() else { return Watched::Unwanted };
            *self.trouble.lock() = Some(error.clone());
            // A first list that is still read says itself whether it fails.
            if !self.is_listing.load(Ordering::Relaxed) {
                store.set_failed(error.clone());
            }
            drop(store);
            backoff.wait(Some(&error)).await;
            tries += 1;
            // A cluster that cannot be reached gives no list either.
            if tries >= TRIES_FROM_ONE_VERSION && !matches!(error, KubernetesError::Unreachable { .. }) {
                return watched;
            }
        }
    }

    /// Watches until the watch ends, and moves the version along with what it says.
    async fn watch_once(&self, version: &mut String) -> End {
        let source = self.served.kind.source;
        let path = format!(
            "{}?watch=true&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={WATCH_SECONDS}{}",
            self.served.collection(None),
            model::link::escape(version),
            ingest::parameters(source),
        );
        let call = Call::get(path).accepting(ingest::accept(source));
        let mut stream = match self.connection.stream(As::Console, &call).await {
            Ok(stream) => stream,
            Err(error) if error.is_expired() => return End::Forgotten,
            Err(error) => return End::Broken(Some(error)),
        };
        *self.trouble.lock() = None;
        match self.store.upgrade() {
            Some(_) if self.is_listing.load(Ordering::Relaxed) => {}
            Some(store) => store.set_fresh(),
            None => return End::Unwanted,
        }
        let mut buffer = BytesMut::new();
        let mut heard = Instant::now();
        loop {
            let next = match timeout(QUIET, stream.next()).await {
                Ok(next) => next,
                Err(_) if heard.elapsed() >= LONGEST_SILENCE => return End::Broken(None),
                Err(_) => match self.missed_something(version).await {
                    Ok(false) => continue,
                    // It may be on its way here too.
                    Ok(true) => match timeout(Duration::from_secs(1), stream.next()).await {
                        Ok(next) => next,
                        Err(_) => return End::Broken(None),
                    },
                    Err(error) => return End::Broken(Some(error)),
                },
            };
            let chunk = match next {
                Some(Ok(chunk)) => chunk,
                Some(Err(error)) => return End::Broken(Some(error)),
                None => return End::Broken(None),
            };
            heard = Instant::now();
            buffer.extend_from_slice(&chunk);
            let Some(store) = self.store.upgrade() else { return End::Unwanted };
            if let Err(error) = take_lines(&store, self.connection.cluster(), &mut buffer, version) {
                return if error.is_expired() { End::Forgotten } else { End::Broken(Some(error)) };
            }
            if buffer.len() > LONGEST_LINE {
                return End::Broken(Some(KubernetesError::TooLarge {
                    cluster: self.connection.cluster().into(),
                    limit_bytes: LONGEST_LINE,
                }));
            }
        }
    }

    /// Asks whether anything happened after this version, by a second watch that lasts a second. A bookmark comes only
    /// once a minute, so silence itself says nothing; this tells a quiet kind from a watch whose other end is gone.
    async fn missed_something(&self, version: &str) -> Result<bool, KubernetesError> {
        if self.store.upgrade().is_none_or(|store| store.idle_seconds() > UNSEEN_SECONDS) {
            return Ok(false);
        }
        let source = self.served.kind.source;
        let path = format!(
            "{}?watch=true&resourceVersion={}&timeoutSeconds=1{}",
            self.served.collection(None),
            model::link::escape(version),
            ingest::parameters(source),
        );
        let call = Call::get(path).accepting(ingest::accept(source));
        let mut stream = match self.connection.stream(As::Console, &call).await {
            Ok(stream) => stream,
            // Whoever answers is there; a version that is too old says nothing about the watch.
            Err(KubernetesError::Answered { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        match timeout(Duration::from_secs(5), stream.next()).await {
            Ok(Some(Ok(said))) => Ok(!said.starts_with(br#"{"type":"ERROR""#)),
            Ok(Some(Err(error))) => Err(error),
            Ok(None) | Err(_) => Ok(false),
        }
    }
}

/// Takes all whole lines of the buffer in one go.
fn take_lines(
    store: &Store,
    cluster: &str,
    buffer: &mut BytesMut,
    version: &mut String,
) -> Result<(), KubernetesError> {
    let Some(end) = buffer.iter().rposition(|byte| *byte == b'\n') else { return Ok(()) };
    let lines = buffer.split_to(end);
    buffer.advance(1);
    store.change(|state| {
        for line in lines.as_ref().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let Line::At(reached) = ingest::take_line(state, cluster, line)?;
            if !reached.is_empty() {
                *version = reached;
            }
        }
        Ok(())
    })
}

/// Many stores of one cluster fail together; they should not come back together.
fn jittered(pause: Duration) -> Duration {
    let spread = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
    pause.mul_f64(0.75 + spread as f64 / 512.0)
}
