//! What containers write: a function of who they are, when they started and what time it is.
//!
//! Any line can be computed without those before it, so the last ten lines of a month cost as much as of a minute.

use jiff::Timestamp;
use serde_json::Value;

use super::shell::{self, Piece};
use crate::clock::{seconds_after, seconds_between};
use crate::images::{Behaviour, Images, Program};
use crate::objects::{array, hash, name, text, time_at, uid};

/// Seconds between the lines written one after the other at the start and at the end.
const BURST_SECONDS: f64 = 0.04;

/// One run of a container, from its start to its end, if it has one.
pub struct Run {
    program: Program,
    pod_name: String,
    seed: u64,
    started: Timestamp,
    ended: Option<Timestamp>,
    opening: Vec<(f64, String)>,
    /// Whether lines go on coming after the opening.
    goes_on: bool,
}

/// Why there is no log.
#[derive(Debug, PartialEq)]
pub enum NoRun {
    /// The pod has no container of this name.
    NoSuchContainer,
    /// It has not started; the reason it waits for.
    Waiting(String),
    /// It has not run before.
    NoPrevious,
}

impl Run {
    /// The run whose log is meant: the present one, or the one before.
    pub fn find(images: &Images, pod: &Value, container: &str, previous: bool) -> Result<Self, NoRun> {
        let spec = ["/spec/containers", "/spec/initContainers", "/spec/ephemeralContainers"]
            .iter()
            .flat_map(|part| array(pod, part))
            .find(|spec| text(spec, "/name") == container)
            .ok_or(NoRun::NoSuchContainer)?;
        let status = [
            "/status/containerStatuses",
            "/status/initContainerStatuses",
            "/status/ephemeralContainerStatuses",
        ]
        .iter()
        .flat_map(|part| array(pod, part))
        .find(|status| text(status, "/name") == container);
        let waiting = status.map_or("ContainerCreating", |status| text(status, "/state/waiting/reason"));
        let status = status.ok_or_else(|| NoRun::Waiting(waiting.to_owned()))?;
        let span = |state: &Value| {
            let running = time_at(state, "/running/startedAt").map(|started| (started, None));
            running.or_else(|| {
                let ended = time_at(state, "/terminated/finishedAt");
                time_at(state, "/terminated/startedAt").map(|started| (started, ended))
            })
        };
        let last = span(&status["lastState"]);
        let found = match (previous, span(&status["state"])) {
            (true, _) => last.ok_or(NoRun::NoPrevious)?,
            (false, Some(present)) => present,
            (false, None) => last.ok_or_else(|| NoRun::Waiting(waiting.to_owned()))?,
        };
        Ok(Self::new(images, pod, spec, found.0, found.1))
    }

    /// A run of a container of a pod, from its start to its end.
    pub fn new(
        images: &Images,
        pod: &Value,
        spec: &Value,
        started: Timestamp,
        ended: Option<Timestamp>,
    ) -> Self {
        let mut program = images.program(pod, spec);
        follow(&mut program, images, pod, spec);
        let rehearsed =
            (program.run.behaviour == Behaviour::Command).then(|| shell::rehearse(spec)).flatten();
        let opening = match &rehearsed {
            Some(performance) => played(&performance.pieces),
            None => program
                .run
                .first_words
                .iter()
                .enumerate()
                .map(|(index, line)| (0.1 + index as f64 * BURST_SECONDS, line.clone()))
                .collect(),
        };
        let does_work = !matches!(program.run.behaviour, Behaviour::CrashLoop | Behaviour::Fails);
        let goes_on = does_work && !program.image.log.is_empty() && rehearsed.is_none();
        let seed = hash(format!("{}{}{}", uid(pod), text(spec, "/name"), started).as_bytes());
        Self { program, pod_name: name(pod).to_owned(), seed, started, ended, opening, goes_on }
    }

