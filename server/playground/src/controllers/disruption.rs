//! Counts how many pods of a budget may be disturbed.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::deployment::count_or_percent;
use super::replica_set::set_generation;
use super::{Controller, Outcome, Watch};
use crate::clock::seconds_between;
use crate::objects::{
    Key, controller_of, integer, is_deleting, is_pod_active, is_pod_ready, name, namespace, set_condition,
    text,
};
use crate::selector::selects;
use crate::site::Site;

/// How long an evicted pod counts as gone without having gone.
const EVICTION_PATIENCE: Duration = Duration::from_secs(120);

/// The controller of `PodDisruptionBudgets`.
pub struct Budgets;

impl Controller for Budgets {
    fn name(&self) -> &'static str {
        "disruption-controller"
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch::itself("poddisruptionbudgets.policy"),
            Watch {
                kind: "pods",
                keys: |site, pod| {
                    let budgets = site.list("poddisruptionbudgets.policy", namespace(pod));
                    let about = budgets.iter().filter(|budget| selects(&budget["spec"]["selector"], pod));
                    about.map(|budget| Key::of(budget)).collect()
                },
            },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(budget) = site.at("poddisruptionbudgets.policy", key) else { return Ok(None) };
        if is_deleting(&budget) {
            return Ok(None);
        }
        let mut pods = site.list("pods", &key.namespace);
        pods.retain(|pod| is_pod_active(pod) && selects(&budget["spec"]["selector"], pod));
        let expected = expected(site, &pods);
        let evicted = still_evicted(site, &budget, &pods);
        let is_healthy = |pod: &&Arc<Value>| is_pod_ready(pod) && !evicted.contains_key(name(pod));
        let healthy = pods.iter().filter(is_healthy).count() as i64;
        let desired = match (budget.pointer("/spec/minAvailable"), budget.pointer("/spec/maxUnavailable")) {
            (Some(least), _) => count_or_percent(Some(least), expected, "0", true),
            (None, most) => (expected - count_or_percent(most, expected, "0", true)).max(0),
        };
        let allowed = if expected == 0 { 0 } else { (healthy - desired).max(0) };
        let mut status = budget["status"].clone();
        if !status.is_object() {
            status = json!({});
        }
        for (field, number) in [
            ("expectedPods", expected),
            ("currentHealthy", healthy),
            ("desiredHealthy", desired),
            ("disruptionsAllowed", allowed),
        ] {
            status[field] = number.into();
        }
        let again = (!evicted.is_empty()).then_some(EVICTION_PATIENCE);
        if evicted.is_empty() {
            crate::objects::remove(&mut status, "", "disruptedPods");
        } else {
            status["disruptedPods"] = Value::Object(evicted);
        }
        set_generation(&mut status, &budget);
        let (value, reason) =
            if allowed > 0 { ("True", "SufficientPods") } else { ("False", "InsufficientPods") };
        set_condition(&mut status, "DisruptionAllowed", value, reason, "", site.clock.now());
        site.write_status("poddisruptionbudgets.policy", key, status)?;
        Ok(again)
    }
}

/// The pods that were evicted a moment ago and whose deletion has not been seen: they count as gone. One that is still
/// there after a while was not deleted after all.
fn still_evicted(site: &Site, budget: &Value, pods: &[Arc<Value>]) -> Map<String, Value> {
    let evicted = budget["status"]["disruptedPods"].as_object().cloned().unwrap_or_default();
    let is_recent = |at: &Value| {
        let at = at.as_str().and_then(|at| at.parse().ok());
        at.is_some_and(|at| seconds_between(at, site.clock.now()) < EVICTION_PATIENCE.as_secs_f64())
    };
    let is_there = |evicted: &str| pods.iter().any(|pod| name(pod) == evicted);
    evicted.into_iter().filter(|(pod, at)| is_there(pod) && is_recent(at)).collect()
}

/// How many pods there should be: what their controllers wish, or what is there.
fn expected(site: &Site, pods: &[Arc<Value>]) -> i64 {
    let mut owners: Vec<(&str, &str, &str)> = Vec::new();
    let mut free = 0;
    for pod in pods {
        match controller_of(pod) {
            Some(owner) => owners.push((text(owner, "/kind"), namespace(pod), text(owner, "/name"))),
            None => free += 1,
        }
    }
    owners.sort_unstable();
    owners.dedup();
    let wished = owners.into_iter().map(|(kind, namespace, name)| {
        let kind = match kind {
            "StatefulSet" => "statefulsets.apps",
            "ReplicationController" => "replicationcontrollers",
            _ => "replicasets.apps",
        };
        site.get(kind, namespace, name).and_then(|owner| integer(&owner, "/spec/replicas")).unwrap_or(0)
    });
    wished.sum::<i64>() + free
}
