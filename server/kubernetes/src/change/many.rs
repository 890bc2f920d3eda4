//! Work on everything that a query finds: a job that asks for each object's right as if it were alone, goes on when one of
//! them fails, and stops when it is asked to.

use crate::Served;
use crate::change::act::now;
use crate::change::batch::Commands;
use crate::change::echo::{Echo, hear};
use crate::change::grants::{Act, Delete, Try};
use crate::change::jobs::Progress;
use crate::change::{act, delete, undo};
use crate::renewal::Renewal;
use crate::survive;
use access::Granted;
use futures::StreamExt;
use model::ConsoleError;
use model::fault::EditFault;
use resources_contract::{Action, ManyAction, ManyWork, Target};
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
            act::check_offered(served, action.kind())?;
        }
        let changes = targets.into_iter().map(|target| (target, work.what.clone())).collect();
        Ok(self.begin_changes(served, changes, work))
    }

    /// Begins a job that takes back what another one did; answers with its id.
    pub fn begin_undo(&self, served: &Arc<Served>, id: &str) -> Result<String, ConsoleError> {
        let (work, back) = self.jobs.take_back(&self.caller, id)?;
        let work = ManyWork { count: back.len() as u64, is_undo: true, ..work };
        let changes = back.into_iter().map(|(target, action)| (target, ManyAction::Act(action))).collect();
        Ok(self.begin_changes(served, changes, work))
    }

    fn begin_changes(
        &self,
        served: &Arc<Served>,
        changes: Vec<(Target, ManyAction)>,
        work: ManyWork,
    ) -> String {
        let progress = self.jobs.begin_many(&self.caller, work.clone(), changes.len() as u64, now());
        let id = progress.id();
        let (commands, served, renewal) = (self.clone(), Arc::clone(served), Arc::default());
        let one = One { commands, served, work, renewal };
        tokio::spawn(one.each(changes, progress));
        id
    }
}

/// Whether it is these objects that the reader has seen.
fn check(found: usize, seen: u64) -> Result<(), ConsoleError> {
    if found == 0 {
        return Err(ConsoleError::refused("count", EditFault::NoneLeft));
    }
    if found > MOST {
        return Err(ConsoleError::refused("count", EditFault::TooMany(MOST)));
    }
    if found as u64 > seen {
        return Err(ConsoleError::refused("count", EditFault::MoreThanSeen { found, seen }));
    }
    Ok(())
}

/// What is done with each object.
#[derive(Clone)]
struct One {
    commands: Commands,
    served: Arc<Served>,
    work: ManyWork,
    /// What the caller holds, for all objects of a moment.
    renewal: Arc<Renewal>,
}

/// What came of one of many changes.
#[derive(Debug, Default, PartialEq)]
struct Done {
    /// What takes it back, where anything does.
    back: Option<Action>,
    /// What a store will know of it.
    echo: Option<Echo>,
}

impl One {
    async fn each(self, changes: Vec<(Target, ManyAction)>, progress: Progress) {
        let work = futures::stream::iter(changes).map(|(target, what)| {
            let (one, progress) = (&self, &progress);
            async move {
                if progress.is_stopped() {
                    return None;
                }
                let done = survive("One of many changes", one.with(target.clone(), what)).await;
                let done = done.unwrap_or_else(|| Err(one.fault()));
                if done == Err(ConsoleError::NotSignedIn) {
                    // Whoever began it has left, or may not do anything any more.
                    progress.stop();
                }
                progress.count(&target.resource, done.as_ref().err());
                let Done { back, echo } = done.ok()?;
                if let Some(back) = back {
                    progress.keep((target, back));
                }
                echo
            }
        });
        let echoes: Vec<Option<Echo>> = work.buffer_unordered(AT_ONCE).collect().await;
        // Whoever looks at a list once the job has ended finds there what was done.
        hear(&self.commands.cluster, &echoes.into_iter().flatten().collect::<Vec<_>>()).await;
        progress.end_many(now());
    }

    /// What is said of an object whose change panicked: nobody knows how far it got.
    fn fault(&self) -> ConsoleError {
        ConsoleError::Internal { reference: self.commands.caller.request_id.clone() }
    }

    /// Rights are asked for again with each object: much can happen while many are worked on. What the caller holds is read anew
    /// as soon as rights change on this replica, and otherwise once for all objects of a moment.
    async fn with(&self, target: Target, what: ManyAction) -> Result<Done, ConsoleError> {
        let served = Arc::clone(&self.served);
        let cluster = Arc::clone(&self.commands.cluster);
        let is_undo = self.work.is_undo;
        match (what, self.work.is_trial) {
            (ManyAction::Act(action), true) => {
                let act = Try(Act { served, target, action });
                let tried = self.perform(act, move |it| async move { act::try_out(&cluster, &it).await });
                tried.await.map(|()| Done::default())
            }
            (ManyAction::Act(action), false) => {
                let act = Act { served, target, action };
                let work = move |it: Granted<Act>| async move {
                    let back = if is_undo { None } else { undo::of(&cluster, &it).await };
                    act::act(&cluster, &it).await.map(|acted| Done { back, echo: acted.echo })
                };
                self.perform(act, work).await
            }
            (ManyAction::Delete(propagation), true) => {
                let deletion = Try(Delete { served, target, propagation });
                let tried =
                    self.perform(deletion, move |it| async move { delete::try_out(&cluster, &it).await });
                tried.await.map(|()| Done::default())
            }
            (ManyAction::Delete(propagation), false) => {
                let deletion = Delete { served, target, propagation };
                let bin = self.commands.bin.clone();
                let work = move |it: Granted<Delete>| async move {
                    delete::delete(&cluster, bin.as_deref(), &it).await
                };
                self.perform(deletion, work).await.map(|echo| Done { back: None, echo })
            }
        }
    }

    async fn perform<A, T, F, E>(
        &self,
        action: A,
        work: impl FnOnce(Granted<A>) -> F + Send + 'static,
    ) -> Result<T, ConsoleError>
    where
        A: access::Action + Clone,
        T: Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
        E: Into<ConsoleError>,
    {
        let now = self.renewal.of(&self.commands.access, &self.commands.caller).await?;
        let (access, renewal) = (self.commands.access.clone(), Arc::clone(&self.renewal));
        let carry_out = move |granted: Granted<A>| async move {
            // It has been written down meanwhile, which can take long.
            let now = renewal.of(&access, granted.caller()).await?;
            access.still_by(&granted, &now).await?;
            work(granted).await.map_err(Into::into)
        };
        self.commands.access.perform(&now, action, carry_out).await
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
