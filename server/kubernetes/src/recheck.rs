//! Whatever flows for longer than a question takes, flows for as long as the caller may.

use crate::caller::ForCaller;
use crate::renewal::Renewal;
use crate::ticks;
use access::{Access, Action, Caller, Granted, Refused};
use async_trait::async_trait;
use model::ConsoleError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Interval;

/// How often rights are asked for again while a stream flows; a change on this replica is noticed at once.
const ROUND: Duration = Duration::from_secs(3);

/// A right that something flows under.
#[async_trait]
pub(crate) trait Right: Send + Sync {
    async fn still(&self, access: &Access, now: &Caller) -> Result<(), Refused>;
}

#[async_trait]
impl<A: Action> Right for Granted<A> {
    async fn still(&self, access: &Access, now: &Caller) -> Result<(), Refused> {
        access.still_by(self, now).await
    }
}

/// Asks again, while something flows, whether it still may.
pub(crate) struct Recheck {
    access: Access,
    caller: Arc<Caller>,
    renewal: Arc<Renewal>,
    rights: Vec<Box<dyn Right>>,
    changes: watch::Receiver<u64>,
    rounds: Interval,
}

impl Recheck {
    /// Begins with rights that were granted to this caller just now.
    pub fn new(caller: &ForCaller, rights: Vec<Box<dyn Right>>) -> Self {
        let access = caller.kubernetes.access().clone();
        let (renewal, who) = (Arc::clone(&caller.renewal), Arc::clone(&caller.caller));
        Self { changes: access.changed(), access, caller: who, renewal, rights, rounds: ticks::later(ROUND) }
    }

    /// Returns when a right is gone.
    pub async fn refused(&mut self) -> ConsoleError {
        loop {
            tokio::select! {
                _ = self.rounds.tick() => {}
                Ok(()) = self.changes.changed() => {}
            }
            let now = match self.renewal.of(&self.access, &self.caller).await {
                Ok(now) => now,
                Err(refused) => return refused.into(),
            };
            for right in &self.rights {
                if let Err(refused) = right.still(&self.access, &now).await {
                    return refused.into();
                }
            }
        }
    }
}
