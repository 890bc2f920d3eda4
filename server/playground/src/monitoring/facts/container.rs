//! A container: what it asks for, what it does, and when it ran.

use serde_json::Value;

use super::milliseconds;
use crate::images::{Behaviour, Images};
use crate::monitoring::load::noise;
use crate::objects::{array, flag, integer, text, time_at};
use crate::quantity;

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
    pub(super) cores: f64,
    /// Among how many at first, where all of a workload share the work.
    pub(super) shared_by: Option<f64>,
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

impl Container {
    /// The same in a pod that did the same before.
    pub(super) fn as_predecessor(&self, created: i64, gone: i64, seed: u64) -> Self {
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
        let (slow, _) = noise(at as f64 / 1_900_000.0, seed);
        let (quick, _) = noise(at as f64 / 140_000.0, seed ^ 0xa5);
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

/// All containers of a pod that was made at a time and has ended at another, if it has.
pub(super) fn containers(
    pod: &Value,
    images: &Images,
    created: i64,
    finished: Option<i64>,
) -> Vec<Container> {
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
