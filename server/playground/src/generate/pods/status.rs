//! The status of a generated pod, as its kubelet would tell it.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Trouble, Workload};
use crate::objects::{hash, time};

/// The container of every generated pod that is well whatever happens to the other one.
const FORWARDER: &str = "registry.example.net/platform/log-forwarder:3.4.1";

impl Workload {
    /// What a pod of this workload says of itself.
    pub(super) fn status(
        &self,
        trouble: Trouble,
        restarts: i64,
        created: Timestamp,
        node: usize,
        replica: usize,
    ) -> Value {
        let started = time(created + SignedDuration::from_secs(2));
        let running = time(created + SignedDuration::from_secs(6));
        if trouble == Trouble::Unschedulable {
            let message = "0/5000 nodes are available: 5000 Insufficient cpu. preemption: 0/5000 nodes are available: \
                           5000 No preemption victims found for incoming pod.";
            let conditions = [condition(&running, "PodScheduled", false, "Unschedulable", message)];
            return json!({ "phase": "Pending", "qosClass": "Burstable", "conditions": conditions });
        }
        let ready = trouble == Trouble::None;
        let reason = if ready { "" } else { "ContainersNotReady" };
        let readiness =
            |kind: &str| condition(&running, kind, ready, reason, "containers with unready status: [main]");
        let holds = |kind: &str| condition(&running, kind, true, "", "");
        let address =
            format!("10.{}.{}.{}", 100 + node / 250, node % 250, 2 + (replica * 7 + self.index) % 250);
        let host = format!("172.{}.{}.{}", 16 + node / 62_500, node / 250 % 250, 2 + node % 250);
        let mut forwarder = container("log-forwarder", FORWARDER, replica);
        forwarder["ready"] = true.into();
        forwarder["started"] = true.into();
        forwarder["state"] = json!({ "running": { "startedAt": running } });
        json!({
            "phase": if trouble == Trouble::Pulling { "Pending" } else { "Running" }, "qosClass": "Burstable",
            "hostIP": host, "hostIPs": [{ "ip": host }], "podIP": address, "podIPs": [{ "ip": address }],
            "startTime": started,
            "conditions": [
                holds("PodReadyToStartContainers"),
                holds("Initialized"),
                readiness("Ready"),
                readiness("ContainersReady"),
                holds("PodScheduled"),
            ],
            "containerStatuses": [forwarder, self.main(trouble, restarts, replica, &started, &running)],
        })
    }

    /// The container whose trouble is the pod's.
    fn main(&self, trouble: Trouble, restarts: i64, replica: usize, started: &str, running: &str) -> Value {
        let mut main = container("main", &self.image, replica);
        let ready = trouble == Trouble::None;
        main["ready"] = ready.into();
        main["started"] = ready.into();
        match trouble {
            Trouble::Crashing => {
                main["state"] = json!({ "waiting": {
                    "reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=main",
                } });
                main["lastState"] = json!({ "terminated": {
                    "exitCode": 1, "reason": "Error", "startedAt": started, "finishedAt": running,
                } });
                main["restartCount"] = (40 + restarts).into();
            }
            Trouble::Pulling => {
                main["state"] = json!({ "waiting": {
                    "reason": "ImagePullBackOff", "message": format!("Back-off pulling image \"{}\"", self.image),
                } });
            }
            Trouble::None | Trouble::Unschedulable => {
                main["state"] = json!({ "running": { "startedAt": running } });
                main["restartCount"] = restarts.into();
            }
        }
        main
    }
}

fn condition(at: &str, kind: &str, holds: bool, reason: &str, message: &str) -> Value {
    let mut condition = json!({
        "type": kind, "status": if holds { "True" } else { "False" }, "lastProbeTime": null,
        "lastTransitionTime": at,
    });
    if !reason.is_empty() {
        condition["reason"] = reason.into();
        condition["message"] = message.into();
    }
    condition
}

/// A container that was never started again, before anything is known of how it is.
fn container(name: &str, image: &str, replica: usize) -> Value {
    let digest = hash(image.as_bytes());
    json!({
        "name": name, "image": image, "imageID": format!("{image}@sha256:{digest:016x}{digest:016x}"),
        "containerID": format!("containerd://{:016x}{digest:016x}", hash(name.as_bytes()) ^ replica as u64),
        "ready": false, "started": false, "restartCount": 0, "state": {}, "lastState": {},
    })
}
