//! The next state of one container.

use super::{
    Behaviour, Notice, Program, Step, Surroundings, Timestamp, Value, array, hash, integer, json, name,
    namespace, seconds_after, seconds_between, text, time, time_at, uid,
};
use crate::kubelet::shell;

/// The longest pause between two starts of a container that keeps failing, or two tries to fetch its image.
const LONGEST_PAUSE_SECONDS: f64 = 300.0;

/// A run of this length makes earlier failures forgotten.
const FORGIVEN_SECONDS: f64 = 600.0;

/// What decides about a container.
pub struct Circumstances<'a> {
    pod: &'a Value,
    spec: &'a Value,
    before: Option<&'a Value>,
    around: &'a Surroundings<'a>,
    program: Program,
    /// Since when it may start; none while something has to come first.
    begin: Option<Timestamp>,
    restart_policy: &'a str,
    initial: bool,
}

/// What happens to a run by itself, and when.
struct End {
    at: Timestamp,
    reason: &'static str,
    exit_code: i64,
}

impl<'a> Circumstances<'a> {
    pub fn new(pod: &'a Value, spec: &'a Value, statuses: &str, around: &'a Surroundings<'a>) -> Self {
        let before = array(pod, statuses).iter().find(|one| one["name"] == spec["name"]);
        let program = around.images.program(pod, spec);
        Self { pod, spec, before, around, program, begin: None, restart_policy: "Always", initial: false }
    }

    pub fn from(mut self, begin: Option<Timestamp>) -> Self {
        self.begin = begin;
        self
    }

    pub fn restarting(mut self, policy: &'a str) -> Self {
        self.restart_policy = policy;
        self
    }

    /// A container that is to end before the others start.
    pub fn initial(mut self, initial: bool) -> Self {
        if initial && self.program.run.behaviour == Behaviour::Healthy {
            self.program.run.behaviour = Behaviour::Finishes;
            self.program.run.after_seconds = self.program.run.ready_seconds;
        }
        self.initial = initial;
        self
    }

    fn title(&self) -> &str {
        text(self.spec, "/name")
    }

    fn restarts(&self) -> i64 {
        self.before.and_then(|before| integer(before, "/restartCount")).unwrap_or(0)
    }

    fn last_state(&self) -> Value {
        self.before.and_then(|before| before.get("lastState")).cloned().unwrap_or_else(|| json!({}))
    }

    /// The container's next status; what happens on the way is noted in `step`.
    pub fn advance(&self, step: &mut Step) -> Value {
        let Some(before) = self.before else { return self.wait(step) };
        if let Some(started) = time_at(before, "/state/running/startedAt") {
            return self.run(step, before, started);
        }
        if before["state"].get("terminated").is_some() {
            return self.after_end(step, before);
        }
        match text(before, "/state/waiting/reason") {
            "CrashLoopBackOff" => self.back_off(step, before),
            _ => self.wait(step),
        }
    }

    fn status(&self, state: Value, ready: bool, started: bool, restarts: i64, last_state: Value) -> Value {
        let image = text(self.spec, "/image");
        let running = state.get("waiting").is_none();
        let mut status = json!({
            "name": self.title(), "image": image, "imageID": if running { image_id(image) } else { String::new() },
            "ready": ready, "started": started, "restartCount": restarts,
        });
        status["state"] = state;
        status["lastState"] = last_state;
        if running {
            status["containerID"] = self.container_id(restarts).into();
        }
        status
    }

    fn container_id(&self, restarts: i64) -> String {
        let seed = format!("{}/{}/{restarts}", uid(self.pod), self.title());
        format!("containerd://{}", digest(&seed))
    }

    fn waiting(&self, reason: &str, message: &str) -> Value {
        let mut waiting = json!({ "reason": reason });
        if !message.is_empty() {
            waiting["message"] = message.into();
        }
        self.status(json!({ "waiting": waiting }), false, false, self.restarts(), self.last_state())
    }

    fn same_reason(&self, reason: &str) -> bool {
        self.before.is_some_and(|before| text(before, "/state/waiting/reason") == reason)
    }

    /// Before the first start: what has to come first, the image, the environment.
    fn wait(&self, step: &mut Step) -> Value {
        let calm = if self.initial || array(self.pod, "/spec/initContainers").is_empty() {
            "ContainerCreating"
        } else {
            "PodInitializing"
        };
        let Some(begin) = self.begin else { return self.waiting(calm, "") };
        if self.program.run.behaviour == Behaviour::ImageMissing {
            return self.fail_to_pull(step, begin);
        }
        let start = seconds_after(begin, self.program.run.start_seconds);
        if self.around.now < start {
            wake(step, start);
            return self.waiting(calm, "");
        }
        if let Some(problem) = (self.around.missing_environment)(self.spec) {
            if !self.same_reason("CreateContainerConfigError") {
                step.events.push(Notice::warning("Failed", format!("Error: {problem}")));
            }
            wake(step, seconds_after(self.around.now, 10.0));
            return self.waiting("CreateContainerConfigError", &problem);
        }
        let image = text(self.spec, "/image");
        let fetched = format!(
            "Successfully pulled image \"{image}\" in {:.3}s (including waiting). Image size: {} bytes.",
            self.program.run.start_seconds * 0.83,
            18_000_000 + hash(image.as_bytes()) % 90_000_000
        );
        step.events.push(Notice::normal("Pulling", format!("Pulling image \"{image}\"")));
        step.events.push(Notice::normal("Pulled", fetched));
        self.start(step, self.restarts())
    }

