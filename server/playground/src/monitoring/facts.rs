//! What metrics need to know about pods and nodes, taken out of their objects once.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::load::{Load, Pattern, peak, unit};
use crate::images::{Behaviour, Images};
use crate::objects::{
    array, condition, controller_of, flag, hash, integer, is_condition_true, name, namespace, text, texts,
    time_at, uid,
};
use crate::quantity;

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

/// A container of a pod.
#[derive(Clone, Debug)]
pub struct Container {
    pub name: String,
    pub image: String,
    pub image_id: String,
    pub id: String,
    pub is_init: bool,
    pub cpu_request: f64,
    pub cpu_limit: f64,
    pub memory_request: f64,
    pub memory_limit: f64,
    /// Cores on average, before anything is shared or limited.
    cores: f64,
    shared_by: Option<f64>,
    memory: f64,
    behaviour: Behaviour,
    after_seconds: f64,
    /// When it ran, in milliseconds since 1970, the last one without an end if it runs.
    pub runs: Vec<(i64, Option<i64>)>,
    pub is_ready: bool,
    pub restarts: i64,
    /// Why it waits, if it does.
    pub waiting: String,
    /// Why it ended, if it has.
    pub terminated: String,
    pub last_terminated: String,
    pub last_exit_code: Option<i64>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    pub name: String,
    pub uid: String,
    pub address: String,
    pub created: i64,
    pub cores: f64,
    pub memory: f64,
    pub pods: f64,
    pub storage: f64,
    pub allocatable_cores: f64,
    pub allocatable_memory: f64,
    pub allocatable_storage: f64,
    pub info: Value,
    pub labels: Vec<(String, String)>,
    pub taints: Vec<(String, String, String)>,
    pub conditions: Vec<(String, String, i64)>,
    pub is_unschedulable: bool,
    pub has_memory_pressure: bool,
    pub has_disk_pressure: bool,
    /// Since when nothing is heard of it.
    pub lost: Option<i64>,
    /// When it became ready last.
    pub ready_since: i64,
}

fn milliseconds(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millisecond)
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
            let owner = format!("{}-{}", self.workload, crate::objects::safe_suffix(seed, 10));
            (format!("{owner}-{}", crate::objects::safe_suffix(own, 5)), owner)
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

impl Container {
    fn as_predecessor(&self, created: i64, gone: i64, seed: u64) -> Self {
        Self {
            id: format!("containerd://{seed:016x}{:016x}", seed.rotate_left(32)),
            behaviour: Behaviour::Healthy,
            runs: vec![(created + 4_000, Some(gone))],
            is_ready: true,
            restarts: 0,
            waiting: String::new(),
            terminated: String::new(),
            last_terminated: String::new(),
            last_exit_code: None,
            ..self.clone()
        }
    }

    /// The run that a time lies in: when it began.
    pub fn run_at(&self, at: i64) -> Option<i64> {
        let run = self.runs.iter().rev().find(|(start, _)| *start <= at)?;
        run.1.is_none_or(|end| at < end).then_some(run.0)
    }

    /// How many times it had been started again by a time.
    pub fn restarts_at(&self, at: i64) -> f64 {
        let later = self.runs.iter().filter(|(start, _)| *start > at).count() as i64;
        (self.restarts - later).max(0) as f64
    }

    /// Memory that cannot be taken back, in bytes, at a time in a run that began at another.
    pub fn memory(&self, at: i64, started: i64, seed: u64) -> f64 {
        let age = (at - started) as f64 / 1000.0;
        let (slow, _) = super::load::noise(at as f64 / 1_900_000.0, seed);
        let (quick, _) = super::load::noise(at as f64 / 140_000.0, seed ^ 0xa5);
        // A program fills its caches in the first hour, and a little every day.
        let filled = 0.72 + 0.22 * (1.0 - (-age / 1500.0).exp()) + 0.02 * (age / 86_400.0).min(4.0);
        let mut bytes = self.memory * filled * (1.0 + 0.05 * slow + 0.02 * quick);
        if self.memory_limit > 0.0 {
            if self.behaviour == Behaviour::Oom {
                bytes = self.memory_limit * (0.3 + 0.7 * (age / self.after_seconds).min(1.0));
            }
            bytes = bytes.min(self.memory_limit * 0.999);
        }
        bytes.max(1024.0 * 1024.0)
    }

