//! Draining a node: cordon it, then ask each of its pods to leave, and wait until they have.

use crate::change::act::{self, JSON, request};
use crate::change::echo::{Echo, hear};
use crate::change::evictions::{Losses, Pod, fate, pods_of};
use crate::change::grants::Act;
use crate::change::jobs::{Jobs, Progress};
use crate::pods;
use crate::{As, Call, Cluster, KubernetesError};
use access::{Access, Granted};
use futures::StreamExt;
use http::Method;
use model::fault::DrainFault;
use model::{ConsoleError, Fault, FieldProblem, Level, Namespace, Outage, ResourceRef, Status, System};
use resources_contract::{Action, ActionKind, EvictionFate, JobStep, PodLeaving};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

/// So many pods are asked to leave at the same time.
const AT_ONCE: usize = 5;
/// How often it is looked which pods are still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Rights are looked at again after this time, and at once when any have changed.
const CHECK_EVERY: Duration = Duration::from_secs(10);
/// A pod whose disruption budget says no is asked again after one second, then two, and so on until this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
const TIME_LIMIT: Duration = Duration::from_secs(30 * 60);
/// Looking may fail so many times in a row.
const MOST_FAILURES: u32 = 10;

/// Cordons the node, enters a job, tells its id, and empties the node. Ends with the job. When a pod stands in the way
/// nothing is done and no job begun.
pub(crate) async fn drain(
    cluster: Arc<Cluster>,
    granted: Granted<Act>,
    access: Access,
    jobs: Arc<Jobs>,
    begun: oneshot::Sender<String>,
) -> Result<(), ConsoleError> {
    let Act { served, target, action } = granted.action();
    act::check_offered(served, ActionKind::Drain)?;
    let losses = Losses::of(action)?;
    let pods = pods_of(&cluster, &granted.identity(), &target.resource).await?;
    let problems: Vec<FieldProblem> = pods.iter().filter_map(|pod| blocked(pod, losses)).collect();
    if !problems.is_empty() {
        return Err(ConsoleError::Invalid { problems });
    }
    let cordon = request(served, target, &Action::Cordon, act::now())?;
    let cordoned = cluster.connection().call(As::Caller(&granted.identity()), &cordon.call()).await?;
    hear(&cluster, Echo::of_answer(&served.kind.slug, &cordoned.body).as_slice()).await;

    let progress = jobs.begin(granted.caller(), target.resource.clone(), ActionKind::Drain, act::now());
    // Whoever waited may have gone; the job goes on.
    let _ = begun.send(progress.id());
    let drain =
        Drain { cluster, access, granted, progress, losses, asked: HashMap::new(), failed: Vec::new() };
    drain.run().await
}

fn blocked(pod: &Pod, losses: Losses) -> Option<FieldProblem> {
    let why = match fate(&pod.value, losses) {
        EvictionFate::Unmanaged => DrainFault::Unmanaged,
        EvictionFate::HasData => DrainFault::HasData,
        _ => return None,
    };
    Some(FieldProblem::of(pod.resource.to_string(), why))
}

/// How it stands with a pod.
fn step(resource: &ResourceRef, pod: PodLeaving) -> JobStep {
    let (level, word) = match pod {
        PodLeaving::Gone => (Level::Finished, "Gone"),
        PodLeaving::Stays => (Level::Inactive, "Stays"),
        PodLeaving::Leaving => (Level::Progressing, "Leaving"),
        PodLeaving::Budget => (Level::Warning, "Waiting for budget"),
        PodLeaving::Unclear => (Level::Unknown, "No clear answer"),
        PodLeaving::Refused => (Level::Failed, "Refused"),
    };
    JobStep { resource: resource.clone(), status: Status::new(level, word), pod: Some(pod), error: None }
}

/// The same, with why.
fn because(step: JobStep, error: ConsoleError) -> JobStep {
    JobStep { status: step.status.because(error.to_string()), error: Some(error), ..step }
}

/// A drain under way.
struct Drain {
    cluster: Arc<Cluster>,
    access: Access,
    granted: Granted<Act>,
    progress: Progress,
    losses: Losses,
    /// The pods that were found to leave, by uid.
    asked: HashMap<String, Asked>,
    failed: Vec<FieldProblem>,
}