    fn start(&self, step: &mut Step, restarts: i64) -> Value {
        let title = self.title();
        step.events.push(Notice::normal("Created", format!("Created container: {title}")));
        step.events.push(Notice::normal("Started", format!("Started container {title}")));
        let last_state = match self.before.map(|before| &before["state"]) {
            Some(state) if state.get("terminated").is_some() => state.clone(),
            _ => self.last_state(),
        };
        let now = self.around.now;
        let state = json!({ "running": { "startedAt": time(now) } });
        wake(step, self.ready_at(now));
        if let Some(end) = self.end(now) {
            wake(step, end.at);
        }
        self.status(state, false, false, restarts, last_state)
    }

    /// The image cannot be had: tries and pauses take turns.
    fn fail_to_pull(&self, step: &mut Step, begin: Timestamp) -> Value {
        let now = self.around.now;
        let mut attempt = begin;
        let mut pause = 10.0;
        while seconds_after(attempt, pause) <= now {
            attempt = seconds_after(attempt, pause);
            pause = (pause * 2.0f64).min(LONGEST_PAUSE_SECONDS);
        }
        let image = text(self.spec, "/image");
        let why = &self.program.run.message;
        let said = "failed to pull and unpack image";
        let problem = format!("rpc error: code = NotFound desc = {said} \"{image}\": {why}");
        let rest = seconds_after(attempt, 2.0);
        if now < rest {
            if !self.same_reason("ErrImagePull") {
                step.events.push(Notice::normal("Pulling", format!("Pulling image \"{image}\"")));
                step.events
                    .push(Notice::warning("Failed", format!("Failed to pull image \"{image}\": {problem}")));
                step.events.push(Notice::warning("Failed", "Error: ErrImagePull".to_owned()));
            }
            wake(step, rest);
            return self.waiting("ErrImagePull", &problem);
        }
        if !self.same_reason("ImagePullBackOff") {
            step.events.push(Notice::normal("BackOff", format!("Back-off pulling image \"{image}\"")));
            step.events.push(Notice::warning("Failed", "Error: ImagePullBackOff".to_owned()));
        }
        wake(step, seconds_after(attempt, pause));
        self.waiting(
            "ImagePullBackOff",
            &format!("Back-off pulling image \"{image}\": ErrImagePull: {problem}"),
        )
    }

    /// When a run answers its readiness probe.
    fn ready_at(&self, started: Timestamp) -> Timestamp {
        let delay = integer(self.spec, "/readinessProbe/initialDelaySeconds").unwrap_or(0) as f64;
        let patience = if self.spec.get("readinessProbe").is_some() {
            self.program.run.ready_seconds.max(delay)
        } else {
            0.0
        };
        seconds_after(started, patience)
    }

    /// How and when a run that began at `started` ends by itself.
    fn end(&self, started: Timestamp) -> Option<End> {
        let run = &self.program.run;
        let end = |reason, exit_code| {
            Some(End { at: seconds_after(started, run.after_seconds), reason, exit_code })
        };
        match run.behaviour {
            Behaviour::Healthy | Behaviour::ImageMissing | Behaviour::ProbeFailing => None,
            Behaviour::CrashLoop | Behaviour::Fails => end("Error", run.exit_code),
            Behaviour::Finishes => end("Completed", 0),
            Behaviour::Oom => end("OOMKilled", 137),
            Behaviour::LivenessFailing => end("Error", 137),
            Behaviour::Command => {
                let (seconds, code) = shell::foretell(self.spec)?;
                let reason = if code == 0 { "Completed" } else { "Error" };
                Some(End { at: seconds_after(started, seconds), reason, exit_code: i64::from(code) })
            }
        }
    }

    fn run(&self, step: &mut Step, before: &Value, started: Timestamp) -> Value {
        let now = self.around.now;
        let state = before["state"].clone();
        if text(before, "/image") != text(self.spec, "/image") {
            let message = format!("Container {} definition changed, will be restarted", self.title());
            step.events.push(Notice::normal("Killing", message));
            return self.stop(step, before, &End { at: now, reason: "Completed", exit_code: 0 });
        }
        let end = self.end(started);
        if let Some(end) = &end {
            if now >= end.at {
                if self.program.run.behaviour == Behaviour::LivenessFailing {
                    let message =
                        format!("Container {} failed liveness probe, will be restarted", self.title());
                    step.events.push(Notice::normal("Killing", message));
                }
                return self.stop(step, before, end);
            }
            wake(step, end.at);
        }
        let answers = self.program.run.behaviour != Behaviour::ProbeFailing;
        let ready_at = self.ready_at(started);
        let ready = answers && now >= ready_at;
        if answers && !ready {
            wake(step, ready_at);
        }
        self.note_probe(step, seconds_between(started, now));
        self.status(state, ready, true, self.restarts(), self.last_state())
    }

