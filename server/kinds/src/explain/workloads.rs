//! Why a kind that makes pods is unwell.

use super::{Finding, Related, pods, quoted, schedules};
use crate::said::{Said, Text, say};
use crate::{Object, Selector, SelectorForm};
use model::Level;

/// Kinds that keep pods running.
pub(crate) fn findings(object: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings = pods::of_all(related);
    findings.extend(refused(object, related));
    findings.extend(selector_mismatch(object));
    findings.extend(deadline(object));
    findings.extend(paused(object));
    findings
}

/// Why pods are not even made.
fn refused(object: &Object<'_>, related: &Related<'_>) -> Option<Finding> {
    let condition =
        object.condition("ReplicaFailure").filter(|condition| condition.text_at("/status") == "True");
    let makers = [object].into_iter().chain(related.of("replicasets")).chain(related.of("jobs"));
    let event = makers.filter_map(|maker| related.event(maker, &["FailedCreate"], "")).next();
    let behind = event.filter(|_| condition.is_some() || is_short(object));
    let message = condition.map(|condition| condition.text_at("/message"));
    let message = message.or(behind.map(|event| event.text_at("/message")))?;
    Some(refusal(message))
}

/// Whether fewer pods exist than are wanted: only then do old events tell of the present.
fn is_short(object: &Object<'_>) -> bool {
    let number = |path| object.number_at(path).unwrap_or_default();
    let wanted = match object.text_at("/kind") {
        "DaemonSet" => number("/status/desiredNumberScheduled") - number("/status/currentNumberScheduled"),
        "Job" => 1 - number("/status/active") - number("/status/succeeded"),
        _ => object.number_at("/spec/replicas").unwrap_or(1) - number("/status/replicas"),
    };
    wanted > 0
}

/// What the API server's refusal to make a pod means.
fn refusal(message: &str) -> Finding {
    let said = Said::from(say("finding.api-server-says").with("said", quoted(message)));
    let new =
        |title: Text, detail: Said, next_step: Text| Finding::new(Level::Failed, title, detail, next_step);
    if let Some(quota) = Quota::read(message) {
        return new(
            say("finding.refused.quota.title").with("quota", quota.name),
            quota.retell(),
            say("finding.refused.quota.next"),
        );
    }
    if let Some((_, rest)) = message.split_once("ValidatingAdmissionPolicy '") {
        let policy = rest.split('\'').next().unwrap_or_default();
        return new(
            say("finding.refused.policy.title").with("policy", policy),
            said,
            say("finding.refused.policy.next"),
        );
    }
    if message.contains("failed quota") || message.contains("must specify") {
        return new(say("finding.refused.no-requests.title"), said, say("finding.refused.no-requests.next"));
    }
    if let Some((_, rest)) = message.split_once("admission webhook \"") {
        let webhook = rest.split('"').next().unwrap_or_default();
        return new(
            say("finding.refused.webhook.title").with("webhook", webhook),
            said,
            say("finding.refused.webhook.next"),
        );
    }
    if message.contains("failed calling webhook") {
        return new(
            say("finding.refused.silent-webhook.title"),
            said,
            say("finding.refused.silent-webhook.next"),
        );
    }
    if message.contains("violates PodSecurity") {
        return new(say("finding.refused.security.title"), said, say("finding.refused.security.next"));
    }
    if message.contains("serviceaccount") && message.contains("not found") {
        return new(say("finding.refused.account.title"), said, say("finding.refused.account.next"));
    }
    if message.contains("no PriorityClass with name") {
        return new(say("finding.refused.priority.title"), said, say("finding.refused.priority.next"));
    }
    if message.contains("RuntimeClass") && message.contains("not found") {
        return new(say("finding.refused.runtime.title"), said, say("finding.refused.runtime.next"));
    }
    if message.contains("maximum") || message.contains("minimum") {
        return new(say("finding.refused.limits.title"), said, say("finding.refused.limits.next"));
    }
    new(say("finding.refused.title"), said, say("finding.refused.next"))
}

/// `exceeded quota: team, requested: requests.memory=2Gi, used: requests.memory=7Gi, limited: requests.memory=8Gi`.
struct Quota<'m> {
    name: &'m str,
    requested: &'m str,
    used: &'m str,
    limited: &'m str,
}

impl<'m> Quota<'m> {
    fn read(message: &'m str) -> Option<Self> {
        let (_, rest) = message.split_once("exceeded quota: ")?;
        let (name, rest) = rest.split_once(", requested: ")?;
        let (requested, rest) = rest.split_once(", used: ")?;
        let (used, limited) = rest.split_once(", limited: ")?;
        Some(Self { name, requested, used, limited: limited.trim_end_matches('.') })
    }

