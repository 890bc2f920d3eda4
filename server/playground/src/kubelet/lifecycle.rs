//! The next state of a pod: a function of the pod, what its images do, and the time.
//!
//! Nothing is remembered beside the pod's own status, so an agent that starts anew goes on where it left.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::{seconds_after, seconds_between};
use crate::images::{Behaviour, Images, Program};
use crate::objects::{
    array, hash, integer, joined, name, namespace, set, set_condition, text, time, time_at, uid,
};

mod container;

use container::Circumstances;

/// What the world around a pod is like.
pub struct Surroundings<'a> {
    pub images: &'a Images,
    pub now: Timestamp,
    pub node_address: &'a str,
    pub pod_address: &'a str,
    /// The sentence about a volume that cannot be mounted.
    pub missing_volume: Option<String>,
    /// The sentence about what a container's environment lacks.
    pub missing_environment: &'a dyn Fn(&Value) -> Option<String>,
}

/// What is to be done with a pod.
#[derive(Debug)]
pub struct Step {
    pub status: Value,
    /// When something will happen by itself.
    pub wake: Option<Timestamp>,
    pub events: Vec<Notice>,
    /// What a failing probe says, over and over.
    pub unhealthy: Option<String>,
}

/// Something to be told in an event.
#[derive(Debug, PartialEq)]
pub struct Notice {
    pub warning: bool,
    pub reason: &'static str,
    pub message: String,
}

impl Notice {
    fn normal(reason: &'static str, message: String) -> Self {
        Self { warning: false, reason, message }
    }

    fn warning(reason: &'static str, message: String) -> Self {
        Self { warning: true, reason, message }
    }
}

/// The next state of a pod that was assigned to a node and is not being deleted.
pub fn advance(pod: &Value, around: &Surroundings<'_>) -> Step {
    let mut status = pod["status"].clone();
    if !status.is_object() {
        status = json!({});
    }
    let mut step = Step { status: Value::Null, wake: None, events: Vec::new(), unhealthy: None };
    if matches!(text(pod, "/status/phase"), "Succeeded" | "Failed") {
        step.status = status;
        return step;
    }
    begin(pod, &mut status, around);
    let started = time_at(&status, "/startTime").unwrap_or(around.now);
    let mut begin_containers = Some(started);
    if let Some(problem) = &around.missing_volume {
        let unmounted =
            array(pod, "/status/containerStatuses").iter().all(|one| one["state"].get("running").is_none());
        if unmounted {
            step.events.push(Notice::warning("FailedMount", problem.clone()));
            step.wake = Some(seconds_after(around.now, 30.0));
            begin_containers = None;
        }
    }
    let initialised = run_initial(pod, &mut status, around, &mut step, &mut begin_containers);
    let statuses: Vec<Value> = array(pod, "/spec/containers")
        .iter()
        .map(|spec| {
            let circumstances = Circumstances::new(pod, spec, "/status/containerStatuses", around)
                .from(if initialised { begin_containers } else { None })
                .restarting(restart_policy(pod));
            circumstances.advance(&mut step)
        })
        .collect();
    set(&mut status, "/containerStatuses", statuses.into());
    run_ephemeral(pod, &mut status, around);
    conclude(pod, &mut status, initialised, around.pod_address, around.now);
    end_sidecars(&mut status, around.now);
    step.status = status;
    step
}

/// Whether a container that starts before the others stays beside them: a sidecar.
fn stays(spec: &Value) -> bool {
    text(spec, "/restartPolicy") == "Always"
}

fn restart_policy(pod: &Value) -> &str {
    match text(pod, "/spec/restartPolicy") {
        "" => "Always",
        policy => policy,
    }
}

/// The first sight of a pod on its node.
fn begin(pod: &Value, status: &mut Value, around: &Surroundings<'_>) {
    if text(status, "/startTime").is_empty() {
        set(status, "/startTime", time(around.now).into());
        set(status, "/phase", "Pending".into());
        set_condition(status, "PodScheduled", "True", "", "", around.now);
        set_condition(status, "PodReadyToStartContainers", "False", "", "", around.now);
    }
    if text(status, "/qosClass").is_empty() {
        set(status, "/qosClass", quality(pod).into());
    }
    set(status, "/hostIP", around.node_address.into());
    set(status, "/hostIPs", json!([{ "ip": around.node_address }]));
}

