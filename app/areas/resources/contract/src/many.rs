//! Doing something with everything that a query finds, however many pages that is.

use crate::{Action, ActionKind, Propagation, Resources, TaintChange, TaintEffect};
use leptos::prelude::*;
use model::fault::{EntryFault, FormFault};
use model::{ClusterName, ConsoleError, KindSlug, Namespace, TableQuery, go_to, link};
use serde::{Deserialize, Serialize};

/// Work on everything that a query finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManyWork {
    /// Which objects. Order and page say nothing here.
    pub query: TableQuery,
    /// What is done with each.
    pub what: ManyAction,
    /// How many the reader has seen. When there are more by now, nothing is done.
    pub count: u64,
    /// Asks the cluster what it would make of it, and changes nothing.
    pub is_trial: bool,
    /// It takes back what this work did with each of them.
    #[serde(default)]
    pub is_undo: bool,
}

/// What can be done with many objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManyAction {
    /// An action that means the same for each of them.
    Act(Action),
    /// They are deleted.
    Delete(Propagation),
}

/// How far work on many objects is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Many {
    /// What is done.
    pub work: ManyWork,
    /// With how many objects it is to be done.
    pub total: u64,
    /// With how many it is done, well or not.
    pub done: u64,
    /// With how many of them it went wrong. The first of these are the job's steps.
    pub failed: u64,
    /// Somebody has stopped it: what is under way is finished, the rest is left alone.
    pub is_stopped: bool,
    /// With how many it can be taken back, once it has ended.
    #[serde(default)]
    pub can_undo: u64,
}

model::read_once!(Many);

impl ManyAction {
    /// The action without its arguments.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Delete(_) => ActionKind::Delete,
            Self::Act(action) => action.kind(),
        }
    }
}

/// Begins work on everything that a query finds, as a form asks. Answers with the id of its job.
#[server(endpoint = "resources/many-form")]
pub async fn many_by_form(
    /// The fields of the form.
    fields: ManyFields,
) -> Result<String, ConsoleError> {
    fields.send(&*model::port::<dyn Resources>()?).await
}

/// Stops a piece of long work: what is under way is finished, the rest is left alone.
#[server(endpoint = "resources/stop-form")]
pub async fn stop_by_form(
    /// The job.
    id: String,
    /// The page to go to then.
    next: String,
) -> Result<(), ConsoleError> {
    model::port::<dyn Resources>()?.stop_job(id).await?;
    go_to(&next);
    Ok(())
}

/// Takes back what a piece of long work did, with every object of which it is known how it was. Answers with the id of its
/// job, and leads to the page that shows it.
#[server(endpoint = "resources/undo-form")]
pub async fn undo_by_form(
    /// The job.
    id: String,
    /// The page to go to then.
    next: String,
) -> Result<String, ConsoleError> {
    let job = model::port::<dyn Resources>()?.undo_job(id).await?;
    go_to(&shown_at(&next, &job));
    Ok(job)
}

/// A page that shows a job.
fn shown_at(page: &str, job: &str) -> String {
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}job={}", link::escape(job))
}

/// The fields of the form for many objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManyFields {
    /// The cluster.
    pub cluster: ClusterName,
    /// The kind.
    pub kind: KindSlug,
    /// Only these namespaces, with commas between them.
    pub namespaces: Option<String>,
    /// The search.
    pub search: Option<String>,
    /// How many the reader has seen.
    pub count: u64,
    /// What to do.
    pub action: ActionKind,
    /// For [`ActionKind::Scale`].
    pub replicas: Option<u32>,
    /// For [`ActionKind::Taint`].
    pub taint_key: Option<String>,
    /// For [`ActionKind::Taint`].
    pub taint_value: Option<String>,
    /// For [`ActionKind::Taint`].
    pub taint_effect: Option<TaintEffect>,
    /// For [`ActionKind::Taint`]: take it away.
    pub taint_remove: Option<bool>,
    /// For [`ActionKind::Delete`].
    pub propagation: Option<Propagation>,
    /// For [`ActionKind::Delete`]: the number, typed once more.
    pub confirm: Option<String>,
    /// Only to try it out.
    pub is_trial: Option<bool>,
    /// The list, which shows the job.
    pub next: String,
}

impl ManyFields {
    /// Begins the work, and leads to the list with its job.
    pub async fn send(self, resources: &dyn Resources) -> Result<String, ConsoleError> {
        let next = self.next.clone();
        let job = resources.begin_many(self.work()?).await?;
        go_to(&shown_at(&next, &job));
        Ok(job)
    }

