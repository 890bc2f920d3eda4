//! Finds a node for every pod that has none, or says exactly why there is none.

pub mod fit;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::controllers::{Controller, Outcome, Watch};
use crate::objects::{
    Key, array, condition, controller_of, is_deleting, is_pod_finished, name, namespace, set_condition, text,
};
use crate::quantity;
use crate::site::Site;
use fit::NodeState;

const COMPONENT: &str = "default-scheduler";

/// The scheduler.
pub struct Scheduler;

impl Controller for Scheduler {
    fn name(&self) -> &'static str {
        COMPONENT
    }

    fn watches(&self) -> Vec<Watch> {
        vec![
            Watch { kind: "pods", keys: |site, pod| on_pod_change(site, pod) },
            Watch { kind: "nodes", keys: |site, _| pending(site) },
            Watch { kind: "persistentvolumeclaims", keys: |site, _| pending(site) },
        ]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        let Some(pod) = site.at("pods", key) else { return Ok(None) };
        let gated = !array(&pod, "/spec/schedulingGates").is_empty();
        let other = !matches!(text(&pod, "/spec/schedulerName"), "" | "default-scheduler");
        if !is_waiting(&pod) || other {
            return Ok(None);
        }
        if gated {
            return refuse(
                site,
                &pod,
                "SchedulingGated",
                "Scheduling is blocked due to non-empty scheduling gates",
            );
        }
        let nodes = node_states(site);
        match choose(site, &pod, &nodes) {
            Ok(node) => bind(site, &pod, node),
            Err(message) => refuse(site, &pod, "Unschedulable", &message),
        }
    }
}

fn is_waiting(pod: &Value) -> bool {
    text(pod, "/spec/nodeName").is_empty() && !is_deleting(pod) && !is_pod_finished(pod)
}

/// A waiting pod is looked at itself; one that leaves a node makes room for those that wait.
fn on_pod_change(site: &Site, pod: &Value) -> Vec<Key> {
    if is_waiting(pod) && site.at("pods", &Key::of(pod)).is_some() {
        return vec![Key::of(pod)];
    }
    let gone = is_pod_finished(pod) || site.at("pods", &Key::of(pod)).is_none();
    if gone { pending(site) } else { Vec::new() }
}

fn pending(site: &Site) -> Vec<Key> {
    site.list_all("pods").iter().filter(|pod| is_waiting(pod)).map(|pod| Key::of(pod)).collect()
}

/// All nodes and what runs on them.
pub fn node_states(site: &Site) -> Vec<NodeState> {
    let pods = site.list_all("pods");
    site.list_all("nodes")
        .into_iter()
        .map(|node| {
            let here =
                |pod: &&Arc<Value>| text(pod, "/spec/nodeName") == name(&node) && !is_pod_finished(pod);
            NodeState::new(node.clone(), pods.iter().filter(here).cloned().collect())
        })
        .collect()
}

/// The best node for a pod, or the sentence that says why there is none.
fn choose<'a>(site: &Site, pod: &Value, nodes: &'a [NodeState]) -> Result<&'a NodeState, String> {
    if let Some(problem) = unbound_claim(site, pod) {
        return Err(fit::sentence(nodes.len(), &vec![problem; nodes.len()], &vec![false; nodes.len()]));
    }
    let mut refusals = Vec::new();
    let mut preemptable = Vec::new();
    let mut fitting = Vec::new();
    for state in nodes {
        match fit::refusals(pod, state, |claim| volume_of(site, pod, claim)) {
            reasons if reasons.is_empty() => fitting.push(state),
            reasons => {
                preemptable.push(reasons.iter().all(|reason| fit::is_about_room(reason)));
                refusals.extend(reasons);
            }
        }
    }
    fitting
        .into_iter()
        .min_by_key(|state| (state.siblings(pod), state.load_after(pod), name(&state.node).to_owned()))
        .ok_or_else(|| fit::sentence(nodes.len(), &refusals, &preemptable))
}

