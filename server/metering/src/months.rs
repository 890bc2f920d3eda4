//! What the present month comes to, added up once for everybody who looks.

use crate::budgets::whose::Projects;
use model::{ClusterName, ConsoleError};
use monitoring_contract::{Day, Missing};
use parking_lot::Mutex;
use prometheus::Metered;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;
use tokio::time::timeout;

/// How long what was added up is told again. Only hours that are over count, so it changes once in an hour.
const FRESH: Duration = Duration::from_secs(600);
/// What failed is asked for again so soon.
const FAILED: Duration = Duration::from_secs(20);
/// How long a page waits. The days of a month that nobody has looked at yet take longer; then it is told that they are being
/// added up.
const PATIENCE: Duration = Duration::from_secs(4);

/// Of what: in a cluster, of all that is there or of some of its projects, from one day to another. A project that another one
/// of the same name was before is not told what that came to.
pub(crate) type Which = (ClusterName, Option<Projects>, (Day, Day));
/// What it came to, or why that is not known.
pub(crate) type Sum = Result<Result<Arc<Metered>, Missing>, ConsoleError>;

struct Adding {
    cell: Arc<OnceCell<Sum>>,
    since: Instant,
}

impl Adding {
    fn new() -> Self {
        Self { cell: Arc::default(), since: Instant::now() }
    }

    /// Whether it has to be asked for again. What is still being added up is not asked for twice.
    fn is_over(&self) -> bool {
        let lasts = match self.cell.get() {
            None => return false,
            Some(Ok(Ok(_))) => FRESH,
            Some(_) => FAILED,
        };
        self.since.elapsed() >= lasts
    }
}

/// What months have come to, for a while.
#[derive(Default)]
pub struct Months(Mutex<HashMap<Which, Adding>>);

impl Months {
    /// What it comes to, added up by one at a time; nothing while that takes longer than a page waits. It goes on then, for the
    /// next one who asks.
    pub(crate) async fn get(
        &self,
        which: Which,
        add_up: impl Future<Output = Sum> + Send + 'static,
    ) -> Option<Sum> {
        let cell = self.cell(which);
        let added = tokio::spawn(async move { cell.get_or_init(|| add_up).await.clone() });
        match timeout(PATIENCE, added).await {
            Ok(Ok(sum)) => Some(sum),
            Ok(Err(error)) => {
                tracing::error!(%error, "Adding up a month panicked");
                None
            }
            Err(_) => None,
        }
    }

    fn cell(&self, which: Which) -> Arc<OnceCell<Sum>> {
        let mut months = self.0.lock();
        // Other days and other projects are not asked for again.
        months.retain(|_, adding| !adding.is_over());
        Arc::clone(&months.entry(which).or_insert_with(Adding::new).cell)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn which(last: i64) -> Which {
        (ClusterName::parse("harbour").unwrap(), None, (Day(20_758), Day(last)))
    }

    #[tokio::test]
    async fn a_month_is_added_up_once_however_many_look() {
        let (months, asked) = (Months::default(), Arc::<AtomicUsize>::default());
        let look = |last| {
            let asked = Arc::clone(&asked);
            months.get(which(last), async move {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(10)).await;
                Ok(Ok(Arc::default()))
            })
        };

        let looks = join_all((0..50).map(|_| look(20_784))).await;

        assert!(looks.iter().all(|sum| matches!(sum, Some(Ok(Ok(_))))), "{looks:?}");
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        look(20_784).await;
        assert_eq!(asked.load(Ordering::Relaxed), 1, "it was asked for again within minutes");
        look(20_785).await;
        assert_eq!(asked.load(Ordering::Relaxed), 2, "a new day is not asked for");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_first_waits_a_little_and_the_next_one_is_told() {
        let months = Months::default();
        let slow = || async {
            tokio::time::sleep(10 * PATIENCE).await;
            Ok(Ok(Arc::default()))
        };

        assert!(months.get(which(20_784), slow()).await.is_none());
        tokio::time::sleep(10 * PATIENCE).await;
        let never = std::future::pending();
        assert!(matches!(months.get(which(20_784), never).await, Some(Ok(Ok(_)))));
    }

    #[test]
    fn what_failed_is_asked_for_again_sooner_than_what_is_known() {
        let after = |sum: Option<Sum>, seconds: u64| {
            let since = Instant::now().checked_sub(Duration::from_secs(seconds)).unwrap();
            let cell = Arc::new(OnceCell::new_with(sum));
            Adding { cell, since }.is_over()
        };

        assert!(!after(Some(Ok(Ok(Arc::default()))), 599) && after(Some(Ok(Ok(Arc::default()))), 600));
        assert!(after(Some(Ok(Err(Missing::default()))), 20));
        assert!(!after(Some(Err(ConsoleError::NotSignedIn)), 19));
        assert!(!after(None, 3600), "it is being added up");
    }
}
