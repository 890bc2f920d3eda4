//! The containers of a pod that have logs.

use crate::KubernetesError;
use serde_json::Value;

/// The container whose log is shown unless another is wished for.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// The container wished for if the pod has it, else the pod's default.
pub fn container_of_pod(pod: &Value, wanted: Option<&str>) -> Result<String, KubernetesError> {
    match wanted {
        Some(wanted) if containers(pod).iter().any(|name| name == wanted) => Ok(wanted.to_owned()),
        Some(_) => Err(KubernetesError::invalid("container", "is not one of the pod's containers")),
        None => default_container(pod)
            .ok_or_else(|| KubernetesError::invalid("container", "does not exist: the pod has none")),
    }
}

/// All containers that have a log, in the order in which they run.
pub fn containers(pod: &Value) -> Vec<String> {
    let parts = ["initContainers", "containers", "ephemeralContainers"];
    let all = parts.iter().flat_map(|part| pod["spec"][part].as_array().into_iter().flatten());
    all.filter_map(|container| container["name"].as_str()).map(str::to_owned).collect()
}

/// The first that is unwell, else the one that the pod names, else the first of the pod's own.
fn default_container(pod: &Value) -> Option<String> {
    let statuses = ["initContainerStatuses", "containerStatuses"];
    let mut statuses = statuses.iter().flat_map(|part| pod["status"][part].as_array().into_iter().flatten());
    let known = containers(pod);
    let unwell = statuses.find(|status| is_unwell(status)).and_then(|status| status["name"].as_str());
    let named = pod["metadata"]["annotations"][DEFAULT_CONTAINER].as_str();
    let first = pod.pointer("/spec/containers/0/name").and_then(Value::as_str);
    let candidates = [unwell, named, first].into_iter().flatten();
    candidates.into_iter().find(|name| known.iter().any(|known| known == name)).map(str::to_owned)
}

fn is_unwell(status: &Value) -> bool {
    let failed = |state: &Value| state["terminated"]["exitCode"].as_i64().is_some_and(|code| code != 0);
    let waits = status["state"]["waiting"]["reason"].as_str();
    failed(&status["state"])
        || waits.is_some_and(|reason| !matches!(reason, "ContainerCreating" | "PodInitializing"))
        || (status["state"]["running"].is_object()
            && status["ready"] == false
            && failed(&status["lastState"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(statuses: &Value, annotations: &Value) -> Value {
        json!({
            "metadata": {"annotations": annotations},
            "spec": {"initContainers": [{"name": "setup"}], "containers": [{"name": "web"}, {"name": "proxy"}]},
            "status": {"containerStatuses": statuses},
        })
    }

    #[test]
    fn the_container_that_is_unwell_is_shown_first() {
        let crashing = json!({"name": "proxy", "state": {"waiting": {"reason": "CrashLoopBackOff"}}});
        let fine = json!({"name": "web", "ready": true, "state": {"running": {}}});
        let named = json!({DEFAULT_CONTAINER: "proxy"});

        let shown = |statuses: Value, annotations: Value| default_container(&pod(&statuses, &annotations));
        assert_eq!(shown(json!([fine.clone(), crashing]), json!({})).as_deref(), Some("proxy"));
        assert_eq!(shown(json!([fine.clone()]), named).as_deref(), Some("proxy"));
        assert_eq!(shown(json!([fine]), json!({DEFAULT_CONTAINER: "gone"})).as_deref(), Some("web"));
    }
}