    /// The work that the fields describe.
    pub fn work(self) -> Result<ManyWork, ConsoleError> {
        let is_trial = self.is_trial.unwrap_or(false);
        let what = match self.action {
            ActionKind::Delete => {
                let word = self.count.to_string();
                if !is_trial && self.confirm.as_deref().map(str::trim) != Some(word.as_str()) {
                    return Err(ConsoleError::refused("confirm", EntryFault::Exactly(word)));
                }
                ManyAction::Delete(self.propagation.unwrap_or_default())
            }
            ActionKind::Scale => ManyAction::Act(Action::Scale {
                replicas: self.replicas.ok_or_else(|| FormFault::Replicas.at("replicas"))?,
            }),
            ActionKind::Taint => ManyAction::Act(Action::Taint(TaintChange::of(
                self.taint_key.as_deref(),
                self.taint_value.as_deref(),
                self.taint_effect,
                self.taint_remove,
            )?)),
            ActionKind::Restart => ManyAction::Act(Action::Restart),
            ActionKind::Pause => ManyAction::Act(Action::Pause),
            ActionKind::Resume => ManyAction::Act(Action::Resume),
            ActionKind::Trigger => ManyAction::Act(Action::Trigger),
            ActionKind::Suspend => ManyAction::Act(Action::Suspend),
            ActionKind::Unsuspend => ManyAction::Act(Action::Unsuspend),
            ActionKind::Cordon => ManyAction::Act(Action::Cordon),
            ActionKind::Uncordon => ManyAction::Act(Action::Uncordon),
            _ => return Err(FormFault::Foreign.at("action")),
        };
        let names = self.namespaces.unwrap_or_default();
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Namespace::parse);
        let mut query = TableQuery::of(self.cluster, self.kind);
        query.namespaces = names
            .collect::<Result<_, _>>()
            .map_err(|error: model::InvalidName| ConsoleError::refused("namespaces", error.rule))?;
        query.search = self.search.unwrap_or_default();
        Ok(ManyWork { query, what, count: self.count, is_trial, is_undo: false })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn fields(action: ActionKind) -> ManyFields {
        ManyFields {
            cluster: "harbour".parse().unwrap(),
            kind: "deployments".parse().unwrap(),
            namespaces: Some("shop,blog".into()),
            search: Some("status:failed".into()),
            count: 312,
            action,
            replicas: None,
            taint_key: None,
            taint_value: None,
            taint_effect: None,
            taint_remove: None,
            propagation: None,
            confirm: None,
            is_trial: None,
            next: "/".into(),
        }
    }

    #[test]
    fn many_objects_are_deleted_only_when_their_number_was_typed() {
        let typed =
            |confirm: &str| ManyFields { confirm: Some(confirm.into()), ..fields(ActionKind::Delete) };

        for wrong in ["", "31", "all"] {
            let error = typed(wrong).work().unwrap_err();
            assert_eq!(error, ConsoleError::refused("confirm", EntryFault::Exactly("312".into())));
        }
        let work = typed(" 312 ").work().unwrap();
        assert_eq!(work.what, ManyAction::Delete(Propagation::Background));
        let trial = ManyFields { is_trial: Some(true), ..fields(ActionKind::Delete) };
        assert!(trial.work().unwrap().is_trial, "trying it out deletes nothing");
    }

    #[test]
    fn the_work_has_the_query_of_its_list() {
        let work = ManyFields { replicas: Some(0), ..fields(ActionKind::Scale) }.work().unwrap();

        let namespaces: Vec<_> = work.query.namespaces.iter().map(Namespace::as_str).collect();
        assert_eq!((namespaces, work.query.search.as_str()), (vec!["shop", "blog"], "status:failed"));
        assert_eq!(work.what.kind(), ActionKind::Scale);
        assert!(fields(ActionKind::Scale).work().is_err(), "without a number");
        assert!(fields(ActionKind::Drain).work().is_err());
    }

    #[test]
    fn every_action_for_many_has_its_work() {
        for action in ActionKind::FOR_MANY {
            let taint_key = Some("dedicated".to_owned());
            let work = ManyFields { replicas: Some(1), taint_key, ..fields(action) }.work().unwrap();
            assert_eq!(work.what.kind(), action);
        }
    }
}
