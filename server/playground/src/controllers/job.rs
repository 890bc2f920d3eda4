//! Runs pods until enough of them have succeeded, or too many have failed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::replica_set::owned_pods;
use super::template::{create_pod, delete_pod, pod_from};
use super::{Controller, Outcome, Watch};
use crate::clock::{seconds_after, seconds_between};
use crate::objects::{
    Key, annotation, array, controller_key, flag, integer, is_deleting, is_pod_active, is_pod_ready, joined,
    label, name, set, set_condition, text, time, time_at,
};
use crate::site::Site;

const COMPONENT: &str = "job-controller";
const INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// The controller of Jobs, which also sweeps up those that finished long enough ago.
pub struct Jobs;

impl Controller for Jobs {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("jobs.batch"),
            Watch { kind: "pods", keys: |_, pod| controller_key(pod, "Job").into_iter().collect() },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(job) = site.at("jobs.batch", key) else { return Ok(None) };
        if is_deleting(&job) {
            return Ok(None);
        }
        if let Some(finished) = finished_at(&job) {
            return sweep(site, &job, finished);
        }
        let run = Run::look(site, &job);
        let again = run.step()?;
        Run::look(site, &job).write_status()?;
        Ok(again)
    }
}

/// When the job ended, well or badly.
fn finished_at(job: &Value) -> Option<jiff::Timestamp> {
    array(job, "/status/conditions")
        .iter()
        .find(|condition| {
            matches!(text(condition, "/type"), "Complete" | "Failed") && text(condition, "/status") == "True"
        })
        .and_then(|condition| time_at(condition, "/lastTransitionTime"))
}

fn sweep(site: &Site, job: &Value, finished: jiff::Timestamp) -> Outcome {
    let Some(seconds) = integer(job, "/spec/ttlSecondsAfterFinished") else { return Ok(None) };
    let left = seconds as f64 - seconds_between(finished, site.clock.now());
    if left > 0.0 {
        return Ok(Some(Duration::from_secs_f64(left + 1.0)));
    }
    site.delete("jobs.batch", &Key::of(job))?;
    Ok(None)
}

/// One look at a job and its pods.
struct Run<'a> {
    site: &'a Site,
    job: &'a Value,
    pods: Vec<Arc<Value>>,
}

impl<'a> Run<'a> {
    fn look(site: &'a Site, job: &'a Value) -> Self {
        Self { site, job, pods: owned_pods(site, job) }
    }

    fn parallelism(&self) -> i64 {
        integer(self.job, "/spec/parallelism").unwrap_or(1)
    }

    fn completions(&self) -> Option<i64> {
        integer(self.job, "/spec/completions")
    }

    fn is_indexed(&self) -> bool {
        text(self.job, "/spec/completionMode") == "Indexed"
    }

    fn active(&self) -> Vec<&Arc<Value>> {
        self.pods.iter().filter(|pod| is_pod_active(pod)).collect()
    }

    fn in_phase(&self, phase: &str) -> impl Iterator<Item = &Arc<Value>> {
        self.pods.iter().filter(move |pod| text(pod, "/status/phase") == phase)
    }

    fn succeeded_indexes(&self) -> BTreeSet<i64> {
        self.in_phase("Succeeded").filter_map(|pod| annotation(pod, INDEX).parse().ok()).collect()
    }

    fn succeeded(&self) -> i64 {
        if self.is_indexed() {
            self.succeeded_indexes().len() as i64
        } else {
            self.in_phase("Succeeded").count() as i64
        }
    }

    /// Failed pods, and restarts of those that are tried again in place.
    fn failures(&self) -> i64 {
        let restarts: i64 = self
            .active()
            .iter()
            .flat_map(|pod| array(pod, "/status/containerStatuses"))
            .map(|container| integer(container, "/restartCount").unwrap_or(0))
            .sum();
        self.in_phase("Failed").count() as i64 + restarts
    }

    /// Creates or removes pods as the job's state asks; answers when to look again.
    fn step(&self) -> Outcome {
        if flag(self.job, "/spec/suspend") {
            for pod in self.active() {
                delete_pod(self.site, pod, self.job, COMPONENT)?;
            }
            return Ok(None);
        }
        if self.verdict().is_some() {
            for pod in self.active() {
                delete_pod(self.site, pod, self.job, COMPONENT)?;
            }
            return Ok(None);
        }
        let pause = self.pause_after_failure();
        if pause > 0.0 {
            return Ok(Some(Duration::from_secs_f64(pause + 0.1)));
        }
        let active = self.active().len() as i64;
        let open = match self.completions() {
            Some(completions) => completions - self.succeeded() - active,
            None if self.succeeded() > 0 => 0,
            None => self.parallelism() - active,
        };
        for _ in 0..open.min(self.parallelism() - active).max(0) {
            Self::look(self.site, self.job).create()?;
        }
        Ok(integer(self.job, "/spec/activeDeadlineSeconds").map(|deadline| {
            Duration::from_secs_f64((deadline as f64 - self.running_seconds()).max(0.0) + 1.0)
        }))
    }

    /// Each failed pod doubles the wait before the next is made.
    fn pause_after_failure(&self) -> f64 {
        let failed = self.in_phase("Failed").count();
        let last = self
            .in_phase("Failed")
            .flat_map(|pod| array(pod, "/status/containerStatuses"))
            .filter_map(|container| time_at(container, "/state/terminated/finishedAt"))
            .max();
        let Some(last) = last else { return 0.0 };
        let pause = (10.0 * 2f64.powi(failed.saturating_sub(1).min(10) as i32)).min(360.0);
        seconds_between(self.site.clock.now(), seconds_after(last, pause))
    }

