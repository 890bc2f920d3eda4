//! Follows all objects of one kind of one cluster, whoever looks. One list, and one watch from where it begins; a list
//! again only when the API server has forgotten where the watch stood.

mod standing;

use crate::connection::Connection;
use crate::discovery::Served;
use crate::error::KubernetesError;
use crate::reflector::Reflector;
use crate::state::State;
use crate::usage;
use kinds::UsedBy;
use model::{ConsoleError, ResourceRef, Stale, Timestamp};
use parking_lot::{Mutex, RwLock, RwLockReadGuard};
pub(crate) use standing::Standing;
use standing::Standings;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The objects of one kind of one cluster. Dropping the last handle ends its watch.
pub(crate) struct Store {
    cluster: String,
    served: Arc<Served>,
    /// Tells this life of the store from any other: revisions of different lives do not compare.
    life: String,
    state: RwLock<State>,
    revision: watch::Sender<u64>,
    standings: Mutex<Standings>,
    /// What comes of these.
    standing: watch::Sender<Standing>,
    last_looked_at: AtomicI64,
    end: CancellationToken,
}

impl Store {
    /// Begins to follow.
    pub fn start(connection: Connection, served: Arc<Served>) -> Arc<Self> {
        let store = Arc::new(Self {
            state: RwLock::new(State::new(Arc::clone(&served.kind))),
            life: uuid::Uuid::new_v4().simple().to_string()[..12].to_owned(),
            cluster: connection.cluster().into(),
            served,
            revision: watch::Sender::new(0),
            standings: Mutex::new(Standings { own: Standing::Loading(None), users: None }),
            standing: watch::Sender::new(Standing::Loading(None)),
            last_looked_at: AtomicI64::new(now().0),
            end: CancellationToken::new(),
        });
        let end = store.end.clone();
        let reflector = Reflector::new(connection, &store);
        tokio::spawn(async move {
            tokio::select! {
                () = end.cancelled() => {}
                () = reflector.follow() => {}
            }
        });
        store
    }

    /// From now on its rows say who uses its objects, as another store has it. There is nothing to show before that is known.
    pub fn join(self: &Arc<Self>, users: Arc<Store>, used_by: UsedBy) {
        self.set_users_standing(Standing::Loading(None));
        let end = self.end.clone();
        let keeping = usage::keep(Arc::downgrade(self), users, used_by);
        tokio::spawn(async move {
            tokio::select! {
                () = end.cancelled() => {}
                () = keeping => {}
            }
        });
    }

    /// The name of its cluster.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// What it follows.
    pub fn served(&self) -> &Arc<Served> {
        &self.served
    }

    /// Follows no more, and says so to whoever follows it: its kind is served in another version.
    pub fn retire(&self) {
        self.end.cancel();
    }

    /// Waits until it is retired.
    pub async fn retired(&self) {
        self.end.cancelled().await;
    }

