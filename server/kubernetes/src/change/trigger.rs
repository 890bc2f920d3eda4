//! One run of a cron job now, as `kubectl create job --from` makes it.

use crate::change::act::{JSON, Planned};
use crate::change::live;
use crate::{Cluster, KubernetesError, Served};
use access::Identity;
use http::Method;
use resources_contract::Target;
use serde_json::{Value, json};

/// A job's name is also a label of its pods, which has at most 63 characters; the API server adds five to a prefix.
const LONGEST_PREFIX: usize = 58;

/// Reads the cron job and plans to create a job from its template.
pub(crate) async fn plan(
    cluster: &Cluster,
    identity: &Identity,
    served: &Served,
    target: &Target,
) -> Result<Planned, KubernetesError> {
    let cron_job = live::read(cluster, identity, served, &target.resource).await?;
    if target.uid.as_deref().is_some_and(|uid| uid != cron_job.uid()) {
        return Err(KubernetesError::Missing { what: target.resource.to_string() });
    }
    let namespace = target.resource.namespace.as_ref();
    let namespace =
        namespace.ok_or_else(|| KubernetesError::invalid("metadata.namespace", "must be given"))?;
    let path = format!("/apis/batch/v1/namespaces/{namespace}/jobs");
    Ok(Planned::new(Method::POST, &path, JSON, job(&cron_job.value)))
}

fn job(cron_job: &Value) -> Value {
    let template = &cron_job["spec"]["jobTemplate"];
    let name = cron_job["metadata"]["name"].as_str().unwrap_or_default();
    let mut annotations = template["metadata"]["annotations"].clone();
    annotations["cronjob.kubernetes.io/instantiate"] = json!("manual");
    let mut metadata = json!({
        "generateName": prefix(name),
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

fn prefix(name: &str) -> String {
    const SUFFIX: &str = "-manual-";
    // Names of cron jobs are ASCII.
    let kept: String = name.chars().take(LONGEST_PREFIX - SUFFIX.len()).collect();
    format!("{}{SUFFIX}", kept.trim_end_matches(['-', '.']))
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
        assert_eq!(prefix(&"x".repeat(52)).len(), LONGEST_PREFIX);
        assert_eq!(prefix(&format!("{}-{}", "x".repeat(49), "yyy")), format!("{}-manual-", "x".repeat(49)));
    }
}
