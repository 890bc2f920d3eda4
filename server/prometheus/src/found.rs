//! What was found in each cluster, for a while.

use model::{ClusterName, ConsoleError};
use monitoring_contract::Missing;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// What was found stays found for so long; whoever moves their monitoring waits that long.
const FOUND: Duration = Duration::from_secs(300);
/// What was not found is looked for again so soon.
const NOT_FOUND: Duration = Duration::from_secs(20);

/// What a search came to: something, or what was looked for in vain.
pub type Finding<T> = Result<Result<Arc<T>, Missing>, ConsoleError>;

/// A search that is under way or over, and since when.
type Search<T> = (Arc<OnceCell<Finding<T>>>, Instant);

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
            let lifetime = |cell: &OnceCell<Finding<T>>| match cell.get() {
                Some(Ok(Ok(_))) => FOUND,
                _ => NOT_FOUND,
            };
            let known = found.get(cluster).filter(|(cell, since)| since.elapsed() < lifetime(cell));
            match known {
                Some((cell, _)) => Arc::clone(cell),
                None => {
                    let cell = Arc::<OnceCell<Finding<T>>>::default();
                    found.insert(cluster.clone(), (Arc::clone(&cell), Instant::now()));
                    cell
                }
            }
        };
        cell.get_or_init(|| find).await.clone()
    }
}
