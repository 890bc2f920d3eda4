//! What is wrong with log files, told at their fields.

use super::{LogFiles, LogMount, others};
use crate::rule::{Fault, Rule};
use serde_json::{Value, json};

/// Everything that is wrong with the log files of a pod; `place` is the field's.
pub(crate) fn check(pod: &Value, place: &str, faults: &mut Vec<Fault>) {
    let mounts: Vec<LogMount> = LogMount::all(pod).collect();
    let mut taken: Vec<String> =
        others(pod).filter_map(|container| container["name"].as_str()).map(str::to_owned).collect();
    for (index, logs) in LogFiles::of_pod(pod) {
        let mut tell = |field: &str, text: &'static str, value: &str| {
            faults.push(Fault { place: format!("{place}/{index}/{field}"), text, value: value.to_owned() });
        };
        let name = logs.name();
        if !mounts.iter().any(|mount| logs.is_of(mount)) {
            tell("volume", "fault.not-mounted", &logs.mount.volume);
        } else if taken.contains(&name) {
            tell("volume", "fault.name-taken", &name);
        }
        if let Some((text, file)) = logs.wrong_file() {
            tell("files", text, file);
        }
        if logs.image.is_empty() {
            tell("image", "fault.required", "");
        } else if let Some(text) = Rule::Image.wrong(&json!(logs.image)) {
            tell("image", text, &logs.image);
        }
        taken.push(name);
    }
}

impl LogFiles {
    /// Whether the files that a container sees there are these. Where it mounts them does not matter.
    fn is_of(&self, mount: &LogMount) -> bool {
        mount.volume == self.mount.volume && mount.part == self.mount.part
    }

    /// The first file that cannot be read, and why; a file's name is empty when there is none.
    fn wrong_file(&self) -> Option<(&'static str, &str)> {
        if self.files.is_empty() {
            return Some(("fault.required", ""));
        }
        let mut files = self.files.iter().enumerate();
        files.find_map(|(index, file)| Some((self.wrong(index, file)?, file.as_str())))
    }

    fn wrong(&self, index: usize, file: &str) -> Option<&'static str> {
        if !file.starts_with('/') {
            Some("fault.log-relative")
        } else if file.contains(['*', '?', '[']) {
            Some("fault.log-wildcard")
        } else if !self.is_on_volume(file) {
            Some("fault.log-elsewhere")
        } else {
            self.files.iter().take(index).any(|other| other == file).then_some("fault.twice")
        }
    }

    fn is_on_volume(&self, file: &str) -> bool {
        let folder = self.mount.path.trim_end_matches('/');
        let inner = file.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
        inner.is_some_and(|inner| inner.split('/').all(|part| !matches!(part, "" | "." | "..")))
    }
}
