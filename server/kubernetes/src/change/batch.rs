//! Commands as pages give them: several objects or documents at once. Whoever may not change one of them changes none;
//! what is allowed is carried out to the end, whether or not the browser waits. It is answered when this replica's own stores know
//! of it, unless that takes too long: the next page shows what was done.

use crate::change::act::Acted;
use crate::change::apply::{self, Trial};
use crate::change::bin::Bin;
use crate::change::document::{Edit, edits};
use crate::change::echo::{Echo, hear};
use crate::change::grants::{Act, ApplyChange, Delete, PreviewChange, Try};
use crate::change::jobs::Jobs;
use crate::change::weighed::{Weighed, weigh};
use crate::change::{act, delete, drain, preview, undo};
use crate::{Cluster, Served};
use access::{Access, Caller, Granted, decide};
use futures::StreamExt;
use model::fault::{ActFault, EntryFault};
use model::{ClusterName, ConsoleError};
use resources_contract::{
    ActPreview, Action, Applied, Deletion, DocumentPreview, ManifestChange, Outcome, PreviewOutcome, Target,
};
use std::sync::Arc;
use tokio::sync::oneshot;

/// More objects than these are not changed by one command.
const MOST_TARGETS: usize = 1_000;
/// So many objects are changed at the same time.
const AT_ONCE: usize = 8;

/// What would become of a document, and what it would take of quotas.
pub(crate) type Previewed = (DocumentPreview, Option<Weighed>);

/// Who gives commands, and through what they go.
#[derive(Clone)]
pub(crate) struct Commands {
    /// Decides and records.
    pub access: Access,
    /// Who gives them.
    pub caller: Arc<Caller>,
    /// Where they are carried out.
    pub cluster: Arc<Cluster>,
    /// Where long work is entered.
    pub jobs: Arc<Jobs>,
    /// What keeps what is deleted.
    pub bin: Option<Arc<dyn Bin>>,
}

impl Commands {
    /// What the cluster would make of a change. Changes nothing.
    pub async fn preview(&self, change: &ManifestChange) -> Result<Vec<Previewed>, ConsoleError> {
        let edits = self.edits(change).await?;
        let trials = self.try_out_all(&edits).await?;
        let previewed = |(edit, trial): (&Edit, &Option<Trial>)| {
            let live = trial.as_ref().and_then(|trial| Some(&trial.live.as_ref()?.value));
            let result = trial.as_ref().map_or(&edit.object, |trial| &trial.result.value);
            let weighed = weigh(edit.resource.kind.as_str(), live, result);
            (preview::shown(edit, trial.as_ref()), weighed)
        };
        Ok(edits.iter().zip(&trials).map(previewed).collect())
    }

    /// Makes a change. Nothing is sent unless the dry run of every document succeeds; after a failure nothing more is.
    pub async fn apply(&self, change: &ManifestChange) -> Result<Vec<Applied>, ConsoleError> {
        self.apply_edits(self.edits(change).await?).await
    }

    /// As [`Commands::apply`], for objects that must not be there yet: of two who make the same one is refused.
    pub async fn create(&self, change: &ManifestChange) -> Result<Vec<Applied>, ConsoleError> {
        let edits = self.edits(change).await?;
        self.apply_edits(edits.into_iter().map(|edit| Edit { is_new: true, ..edit }).collect()).await
    }

    async fn apply_edits(&self, edits: Vec<Edit>) -> Result<Vec<Applied>, ConsoleError> {
        let trials = self.try_out_all(&edits).await?;
        for (edit, trial) in edits.iter().zip(&trials) {
            let checked = trial.iter().try_for_each(|trial| trial.check_conflicts(edit));
            checked.map_err(|error| named(&edits, edit, error.into()))?;
        }
        let commands = self.clone();
        self.to_the_end(async move { commands.apply_in_order(edits, trials).await }).await?
    }

    async fn apply_in_order(
        &self,
        edits: Vec<Edit>,
        trials: Vec<Option<Trial>>,
    ) -> Result<Vec<Applied>, ConsoleError> {
        let is_alone = edits.len() == 1;
        let (mut applied, mut echoes) = (Vec::new(), Vec::new());
        for (edit, trial) in edits.into_iter().zip(trials) {
            let resource = edit.resource.clone();
            let wished = trial.as_ref().map_or(PreviewOutcome::Created, Trial::outcome);
            let cluster = Arc::clone(&self.cluster);
            let work = |granted: Granted<ApplyChange>| async move { apply::apply(&cluster, &granted).await };
            match self.access.perform(&self.caller, ApplyChange { edit, trial }, work).await {
                Ok((outcome, echo)) => {
                    applied.push(Applied { resource, outcome, error: None });
                    echoes.extend(echo);
                }
                Err(error) if is_alone => return Err(error),
                Err(error) => {
                    applied.push(Applied { resource, outcome: wished, error: Some(error) });
                    break;
                }
            }
        }
        hear(&self.cluster, &echoes).await;
        Ok(applied)
    }

