//! Pauses between tries.

use crate::error::KubernetesError;
use std::time::Duration;
use tokio::time::sleep;

const SHORTEST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// A cluster that asks to be left alone for longer is asked again after this time.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// Pauses between tries, each longer than the one before.
pub(super) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(SHORTEST_PAUSE)
    }
}

impl Backoff {
    /// Waits, and no shorter than the cluster asked for.
    pub async fn wait(&mut self, error: Option<&KubernetesError>) {
        let asked = error.and_then(KubernetesError::retry_after).unwrap_or_default();
        sleep(jittered(self.0).max(asked.min(LONGEST_ASKED))).await;
        self.0 = (self.0 * 2).min(LONGEST_PAUSE);
    }
}

/// Many stores of one cluster fail together; they should not come back together.
fn jittered(pause: Duration) -> Duration {
    let spread = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
    pause.mul_f64(0.75 + spread as f64 / 512.0)
}
