//! What becomes of the pods of a node that is drained.

use crate::change::grants::Act;
use crate::change::{act, live};
use crate::slug::built_in;
use crate::{As, Call, Cluster, KubernetesError};
use access::Identity;
use kinds::{Object, Selector, SelectorForm};
use model::{ActionKind, Namespace, ObjectName, ResourceRef};
use resources_contract::{Action, Eviction, EvictionFate};
use serde_json::Value;

/// What may be lost with pods, or is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Losses {
    pub empty_dir_data: bool,
    pub unmanaged: bool,
}

impl Losses {
    /// Those that a drain allows.
    pub fn of(action: &Action) -> Result<Self, KubernetesError> {
        let Action::Drain { delete_empty_dir_data, force } = *action else {
            return Err(KubernetesError::invalid("action", "must be a drain"));
        };
        Ok(Self { empty_dir_data: delete_empty_dir_data, unmanaged: force })
    }
}

/// A pod of the node.
pub(super) struct Pod {
    pub resource: ResourceRef,
    pub uid: String,
    pub value: Value,
}

/// The pods of a node, as the caller may see them.
pub(super) async fn pods_of(
    cluster: &Cluster,
    identity: &Identity,
    node: &ResourceRef,
) -> Result<Vec<Pod>, KubernetesError> {
    let selector = model::link::escape(&format!("spec.nodeName={}", node.name));
    let call = Call::get(format!("/api/v1/pods?fieldSelector={selector}"));
    let connection = cluster.connection();
    let answer = connection.call_patiently(As::Caller(identity), &call).await?;
    let mut list: Value = connection.read_json(&answer.body)?;
    Ok(live::items(&mut list).filter_map(|value| pod(node, value)).collect())
}

fn pod(node: &ResourceRef, value: Value) -> Option<Pod> {
    let text = |path: &str| value.pointer(path).and_then(Value::as_str);
    let resource = ResourceRef {
        cluster: node.cluster.clone(),
        kind: built_in("pods"),
        namespace: Some(Namespace::parse(text("/metadata/namespace")?).ok()?),
        name: ObjectName::parse(text("/metadata/name")?).ok()?,
    };
    Some(Pod { resource, uid: text("/metadata/uid")?.to_owned(), value })
}

/// As `kubectl drain` decides it; budgets are asked when a pod is to leave.
pub(super) fn fate(pod: &Value, losses: Losses) -> EvictionFate {
    if pod["metadata"]["annotations"]["kubernetes.io/config.mirror"].is_string() {
        return EvictionFate::OfNode;
    }
    if controller(pod).is_some_and(|owner| owner["kind"] == "DaemonSet") {
        return EvictionFate::OfDaemonSet;
    }
    let lost = lost(pod);
    if lost.unmanaged && !losses.unmanaged {
        return EvictionFate::Unmanaged;
    }
    if lost.empty_dir_data && !losses.empty_dir_data {
        return EvictionFate::HasData;
    }
    EvictionFate::Leaves
}

fn controller(pod: &Value) -> Option<&Value> {
    let mut owners = pod["metadata"]["ownerReferences"].as_array().into_iter().flatten();
    owners.find(|owner| owner["controller"] == true)
}

/// What is lost when a pod leaves its node. One that has finished, or goes already, has nothing to lose.
fn lost(pod: &Value) -> Losses {
    if matches!(pod["status"]["phase"].as_str(), Some("Succeeded" | "Failed"))
        || pod["metadata"]["deletionTimestamp"].is_string()
    {
        return Losses { empty_dir_data: false, unmanaged: false };
    }
    let mut volumes = pod["spec"]["volumes"].as_array().into_iter().flatten();
    let empty_dir_data = volumes.any(|volume| volume.get("emptyDir").is_some());
    Losses { empty_dir_data, unmanaged: controller(pod).is_none() }
}

/// What becomes of a pod, with what it loses; nothing where it stays.
pub(super) fn eviction(pod: Pod, fate: EvictionFate) -> Eviction {
    let stays = matches!(fate, EvictionFate::OfNode | EvictionFate::OfDaemonSet);
    let lost = lost(&pod.value);
    Eviction {
        pod: pod.resource,
        fate,
        has_data: !stays && lost.empty_dir_data,
        is_unmanaged: !stays && lost.unmanaged,
    }
}

/// What a drain would do with each pod of its node as things stand.
#[derive(Default)]
pub(super) struct Plan {
    /// What blocks comes first.
    pub evictions: Vec<Eviction>,
    /// Disruption budgets could not be read, so that nothing is known of them.
    pub budgets_unseen: bool,
}