    /// Carries out an action on each target.
    pub async fn act(&self, targets: Vec<Target>, action: Action) -> Result<Vec<Outcome>, ConsoleError> {
        let resolved = self.resolve(targets).await?;
        let actions: Vec<Act> = resolved
            .into_iter()
            .map(|(served, target)| Act { served, target, action: action.clone() })
            .collect();
        self.check_all(&actions).await?;
        let commands = self.clone();
        self.to_the_end(async move {
            let came = each(actions, |action| commands.act_on_one(action)).await;
            commands.heard(came).await
        })
        .await
    }

    /// What the cluster would make of an action on each target. Changes nothing.
    pub async fn preview_act(
        &self,
        targets: Vec<Target>,
        action: &Action,
    ) -> Result<(ActPreview, Vec<Option<Weighed>>), ConsoleError> {
        if targets.len() > ActPreview::MOST {
            return Err(ConsoleError::refused("targets", ActFault::TooMany(ActPreview::MOST)));
        }
        let resolved = self.resolve(targets).await?;
        let tries: Vec<Try<Act>> = resolved
            .into_iter()
            .map(|(served, target)| Try(Act { served, target, action: action.clone() }))
            .collect();
        self.check_all(&tries).await?;
        let (mut found, mut all_weighed) = (ActPreview::default(), Vec::new());
        for asked in tries {
            let cluster = Arc::clone(&self.cluster);
            let work = |granted: Granted<Try<Act>>| async move { act::preview(&cluster, &granted).await };
            let mut tried = self.access.perform(&self.caller, asked, work).await?;
            found.evictions.append(&mut tried.evictions);
            found.budgets_unseen |= tried.budgets_unseen;
            // What is made of a cron job is a job.
            let kind = if tried.live.is_some() { tried.resource.kind.as_str() } else { "jobs" };
            let live = tried.live.as_ref().map(|live| &live.value);
            all_weighed.push(weigh(kind, live, &tried.result.value));
            found.documents.push(preview::of_action(&tried));
        }
        Ok((found, all_weighed))
    }

    /// How several changes went, once the stores here know of them.
    async fn heard(&self, came: Vec<(Outcome, Option<Echo>)>) -> Vec<Outcome> {
        let (outcomes, echoes): (Vec<_>, Vec<_>) = came.into_iter().unzip();
        hear(&self.cluster, &echoes.into_iter().flatten().collect::<Vec<_>>()).await;
        outcomes
    }

    async fn act_on_one(&self, action: Act) -> (Outcome, Option<Echo>) {
        if matches!(action.action, Action::Drain { .. }) {
            return (self.drain_one(action).await, None);
        }
        let resource = action.target.resource.clone();
        let cluster = Arc::clone(&self.cluster);
        let work = |granted: Granted<Act>| async move {
            let undo = undo::of(&cluster, &granted).await;
            act::act(&cluster, &granted).await.map(|acted| (acted, undo))
        };
        match self.access.perform(&self.caller, action, work).await {
            Ok((Acted { created, echo }, undo)) => (Outcome { created, undo, ..Outcome::of(resource) }, echo),
            Err(error) => (Outcome { error: Some(error), ..Outcome::of(resource) }, None),
        }
    }

    /// Answers when the job has begun. The audit trail learns how it went when it has ended.
    async fn drain_one(&self, action: Act) -> Outcome {
        let resource = action.target.resource.clone();
        let Self { access, caller, cluster, jobs, .. } = self.clone();
        let (begun, id) = oneshot::channel();
        let performed = tokio::spawn(async move {
            let rights = access.clone();
            let work = |granted: Granted<Act>| drain::drain(cluster, granted, rights, jobs, begun);
            access.perform(&caller, action, work).await
        });
        if let Ok(job) = id.await {
            return Outcome { job: Some(job), ..Outcome::of(resource) };
        }
        let reference = self.caller.request_id.clone();
        let result = performed.await.unwrap_or(Err(ConsoleError::Internal { reference }));
        Outcome { error: result.err(), ..Outcome::of(resource) }
    }

