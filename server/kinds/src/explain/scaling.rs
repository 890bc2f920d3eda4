//! Why an autoscaler does not scale and a budget blocks.

use super::{Finding, Related, pods, quoted};
use crate::Object;
use crate::builtin::quota_limits;
use crate::said::{Said, say};
use model::Level;

pub(crate) fn autoscaler(autoscaler: &Object<'_>, _: &Related<'_>) -> Vec<Finding> {
    let is = |kind: &str, state: &str| {
        autoscaler.condition(kind).filter(|condition| condition.text_at("/status") == state)
    };
    if let Some(unable) = is("AbleToScale", "False") {
        let missing = unable.text_at("/reason") == "FailedGetScale";
        return vec![Finding::new(
            Level::Failed,
            if missing {
                say("finding.scaling.no-target.title")
            } else {
                say("finding.scaling.unable.title")
            },
            say("finding.controller-says").with("said", quoted(unable.text_at("/message"))),
            say("finding.scaling.unable.next"),
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
                say("finding.scaling.maximum.title"),
                say("finding.scaling.maximum.detail")
                    .with("replicas", autoscaler.number_at("/spec/maxReplicas").unwrap_or_default()),
                say("finding.scaling.maximum.next"),
            )
        })
        .into_iter()
        .collect()
}

fn unread(inactive: &Object<'_>) -> Finding {
    let message = inactive.text_at("/message");
    let said = say("finding.controller-says").with("said", quoted(message));
    match inactive.text_at("/reason") {
        "ScalingDisabled" => Finding::new(
            Level::Inactive,
            say("finding.scaling.zero.title"),
            said,
            say("finding.scaling.zero.next"),
        ),
        "AmbiguousSelector" => Finding::new(
            Level::Failed,
            say("finding.scaling.ambiguous.title"),
            said,
            say("finding.scaling.ambiguous.next"),
        ),
        _ if message.contains("missing request") => Finding::new(
            Level::Failed,
            say("finding.scaling.no-requests.title"),
            said,
            say("finding.scaling.no-requests.next"),
        ),
        _ if is_of_adapter(message) => Finding::new(
            Level::Failed,
            say("finding.scaling.metrics.title"),
            said,
            say("finding.scaling.metrics.next"),
        ),
        _ if message.contains("no metrics returned") || message.contains("did not receive metrics") => {
            Finding::new(
                Level::Warning,
                say("finding.scaling.unmeasured.title"),
                said,
                say("finding.scaling.unmeasured.next"),
            )
        }
        _ if message.contains("metrics.k8s.io") || message.contains("metrics API") => Finding::new(
            Level::Failed,
            say("finding.scaling.metrics-api.title"),
            said,
            say("finding.scaling.metrics-api.next"),
        ),
        _ => Finding::new(
            Level::Failed,
            say("finding.scaling.metrics.title"),
            said,
            say("finding.scaling.metrics.next"),
        ),
    }
}

/// Whether a message is about metrics that an adapter serves, and not about those of CPU and memory.
fn is_of_adapter(message: &str) -> bool {
    ["custom", "external"].iter().any(|api| {
        message.contains(&format!("{api}.metrics.k8s.io")) || message.contains(&format!("{api} metrics API"))
    })
}

pub(crate) fn budget(budget: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let allowed = budget.condition("DisruptionAllowed");
    if let Some(failed) = allowed.filter(|allowed| allowed.text_at("/reason") == "SyncFailed") {
        return vec![Finding::new(
            Level::Failed,
            say("finding.budget.uncounted.title"),
            say("finding.controller-says").with("said", quoted(failed.text_at("/message"))),
            say("finding.budget.uncounted.next"),
        )];
    }
    let number = |path| budget.number_at(path).unwrap_or_default();
    let (healthy, desired, expected) =
        (number("/status/currentHealthy"), number("/status/desiredHealthy"), number("/status/expectedPods"));
    if number("/status/disruptionsAllowed") > 0 {
        return Vec::new();
    }
    if expected == 0 {
        return vec![Finding::new(
            Level::Inactive,
            say("finding.budget.no-pod.title"),
            say("finding.budget.no-pod.detail"),
            say("finding.budget.no-pod.next"),
        )];
    }
    let arithmetic = say("finding.budget.arithmetic")
        .with("expected", expected)
        .with("healthy", healthy)
        .with("desired", desired);
    let arithmetic = Said::from(arithmetic);
    if healthy >= desired {
        return vec![Finding::new(
            Level::Warning,
            say("finding.budget.never.title"),
            arithmetic.and(say("finding.budget.never.detail")),
            say("finding.budget.never.next"),
        )];
    }
    let mut findings = pods::of_all(related);
    findings.push(Finding::new(
        Level::Warning,
        say("finding.budget.unhealthy.title"),
        arithmetic,
        say("finding.budget.unhealthy.next"),
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
            say("finding.quota.title").with("resource", limit.resource),
            say("finding.quota.detail").with("used", limit.used).with("hard", limit.hard),
            say("finding.quota.next"),
        )
    })
    .collect()
}