/// How it went with one pod so far.
struct Asked {
    resource: ResourceRef,
    /// When it is asked again; nothing when it need not be.
    next: Option<Instant>,
    pause: Duration,
}

/// What a pod's eviction came to.
enum Answer {
    Leaving,
    NotYet { why: String, after: Duration },
    Unclear(ConsoleError),
    Refused(ConsoleError),
}

impl Drain {
    async fn run(mut self) -> Result<(), ConsoleError> {
        let result = match self.until_empty().await {
            Ok(()) if !self.failed.is_empty() => {
                Err(ConsoleError::Invalid { problems: std::mem::take(&mut self.failed) })
            }
            result => result,
        };
        self.progress.end(act::now(), result.clone().err());
        result
    }

    async fn until_empty(&mut self) -> Result<(), ConsoleError> {
        let until = Instant::now() + TIME_LIMIT;
        let mut rights = self.access.changed();
        let mut checked = Instant::now();
        let mut failures = 0;
        while Instant::now() < until {
            if rights.has_changed().unwrap_or(false) || checked.elapsed() > CHECK_EVERY {
                rights.mark_unchanged();
                checked = Instant::now();
                self.access.still(&self.granted).await?;
            }
            let node = self.granted.action().target.resource.clone();
            let identity = self.granted.identity();
            match pods_of(&self.cluster, &identity, &node).await {
                Ok(pods) => {
                    failures = 0;
                    if self.look_at(pods).await {
                        return Ok(());
                    }
                }
                Err(error) => {
                    failures += 1;
                    if failures == MOST_FAILURES || matches!(error.code(), Some(401 | 403)) {
                        return Err(error.into());
                    }
                }
            }
            sleep(LOOK_EVERY).await;
        }
        Err(ConsoleError::Unavailable {
            system: System::Cluster(self.cluster.name().to_string()),
            cause: Outage::NotLeft { pods: self.asked.len(), minutes: TIME_LIMIT.as_secs() / 60 }.into(),
            may_be_done: false,
        })
    }

    /// Asks the pods that are due to leave. Answers whether all are gone that are to go.
    async fn look_at(&mut self, pods: Vec<Pod>) -> bool {
        self.asked.retain(|uid, asked| {
            let is_there = pods.iter().any(|pod| pod.uid == *uid);
            if !is_there {
                self.progress.step(step(&asked.resource, PodLeaving::Gone));
            }
            is_there
        });
        let mut due = Vec::new();
        for pod in pods {
            match fate(&pod.value, self.losses) {
                EvictionFate::OfNode => self.leave_alone(&pod.resource, DrainFault::OfNode),
                EvictionFate::OfDaemonSet => self.leave_alone(&pod.resource, DrainFault::OfDaemonSet),
                EvictionFate::Unmanaged => self.fail(&pod.resource, DrainFault::Unmanaged),
                EvictionFate::HasData => self.fail(&pod.resource, DrainFault::HasData),
                EvictionFate::Leaves | EvictionFate::Waits { .. } | EvictionFate::Overguarded { .. }
                    if self.is_due(&pod) =>
                {
                    due.push((pod.resource, pod.uid));
                }
                EvictionFate::Leaves | EvictionFate::Waits { .. } | EvictionFate::Overguarded { .. } => {}
            }
        }
        let (cluster, granted) = (&self.cluster, &self.granted);
        let evictions = futures::stream::iter(due).map(|(resource, uid)| async move {
            let answer = evict(cluster, granted, &resource, &uid).await;
            (resource, uid, answer)
        });
        let answers: Vec<_> = evictions.buffer_unordered(AT_ONCE).collect().await;
        for (resource, uid, answer) in answers {
            self.note(&resource, &uid, answer);
        }
        self.asked.is_empty()
    }

    fn is_due(&mut self, pod: &Pod) -> bool {
        if self.failed.iter().any(|problem| problem.field == pod.resource.to_string()) {
            return false;
        }
        let asked = self.asked.entry(pod.uid.clone()).or_insert_with(|| Asked {
            resource: pod.resource.clone(),
            next: Some(Instant::now()),
            pause: Duration::from_secs(1),
        });
        if pod.value["metadata"]["deletionTimestamp"].is_string() {
            asked.next = None;
            self.progress.step(step(&pod.resource, PodLeaving::Leaving));
        }
        asked.next.is_some_and(|next| next <= Instant::now())
    }