/// How much the pod's promises are worth when the node is short of memory.
fn quality(pod: &Value) -> &'static str {
    let containers = array(pod, "/spec/containers");
    let amount = |container: &Value, part: &str, of: &str| container["resources"][part].get(of).cloned();
    let fixed = |container: &Value| {
        ["cpu", "memory"].iter().all(|of| {
            let limit = amount(container, "limits", of);
            limit.is_some()
                && (limit == amount(container, "requests", of) || amount(container, "requests", of).is_none())
        })
    };
    let nothing = |container: &Value| {
        ["requests", "limits"]
            .iter()
            .all(|part| container["resources"][part].as_object().is_none_or(serde_json::Map::is_empty))
    };
    if containers.iter().all(fixed) {
        "Guaranteed"
    } else if containers.iter().all(nothing) {
        "BestEffort"
    } else {
        "Burstable"
    }
}

/// Runs the containers that come first, one after the other; answers whether all are through. One that stays is through when
/// it has started, and once the others have begun they wait for none that starts again.
fn run_initial(
    pod: &Value,
    status: &mut Value,
    around: &Surroundings<'_>,
    step: &mut Step,
    begin: &mut Option<Timestamp>,
) -> bool {
    let specs = array(pod, "/spec/initContainers");
    if specs.is_empty() {
        return true;
    }
    let mut through = true;
    let mut statuses = Vec::new();
    for spec in specs {
        let stays = stays(spec);
        let policy = match (stays, restart_policy(pod)) {
            (true, _) => "Always",
            (false, "Never") => "Never",
            (false, _) => "OnFailure",
        };
        let circumstances = Circumstances::new(pod, spec, "/status/initContainerStatuses", around)
            .from(if through { *begin } else { None })
            .restarting(policy)
            .initial(!stays);
        let one = circumstances.advance(step);
        let (done, since) = if stays {
            let first = integer(&one, "/restartCount") == Some(0);
            (one["started"] == true, time_at(&one, "/state/running/startedAt").filter(|_| first))
        } else {
            let done = text(&one, "/state/terminated/reason") == "Completed";
            (done, time_at(&one, "/state/terminated/finishedAt"))
        };
        if let Some(since) = since.filter(|_| done) {
            *begin = Some(since);
        }
        through &= done;
        statuses.push(one);
    }
    set(status, "/initContainerStatuses", statuses.into());
    through || array(pod, "/status/containerStatuses").iter().any(has_begun)
}

/// Whether a container runs, or has run.
fn has_begun(one: &Value) -> bool {
    let ended = |state: &Value| state.get("terminated").is_some();
    one["state"].get("running").is_some() || ended(&one["state"]) || ended(&one["lastState"])
}

/// What stays beside the others ends with them.
fn end_sidecars(status: &mut Value, now: Timestamp) {
    if !matches!(text(status, "/phase"), "Succeeded" | "Failed") {
        return;
    }
    let mut statuses = array(status, "/initContainerStatuses").to_vec();
    for one in statuses.iter_mut().filter(|one| one["state"].get("running").is_some()) {
        let state = json!({ "terminated": {
            "exitCode": 0, "reason": "Completed", "startedAt": one["state"]["running"]["startedAt"],
            "finishedAt": time(now), "containerID": one["containerID"],
        } });
        one["state"] = state;
        one["ready"] = false.into();
        one["started"] = false.into();
    }
    if !statuses.is_empty() {
        set(status, "/initContainerStatuses", statuses.into());
    }
}

