//! Why a kind that makes pods is unwell.

use super::{Finding, Related, pods, quoted};
use crate::builtin::{counted, sentence};
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
    let said = format!("The API server says: {}.", quoted(message));
    let new =
        |title: &str, detail: String, next_step: &str| Finding::new(Level::Failed, title, detail, next_step);
    if let Some(quota) = Quota::read(message) {
        return new(
            &format!("The quota {} is used up", quota.name),
            quota.retell(),
            "Raise the quota, lower the pod's requests, or scale something else in this namespace down.",
        );
    }
    if message.contains("failed quota") || message.contains("must specify") {
        return new(
            "A quota wants requests and limits that the pod does not have",
            said,
            "Give every container the requests and limits the message names, or define defaults with a limit range.",
        );
    }
    if let Some((_, rest)) = message.split_once("admission webhook \"") {
        let webhook = rest.split('"').next().unwrap_or_default();
        return new(
            &format!("The webhook {webhook} refuses the pods"),
            said,
            "Change the pod template as the message says, or ask whoever runs the webhook.",
        );
    }
    if message.contains("failed calling webhook") {
        return new(
            "A webhook that must be asked does not answer",
            said,
            "Look at the service behind the webhook; until it answers, nothing it guards can be made.",
        );
    }
    if message.contains("violates PodSecurity") {
        return new(
            "The namespace's pod security level forbids the pods",
            said,
            "Change the security settings the message names, or the namespace's level.",
        );
    }
    if message.contains("serviceaccount") && message.contains("not found") {
        return new(
            "The pods' service account does not exist",
            said,
            "Create the service account, or name another one in the pod template.",
        );
    }
    if message.contains("maximum") || message.contains("minimum") {
        return new(
            "A limit range forbids the pods",
            said,
            "Change the containers' requests and limits to what the limit range allows.",
        );
    }
    new("The API server refuses to make its pods", said, "Change the pod template as the message says.")
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

    fn retell(&self) -> String {
        let find = |list: &str, resource: &str| {
            let pair = list.split(',').find_map(|pair| pair.strip_prefix(resource)?.strip_prefix('='));
            pair.unwrap_or("?").to_owned()
        };
        let texts: Vec<String> = self
            .requested
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(resource, amount)| {
                let (used, limited) = (find(self.used, resource), find(self.limited, resource));
                format!("{resource}: one more pod needs {amount}, {used} of {limited} are used")
            })
            .collect();
        sentence(&texts.join("; "))
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
            "Its selector does not pick its own pods",
            format!("The selector is {}; the pod template has other labels.", selector.to_query()),
            "Make the labels of the pod template fit the selector.",
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
        "The rollout is stuck",
        format!(
            "For {seconds} s no pod of the new version became available; {updated} of {wanted} are of the new version. Pods of the version before keep running."
        ),
        "Find out why the new pods do not become available, or roll back to the revision before.",
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
            "Its rollout is paused halfway",
            format!("{updated} of {wanted} pods are of the new version."),
            "Resume the rollout when the new version may go on.",
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
                "The job gave up",
                format!("{} failed; it may be retried {}.", counted(failed, "pod"), counted(limit, "time")),
                "Find out why its pods failed, correct it, and run the job again: a failed job is not retried.",
            ));
        }
        Some("DeadlineExceeded") => findings.push(Finding::new(
            Level::Failed,
            "The job ran longer than it may",
            format!("It may take {} s.", object.number_at("/spec/activeDeadlineSeconds").unwrap_or_default()),
            "Raise activeDeadlineSeconds, or find out why it takes so long; then run it again.",
        )),
        _ => {}
    }
    findings
}

/// Cron jobs: what ails their newest job.
pub(crate) fn cron_job(_: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
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