    /// Whether no more lines will come.
    pub fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// Whether both are the same run, which may have ended meanwhile.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.started == other.started
    }

    /// How many lines there are at a time.
    pub fn count(&self, now: Timestamp) -> usize {
        let age = seconds_between(self.started, self.ended.unwrap_or(now));
        // A status knows begin and end to the second, and what a program says as it ends is said.
        let rounded = if self.is_over() { 1.0 } else { 0.0 };
        let opening = self.opening.iter().filter(|(offset, _)| *offset <= age + rounded).count();
        opening + self.steady_count(age) + self.closing().len()
    }

    /// The index of the first line at or after a time.
    pub fn first_since(&self, since: Timestamp, now: Timestamp) -> usize {
        let (mut low, mut high) = (0, self.count(now));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.line(middle, now).0 < since { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// A line and when it was written. The index must be below [`count`](Self::count).
    pub fn line(&self, index: usize, now: Timestamp) -> (Timestamp, String) {
        if let Some((offset, line)) = self.opening.get(index) {
            return self.written(*offset, line, index);
        }
        let age = seconds_between(self.started, self.ended.unwrap_or(now));
        let steady = index - self.opening.len().min(index);
        let steady_count = self.steady_count(age);
        if steady < steady_count {
            let lines = &self.program.image.log;
            let choice = hash(&(self.seed ^ (steady as u64).wrapping_mul(0x9e37_79b9)).to_le_bytes());
            return self.written(
                self.steady_offset(steady),
                &lines[(choice % lines.len() as u64) as usize],
                index,
            );
        }
        let closing = self.closing();
        let place = (steady - steady_count).min(closing.len().saturating_sub(1));
        let before_end = (closing.len() - place) as f64 * BURST_SECONDS;
        let line = closing.get(place).map_or("", String::as_str);
        self.written((age - before_end).max(0.0), line, index)
    }

    /// When the next line comes, if nothing happens to the container.
    pub fn next_after(&self, now: Timestamp) -> Timestamp {
        let age = seconds_between(self.started, now);
        let opening = self.opening.iter().map(|(offset, _)| *offset).find(|offset| *offset > age);
        let steady = || self.steady_offset(self.steady_count(age));
        let offset = opening.unwrap_or_else(|| if self.goes_on { steady() } else { age + 1.0 });
        seconds_after(self.started, offset)
    }

    fn closing(&self) -> &[String] {
        if self.ended.is_some() { &self.program.run.last_words } else { &[] }
    }

    /// Where the steady lines begin.
    fn steady_start(&self) -> f64 {
        self.opening.last().map_or(0.0, |(offset, _)| *offset) + 0.5
    }

    fn steady_offset(&self, index: usize) -> f64 {
        let jitter = (hash(&(self.seed ^ index as u64).to_le_bytes()) % 1000) as f64 / 1000.0;
        self.steady_start() + (index as f64 + jitter * 0.9) * self.program.image.log_seconds
    }

    fn steady_count(&self, age: f64) -> usize {
        if !self.goes_on || age < self.steady_start() {
            return 0;
        }
        let whole = ((age - self.steady_start()) / self.program.image.log_seconds) as usize;
        whole + usize::from(self.steady_offset(whole) <= age)
    }

    fn written(&self, offset: f64, template: &str, index: usize) -> (Timestamp, String) {
        let at = seconds_after(self.started, offset);
        let seed = hash(&(self.seed.rotate_left(11) ^ index as u64).to_le_bytes());
        (at, fill(template, at, &self.pod_name, seed))
    }
}

/// What a container writes that follows files with `tail -F`: what the program writes whose volume it reads. As in any pod
/// the files are not there yet when it starts.
fn follow(program: &mut Program, images: &Images, pod: &Value, spec: &Value) {
    let files = followed(spec);
    if files.is_empty() {
        return;
    }
    let volumes = |container: &Value| -> Vec<String> {
        array(container, "/volumeMounts").iter().map(|mount| text(mount, "/name").to_owned()).collect()
    };
    let own = volumes(spec);
    let mut others = array(pod, "/spec/containers").iter();
    let writer = others.find(|other| volumes(other).iter().any(|volume| own.contains(volume)));
    if let Some(writer) = writer {
        let Program { image, .. } = images.program(pod, writer);
        (program.image.log, program.image.log_seconds) = (image.log, image.log_seconds);
    }
    let missing = |file: &&str| format!("tail: can't open '{file}': No such file or directory");
    let appeared = |file: &&str| format!("tail: {file} has appeared; following end of new file");
    program.run.first_words = files.iter().map(missing).collect();
    if !program.image.log.is_empty() {
        program.run.first_words.extend(files.iter().map(appeared));
    }
}

/// The files that a container follows by their names; none for one that does something else.
fn followed(spec: &Value) -> Vec<&str> {
    let words = || array(spec, "/command").iter().chain(array(spec, "/args")).filter_map(Value::as_str);
    let says = |wanted: &str| words().any(|word| word.split_whitespace().any(|part| part == wanted));
    if !says("tail") || !says("-F") {
        return Vec::new();
    }
    words().filter(|word| word.starts_with('/')).collect()
}

/// The output of a script by when it comes.
fn played(pieces: &[Piece]) -> Vec<(f64, String)> {
    let mut at = 0.1;
    let mut lines = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Pause(seconds) => at += seconds,
            Piece::Output(bytes) | Piece::Error(bytes) => {
                lines.extend(String::from_utf8_lossy(bytes).lines().map(|line| (at, line.to_owned())));
            }
        }
    }
    lines
}