    /// A failing probe repeats itself.
    fn note_probe(&self, step: &mut Step, age: f64) {
        let run = &self.program.run;
        let (probe, failing) = match run.behaviour {
            Behaviour::ProbeFailing => ("Readiness", age >= 5.0),
            Behaviour::LivenessFailing => ("Liveness", age >= run.after_seconds * 0.7),
            _ => return,
        };
        if failing {
            step.unhealthy = Some(format!("{probe} probe failed: {}", run.message));
        }
        let first = seconds_after(self.around.now, if failing { 10.0 } else { 5.0 });
        wake(step, first);
    }

    fn stop(&self, step: &mut Step, before: &Value, end: &End) -> Value {
        let state = json!({ "terminated": {
            "exitCode": end.exit_code, "reason": end.reason, "startedAt": before["state"]["running"]["startedAt"],
            "finishedAt": time(end.at), "containerID": before["containerID"],
        } });
        wake(step, seconds_after(end.at, 1.0));
        self.status(state, false, false, self.restarts(), self.last_state())
    }

    fn restarts_after(&self, exit_code: i64) -> bool {
        match self.restart_policy {
            "Always" => true,
            "OnFailure" => exit_code != 0,
            _ => false,
        }
    }

    fn after_end(&self, step: &mut Step, before: &Value) -> Value {
        let ended = &before["state"]["terminated"];
        let code = integer(ended, "/exitCode").unwrap_or(0);
        let unchanged = before.clone();
        if !self.restarts_after(code) {
            return unchanged;
        }
        let finished = time_at(ended, "/finishedAt").unwrap_or(self.around.now);
        let next = seconds_after(finished, 1.0);
        if self.around.now < next {
            wake(step, next);
            return unchanged;
        }
        if self.restarts() == 0 || self.pause_seconds(ended) == 0.0 {
            return self.start(step, self.restarts() + 1);
        }
        self.enter_back_off(step, before)
    }

    fn pod_reference(&self) -> String {
        format!("{}_{}({})", name(self.pod), namespace(self.pod), uid(self.pod))
    }

    fn enter_back_off(&self, step: &mut Step, before: &Value) -> Value {
        let ended = &before["state"]["terminated"];
        let pause = self.pause_seconds(ended);
        let reference = self.pod_reference();
        let message = format!("Back-off restarting failed container {} in pod {reference}", self.title());
        step.events.push(Notice::warning("BackOff", message));
        let finished = time_at(ended, "/finishedAt").unwrap_or(self.around.now);
        wake(step, seconds_after(finished, pause));
        let message =
            format!("back-off {} restarting failed container={} pod={reference}", span(pause), self.title());
        let state = json!({ "waiting": { "reason": "CrashLoopBackOff", "message": message } });
        let mut status = self.status(state, false, false, self.restarts(), before["state"].clone());
        status["containerID"] = before["containerID"].clone();
        status["imageID"] = before["imageID"].clone();
        status
    }

    fn back_off(&self, step: &mut Step, before: &Value) -> Value {
        let last = &before["lastState"]["terminated"];
        let finished = time_at(last, "/finishedAt").unwrap_or(self.around.now);
        let next = seconds_after(finished, self.pause_seconds(last));
        if self.around.now < next {
            wake(step, next);
            return before.clone();
        }
        self.start(step, self.restarts() + 1)
    }

    /// The pause before the next start: 10 seconds, doubled with each restart.
    fn pause_seconds(&self, ended: &Value) -> f64 {
        let run = time_at(ended, "/startedAt").zip(time_at(ended, "/finishedAt"));
        let long =
            run.is_some_and(|(started, finished)| seconds_between(started, finished) >= FORGIVEN_SECONDS);
        let doublings = if long { 0 } else { (self.restarts() - 1).clamp(0, 16) as i32 };
        (10.0 * 2f64.powi(doublings)).min(LONGEST_PAUSE_SECONDS)
    }
}

fn wake(step: &mut Step, at: Timestamp) {
    step.wake = Some(step.wake.map_or(at, |earlier| earlier.min(at)));
}

/// `40s`, `2m40s`, `5m0s`, as Go writes spans.
fn span(seconds: f64) -> String {
    let seconds = seconds as i64;
    if seconds < 60 { format!("{seconds}s") } else { format!("{}m{}s", seconds / 60, seconds % 60) }
}

/// The digest an image reference resolves to.
pub fn image_id(image: &str) -> String {
    let repository = image.split('@').next().unwrap_or(image);
    let repository = match repository.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => repository,
    };
    format!("{repository}@sha256:{}", digest(image))
}

fn digest(seed: &str) -> String {
    (0u8..4).map(|part| format!("{:016x}", hash(format!("{part}{seed}").as_bytes()))).collect()
}
