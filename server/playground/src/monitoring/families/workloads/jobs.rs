//! Jobs and cron jobs.

use serde_json::Value;

use super::super::Family;
use super::super::kubelet::number;
use super::super::state::label_name;
use super::{Add, each, owner, seconds};
use crate::objects::{array, flag, is_condition_true, text, texts, time_at};

const JOBS: (&str, &str) = ("jobs.batch", "job_name");
const CRON_JOBS: (&str, &str) = ("cronjobs.batch", "cronjob");

pub static FAMILIES: &[Family] = &[
    labels!("kube_job_labels", JOBS),
    created!("kube_job_created", JOBS),
    replicas!(
        "kube_job_spec_completions",
        JOBS,
        "The desired number of successfully finished pods the job should be run with.",
        "/spec/completions"
    ),
    replicas!("kube_job_status_active", JOBS, "The number of actively running pods.", "/status/active"),
    replicas!(
        "kube_job_status_succeeded",
        JOBS,
        "The number of pods which reached Phase Succeeded.",
        "/status/succeeded"
    ),
    replicas!(
        "kube_job_status_failed",
        JOBS,
        "The number of pods which reached Phase Failed.",
        "/status/failed"
    ),
    Family::gauge("kube_job_failed", "The job has failed its execution.", |ask, rows| {
        each(ask, rows, JOBS, |job, add| finished(job, "Failed", add));
    }),
    Family::gauge("kube_job_complete", "The job has completed its execution.", |ask, rows| {
        each(ask, rows, JOBS, |job, add| finished(job, "Complete", add));
    }),
    Family::gauge(
        "kube_job_status_start_time",
        "StartTime represents time when the job was acknowledged by the Job Manager.",
        |ask, rows| {
            each(ask, rows, JOBS, |job, add| add(&[], seconds(job, "/status/startTime").into()));
        },
    ),
    Family::gauge(
        "kube_job_status_completion_time",
        "CompletionTime represents time when the job was completed.",
        |ask, rows| {
            each(ask, rows, JOBS, |job, add| {
                if time_at(job, "/status/completionTime").is_some() {
                    add(&[], seconds(job, "/status/completionTime").into());
                }
            });
        },
    ),
    Family::gauge("kube_job_owner", "Information about the Job's owner.", |ask, rows| {
        each(ask, rows, JOBS, owner);
    }),
    labels!("kube_cronjob_labels", CRON_JOBS),
    Family::gauge("kube_cronjob_info", "Info about cronjob.", |ask, rows| {
        each(ask, rows, CRON_JOBS, |job, add| {
            let policy = text(job, "/spec/concurrencyPolicy");
            add(&[("schedule", text(job, "/spec/schedule")), ("concurrency_policy", policy)], 1.0.into());
        });
    }),
    Family::gauge(
        "kube_cronjob_spec_suspend",
        "Suspend flag tells the controller to suspend subsequent executions.",
        |ask, rows| {
            each(ask, rows, CRON_JOBS, |job, add| add(&[], flag(job, "/spec/suspend").into()));
        },
    ),
    Family::gauge(
        "kube_cronjob_status_active",
        "Active holds pointers to currently running jobs.",
        |ask, rows| {
            each(ask, rows, CRON_JOBS, |job, add| {
                add(&[], (array(job, "/status/active").len() as f64).into());
            });
        },
    ),
];

fn finished(job: &Value, how: &str, add: &mut Add) {
    if is_condition_true(job, how) {
        add(&[("condition", "true")], 1.0.into());
    }
}