    /// What it knows. Hold this briefly: the watch waits for it.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.last_looked_at.store(now().0, Ordering::Relaxed);
        self.state.read()
    }

    /// The JSON of an object.
    pub fn json_of(&self, object: &ResourceRef) -> Result<Vec<u8>, ConsoleError> {
        let state = self.read();
        let json = state.row_of(object).and_then(|row| state.read(&row.uid, <[u8]>::to_vec));
        json.ok_or_else(|| ConsoleError::not_found(object))
    }

    /// Its present revision, as the wire carries it.
    pub fn revision_text(&self, revision: u64) -> String {
        format!("{}-{revision}", self.life)
    }

    /// The revision of such a text, if it is of this life.
    pub fn parse_revision(&self, text: &str) -> Option<u64> {
        text.strip_prefix(self.life.as_str())?.strip_prefix('-')?.parse().ok()
    }

    /// Changes with every revision.
    pub fn revisions(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// Changes when it becomes fresh or stale.
    pub fn standings(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Waits until there is something to show. `Err` says why there is not, after `patience`.
    pub async fn wait_loaded(&self, patience: Duration) -> Result<(), ConsoleError> {
        let mut standing = self.standing.subscribe();
        let settled = |standing: &Standing| !matches!(standing, Standing::Loading(None));
        let waited = timeout(patience, standing.wait_for(settled)).await;
        match waited.as_ref().map(|result| result.as_ref().map(|standing| (**standing).clone())) {
            Ok(Ok(Standing::Loading(Some(error)))) => Err(error),
            Ok(_) => Ok(()),
            Err(_) => Err(KubernetesError::Loading {
                cluster: self.cluster.clone(),
                kind: self.served.kind.slug.to_string(),
            }
            .into()),
        }
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }

    /// Since when and why what is known may be old.
    pub fn stale(&self) -> Option<Stale> {
        match &*self.standing.borrow() {
            Standing::Stale(stale) => Some(stale.clone()),
            _ => None,
        }
    }

    /// How many objects it knows, and how many bytes they take. Does not count as a look.
    pub fn size(&self) -> (usize, usize) {
        let state = self.state.read();
        (state.len(), state.heap_bytes())
    }

    /// Writes down how many objects it knows, and how many bytes they take; drops what nobody asks for any more.
    pub fn measure(&self) {
        self.state.read().answers().let_go();
        let (objects, bytes) = self.size();
        self.gauge(objects, bytes);
    }

    fn gauge(&self, objects: usize, bytes: usize) {
        let labels = [("cluster", self.cluster.clone()), ("kind", self.served.kind.slug.to_string())];
        metrics::gauge!("orrery_store_objects", &labels).set(objects as f64);
        metrics::gauge!("orrery_store_bytes", &labels).set(bytes as f64);
    }

    /// Seconds since somebody looked.
    pub fn idle_seconds(&self) -> i64 {
        now().0 - self.last_looked_at.load(Ordering::Relaxed)
    }

    /// Changes what it knows, and wakes those who follow if that shows.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.write();
        let answer = change(&mut state);
        let revision = state.revision();
        drop(state);
        self.revision.send_if_modified(|known| std::mem::replace(known, revision) != revision);
        answer
    }

    /// It cannot be followed for this reason.
    pub fn set_failed(&self, error: KubernetesError) {
        let error = ConsoleError::from(error);
        self.stand(|Standings { own, .. }| {
            *own = match own {
                Standing::Loading(_) => Standing::Loading(Some(error)),
                Standing::Fresh => Standing::Stale(Stale { since: now(), error }),
                Standing::Stale(stale) => Standing::Stale(Stale { since: stale.since, error }),
            };
        });
    }

    /// A list that takes long is read anew: what is shown may have changed since.
    pub fn set_behind(&self, since: Timestamp) {
        let kind = self.served.kind.slug.to_string();
        let error = ConsoleError::from(KubernetesError::Loading { cluster: self.cluster.clone(), kind });
        self.stand(|Standings { own, .. }| {
            if *own == Standing::Fresh {
                *own = Standing::Stale(Stale { since, error });
            }
        });
    }

    /// What it knows is what is there.
    pub fn set_fresh(&self) {
        self.stand(|standings| standings.own = Standing::Fresh);
    }

    /// The store of those who use its objects stands so, and what it knows is in the rows.
    pub fn set_users_standing(&self, standing: Standing) {
        self.stand(|standings| standings.set_users(standing));
    }

    fn stand(&self, change: impl FnOnce(&mut Standings)) {
        let mut standings = self.standings.lock();
        change(&mut standings);
        let whole = standings.whole();
        self.standing.send_if_modified(|known| {
            let is_news = *known != whole;
            *known = whole;
            is_news
        });
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.end.cancel();
        self.gauge(0, 0);
    }
}

/// The present moment.
pub(crate) fn now() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_second())
}

#[cfg(test)]
mod tests;
