//! Work that nobody waits for, and that goes on for as long as the console runs.

use futures::FutureExt;
use std::panic::AssertUnwindSafe;

/// One round of such work. `None` when it panicked, which is logged and counted: the rounds go on, because nobody would
/// hear that they had ended. Waits for nothing by itself; whoever begins the next round at once pauses before it.
pub async fn survive<T>(what: &str, round: impl Future<Output = T>) -> Option<T> {
    let outcome = AssertUnwindSafe(round).catch_unwind().await;
    if outcome.is_err() {
        metrics::counter!("orrery_panics_total").increment(1);
        tracing::error!("{what} panicked; it goes on with the next round");
    }
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_one_round_and_is_counted() {
        let figures = crate::figures::Figures::default();
        let _here = metrics::set_default_local_recorder(&figures);
        let mut done = Vec::new();

        for round in 0..3 {
            let work = async {
                assert_ne!(round, 1, "a fault of this round");
                round
            };
            done.push(survive("Counting", work).await);
        }

        assert_eq!(done, [Some(0), None, Some(2)]);
        assert_eq!(figures.get("orrery_panics_total"), Some(1.0));
    }
}