    fn retell(&self) -> Said {
        let find = |list: &str, resource: &str| {
            let pair = list.split(',').find_map(|pair| pair.strip_prefix(resource)?.strip_prefix('='));
            pair.unwrap_or("?").to_owned()
        };
        let parts: Vec<Said> = self
            .requested
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(resource, amount)| {
                let (used, limited) = (find(self.used, resource), find(self.limited, resource));
                say("finding.refused.quota.part")
                    .with("resource", resource)
                    .with("amount", amount)
                    .with("used", used)
                    .with("limited", limited)
                    .into()
            })
            .collect();
        say("finding.refused.quota.detail").with("parts", Said::Listed(parts)).into()
    }
}

fn selector_mismatch(object: &Object<'_>) -> Option<Finding> {
    let form = match object.text_at("/kind") {
        "ReplicationController" => SelectorForm::Labels,
        _ => SelectorForm::Expressions,
    };
    let selector = Selector::read(object.at("/spec/selector")?, form)?;
    let template = object.at("/spec/template")?;
    (!selector.picks(template)).then(|| {
        Finding::new(
            Level::Failed,
            say("finding.selector.title"),
            say("finding.selector.detail").with("selector", selector.to_query()),
            say("finding.selector.next"),
        )
    })
}

fn deadline(object: &Object<'_>) -> Option<Finding> {
    let condition = object.condition("Progressing")?;
    if condition.text_at("/reason") != "ProgressDeadlineExceeded" {
        return None;
    }
    let seconds = object.number_at("/spec/progressDeadlineSeconds").unwrap_or(600);
    let updated = object.number_at("/status/updatedReplicas").unwrap_or_default();
    let wanted = object.number_at("/spec/replicas").unwrap_or(1);
    Some(Finding::new(
        Level::Failed,
        say("finding.rollout.stuck.title"),
        say("finding.rollout.stuck.detail")
            .with("seconds", seconds)
            .with("updated", updated)
            .with("wanted", wanted),
        say("finding.rollout.stuck.next"),
    ))
}

fn paused(object: &Object<'_>) -> Option<Finding> {
    if !object.is_true("/spec/paused") {
        return None;
    }
    let updated = object.number_at("/status/updatedReplicas").unwrap_or_default();
    let wanted = object.number_at("/spec/replicas").unwrap_or(1);
    (updated < wanted).then(|| {
        Finding::new(
            Level::Warning,
            say("finding.rollout.paused.title"),
            say("finding.rollout.paused.detail").with("updated", updated).with("wanted", wanted),
            say("finding.rollout.paused.next"),
        )
    })
}

/// Jobs.
pub(crate) fn job(object: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings = pods::of_all(related);
    findings.extend(refused(object, related));
    let failed = object.number_at("/status/failed").unwrap_or_default();
    let condition = object.condition("Failed").filter(|condition| condition.text_at("/status") == "True");
    match condition.map(|condition| condition.text_at("/reason")) {
        Some("BackoffLimitExceeded") => {
            let limit = object.number_at("/spec/backoffLimit").unwrap_or(6);
            findings.push(Finding::new(
                Level::Failed,
                say("finding.job.gave-up.title"),
                say("finding.job.gave-up.detail")
                    .with("pods", say("finding.pods").with("count", failed))
                    .with("times", say("finding.times").with("count", limit)),
                say("finding.job.gave-up.next"),
            ));
        }
        Some("DeadlineExceeded") => findings.push(Finding::new(
            Level::Failed,
            say("finding.job.deadline.title"),
            say("finding.job.deadline.detail")
                .with("seconds", object.number_at("/spec/activeDeadlineSeconds").unwrap_or_default()),
            say("finding.job.deadline.next"),
        )),
        Some("PodFailurePolicy") => {
            let said = condition.map_or("", |condition| condition.text_at("/message"));
            findings.push(Finding::new(
                Level::Failed,
                say("finding.job.policy.title"),
                say("finding.controller-says").with("said", quoted(said)),
                say("finding.job.policy.next"),
            ));
        }
        Some("FailedIndexes" | "MaxFailedIndexesExceeded") => findings.push(Finding::new(
            Level::Failed,
            say("finding.job.indexes.title"),
            say("finding.job.indexes.detail").with("indexes", object.text_at("/status/failedIndexes")),
            say("finding.job.gave-up.next"),
        )),
        _ => {}
    }
    findings
}

/// Cron jobs: what keeps them from running, and what ails their newest job.
pub(crate) fn cron_job(cron_job: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = schedules::finding(cron_job, related).into_iter().collect();
    findings.extend(newest_run(related));
    findings
}

fn newest_run(related: &Related<'_>) -> Vec<Finding> {
    let Some(newest) = related.of("jobs").max_by_key(|job| job.text_at("/metadata/creationTimestamp")) else {
        return Vec::new();
    };
    let of_newest = Related {
        objects: related
            .objects
            .iter()
            .copied()
            .filter(|(_, object)| {
                object
                    .items_at("/metadata/ownerReferences")
                    .iter()
                    .any(|owner| owner.text_at("/uid") == newest.uid())
            })
            .collect(),
        ..related.clone()
    };
    let mut findings = job(newest, &of_newest);
    for finding in findings.iter_mut().filter(|finding| finding.at.is_none()) {
        *finding = finding.clone().at("jobs", newest);
    }
    findings
}
