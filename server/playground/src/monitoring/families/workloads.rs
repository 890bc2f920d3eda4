//! Workloads, as kube-state-metrics tells of them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use super::kubelet::number;
use super::state::{Show, State, label_name};
use super::{Ask, Family};
use crate::monitoring::series::Rows;
use crate::objects::{array, condition, flag, name, namespace, text, texts, time_at};

const DEPLOYMENTS: (&str, &str) = ("deployments.apps", "deployment");
const STATEFUL_SETS: (&str, &str) = ("statefulsets.apps", "statefulset");
const DAEMON_SETS: (&str, &str) = ("daemonsets.apps", "daemonset");
const REPLICA_SETS: (&str, &str) = ("replicasets.apps", "replicaset");
const AUTOSCALERS: (&str, &str) = ("horizontalpodautoscalers.autoscaling", "horizontalpodautoscaler");

/// A number of replicas at a JSON pointer.
macro_rules! replicas {
    ($metric:literal, $kind:expr, $help:literal, $pointer:literal) => {
        Family::gauge($metric, $help, |ask, rows| {
            each(ask, rows, $kind, |object, add| add(&[], number(object, $pointer).into()));
        })
    };
}

/// A number of replicas that was as wished before something went wrong.
macro_rules! healthy_replicas {
    ($metric:literal, $kind:expr, $help:literal, $pointer:literal, $wished:literal) => {
        Family::gauge($metric, $help, |ask, rows| {
            each(ask, rows, $kind, |object, add| add(&[], changed(object, $pointer, $wished)));
        })
    };
}

/// One series per object with its labels.
macro_rules! labels {
    ($metric:literal, $kind:expr) => {
        Family::gauge($metric, "Kubernetes labels converted to Prometheus labels.", |ask, rows| {
            each(ask, rows, $kind, |object, add| {
                let named: Vec<(String, &str)> = texts(object, "/metadata/labels")
                    .map(|(name, value)| (label_name(name), value))
                    .collect();
                let labels: Vec<(&str, &str)> =
                    named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
                add(&labels, 1.0.into());
            });
        })
    };
}

/// When an object was made.
macro_rules! created {
    ($metric:literal, $kind:expr) => {
        Family::gauge($metric, "Unix creation timestamp.", |ask, rows| {
            each(ask, rows, $kind, |object, add| {
                add(&[], seconds(object, "/metadata/creationTimestamp").into())
            });
        })
    };
}

pub mod jobs;

