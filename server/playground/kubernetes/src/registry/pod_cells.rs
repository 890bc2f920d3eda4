//! The cells of the pods' table.

use serde_json::{Value, json};

use super::cells::{age, condition, list};

/// `1/2`: containers that are ready.
pub(crate) fn pod_ready(pod: &Value) -> Value {
    let restartable = |container: &&Value| container["restartPolicy"] == "Always";
    let sidecars: Vec<&Value> = list(pod, "/spec/initContainers").iter().filter(restartable).collect();
    let total = list(pod, "/spec/containers").len() + sidecars.len();
    let ready = |status: &&Value| status["ready"] == true;
    let ready_sidecars = list(pod, "/status/initContainerStatuses")
        .iter()
        .filter(ready)
        .filter(|status| sidecars.iter().any(|sidecar| sidecar["name"] == status["name"]));
    let count = list(pod, "/status/containerStatuses").iter().filter(ready).count() + ready_sidecars.count();
    json!(format!("{count}/{total}"))
}

/// The word that says best how the pod is.
pub(crate) fn pod_status(pod: &Value) -> Value {
    let phase = pod["status"]["phase"].as_str().unwrap_or("Unknown");
    let mut word = pod["status"]["reason"].as_str().unwrap_or(phase).to_owned();
    if list(pod, "/status/conditions")
        .iter()
        .any(|one| one["type"] == "PodScheduled" && one["reason"] == "SchedulingGated")
    {
        "SchedulingGated".clone_into(&mut word);
    }
    let initializing = initializing(pod);
    if let Some(initializing) = &initializing {
        word.clone_from(initializing);
    }
    if initializing.is_none() || condition(pod, "Initialized") == Some("True") {
        running(pod, &mut word);
    }
    if pod["metadata"]["deletionTimestamp"].is_string() {
        if pod["status"]["reason"] == "NodeLost" {
            "Unknown".clone_into(&mut word);
        } else if !matches!(phase, "Failed" | "Succeeded") {
            "Terminating".clone_into(&mut word);
        }
    }
    json!(word)
}

fn initializing(pod: &Value) -> Option<String> {
    let total = list(pod, "/spec/initContainers").len();
    for (index, status) in list(pod, "/status/initContainerStatuses").iter().enumerate() {
        let state = &status["state"];
        let sidecar = list(pod, "/spec/initContainers")
            .iter()
            .any(|one| one["name"] == status["name"] && one["restartPolicy"] == "Always");
        if state["terminated"]["exitCode"] == 0 || (sidecar && status["started"] == true) {
            continue;
        }
        if !state["terminated"].is_null() {
            return Some(format!("Init:{}", terminated(&state["terminated"])));
        }
        return Some(match state["waiting"]["reason"].as_str() {
            Some(reason) if !reason.is_empty() && reason != "PodInitializing" => format!("Init:{reason}"),
            _ => format!("Init:{index}/{total}"),
        });
    }
    None
}

fn terminated(state: &Value) -> String {
    match state["reason"].as_str() {
        Some(reason) if !reason.is_empty() => reason.to_owned(),
        _ if state["signal"].as_i64().unwrap_or(0) != 0 => format!("Signal:{}", state["signal"]),
        _ => format!("ExitCode:{}", state["exitCode"].as_i64().unwrap_or(0)),
    }
}

fn running(pod: &Value, word: &mut String) {
    let mut has_running = false;
    for status in list(pod, "/status/containerStatuses").iter().rev() {
        let state = &status["state"];
        if let Some(reason) = state["waiting"]["reason"].as_str().filter(|reason| !reason.is_empty()) {
            reason.clone_into(word);
        } else if !state["terminated"].is_null() {
            *word = terminated(&state["terminated"]);
        } else if status["ready"] == true && !state["running"].is_null() {
            has_running = true;
        }
    }
    if word == "Completed" && has_running {
        let ready = condition(pod, "Ready") == Some("True");
        if ready { "Running" } else { "NotReady" }.clone_into(word);
    }
}

/// `3 (5m ago)`.
pub(crate) fn pod_restarts(pod: &Value) -> Value {
    let statuses = list(pod, "/status/containerStatuses");
    let total: i64 = statuses.iter().map(|status| status["restartCount"].as_i64().unwrap_or(0)).sum();
    let last =
        statuses.iter().filter_map(|status| status["lastState"]["terminated"]["finishedAt"].as_str()).max();
    json!(match last.and_then(age) {
        Some(age) if total > 0 => format!("{total} ({age} ago)"),
        _ => total.to_string(),
    })
}

/// How many readiness gates are open.
pub(crate) fn readiness_gates(pod: &Value) -> Value {
    let gates = list(pod, "/spec/readinessGates");
    if gates.is_empty() {
        return json!("<none>");
    }
    let open = gates.iter().filter(|gate| {
        gate["conditionType"].as_str().is_some_and(|name| condition(pod, name) == Some("True"))
    });
    json!(format!("{}/{}", open.count(), gates.len()))
}

#[cfg(test)]
mod tests {
    use super::{pod_ready, pod_restarts, pod_status};
    use serde_json::json;

    #[test]
    fn a_crash_looping_pod_says_so() {
        let pod = json!({
            "spec": {"containers": [{"name": "a"}, {"name": "b"}]},
            "status": {"phase": "Running", "containerStatuses": [
                {"name": "a", "ready": false, "restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff"}}},
                {"name": "b", "ready": true, "restartCount": 0, "state": {"running": {}}},
            ]},
        });

        assert_eq!(pod_status(&pod), "CrashLoopBackOff");
        assert_eq!(pod_ready(&pod), "1/2");
        assert_eq!(pod_restarts(&pod), "4");
    }

    #[test]
    fn a_pod_in_initialization_says_how_far_it_is() {
        let pod = json!({
            "spec": {"initContainers": [{"name": "i"}, {"name": "j"}], "containers": [{"name": "a"}]},
            "status": {"phase": "Pending", "initContainerStatuses": [
                {"name": "i", "state": {"terminated": {"exitCode": 0}}},
                {"name": "j", "state": {"waiting": {"reason": "PodInitializing"}}},
            ], "containerStatuses": [{"name": "a", "state": {"waiting": {"reason": "PodInitializing"}}}]},
        });

        assert_eq!(pod_status(&pod), "Init:1/2");
    }
}
