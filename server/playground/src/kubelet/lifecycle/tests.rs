#![allow(clippy::unwrap_used)]

use super::*;
use crate::objects::{condition, is_pod_ready, text};

/// A pod whose agent looks exactly when it said it would.
struct Life {
    pod: Value,
    now: Timestamp,
    images: Images,
    said: Vec<&'static str>,
}

impl Life {
    fn of(image: &str, policy: &str) -> Self {
        let pod = json!({
            "metadata": { "name": "p", "namespace": "shop", "uid": "u-1" },
            "spec": {
                "nodeName": "n", "restartPolicy": policy,
                "containers": [{ "name": "main", "image": image, "readinessProbe": {} }],
            },
        });
        Self {
            pod,
            now: Timestamp::from_second(1_800_000_000).unwrap(),
            images: Images::built_in(),
            said: Vec::new(),
        }
    }

    /// Lives on for some seconds; answers whether the pod has settled for good.
    fn live(&mut self, seconds: f64) -> bool {
        let end = seconds_after(self.now, seconds);
        loop {
            let around = Surroundings {
                images: &self.images,
                now: self.now,
                node_address: "172.18.0.2",
                pod_address: "10.200.0.2",
                missing_volume: None,
                missing_environment: &|_| None,
            };
            let step = advance(&self.pod, &around);
            self.said.extend(step.events.iter().map(|notice| notice.reason));
            self.pod["status"] = step.status;
            match step.wake {
                None => return true,
                Some(wake) if wake > end => {
                    self.now = end;
                    return false;
                }
                Some(wake) => self.now = wake.max(seconds_after(self.now, 0.01)),
            }
        }
    }

    fn container(&self, pointer: &str) -> &Value {
        self.pod["status"]["containerStatuses"][0].pointer(pointer).unwrap_or(&Value::Null)
    }
}

#[test]
fn a_healthy_pod_starts_and_becomes_ready() {
    let mut life = Life::of("registry.sunfield.example/shop/storefront:5.2.0", "Always");

    life.live(1.0);
    assert_eq!(life.container("/state/waiting/reason"), "ContainerCreating");
    assert_eq!(text(&life.pod, "/status/phase"), "Pending");

    life.live(30.0);
    assert!(is_pod_ready(&life.pod));
    assert_eq!(text(&life.pod, "/status/phase"), "Running");
    assert_eq!(text(&life.pod, "/status/podIP"), "10.200.0.2");
    assert_eq!(life.said, ["Pulling", "Pulled", "Created", "Started"]);
}

#[test]
fn a_crashing_container_backs_off_ever_longer_and_remembers_its_exit_code() {
    let mut life = Life::of("registry.sunfield.example/shop/checkout:2.4.0", "Always");

    life.live(8.0);
    assert_eq!(life.container("/restartCount"), 1);

    life.live(180.0);
    assert_eq!(life.container("/state/waiting/reason"), "CrashLoopBackOff");
    assert_eq!(life.container("/lastState/terminated/exitCode"), 1);
    let restarts = life.container("/restartCount").as_i64().unwrap();
    assert!((4..=6).contains(&restarts), "{restarts} restarts");

    life.live(3000.0);
    let message = life.container("/state/waiting/message").as_str().unwrap_or_default().to_owned();
    assert!(
        message.is_empty() || message.starts_with("back-off 5m0s restarting failed container=main"),
        "{message}"
    );
    assert!(!is_pod_ready(&life.pod));
    assert!(life.said.contains(&"BackOff"));
}

#[test]
fn a_missing_image_is_tried_again_and_again() {
    let mut life = Life::of("registry.sunfield.example/shop/checkout:2.4.99", "Always");

    life.live(1.0);
    assert_eq!(life.container("/state/waiting/reason"), "ErrImagePull");

    life.live(6.0);
    assert_eq!(life.container("/state/waiting/reason"), "ImagePullBackOff");
    assert!(life.container("/state/waiting/message").as_str().unwrap().contains("2.4.99: not found"));
}

#[test]
fn a_container_with_a_memory_leak_is_killed_for_it() {
    let mut life = Life::of("registry.sunfield.example/shop/recommendations:0.9.4", "Always");

    life.live(100.0);
    assert!(is_pod_ready(&life.pod));

    life.live(400.0);
    assert_eq!(life.container("/lastState/terminated/reason"), "OOMKilled");
    assert_eq!(life.container("/lastState/terminated/exitCode"), 137);
}

