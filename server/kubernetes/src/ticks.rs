//! Rounds in time. One that took long is not made up for: the next comes as late after it as any other.

use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// The first tick is at once.
pub(crate) fn at_once(every: Duration) -> Interval {
    from(Instant::now(), every)
}

/// The first tick is after a whole round.
pub(crate) fn later(every: Duration) -> Interval {
    from(Instant::now() + every, every)
}

fn from(first: Instant, every: Duration) -> Interval {
    let mut ticks = interval_at(first, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
