//! Taints of nodes: one more, another one, or one less, as `kubectl taint` does it.

use crate::change::act::{MERGE_PATCH, Planned};
use crate::change::evictions::{eviction, pods_of};
use crate::change::grants::Act;
use crate::change::live;
use crate::fit::tolerates;
use crate::{Cluster, KubernetesError, Served};
use access::Identity;
use http::Method;
use model::fault::ActFault;
use resources_contract::{Eviction, EvictionFate, TaintChange, TaintEffect, Target};
use serde_json::{Value, json};

/// Reads the node and plans to write its taints anew. Whoever changed it meanwhile makes that fail.
pub(crate) async fn plan(
    cluster: &Cluster,
    identity: &Identity,
    served: &Served,
    target: &Target,
    change: &TaintChange,
) -> Result<Planned, KubernetesError> {
    let node = live::read(cluster, identity, served, &target.resource).await?;
    if target.uid.as_deref().is_some_and(|uid| uid != node.uid()) {
        return Err(KubernetesError::Missing { what: target.resource.to_string() });
    }
    let taints = changed(&node.value["spec"]["taints"], change)?;
    let body = json!({
        "metadata": {"uid": node.uid(), "resourceVersion": node.version()}, "spec": {"taints": taints},
    });
    Ok(Planned::new(Method::PATCH, &live::path(served, &target.resource)?, MERGE_PATCH, body))
}

/// The taints as they would be. A key and an effect name one.
fn changed(taints: &Value, change: &TaintChange) -> Result<Vec<Value>, KubernetesError> {
    let mut taints = taints.as_array().cloned().unwrap_or_default();
    let place = taints.iter().position(|taint| is_meant(taint, change));
    match (place, change.remove) {
        (Some(place), true) => {
            taints.remove(place);
        }
        (None, true) => {
            return Err(KubernetesError::refused_at("taint_key", ActFault::NoTaint));
        }
        // When it was set is for the cluster to say.
        (Some(place), false) => {
            if let Some(taint) = taints.get_mut(place) {
                *taint = taint_of(change);
            }
        }
        (None, false) => taints.push(taint_of(change)),
    }
    Ok(taints)
}

fn is_meant(taint: &Value, change: &TaintChange) -> bool {
    taint["key"] == change.key.as_str() && taint["effect"] == change.effect.word()
}

/// What makes the taints again what they are before a change; nothing where it changes none.
pub(crate) fn back(taints: &Value, change: &TaintChange) -> Option<TaintChange> {
    let held = taints.as_array().into_iter().flatten().find(|taint| is_meant(taint, change));
    match (held, change.remove) {
        (None, true) => None,
        (None, false) => Some(TaintChange { value: String::new(), remove: true, ..change.clone() }),
        (Some(taint), remove) => {
            let value = taint["value"].as_str().unwrap_or_default();
            let is_same = !remove && value == change.value;
            (!is_same).then(|| TaintChange { value: value.to_owned(), remove: false, ..change.clone() })
        }
    }
}

fn taint_of(change: &TaintChange) -> Value {
    let mut taint = json!({"key": change.key, "effect": change.effect.word()});
    if !change.value.is_empty() {
        taint["value"] = json!(change.value);
    }
    taint
}

/// The pods that would have to leave the node. Those that may stay are not among them. Changes nothing.
pub(crate) async fn evictions(
    cluster: &Cluster,
    identity: &Identity,
    act: &Act,
    change: &TaintChange,
) -> Result<Vec<Eviction>, KubernetesError> {
    if change.remove || change.effect != TaintEffect::NoExecute {
        return Ok(Vec::new());
    }
    let taint = taint_of(change);
    let pods = pods_of(cluster, identity, &act.target.resource).await?;
    let leaving = pods.into_iter().filter(|pod| !tolerates(&pod.value["spec"], &taint));
    Ok(leaving.map(|pod| eviction(pod, EvictionFate::Leaves)).collect())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn change(key: &str, value: &str, remove: bool) -> TaintChange {
        TaintChange { key: key.into(), value: value.into(), effect: TaintEffect::NoSchedule, remove }
    }

    #[test]
    fn a_taint_takes_the_place_of_one_with_its_key_and_effect() {
        let present = json!([
            {"key": "dedicated", "value": "gpu", "effect": "NoSchedule", "timeAdded": "2026-11-23T04:00:00Z"},
            {"key": "dedicated", "value": "gpu", "effect": "NoExecute"},
        ]);

        let other = changed(&present, &change("dedicated", "web", false)).unwrap();
        assert_eq!(other[0], json!({"key": "dedicated", "value": "web", "effect": "NoSchedule"}));
        assert_eq!(other[1], present[1]);
        let more = changed(&present, &change("slow", "", false)).unwrap();
        assert_eq!((more.len(), &more[2]), (3, &json!({"key": "slow", "effect": "NoSchedule"})));
        let less = changed(&present, &change("dedicated", "", true)).unwrap();
        assert_eq!(less, [present[1].clone()]);
        assert_eq!(changed(&Value::Null, &change("slow", "", false)).unwrap().len(), 1);
    }

    #[test]
    fn what_is_not_there_cannot_be_taken_away() {
        let error = changed(&json!([]), &change("slow", "", true)).unwrap_err();

        assert!(error.to_string().contains("not a taint"), "{error}");
    }
}
