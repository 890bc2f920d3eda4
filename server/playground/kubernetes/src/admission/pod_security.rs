//! The Pod Security Standards: pods that ask for more than the level of their namespace allows are refused, in the words of
//! Kubernetes. The checks are those that people meet: of host things, privileges, capabilities, users and seccomp. Sysctls,
//! `SELinux`, `AppArmor`, `procMount` and Windows are let through.

use serde_json::Value;
use std::collections::BTreeSet;

use crate::Status;
use crate::cluster::Cluster;
use crate::registry::Kind;

const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
const VERSION: &str = "pod-security.kubernetes.io/enforce-version";

/// Capabilities that container runtimes give anyway.
const DEFAULT_CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Volumes that are not of the node.
const PLAIN_VOLUMES: [&str; 8] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Refuses a new pod that its namespace does not allow.
pub(crate) fn check(cluster: &Cluster, kind: &Kind, pod: &Value) -> Result<(), Status> {
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default();
    if kind.kind != "Pod" || !kind.group.is_empty() {
        return Ok(());
    }
    let Some(namespace) = cluster.get("namespaces", None, namespace) else { return Ok(()) };
    let level = namespace.label(ENFORCE).unwrap_or("privileged");
    let said = violations(level, &pod["spec"]);
    if said.is_empty() {
        return Ok(());
    }
    let version = namespace.label(VERSION).unwrap_or("latest");
    let why = format!("violates PodSecurity \"{level}:{version}\": {}", said.join(", "));
    Err(Status::forbidden("pods", pod["metadata"]["name"].as_str().unwrap_or_default(), &why))
}

/// What of a pod a level does not allow, in the order in which Kubernetes tells it.
fn violations(level: &str, spec: &Value) -> Vec<String> {
    let containers = Containers::of(spec);
    let said = match level {
        "baseline" => vec![
            containers.capabilities(&DEFAULT_CAPABILITIES, "non-default capabilities", false),
            host_namespaces(spec),
            host_paths(spec),
            containers.host_ports(),
            containers.privileged(),
            containers.seccomp(false),
        ],
        "restricted" => vec![
            containers.escalation(),
            containers.capabilities(&["NET_BIND_SERVICE"], "unrestricted capabilities", true),
            host_namespaces(spec),
            containers.host_ports(),
            containers.privileged(),
            volumes(spec),
            containers.run_as_non_root(),
            containers.run_as_user(),
            containers.seccomp(true),
        ],
        _ => Vec::new(),
    };
    said.into_iter().flatten().collect()
}

fn host_namespaces(spec: &Value) -> Option<String> {
    let shared = ["hostNetwork", "hostPID", "hostIPC"].into_iter().filter(|name| spec[*name] == true);
    let shared: Vec<String> = shared.map(|name| format!("{name}=true")).collect();
    (!shared.is_empty()).then(|| format!("host namespaces ({})", shared.join(", ")))
}

fn host_paths(spec: &Value) -> Option<String> {
    let of_node = list(&spec["volumes"]).filter(|volume| !volume["hostPath"].is_null());
    let names: Vec<&str> = of_node.map(name).collect();
    (!names.is_empty())
        .then(|| format!("hostPath volumes ({} {})", plural("volume", names.len()), quoted(&names)))
}

fn volumes(spec: &Value) -> Option<String> {
    let source = |volume: &Value| {
        let keys = volume.as_object().into_iter().flatten().map(|(key, _)| key.clone());
        keys.filter(|key| key != "name").find(|key| !PLAIN_VOLUMES.contains(&key.as_str()))
    };
    let bad: Vec<(&str, String)> =
        list(&spec["volumes"]).filter_map(|volume| Some((name(volume), source(volume)?))).collect();
    let names: Vec<&str> = bad.iter().map(|(name, _)| *name).collect();
    let types: BTreeSet<&str> = bad.iter().map(|(_, source)| source.as_str()).collect();
    let types: Vec<&str> = types.into_iter().collect();
    (!names.is_empty()).then(|| {
        format!(
            "restricted volume types ({} {} {} {} {})",
            plural("volume", names.len()),
            quoted(&names),
            if names.len() == 1 { "uses" } else { "use" },
            plural("restricted volume type", types.len()),
            quoted(&types)
        )
    })
}

/// The containers of a pod, those that run first before the others, and what the pod says for all of them.
struct Containers<'s> {
    all: Vec<&'s Value>,
    pod: &'s Value,
}

impl<'s> Containers<'s> {
    fn of(spec: &'s Value) -> Self {
        let parts = ["initContainers", "containers", "ephemeralContainers"];
        let all = parts.into_iter().flat_map(|part| list(&spec[part])).collect();
        Self { all, pod: &spec["securityContext"] }
    }

