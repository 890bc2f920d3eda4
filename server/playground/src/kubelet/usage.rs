//! What containers and nodes use: smooth functions of who they are and what time it is.

use std::f64::consts::TAU;

use jiff::Timestamp;
use playground_kubernetes::{ContainerUsage, Usage};
use serde_json::Value;

use crate::clock::seconds_between;
use crate::images::Behaviour;
use crate::objects::{
    array, controller_of, hash, is_condition_true, is_pod_ready, name, namespace, text, time_at, uid,
};
use crate::quantity;
use crate::site::Site;

/// What one container uses.
#[derive(Clone, Debug)]
pub struct Used {
    container: String,
    cores: f64,
    memory_bytes: f64,
}

impl Used {
    /// Processor cores.
    pub fn cores(&self) -> f64 {
        self.cores
    }

    /// Memory in bytes.
    pub fn memory_bytes(&self) -> f64 {
        self.memory_bytes
    }

    /// The same, as the metrics API has it.
    pub fn measured(&self) -> ContainerUsage {
        ContainerUsage { container: self.container.clone(), usage: written(self.cores, self.memory_bytes) }
    }
}

/// An amount as the metrics API has it.
pub fn written(cores: f64, memory_bytes: f64) -> Usage {
    Usage { cpu_nanocores: (cores * 1e9) as u64, memory_bytes: memory_bytes as u64 }
}

/// What each running container of a pod uses.
pub fn of_pod(site: &Site, pod: &Value) -> Vec<Used> {
    let statuses = array(pod, "/status/containerStatuses");
    array(pod, "/spec/containers")
        .iter()
        .filter_map(|container| {
            let status = statuses.iter().find(|status| status["name"] == container["name"])?;
            let started = time_at(status, "/state/running/startedAt")?;
            Some(of_container(site, pod, container, started))
        })
        .collect()
}

/// How many ready pods share the work of this one.
fn workers(site: &Site, pod: &Value) -> f64 {
    let owner = controller_of(pod).map(|owner| text(owner, "/uid"));
    let pods = site.list("pods", namespace(pod));
    let shares =
        |other: &Value| is_pod_ready(other) && controller_of(other).map(|owner| text(owner, "/uid")) == owner;
    pods.iter().filter(|other| shares(other)).count().max(1) as f64
}

fn of_container(site: &Site, pod: &Value, container: &Value, started: Timestamp) -> Used {
    let now = site.clock.now();
    let program = site.images.program(pod, container);
    let seed = hash(format!("{}{}", uid(pod), text(container, "/name")).as_bytes());
    let average = program.image.usage;
    let share = average.shared_by.map_or(1.0, |instances| instances / workers(site, pod));
    let mut cores = average.cpu_millicores / 1000.0 * share * wave(seed, now, 0.3);
    let most = quantity::of(&container["resources"]["limits"]["cpu"]);
    if most > 0.0 {
        cores = cores.min(most);
    }
    let mut memory = average.memory_mebibytes * 1024.0 * 1024.0 * wave(seed.rotate_left(17), now, 0.06);
    let limit = quantity::of(&container["resources"]["limits"]["memory"]);
    if limit > 0.0 {
        let age = seconds_between(started, now);
        if program.run.behaviour == Behaviour::Oom {
            memory = limit * (0.3 + 0.7 * (age / program.run.after_seconds).min(1.0));
        }
        memory = memory.min(limit * 0.999);
    }
    Used { container: text(container, "/name").to_owned(), cores, memory_bytes: memory }
}

/// A value around one that changes slowly: a day, a quarter of an hour and two minutes laid over each other.
fn wave(seed: u64, now: Timestamp, strength: f64) -> f64 {
    let seconds = now.as_millisecond() as f64 / 1000.0;
    let phase = |shift: u32| (seed.rotate_right(shift) & 0xffff) as f64 / 65536.0;
    let part = |period: f64, shift: u32| (TAU * (seconds / period + phase(shift))).sin();
    let day = (TAU * (seconds / 86_400.0 - 0.3)).sin();
    1.0 + strength * (0.4 * day + 0.35 * part(900.0, 3) + 0.25 * part(127.0, 19))
}

/// Beyond so many pods a node's use is told without adding up its pods', which would mean to parse all of them.
const COUNTED_PODS: usize = 2_000;

/// What a node uses: its pods and some for itself.
pub fn of_node(site: &Site, node: &Value) -> Usage {
    let now = site.clock.now();
    let seed = hash(uid(node).as_bytes());
    let total_cores = quantity::of(&node["status"]["capacity"]["cpu"]);
    let total_memory = quantity::of(&node["status"]["capacity"]["memory"]);
    let limited = |cores: f64, memory: f64| written(cores.min(total_cores), memory.min(total_memory * 0.985));
    if site.cluster.count("pods") > COUNTED_PODS {
        let fullness = 0.35 + (seed % 40) as f64 / 100.0;
        let (cores, memory) = (wave(seed, now, 0.3), wave(seed.rotate_left(9), now, 0.05));
        return limited(total_cores * fullness * cores, total_memory * fullness * memory);
    }
    let own_share = if is_condition_true(node, "MemoryPressure") { 0.82 } else { 0.08 };
    let cores = 0.12 * wave(seed, now, 0.4);
    let memory = total_memory * own_share * wave(seed, now, 0.04);
    let pods = site.list_all("pods");
    let here = pods.iter().filter(|pod| text(pod, "/spec/nodeName") == name(node));
    let (cores, memory) = here
        .flat_map(|pod| of_pod(site, pod))
        .fold((cores, memory), |(cores, memory), used| (cores + used.cores, memory + used.memory_bytes));
    limited(cores, memory)
}
