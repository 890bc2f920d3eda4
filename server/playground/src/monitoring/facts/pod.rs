//! A pod, and those that did the same before it.

use std::sync::Arc;

use serde_json::Value;

use super::container::{Container, containers};
use super::{milliseconds, owned};
use crate::images::Images;
use crate::monitoring::load::{Load, Pattern, peak, unit};
use crate::objects::{
    array, controller_of, flag, hash, is_condition_true, name, namespace, safe_suffix, text, texts, time_at,
    uid,
};

/// A pod.
#[derive(Clone, Debug)]
pub struct Pod {
    pub namespace: String,
    pub name: String,
    pub uid: String,
    pub node: String,
    pub host_ip: String,
    pub ip: String,
    pub host_network: bool,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
    /// When it was gone; none as long as it is there.
    pub gone: Option<i64>,
    pub phase: String,
    /// Why it has no usual phase, such as `Evicted`.
    pub reason: String,
    pub is_ready: bool,
    pub is_scheduled: bool,
    pub priority_class: String,
    pub owner_kind: String,
    pub owner_name: String,
    pub owner_uid: String,
    /// What people call its workload: the deployment rather than its replica set.
    pub workload: String,
    pub qos: String,
    pub labels: Vec<(String, String)>,
    pub containers: Vec<Container>,
    /// Volumes and the claims behind them.
    pub claims: Vec<(String, String)>,
    pub pattern: Pattern,
}

impl Pod {
    /// The facts of an object.
    pub fn of(pod: &Value, images: &Images) -> Self {
        let owner = controller_of(pod);
        let [owner_kind, owner_name, owner_uid] =
            ["/kind", "/name", "/uid"].map(|part| owner.map_or("", |owner| text(owner, part)).to_owned());
        let created = milliseconds(time_at(pod, "/metadata/creationTimestamp")).unwrap_or_default();
        let finished = array(pod, "/status/containerStatuses")
            .iter()
            .filter_map(|status| milliseconds(time_at(status, "/state/terminated/finishedAt")))
            .max();
        let phase = text(pod, "/status/phase").to_owned();
        let workload = workload(&owner_kind, &owner_name, name(pod));
        Self {
            namespace: namespace(pod).to_owned(),
            name: name(pod).to_owned(),
            uid: uid(pod).to_owned(),
            node: text(pod, "/spec/nodeName").to_owned(),
            host_ip: text(pod, "/status/hostIP").to_owned(),
            ip: text(pod, "/status/podIP").to_owned(),
            host_network: flag(pod, "/spec/hostNetwork"),
            created,
            gone: None,
            reason: text(pod, "/status/reason").to_owned(),
            is_ready: is_condition_true(pod, "Ready"),
            is_scheduled: !text(pod, "/spec/nodeName").is_empty(),
            priority_class: text(pod, "/spec/priorityClassName").to_owned(),
            qos: text(pod, "/status/qosClass").to_owned(),
            labels: texts(pod, "/metadata/labels").map(owned).collect(),
            containers: containers(pod, images, created, finished.filter(|_| phase != "Running")),
            claims: claims(pod),
            pattern: pattern(namespace(pod), &workload),
            owner_kind,
            owner_name,
            owner_uid,
            workload,
            phase,
        }
    }

    /// Whether it is there at a time.
    pub fn exists(&self, at: i64) -> bool {
        at >= self.created && self.gone.is_none_or(|gone| at < gone)
    }

    /// Whether it may be there in a span.
    pub fn overlaps(&self, from: i64, to: i64) -> bool {
        self.created <= to && self.gone.is_none_or(|gone| gone >= from)
    }

    /// The pods that did the same before this one was made, back to a time. They have their own names where their
    /// owner gives new ones, and nothing ever went wrong with them.
    pub fn predecessors(&self, oldest: i64) -> Vec<Arc<Self>> {
        let keeps_name = match self.owner_kind.as_str() {
            "ReplicaSet" => false,
            "StatefulSet" | "DaemonSet" | "Node" => true,
            _ => return Vec::new(),
        };
        let seed = hash(format!("{}/{}", self.namespace, self.workload).as_bytes());
        let mut before = Vec::new();
        let mut gone = self.created;
        for turn in 0u64.. {
            // Somebody releases something every two to seven days; all pods of a workload change then.
            let days = 2.0 + 5.0 * unit(seed.wrapping_add(turn));
            let created = gone - (days * 86_400_000.0) as i64;
            if gone <= oldest {
                break;
            }
            before.push(Arc::new(self.as_predecessor(created, gone, seed.wrapping_add(turn), keeps_name)));
            gone = created;
        }
        before
    }

    fn as_predecessor(&self, created: i64, gone: i64, seed: u64, keeps_name: bool) -> Self {
        let own = hash(format!("{}{seed}", self.uid).as_bytes());
        let (name, owner_name) = if keeps_name {
            (self.name.clone(), self.owner_name.clone())
        } else {
            let owner = format!("{}-{}", self.workload, safe_suffix(seed, 10));
            (format!("{owner}-{}", safe_suffix(own, 5)), owner)
        };
        let containers = self.containers.iter().filter(|container| !container.is_init);
        Self {
            uid: format!(
                "{:08x}-{:04x}-4{:03x}-a{:03x}-{own:012x}",
                own as u32,
                own >> 48,
                own >> 20 & 0xfff,
                own >> 8 & 0xfff
            ),
            created,
            gone: Some(gone),
            phase: "Running".to_owned(),
            reason: String::new(),
            is_ready: true,
            is_scheduled: true,
            containers: containers.map(|container| container.as_predecessor(created, gone, own)).collect(),
            name,
            owner_name,
            ..self.clone()
        }
    }

    /// The work of one of its containers, among so many that share it.
    pub fn load(&self, container: &Container, workers: f64) -> Load {
        let average = container
            .shared_by
            .map_or(container.cores, |instances| container.cores * instances / workers.max(1.0));
        let most =
            if container.cpu_limit > 0.0 { container.cpu_limit * 0.98 / peak(self.pattern) } else { average };
        Load {
            average: average.min(most),
            pattern: self.pattern,
            together: hash(format!("{}/{}", self.namespace, self.workload).as_bytes()),
            alone: hash(format!("{}{}", self.uid, container.name).as_bytes()),
        }
    }
}

/// A replica set is called like its deployment, and a hash.
fn workload(owner_kind: &str, owner_name: &str, pod: &str) -> String {
    match owner_kind {
        "ReplicaSet" => {
            owner_name.rsplit_once('-').map_or(owner_name, |(deployment, _)| deployment).to_owned()
        }
        "" | "Node" => pod.to_owned(),
        _ => owner_name.to_owned(),
    }
}

/// Who works when, by what it belongs to.
fn pattern(namespace: &str, workload: &str) -> Pattern {
    if namespace.starts_with("kube-") || namespace == "monitoring" {
        Pattern::Steady
    } else if namespace.contains("batch") || workload.contains("backup") {
        Pattern::Night
    } else if ["staging", "test", "preview", "platform", "tools", "build"]
        .iter()
        .any(|part| namespace.contains(part))
    {
        Pattern::Office
    } else {
        Pattern::Customers
    }
}

fn claims(pod: &Value) -> Vec<(String, String)> {
    let volumes = array(pod, "/spec/volumes").iter();
    let claim = |volume: &Value| match text(volume, "/persistentVolumeClaim/claimName") {
        "" => None,
        claim => Some((text(volume, "/name").to_owned(), claim.to_owned())),
    };
    volumes.filter_map(claim).collect()
}
