//! Logs that a program writes to files on a volume.
//!
//! In the manifest they are a container that runs beside the others and writes what comes in the files to its output. One that is
//! exactly as it is written here is read back as log files; any other is a container like any.

mod check;
mod place;

pub(crate) use check::check;
pub(crate) use place::PLACE;

use crate::host_time::is_clock;
use serde_json::{Value, json};
use std::fmt;

/// Reads the files unless another is named.
const IMAGE: &str = "busybox:1.37";

/// A process with the number 1 ends by no signal that it does not wait for: `tail` alone would hold up its pod until the grace
/// period is over. The pause is for what was written last, for it looks once a second.
const SCRIPT: &str = "trap 'sleep 2; exit 0' TERM\ntail -q -n +1 -F \"$@\" &\nwait $!";

/// What stands in front of the files.
const COMMAND: [&str; 4] = ["sh", "-c", SCRIPT, "tail"];

/// What an API server adds to a container of which nothing is said about it.
const ADDED: [(&str, &[&str]); 3] = [
    ("imagePullPolicy", &["IfNotPresent", "Always"]),
    ("terminationMessagePath", &["/dev/termination-log"]),
    ("terminationMessagePolicy", &["File"]),
];

/// Volumes of these sources are never written by a program.
const NOT_WRITTEN: [&str; 5] = ["configMap", "downwardAPI", "image", "projected", "secret"];

/// The longest name of a container.
const LONGEST_NAME: usize = 63;

/// A volume as a container mounts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogMount {
    /// The volume.
    pub volume: String,
    /// Where it is mounted.
    pub path: String,
    /// Which part of the volume is; empty for all of it.
    pub part: String,
}

impl LogMount {
    /// How the containers of a pod mount its volumes, each way once, without volumes that nobody writes to.
    pub fn of_pod(pod: &Value) -> Vec<Self> {
        let is_written = |mount: &Self| {
            let volume = list(&pod["volumes"]).find(|volume| volume["name"] == mount.volume);
            !volume.is_some_and(|volume| {
                NOT_WRITTEN.iter().any(|source| volume.get(source).is_some()) || is_clock(volume)
            })
        };
        let mut found = Vec::new();
        for mount in Self::all(pod).filter(is_written) {
            if !found.contains(&mount) {
                found.push(mount);
            }
        }
        found
    }

    fn all(pod: &Value) -> impl Iterator<Item = Self> {
        others(pod).flat_map(|container| list(&container["volumeMounts"])).filter_map(Self::read)
    }

    fn read(mount: &Value) -> Option<Self> {
        // Which part this is, is known only where the container runs.
        if mount.get("subPathExpr").is_some() {
            return None;
        }
        let text = |key: &str| mount[key].as_str().unwrap_or_default().to_owned();
        let found = Self { volume: text("name"), path: text("mountPath"), part: text("subPath") };
        (!found.volume.is_empty() && found.path.starts_with('/')).then_some(found)
    }

    fn write(&self) -> Value {
        let mut mount = json!({"name": self.volume, "mountPath": self.path, "readOnly": true});
        if !self.part.is_empty() {
            mount["subPath"] = json!(self.part);
        }
        mount
    }
}

impl fmt::Display for LogMount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} · {}", self.volume, self.path)?;
        match self.part.as_str() {
            "" => Ok(()),
            part => write!(formatter, " · {part}"),
        }
    }
}

/// The log files on a volume, and what reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFiles {
    /// The volume, at the path that the files' names begin with.
    pub mount: LogMount,
    /// Their names in the container.
    pub files: Vec<String>,
    /// An image with `sh` and `tail`.
    pub image: String,
}

impl LogFiles {
    /// Log files on a volume, of which none is named yet.
    pub fn of(mount: LogMount) -> Self {
        Self { mount, files: Vec::new(), image: IMAGE.to_owned() }
    }

    /// All log files of a pod, with their containers' places among those that run first.
    pub fn of_pod(pod: &Value) -> Vec<(usize, Self)> {
        let containers = list(&pod["initContainers"]).enumerate();
        containers.filter_map(|(index, container)| Some((index, Self::read(container)?))).collect()
    }

    /// The log files that a container is for, if it is exactly as they are written.
    pub fn read(container: &Value) -> Option<Self> {
        // Most containers need no closer look.
        if container["restartPolicy"] != "Always" {
            return None;
        }
        let files = list(&container["command"]).skip(COMMAND.len());
        let found = Self {
            mount: LogMount::read(container.pointer("/volumeMounts/0")?)?,
            files: files.map(|file| file.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            image: container["image"].as_str()?.to_owned(),
        };
        let mut own = container.as_object()?.clone();
        for (key, usual) in ADDED {
            if own.get(key).is_some_and(|value| usual.iter().any(|usual| value == usual)) {
                own.remove(key);
            }
        }
        (Value::Object(own) == found.container()).then_some(found)
    }

    /// The container that reads them.
    pub fn container(&self) -> Value {
        // As much as it may take is kept free for it, so that a pod that is guaranteed what it takes stays so.
        let amounts = json!({"cpu": "50m", "memory": "32Mi"});
        let mut container = json!({
            "restartPolicy": "Always",
            "resources": {"requests": &amounts, "limits": &amounts},
            "securityContext": {
                "allowPrivilegeEscalation": false,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": true,
            },
        });
        self.write(&mut container);
        container
    }

    /// Writes them into the container that they were read from. What an API server has added to it stays.
    pub fn write(&self, container: &mut Value) {
        let command = COMMAND.into_iter().chain(self.files.iter().map(String::as_str));
        container["name"] = json!(self.name());
        container["image"] = json!(self.image);
        container["command"] = command.collect();
        container["volumeMounts"] = json!([self.mount.write()]);
    }

    /// The name of the container, under which its log is found.
    pub fn name(&self) -> String {
        let name: String = format!("logs-{}", self.mount.volume).chars().take(LONGEST_NAME).collect();
        name.trim_end_matches('-').to_owned()
    }
}

/// The containers of a pod that are more than readers of log files.
fn others(pod: &Value) -> impl Iterator<Item = &Value> {
    let all = ["containers", "initContainers"].into_iter().flat_map(move |part| list(&pod[part]));
    all.filter(|container| LogFiles::read(container).is_none())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests;