pub static FAMILIES: &[Family] = &[
    created!("kube_deployment_created", DEPLOYMENTS),
    labels!("kube_deployment_labels", DEPLOYMENTS),
    replicas!(
        "kube_deployment_metadata_generation",
        DEPLOYMENTS,
        "Sequence number representing a specific generation of the desired state.",
        "/metadata/generation"
    ),
    replicas!(
        "kube_deployment_status_observed_generation",
        DEPLOYMENTS,
        "The generation observed by the deployment controller.",
        "/status/observedGeneration"
    ),
    replicas!(
        "kube_deployment_spec_replicas",
        DEPLOYMENTS,
        "Number of desired pods for a deployment.",
        "/spec/replicas"
    ),
    replicas!(
        "kube_deployment_status_replicas",
        DEPLOYMENTS,
        "The number of replicas per deployment.",
        "/status/replicas"
    ),
    replicas!(
        "kube_deployment_status_replicas_updated",
        DEPLOYMENTS,
        "The number of updated replicas per deployment.",
        "/status/updatedReplicas"
    ),
    healthy_replicas!(
        "kube_deployment_status_replicas_ready",
        DEPLOYMENTS,
        "The number of ready replicas per deployment.",
        "/status/readyReplicas",
        "/spec/replicas"
    ),
    healthy_replicas!(
        "kube_deployment_status_replicas_available",
        DEPLOYMENTS,
        "The number of available replicas per deployment.",
        "/status/availableReplicas",
        "/spec/replicas"
    ),
    Family::gauge(
        "kube_deployment_status_replicas_unavailable",
        "The number of unavailable replicas per deployment.",
        |ask, rows| {
            each(ask, rows, DEPLOYMENTS, |object, add| {
                add(&[], Show::since(trouble(object), 0.0, number(object, "/status/unavailableReplicas")));
            });
        },
    ),
    Family::gauge("kube_deployment_spec_paused", "Whether the deployment is paused.", |ask, rows| {
        each(ask, rows, DEPLOYMENTS, |object, add| add(&[], flag(object, "/spec/paused").into()));
    }),
    Family::gauge(
        "kube_deployment_status_condition",
        "The current status conditions of a deployment.",
        conditions,
    ),
    created!("kube_statefulset_created", STATEFUL_SETS),
    labels!("kube_statefulset_labels", STATEFUL_SETS),
    replicas!(
        "kube_statefulset_metadata_generation",
        STATEFUL_SETS,
        "Sequence number representing a specific generation of the desired state.",
        "/metadata/generation"
    ),
    replicas!(
        "kube_statefulset_status_observed_generation",
        STATEFUL_SETS,
        "The generation observed by the controller.",
        "/status/observedGeneration"
    ),
    replicas!(
        "kube_statefulset_replicas",
        STATEFUL_SETS,
        "Number of desired pods for a StatefulSet.",
        "/spec/replicas"
    ),
    replicas!(
        "kube_statefulset_status_replicas",
        STATEFUL_SETS,
        "The number of replicas per StatefulSet.",
        "/status/replicas"
    ),
    replicas!(
        "kube_statefulset_status_replicas_current",
        STATEFUL_SETS,
        "The number of current replicas per StatefulSet.",
        "/status/currentReplicas"
    ),
    replicas!(
        "kube_statefulset_status_replicas_updated",
        STATEFUL_SETS,
        "The number of updated replicas per StatefulSet.",
        "/status/updatedReplicas"
    ),
    healthy_replicas!(
        "kube_statefulset_status_replicas_ready",
        STATEFUL_SETS,
        "The number of ready replicas per StatefulSet.",
        "/status/readyReplicas",
        "/spec/replicas"
    ),
    healthy_replicas!(
        "kube_statefulset_status_replicas_available",
        STATEFUL_SETS,
        "The number of available replicas per StatefulSet.",
        "/status/availableReplicas",
        "/spec/replicas"
    ),
    created!("kube_daemonset_created", DAEMON_SETS),
    labels!("kube_daemonset_labels", DAEMON_SETS),
    replicas!(
        "kube_daemonset_metadata_generation",
        DAEMON_SETS,
        "Sequence number representing a specific generation of the desired state.",
        "/metadata/generation"
    ),
    replicas!(
        "kube_daemonset_status_desired_number_scheduled",
        DAEMON_SETS,
        "The number of nodes that should be running the daemon pod.",
        "/status/desiredNumberScheduled"
    ),
    replicas!(
        "kube_daemonset_status_current_number_scheduled",
        DAEMON_SETS,
        "The number of nodes running at least one daemon pod and are supposed to.",
        "/status/currentNumberScheduled"
    ),
    replicas!(
        "kube_daemonset_status_updated_number_scheduled",
        DAEMON_SETS,
        "The total number of nodes that are running updated daemon pod.",
        "/status/updatedNumberScheduled"
    ),
    replicas!(
        "kube_daemonset_status_number_misscheduled",
        DAEMON_SETS,
        "The number of nodes running a daemon pod but are not supposed to.",
        "/status/numberMisscheduled"
    ),
    healthy_replicas!(
        "kube_daemonset_status_number_ready",
        DAEMON_SETS,
        "The number of nodes that should be running the daemon pod and have it ready.",
        "/status/numberReady",
        "/status/desiredNumberScheduled"
    ),
    healthy_replicas!(
        "kube_daemonset_status_number_available",
        DAEMON_SETS,
        "The number of nodes that should be running the daemon pod and have it available.",
        "/status/numberAvailable",
        "/status/desiredNumberScheduled"
    ),
    replicas!(
        "kube_daemonset_status_number_unavailable",
        DAEMON_SETS,
        "The number of nodes that should be running the daemon pod and have none available.",
        "/status/numberUnavailable"
    ),
    labels!("kube_replicaset_labels", REPLICA_SETS),
    replicas!(
        "kube_replicaset_spec_replicas",
        REPLICA_SETS,
        "Number of desired pods for a ReplicaSet.",
        "/spec/replicas"
    ),
    replicas!(
        "kube_replicaset_status_ready_replicas",
        REPLICA_SETS,
        "The number of ready replicas per ReplicaSet.",
        "/status/readyReplicas"
    ),
    Family::gauge("kube_replicaset_owner", "Information about the ReplicaSet's owner.", |ask, rows| {
        each(ask, rows, REPLICA_SETS, owner);
        earlier_sets(ask, rows);
    }),
    labels!("kube_horizontalpodautoscaler_labels", AUTOSCALERS),
    replicas!(
        "kube_horizontalpodautoscaler_spec_min_replicas",
        AUTOSCALERS,
        "Lower limit for the number of pods that can be set by the autoscaler, default 1.",
        "/spec/minReplicas"
    ),
    replicas!(
        "kube_horizontalpodautoscaler_spec_max_replicas",
        AUTOSCALERS,
        "Upper limit for the number of pods that can be set by the autoscaler.",
        "/spec/maxReplicas"
    ),
    replicas!(
        "kube_horizontalpodautoscaler_status_current_replicas",
        AUTOSCALERS,
        "Current number of replicas of pods managed by this autoscaler.",
        "/status/currentReplicas"
    ),
    replicas!(
        "kube_horizontalpodautoscaler_status_desired_replicas",
        AUTOSCALERS,
        "Desired number of replicas of pods managed by this autoscaler.",
        "/status/desiredReplicas"
    ),
];