    /// Deletes each target.
    pub async fn delete(&self, deletion: Deletion) -> Result<Vec<Outcome>, ConsoleError> {
        let propagation = deletion.propagation;
        let resolved = self.resolve(deletion.targets).await?;
        let deletions: Vec<Delete> =
            resolved.into_iter().map(|(served, target)| Delete { served, target, propagation }).collect();
        self.check_all(&deletions).await?;
        let commands = self.clone();
        self.to_the_end(async move {
            let came = each(deletions, |deletion| commands.delete_one(deletion)).await;
            commands.heard(came).await
        })
        .await
    }

    async fn delete_one(&self, deletion: Delete) -> (Outcome, Option<Echo>) {
        let resource = deletion.target.resource.clone();
        let (cluster, bin) = (Arc::clone(&self.cluster), self.bin.clone());
        let work = |granted: Granted<Delete>| async move {
            delete::delete(&cluster, bin.as_deref(), &granted).await
        };
        match self.access.perform(&self.caller, deletion, work).await {
            Ok(echo) => (Outcome::of(resource), echo),
            Err(error) => (Outcome { error: Some(error), ..Outcome::of(resource) }, None),
        }
    }

    async fn edits(&self, change: &ManifestChange) -> Result<Vec<Edit>, ConsoleError> {
        self.check_cluster(&change.cluster)?;
        Ok(edits(&self.cluster, change).await?)
    }

    /// Tries out every document, in order. Nothing can be tried out in a namespace that the same text creates.
    async fn try_out_all(&self, edits: &[Edit]) -> Result<Vec<Option<Trial>>, ConsoleError> {
        let previews: Vec<PreviewChange> = edits.iter().cloned().map(PreviewChange).collect();
        self.check_all(&previews).await?;
        let mut coming: Vec<&str> = Vec::new();
        let mut trials = Vec::new();
        for (edit, asked) in edits.iter().zip(previews) {
            let namespace = edit.resource.namespace.as_ref();
            if namespace.is_some_and(|namespace| coming.contains(&namespace.as_str())) {
                trials.push(None);
                continue;
            }
            let cluster = Arc::clone(&self.cluster);
            let work = |granted: Granted<PreviewChange>| async move {
                apply::try_out(&cluster, &granted.identity(), &granted.action().0).await
            };
            let trial = self.access.perform(&self.caller, asked, work).await;
            let trial = trial.map_err(|error| named(edits, edit, error))?;
            coming.extend(edit.creates_namespace().filter(|_| trial.live.is_none()));
            trials.push(Some(trial));
        }
        Ok(trials)
    }

    /// Targets with their kinds.
    async fn resolve(&self, targets: Vec<Target>) -> Result<Vec<(Arc<Served>, Target)>, ConsoleError> {
        if targets.is_empty() {
            return Err(ConsoleError::refused("targets", EntryFault::NoneChosen));
        }
        if targets.len() > MOST_TARGETS {
            return Err(ConsoleError::refused("targets", ActFault::TooMany(MOST_TARGETS)));
        }
        let mut resolved = Vec::new();
        for target in targets {
            self.check_cluster(&target.resource.cluster)?;
            resolved.push((self.cluster.served(&target.resource.kind).await?, target));
        }
        Ok(resolved)
    }

    fn check_cluster(&self, named: &ClusterName) -> Result<(), ConsoleError> {
        let ours = self.cluster.name();
        if named == ours {
            return Ok(());
        }
        Err(ConsoleError::refused("cluster", ActFault::OtherCluster(ours.clone())))
    }

    /// Refuses everything, and records that, if one of the actions would be refused.
    async fn check_all<A: access::Action + Clone>(&self, actions: &[A]) -> Result<(), ConsoleError> {
        match actions.iter().find(|action| decide(&self.caller, &action.need()).is_err()) {
            Some(refused) => Ok(self.access.grant(&self.caller, refused.clone()).await.map(drop)?),
            None => Ok(()),
        }
    }

    /// Goes on even when nobody waits any more.
    async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ConsoleError> {
        tokio::spawn(work).await.map_err(|error| {
            tracing::error!(%error, request = %self.caller.request_id, "A command panicked");
            ConsoleError::Internal { reference: self.caller.request_id.clone() }
        })
    }
}

/// Several at the same time; the answers are in the order of the questions.
async fn each<A, T, F: Future<Output = T>>(actions: Vec<A>, work: impl Fn(A) -> F) -> Vec<T> {
    futures::stream::iter(actions).map(work).buffered(AT_ONCE).collect().await
}

/// Among several documents it must be said which one is meant.
fn named(edits: &[Edit], edit: &Edit, error: ConsoleError) -> ConsoleError {
    if edits.len() > 1 { preview::about(edit, error) } else { error }
}
