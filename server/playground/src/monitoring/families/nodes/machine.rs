//! A node with what runs on it: how much it works, and what it has left.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::monitoring::facts::Node;
use crate::monitoring::inventory::Inventory;
use crate::monitoring::load::{Load, Pattern, noise, unit};
use crate::monitoring::series::Rows;
use crate::objects::hash;

/// A node with what runs on it.
#[derive(Clone)]
pub(super) struct Machine {
    pub node: Arc<Node>,
    pub seed: u64,
    /// Its pods' work by pattern, with its own.
    loads: Vec<Load>,
    /// Its pods' memory.
    pods_memory: f64,
    /// What was computed last, by time: many series of a machine are read at the same times.
    known: Arc<Mutex<HashMap<i64, Since>>>,
}

/// What happened since a machine was switched on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since {
    /// In core seconds.
    pub work: f64,
    /// In seconds of the clock.
    pub seconds: f64,
}

/// More times than one question has steps; beyond that the memory is dropped and filled again.
const KNOWN_TIMES: usize = 50_000;

/// What a node does for itself, in cores.
const OWN_CORES: f64 = 0.12;

/// More pods than this are not added up for their nodes one by one.
const COUNTED_PODS: usize = 2_000;

/// A node's pods as far as they work: cores by pattern, and memory.
type Work = (HashMap<Pattern, f64>, f64);

/// What the pods of each node do, or of one; none where there are too many to add up.
fn work(inventory: &Inventory, only: Option<&str>) -> Option<HashMap<String, Work>> {
    if inventory.site().cluster.count("pods") > COUNTED_PODS {
        return None;
    }
    let mut work: HashMap<String, Work> = HashMap::new();
    let pods = inventory.pods(&Rows::everything());
    for pod in pods.present().iter().filter(|pod| only.is_none_or(|node| pod.node == node)) {
        let workers = pods.workers(pod);
        let (patterns, memory) = work.entry(pod.node.clone()).or_default();
        for container in pod.containers.iter().filter(|container| container.run_at(i64::MAX - 1).is_some()) {
            *patterns.entry(pod.pattern).or_default() += pod.load(container, workers).average;
            *memory += container.usual_memory() * 0.94;
        }
    }
    Some(work)
}

/// One machine.
pub(super) fn machine(inventory: &Inventory, node: Node) -> Machine {
    let work = work(inventory, Some(&node.name)).map(|mut work| work.remove(&node.name).unwrap_or_default());
    Machine::new(Arc::new(node), work)
}

/// All machines.
pub(super) fn machines(inventory: &Inventory) -> Vec<Machine> {
    let work = work(inventory, None);
    let of = |node: &Node| work.as_ref().map(|work| work.get(&node.name).cloned().unwrap_or_default());
    inventory.nodes().into_iter().map(|node| Machine::new(node.clone(), of(&node))).collect()
}

impl Machine {
    fn new(node: Arc<Node>, work: Option<Work>) -> Self {
        let seed = hash(node.uid.as_bytes());
        let load = |average: f64, pattern: Pattern, shift: u64| Load {
            average,
            pattern,
            together: seed ^ shift,
            alone: seed.rotate_left(7) ^ shift,
        };
        let (mut loads, pods_memory) = match work {
            Some((patterns, memory)) => {
                let loads =
                    patterns.iter().map(|(pattern, average)| load(*average, *pattern, *pattern as u64));
                (loads.collect::<Vec<_>>(), memory)
            }
            None => {
                let fullness = 0.35 + (seed % 40) as f64 / 100.0;
                (vec![load(node.cores * fullness * 0.7, Pattern::Customers, 11)], node.memory * fullness)
            }
        };
        loads.sort_by_key(|load| load.pattern as usize);
        loads.push(load(OWN_CORES, Pattern::Steady, 17));
        // More than the machine has cannot be done: everything becomes slower.
        let sum: f64 = loads.iter().map(|load| load.average).sum();
        let most = node.cores * 0.62;
        if sum > most {
            loads.iter_mut().for_each(|load| load.average *= most / sum);
        }
        Self { node, seed, loads, pods_memory, known: Arc::default() }
    }

    /// Core seconds since 1970.
    fn work(&self, at: i64) -> f64 {
        self.loads.iter().map(|load| load.total(at)).sum()
    }

    /// What happened since it was switched on.
    pub fn since(&self, at: i64) -> Since {
        if let Some(since) = self.known.lock().get(&at) {
            return *since;
        }
        let booted = self.node.booted(at);
        let since = Since { work: self.work(at) - self.work(booted), seconds: (at - booted) as f64 / 1000.0 };
        let mut known = self.known.lock();
        if known.len() >= KNOWN_TIMES {
            known.clear();
        }
        known.insert(at, since);
        since
    }

    /// Cores in use.
    pub fn cores(&self, at: i64) -> f64 {
        self.loads.iter().map(|load| load.speed(at)).sum::<f64>().min(self.node.cores)
    }

    /// The part of its cores in use.
    pub fn busy(&self, at: i64) -> f64 {
        self.cores(at) / self.node.cores.max(1.0)
    }

    /// Cores in use over a span, and a little for those that wait.
    pub fn load(&self, at: i64, span: i64) -> f64 {
        let used = (self.work(at) - self.work(at - span)) / (span as f64 / 1000.0);
        let share = used / self.node.cores.max(1.0);
        let waiting = used * 0.25 * share + 0.05;
        ((used + waiting) * 100.0).round() / 100.0
    }

    /// So much for each second of a core since it was switched on.
    pub fn since_boot(&self, at: i64, factor: f64) -> Option<f64> {
        Some((factor * self.since(at).work).floor())
    }

    /// The same where parts of it count.
    pub fn seconds_since_boot(&self, at: i64, factor: f64) -> Option<f64> {
        Some(factor * self.since(at).work)
    }

    /// Memory in use, in bytes.
    pub fn memory(&self, at: i64) -> f64 {
        let own = if self.node.has_memory_pressure { 0.82 } else { 0.08 };
        let (slow, _) = noise(at as f64 / 2_400_000.0, self.seed);
        let (quick, _) = noise(at as f64 / 170_000.0, self.seed ^ 9);
        let used = self.node.memory * own + self.pods_memory;
        (used * (1.0 + 0.03 * slow + 0.008 * quick)).min(self.node.memory * 0.985).floor()
    }

    /// Memory that nobody needs.
    pub fn free(&self, at: i64) -> f64 {
        self.node.memory - self.memory(at)
    }

    /// The part of the disk in use: logs and images pile up until somebody tidies up.
    pub fn disk(&self, at: i64) -> f64 {
        let days = at as f64 / 86_400_000.0;
        let share = if self.node.has_disk_pressure { 0.83 } else { 0.22 + 0.3 * unit(self.seed) };
        let sawtooth = (days / (3.0 + 4.0 * unit(self.seed ^ 5)) + unit(self.seed ^ 6)).fract();
        let (wander, _) = noise(days * 9.0, self.seed);
        share + 0.07 * sawtooth + 0.004 * wander
    }
}