    fn names(&self, is_meant: impl Fn(&Value) -> bool) -> Vec<&'s str> {
        self.all.iter().filter(|container| is_meant(container)).map(|container| name(container)).collect()
    }

    fn privileged(&self) -> Option<String> {
        let names = self.names(|container| container["securityContext"]["privileged"] == true);
        let who = containers(&names)?;
        Some(format!("privileged ({who} must not set securityContext.privileged=true)"))
    }

    fn escalation(&self) -> Option<String> {
        let names = self.names(|container| container["securityContext"]["allowPrivilegeEscalation"] != false);
        let who = containers(&names)?;
        let must = "must set securityContext.allowPrivilegeEscalation=false";
        Some(format!("allowPrivilegeEscalation != false ({who} {must})"))
    }

    fn host_ports(&self) -> Option<String> {
        let ports = |container: &Value| -> Vec<u64> {
            let ports = list(&container["ports"]).filter_map(|port| port["hostPort"].as_u64());
            ports.filter(|port| *port != 0).collect()
        };
        let names = self.names(|container| !ports(container).is_empty());
        let who = containers(&names)?;
        let taken: BTreeSet<String> =
            self.all.iter().flat_map(|container| ports(container)).map(|port| port.to_string()).collect();
        let taken: Vec<String> = taken.into_iter().collect();
        let uses = if names.len() == 1 { "uses" } else { "use" };
        Some(format!("hostPort ({who} {uses} {} {})", plural("hostPort", taken.len()), taken.join(", ")))
    }

    fn capabilities(&self, allowed: &[&str], what: &str, must_drop: bool) -> Option<String> {
        let added = |container: &Value| -> BTreeSet<String> {
            let added = list(&container["securityContext"]["capabilities"]["add"]).filter_map(Value::as_str);
            added.filter(|one| !allowed.contains(one)).map(str::to_owned).collect()
        };
        let keeps = |container: &Value| {
            let mut dropped = list(&container["securityContext"]["capabilities"]["drop"]);
            must_drop && !dropped.any(|one| one == "ALL")
        };
        let must = containers(&self.names(keeps))
            .map(|who| format!("{who} must set securityContext.capabilities.drop=[\"ALL\"]"));
        let forbidden: BTreeSet<String> = self.all.iter().flat_map(|container| added(container)).collect();
        let forbidden: Vec<&str> = forbidden.iter().map(String::as_str).collect();
        let must_not = containers(&self.names(|container| !added(container).is_empty())).map(|who| {
            format!("{who} must not include {} in securityContext.capabilities.add", quoted(&forbidden))
        });
        let said: Vec<String> = must.into_iter().chain(must_not).collect();
        (!said.is_empty()).then(|| format!("{what} ({})", said.join("; ")))
    }

    fn run_as_non_root(&self) -> Option<String> {
        let says = |container: &Value| container["securityContext"]["runAsNonRoot"].as_bool();
        let of_pod = self.pod["runAsNonRoot"].as_bool();
        let setters = self.setters(of_pod == Some(false), |container| says(container) == Some(false));
        if !setters.is_empty() {
            let who = setters.join(" and ");
            return Some(format!(
                "runAsNonRoot != true ({who} must not set securityContext.runAsNonRoot=false)"
            ));
        }
        let silent = self.names(|container| says(container).is_none() && of_pod != Some(true));
        let who = containers(&silent)?;
        Some(format!("runAsNonRoot != true (pod or {who} must set securityContext.runAsNonRoot=true)"))
    }

    fn run_as_user(&self) -> Option<String> {
        let is_root = |container: &Value| container["securityContext"]["runAsUser"] == 0;
        let setters = self.setters(self.pod["runAsUser"] == 0, is_root);
        (!setters.is_empty())
            .then(|| format!("runAsUser=0 ({} must not set runAsUser=0)", setters.join(" and ")))
    }

    /// Without `must_say` nothing but `Unconfined` is refused.
    fn seccomp(&self, must_say: bool) -> Option<String> {
        let is_good = |word: &str| ["RuntimeDefault", "Localhost"].contains(&word);
        let says = |context: &'s Value| context["seccompProfile"]["type"].as_str();
        let of_pod = says(self.pod);
        let bad = |word: Option<&str>| word.is_some_and(|word| !is_good(word));
        let setters = self.setters(bad(of_pod), |container| {
            bad(container["securityContext"]["seccompProfile"]["type"].as_str())
        });
        if !setters.is_empty() {
            let contexts = self.all.iter().map(|container| says(&container["securityContext"]));
            let words = std::iter::once(of_pod).chain(contexts).flatten().filter(|word| !is_good(word));
            let words: Vec<&str> = words.collect::<BTreeSet<&str>>().into_iter().collect();
            let must_not = format!("must not set securityContext.seccompProfile.type to {}", quoted(&words));
            return Some(format!("seccompProfile ({} {must_not})", setters.join(" and ")));
        }
        let is_silent = |container: &Value| container["securityContext"]["seccompProfile"]["type"].is_null();
        let silent = self.names(|container| must_say && of_pod.is_none() && is_silent(container));
        let who = containers(&silent)?;
        let must = "must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"";
        Some(format!("seccompProfile (pod or {who} {must})"))
    }

    /// The pod, and the containers, that say something themselves.
    fn setters(&self, does_pod: bool, does: impl Fn(&Value) -> bool) -> Vec<String> {
        let of_pod = does_pod.then(|| "pod".to_owned());
        of_pod.into_iter().chain(containers(&self.names(does))).collect()
    }
}

/// `container "main"`, `containers "main", "side"`; nothing for none.
fn containers(names: &[&str]) -> Option<String> {
    (!names.is_empty()).then(|| format!("{} {}", plural("container", names.len()), quoted(names)))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}

fn plural(word: &str, count: usize) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}

fn quoted(words: &[&str]) -> String {
    format!("\"{}\"", words.join("\", \""))
}

#[cfg(test)]
mod tests;