const FRUIT: [&str; 10] = [
    "blood-orange",
    "comice-pear",
    "fig",
    "greengage",
    "mirabelle",
    "passion-fruit",
    "quince",
    "rhubarb",
    "sour-cherry",
    "white-peach",
];
const PATHS: [&str; 8] = [
    "/",
    "/baskets",
    "/fruit/fig",
    "/fruit/quince",
    "/fruit/white-peach",
    "/orders",
    "/reviews/fig",
    "/search?q=pear",
];

/// Fills the placeholders of a line.
fn fill(template: &str, at: Timestamp, pod: &str, seed: u64) -> String {
    let mut line = String::with_capacity(template.len() + 24);
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        line.push_str(&rest[..start]);
        let Some(length) = rest[start..].find('}') else { break };
        let word = &rest[start + 1..start + length];
        let seed = hash(&(seed ^ line.len() as u64).to_le_bytes());
        match value(word, at, pod, seed) {
            Some(value) => {
                line.push_str(&value);
                rest = &rest[start + length + 1..];
            }
            // A brace of JSON, behind which a placeholder may begin.
            None => {
                line.push('{');
                rest = &rest[start + 1..];
            }
        }
    }
    line.push_str(rest);
    line
}

fn value(word: &str, at: Timestamp, pod: &str, seed: u64) -> Option<String> {
    let pick = |all: &[&str]| all[(seed % all.len() as u64) as usize].to_owned();
    Some(match word {
        "time" => at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "clock" => at.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string(),
        "klog" => at.strftime("%m%d %H:%M:%S.%6f").to_string(),
        "apache" => at.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
        "pod" => pod.to_owned(),
        "ip" => format!("10.{}.{}.{}", 200 + seed % 3, (seed >> 8) % 24, 2 + (seed >> 16) % 250),
        "ms" => (3 + (seed % 60) * (1 + (seed >> 20) % 5)).to_string(),
        "n" => (1 + seed % 400).to_string(),
        "kb" => (200 + seed % 48_000).to_string(),
        "id" => format!("{:016x}", seed),
        "short" => format!("{:08x}", seed as u32),
        "order" => format!("SF-{}", 100_000 + seed % 900_000),
        "status" => pick(&["200", "200", "200", "200", "200", "204", "301", "304", "404"]),
        "method" => pick(&["GET", "GET", "GET", "GET", "POST"]),
        "path" => pick(&PATHS),
        "fruit" => pick(&FRUIT),
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_are_filled_within_json_too() {
        let line = fill(
            r#"{"time":"{time}","pod":"{pod}","kept":{"a":1}}"#,
            "2026-01-01T00:00:00Z".parse().unwrap(),
            "web-0",
            1,
        );

        assert_eq!(line, r#"{"time":"2026-01-01T00:00:00.000Z","pod":"web-0","kept":{"a":1}}"#);
    }

    fn crashed() -> Value {
        json!({
            "metadata": { "name": "checkout-1", "uid": "u-1" },
            "spec": { "containers": [{ "name": "checkout", "image": "registry.sunfield.example/shop/checkout:2.4.0" }] },
            "status": { "containerStatuses": [{
                "name": "checkout", "state": { "waiting": { "reason": "CrashLoopBackOff" } },
                "lastState": { "terminated": {
                    "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:06Z", "exitCode": 1,
                } },
            }] },
        })
    }

    #[test]
    fn the_last_line_of_a_crashed_run_names_the_cause() {
        let images = Images::built_in();
        let now = "2026-01-01T00:05:00Z".parse().unwrap();
        let run = Run::find(&images, &crashed(), "checkout", false).unwrap();

        let (_, last) = run.line(run.count(now) - 1, now);

        assert!(last.contains("2.4.1"), "{last}");
    }

    fn with_log_files(image: &str) -> Value {
        let mounts = json!([{ "name": "data", "mountPath": "/data" }]);
        let running = |name: &str| json!([{ "name": name, "state": { "running": { "startedAt": "2026-01-01T00:00:00Z" } } }]);
        json!({
            "metadata": { "name": "storefront-1", "uid": "u-4" },
            "spec": {
                "initContainers": [{
                    "name": "logs-data", "image": "busybox:1.37", "restartPolicy": "Always", "volumeMounts": mounts,
                    "command": ["sh", "-c", "tail -q -n +1 -F \"$@\" &\nwait $!", "tail", "/data/a.log"],
                }],
                "containers": [{ "name": "web", "image": image, "volumeMounts": mounts }],
            },
            "status": { "initContainerStatuses": running("logs-data"), "containerStatuses": running("web") },
        })
    }

    #[test]
    fn whoever_follows_files_writes_what_the_program_beside_it_does() {
        let images = Images::built_in();
        let now = "2026-01-01T01:00:00Z".parse().unwrap();
        let pod = with_log_files("registry.sunfield.example/shop/storefront:5.2.0");
        let run = Run::find(&images, &pod, "logs-data", false).unwrap();

        let said: Vec<String> = (0..run.count(now)).map(|index| run.line(index, now).1).collect();

        assert_eq!(said[0], "tail: can't open '/data/a.log': No such file or directory");
        assert_eq!(said[1], "tail: /data/a.log has appeared; following end of new file");
        assert!(
            said.len() > 100 && said[2..].iter().all(|line| line.contains("storefront")),
            "{:?}",
            &said[..5]
        );
    }

    #[test]
    fn where_nothing_is_written_nothing_is_followed() {
        let images = Images::built_in();
        let now = "2026-01-01T01:00:00Z".parse().unwrap();
        let run = Run::find(&images, &with_log_files("example/unheard-of:1"), "logs-data", false).unwrap();

        assert_eq!(run.count(now), 1);
    }

    #[test]
    fn what_a_program_says_as_it_ends_is_said_although_its_times_are_rounded() {
        let images = Images::built_in();
        let pod = json!({
            "metadata": { "name": "task", "uid": "u-3" },
            "spec": { "containers": [{
                "name": "main", "image": "busybox", "command": ["sh", "-c", "echo begun; sleep 300; echo ended"],
            }] },
            "status": { "containerStatuses": [{ "name": "main", "state": { "terminated": {
                "startedAt": "2026-01-01T00:00:01Z", "finishedAt": "2026-01-01T00:05:01Z", "exitCode": 0,
            } } }] },
        });
        let now = "2026-01-01T00:10:00Z".parse().unwrap();
        let run = Run::find(&images, &pod, "main", false).unwrap();

        let (_, last) = run.line(run.count(now) - 1, now);

        assert_eq!(last, "ended");
    }

    #[test]
    fn any_line_is_the_same_whenever_it_is_read() {
        let images = Images::built_in();
        let pod = json!({
            "metadata": { "name": "storefront-1", "uid": "u-2" },
            "spec": { "containers": [{ "name": "web", "image": "registry.sunfield.example/shop/storefront:5.2.0" }] },
            "status": { "containerStatuses": [{
                "name": "web", "state": { "running": { "startedAt": "2026-01-01T00:00:00Z" } },
            }] },
        });
        let run = Run::find(&images, &pod, "web", false).unwrap();
        let (soon, later) =
            ("2026-01-01T01:00:00Z".parse().unwrap(), "2026-02-01T00:00:00Z".parse().unwrap());

        assert!(run.count(later) > run.count(soon));
        assert_eq!(run.line(20, soon), run.line(20, later));
        assert!((1..100).all(|index| run.line(index - 1, soon).0 <= run.line(index, soon).0));
    }

    #[test]
    fn a_container_that_waits_has_no_log() {
        let pod = json!({
            "spec": { "containers": [{ "name": "web", "image": "x" }] },
            "status": { "containerStatuses": [{ "name": "web", "state": { "waiting": { "reason": "ErrImagePull" } } }] },
        });
        let found = Run::find(&Images::built_in(), &pod, "web", false).err();

        assert_eq!(found, Some(NoRun::Waiting("ErrImagePull".to_owned())));
    }
}
