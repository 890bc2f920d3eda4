//! Watches whether nodes report in, and moves pods away from those that do not.

use std::time::Duration;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::clock::seconds_between;
use crate::kubelet::agent;
use crate::objects::{
    Key, array, condition, integer, is_condition_true, is_deleting, is_pod_finished, name, set_condition,
    text, time, time_at,
};
use crate::scheduler::fit::toleration_for;
use crate::site::Site;

const COMPONENT: &str = "node-controller";

/// A node that has not renewed its lease for so long is taken for lost.
const PATIENCE_SECONDS: f64 = 40.0;

/// How long a pod stays on a lost node when it does not say itself.
const DEFAULT_TOLERATION_SECONDS: i64 = 300;

/// How often each node is looked at without a change.
const ROUND: Duration = Duration::from_secs(10);

/// The controller of Node conditions, their taints, and evictions by taint.
pub struct NodeLifecycle;

impl Controller for NodeLifecycle {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![Watch::itself("nodes")]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(node) = site.at("nodes", key) else { return Ok(None) };
        let lease = site.get("leases.coordination.k8s.io", "kube-node-lease", &key.name);
        let renewed = lease.as_deref().and_then(|lease| time_at(lease, "/spec/renewTime"));
        let now = site.clock.now();
        let is_late = renewed.is_some_and(|renewed| seconds_between(renewed, now) > PATIENCE_SECONDS);
        if is_late && !agent::catch_up(site, &node)? {
            mark_lost(site, &node)?;
        }
        let node = site.at("nodes", key).unwrap_or(node);
        taint_by_condition(site, &node)?;
        evict(site, &node)?;
        Ok(Some(ROUND))
    }
}

fn mark_lost(site: &Site, node: &Value) -> Result<(), Status> {
    let already = condition(node, "Ready").is_some_and(|ready| text(ready, "/status") == "Unknown");
    if already {
        return Ok(());
    }
    let now = site.clock.now();
    site.update("nodes", &Key::of(node), |node| {
        for kind in ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] {
            let message = "Kubelet stopped posting node status.";
            set_condition(&mut node["status"], kind, "Unknown", "NodeStatusUnknown", message, now);
        }
    })?;
    let message = format!("Node {} status is now: NodeNotReady", name(node));
    site.normal(node, "NodeNotReady", &message, COMPONENT);
    for pod in site.list_all("pods").iter().filter(|pod| text(pod, "/spec/nodeName") == name(node)) {
        if is_condition_true(pod, "Ready") {
            site.update("pods", &Key::of(pod), |pod| {
                set_condition(&mut pod["status"], "Ready", "False", "NodeNotReady", "Node is not ready", now);
            })?;
            site.warning(pod, "NodeNotReady", "Node is not ready", COMPONENT);
        }
    }
    Ok(())
}

