//! Makes a job whenever a schedule says so.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::schedule::Schedule;
use super::{Controller, Outcome, Watch};
use crate::clock::seconds_between;
use crate::objects::{
    Key, controller_key, controller_reference, flag, integer, is_condition_true, is_controlled_by,
    is_deleting, name, namespace, set, text, time, time_at,
};
use crate::site::Site;

const COMPONENT: &str = "cronjob-controller";

/// The controller of `CronJobs`.
pub struct CronJobs;

impl Controller for CronJobs {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("cronjobs.batch"),
            Watch { kind: "jobs.batch", keys: |_, job| controller_key(job, "CronJob").into_iter().collect() },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(cron_job) = site.at("cronjobs.batch", key) else { return Ok(None) };
        if is_deleting(&cron_job) {
            return Ok(None);
        }
        forget_old_jobs(site, &cron_job)?;
        let Some(schedule) = Schedule::parse(text(&cron_job, "/spec/schedule")) else {
            let message = format!("unparseable schedule: {}", text(&cron_job, "/spec/schedule"));
            site.warning(&cron_job, "UnparseableSchedule", &message, COMPONENT);
            return Ok(None);
        };
        let started = start_due(site, &cron_job, &schedule)?;
        write_status(site, &cron_job, started)?;
        if flag(&cron_job, "/spec/suspend") {
            return Ok(None);
        }
        let now = site.clock.now();
        let next = schedule.next_after(now).map(|next| seconds_between(now, next) + 0.5);
        Ok(next.map(Duration::from_secs_f64))
    }
}

fn owned_jobs(site: &Site, cron_job: &Value) -> Vec<Arc<Value>> {
    let mut jobs = site.list("jobs.batch", namespace(cron_job));
    jobs.retain(|job| is_controlled_by(job, cron_job));
    jobs.sort_by_key(|job| text(job, "/status/startTime").to_owned());
    jobs
}

fn is_finished(job: &Value) -> bool {
    is_condition_true(job, "Complete") || is_condition_true(job, "Failed")
}

/// Starts the job whose date has come since the last one; answers that date.
fn start_due(site: &Site, cron_job: &Value, schedule: &Schedule) -> Result<Option<Timestamp>, Status> {
    if flag(cron_job, "/spec/suspend") {
        return Ok(None);
    }
    let now = site.clock.now();
    let since = time_at(cron_job, "/status/lastScheduleTime")
        .or_else(|| time_at(cron_job, "/metadata/creationTimestamp"))
        .unwrap_or(now);
    let Some(due) = schedule.last_between(since, now) else { return Ok(None) };
    let patience = integer(cron_job, "/spec/startingDeadlineSeconds");
    if patience.is_some_and(|seconds| seconds_between(due, now) > seconds as f64) {
        return Ok(None);
    }
    let active: Vec<_> = owned_jobs(site, cron_job).into_iter().filter(|job| !is_finished(job)).collect();
    match text(cron_job, "/spec/concurrencyPolicy") {
        "Forbid" if !active.is_empty() => {
            let message =
                "Not starting job because prior execution is running and concurrency policy is Forbid";
            site.normal(cron_job, "JobAlreadyActive", message, COMPONENT);
            return Ok(None);
        }
        "Replace" => {
            for job in &active {
                site.delete("jobs.batch", &Key::of(job))?;
            }
        }
        _ => {}
    }
    match site.create(job_for(cron_job, due)) {
        Ok(job) => {
            site.normal(cron_job, "SuccessfulCreate", &format!("Created job {}", name(&job)), COMPONENT);
            Ok(Some(due))
        }
        Err(status) if status.code == 409 => Ok(Some(due)),
        Err(status) => {
            site.warning(
                cron_job,
                "FailedCreate",
                &format!("Error creating job: {}", status.message),
                COMPONENT,
            );
            Err(status)
        }
    }
}

fn job_for(cron_job: &Value, due: Timestamp) -> Value {
    let template = &cron_job["spec"]["jobTemplate"];
    let mut job = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {
            "name": format!("{}-{}", name(cron_job), due.as_second() / 60), "namespace": namespace(cron_job),
            "labels": template.pointer("/metadata/labels").cloned().unwrap_or_else(|| json!({})),
            "annotations": { "batch.kubernetes.io/cronjob-scheduled-timestamp": time(due) },
            "ownerReferences": [controller_reference(cron_job)],
        },
        "spec": template["spec"],
    });
    for (key, value) in crate::objects::texts(template, "/metadata/annotations") {
        job["metadata"]["annotations"][key] = value.into();
    }
    job
}

fn forget_old_jobs(site: &Site, cron_job: &Value) -> Result<(), Status> {
    let jobs = owned_jobs(site, cron_job);
    for (condition, field, default) in
        [("Complete", "/spec/successfulJobsHistoryLimit", 3), ("Failed", "/spec/failedJobsHistoryLimit", 1)]
    {
        let kept = integer(cron_job, field).unwrap_or(default).max(0) as usize;
        let ended: Vec<_> = jobs.iter().filter(|job| is_condition_true(job, condition)).collect();
        for job in ended.iter().take(ended.len().saturating_sub(kept)) {
            site.delete("jobs.batch", &Key::of(job))?;
            site.normal(cron_job, "SuccessfulDelete", &format!("Deleted job {}", name(job)), COMPONENT);
        }
    }
    Ok(())
}

fn write_status(site: &Site, cron_job: &Value, started: Option<Timestamp>) -> Result<(), Status> {
    let jobs = owned_jobs(site, cron_job);
    let mut status = cron_job["status"].clone();
    if !status.is_object() {
        status = json!({});
    }
    if let Some(started) = started {
        set(&mut status, "/lastScheduleTime", time(started).into());
    }
    let successful = jobs.iter().map(|job| text(job, "/status/completionTime")).max().unwrap_or_default();
    if !successful.is_empty() {
        set(&mut status, "/lastSuccessfulTime", successful.into());
    }
    let active: Vec<Value> = jobs
        .iter()
        .filter(|job| !is_finished(job))
        .map(|job| {
            json!({
                "apiVersion": "batch/v1", "kind": "Job", "name": name(job), "namespace": namespace(job),
                "uid": crate::objects::uid(job), "resourceVersion": text(job, "/metadata/resourceVersion"),
            })
        })
        .collect();
    if active.is_empty() {
        crate::objects::remove(&mut status, "", "active");
    } else {
        set(&mut status, "/active", active.into());
    }
    site.write_status("cronjobs.batch", &Key::of(cron_job), status)
}
