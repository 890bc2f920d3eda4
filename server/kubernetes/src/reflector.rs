//! How a store is filled: one list, and one watch from where the list begins.

mod backoff;
mod watch;

use crate::connection::{As, Call, Connection};
use crate::discovery::Served;
use crate::error::KubernetesError;
use crate::ingest;
use crate::state::State;
use crate::store::{Store, now};
use crate::survive::survive;
use backoff::Backoff;
use model::Timestamp;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::Instant;
use watch::Watched;

/// Objects on a page of a list: more than the API server's own default helps little and costs memory on both sides.
const LIST_PAGE: u32 = 500;
/// Whoever looks is told when a list takes longer than this to be read anew.
const LONGEST_UNTOLD: Duration = Duration::from_secs(3);

/// Fills a store for as long as it is there.
pub(crate) struct Reflector {
    connection: Connection,
    store: Weak<Store>,
    served: Arc<Served>,
    /// Whether further pages of a list are still read.
    is_listing: AtomicBool,
    /// Why the watch is broken, while it is.
    trouble: Mutex<Option<KubernetesError>>,
}

/// Where to go on in a list, and the most objects that its pages hold.
struct Rest {
    next: String,
    limit: u32,
}

impl Reflector {
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

    /// Lists and watches until the store is gone. A panic is told to whoever looks, and begins it anew.
    pub async fn follow(&self) {
        let what = format!("Following {} of {}", self.served.kind.slug, self.connection.cluster());
        let mut backoff = Backoff::default();
        while survive(&what, self.list_and_watch_again()).await.is_none() {
            self.is_listing.store(false, Ordering::Relaxed);
            let Some(store) = self.store.upgrade() else { return };
            let cause = "the console stumbled over it; its log says where";
            store.set_failed(KubernetesError::unreadable(self.connection.cluster(), cause));
            drop(store);
            backoff.wait(None).await;
        }
    }

    async fn list_and_watch_again(&self) {
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
            // The pages before belong to a list that the server has forgotten: begin again, mix nothing. Some forget each list
            // at once, so not as fast as they do.
            Err(error) if error.is_expired() => Ok(Watched::InVain),
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
        let end = taken
            .await
            .unwrap_or_else(|error| Err(error.to_string()))
            .map_err(|cause| KubernetesError::unreadable(self.connection.cluster(), cause))?;
        rest.next = end.next;
        Ok(end.resource_version)
    }
}
