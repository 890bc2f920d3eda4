//! Counts how many pods of a budget may be disturbed.

use std::sync::Arc;

use serde_json::{Value, json};

use super::deployment::count_or_percent;
use super::replica_set::set_generation;
use super::{Controller, Outcome, Watch};
use crate::objects::{
    Key, controller_of, integer, is_deleting, is_pod_active, is_pod_ready, namespace, set_condition, text,
};
use crate::selector::selects;
use crate::site::Site;

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
        let healthy = pods.iter().filter(|pod| is_pod_ready(pod)).count() as i64;
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
        set_generation(&mut status, &budget);
        let (value, reason) =
            if allowed > 0 { ("True", "SufficientPods") } else { ("False", "InsufficientPods") };
        set_condition(&mut status, "DisruptionAllowed", value, reason, "", site.clock.now());
        site.write_status("poddisruptionbudgets.policy", key, status)?;
        Ok(None)
    }
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
