//! How long clusters take to answer, and how they answer.

use http::{Method, StatusCode};
use tokio::time::Instant;

/// The time until an answer begins. One that nobody waited for to the end is measured too.
pub(super) struct Measured<'c> {
    cluster: &'c str,
    method: Method,
    began: Instant,
    outcome: &'static str,
}

impl<'c> Measured<'c> {
    /// The time begins now.
    pub fn begin(cluster: &'c str, method: Method) -> Self {
        Self { cluster, method, began: Instant::now(), outcome: "abandoned" }
    }

    /// The time ends: with this answer, or with none that could be read.
    pub fn end(mut self, status: Option<StatusCode>) {
        self.outcome = status.map_or("unreachable", outcome);
    }
}

impl Drop for Measured<'_> {
    fn drop(&mut self) {
        let labels = [
            ("cluster", self.cluster.to_owned()),
            ("verb", self.method.to_string()),
            ("outcome", self.outcome.to_owned()),
        ];
        metrics::histogram!("orrery_upstream_duration_seconds", &labels)
            .record(self.began.elapsed().as_secs_f64());
    }
}

fn outcome(status: StatusCode) -> &'static str {
    match status.as_u16() {
        101 | 200..=299 => "ok",
        429 => "throttled",
        500..=599 => "failed",
        _ => "refused",
    }
}
