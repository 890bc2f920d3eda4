//! The playground's own time, which may run faster than the wall clock.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::time::Instant;

/// The time controllers and node agents live by.
///
/// A new world begins some time in the past and lives through it as fast as its controllers can work: the clock
/// stands still while one of them has something to do, and jumps to the next thing that will happen when none has. So
/// the world has a history (restarts, finished jobs, logs) a moment after its start. When the clock has caught up
/// with the wall it runs on at `speed`.
#[derive(Clone, Debug)]
pub struct Clock {
    pace: Arc<Mutex<Pace>>,
    speed: f64,
}

#[derive(Clone, Copy, Debug)]
enum Pace {
    /// Living through the past.
    CatchingUp { now: Timestamp },
    /// The playground's time and the wall's at the same moment.
    Running { origin: Timestamp, since: Instant },
}

impl Clock {
    /// A clock that runs from the present moment.
    pub fn running(speed: f64) -> Self {
        let speed = if speed > 0.0 { speed } else { 1.0 };
        let pace = Pace::Running { origin: Timestamp::now(), since: Instant::now() };
        Self { pace: Arc::new(Mutex::new(pace)), speed }
    }

    /// A clock that begins so long ago.
    pub fn catching_up(speed: f64, past: Duration) -> Self {
        let clock = Self::running(speed);
        if !past.is_zero() {
            *clock.pace.lock() = Pace::CatchingUp { now: Timestamp::now() - signed(past) };
        }
        clock
    }

    /// What time it is in the playground.
    pub fn now(&self) -> Timestamp {
        match *self.pace.lock() {
            Pace::CatchingUp { now } => now,
            Pace::Running { origin, since } => origin + signed(since.elapsed().mul_f64(self.speed)),
        }
    }

    /// Whether the past is not over yet.
    pub fn is_catching_up(&self) -> bool {
        matches!(*self.pace.lock(), Pace::CatchingUp { .. })
    }

    /// Jumps to the next moment of the past at which something happens; none, or one that lies in the future, ends the
    /// past.
    pub fn jump(&self, next: Option<Timestamp>) {
        let mut pace = self.pace.lock();
        let Pace::CatchingUp { now } = *pace else { return };
        *pace = match next.filter(|next| *next < Timestamp::now()) {
            Some(next) => Pace::CatchingUp { now: next.max(now) },
            None => Pace::Running { origin: Timestamp::now(), since: Instant::now() },
        };
    }

    /// How long to wait, on the wall clock, until the playground's clock shows `time`.
    pub fn wait_until(&self, time: Timestamp) -> Duration {
        let ahead = Duration::try_from(time.duration_since(self.now())).unwrap_or_default();
        ahead.div_f64(self.speed)
    }

    /// A span of playground time later than now.
    pub fn later(&self, span: Duration) -> Timestamp {
        self.now() + signed(span)
    }
}

/// The seconds from one time to a later one; never negative.
pub fn seconds_between(earlier: Timestamp, later: Timestamp) -> f64 {
    later.duration_since(earlier).as_secs_f64().max(0.0)
}

/// A time some seconds after another.
pub fn seconds_after(time: Timestamp, seconds: f64) -> Timestamp {
    time + SignedDuration::from_millis((seconds * 1000.0) as i64)
}

fn signed(span: Duration) -> SignedDuration {
    SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_goes_by_in_jumps_and_ends_at_the_present() {
        let clock = Clock::catching_up(1.0, Duration::from_secs(600));
        let start = clock.now();

        clock.jump(Some(seconds_after(start, 300.0)));
        assert_eq!(seconds_between(start, clock.now()), 300.0);

        clock.jump(Some(seconds_after(start, 900.0)));
        assert!(!clock.is_catching_up());
        assert!(seconds_between(start, clock.now()) < 610.0);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_scales_with_the_speed() {
        let clock = Clock::running(60.0);

        let wait = clock.wait_until(clock.later(Duration::from_secs(60)));

        assert!(wait.abs_diff(Duration::from_secs(1)) < Duration::from_millis(5));
    }
}
