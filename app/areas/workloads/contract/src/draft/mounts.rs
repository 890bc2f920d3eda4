//! What containers mount, and which claims they have as devices.

use super::Draft;
use super::faults::{fault, is_empty};
use crate::LogFiles;
use crate::field::Form;
use crate::place::joined;
use crate::rule::Fault;
use serde_json::Value;

impl Draft {
    /// A mount names a volume; that it exists is what people forget most. A container has one at each path.
    pub(super) fn wrong_mounts(&self, form: &Form) -> Vec<Fault> {
        let Some(template) = form.template else { return Vec::new() };
        let volumes = Volumes {
            of_pod: self.list(&joined(template, "spec/volumes")),
            of_each: self.list("spec/volumeClaimTemplates"),
        };
        let mut faults = Vec::new();
        for part in ["containers", "initContainers"] {
            let part = joined(template, &format!("spec/{part}"));
            for (index, container) in self.list(&part).iter().enumerate() {
                if LogFiles::read(container).is_some() {
                    continue;
                }
                let place = format!("0/{part}/{index}");
                check_mounts(container, &volumes, &place, &mut faults);
                check_devices(container, &volumes, &place, &mut faults);
            }
        }
        faults
    }
}

/// The volumes that a container may name.
struct Volumes<'d> {
    of_pod: &'d [Value],
    /// Claims that a stateful set makes for each pod.
    of_each: &'d [Value],
}

impl Volumes<'_> {
    fn has(&self, name: &str) -> bool {
        self.is_of_each(name) || self.of_pod.iter().any(|volume| volume["name"] == *name)
    }

    fn is_claim(&self, name: &str) -> bool {
        let is_claim =
            |volume: &Value| !volume["persistentVolumeClaim"].is_null() || !volume["ephemeral"].is_null();
        self.is_of_each(name) || self.of_pod.iter().any(|volume| volume["name"] == *name && is_claim(volume))
    }

    fn is_of_each(&self, name: &str) -> bool {
        self.of_each.iter().any(|claim| claim["metadata"]["name"] == *name)
    }
}

fn check_mounts(container: &Value, volumes: &Volumes<'_>, place: &str, faults: &mut Vec<Fault>) {
    let mounts = list(container, "volumeMounts");
    let is_privileged = container["securityContext"]["privileged"] == true;
    for (turn, mount) in mounts.iter().enumerate() {
        let mut tell = |field: &str, text: &'static str, value: &str| {
            faults.push(fault(&format!("{place}/volumeMounts/{turn}/{field}"), text, value));
        };
        if let Some(name) = mount["name"].as_str().filter(|name| !volumes.has(name)) {
            tell("name", "fault.no-volume", name);
        }
        if !is_empty(&mount["subPath"]) && !is_empty(&mount["subPathExpr"]) {
            tell("subPathExpr", "fault.sub-paths", "");
        }
        let path = mount["mountPath"].as_str();
        if let Some(path) = path.filter(|path| has(&mounts[..turn], "mountPath", path)) {
            tell("mountPath", "fault.twice", path);
        }
        let propagation = mount["mountPropagation"].as_str().unwrap_or_default();
        if propagation == "Bidirectional" && !is_privileged {
            tell("mountPropagation", "fault.only-privileged", "");
        }
        if matches!(mount["recursiveReadOnly"].as_str(), Some("Enabled" | "IfPossible")) {
            if mount["readOnly"] != true {
                tell("recursiveReadOnly", "fault.only-read-only", "");
            } else if !matches!(propagation, "" | "None") {
                tell("recursiveReadOnly", "fault.only-unpropagated", "");
            }
        }
    }
}

/// A device is a claim, and is not mounted as well.
fn check_devices(container: &Value, volumes: &Volumes<'_>, place: &str, faults: &mut Vec<Fault>) {
    let (devices, mounts) = (list(container, "volumeDevices"), list(container, "volumeMounts"));
    for (turn, device) in devices.iter().enumerate() {
        let mut tell = |field: &str, text: &'static str, value: &str| {
            faults.push(fault(&format!("{place}/volumeDevices/{turn}/{field}"), text, value));
        };
        if let Some(name) = device["name"].as_str() {
            if !volumes.has(name) {
                tell("name", "fault.no-volume", name);
            } else if !volumes.is_claim(name) {
                tell("name", "fault.only-claims", name);
            } else if has(mounts, "name", name) {
                tell("name", "fault.mounted-too", name);
            }
        }
        let is_taken =
            |path: &&str| has(&devices[..turn], "devicePath", path) || has(mounts, "mountPath", path);
        if let Some(path) = device["devicePath"].as_str().filter(is_taken) {
            tell("devicePath", "fault.twice", path);
        }
    }
}

fn has(items: &[Value], key: &str, value: &str) -> bool {
    items.iter().any(|item| item[key] == *value)
}