    fn note(&mut self, resource: &ResourceRef, uid: &str, answer: Answer) {
        let Some(asked) = self.asked.get_mut(uid) else { return };
        match answer {
            Answer::Leaving => {
                asked.next = None;
                self.progress.step(step(resource, PodLeaving::Leaving));
            }
            Answer::NotYet { why, after } => {
                asked.next = Some(Instant::now() + asked.pause.max(after).min(LONGEST_PAUSE));
                asked.pause = (asked.pause * 2).min(LONGEST_PAUSE);
                // Which budget, as the cluster says it.
                let waits = step(resource, PodLeaving::Budget);
                self.progress.step(JobStep { status: waits.status.because(why), ..waits });
            }
            // The next look tells whether it was heard.
            Answer::Unclear(why) => {
                asked.next = Some(Instant::now() + LONGEST_PAUSE);
                self.progress.step(because(step(resource, PodLeaving::Unclear), why));
            }
            Answer::Refused(error) => {
                self.asked.remove(uid);
                self.fail(resource, Fault::Came(Box::new(error)));
            }
        }
    }

    fn leave_alone(&self, resource: &ResourceRef, why: DrainFault) {
        self.progress.step(because(step(resource, PodLeaving::Stays), ConsoleError::refused("", why)));
    }

    fn fail(&mut self, resource: &ResourceRef, why: impl Into<Fault>) {
        let why = why.into();
        let problem = FieldProblem::of(resource.to_string(), why.clone());
        if !self.failed.contains(&problem) {
            self.failed.push(problem);
        }
        self.progress.step(because(step(resource, PodLeaving::Refused), ConsoleError::refused("", why)));
    }
}

/// Asks one pod to leave; only the pod that was seen, not one that has its name by now.
async fn evict(cluster: &Cluster, granted: &Granted<Act>, resource: &ResourceRef, uid: &str) -> Answer {
    let path = format!("{}/eviction", pods::path(resource));
    let body = json!({
        "apiVersion": "policy/v1", "kind": "Eviction",
        "metadata": {"name": resource.name.as_str(), "namespace": resource.namespace.as_ref().map(Namespace::as_str)},
        "deleteOptions": {"preconditions": {"uid": uid}},
    });
    let call = Call::write(Method::POST, path, JSON, body.to_string().into());
    match cluster.connection().call(As::Caller(&granted.identity()), &call).await {
        Ok(_) => Answer::Leaving,
        Err(error) => refused(error),
    }
}

/// What it means that a pod was not asked to leave.
fn refused(error: KubernetesError) -> Answer {
    match error {
        KubernetesError::Answered { status, .. } if status.code == 404 => Answer::Leaving,
        // Either another pod has its name by now, which the next look tells, or too many asked the same disruption budget
        // at once: then it stays, and has to be asked again.
        KubernetesError::Answered { status, .. } if status.code == 409 => {
            Answer::Unclear(ConsoleError::invalid("", status.message))
        }
        KubernetesError::Answered { status, .. } if status.code == 429 => {
            let seconds = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
            Answer::NotYet { why: status.message, after: Duration::from_secs(seconds) }
        }
        error => match ConsoleError::from(error) {
            error @ ConsoleError::Unavailable { .. } => Answer::Unclear(error),
            error => Answer::Refused(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiStatus;

    fn answered(code: u16) -> Answer {
        let status = ApiStatus { code, message: "said".into(), ..ApiStatus::default() };
        refused(KubernetesError::Answered {
            cluster: "harbour".into(),
            status: Box::new(status),
            write: true,
        })
    }

    #[test]
    fn a_pod_that_was_not_asked_to_leave_is_asked_again() {
        assert!(matches!(answered(409), Answer::Unclear(why) if why.to_string() == "said"));
        assert!(matches!(answered(429), Answer::NotYet { .. }));
        assert!(matches!(answered(500), Answer::Unclear(_)));
        assert!(matches!(answered(404), Answer::Leaving), "it is gone already");
        assert!(matches!(answered(403), Answer::Refused(_)));
    }
}
