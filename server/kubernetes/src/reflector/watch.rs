//! The watch of a store: from one version on, begun anew where it ended, for as long as the version is remembered.

use super::Reflector;
use super::backoff::Backoff;
use crate::connection::{As, Call};
use crate::error::KubernetesError;
use crate::ingest;
use crate::store::Store;
use bytes::{Buf, Bytes, BytesMut};
use futures::{Stream, StreamExt};
use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// After this the API server ends a watch; the next goes on where it ended.
const WATCH_SECONDS: u32 = 290;
/// A watch brings a bookmark about every minute, but none for a kind of which nothing has changed since its API server
/// started. One that is silent for longer is begun anew: its other end may be gone, whatever TCP believes.
const LONGEST_SILENCE: Duration = Duration::from_secs(75);
/// After so much silence it is asked beside the watch whether there was nothing to say.
const QUIET: Duration = Duration::from_secs(10);
/// How long the watch beside it may take to say anything.
const PROBE_PATIENCE: Duration = Duration::from_secs(5);
/// What the watch beside it has heard may be on its way to the first one too, for so long.
const ON_ITS_WAY: Duration = Duration::from_secs(1);
/// Watches of kinds that nobody looked at for so long are not asked about.
const UNSEEN_SECONDS: i64 = 60;
/// No object that an API server accepts makes a longer line.
const LONGEST_LINE: usize = 16 << 20;
/// A watch that fails so often from the same version is answered with a new list: some servers say 410 in odd ways.
const TRIES_FROM_ONE_VERSION: u32 = 3;

/// What came of watching from a list's version on.
#[derive(Clone, Copy)]
pub(super) enum Watched {
    /// Something was heard; list again.
    Advanced,
    /// Nothing was heard; list again.
    InVain,
    /// The store is gone.
    Unwanted,
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

impl From<KubernetesError> for End {
    fn from(error: KubernetesError) -> Self {
        if error.is_expired() { Self::Forgotten } else { Self::Broken(Some(error)) }
    }
}

impl Reflector {
    /// Watches until the version is forgotten, or leads nowhere, or nobody wants the store any more.
    pub(super) async fn watch_from(&self, mut version: String) -> Watched {
        let (mut tries, mut backoff, mut watched) = (0, Backoff::default(), Watched::InVain);
        loop {
            let before = version.clone();
            let Err(end) = self.watch_once(&mut version).await;
            if before != version {
                (tries, backoff, watched) = (0, Backoff::default(), Watched::Advanced);
            }
            let error = match end {
                End::Unwanted => return Watched::Unwanted,
                End::Forgotten => return watched,
                End::Broken(error) => error,
            };
            let Some(error) = error else {
                Backoff::default().wait(None).await;
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
    async fn watch_once(&self, version: &mut String) -> Result<Infallible, End> {
        let call = self.watch(version, WATCH_SECONDS, "&allowWatchBookmarks=true");
        let mut stream = self.connection.stream(As::Console, &call).await?;
        *self.trouble.lock() = None;
        match self.store.upgrade() {
            Some(_) if self.is_listing.load(Ordering::Relaxed) => {}
            Some(store) => store.set_fresh(),
            None => return Err(End::Unwanted),
        }
        let mut buffer = BytesMut::new();
        loop {
            let chunk = self.next_chunk(&mut stream, version).await?;
            buffer.extend_from_slice(&chunk);
            let store = self.store.upgrade().ok_or(End::Unwanted)?;
            take_lines(&store, self.connection.cluster(), &mut buffer, version)?;
            if buffer.len() > LONGEST_LINE {
                return Err(End::Broken(Some(KubernetesError::TooLarge {
                    cluster: self.connection.cluster().into(),
                    limit_bytes: LONGEST_LINE,
                    may_be_done: false,
                })));
            }
        }
    }

    /// A request for what happens after a version.
    fn watch(&self, version: &str, seconds: u32, more: &str) -> Call {
        let source = self.served.kind.source;
        let path = format!(
            "{}?watch=true{more}&resourceVersion={}&timeoutSeconds={seconds}{}",
            self.served.collection(None),
            model::link::escape(version),
            ingest::parameters(source),
        );
        Call::get(path).accepting(ingest::accept(source))
    }

    /// Waits for what a watch brings next. While it is quiet, it is asked whether it should be.
    async fn next_chunk(
        &self,
        stream: &mut (impl Stream<Item = Result<Bytes, KubernetesError>> + Unpin),
        version: &str,
    ) -> Result<Bytes, End> {
        let began = Instant::now();
        let next = loop {
            if let Ok(next) = timeout(QUIET, stream.next()).await {
                break next;
            }
            if began.elapsed() >= LONGEST_SILENCE {
                return Err(End::Broken(None));
            }
            if self.missed_something(version).await? {
                let late = timeout(ON_ITS_WAY, stream.next()).await;
                break late.map_err(|_| End::Broken(None))?;
            }
        };
        Ok(next.ok_or(End::Broken(None))??)
    }

    /// Asks whether anything happened after this version, by a second watch that lasts a second. A bookmark comes only
    /// once a minute, so silence itself says nothing; this tells a quiet kind from a watch whose other end is gone.
    async fn missed_something(&self, version: &str) -> Result<bool, KubernetesError> {
        if self.store.upgrade().is_none_or(|store| store.idle_seconds() > UNSEEN_SECONDS) {
            return Ok(false);
        }
        let call = self.watch(version, 1, "");
        let mut stream = match self.connection.stream(As::Console, &call).await {
            Ok(stream) => stream,
            // Whoever answers is there; a version that is too old says nothing about the watch.
            Err(KubernetesError::Answered { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        match timeout(PROBE_PATIENCE, stream.next()).await {
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
            let reached = ingest::take_line(state, cluster, line)?;
            if !reached.is_empty() {
                *version = reached;
            }
        }
        Ok(())
    })
}