/// Finds out what a drain would do. Changes nothing.
pub(super) async fn plan(cluster: &Cluster, identity: &Identity, act: &Act) -> Result<Plan, KubernetesError> {
    act::check_offered(&act.served, ActionKind::Drain)?;
    let losses = Losses::of(&act.action)?;
    let pods = pods_of(cluster, identity, &act.target.resource).await?;
    let call = Call::get("/apis/policy/v1/poddisruptionbudgets".to_owned());
    // Who may not see budgets learns of them from the drain, which waits for them all the same.
    let body = cluster.connection().call_patiently(As::Caller(identity), &call).await.map(|it| it.body).ok();
    let budgets = body.as_ref().and_then(|body| Object::parse(body).ok());
    let budgets_unseen = budgets.is_none();
    let mut budgets = guards(&budgets.unwrap_or_default());
    let told = |pod: Pod| {
        let fate = match fate(&pod.value, losses) {
            EvictionFate::Leaves => held(&pod, &mut budgets).unwrap_or(EvictionFate::Leaves),
            fate => fate,
        };
        eviction(pod, fate)
    };
    let mut evictions: Vec<Eviction> = pods.into_iter().map(told).collect();
    evictions.sort_by(|a, b| (a.level(), &a.pod).cmp(&(b.level(), &b.pod)));
    Ok(Plan { evictions, budgets_unseen })
}

/// A budget, and what it guards.
struct Guard {
    namespace: String,
    name: String,
    selector: Selector,
    /// So many more it lets go at this moment.
    left: i64,
}

fn guards(budgets: &Object<'_>) -> Vec<Guard> {
    let guard = |budget: &Object<'_>| {
        Some(Guard {
            namespace: budget.namespace()?.to_owned(),
            name: budget.name().to_owned(),
            selector: Selector::read(budget.at("/spec/selector")?, SelectorForm::Expressions)?,
            left: budget.number_at("/status/disruptionsAllowed").unwrap_or_default(),
        })
    };
    budgets.items_at("/items").iter().filter_map(guard).collect()
}

/// The budget that a pod waits for, or those that keep it together. Each that its budget lets go leaves less for the others. A pod
/// that is gone already, or is not ready anyway, is let go by most budgets; whether by this one is for the API server to say.
fn held(pod: &Pod, guards: &mut [Guard]) -> Option<EvictionFate> {
    // The API server asks no budget about these.
    let is_unguarded =
        matches!(pod.value["status"]["phase"].as_str(), Some("Pending" | "Succeeded" | "Failed"));
    if is_unguarded || pod.value["metadata"]["deletionTimestamp"].is_string() {
        return None;
    }
    let namespace = pod.resource.namespace.as_ref()?.as_str();
    let label = |key: &str| pod.value["metadata"]["labels"].get(key)?.as_str();
    let is_of = |guard: &&mut Guard| guard.namespace == namespace && guard.selector.picks_labels(label);
    let mut its: Vec<&mut Guard> = guards.iter_mut().filter(is_of).collect();
    match its.as_mut_slice() {
        [] => None,
        [guard] if guard.left <= 0 => Some(EvictionFate::Waits { budget: guard.name.clone() }),
        [guard] => {
            if is_ready(&pod.value) {
                guard.left -= 1;
            }
            None
        }
        several => {
            let names: Vec<&str> = several.iter().map(|guard| guard.name.as_str()).collect();
            Some(EvictionFate::Overguarded { budgets: names.join(", ") })
        }
    }
}