type Add<'a> = dyn FnMut(&[(&str, &str)], Show) + 'a;

/// A workload was there before the world began to run, as far as metrics tell; jobs come and go.
fn each(ask: &Ask, rows: &mut Rows, (kind, label): (&str, &str), tell: impl Fn(&Value, &mut Add)) {
    let objects = ask.inventory.objects(kind, rows);
    let mut state = State::new(ask, rows);
    for object in objects {
        let born = if label == "job_name" || label == "replicaset" {
            (seconds(&object, "/metadata/creationTimestamp") * 1000.0) as i64
        } else {
            i64::MIN
        };
        let names = [("namespace", namespace(&object)), (label, name(&object))];
        let mut add = |labels: &[(&str, &str)], show: Show| {
            let labels: Vec<(&str, &str)> = names.iter().chain(labels).copied().collect();
            state.add(&labels, show, move |at| at >= born);
        };
        tell(&object, &mut add);
    }
}

/// A number that was as wished until something went wrong.
fn changed(object: &Value, pointer: &str, wished: &str) -> Show {
    let (actual, wished) = (number(object, pointer), number(object, wished));
    if actual >= wished { actual.into() } else { Show::since(trouble(object), wished, actual) }
}

/// Since when a workload is not as wished: since its last change of mind, or since it was made.
fn trouble(object: &Value) -> i64 {
    let changed =
        condition(object, "Available").and_then(|available| time_at(available, "/lastTransitionTime"));
    let made = time_at(object, "/metadata/creationTimestamp");
    changed.or(made).map_or(i64::MIN, Timestamp::as_millisecond)
}

fn conditions(ask: &Ask, rows: &mut Rows) {
    each(ask, rows, DEPLOYMENTS, |object, add| {
        for known in array(object, "/status/conditions") {
            let actual = text(known, "/status").to_lowercase();
            for status in ["true", "false", "unknown"] {
                add(&[("condition", text(known, "/type")), ("status", status)], (actual == status).into());
            }
        }
    });
}

fn owner(object: &Value, add: &mut Add) {
    if let Some(owner) = crate::objects::controller_of(object) {
        let labels = [
            ("owner_kind", text(owner, "/kind")),
            ("owner_name", text(owner, "/name")),
            ("owner_is_controller", "true"),
        ];
        add(&labels, 1.0.into());
    }
}

/// The sets of the pods that were there before the ones of now.
fn earlier_sets(ask: &Ask, rows: &mut Rows) {
    let pods = ask.inventory.pods(rows).during(rows, ask.from, ask.to);
    let mut seen = BTreeSet::new();
    let mut state = State::new(ask, rows);
    for pod in pods.into_iter().filter(|pod| pod.gone.is_some() && pod.owner_kind == "ReplicaSet") {
        if !seen.insert((pod.namespace.clone(), pod.owner_name.clone())) {
            continue;
        }
        let labels = [
            ("namespace", pod.namespace.as_str()),
            ("replicaset", &pod.owner_name),
            ("owner_kind", "Deployment"),
            ("owner_name", &pod.workload),
            ("owner_is_controller", "true"),
        ];
        let of = pod.clone();
        state.add(&labels, 1.0, move |at| of.exists(at));
    }
}

/// A time at a JSON pointer, in seconds since 1970.
fn seconds(object: &Value, pointer: &str) -> f64 {
    time_at(object, pointer).map_or(0.0, |time| time.as_second() as f64)
}
