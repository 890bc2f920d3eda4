//! What runs to an end.

use super::{METADATA, basics, line, pod, section, whole};
use crate::field::{Control, Field, Form, Settled, Variant};
use crate::rule::Rule;

const POD: &str = "spec/template/spec";
const POD_OF_RUN: &str = "spec/jobTemplate/spec/template/spec";

/// With which exit codes a container ended.
const EXIT_CODES: &[Field] = &[
    Field::new("operator", "operator", Control::Choice(&["In", "NotIn"])).required(),
    Field::new("values", "exit-codes", Control::Numbers).rule(Rule::Between(0, i32::MAX as i64)).required(),
    line("containerName", "failed-container").rule(Rule::Label),
];

/// What was said of a pod when it failed.
const CONDITIONS: &[Field] = &[Field::new(
    "",
    "pod-conditions",
    Control::Items {
        begin: r#"{"type": "DisruptionTarget", "status": "True"}"#,
        title: "type",
        fields: &[
            line("type", "condition").rule(Rule::Qualified).required(),
            Field::new("status", "condition-status", Control::Choice(&["True", "False", "Unknown"])),
        ],
    },
)
.rule(Rule::Repeats)];

/// What follows from the way in which a pod failed; the first rule that fits counts.
const FAILURE_RULES: Field = Field::new(
    "podFailurePolicy/rules",
    "failure-rules",
    Control::Items {
        begin: r#"{"action": "FailJob", "onExitCodes": {"operator": "In", "values": []}}"#,
        title: "action",
        fields: &[
            Field::new(
                "action",
                "failure-action",
                Control::Choice(&["FailJob", "FailIndex", "Ignore", "Count"]),
            )
            .required(),
            Field::new(
                "",
                "failure-of",
                Control::OneOf(&[
                    Variant {
                        key: "onExitCodes",
                        id: "exit-codes",
                        begin: r#"{"operator": "In", "values": []}"#,
                        fields: EXIT_CODES,
                    },
                    Variant {
                        key: "onPodConditions",
                        id: "pod-conditions",
                        begin: r#"[{"type": "DisruptionTarget", "status": "True"}]"#,
                        fields: CONDITIONS,
                    },
                ]),
            ),
        ],
    },
)
.rule(Rule::Repeats);

/// When an indexed job has succeeded before all of its indexes have; the first rule that is fulfilled counts.
const SUCCESS_RULES: Field = Field::new(
    "successPolicy/rules",
    "success-rules",
    Control::Items {
        begin: r#"{"succeededCount": 1}"#,
        title: "succeededIndexes",
        fields: &[
            line("succeededIndexes", "succeeded-indexes").rule(Rule::Indexes),
            whole("succeededCount", "succeeded-count"),
        ],
    },
)
.rule(Rule::Repeats)
.when("completionMode=Indexed");

const COMPLETIONS: Field = whole("completions", "completions");
const MODE: Field =
    Field::new("completionMode", "completion-mode", Control::Choice(&["", "NonIndexed", "Indexed"]));
const BACKOFF_OF_INDEX: Field =
    whole("backoffLimitPerIndex", "backoff-of-index").when("completionMode=Indexed");
const RESTART: Field =
    Field::new("template/spec/restartPolicy", "restart-policy", Control::Choice(&["Never", "OnFailure"]));

const MANAGED_BY: Field = line("managedBy", "managed-by").rule(Rule::Controller);
/// Which controller runs it, where that is not the cluster's own.
const CONTROLLER: Field = Field::new("", "job-controller", Control::Group(&[MANAGED_BY]));
const CONTROLLER_OF_JOB: Field = Field::new("", "job-controller", Control::Group(&[MANAGED_BY.fixed()]));

/// How often a job runs, and when it is given up. What goes together with what is in [`crate::Draft`]. The fields that a job
/// keeps as it was made with are given.
const fn run(
    [
        completions,
        mode,
        backoff_of_index,
        restart,
        failures,
        successes,
        controller,
        labels,
        annotations,
        pools,
    ]: [Field; 10],
) -> [Field; 17] {
    [
        completions,
        whole("parallelism", "parallelism"),
        mode,
        whole("backoffLimit", "backoff"),
        backoff_of_index,
        whole("maxFailedIndexes", "most-failed").when("completionMode=Indexed"),
        whole("activeDeadlineSeconds", "active-deadline"),
        whole("ttlSecondsAfterFinished", "ttl"),
        restart,
        Field::new(
            "podReplacementPolicy",
            "replacement",
            Control::Choice(&["", "TerminatingOrFailed", "Failed"]),
        ),
        Field::new("suspend", "job-suspended", Control::Toggle),
        failures,
        successes,
        controller,
        labels,
        annotations,
        pools,
    ]
}

/// Of the jobs that a cron job makes: each is made as it is said by then.
const RUN_OF_EACH: &[Field] = &run([
    COMPLETIONS,
    MODE,
    BACKOFF_OF_INDEX,
    RESTART,
    FAILURE_RULES,
    SUCCESS_RULES,
    CONTROLLER,
    pod::LABELS,
    pod::ANNOTATIONS,
    pod::POOLS,
]);

/// Of a job, which keeps most of what it was made with. An indexed one can be made longer or shorter; the labels of its pods
/// can be changed until it begins.
const RUN: &[Field] = &run([
    COMPLETIONS.fixed_unless("completionMode=Indexed"),
    MODE.fixed(),
    BACKOFF_OF_INDEX.fixed(),
    RESTART.fixed(),
    FAILURE_RULES.fixed(),
    SUCCESS_RULES.fixed(),
    CONTROLLER_OF_JOB,
    pod::LABELS.fixed_unless("suspend=true"),
    pod::ANNOTATIONS.fixed_unless("suspend=true"),
    pod::POOLS.fixed_unless("suspend=true"),
]);

/// A job: pods that end.
pub static JOB: Form = Form {
    slug: "jobs",
    begin: r#"{
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"name": "NAME", "namespace": "NAMESPACE", "labels": {"app": "NAME"}},
        "spec": {
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
        pod::sections(POD)[0].settled(Settled::Once),
        pod::sections(POD)[1].settled(Settled::Once),
        section("run", "spec", RUN),
        pod::sections(POD)[2].settled(Settled::UnlessSuspended),
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
            "jobTemplate": {"spec": {"template": {
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
                Field::new("schedule", "schedule", Control::Schedule).rule(Rule::Schedule).required(),
                Field::new("timeZone", "time-zone", Control::TimeZone),
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
        section("run", "spec/jobTemplate/spec", RUN_OF_EACH),
        pod::sections(POD_OF_RUN)[2],
    ],
};