/// A claim the pod needs that will not be bound by scheduling it.
fn unbound_claim(site: &Site, pod: &Value) -> Option<String> {
    for claim_name in claims(pod) {
        let Some(claim) = site.get("persistentvolumeclaims", namespace(pod), claim_name) else {
            return Some(format!("persistentvolumeclaim \"{claim_name}\" not found"));
        };
        if text(&claim, "/status/phase") == "Lost" {
            return Some(format!(
                "persistentvolumeclaim \"{claim_name}\" bound to non-existent persistentvolume \
                                 \"{}\"",
                text(&claim, "/spec/volumeName")
            ));
        }
        let class = site.get("storageclasses.storage.k8s.io", "", text(&claim, "/spec/storageClassName"));
        let waits = class.is_some_and(|class| text(&class, "/volumeBindingMode") == "WaitForFirstConsumer");
        if text(&claim, "/status/phase") != "Bound" && !waits {
            return Some("pod has unbound immediate PersistentVolumeClaims".to_owned());
        }
    }
    None
}

fn volume_of(site: &Site, pod: &Value, claim: &str) -> Option<Arc<Value>> {
    let claim = site.get("persistentvolumeclaims", namespace(pod), claim)?;
    site.get("persistentvolumes", "", text(&claim, "/spec/volumeName"))
}

/// The names of the claims a pod mounts.
pub fn claims(pod: &Value) -> impl Iterator<Item = &str> {
    array(pod, "/spec/volumes")
        .iter()
        .map(|volume| text(volume, "/persistentVolumeClaim/claimName"))
        .filter(|claim| !claim.is_empty())
}

fn bind(site: &Site, pod: &Value, state: &NodeState) -> Outcome {
    let node = name(&state.node);
    let mut waits = false;
    for claim_name in claims(pod) {
        let key = Key::new(namespace(pod), claim_name);
        let bound = site
            .at("persistentvolumeclaims", &key)
            .is_some_and(|claim| text(&claim, "/status/phase") == "Bound");
        if !bound {
            waits = true;
            site.update("persistentvolumeclaims", &key, |claim| {
                if !claim["metadata"]["annotations"].is_object() {
                    claim["metadata"]["annotations"] = json!({});
                }
                claim["metadata"]["annotations"]["volume.kubernetes.io/selected-node"] = node.into();
            })?;
        }
    }
    if waits {
        return Ok(Some(Duration::from_secs(5)));
    }
    let now = site.clock.now();
    site.update("pods", &Key::of(pod), |pod| {
        pod["spec"]["nodeName"] = node.into();
        set_condition(&mut pod["status"], "PodScheduled", "True", "", "", now);
    })?;
    let message = format!("Successfully assigned {}/{} to {node}", namespace(pod), name(pod));
    site.normal(pod, "Scheduled", &message, COMPONENT);
    Ok(None)
}

fn refuse(site: &Site, pod: &Value, reason: &str, message: &str) -> Outcome {
    let known = condition(pod, "PodScheduled").is_some_and(|known| text(known, "/message") == message);
    if !known {
        let now = site.clock.now();
        site.update("pods", &Key::of(pod), |pod| {
            pod["status"]["phase"] = "Pending".into();
            set_condition(&mut pod["status"], "PodScheduled", "False", reason, message, now);
        })?;
    }
    if reason == "Unschedulable" {
        site.warning(pod, "FailedScheduling", message, COMPONENT);
    }
    Ok(Some(Duration::from_secs(300)))
}

impl NodeState {
    /// How many pods of the same owner run here already.
    fn siblings(&self, pod: &Value) -> usize {
        let owner = controller_of(pod).map(|owner| text(owner, "/uid"));
        let same = |other: &&Arc<Value>| {
            owner.is_some() && controller_of(other).map(|owner| text(owner, "/uid")) == owner
        };
        self.pods.iter().filter(same).count()
    }

    /// How full the node would be, in thousandths of its fuller resource.
    fn load_after(&self, pod: &Value) -> u64 {
        ["cpu", "memory"]
            .iter()
            .map(|resource| {
                let asked = self.requested(resource) + quantity::of_pod(pod, "requests", resource);
                (asked / self.allocatable(resource).max(0.001) * 1000.0) as u64
            })
            .max()
            .unwrap_or(0)
    }
}
