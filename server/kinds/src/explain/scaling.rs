//! Why an autoscaler does not scale and a budget blocks.

use super::{Finding, Related, pods, quoted};
use crate::Object;
use crate::builtin::quota_limits;
use model::Level;

pub(crate) fn autoscaler(autoscaler: &Object<'_>, _: &Related<'_>) -> Vec<Finding> {
    let is = |kind: &str, state: &str| {
        autoscaler.condition(kind).filter(|condition| condition.text_at("/status") == state)
    };
    if let Some(unable) = is("AbleToScale", "False") {
        let missing = unable.text_at("/reason") == "FailedGetScale";
        return vec![Finding::new(
            Level::Failed,
            if missing { "What it should scale does not exist" } else { "It cannot scale its target" },
            format!("The controller says: {}.", quoted(unable.text_at("/message"))),
            "Check the target's kind and name.",
        )];
    }
    if let Some(inactive) = is("ScalingActive", "False") {
        return vec![unread(inactive)];
    }
    let limited =
        is("ScalingLimited", "True").filter(|limited| limited.text_at("/reason") == "TooManyReplicas");
    limited
        .map(|_| {
            Finding::new(
                Level::Warning,
                "It has reached its maximum and would like more",
                format!(
                    "It may use {} replicas.",
                    autoscaler.number_at("/spec/maxReplicas").unwrap_or_default()
                ),
                "Raise the maximum if the cluster has room, or find out where the load comes from.",
            )
        })
        .into_iter()
        .collect()
}

fn unread(inactive: &Object<'_>) -> Finding {
    let message = inactive.text_at("/message");
    let said = format!("The controller says: {}.", quoted(message));
    match inactive.text_at("/reason") {
        "ScalingDisabled" => Finding::new(
            Level::Inactive,
            "It rests because its target is scaled to zero",
            said,
            "Scale the target to at least one.",
        ),
        _ if message.contains("missing request") => Finding::new(
            Level::Failed,
            "Its pods have no requests, so a share of them means nothing",
            said,
            "Give every container of the target a request for this resource.",
        ),
        _ if message.contains("metrics.k8s.io") || message.contains("metrics API") => Finding::new(
            Level::Failed,
            "It cannot read its metrics because the metrics API does not answer",
            said,
            "Look at the API services of the group metrics.k8s.io: the metrics server may be missing or down.",
        ),
        _ => Finding::new(
            Level::Failed,
            "It cannot read its metrics",
            said,
            "Check the metric's name and selector, and the adapter that serves it.",
        ),
    }
}

pub(crate) fn budget(budget: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let number = |path| budget.number_at(path).unwrap_or_default();
    let (healthy, desired, expected) =
        (number("/status/currentHealthy"), number("/status/desiredHealthy"), number("/status/expectedPods"));
    if number("/status/disruptionsAllowed") > 0 {
        return Vec::new();
    }
    if expected == 0 {
        return vec![Finding::new(
            Level::Inactive,
            "It guards no pod",
            "Its selector matches no pod of this namespace.",
            "Correct the selector, or delete the budget.",
        )];
    }
    let arithmetic = format!("Of {expected} pods {healthy} are healthy, and {desired} must stay so.");
    if healthy >= desired {
        return vec![Finding::new(
            Level::Warning,
            "It never lets a pod be evicted",
            format!("{arithmetic} Draining a node with one of these pods waits for ever."),
            "Allow at least one pod to be unavailable, or run one pod more.",
        )];
    }
    let mut findings = pods::of_all(related);
    findings.push(Finding::new(
        Level::Warning,
        "It blocks evictions until more pods are healthy",
        arithmetic,
        "Find out why the other pods are not healthy.",
    ));
    findings
}

/// Quotas that are used up.
pub(crate) fn quota(quota: &Object<'_>, _: &Related<'_>) -> Vec<Finding> {
    let full = quota_limits(quota);
    let full = full.iter().filter(|limit| limit.share >= 1.0 && limit.hard != "0");
    full.map(|limit| {
        Finding::new(
            Level::Warning,
            format!("{} is used up", limit.resource),
            format!("{} of {} are used; whatever needs more is refused.", limit.used, limit.hard),
            "Raise the limit, or scale something in this namespace down.",
        )
    })
    .collect()
}