fn is_ready(pod: &Value) -> bool {
    let mut conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    conditions.any(|one| one["type"] == "Ready" && one["status"] == "True")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::Level;
    use serde_json::json;

    const NONE: Losses = Losses { empty_dir_data: false, unmanaged: false };
    const ALL: Losses = Losses { empty_dir_data: true, unmanaged: true };

    fn owned_by(kind: &str) -> Value {
        json!({"metadata": {"ownerReferences": [{"kind": kind, "controller": true}]}, "spec": {}, "status": {}})
    }

    #[test]
    fn pods_of_the_node_and_of_daemon_sets_stay() {
        let mirror = json!({"metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}}});

        assert_eq!(fate(&mirror, NONE), EvictionFate::OfNode);
        assert_eq!(fate(&owned_by("DaemonSet"), NONE), EvictionFate::OfDaemonSet);
    }

    #[test]
    fn what_would_be_lost_stands_in_the_way_until_it_is_allowed() {
        let unmanaged = json!({"metadata": {}, "spec": {}, "status": {"phase": "Running"}});
        let mut with_data = owned_by("ReplicaSet");
        with_data["spec"]["volumes"] = json!([{"name": "cache", "emptyDir": {}}]);

        assert_eq!(fate(&unmanaged, NONE), EvictionFate::Unmanaged);
        assert_eq!(fate(&with_data, NONE), EvictionFate::HasData);
        for pod in [&unmanaged, &with_data, &owned_by("ReplicaSet")] {
            assert_eq!(fate(pod, ALL), EvictionFate::Leaves);
        }
    }

    #[test]
    fn what_is_lost_is_told_when_it_is_allowed_too_and_of_what_stays_nothing_is() {
        let volumes = json!([{"name": "cache", "emptyDir": {}}]);
        let told = |mut value: Value| {
            value["spec"]["volumes"] = volumes.clone();
            let fate = fate(&value, ALL);
            let resource = ResourceRef {
                cluster: "harbour".parse().unwrap(),
                kind: "pods".parse().unwrap(),
                namespace: Some("shop".parse().unwrap()),
                name: "web-0".parse().unwrap(),
            };
            let told = eviction(Pod { resource, uid: "web-0".into(), value }, fate);
            (told.has_data, told.is_unmanaged, told.level())
        };

        let alone = json!({"metadata": {}, "spec": {}, "status": {"phase": "Running"}});
        let finished = json!({"metadata": {}, "spec": {}, "status": {"phase": "Succeeded"}});
        assert_eq!(told(alone), (true, true, Level::Warning));
        assert_eq!(told(owned_by("ReplicaSet")), (true, false, Level::Warning));
        assert_eq!(told(finished), (false, false, Level::Progressing));
        assert_eq!(told(owned_by("DaemonSet")), (false, false, Level::Inactive));
    }

    #[test]
    fn a_pod_waits_for_its_one_budget_and_is_not_let_go_by_several() {
        let budget = |name: &str, allowed: i64| {
            json!({
                "metadata": {"namespace": "shop", "name": name},
                "spec": {"selector": {"matchLabels": {"app": "web"}}},
                "status": {"disruptionsAllowed": allowed},
            })
        };
        let mut value = owned_by("ReplicaSet");
        value["metadata"]["labels"] = json!({"app": "web"});
        let resource = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: "pods".parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "web-0".parse().unwrap(),
        };
        let mut pod = Pod { resource, uid: "web-0".into(), value };
        let held = |pod: &Pod, budgets: &[Value]| {
            let list = json!({"items": budgets}).to_string();
            held(pod, &mut guards(&Object::parse(list.as_bytes()).unwrap()))
        };

        assert_eq!(held(&pod, &[budget("free", 1)]), None);
        let waits = EvictionFate::Waits { budget: "closed".into() };
        assert_eq!(held(&pod, &[budget("closed", 0)]), Some(waits));
        let several = EvictionFate::Overguarded { budgets: "free, other".into() };
        assert_eq!(held(&pod, &[budget("free", 1), budget("other", 1)]), Some(several));

        for phase in ["Pending", "Failed"] {
            pod.value["status"]["phase"] = json!(phase);
            assert_eq!(held(&pod, &[budget("closed", 0), budget("other", 0)]), None, "{phase}");
        }
    }

    #[test]
    fn of_several_pods_a_budget_lets_go_as_many_as_it_allows() {
        let list = json!({"items": [{
            "metadata": {"namespace": "shop", "name": "web"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}},
            "status": {"disruptionsAllowed": 1},
        }]});
        let list = list.to_string();
        let mut guards = guards(&Object::parse(list.as_bytes()).unwrap());
        let mut told = |name: &str, ready: &str| {
            let mut value = owned_by("ReplicaSet");
            value["metadata"]["labels"] = json!({"app": "web"});
            value["status"]["conditions"] = json!([{"type": "Ready", "status": ready}]);
            let resource = ResourceRef {
                cluster: "harbour".parse().unwrap(),
                kind: "pods".parse().unwrap(),
                namespace: Some("shop".parse().unwrap()),
                name: name.parse().unwrap(),
            };
            held(&Pod { resource, uid: name.to_owned(), value }, &mut guards)
        };

        assert_eq!(told("unready", "False"), None, "it is not counted among those that are there");
        assert_eq!(told("first", "True"), None);
        assert_eq!(told("second", "True"), Some(EvictionFate::Waits { budget: "web".into() }));
    }

    #[test]
    fn a_finished_pod_has_nothing_to_lose() {
        let mut finished = json!({"metadata": {}, "spec": {"volumes": [{"emptyDir": {}}]}});
        finished["status"]["phase"] = json!("Succeeded");

        assert_eq!(fate(&finished, NONE), EvictionFate::Leaves);
    }
}
