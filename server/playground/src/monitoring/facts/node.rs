//! A node, and when it answered.

use serde_json::Value;

use super::{milliseconds, owned};
use crate::monitoring::load::unit;
use crate::objects::{array, condition, flag, hash, is_condition_true, name, text, texts, time_at, uid};
use crate::quantity;

/// A node is away once in so long.
const OUTAGE_EVERY_MILLISECONDS: i64 = 11 * 86_400_000;

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
            .then(|| self.outage_in(at.div_euclid(OUTAGE_EVERY_MILLISECONDS)))
            .flatten()
            .filter(|(from, to)| (*from..*to).contains(&at))
    }

    fn outage_in(&self, turn: i64) -> Option<(i64, i64)> {
        let seed = hash(self.uid.as_bytes()) ^ turn as u64;
        let from =
            turn * OUTAGE_EVERY_MILLISECONDS + (unit(seed) * 0.9 * OUTAGE_EVERY_MILLISECONDS as f64) as i64;
        let to = from + (6.0 * 60_000.0 + unit(seed ^ 1) * 34.0 * 60_000.0) as i64;
        (to < self.ready_since && from > self.created).then_some((from, to))
    }

    /// When it was switched on before a time: after its last outage.
    pub fn booted(&self, at: i64) -> i64 {
        let turn = at.min(self.ready_since).div_euclid(OUTAGE_EVERY_MILLISECONDS);
        let outages = (turn - 3..=turn).rev().filter_map(|turn| self.outage_in(turn));
        let last = outages.map(|(_, to)| to).find(|to| *to <= at);
        last.unwrap_or_else(|| (at - 60 * 86_400_000).max(self.created))
    }
}