#[test]
fn a_pod_that_is_to_end_succeeds_or_fails_for_good() {
    let mut good = Life::of("registry.sunfield.example/shop/report:1.7.0", "Never");
    let mut bad = Life::of("registry.sunfield.example/shop/report:2.0.0", "Never");

    assert!(good.live(600.0));
    assert!(bad.live(600.0));

    assert_eq!(text(&good.pod, "/status/phase"), "Succeeded");
    assert_eq!(text(&bad.pod, "/status/phase"), "Failed");
    assert_eq!(bad.container("/state/terminated/exitCode"), 2);
}

#[test]
fn a_failing_probe_keeps_a_running_pod_unready() {
    let mut life = Life::of("registry.sunfield.example/shop/delivery:4.1.0", "Always");

    life.live(120.0);

    assert_eq!(text(&life.pod, "/status/phase"), "Running");
    assert!(!is_pod_ready(&life.pod));
    assert_eq!(life.container("/restartCount"), 0);
}

#[test]
fn what_comes_first_ends_before_the_rest_starts() {
    let mut life = Life::of("registry.sunfield.example/shop/catalogue:3.11.2", "Always");
    life.pod["spec"]["initContainers"] =
        json!([{ "name": "migrate", "image": "registry.sunfield.example/shop/migrate:41" }]);

    life.live(5.0);
    assert_eq!(life.container("/state/waiting/reason"), "PodInitializing");

    life.live(20.0);
    assert_eq!(text(&life.pod, "/status/initContainerStatuses/0/state/terminated/reason"), "Completed");
    assert!(is_pod_ready(&life.pod));
}

/// As the console's forms write it.
fn reader_of_log_files() -> Value {
    json!({
        "name": "logs-data", "image": "busybox:1.37", "restartPolicy": "Always",
        "command": [
            "sh", "-c", "trap 'sleep 2; exit 0' TERM\ntail -q -n +1 -F \"$@\" &\nwait $!", "tail", "/data/a.log",
        ],
    })
}

#[test]
fn a_sidecar_starts_before_the_rest_and_stays() {
    let mut life = Life::of("registry.sunfield.example/shop/catalogue:3.11.2", "Always");
    let migrate = json!({ "name": "migrate", "image": "registry.sunfield.example/shop/migrate:41" });
    life.pod["spec"]["initContainers"] = json!([reader_of_log_files(), migrate]);

    life.live(1.0);
    assert_eq!(text(&life.pod, "/status/initContainerStatuses/0/state/waiting/reason"), "PodInitializing");
    life.live(2.0);
    assert_eq!(text(&life.pod, "/status/phase"), "Pending");
    assert_eq!(life.pod["status"]["initContainerStatuses"][0]["started"], true);
    let initialized = condition(&life.pod, "Initialized").unwrap();
    assert_eq!(text(initialized, "/message"), "containers with incomplete status: [migrate]");
    assert_eq!(life.container("/state/waiting/reason"), "PodInitializing");

    life.live(30.0);
    assert!(is_pod_ready(&life.pod), "{}", life.pod["status"]);
    assert_eq!(text(&life.pod, "/status/phase"), "Running");
    let sidecar = &life.pod["status"]["initContainerStatuses"][0];
    assert!(sidecar["state"].get("running").is_some() && sidecar["ready"] == true, "{sidecar}");
}

#[test]
fn a_sidecar_that_crashes_is_started_again_and_takes_nothing_with_it_but_readiness() {
    let mut life = Life::of("registry.sunfield.example/shop/storefront:5.2.0", "Never");
    life.pod["spec"]["initContainers"] = json!([{
        "name": "beside", "image": "registry.sunfield.example/shop/checkout:2.4.0", "restartPolicy": "Always",
    }]);

    life.live(60.0);

    assert_eq!(text(&life.pod, "/status/initContainerStatuses/0/state/waiting/reason"), "CrashLoopBackOff");
    assert_eq!(text(&life.pod, "/status/phase"), "Running");
    assert!(life.container("/state/running").is_object());
    assert_eq!(text(condition(&life.pod, "Initialized").unwrap(), "/status"), "True");
    let ready = condition(&life.pod, "Ready").unwrap();
    assert_eq!(text(ready, "/message"), "containers with unready status: [beside]");
}

#[test]
fn a_sidecar_ends_with_a_pod_that_is_to_end() {
    let mut life = Life::of("registry.sunfield.example/shop/report:1.7.0", "Never");
    life.pod["spec"]["initContainers"] = json!([reader_of_log_files()]);

    assert!(life.live(600.0));

    assert_eq!(text(&life.pod, "/status/phase"), "Succeeded");
    let sidecar = &life.pod["status"]["initContainerStatuses"][0];
    assert_eq!(text(sidecar, "/state/terminated/reason"), "Completed");
    assert_eq!(sidecar["ready"], false);
}
