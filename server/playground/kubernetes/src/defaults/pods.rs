//! Pods and pod templates.

use serde_json::{Value, json};

use super::{each, part, set};

/// Fills in a pod, its status included.
pub(crate) fn pod(pod: &mut Value) {
    let spec = part(pod, "spec");
    pod_spec(spec);
    set(spec, "restartPolicy", json!("Always"));
    set(spec, "enableServiceLinks", json!(true));
    set(spec, "preemptionPolicy", json!("PreemptLowerPriority"));
    set(spec, "priority", json!(0));
    let account = spec["serviceAccountName"].as_str().or_else(|| spec["serviceAccount"].as_str());
    let account = json!(account.unwrap_or("default"));
    set(spec, "serviceAccountName", account.clone());
    set(spec, "serviceAccount", account);
    tolerate_sick_nodes(spec);
    let quality = quality(spec);
    let status = part(pod, "status");
    set(status, "phase", json!("Pending"));
    set(status, "qosClass", json!(quality));
}

/// Fills in the template of a workload.
pub(crate) fn pod_template(template: &mut Value) {
    part(template, "metadata");
    let spec = part(template, "spec");
    pod_spec(spec);
    set(spec, "restartPolicy", json!("Always"));
}

fn pod_spec(spec: &mut Value) {
    set(spec, "dnsPolicy", json!("ClusterFirst"));
    set(spec, "terminationGracePeriodSeconds", json!(30));
    set(spec, "securityContext", json!({}));
    set(spec, "schedulerName", json!("default-scheduler"));
    for field in ["containers", "initContainers", "ephemeralContainers"] {
        each(spec, field).for_each(container);
    }
    each(spec, "volumes").for_each(volume);
}

fn container(container: &mut Value) {
    let image = container["image"].as_str().unwrap_or_default();
    let policy = if tag(image).is_none_or(|tag| tag == "latest") { "Always" } else { "IfNotPresent" };
    set(container, "imagePullPolicy", json!(policy));
    set(container, "terminationMessagePath", json!("/dev/termination-log"));
    set(container, "terminationMessagePolicy", json!("File"));
    each(container, "ports").for_each(|port| set(port, "protocol", json!("TCP")));
    for variable in each(container, "env") {
        if let Some(reference) = variable.pointer_mut("/valueFrom/fieldRef") {
            set(reference, "apiVersion", json!("v1"));
        }
    }
    let resources = part(container, "resources");
    if let Some(limits) = resources["limits"].as_object().cloned().filter(|limits| !limits.is_empty()) {
        let requests = part(resources, "requests");
        for (resource, amount) in limits {
            set(requests, &resource, amount);
        }
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = container.get_mut(name).filter(|probe| probe.is_object()) {
            fill_probe(probe);
        }
    }
}

/// The tag or digest of an image.
fn tag(image: &str) -> Option<&str> {
    if let Some((_, digest)) = image.split_once('@') {
        return Some(digest);
    }
    image.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'))
}

fn fill_probe(probe: &mut Value) {
    for (key, value) in
        [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)]
    {
        set(probe, key, json!(value));
    }
    if let Some(get) = probe.get_mut("httpGet") {
        set(get, "path", json!("/"));
        set(get, "scheme", json!("HTTP"));
    }
    if let Some(call) = probe.get_mut("grpc") {
        set(call, "service", json!(""));
    }
}

fn volume(volume: &mut Value) {
    for source in ["secret", "configMap", "projected", "downwardAPI"] {
        if let Some(source) = volume.get_mut(source) {
            set(source, "defaultMode", json!(420));
        }
    }
    if let Some(path) = volume.get_mut("hostPath") {
        set(path, "type", json!(""));
    }
    for source in volume.get_mut("projected").map(|one| each(one, "sources")).into_iter().flatten() {
        if let Some(token) = source.get_mut("serviceAccountToken") {
            set(token, "expirationSeconds", json!(3600));
        }
    }
    if let Some(field) = volume.as_object_mut().filter(|fields| fields.len() == 1) {
        // A volume that says nothing about itself is an empty directory.
        field.insert("emptyDir".to_owned(), json!({}));
    }
}

/// Five minutes of patience with nodes that are not ready, unless the pod says otherwise.
fn tolerate_sick_nodes(spec: &mut Value) {
    set(spec, "tolerations", json!([]));
    let Some(tolerations) = spec["tolerations"].as_array_mut() else { return };
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let known = tolerations.iter().any(|one| {
            let everything = one["key"].is_null() && one["operator"] == "Exists";
            (one["key"] == key || everything) && (one["effect"].is_null() || one["effect"] == "NoExecute")
        });
        if !known {
            tolerations.push(json!({
                "key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
            }));
        }
    }
}

/// The quality of service that follows from requests and limits.
fn quality(spec: &Value) -> &'static str {
    let containers: Vec<&Value> = ["containers", "initContainers"]
        .into_iter()
        .filter_map(|field| spec[field].as_array())
        .flatten()
        .collect();
    let amounts = |container: &Value, which: &str| {
        let amounts = container["resources"][which].as_object();
        ["cpu", "memory"].map(|resource| amounts.and_then(|amounts| amounts.get(resource)).cloned())
    };
    let guaranteed = containers.iter().all(|container| {
        let limits = amounts(container, "limits");
        limits.iter().all(Option::is_some) && limits == amounts(container, "requests")
    });
    let nothing = containers.iter().all(|container| {
        ["limits", "requests"].iter().all(|which| amounts(container, which).iter().all(Option::is_none))
    });
    if nothing {
        "BestEffort"
    } else if guaranteed {
        "Guaranteed"
    } else {
        "Burstable"
    }
}

#[cfg(test)]
mod tests {
    use super::pod;
    use serde_json::json;

    #[test]
    fn a_minimal_pod_becomes_complete() {
        let mut minimal = json!({"spec": {"containers": [{"name": "web", "image": "nginx"}]}});

        pod(&mut minimal);

        let container = &minimal["spec"]["containers"][0];
        assert_eq!(container["imagePullPolicy"], "Always");
        assert_eq!(minimal["spec"]["restartPolicy"], "Always");
        assert_eq!(minimal["spec"]["tolerations"].as_array().map(Vec::len), Some(2));
        assert_eq!(minimal["status"]["qosClass"], "BestEffort");
    }

    #[test]
    fn filling_in_twice_changes_nothing() {
        let mut once = json!({"spec": {
            "containers": [{"name": "web", "image": "r.example:5000/nginx:1", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}],
            "volumes": [{"name": "scratch"}],
        }});
        pod(&mut once);
        let mut twice = once.clone();

        pod(&mut twice);

        assert_eq!(once, twice);
        assert_eq!(once["status"]["qosClass"], "Guaranteed");
        assert_eq!(once["spec"]["volumes"][0]["emptyDir"], json!({}));
    }
}
