//! Whatever flows for longer than a question takes, flows for as long as the caller may.

use crate::caller::ForCaller;
use crate::ticks;
use access::{Access, Action, Granted, Refused};
use async_trait::async_trait;
use model::ConsoleError;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Interval;

/// How often rights are asked for again while a stream flows; a change on this replica is noticed at once.
const ROUND: Duration = Duration::from_secs(3);

/// A right that something flows under.
#[async_trait]
pub(crate) trait Right: Send + Sync {
    async fn still(&self, access: &Access) -> Result<(), Refused>;
}

#[async_trait]
impl<A: Action> Right for Granted<A> {
    async fn still(&self, access: &Access) -> Result<(), Refused> {
        access.still(self).await
    }
}

/// Asks again, while something flows, whether it still may.
pub(crate) struct Recheck {
    access: Access,
    rights: Vec<Box<dyn Right>>,
    changes: watch::Receiver<u64>,
    rounds: Interval,
}

impl Recheck {
    /// Begins with rights that were granted just now.
    pub fn new(caller: &ForCaller, rights: Vec<Box<dyn Right>>) -> Self {
        let access = caller.kubernetes.access().clone();
        Self { changes: access.changed(), access, rights, rounds: ticks::later(ROUND) }
    }

    /// Returns when a right is gone.
    pub async fn refused(&mut self) -> ConsoleError {
        loop {
            tokio::select! {
                _ = self.rounds.tick() => {}
                Ok(()) = self.changes.changed() => {}
            }
            for right in &self.rights {
                if let Err(refused) = right.still(&self.access).await {
                    return refused.into();
                }
            }
        }
    }
}
