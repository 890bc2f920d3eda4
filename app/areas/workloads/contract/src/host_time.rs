//! The time zone of the node, for programs that read it from `/etc/localtime`.
//!
//! In the manifest it is a volume of that file and a mount of it, read only. Both are recognised, whatever the volume is
//! called, when they are just that; with anything else in them they are a volume and a mount like any.

use crate::place::{at, joined, set};
use serde_json::{Value, json};

/// Where nodes keep their time zone, and programs look for it.
const FILE: &str = "/etc/localtime";

/// What the volume is called, as in `KubeSphere`.
const NAME: &str = "host-time";

/// Where a container keeps what it mounts.
const MOUNTS: &str = "volumeMounts";

/// Where the field is in a container. Nothing stands there.
pub(crate) const PLACE: &str = "hostTime";

/// The place of a pod, and the container's place in it, around the place of the field.
pub fn around(path: &str) -> Option<(String, String)> {
    let (container, _) = path.rsplit_once('/')?;
    let (part, index) = container.rsplit_once('/')?;
    let (pod, part) = part.rsplit_once('/')?;
    Some((pod.to_owned(), format!("{part}/{index}")))
}

/// Whether a container of a pod, such as `containers/0`, has the time zone of its node.
pub fn is_on(pod: &Value, container: &str) -> bool {
    list(pod, &joined(container, MOUNTS)).iter().any(|mount| is_of_clock(pod, mount))
}

/// Gives a container of a pod the time zone of its node, or takes it away. The volume goes with the last mount.
pub fn switch(pod: &mut Value, container: &str, is_wanted: bool) {
    if at(pod, container).is_none() || is_on(pod, container) == is_wanted {
        return;
    }
    let mounts = joined(container, MOUNTS);
    if is_wanted {
        let clock = list(pod, "volumes").iter().find(|volume| is_clock(volume));
        let name = clock.map(|volume| volume["name"].clone());
        let name = name.unwrap_or_else(|| {
            let name = free_name(pod);
            // Without a type, a node that has no such file would get a folder there.
            let volume = json!({"name": &name, "hostPath": {"path": FILE, "type": "File"}});
            change(pod, "volumes", |volumes| volumes.push(volume));
            Value::from(name)
        });
        let mount = json!({"name": name, "mountPath": FILE, "readOnly": true});
        change(pod, &mounts, |mounts| mounts.push(mount));
        return;
    }
    let (gone, kept): (Vec<Value>, Vec<Value>) =
        list(pod, &mounts).iter().cloned().partition(|mount| is_of_clock(pod, mount));
    change(pod, &mounts, |mounts| *mounts = kept);
    let volumes = list(pod, "volumes").iter().filter(|volume| {
        let is_gone = gone.iter().any(|mount| mount["name"] == volume["name"]);
        !(is_gone && is_clock(volume) && !is_mounted(pod, &volume["name"]))
    });
    let volumes: Vec<Value> = volumes.cloned().collect();
    change(pod, "volumes", |all| *all = volumes);
}

/// Whether a volume is the time zone of the node, and nothing else.
pub(crate) fn is_clock(volume: &Value) -> bool {
    let path = &volume["hostPath"];
    let is_file = path["type"].is_null() || path["type"] == "" || path["type"] == "File";
    let is_alone = has_only(volume, &["hostPath", "name"]) && has_only(path, &["path", "type"]);
    volume["name"].is_string() && path["path"] == FILE && is_file && is_alone
}

/// Whether a mount is of such a volume, at its place, and read only.
fn is_of_clock(pod: &Value, mount: &Value) -> bool {
    let is_mount = mount["mountPath"] == FILE && mount["readOnly"] == true;
    let is_alone = has_only(mount, &["mountPath", "name", "readOnly"]);
    let mut volumes = list(pod, "volumes").iter();
    is_mount && is_alone && volumes.any(|volume| volume["name"] == mount["name"] && is_clock(volume))
}

fn has_only(value: &Value, keys: &[&str]) -> bool {
    value.as_object().is_some_and(|object| object.keys().all(|key| keys.contains(&key.as_str())))
}

fn is_mounted(pod: &Value, volume: &Value) -> bool {
    let parts = ["containers", "initContainers", "ephemeralContainers"].into_iter();
    let mut mounts = parts.flat_map(|part| list(pod, part)).flat_map(|container| list(container, MOUNTS));
    mounts.any(|mount| mount["name"] == *volume)
}

/// A name that no volume of the pod has, and that nothing mounts: volumes may be made elsewhere.
fn free_name(pod: &Value) -> String {
    let is_free = |name: &String| {
        let mut volumes = list(pod, "volumes").iter();
        volumes.all(|volume| volume["name"] != *name) && !is_mounted(pod, &json!(name))
    };
    let first = std::iter::once(NAME.to_owned());
    let mut names = first.chain((2..).map(|number: usize| format!("{NAME}-{number}")));
    names.find(is_free).unwrap_or_default()
}

fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    at(value, path).and_then(Value::as_array).map_or(&[][..], Vec::as_slice)
}

