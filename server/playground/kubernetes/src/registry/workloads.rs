//! apps, batch, autoscaling and policy.

use super::Subresource::{Scale, Status};
use super::cells;
use super::{AGE, BuiltIn, NAME, at, number, since, with};
use crate::{convert, defaults, validation};

/// Everything that makes pods, and what limits it.
pub(crate) static KINDS: &[BuiltIn] = &[
    BuiltIn {
        group: "apps",
        kind: "Deployment",
        plural: "deployments",
        short: &["deploy"],
        categories: &["all"],
        subresources: &[Status, Scale],
        generation: true,
        columns: &[
            NAME,
            with("Ready", |object| cells::ratio(object, "/status/readyReplicas", "/spec/replicas")),
            with("Up-to-date", |object| cells::or_zero(object, "/status/updatedReplicas")),
            with("Available", |object| cells::or_zero(object, "/status/availableReplicas")),
            AGE,
            with("Containers", cells::containers).wide(),
            with("Images", cells::images).wide(),
            with("Selector", cells::selector).wide(),
        ],
        default: defaults::deployment,
        validate: validation::deployment,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "apps",
        kind: "ReplicaSet",
        plural: "replicasets",
        short: &["rs"],
        categories: &["all"],
        subresources: &[Status, Scale],
        generation: true,
        selectable: &["status.replicas"],
        columns: &[
            NAME,
            number("Desired", "/spec/replicas"),
            with("Current", |object| cells::or_zero(object, "/status/replicas")),
            with("Ready", |object| cells::or_zero(object, "/status/readyReplicas")),
            AGE,
            with("Containers", cells::containers).wide(),
            with("Images", cells::images).wide(),
            with("Selector", cells::selector).wide(),
        ],
        default: defaults::replica_set,
        validate: validation::replica_set,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "apps",
        kind: "StatefulSet",
        plural: "statefulsets",
        short: &["sts"],
        categories: &["all"],
        subresources: &[Status, Scale],
        generation: true,
        columns: &[
            NAME,
            with("Ready", |object| cells::ratio(object, "/status/readyReplicas", "/spec/replicas")),
            AGE,
            with("Containers", cells::containers).wide(),
            with("Images", cells::images).wide(),
        ],
        default: defaults::stateful_set,
        validate: validation::stateful_set,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "apps",
        kind: "DaemonSet",
        plural: "daemonsets",
        short: &["ds"],
        categories: &["all"],
        subresources: &[Status],
        generation: true,
        columns: &[
            NAME,
            with("Desired", |object| cells::or_zero(object, "/status/desiredNumberScheduled")),
            with("Current", |object| cells::or_zero(object, "/status/currentNumberScheduled")),
            with("Ready", |object| cells::or_zero(object, "/status/numberReady")),
            with("Up-to-date", |object| cells::or_zero(object, "/status/updatedNumberScheduled")),
            with("Available", |object| cells::or_zero(object, "/status/numberAvailable")),
            with("Node Selector", cells::node_selector),
            AGE,
            with("Containers", cells::containers).wide(),
            with("Images", cells::images).wide(),
            with("Selector", cells::selector).wide(),
        ],
        default: defaults::daemon_set,
        validate: validation::daemon_set,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "apps",
        kind: "ControllerRevision",
        plural: "controllerrevisions",
        columns: &[NAME, with("Controller", cells::controller), number("Revision", "/revision"), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "batch",
        kind: "Job",
        plural: "jobs",
        categories: &["all"],
        subresources: &[Status],
        generation: true,
        selectable: &["status.successful"],
        columns: &[
            NAME,
            with("Status", cells::job_status),
            with("Completions", cells::job_completions),
            with("Duration", cells::job_duration),
            AGE,
            with("Containers", cells::containers).wide(),
            with("Images", cells::images).wide(),
            with("Selector", cells::selector).wide(),
        ],
        default: defaults::job,
        validate: validation::job,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "batch",
        kind: "CronJob",
        plural: "cronjobs",
        short: &["cj"],
        categories: &["all"],
        subresources: &[Status],
        generation: true,
        columns: &[
            NAME,
            at("Schedule", "/spec/schedule"),
            with("Timezone", |object| cells::or_none(object, "/spec/timeZone")),
            with("Suspend", |object| cells::boolean(object, "/spec/suspend")),
            with("Active", |object| cells::count(object, "/status/active")),
            with("Last Schedule", |object| cells::since_or_none(object, "/status/lastScheduleTime")),
            AGE,
            with("Containers", |c| {
                cells::container_names(&c["spec"]["jobTemplate"]["spec"]["template"]["spec"])
            })
            .wide(),
            with("Images", |c| {
                cells::container_images(&c["spec"]["jobTemplate"]["spec"]["template"]["spec"])
            })
            .wide(),
            with("Selector", |_| "<none>".into()).wide(),
        ],
        default: defaults::cron_job,
        validate: validation::cron_job,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "autoscaling",
        versions: &["v2", "v1"],
        kind: "HorizontalPodAutoscaler",
        plural: "horizontalpodautoscalers",
        short: &["hpa"],
        categories: &["all"],
        subresources: &[Status],
        columns: &[
            NAME,
            with("Reference", cells::scale_target),
            with("Targets", cells::autoscaler_targets),
            with("MinPods", |object| cells::or_unset(object, "/spec/minReplicas")),
            number("MaxPods", "/spec/maxReplicas"),
            with("Replicas", |object| cells::or_zero(object, "/status/currentReplicas")),
            AGE,
        ],
        default: defaults::autoscaler,
        validate: validation::autoscaler,
        convert: Some(convert::autoscaler),
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "policy",
        kind: "PodDisruptionBudget",
        plural: "poddisruptionbudgets",
        short: &["pdb"],
        subresources: &[Status],
        generation: true,
        columns: &[
            NAME,
            with("Min Available", |object| cells::or_not_applicable(object, "/spec/minAvailable")),
            with("Max Unavailable", |object| cells::or_not_applicable(object, "/spec/maxUnavailable")),
            with("Allowed Disruptions", |object| cells::or_zero(object, "/status/disruptionsAllowed")),
            AGE,
        ],
        validate: validation::disruption_budget,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "scheduling.k8s.io",
        kind: "PriorityClass",
        plural: "priorityclasses",
        short: &["pc"],
        namespaced: false,
        generation: true,
        columns: &[
            NAME,
            number("Value", "/value"),
            with("Global-Default", |object| cells::boolean(object, "/globalDefault")),
            AGE,
            at("PreemptionPolicy", "/preemptionPolicy"),
        ],
        default: defaults::priority_class,
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "coordination.k8s.io",
        kind: "Lease",
        plural: "leases",
        columns: &[NAME, at("Holder", "/spec/holderIdentity"), AGE],
        ..BuiltIn::PLAIN
    },
    BuiltIn {
        group: "node.k8s.io",
        kind: "RuntimeClass",
        plural: "runtimeclasses",
        namespaced: false,
        columns: &[NAME, at("Handler", "/handler"), since("Age", "/metadata/creationTimestamp")],
        ..BuiltIn::PLAIN
    },
];