/// Containers added for debugging run as long as the pod does.
fn run_ephemeral(pod: &Value, status: &mut Value, around: &Surroundings<'_>) {
    let specs = array(pod, "/spec/ephemeralContainers");
    if specs.is_empty() {
        return;
    }
    let known = array(pod, "/status/ephemeralContainerStatuses");
    let statuses: Vec<Value> = specs
        .iter()
        .map(|spec| {
            known.iter().find(|one| one["name"] == spec["name"]).cloned().unwrap_or_else(|| {
                let image = text(spec, "/image");
                let run = around.images.program(pod, spec).run;
                let state = if run.behaviour == Behaviour::ImageMissing {
                    let message = format!("failed to pull and unpack image \"{image}\": {}", run.message);
                    json!({ "waiting": { "reason": "ErrImagePull", "message": message } })
                } else {
                    json!({ "running": { "startedAt": time(around.now) } })
                };
                json!({
                    "name": spec["name"], "image": image, "imageID": container::image_id(image),
                    "ready": false, "restartCount": 0, "lastState": {}, "state": state,
                })
            })
        })
        .collect();
    set(status, "/ephemeralContainerStatuses", statuses.into());
}

/// Phase, address and conditions, which follow from the containers.
fn conclude(pod: &Value, status: &mut Value, initialised: bool, pod_address: &str, now: Timestamp) {
    let containers = array(status, "/containerStatuses").to_vec();
    let initial = array(status, "/initContainerStatuses").to_vec();
    let policy = restart_policy(pod);
    let sidecars = array(pod, "/spec/initContainers").iter().filter(|spec| stays(spec));
    let sidecars: Vec<&str> = sidecars.map(|spec| text(spec, "/name")).collect();
    let is_sidecar = |one: &Value| sidecars.contains(&text(one, "/name"));
    let ended = |one: &Value| one["state"].get("terminated").is_some();
    let failed = |one: &Value| integer(one, "/state/terminated/exitCode").is_some_and(|code| code != 0);
    let initial_failed = policy == "Never" && initial.iter().any(|one| !is_sidecar(one) && failed(one));
    let final_end = |one: &Value| ended(one) && (policy == "Never" || policy == "OnFailure" && !failed(one));

    let phase = if initial_failed {
        "Failed"
    } else if !containers.is_empty() && containers.iter().all(final_end) {
        if containers.iter().any(failed) { "Failed" } else { "Succeeded" }
    } else if initialised && containers.iter().any(has_begun) {
        "Running"
    } else {
        "Pending"
    };
    set(status, "/phase", phase.into());

    let names = |wanted: &dyn Fn(&Value) -> bool, all: &[Value]| {
        joined(all.iter().filter(|one| wanted(one)).map(|one| text(one, "/name")), " ")
    };
    if initialised {
        set_condition(status, "Initialized", "True", "", "", now);
    } else {
        let is_open = |one: &Value| match is_sidecar(one) {
            true => one["started"] != true,
            false => text(one, "/state/terminated/reason") != "Completed",
        };
        let open = names(&is_open, &initial);
        let message = format!("containers with incomplete status: [{open}]");
        set_condition(status, "Initialized", "False", "ContainersNotInitialized", &message, now);
    }
    let started = initial.iter().chain(&containers).any(has_begun);
    if started || phase != "Pending" {
        if text(status, "/podIP").is_empty() {
            set(status, "/podIP", pod_address.into());
            set(status, "/podIPs", json!([{ "ip": pod_address }]));
        }
        set_condition(status, "PodReadyToStartContainers", "True", "", "", now);
    }
    let lasting: Vec<Value> = initial.into_iter().filter(|one| is_sidecar(one)).chain(containers).collect();
    let unready = names(&|one| one["ready"] != true, &lasting);
    for condition in ["Ready", "ContainersReady"] {
        if phase == "Succeeded" {
            set_condition(status, condition, "False", "PodCompleted", "", now);
        } else if phase == "Failed" {
            set_condition(status, condition, "False", "PodFailed", "", now);
        } else if unready.is_empty() && initialised {
            set_condition(status, condition, "True", "", "", now);
        } else {
            let message = format!("containers with unready status: [{unready}]");
            set_condition(status, condition, "False", "ContainersNotReady", &message, now);
        }
    }
}

/// A pod's address: part of its node's range, the same for the same pod.
pub fn address(pod: &Value, node_range: u8) -> String {
    let seed = hash(uid(pod).as_bytes());
    format!(
        "10.{}.{}.{}",
        200 + node_range / 64,
        (node_range % 64) * 4 + (seed % 4) as u8,
        2 + (seed >> 8) % 250
    )
}

#[cfg(test)]
mod tests;
