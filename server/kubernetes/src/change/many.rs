//! Work on everything that a query finds: a job that asks for each object's right as if it were alone, goes on when one of
//! them fails, and stops when it is asked to.

use crate::Served;
use crate::change::act::now;
use crate::change::batch::Commands;
use crate::change::grants::{Act, Delete, Try};
use crate::change::jobs::Progress;
use crate::change::{act, delete};
use crate::survive;
use access::{Action, Granted};
use futures::StreamExt;
use model::ConsoleError;
use resources_contract::{ManyAction, ManyWork, Target};
use std::sync::Arc;

/// More objects than these are not worked on by one job.
const MOST: usize = 5_000;
/// So many objects are changed at the same time: few enough that other people's requests to the cluster pass between
/// them.
const AT_ONCE: usize = 4;

impl Commands {
    /// Begins a job on these objects; answers with its id when it has begun.
    pub fn begin_many(
        &self,
        served: &Arc<Served>,
        targets: Vec<Target>,
        work: ManyWork,
    ) -> Result<String, ConsoleError> {
        check(targets.len(), work.count)?;
        if let ManyAction::Act(action) = &work.what {
            act::check_offered(served, act::known(action))?;
        }
        let progress = self.jobs.begin_many(&self.caller, work.clone(), targets.len() as u64, now());
        let id = progress.id();
        let one = One { commands: self.clone(), served: Arc::clone(served), work };
        tokio::spawn(one.each(targets, progress));
        Ok(id)
    }
}

/// Whether it is these objects that the reader has seen.
fn check(found: usize, seen: u64) -> Result<(), ConsoleError> {
    if found == 0 {
        return Err(ConsoleError::invalid("count", "there are none any more"));
    }
    if found > MOST {
        return Err(ConsoleError::invalid(
            "count",
            format!("at most {MOST} objects at a time: narrow the search"),
        ));
    }
    if found as u64 > seen {
        let why = format!("there are {found} by now, more than the {seen} that were there: look again");
        return Err(ConsoleError::invalid("count", why));
    }
    Ok(())
}

/// What is done with each object.
#[derive(Clone)]
struct One {
    commands: Commands,
    served: Arc<Served>,
    work: ManyWork,
}

impl One {
    async fn each(self, targets: Vec<Target>, progress: Progress) {
        let work = futures::stream::iter(targets).map(|target| {
            let (one, progress) = (&self, &progress);
            async move {
                if progress.is_stopped() {
                    return;
                }
                let resource = target.resource.clone();
                let done = survive("One of many changes", one.with(target)).await;
                let done = done.unwrap_or_else(|| Err(one.fault()));
                if done == Err(ConsoleError::NotSignedIn) {
                    // Whoever began it has left, or may not do anything any more.
                    progress.stop();
                }
                progress.count(&resource, done.as_ref().err());
            }
        });
        work.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
        progress.end_many(now());
    }

    /// What is said of an object whose change panicked: nobody knows how far it got.
    fn fault(&self) -> ConsoleError {
        ConsoleError::Internal { reference: self.commands.caller.request_id.clone() }
    }

    /// Rights are asked for again with each object: much can happen while many are worked on.
    async fn with(&self, target: Target) -> Result<(), ConsoleError> {
        let served = Arc::clone(&self.served);
        let cluster = Arc::clone(&self.commands.cluster);
        match (&self.work.what, self.work.is_trial) {
            (ManyAction::Act(action), is_trial) => {
                let act = Act { served, target, action: action.clone() };
                match is_trial {
                    true => {
                        self.perform(Try(act), move |it| async move { act::try_out(&cluster, &it).await })
                            .await
                    }
                    false => {
                        self.perform(act, move |it| async move { act::act(&cluster, &it).await.map(drop) })
                            .await
                    }
                }
            }
            (ManyAction::Delete(propagation), is_trial) => {
                let deletion = Delete { served, target, propagation: *propagation };
                match is_trial {
                    true => {
                        self.perform(
                            Try(deletion),
                            move |it| async move { delete::try_out(&cluster, &it).await },
                        )
                        .await
                    }
                    false => {
                        let bin = self.commands.bin.clone();
                        self.perform(deletion, move |it| async move {
                            delete::delete(&cluster, bin.as_deref(), &it).await
                        })
                        .await
                    }
                }
            }
        }
    }

    async fn perform<A, F, E>(
        &self,
        action: A,
        work: impl FnOnce(Granted<A>) -> F + Send + 'static,
    ) -> Result<(), ConsoleError>
    where
        A: Action + Clone,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<ConsoleError>,
    {
        let access = self.commands.access.clone();
        let carry_out = move |granted: Granted<A>| async move {
            access.still(&granted).await?;
            work(granted).await.map_err(Into::into)
        };
        self.commands.access.perform(&self.commands.caller, action, carry_out).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_seen_is_left_alone() {
        assert!(check(3, 3).is_ok());
        assert!(check(2, 3).is_ok(), "some have gone meanwhile");
        for (found, seen) in [(4, 3), (0, 0), (MOST + 1, 1_000_000)] {
            assert!(matches!(check(found, seen), Err(ConsoleError::Invalid { .. })), "{found} of {seen}");
        }
    }
}
