//! What days came to, kept for a while: a day that is over changes no more.

use crate::metering::hours::Sums;
use model::ClusterName;
use monitoring_contract::Day;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A day is kept when it has been over for so long, in seconds: until then a Prometheus may still be told of it late.
const SETTLED: i64 = 3600;
/// How long it is kept. Whoever repairs the past of their Prometheus sees it after that.
const LIFETIME: Duration = Duration::from_secs(6 * 3600);
/// How many sums are kept, of all clusters: about a hundred bytes each.
const ROOM: usize = 400_000;

/// Which sums: of a cluster, by the name of what measures it, a query as it is sent, and a day.
pub type Which = (ClusterName, String, String, Day);

struct Entry {
    sums: Arc<Sums>,
    since: Instant,
}

/// Days that are over.
#[derive(Default)]
pub struct KeptDays(Mutex<HashMap<Which, Entry>>);

impl KeptDays {
    /// The sums of a day, if they are known.
    pub fn get(&self, which: &Which) -> Option<Arc<Sums>> {
        let kept = self.0.lock();
        kept.get(which).filter(|entry| entry.since.elapsed() < LIFETIME).map(|entry| Arc::clone(&entry.sums))
    }

    /// Keeps the sums of a day, if it has been over for long enough.
    pub fn keep(&self, which: Which, sums: &Arc<Sums>, now: i64) {
        if now - which.3.plus(1).start().0 < SETTLED {
            return;
        }
        let mut kept = self.0.lock();
        kept.insert(which, Entry { sums: Arc::clone(sums), since: Instant::now() });
        make_room(&mut kept, ROOM);
    }
}

/// Lets go of what is old, and of the oldest when there is too much. What is empty takes room too.
fn make_room(kept: &mut HashMap<Which, Entry>, room: usize) {
    let weight = |entry: &Entry| entry.sums.len() + 1;
    let mut total: usize = kept.values().map(weight).sum();
    if total <= room {
        return;
    }
    let mut by_age: Vec<(Instant, Which)> =
        kept.iter().map(|(which, entry)| (entry.since, which.clone())).collect();
    by_age.sort_by_key(|(since, _)| *since);
    // A little more than is needed, so that not every new day sorts all of them.
    for (_, which) in by_age {
        if total <= room / 10 * 9 {
            return;
        }
        total -= kept.remove(&which).as_ref().map_or(0, weight);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn which(day: i64) -> Which {
        (ClusterName::parse("harbour").unwrap(), "monitoring/p".into(), "up".into(), Day(day))
    }

    #[test]
    fn only_a_day_that_is_over_for_a_while_is_kept() {
        let days = KeptDays::default();
        let sums = Arc::new(Sums::new());
        let end = Day(11).start().0;

        days.keep(which(10), &sums, end + SETTLED - 1);
        assert!(days.get(&which(10)).is_none());
        days.keep(which(10), &sums, end + SETTLED);
        assert!(days.get(&which(10)).is_some() && days.get(&which(9)).is_none());
    }

    #[test]
    fn the_oldest_goes_when_there_is_too_much() {
        let days = KeptDays::default();
        let sums = Arc::new(vec![([const { String::new() }; 3], 1); 9]);
        for day in 0..20 {
            days.keep(which(day), &sums, i64::MAX);
        }

        make_room(&mut days.0.lock(), 100);

        assert!(days.get(&which(0)).is_none() && days.get(&which(19)).is_some());
        assert_eq!(days.0.lock().len(), 9);
    }
}