/// Changes the list at a path; an empty one is taken away.
fn change(value: &mut Value, path: &str, change: impl FnOnce(&mut Vec<Value>)) {
    let mut items = list(value, path).to_vec();
    change(&mut items);
    set(value, path, (!items.is_empty()).then_some(Value::Array(items)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pod() -> Value {
        json!({
            "containers": [{"name": "web", "image": "web:1"}, {"name": "side", "image": "side:1"}],
            "initContainers": [{"name": "first", "image": "first:1"}],
        })
    }

    #[test]
    fn the_field_knows_its_container_and_its_pod() {
        let found = around("spec/template/spec/containers/2/hostTime");

        assert_eq!(found, Some(("spec/template/spec".to_owned(), "containers/2".to_owned())));
        assert_eq!(
            around("spec/initContainers/0/x"),
            Some(("spec".to_owned(), "initContainers/0".to_owned()))
        );
        assert_eq!(around("hostTime"), None);
    }

    #[test]
    fn a_container_gets_the_file_of_its_node_and_the_volume_goes_with_the_last_mount() {
        let mut pod = pod();
        let mount = json!({"name": "host-time", "mountPath": "/etc/localtime", "readOnly": true});

        switch(&mut pod, "containers/1", true);
        let volume = json!({"name": "host-time", "hostPath": {"path": "/etc/localtime", "type": "File"}});
        assert_eq!(pod["volumes"], json!([volume]));
        assert_eq!(pod["containers"][1]["volumeMounts"], json!([mount]));
        assert!(is_on(&pod, "containers/1") && !is_on(&pod, "containers/0"));

        switch(&mut pod, "initContainers/0", true);
        switch(&mut pod, "containers/1", false);
        assert_eq!(pod["volumes"], json!([volume]));
        switch(&mut pod, "initContainers/0", false);
        assert_eq!(pod, self::pod());
        switch(&mut pod, "containers/7", true);
        assert_eq!(pod, self::pod(), "there is no such container");
    }

    #[test]
    fn a_volume_of_any_name_is_used_and_one_of_the_name_is_left_alone() {
        let mut pod = pod();
        pod["volumes"] = json!([{"name": "host-time", "emptyDir": {}}]);
        switch(&mut pod, "containers/0", true);
        assert_eq!(pod["volumes"][1]["name"], "host-time-2");

        pod["volumes"] = json!([{"name": "zone", "hostPath": {"path": "/etc/localtime", "type": ""}}]);
        switch(&mut pod, "containers/1", true);
        assert_eq!(pod["containers"][1]["volumeMounts"][0]["name"], "zone");
        assert_eq!(pod["volumes"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn what_differs_in_anything_is_a_volume_and_a_mount_like_any() {
        let mut pod = pod();
        switch(&mut pod, "containers/0", true);
        for (place, value) in [
            ("volumes/0/name", json!("other")),
            ("volumes/0/hostPath/path", json!("/etc/timezone")),
            ("volumes/0/hostPath/type", json!("DirectoryOrCreate")),
            ("volumes/0/emptyDir", json!({})),
            ("containers/0/volumeMounts/0/mountPath", json!("/etc/zone")),
            ("containers/0/volumeMounts/0/readOnly", json!(false)),
            ("containers/0/volumeMounts/0/subPath", json!("a")),
        ] {
            let mut other = pod.clone();
            set(&mut other, place, Some(value));
            assert!(!is_on(&other, "containers/0"), "{place}");

            let before = other.clone();
            switch(&mut other, "containers/0", false);
            assert_eq!(other, before, "{place}");
        }
    }

    fn volumes() -> impl Strategy<Value = Vec<Value>> {
        let source = prop_oneof![
            Just(json!({"emptyDir": {}})),
            Just(json!({"hostPath": {"path": "/var/log"}})),
            Just(json!({"hostPath": {"path": "/etc/localtime", "type": "File"}, "x-unknown": 1})),
        ];
        let name = prop_oneof![Just("host-time".to_owned()), "[a-z]{1,4}"];
        let volume = (name, source).prop_map(|(name, mut volume)| {
            volume["name"] = json!(name);
            volume
        });
        proptest::collection::vec(volume, 1..4)
    }

    fn mounts() -> impl Strategy<Value = Vec<Value>> {
        let name = prop_oneof![Just("host-time".to_owned()), "[a-z]{1,4}"];
        let mount = (name, "/[a-z]{1,4}", any::<bool>())
            .prop_map(|(name, path, only)| json!({"name": name, "mountPath": path, "readOnly": only}));
        proptest::collection::vec(mount, 1..4)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_taking_it_away_leaves_what_was(
            volumes in proptest::option::of(volumes()),
            mounts in proptest::option::of(mounts()),
            container in prop_oneof!["containers/0", "containers/1", "initContainers/0"],
            other in prop_oneof!["containers/0", "containers/1", "initContainers/0"],
        ) {
            let mut pod = pod();
            if let Some(volumes) = volumes {
                pod["volumes"] = json!(volumes);
            }
            set(&mut pod, &format!("{container}/volumeMounts"), mounts.map(|mounts| json!(mounts)));
            let before = pod.clone();

            switch(&mut pod, &container, true);
            prop_assert!(is_on(&pod, &container));
            let once = pod.clone();
            switch(&mut pod, &container, true);
            prop_assert_eq!(&pod, &once);

            if other != container {
                switch(&mut pod, &other, true);
                switch(&mut pod, &other, false);
                prop_assert_eq!(&pod, &once);
            }
            switch(&mut pod, &container, false);
            prop_assert!(!is_on(&pod, &container));
            prop_assert_eq!(pod, before);
        }
    }
}
