//! What runs to an end.

use super::{METADATA, basics, pod, section, whole};
use crate::field::{Control, Field, Form};
use crate::rule::Rule;

const POD: &str = "spec/template/spec";
const POD_OF_RUN: &str = "spec/jobTemplate/spec/template/spec";

/// How often a job runs, and when it is given up.
const RUN: &[Field] = &[
    whole("completions", "completions"),
    whole("parallelism", "parallelism"),
    whole("backoffLimit", "backoff"),
    whole("activeDeadlineSeconds", "active-deadline"),
    whole("ttlSecondsAfterFinished", "ttl"),
    Field::new("template/spec/restartPolicy", "restart-policy", Control::Choice(&["Never", "OnFailure"])),
    pod::LABELS,
    pod::ANNOTATIONS,
];

/// A job: pods that end.
pub static JOB: Form = Form {
    slug: "jobs",
    begin: r#"{
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {
            "backoffLimit": 3,
            "template": {
                "metadata": {"labels": {"app": "NAME"}},
                "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": ""}]}
            }
        }
    }"#,
    template: Some("spec/template"),
    beside: None,
    follow_name: &["metadata/labels/app", "spec/template/metadata/labels/app"],
    sections: &[
        basics(METADATA),
        pod::sections(POD)[0],
        pod::sections(POD)[1],
        section("run", "spec", RUN),
        pod::sections(POD)[2],
    ],
};

/// A cron job: jobs by the clock.
pub static CRON_JOB: Form = Form {
    slug: "cronjobs",
    begin: r#"{
        "apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {
            "schedule": "0 * * * *",
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": {"backoffLimit": 3, "template": {
                "metadata": {"labels": {"app": "NAME"}},
                "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": ""}]}
            }}}
        }
    }"#,
    template: Some("spec/jobTemplate/spec/template"),
    beside: None,
    follow_name: &["metadata/labels/app", "spec/jobTemplate/spec/template/metadata/labels/app"],
    sections: &[
        basics(METADATA),
        section(
            "schedule",
            "spec",
            &[
                Field::new("schedule", "schedule", Control::Line).rule(Rule::Schedule).required(),
                Field::new("timeZone", "time-zone", Control::Line),
                Field::new(
                    "concurrencyPolicy",
                    "concurrency",
                    Control::Choice(&["Allow", "Forbid", "Replace"]),
                ),
                Field::new("suspend", "suspended", Control::Toggle),
                whole("startingDeadlineSeconds", "starting-deadline"),
                whole("successfulJobsHistoryLimit", "kept-successes"),
                whole("failedJobsHistoryLimit", "kept-failures"),
            ],
        ),
        pod::sections(POD_OF_RUN)[0],
        pod::sections(POD_OF_RUN)[1],
        section("run", "spec/jobTemplate/spec", RUN),
        pod::sections(POD_OF_RUN)[2],
    ],
};
