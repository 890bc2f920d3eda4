//! What search looks at: a store of every kind that a cluster lists. Kinds whose texts are searched have the store that
//! their pages use; of all others only names and labels are kept, until somebody looks at them.

use crate::cluster::{Cluster, PINNED};
use crate::discovery::{Discovery, Served};
use crate::store::Store;
use futures::StreamExt;
use kinds::{Kind, Source};
use model::KindSlug;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// So many kinds are read for the first time at once: a cluster may have hundreds.
const AT_ONCE: usize = 8;
/// A kind that takes longer to be read makes room for the next, and is read on.
const FIRST_READ: Duration = Duration::from_secs(20);

/// Stores that only search looks at.
#[derive(Default)]
pub(crate) struct Index {
    stores: Mutex<HashMap<String, Arc<Store>>>,
    /// The round that begins to follow what is not followed yet; it is true when the round is over.
    round: Mutex<Option<watch::Receiver<bool>>>,
}

impl Index {
    /// All its stores.
    pub fn stores(&self) -> Vec<Arc<Store>> {
        self.stores.lock().values().cloned().collect()
    }

    /// Keeps only what this says.
    pub fn retain(&self, mut is_kept: impl FnMut(&str, &Arc<Store>) -> bool) {
        self.stores.lock().retain(|slug, store| is_kept(slug, store));
    }
}

impl Cluster {
    /// Every kind that search looks at, with its store if there is one yet.
    pub(crate) fn searched(&self, discovery: &Discovery) -> Vec<(Arc<Served>, Option<Arc<Store>>)> {
        let kinds = discovery.kinds.values().filter(|served| is_searched(served));
        let store = |served: &Arc<Served>| {
            let slug = &*served.kind.slug;
            self.running(slug).or_else(|| self.search_index().stores.lock().get(slug).cloned())
        };
        kinds.map(|served| (Arc::clone(served), store(served))).collect()
    }

    /// Begins to follow every kind that search looks at, a few at a time and once for all who search, and waits for
    /// them for so long.
    pub(crate) async fn index(self: &Arc<Self>, discovery: &Arc<Discovery>, patience: Duration) {
        let mut round = {
            let mut known = self.search_index().round.lock();
            match known.as_ref() {
                Some(round) if !*round.borrow() && round.has_changed().is_ok() => round.clone(),
                _ => known.insert(self.begin_round(Arc::clone(discovery))).clone(),
            }
        };
        // Whatever is not there by then is named in the answer.
        let _ = timeout(patience, round.wait_for(|is_over| *is_over)).await;
    }

    fn begin_round(self: &Arc<Self>, discovery: Arc<Discovery>) -> watch::Receiver<bool> {
        let (over, round) = watch::channel(false);
        let cluster = Arc::clone(self);
        tokio::spawn(async move {
            let kinds = cluster.searched(&discovery);
            let each = futures::stream::iter(kinds).for_each_concurrent(AT_ONCE, |(served, store)| {
                let cluster = Arc::clone(&cluster);
                async move {
                    let store = match store {
                        Some(store) => Some(store),
                        None => cluster.begin_search(served).await,
                    };
                    if let Some(store) = store {
                        let _ = store.wait_loaded(FIRST_READ).await;
                    }
                }
            });
            each.await;
            let _ = over.send(true);
        });
        round
    }

    async fn begin_search(&self, served: Arc<Served>) -> Option<Arc<Store>> {
        let slug = served.kind.slug.to_string();
        if !served.kind.search.is_empty() || PINNED.contains(&slug.as_str()) {
            return self.store(&KindSlug::parse(&slug).ok()?).await.ok();
        }
        let mut stores = self.search_index().stores.lock();
        let started = stores
            .entry(slug)
            .or_insert_with(|| Store::start(self.connection().clone(), names_only(&served)));
        Some(Arc::clone(started))
    }
}

/// What happened to objects is on their pages.
fn is_searched(served: &Served) -> bool {
    served.is_watchable() && served.kind.plural != "events"
}

fn names_only(served: &Served) -> Arc<Served> {
    let kind = Kind {
        columns: Vec::new(),
        status: None,
        source: Source::PrintedMetadata,
        ..Kind::clone(&served.kind)
    };
    Arc::new(Served { kind: Arc::new(kind), ..Served::clone(served) })
}
