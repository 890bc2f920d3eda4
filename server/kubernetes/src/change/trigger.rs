//! One run now: of a cron job, as `kubectl create job --from` makes it, or of a job once more.

use crate::change::act::{JSON, Planned};
use crate::change::live;
use crate::change::text::LAST_APPLIED;
use crate::{Cluster, KubernetesError, Served};
use access::Identity;
use http::Method;
use resources_contract::Target;
use serde_json::{Value, json};

/// A job's name is also a label of its pods, which has at most 63 characters; the API server adds five to a prefix.
const LONGEST_PREFIX: usize = 58;

/// What the controller of jobs writes into a job of its own, with which another job would take its pods.
const OF_ONE_JOB: [&str; 4] =
    ["batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name"];
/// What programs write of one object.
const OF_ONE_OBJECT: [&str; 2] = [LAST_APPLIED, "batch.kubernetes.io/job-tracking"];

/// Reads the cron job or the job and plans to create a job from it.
pub(crate) async fn plan(
    cluster: &Cluster,
    identity: &Identity,
    served: &Served,
    target: &Target,
) -> Result<Planned, KubernetesError> {
    let origin = live::read(cluster, identity, served, &target.resource).await?;
    if target.uid.as_deref().is_some_and(|uid| uid != origin.uid()) {
        return Err(KubernetesError::Missing { what: target.resource.to_string() });
    }
    let namespace = target.resource.namespace.as_ref();
    let namespace =
        namespace.ok_or_else(|| KubernetesError::invalid("metadata.namespace", "must be given"))?;
    let path = format!("/apis/batch/v1/namespaces/{namespace}/jobs");
    let made = if served.kind.plural == "jobs" { again(&origin.value) } else { job(&origin.value) };
    Ok(Planned::new(Method::POST, &path, JSON, made))
}

/// A job like one that there is. It belongs to nobody, whoever made the first.
fn again(job: &Value) -> Value {
    let without = |mut pairs: Value, known: &[&str]| {
        if let Some(pairs) = pairs.as_object_mut() {
            pairs.retain(|key, _| !known.contains(&key.as_str()));
        }
        pairs
    };
    let mut spec = without(job["spec"].clone(), &["manualSelector", "selector", "suspend"]);
    if let Some(labels) = spec.pointer_mut("/template/metadata/labels") {
        *labels = without(labels.take(), &OF_ONE_JOB);
    }
    let name = job["metadata"]["name"].as_str().unwrap_or_default();
    let mut metadata = json!({"generateName": prefix(first(name), AGAIN)});
    for (part, known) in [("labels", &OF_ONE_JOB[..]), ("annotations", &OF_ONE_OBJECT[..])] {
        let kept = without(job["metadata"][part].clone(), known);
        if kept.as_object().is_some_and(|kept| !kept.is_empty()) {
            metadata[part] = kept;
        }
    }
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec})
}

/// The name of the job that was run first.
fn first(name: &str) -> &str {
    name.split_once(AGAIN).map_or(name, |(first, _)| first)
}

fn job(cron_job: &Value) -> Value {
    let template = &cron_job["spec"]["jobTemplate"];
    let name = cron_job["metadata"]["name"].as_str().unwrap_or_default();
    let mut annotations = template["metadata"]["annotations"].clone();
    annotations["cronjob.kubernetes.io/instantiate"] = json!("manual");
    let mut metadata = json!({
        "generateName": prefix(name, BY_HAND),
        "annotations": annotations,
        // Without `blockOwnerDeletion`, which would need a right on the cron job's finalizers.
        "ownerReferences": [{
            "apiVersion": cron_job["apiVersion"], "kind": cron_job["kind"], "name": name,
            "uid": cron_job["metadata"]["uid"], "controller": true,
        }],
    });
    let labels = &template["metadata"]["labels"];
    if labels.is_object() {
        metadata["labels"] = labels.clone();
    }
    json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]})
}

/// What stands behind the name of a cron job, and of a job.
const BY_HAND: &str = "-manual-";
const AGAIN: &str = "-again-";

fn prefix(name: &str, suffix: &str) -> String {
    // Names of jobs are ASCII.
    let kept: String = name.chars().take(LONGEST_PREFIX - suffix.len()).collect();
    format!("{}{suffix}", kept.trim_end_matches(['-', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_a_job_of_the_template_that_belongs_to_the_cron_job() {
        let made = job(&json!({
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "report", "uid": "u1"},
            "spec": {"jobTemplate": {
                "metadata": {"labels": {"app": "report"}, "annotations": {"team": "a"}},
                "spec": {"backoffLimit": 2},
            }},
        }));

        assert_eq!(made["metadata"]["generateName"], "report-manual-");
        assert_eq!(
            made["metadata"]["annotations"],
            json!({"team": "a", "cronjob.kubernetes.io/instantiate": "manual"})
        );
        assert_eq!(made["metadata"]["labels"], json!({"app": "report"}));
        assert_eq!(made["metadata"]["ownerReferences"][0]["uid"], "u1");
        assert_eq!(made["spec"], json!({"backoffLimit": 2}));
    }

    #[test]
    fn a_long_name_leaves_room_for_what_is_added() {
        assert_eq!(prefix(&"x".repeat(52), BY_HAND).len(), LONGEST_PREFIX);
        let long = format!("{}-{}", "x".repeat(49), "yyy");
        assert_eq!(prefix(&long, BY_HAND), format!("{}-manual-", "x".repeat(49)));
    }

    #[test]
    fn a_job_is_run_again_without_what_belongs_to_the_first() {
        let made = again(&json!({
            "metadata": {
                "name": "migrate-again-x7k2p", "uid": "u1",
                "labels": {"app": "till", "job-name": "migrate"},
                "annotations": {"batch.kubernetes.io/job-tracking": ""},
                "ownerReferences": [{"kind": "CronJob"}],
            },
            "spec": {
                "backoffLimit": 2, "suspend": true,
                "selector": {"matchLabels": {"controller-uid": "u1"}},
                "template": {
                    "metadata": {"labels": {"app": "till", "controller-uid": "u1", "batch.kubernetes.io/job-name": "m"}},
                    "spec": {"restartPolicy": "Never"},
                },
            },
            "status": {"failed": 3},
        }));

        let template = json!({"metadata": {"labels": {"app": "till"}}, "spec": {"restartPolicy": "Never"}});
        assert_eq!(
            made,
            json!({
                "apiVersion": "batch/v1", "kind": "Job",
                "metadata": {"generateName": "migrate-again-", "labels": {"app": "till"}},
                "spec": {"backoffLimit": 2, "template": template},
            })
        );
    }
}