/// Taints follow conditions and the cordon.
fn taint_by_condition(site: &Site, node: &Value) -> Result<(), Status> {
    // A node that has not reported yet is about to; it gets no taint in its first moment.
    let ready = condition(node, "Ready").map_or("True", |ready| text(ready, "/status"));
    let pressure = |kind: &str| is_condition_true(node, kind);
    let wanted = [
        ("node.kubernetes.io/not-ready", "NoSchedule", ready == "False"),
        ("node.kubernetes.io/not-ready", "NoExecute", ready == "False"),
        ("node.kubernetes.io/unreachable", "NoSchedule", ready == "Unknown"),
        ("node.kubernetes.io/unreachable", "NoExecute", ready == "Unknown"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule", pressure("MemoryPressure")),
        ("node.kubernetes.io/disk-pressure", "NoSchedule", pressure("DiskPressure")),
        ("node.kubernetes.io/pid-pressure", "NoSchedule", pressure("PIDPressure")),
        ("node.kubernetes.io/unschedulable", "NoSchedule", crate::objects::flag(node, "/spec/unschedulable")),
    ];
    let mut taints = array(node, "/spec/taints").to_vec();
    let is = |taint: &Value, key: &str, effect: &str| {
        text(taint, "/key") == key && text(taint, "/effect") == effect
    };
    for (key, effect, should) in wanted {
        let there = taints.iter().any(|taint| is(taint, key, effect));
        if should && !there {
            taints.push(json!({ "key": key, "effect": effect, "timeAdded": time(site.clock.now()) }));
        } else if !should && there {
            taints.retain(|taint| !is(taint, key, effect));
        }
    }
    if taints == array(node, "/spec/taints") {
        return Ok(());
    }
    site.update("nodes", &Key::of(node), |node| {
        if taints.is_empty() {
            crate::objects::remove(node, "/spec", "taints");
        } else {
            node["spec"]["taints"] = taints.into();
        }
    })
    .map(drop)
}

/// Deletes the pods that do not tolerate a `NoExecute` taint, once their patience is over.
fn evict(site: &Site, node: &Value) -> Result<(), Status> {
    let now = site.clock.now();
    let taints = array(node, "/spec/taints").iter().filter(|taint| text(taint, "/effect") == "NoExecute");
    for taint in taints {
        let since = time_at(taint, "/timeAdded").unwrap_or(now);
        let by_condition = text(taint, "/key").starts_with("node.kubernetes.io/");
        for pod in site.list_all("pods") {
            if text(&pod, "/spec/nodeName") != name(node) || is_deleting(&pod) || is_pod_finished(&pod) {
                continue;
            }
            let patience = match toleration_for(&pod, taint) {
                Some(toleration) => match integer(toleration, "/tolerationSeconds") {
                    Some(seconds) => seconds,
                    None => continue,
                },
                None if by_condition => DEFAULT_TOLERATION_SECONDS,
                None => 0,
            };
            if seconds_between(since, now) >= patience as f64 {
                let message =
                    format!("Marking for deletion Pod {}/{}", crate::objects::namespace(&pod), name(&pod));
                site.normal(&pod, "TaintManagerEviction", &message, "taint-eviction-controller");
                site.delete("pods", &Key::of(&pod))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use jiff::{SignedDuration, Timestamp};
    use playground_kubernetes::{Cluster, ClusterSettings};

    use super::*;
    use crate::clock::Clock;
    use crate::images::Images;
    use crate::objects::precise_time;

    /// A node that reported for the last time an hour ago.
    fn site(behaviour: &str) -> Site {
        let cluster = Cluster::new(ClusterSettings::default());
        let before = precise_time(Timestamp::now() - SignedDuration::from_hours(1));
        let node = json!({
            "apiVersion": "v1", "kind": "Node",
            "metadata": { "name": "late", "annotations": { "playground.orrery.dev/behaviour": behaviour } },
            "status": { "conditions": [{ "type": "Ready", "status": "True" }] },
        });
        let lease = json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": { "name": "late", "namespace": "kube-node-lease" },
            "spec": { "holderIdentity": "late", "acquireTime": before, "renewTime": before },
        });
        cluster.create(node).unwrap();
        cluster.create(lease).unwrap();
        Site::new(cluster, Clock::running(1.0), Arc::new(Images::built_in()))
    }

    fn readiness(site: &Site) -> String {
        NodeLifecycle.reconcile(site, &Key::new("", "late")).unwrap();
        let node = site.get("nodes", "", "late").unwrap();
        text(condition(&node, "Ready").unwrap(), "/status").to_owned()
    }

    #[test]
    fn a_late_agent_gets_its_turn_before_its_node_is_judged() {
        let site = site("");

        assert_eq!(readiness(&site), "True");

        let lease = site.get("leases.coordination.k8s.io", "kube-node-lease", "late").unwrap();
        assert!(seconds_between(time_at(&lease, "/spec/renewTime").unwrap(), site.clock.now()) < 60.0);
    }

    #[test]
    fn a_silent_agent_loses_its_node() {
        assert_eq!(readiness(&site("lost-contact")), "Unknown");
    }
}
