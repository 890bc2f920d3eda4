//! What is added up over whole stores: once for all who may see the same of them. It is made from [`Eyes`] and never from a
//! reader, so that nobody is told what somebody else may see.

use super::WORKLOADS;
use super::owned::is_made;
use super::rollouts::{KEEPER, RolledOut};
use crate::caller::ForCaller;
use crate::cluster::{Cluster, PINNED};
use crate::state::{RowData, State};
use crate::store::Store;
use crate::view::Levels;
use access::Scope;
use clusters_contract::{Capacity, QuotaUse, Trouble, Warning};
use model::{KindSlug, Language};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What was added up holds for so long where nothing happens: with time other warnings are those of the last hour.
const RENEW: Duration = Duration::from_secs(30);

/// How much somebody may see of the kinds that overviews are made of, and in which language it is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Eyes {
    scopes: BTreeMap<&'static str, Scope>,
    pub language: Language,
}

/// A cluster as it is seen with these eyes.
pub(super) struct Look<'l> {
    pub cluster: &'l Cluster,
    pub eyes: &'l Eyes,
}

/// What a card counts.
pub(super) struct Tally {
    pub nodes: Levels,
    pub workloads: Levels,
    pub pods: Levels,
}

/// What an overview tells besides.
pub(super) struct Digest {
    pub capacity: Vec<Capacity>,
    pub troubles: Vec<Trouble>,
    pub troubles_total: u64,
    pub warnings: Vec<Warning>,
    pub quotas: Vec<QuotaUse>,
    pub counts: Vec<(KindSlug, String, u64)>,
}

/// What was added up of a cluster.
#[derive(Default)]
pub(crate) struct Sums {
    tallies: Shared<Tally>,
    digests: Shared<Digest>,
    rolled_out: Shared<RolledOut>,
}

impl Sums {
    /// Forgets what nobody has asked for in a while.
    pub fn let_go(&self) {
        self.tallies.let_go();
        self.digests.let_go();
        self.rolled_out.let_go();
    }
}

impl ForCaller {
    /// What a card counts for the caller, and the pulse that the cluster had then. It may be as old as `age`, so that it is added
    /// up once in that time for all who may see as much.
    pub(super) async fn tally(&self, cluster: &Cluster, age: Duration) -> (u64, Arc<Tally>) {
        cluster.sums().tallies.get(cluster, &self.eyes(cluster), age, Look::tally).await
    }

    /// What an overview tells the caller besides, as [`ForCaller::tally`].
    pub(super) async fn digest(&self, cluster: &Cluster, age: Duration) -> (u64, Arc<Digest>) {
        cluster.sums().digests.get(cluster, &self.eyes(cluster), age, Look::digest).await
    }

    /// What was rolled out in a cluster within a day, as [`ForCaller::tally`].
    pub(super) async fn rolled_out(&self, cluster: &Cluster, age: Duration) -> (u64, Arc<RolledOut>) {
        cluster.sums().rolled_out.get(cluster, &self.eyes(cluster), age, Look::rolled_out).await
    }

    pub(super) fn eyes(&self, cluster: &Cluster) -> Eyes {
        let seen = |slug: &'static str| {
            let store = cluster.running(slug)?;
            Some((slug, self.glance(cluster, &store)?))
        };
        let slugs = PINNED.into_iter().chain([KEEPER]);
        Eyes { scopes: slugs.filter_map(seen).collect(), language: self.language }
    }
}

impl Look<'_> {
    /// How much of a kind may be seen, if anything.
    pub fn scope(&self, slug: &str) -> Option<&Scope> {
        self.eyes.scopes.get(slug)
    }

    /// Calls back with each row of these kinds that may be seen.
    pub fn each(&self, slugs: &[&str], mut found: impl FnMut(&Store, &State, &RowData)) {
        for slug in slugs {
            if let (Some(store), Some(scope)) = (self.cluster.running(slug), self.scope(slug)) {
                each_within(&store, scope, &mut found);
            }
        }
    }

    fn tally(&self) -> Tally {
        Tally {
            nodes: self.levels(&["nodes"]),
            workloads: self.levels(&WORKLOADS),
            pods: self.levels(&["pods"]),
        }
    }

    fn digest(&self) -> Digest {
        let (troubles, troubles_total) = self.troubles();
        Digest {
            capacity: self.capacity(),
            troubles,
            troubles_total,
            warnings: self.warnings(),
            quotas: self.quotas(),
            counts: self.counts(),
        }
    }

    /// How many objects of these kinds that nothing else makes are at each level.
    fn levels(&self, slugs: &[&str]) -> Levels {
        let mut levels = Levels::default();
        self.each(slugs, |store, state, row| {
            if !is_made(store, row) {
                levels.add(state.level(row));
            }
        });
        levels
    }
}