fn list<'v>(container: &'v Value, key: &str) -> &'v [Value] {
    container[key].as_array().map_or(&[][..], Vec::as_slice)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::deployment;
    use super::*;
    use crate::forms;
    use serde_json::json;

    /// What is wrong with a container of a deployment that has three volumes, each as its place in it and what is told.
    fn told(container: &Value) -> Vec<(String, &'static str)> {
        let (form, mut draft) = deployment();
        let base = "spec/template/spec";
        let volumes = json!([
            {"name": "scratch", "emptyDir": {}},
            {"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}},
            {"name": "own", "ephemeral": {"volumeClaimTemplate": {"spec": {
                "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
            }}}},
        ]);
        draft.set(form, 0, &format!("{base}/volumes"), Some(volumes));
        for (key, value) in container.as_object().unwrap() {
            draft.set(form, 0, &format!("{base}/containers/0/{key}"), Some(value.clone()));
        }
        draft.set(form, 0, &format!("{base}/containers/0/image"), Some(json!("nginx")));
        let start = format!("0/{base}/containers/0/");
        let faults = draft.faults(form).into_iter();
        faults.map(|fault| (fault.place.strip_prefix(&start).unwrap().to_owned(), fault.text)).collect()
    }

    #[test]
    fn what_is_mounted_by_others_needs_privileges_and_excludes_all_being_read_only() {
        let mount = |more: Value| {
            let mut mount = json!({"name": "scratch", "mountPath": "/data"});
            mount.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!([mount])
        };
        let both = mount(json!({"mountPropagation": "Bidirectional"}));
        let place = |field: &str| format!("volumeMounts/0/{field}");

        let found = told(&json!({"volumeMounts": both}));
        assert_eq!(found, [(place("mountPropagation"), "fault.only-privileged")]);
        let privileged = json!({"privileged": true});
        assert_eq!(told(&json!({"volumeMounts": both, "securityContext": privileged})), []);

        let found = told(&json!({"volumeMounts": mount(json!({"recursiveReadOnly": "Enabled"}))}));
        assert_eq!(found, [(place("recursiveReadOnly"), "fault.only-read-only")]);
        let mut more = json!({"recursiveReadOnly": "IfPossible", "readOnly": true, "mountPropagation": "HostToContainer"});
        let found = told(&json!({"volumeMounts": mount(more.clone())}));
        assert_eq!(found, [(place("recursiveReadOnly"), "fault.only-unpropagated")]);
        more["mountPropagation"] = json!("None");
        assert_eq!(told(&json!({"volumeMounts": mount(more)})), []);
    }

    #[test]
    fn a_device_is_a_claim_that_is_not_mounted_too() {
        let device = |name: &str, path: &str| json!({"name": name, "devicePath": path});
        let devices = |devices: Value| told(&json!({"volumeDevices": devices}));
        let name = "volumeDevices/0/name".to_owned();

        assert_eq!(devices(json!([device("disk", "/dev/a"), device("own", "/dev/b")])), []);
        assert_eq!(devices(json!([device("gone", "/dev/a")])), [(name.clone(), "fault.no-volume")]);
        assert_eq!(devices(json!([device("scratch", "/dev/a")])), [(name.clone(), "fault.only-claims")]);
        let twice = ("volumeDevices/1/devicePath".to_owned(), "fault.twice");
        assert_eq!(devices(json!([device("disk", "/dev/a"), device("own", "/dev/a")])), [twice]);
        let mounts = json!([{"name": "disk", "mountPath": "/dev/a"}]);
        let found = told(&json!({"volumeDevices": [device("disk", "/dev/a")], "volumeMounts": mounts}));
        let taken = ("volumeDevices/0/devicePath".to_owned(), "fault.twice");
        assert_eq!(found, [(name, "fault.mounted-too"), taken]);
    }

    #[test]
    fn a_mount_names_its_part_of_a_volume_in_one_way() {
        let (form, mut draft) = deployment();
        let base = "spec/template/spec";
        draft.set(form, 0, &format!("{base}/volumes"), Some(json!([{"name": "data", "emptyDir": {}}])));
        let mount =
            json!({"name": "data", "mountPath": "/data", "subPath": "a", "subPathExpr": "$(POD_NAME)"});
        draft.set(form, 0, &format!("{base}/containers/0/volumeMounts"), Some(json!([mount])));
        let place = format!("{base}/containers/0/volumeMounts/0/subPathExpr");

        let told = |draft: &Draft| draft.faults(form).iter().any(|fault| fault.text == "fault.sub-paths");

        assert!(draft.faults(form).contains(&fault(&format!("0/{place}"), "fault.sub-paths", "")));
        draft.set(form, 0, &place, None);
        assert!(!told(&draft));
    }

    #[test]
    fn a_container_mounts_one_volume_at_each_path() {
        let form = forms::find("pods").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        let mount = json!({"name": "data", "mountPath": "/data"});
        let container = json!({"name": "main", "image": "nginx", "volumeMounts": [mount, mount]});
        let other = json!({"name": "other", "image": "nginx", "volumeMounts": [mount]});
        let pod = json!({"containers": [container, other], "volumes": [{"name": "data", "emptyDir": {}}]});

        draft.set(form, 0, "spec", Some(pod));

        let place = "0/spec/containers/0/volumeMounts/1/mountPath";
        assert_eq!(draft.faults(form), [fault(place, "fault.twice", "/data")]);
    }
}
