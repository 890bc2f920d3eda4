//! What was found in each cluster, for a while.

use model::{ClusterName, ConsoleError};
use monitoring_contract::Missing;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// What was found stays found for so long at first, twice as long after each time that it was found again, and never longer:
/// where a cluster is just coming up, more of it is there a moment later. Whoever moves their monitoring waits that long.
const FOUND_FIRST: Duration = Duration::from_secs(30);
const FOUND_LONGEST: Duration = Duration::from_secs(300);
/// What was not found is looked for again so soon.
const NOT_FOUND: Duration = Duration::from_secs(20);

/// What a search came to: something, or what was looked for in vain.
pub type Finding<T> = Result<Result<Arc<T>, Missing>, ConsoleError>;

/// A search that is under way or over.
struct Search<T> {
    cell: Arc<OnceCell<Finding<T>>>,
    since: Instant,
    /// How long what is found stays found.
    lasts: Duration,
}

impl<T> Search<T> {
    fn new(lasts: Duration) -> Self {
        Self { cell: Arc::default(), since: Instant::now(), lasts }
    }

    fn has_found(&self) -> bool {
        matches!(self.cell.get(), Some(Ok(Ok(_))))
    }

    fn is_over(&self) -> bool {
        self.since.elapsed() >= if self.has_found() { self.lasts } else { NOT_FOUND }
    }

    /// The next one.
    fn again(&self) -> Self {
        Self::new(if self.has_found() { (self.lasts * 2).min(FOUND_LONGEST) } else { FOUND_FIRST })
    }
}

/// What was found in each cluster.
pub struct Found<T>(Mutex<HashMap<ClusterName, Search<T>>>);

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Found<T> {
    /// What is in a cluster. Looked for by one at a time, whoever waits.
    pub async fn get(&self, cluster: &ClusterName, find: impl Future<Output = Finding<T>>) -> Finding<T> {
        let cell = {
            let mut found = self.0.lock();
            let search = found.entry(cluster.clone()).or_insert_with(|| Search::new(FOUND_FIRST));
            if search.is_over() {
                *search = search.again();
            }
            Arc::clone(&search.cell)
        };
        cell.get_or_init(|| find).await.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_again_and_again_stays_found_for_longer_and_not_for_ever() {
        let mut search = Search::<()>::new(FOUND_FIRST);
        let mut lasts = Vec::new();
        for _ in 0..6 {
            let _ = search.cell.set(Ok(Ok(Arc::new(()))));
            lasts.push(search.lasts.as_secs());
            search = search.again();
        }
        assert_eq!(lasts, [30, 60, 120, 240, 300, 300]);

        let _ = search.cell.set(Ok(Err(Missing::default())));
        assert_eq!(search.again().lasts, FOUND_FIRST);
    }

    #[tokio::test]
    async fn one_looks_while_the_others_wait() {
        let found = Found::<u8>::default();
        let harbour = ClusterName::parse("harbour").unwrap_or_else(|_| unreachable!("a good name"));
        let first = found.get(&harbour, async { Ok(Ok(Arc::new(1))) }).await;
        let second = found.get(&harbour, async { Ok(Ok(Arc::new(2))) }).await;
        assert!(matches!((first, second), (Ok(Ok(one)), Ok(Ok(other))) if *one == 1 && *other == 1));
    }
}