/// Calls back with each row of a store within a scope.
pub(super) fn each_within(store: &Store, scope: &Scope, found: &mut impl FnMut(&Store, &State, &RowData)) {
    let state = store.read();
    match scope {
        // Those of a few namespaces are found without a look at all others.
        Scope::Namespaces(names) => {
            for row in names.iter().flat_map(|name| state.rows_in(name.as_str())) {
                found(store, &state, row);
            }
        }
        Scope::All | Scope::NamespaceObjects(_) => {
            for row in state.rows().filter(|row| row.is_within(scope)) {
                found(store, &state, row);
            }
        }
    }
}

/// What was added up, by the eyes that see it.
struct Shared<T>(Mutex<HashMap<Eyes, Arc<Slot<T>>>>);

type Slot<T> = tokio::sync::Mutex<Option<Sum<T>>>;

struct Sum<T> {
    /// When it was begun to add it up, and the pulse that the cluster had then.
    begun: Instant,
    pulse: u64,
    value: Arc<T>,
}

impl<T> Sum<T> {
    /// Whether it need not be added up again for who asked at a moment, and takes what was `age` old then.
    fn holds(&self, pulse: u64, age: Duration, asked: Instant) -> bool {
        let is_young = asked < self.begun + age;
        is_young || self.pulse == pulse && asked.saturating_duration_since(self.begun) < RENEW
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Shared<T> {
    /// What these eyes see, and the pulse of then. It is added up once for all who wait for it: what was begun after they asked
    /// is new enough for each of them, whatever has happened since.
    async fn get<'l>(
        &self,
        cluster: &'l Cluster,
        eyes: &'l Eyes,
        age: Duration,
        add_up: impl FnOnce(&Look<'l>) -> T,
    ) -> (u64, Arc<T>) {
        let asked = Instant::now();
        let slot = Arc::clone(self.0.lock().entry(eyes.clone()).or_default());
        let mut sum = slot.lock().await;
        let (begun, pulse) = (Instant::now(), cluster.pulse());
        if let Some(known) = sum.as_ref().filter(|known| known.holds(pulse, age, asked)) {
            return (known.pulse, Arc::clone(&known.value));
        }
        let value = Arc::new(add_up(&Look { cluster, eyes }));
        *sum = Some(Sum { begun, pulse, value: Arc::clone(&value) });
        (pulse, value)
    }

    fn let_go(&self) {
        let is_asked_for = |slot: &Slot<T>| match slot.try_lock() {
            Ok(sum) => sum.as_ref().is_some_and(|sum| sum.begun.elapsed() < RENEW),
            Err(_) => true,
        };
        self.0.lock().retain(|_, slot| is_asked_for(slot));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::connection::Connection;
    use model::{ClusterName, Namespace};

    fn eyes(scope: Scope, language: Language) -> Eyes {
        Eyes { scopes: [("pods", scope)].into(), language }
    }

    fn of(namespace: &str) -> Scope {
        Scope::Namespaces([Namespace::parse(namespace).unwrap()].into())
    }

    #[tokio::test]
    async fn what_equal_eyes_see_is_added_up_once_and_shown_to_no_others() {
        // Nothing is asked of it.
        let config = kube::Config::new("http://127.0.0.1:9".parse().unwrap());
        let connection = Connection::new("harbour", config).unwrap();
        let cluster = Cluster::new(ClusterName::parse("harbour").unwrap(), connection);
        let shared = Shared::default();
        let mut times = 0;

        for (scope, language) in [
            (Scope::All, Language::English),
            (of("shop"), Language::English),
            (Scope::All, Language::English),
            (of("bank"), Language::English),
            (of("shop"), Language::English),
            (of("shop"), Language::Chinese),
        ] {
            let eyes = eyes(scope.clone(), language);
            let seen = shared.get(&cluster, &eyes, Duration::ZERO, |look| {
                times += 1;
                (look.scope("pods").cloned(), look.eyes.language)
            });
            assert_eq!(*seen.await.1, (Some(scope), language));
        }

        assert_eq!(times, 4);
    }

    #[test]
    fn a_sum_holds_while_nothing_happens_and_a_moment_longer_for_who_takes_it() {
        let (before, second) = (Instant::now(), Duration::from_secs(1));
        let begun = before + second;
        let sum = Sum { begun, pulse: 7, value: Arc::new(()) };

        assert!(sum.holds(7, Duration::ZERO, begun + second), "nothing has happened");
        assert!(!sum.holds(8, Duration::ZERO, begun), "something has");
        assert!(sum.holds(8, Duration::ZERO, before), "they have waited since before it was begun");
        assert!(sum.holds(8, second, begun + second / 2));
        assert!(!sum.holds(8, second, begun + second));
        assert!(!sum.holds(7, second, begun + RENEW), "time has passed");
    }
}
