//! What a change of what pods are made from does to the pods that are there.

use resources_contract::{RestartWay, Restarts};
use serde_json::Value;

/// What happens to the pods of an object that would become another; nothing where none of them is concerned. Both are as
/// the API server has them, with its defaults.
pub(crate) fn restarts(live: &Value, result: &Value) -> Option<Restarts> {
    let is_group = |group: &str| result["apiVersion"].as_str().is_some_and(|version| version == group);
    let is_changed = |path: &str| live.pointer(path) != result.pointer(path);
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap_or_default()).unwrap_or(u32::MAX);
    let strategy = |path: &str| result.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let mut from_ordinal = 0;
    let (way, count) = match result["kind"].as_str()? {
        "Pod" if is_group("v1") => {
            let images = |pod: &Value| images(pod).map(str::to_owned).collect::<Vec<_>>();
            (images(live) != images(result)).then_some((RestartWay::InPlace, 1))?
        }
        _ if !is_changed("/spec/template") => return None,
        "Deployment" if is_group("apps/v1") => {
            let way = match strategy("/spec/strategy/type") {
                _ if result["spec"]["paused"] == true => RestartWay::WhenResumed,
                "Recreate" => RestartWay::AllAtOnce,
                _ => RestartWay::Rolling,
            };
            (way, number(&live["status"]["replicas"]))
        }
        "StatefulSet" if is_group("apps/v1") => {
            let count = number(&live["status"]["replicas"]);
            let first = number(&result["spec"]["ordinals"]["start"]);
            let partition = number(&result["spec"]["updateStrategy"]["rollingUpdate"]["partition"]);
            if strategy("/spec/updateStrategy/type") == "OnDelete" {
                (RestartWay::OnDeletion, count)
            } else {
                from_ordinal = partition;
                (RestartWay::Rolling, count.saturating_sub(partition.saturating_sub(first)))
            }
        }
        "DaemonSet" if is_group("apps/v1") => {
            let way = match strategy("/spec/updateStrategy/type") {
                "OnDelete" => RestartWay::OnDeletion,
                _ => RestartWay::Rolling,
            };
            (way, number(&live["status"]["currentNumberScheduled"]))
        }
        "ReplicaSet" if is_group("apps/v1") => (RestartWay::OnDeletion, number(&live["status"]["replicas"])),
        "ReplicationController" if is_group("v1") => {
            (RestartWay::OnDeletion, number(&live["status"]["replicas"]))
        }
        _ => return None,
    };
    (count > 0).then(|| Restarts { way, count, from_ordinal, pods: Vec::new() })
}

/// The images of a pod's containers, in their order.
fn images(pod: &Value) -> impl Iterator<Item = &str> {
    let lists = ["/spec/initContainers", "/spec/containers"];
    let containers = lists.into_iter().filter_map(|list| pod.pointer(list)?.as_array()).flatten();
    containers.filter_map(|container| container["image"].as_str())
}

/// Whether a pod of this name, as the API server has it, is one of those that are concerned.
pub(crate) fn concerns(restarts: &Restarts, pod: &Value) -> bool {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let ordinal = name.rsplit_once('-').and_then(|(_, ordinal)| ordinal.parse::<u32>().ok());
    let has_ended = matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    let leaves = pod["metadata"]["deletionTimestamp"].is_string();
    !has_ended && !leaves && (restarts.from_ordinal == 0 || ordinal >= Some(restarts.from_ordinal))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    fn workload(kind: &str, spec: &Value, status: &Value) -> Value {
        let mut object = json!({"apiVersion": "apps/v1", "kind": kind, "spec": spec, "status": status});
        object["spec"]["template"] = json!({"spec": {"containers": [{"name": "web", "image": "web:1"}]}});
        object
    }

    fn with_image(object: &Value, image: &str) -> Value {
        let mut changed = object.clone();
        changed["spec"]["template"]["spec"]["containers"][0]["image"] = json!(image);
        changed
    }

    fn told(kind: &str, spec: &Value, status: &Value) -> Option<(RestartWay, u32)> {
        let live = workload(kind, spec, status);
        restarts(&live, &with_image(&live, "web:2")).map(|restarts| (restarts.way, restarts.count))
    }

    #[test]
    fn another_template_replaces_pods_as_the_kind_does_it() {
        let three = json!({"replicas": 3});
        for (kind, spec, status, expected) in [
            ("Deployment", json!({}), three.clone(), Some((RestartWay::Rolling, 3))),
            (
                "Deployment",
                json!({"strategy": {"type": "Recreate"}}),
                three.clone(),
                Some((RestartWay::AllAtOnce, 3)),
            ),
            ("Deployment", json!({"paused": true}), three.clone(), Some((RestartWay::WhenResumed, 3))),
            ("Deployment", json!({}), json!({}), None),
            (
                "StatefulSet",
                json!({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}}),
                three.clone(),
                Some((RestartWay::Rolling, 1)),
            ),
            (
                "StatefulSet",
                json!({"updateStrategy": {"type": "OnDelete"}}),
                three.clone(),
                Some((RestartWay::OnDeletion, 3)),
            ),
            ("DaemonSet", json!({}), json!({"currentNumberScheduled": 5}), Some((RestartWay::Rolling, 5))),
            ("ReplicaSet", json!({}), three, Some((RestartWay::OnDeletion, 3))),
        ] {
            assert_eq!(told(kind, &spec, &status), expected, "{kind} {spec}");
        }
    }

    #[test]
    fn what_pods_are_not_made_from_restarts_none() {
        let live = workload("Deployment", &json!({"replicas": 3}), &json!({"replicas": 3}));
        let mut scaled = live.clone();
        scaled["spec"]["replicas"] = json!(9);

        assert_eq!(restarts(&live, &scaled), None);
    }

    #[test]
    fn another_image_restarts_a_container_in_its_pod() {
        let pod = |image: &str| json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "web", "image": image}]}});
        let found = restarts(&pod("web:1"), &pod("web:2")).unwrap();

        assert_eq!((found.way, found.count), (RestartWay::InPlace, 1));
        assert_eq!(restarts(&pod("web:1"), &pod("web:1")), None);
    }

    #[test]
    fn pods_below_a_partition_and_pods_that_go_anyway_are_not_named() {
        let restarts = Restarts { way: RestartWay::Rolling, count: 1, from_ordinal: 2, pods: Vec::new() };
        let pod = |name: &str| json!({"metadata": {"name": name}});
        let mut leaving = pod("db-3");
        leaving["metadata"]["deletionTimestamp"] = json!("2026-11-23T04:00:00Z");

        let concerned = |pod: &Value| concerns(&restarts, pod);
        assert!(concerned(&pod("db-2")) && !concerned(&pod("db-1")) && !concerned(&leaving));
    }
}