    /// Memory on average.
    pub fn usual_memory(&self) -> f64 {
        if self.memory_limit > 0.0 { self.memory.min(self.memory_limit) } else { self.memory }
    }
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
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

fn containers(pod: &Value, images: &Images, created: i64, finished: Option<i64>) -> Vec<Container> {
    let lists = [
        ("/spec/containers", "/status/containerStatuses", false),
        ("/spec/initContainers", "/status/initContainerStatuses", true),
    ];
    let mut found = Vec::new();
    for (specs, statuses, is_init) in lists {
        let statuses = array(pod, statuses);
        for spec in array(pod, specs) {
            let none = Value::Null;
            let status = statuses.iter().find(|status| status["name"] == spec["name"]).unwrap_or(&none);
            found.push(container(pod, spec, status, images, created, is_init));
        }
    }
    if let Some(finished) = finished {
        for (_, end) in found.iter_mut().flat_map(|container: &mut Container| container.runs.iter_mut()) {
            *end = Some(end.unwrap_or(finished));
        }
    }
    found
}

fn container(
    pod: &Value,
    spec: &Value,
    status: &Value,
    images: &Images,
    created: i64,
    is_init: bool,
) -> Container {
    let program = images.program(pod, spec);
    let amount = |pointer: &str| spec.pointer(pointer).map_or(0.0, quantity::of);
    let [cpu_request, cpu_limit, memory_request, memory_limit] = [
        "/resources/requests/cpu",
        "/resources/limits/cpu",
        "/resources/requests/memory",
        "/resources/limits/memory",
    ]
    .map(amount);
    Container {
        name: text(spec, "/name").to_owned(),
        image: text(spec, "/image").to_owned(),
        image_id: text(status, "/imageID").to_owned(),
        id: text(status, "/containerID").to_owned(),
        is_init,
        cpu_request: if cpu_request > 0.0 { cpu_request } else { cpu_limit },
        cpu_limit,
        memory_request: if memory_request > 0.0 { memory_request } else { memory_limit },
        memory_limit,
        cores: program.image.usage.cpu_millicores / 1000.0,
        shared_by: program.image.usage.shared_by,
        memory: program.image.usage.memory_mebibytes * 1024.0 * 1024.0,
        behaviour: program.run.behaviour,
        after_seconds: program.run.after_seconds.max(1.0),
        runs: runs(status, created),
        is_ready: flag(status, "/ready"),
        restarts: integer(status, "/restartCount").unwrap_or_default(),
        waiting: text(status, "/state/waiting/reason").to_owned(),
        terminated: text(status, "/state/terminated/reason").to_owned(),
        last_terminated: text(status, "/lastState/terminated/reason").to_owned(),
        last_exit_code: integer(status, "/lastState/terminated/exitCode"),
    }
}

/// The longest wait before a container is started again, in milliseconds.
const LONGEST_WAIT: i64 = 300_000;

/// When a container ran. Its status tells the last run and the one before; those before them are worked out from the
/// waits between starts, which double from ten seconds to five minutes.
fn runs(status: &Value, created: i64) -> Vec<(i64, Option<i64>)> {
    let at = |pointer: &str| milliseconds(time_at(status, pointer));
    let mut runs = Vec::new();
    if let Some(started) = at("/state/running/startedAt") {
        runs.push((started, None));
    } else if let Some(finished) = at("/state/terminated/finishedAt") {
        runs.push((at("/state/terminated/startedAt").unwrap_or(finished), Some(finished)));
    }
    let Some(finished) = at("/lastState/terminated/finishedAt") else { return runs };
    let started = at("/lastState/terminated/startedAt").unwrap_or(finished);
    runs.insert(0, (started, Some(finished)));
    let length = (finished - started).max(1000);
    let restarts = integer(status, "/restartCount").unwrap_or_default();
    let mut start = started;
    for turn in (1..restarts).rev().take(500) {
        let wait = 10_000i64.saturating_mul(1 << (turn - 1).clamp(0, 10)).min(LONGEST_WAIT);
        start -= wait + length;
        if start < created {
            break;
        }
        runs.insert(0, (start, Some(start + length)));
    }
    runs
}

impl Node {
    /// The facts of an object.
    pub fn of(node: &Value) -> Self {
        let amount = |pointer: &str| node.pointer(pointer).map_or(0.0, quantity::of);
        let addresses = array(node, "/status/addresses").iter();
        let mut address = addresses
            .filter(|address| address["type"] == "InternalIP")
            .map(|address| text(address, "/address"));
        let created = milliseconds(time_at(node, "/metadata/creationTimestamp")).unwrap_or_default();
        let ready = condition(node, "Ready");
        let ready_changed =
            ready.and_then(|ready| milliseconds(time_at(ready, "/lastTransitionTime"))).unwrap_or(created);
        let is_lost = ready.is_some_and(|ready| text(ready, "/status") == "Unknown");
        let conditions = array(node, "/status/conditions").iter().map(|condition| {
            let since = milliseconds(time_at(condition, "/lastTransitionTime")).unwrap_or(created);
            (text(condition, "/type").to_owned(), text(condition, "/status").to_lowercase(), since)
        });
        let taint = |taint: &Value| ["/key", "/value", "/effect"].map(|part| text(taint, part).to_owned());
        Self {
            name: name(node).to_owned(),
            uid: uid(node).to_owned(),
            address: address.next_back().unwrap_or_default().to_owned(),
            created,
            cores: amount("/status/capacity/cpu"),
            memory: amount("/status/capacity/memory"),
            pods: amount("/status/capacity/pods"),
            storage: amount("/status/capacity/ephemeral-storage"),
            allocatable_cores: amount("/status/allocatable/cpu"),
            allocatable_memory: amount("/status/allocatable/memory"),
            allocatable_storage: amount("/status/allocatable/ephemeral-storage"),
            info: node["status"]["nodeInfo"].clone(),
            labels: texts(node, "/metadata/labels").map(owned).collect(),
            taints: array(node, "/spec/taints")
                .iter()
                .map(taint)
                .map(|[key, value, effect]| (key, value, effect))
                .collect(),
            conditions: conditions.collect(),
            is_unschedulable: flag(node, "/spec/unschedulable"),
            has_memory_pressure: is_condition_true(node, "MemoryPressure"),
            has_disk_pressure: is_condition_true(node, "DiskPressure"),
            // It was silent for forty seconds before anybody noticed.
            lost: is_lost.then_some(ready_changed - 40_000),
            ready_since: ready_changed,
        }
    }