    fn create(&self) -> Result<(), Status> {
        let mut pod = pod_from(&self.job["spec"]["template"], self.job);
        for (key, value) in [("batch.kubernetes.io/job-name", name(self.job)), ("job-name", name(self.job))] {
            set_if_missing(&mut pod, key, value);
        }
        set_if_missing(&mut pod, "batch.kubernetes.io/controller-uid", crate::objects::uid(self.job));
        if self.is_indexed() {
            let taken: BTreeSet<i64> =
                self.active().iter().filter_map(|pod| annotation(pod, INDEX).parse().ok()).collect();
            let done = self.succeeded_indexes();
            let free = (0..self.completions().unwrap_or(1))
                .find(|index| !taken.contains(index) && !done.contains(index));
            let Some(index) = free else { return Ok(()) };
            set(
                &mut pod,
                "/metadata/annotations/batch.kubernetes.io~1job-completion-index",
                index.to_string().into(),
            );
            set(
                &mut pod,
                "/metadata/labels/batch.kubernetes.io~1job-completion-index",
                index.to_string().into(),
            );
            pod["metadata"]["generateName"] = format!("{}-{index}-", name(self.job)).into();
            pod["spec"]["hostname"] = format!("{}-{index}", name(self.job)).into();
        }
        create_pod(self.site, pod, self.job, COMPONENT)
    }

    fn running_seconds(&self) -> f64 {
        time_at(self.job, "/status/startTime")
            .map_or(0.0, |start| seconds_between(start, self.site.clock.now()))
    }

    /// How the job ended: condition, reason and sentence.
    fn verdict(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let enough =
            self.completions().map_or(self.succeeded() > 0 && self.active().is_empty(), |completions| {
                self.succeeded() >= completions
            });
        if enough {
            return Some(("Complete", "CompletionsReached", "Reached expected number of succeeded pods"));
        }
        let limit = integer(self.job, "/spec/backoffLimit").unwrap_or(6);
        if self.failures() > limit {
            return Some(("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
        }
        let deadline = integer(self.job, "/spec/activeDeadlineSeconds");
        if deadline.is_some_and(|deadline| self.running_seconds() >= deadline as f64) {
            return Some(("Failed", "DeadlineExceeded", "Job was active longer than specified deadline"));
        }
        None
    }

    fn write_status(&self) -> Result<(), Status> {
        let now = self.site.clock.now();
        let suspended = flag(self.job, "/spec/suspend");
        let mut status = self.job["status"].clone();
        if !status.is_object() {
            status = json!({});
        }
        if suspended {
            crate::objects::remove(&mut status, "", "startTime");
        } else if status.get("startTime").is_none() {
            status["startTime"] = time(now).into();
        }
        let was_suspended = crate::objects::is_condition_true(self.job, "Suspended");
        if suspended != was_suspended {
            let (value, reason, message) = if suspended {
                ("True", "JobSuspended", "Job suspended")
            } else {
                ("False", "JobResumed", "Job resumed")
            };
            set_condition(&mut status, "Suspended", value, reason, message, now);
            self.site.normal(self.job, if suspended { "Suspended" } else { "Resumed" }, message, COMPONENT);
        }
        let active = self.active();
        status["active"] = active.len().into();
        status["ready"] = active.iter().filter(|pod| is_pod_ready(pod)).count().into();
        status["terminating"] = self.pods.iter().filter(|pod| is_deleting(pod)).count().into();
        status["succeeded"] = self.succeeded().into();
        status["failed"] = self.in_phase("Failed").count().into();
        status["uncountedTerminatedPods"] = json!({});
        if self.is_indexed() {
            status["completedIndexes"] = ranges(&self.succeeded_indexes()).into();
        }
        if let Some((condition, reason, message)) = self.verdict() {
            let early = if condition == "Complete" { "SuccessCriteriaMet" } else { "FailureTarget" };
            set_condition(&mut status, early, "True", reason, message, now);
            set_condition(&mut status, condition, "True", reason, message, now);
            if condition == "Complete" {
                status["completionTime"] = time(now).into();
                self.site.normal(self.job, "Completed", "Job completed", COMPONENT);
            } else {
                self.site.warning(self.job, reason, message, COMPONENT);
            }
        }
        self.site.write_status("jobs.batch", &Key::of(self.job), status)
    }
}

fn set_if_missing(pod: &mut Value, key: &str, value: &str) {
    if label(pod, key).is_empty() {
        pod["metadata"]["labels"][key] = value.into();
    }
}

/// Indexes as Kubernetes writes them: `0-2,5`.
fn ranges(indexes: &BTreeSet<i64>) -> String {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    for index in indexes {
        match spans.last_mut() {
            Some((_, end)) if *end + 1 == *index => *end = *index,
            _ => spans.push((*index, *index)),
        }
    }
    let written: Vec<String> = spans
        .iter()
        .map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") })
        .collect();
    joined(written.iter().map(String::as_str), ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finished_indexes_are_written_as_ranges() {
        assert_eq!(ranges(&[0, 1, 2, 5].into()), "0-2,5");
        assert_eq!(ranges(&BTreeSet::new()), "");
    }
}
