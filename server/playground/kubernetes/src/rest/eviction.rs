//! Eviction: a deletion that asks the disruption budgets first.

use axum::response::Response;
use serde_json::{Value, json};

use super::remove::delete_options_in;
use super::{Api, Call, json_response, subresources};
use crate::Status;
use crate::selectors::LabelSelector;

const BUDGETS: &str = "poddisruptionbudgets.policy";
/// More evictions than this, none of which the controller has confirmed, mean that it is not there.
const UNCONFIRMED: usize = 2000;

/// Deletes a pod if the disruption budgets allow it.
pub(crate) fn evict(api: &Api, call: &Call) -> Result<Response, Status> {
    let namespace = call.info.namespace.as_deref();
    let name = call.info.name.as_deref().unwrap_or_default();
    let body = if call.body.is_empty() { Value::Null } else { call.json()? };
    let options = delete_options_in(call, &body["deleteOptions"])?;
    // The pod is looked at under the lock: of two who evict it at once, the second finds it on its way out.
    let _writing = api.cluster.inner.writer.lock();
    let pod = subresources::pod(api, call)?;
    let over = matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed" | "Pending"));
    if !over && pod["metadata"]["deletionTimestamp"].is_null() {
        ask_budget(api, namespace, &pod, options.dry_run)?;
    }
    let kind = api.cluster.kind("pods")?;
    api.cluster.remove(&kind, namespace, name, &options)?;
    Ok(json_response(
        201,
        &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}),
    ))
}

/// Refuses what the pod's budget does not allow, and spends one of its disruptions otherwise.
fn ask_budget(api: &Api, namespace: Option<&str>, pod: &Value, dry_run: bool) -> Result<(), Status> {
    let budgets = api.cluster.list(BUDGETS, namespace);
    let is_about = |budget: &Value| {
        LabelSelector::from_json(&budget["spec"]["selector"]).is_some_and(|one| one.matches_json(pod))
    };
    let matching: Vec<Value> = budgets.iter().map(|budget| budget.parse()).filter(is_about).collect();
    match &matching[..] {
        [] => Ok(()),
        [budget] if may_go_unhealthy(budget, pod) => Ok(()),
        [budget] => {
            check(budget)?;
            if dry_run { Ok(()) } else { spend(api, namespace, budget, pod) }
        }
        _ => Err(Status::new(
            500,
            "InternalError",
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
        )),
    }
}

/// Whether a pod that serves nobody may go without spending a disruption.
fn may_go_unhealthy(budget: &Value, pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    let is_ready = conditions.into_iter().any(|one| one["type"] == "Ready" && one["status"] == "True");
    let count = |field: &str| budget["status"][field].as_i64().unwrap_or(0);
    let enough = count("desiredHealthy") > 0 && count("currentHealthy") >= count("desiredHealthy");
    !is_ready && (budget["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow" || enough)
}

fn check(budget: &Value) -> Result<(), Status> {
    let name = budget["metadata"]["name"].as_str().unwrap_or_default();
    let status = &budget["status"];
    let count = |field: &str| status[field].as_i64().unwrap_or(0);
    let generation = budget["metadata"]["generation"].as_i64().unwrap_or(0);
    if count("observedGeneration") < generation {
        let mut refusal =
            violation(&format!("The disruption budget {name} is still being processed by the server."));
        refusal.retry_after_seconds = Some(10);
        return Err(refusal);
    }
    let allowed = count("disruptionsAllowed");
    if allowed < 0 {
        return Err(Status::forbidden(BUDGETS, name, "pdb disruptions allowed is negative"));
    }
    if status["disruptedPods"].as_object().is_some_and(|pods| pods.len() > UNCONFIRMED) {
        let why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
        return Err(Status::forbidden(BUDGETS, name, why));
    }
    if allowed == 0 {
        return Err(violation(&format!(
            "The disruption budget {name} needs {} healthy pods and has {} currently",
            count("desiredHealthy"),
            count("currentHealthy")
        )));
    }
    Ok(())
}

fn violation(cause: &str) -> Status {
    let message = "Cannot evict pod as it would violate the pod's disruption budget.";
    let mut refusal = Status::new(429, "TooManyRequests", message);
    refusal.details = json!({"causes": [{"reason": "DisruptionBudget", "message": cause}]});
    refusal
}

fn spend(api: &Api, namespace: Option<&str>, budget: &Value, pod: &Value) -> Result<(), Status> {
    let name = budget["metadata"]["name"].as_str().unwrap_or_default();
    let pod = pod["metadata"]["name"].as_str().unwrap_or_default();
    let spent = api.cluster.update(BUDGETS, namespace, name, |budget| {
        let status = &mut budget["status"];
        let allowed = status["disruptionsAllowed"].as_i64().unwrap_or(0);
        status["disruptionsAllowed"] = json!(allowed - 1);
        status["disruptedPods"][pod] = json!(crate::write::now());
    });
    spent.map(drop)
}