    /// Whether it answered at a time.
    pub fn is_up(&self, at: i64) -> bool {
        at >= self.created && self.lost.is_none_or(|lost| at < lost) && self.outage_at(at).is_none()
    }

    /// The outage that a time lies in. Every node was away for a while now and then before it became ready last.
    fn outage_at(&self, at: i64) -> Option<(i64, i64)> {
        (at < self.ready_since)
            .then(|| self.outage_in(at.div_euclid(OUTAGE_DAYS)))
            .flatten()
            .filter(|(from, to)| (*from..*to).contains(&at))
    }

    fn outage_in(&self, turn: i64) -> Option<(i64, i64)> {
        let seed = hash(self.uid.as_bytes()) ^ turn as u64;
        let from = turn * OUTAGE_DAYS + (unit(seed) * 0.9 * OUTAGE_DAYS as f64) as i64;
        let to = from + (6.0 * 60_000.0 + unit(seed ^ 1) * 34.0 * 60_000.0) as i64;
        (to < self.ready_since && from > self.created).then_some((from, to))
    }

    /// When it was switched on before a time: after its last outage.
    pub fn booted(&self, at: i64) -> i64 {
        let turn = at.min(self.ready_since).div_euclid(OUTAGE_DAYS);
        let outages = (turn - 3..=turn).rev().filter_map(|turn| self.outage_in(turn));
        let last = outages.map(|(_, to)| to).find(|to| *to <= at);
        last.unwrap_or_else(|| (at - 60 * 86_400_000).max(self.created))
    }
}

/// A node is away once in so many milliseconds.
const OUTAGE_DAYS: i64 = 11 * 86_400_000;
