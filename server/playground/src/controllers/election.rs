//! Who does the work among replicas of the control plane's parts: the one that does says so again and again in a lease.

use std::time::Duration;

use playground_kubernetes::Status;
use serde_json::{Value, json};

use super::{Controller, Outcome, Watch};
use crate::objects::{Key, name, precise_time};
use crate::site::Site;

const LEASES: &str = "leases.coordination.k8s.io";
const NAMESPACE: &str = "kube-system";
/// The parts of which there may be several.
const PARTS: [&str; 2] = ["kube-controller-manager", "kube-scheduler"];
/// How often a lease is renewed, and how often while the past of a world is made.
const ROUND: Duration = Duration::from_secs(10);
const PAST_ROUND: Duration = Duration::from_secs(30);

/// Renews the leases of the parts that all live in this process.
pub struct Elections;

impl Controller for Elections {
    fn name(&self) -> &'static str {
        "leader-election"
    }

    fn watches(&self) -> Vec<Watch> {
        vec![Watch { kind: "namespaces", keys: |_, namespace| parts_of(namespace) }]
    }

    fn reconcile(&mut self, site: &Site, key: &Key) -> Outcome {
        if site.at("namespaces", &Key::new("", NAMESPACE)).is_none() {
            return Ok(None);
        }
        renew(site, key)?;
        Ok(Some(if site.clock.is_catching_up() { PAST_ROUND } else { ROUND }))
    }
}

fn parts_of(namespace: &Value) -> Vec<Key> {
    match name(namespace) {
        NAMESPACE => PARTS.iter().map(|part| Key::new(NAMESPACE, part)).collect(),
        _ => Vec::new(),
    }
}

fn renew(site: &Site, key: &Key) -> Result<(), Status> {
    let now = precise_time(site.clock.now());
    if site.at(LEASES, key).is_some() {
        return site.update(LEASES, key, |lease| lease["spec"]["renewTime"] = now.into()).map(drop);
    }
    site.create(json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": key.name, "namespace": NAMESPACE},
        "spec": {
            "holderIdentity": format!("control-plane_{}", key.name), "leaseDurationSeconds": 15,
            "leaseTransitions": 0, "acquireTime": now, "renewTime": now,
        },
    }))
    .map(drop)
}
