//! Parts of objects that pages show for many kinds: conditions and containers.

use kinds::{Object, container_end, container_health, seconds};
use model::{Language, Level, Timestamp};
use resources_contract::{Condition, Container, ContainerRole, Probe};

/// `status.conditions`, with whether their state is a good one.
pub(crate) fn conditions(object: &Object<'_>) -> Vec<Condition> {
    let condition = |condition: &Object<'_>| Condition {
        level: condition_level(condition.text_at("/type"), condition.text_at("/status")),
        kind: condition.text_at("/type").into(),
        state: condition.text_at("/status").into(),
        reason: condition.text_at("/reason").into(),
        message: condition.text_at("/message").into(),
        since: seconds(condition.text_at("/lastTransitionTime")).map(Timestamp),
    };
    object.items_at("/status/conditions").iter().map(condition).collect()
}

/// Most conditions are good when true; these words mark the ones that are good when false.
fn condition_level(kind: &str, state: &str) -> Level {
    const BAD_WHEN_TRUE: [&str; 12] = [
        "Pressure",
        "Failure",
        "Failed",
        "Unavailable",
        "Degraded",
        "Stalled",
        "Dangling",
        "Denied",
        "Terminating",
        "Suspended",
        "Disrupt",
        "Violat",
    ];
    let is_bad_when_true = BAD_WHEN_TRUE.iter().any(|word| kind.contains(word));
    match (state, is_bad_when_true) {
        ("True", false) | ("False", true) => Level::Healthy,
        ("True", true) | ("False", false) => Level::Warning,
        _ => Level::Unknown,
    }
}

/// The containers of a pod, or of the pods that a template makes, as a reader is told of them.
pub(crate) fn containers(object: &Object<'_>, language: Language) -> Vec<Container> {
    let spec = ["/spec/template/spec", "/spec/jobTemplate/spec/template/spec", "/spec"]
        .into_iter()
        .filter_map(|path| object.at(path))
        .find(|spec| !spec.items_at("/containers").is_empty());
    let Some(spec) = spec else { return Vec::new() };
    let mut found = Vec::new();
    for (list, statuses, place) in [
        ("/initContainers", "/status/initContainerStatuses", Place::Init),
        ("/containers", "/status/containerStatuses", Place::Main),
        ("/ephemeralContainers", "/status/ephemeralContainerStatuses", Place::Ephemeral),
    ] {
        for container in spec.items_at(list) {
            let name = container.text_at("/name");
            let status = object.items_at(statuses).iter().find(|status| status.text_at("/name") == name);
            found.push(one(container, status, place, language));
        }
    }
    found
}

/// The list of a pod that a container stands in.
#[derive(Clone, Copy)]
enum Place {
    Init,
    Main,
    Ephemeral,
}

fn one(container: &Object<'_>, status: Option<&Object<'_>>, place: Place, language: Language) -> Container {
    // Kubernetes never calls the others ready while they run: debug containers have no probes, and what prepares a pod
    // is ready when it has ended.
    let stays = container.text_at("/restartPolicy") == "Always";
    let (role, says_ready) = match place {
        Place::Main => (ContainerRole::Main, true),
        Place::Init if stays => (ContainerRole::Sidecar, true),
        Place::Init => (ContainerRole::Init, false),
        Place::Ephemeral => (ContainerRole::Main, false),
    };
    let last_end = status.and_then(|status| status.at("/lastState/terminated"));
    let has = |path: &str| status.is_some_and(|status| status.at(path).is_some());
    Container {
        name: container.text_at("/name").into(),
        image: container.text_at("/image").into(),
        role,
        status: status.map(|status| container_health(status, says_ready).in_language(language)),
        restarts: status.and_then(|status| status.number_at("/restartCount")).unwrap_or(0),
        last_end: last_end.map(|ended| container_end(ended).in_language(language)),
        ports: container.items_at("/ports").iter().map(port).collect(),
        resources: resources(container),
        command: command(container),
        probes: probes(container),
        mounts: container.items_at("/volumeMounts").iter().map(mount).collect(),
        runs: has("/state/running"),
        has_log: has("/state/running") || has("/state/terminated") || has("/lastState/terminated"),
        has_previous_log: has("/lastState/terminated"),
    }
}

/// What a container runs, as one would type it; empty when its image says that.
fn command(container: &Object<'_>) -> String {
    let words = ["/command", "/args"].into_iter().flat_map(|path| container.items_at(path));
    words.filter_map(Object::text).collect::<Vec<_>>().join(" ")
}

/// How a container is asked whether it is well, and what happens when it begins and ends.
fn probes(container: &Object<'_>) -> Vec<Probe> {
    let one = |(path, kind): (&str, &str)| {
        let asked = container.at(path)?;
        let number = |path: &str| asked.number_at(path);
        let often = number("/periodSeconds").map(|seconds| format!(" · {seconds}s"));
        let failures = number("/failureThreshold").map(|failures| format!(" · {failures}×"));
        let what = format!("{}{}{}", handler(asked), often.unwrap_or_default(), failures.unwrap_or_default());
        Some(Probe { kind: kind.to_owned(), what })
    };
    let all = [
        ("/livenessProbe", "liveness"),
        ("/readinessProbe", "readiness"),
        ("/startupProbe", "startup"),
        ("/lifecycle/postStart", "post_start"),
        ("/lifecycle/preStop", "pre_stop"),
    ];
    all.into_iter().filter_map(one).collect()
}

fn handler(asked: &Object<'_>) -> String {
    let port = |handler: &Object<'_>| match handler.at("/port") {
        Some(Object::Number(number)) => number.to_string(),
        port => port.and_then(Object::text).unwrap_or_default().to_owned(),
    };
    if let Some(http) = asked.at("/httpGet") {
        let scheme = if http.text_at("/scheme") == "HTTPS" { "https" } else { "http" };
        format!("GET {scheme}://{}:{}{}", http.text_at("/host"), port(http), http.text_at("/path"))
    } else if let Some(tcp) = asked.at("/tcpSocket") {
        format!("tcp {}:{}", tcp.text_at("/host"), port(tcp))
    } else if let Some(grpc) = asked.at("/grpc") {
        format!("grpc :{} {}", port(grpc), grpc.text_at("/service")).trim_end().to_owned()
    } else if let Some(seconds) = asked.number_at("/sleep/seconds") {
        format!("sleep {seconds}s")
    } else {
        asked.each("/exec/command/*").filter_map(Object::text).collect::<Vec<_>>().join(" ")
    }
}

/// `data/sub → /var/lib/data (ro)`.
fn mount(mount: &Object<'_>) -> String {
    let inside = match mount.text_at("/subPath") {
        "" => String::new(),
        inside => format!("/{inside}"),
    };
    let read_only = if mount.is_true("/readOnly") { " (ro)" } else { "" };
    format!("{}{inside} → {}{read_only}", mount.text_at("/name"), mount.text_at("/mountPath"))
}

fn port(port: &Object<'_>) -> String {
    let protocol = match port.text_at("/protocol") {
        "" => "TCP",
        protocol => protocol,
    };
    let number = port.number_at("/containerPort").unwrap_or(0);
    match port.text_at("/name") {
        "" => format!("{number}/{protocol}"),
        name => format!("{number}/{protocol} {name}"),
    }
}

/// `cpu 100m – 500m`: what is requested and what is allowed.
fn resources(container: &Object<'_>) -> Vec<String> {
    let amount = |list: &str, resource: &str| {
        container.at(list).and_then(|list| list.get(resource)).and_then(Object::text).map(str::to_owned)
    };
    let mut names: Vec<&str> = ["/resources/requests", "/resources/limits"]
        .iter()
        .flat_map(|path| container.entries_at(path))
        .map(|(name, _)| &**name)
        .collect();
    names.sort_unstable();
    names.dedup();
    let line = |name: &str| match (amount("/resources/requests", name), amount("/resources/limits", name)) {
        (Some(request), Some(limit)) if request == limit => format!("{name} {request}"),
        (Some(request), Some(limit)) => format!("{name} {request} – {limit}"),
        (Some(request), None) => format!("{name} {request} –"),
        (None, Some(limit)) => format!("{name} – {limit}"),
        (None, None) => name.to_owned(),
    };
    names.into_iter().map(line).collect()
}

/// The images of the template at a path.
pub(crate) fn template_images(object: &Object<'_>, template: &str) -> Vec<String> {
    let path = format!("{template}/spec/containers/*/image");
    object.each(&path).filter_map(Object::text).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(status: &str) -> Vec<Container> {
        let json = format!(
            r#"{{"spec":{{"containers":[{{"name":"main","image":"web:1","ports":[{{"containerPort":8080,"name":"http"}}],
                "resources":{{"requests":{{"cpu":"100m"}},"limits":{{"cpu":"500m","memory":"1Gi"}}}}}}]}},
                "status":{{"containerStatuses":[{status}]}}}}"#
        );
        containers(&Object::parse(json.as_bytes()).expect("the test's own JSON"), Language::English)
    }

    #[test]
    fn a_crash_looping_container_tells_how_it_ended() {
        let found =
            pod(r#"{"name":"main","restartCount":7,"state":{"waiting":{"reason":"CrashLoopBackOff"}},
                "lastState":{"terminated":{"exitCode":1,"reason":"Error","message":"no CHECKOUT_URL"}}}"#);

        assert_eq!(found[0].status.as_ref().map(|status| status.level), Some(Level::Failed));
        assert_eq!(found[0].last_end.as_deref(), Some("Error, exit code 1: no CHECKOUT_URL"));
        assert!(found[0].has_previous_log);
        assert_eq!(found[0].ports, ["8080/TCP http"]);
        assert_eq!(found[0].resources, ["cpu 100m – 500m", "memory – 1Gi"]);
    }

    #[test]
    fn what_a_container_runs_mounts_and_is_asked_is_told() {
        let spec = br#"{"spec":{"containers":[{"name":"main","command":["serve"],"args":["--port","80"],
            "livenessProbe":{"httpGet":{"path":"/healthz","port":8080},"periodSeconds":10,"failureThreshold":3},
            "readinessProbe":{"tcpSocket":{"port":"http"}},
            "lifecycle":{"preStop":{"exec":{"command":["sleep","5"]}}},
            "volumeMounts":[{"name":"data","mountPath":"/data","subPath":"a","readOnly":true}]}]}}"#;
        let found = containers(&Object::parse(spec).expect("the test's own JSON"), Language::English);

        assert_eq!(found[0].command, "serve --port 80");
        let probes: Vec<_> =
            found[0].probes.iter().map(|probe| (probe.kind.as_str(), probe.what.as_str())).collect();
        assert_eq!(
            probes,
            [
                ("liveness", "GET http://:8080/healthz · 10s · 3×"),
                ("readiness", "tcp :http"),
                ("pre_stop", "sleep 5"),
            ]
        );
        assert_eq!(found[0].mounts, ["data/a → /data (ro)"]);
    }

    #[test]
    fn a_running_container_that_is_not_ready_is_a_warning() {
        let found = pod(r#"{"name":"main","ready":false,"state":{"running":{}}}"#);

        assert_eq!(found[0].status.as_ref().map(|status| status.level), Some(Level::Warning));
    }

    #[test]
    fn only_containers_that_can_be_ready_are_blamed_for_not_being_it() {
        let found = containers(
            &Object::parse(
                br#"{"spec":{"initContainers":[{"name":"prepare"},{"name":"sidecar","restartPolicy":"Always"}],
                    "containers":[{"name":"main"}],"ephemeralContainers":[{"name":"debugger"}]},
                    "status":{
                    "initContainerStatuses":[{"name":"prepare","ready":false,"state":{"running":{}}},
                    {"name":"sidecar","ready":false,"state":{"running":{}}}],
                    "ephemeralContainerStatuses":[{"name":"debugger","ready":false,"state":{"running":{}}}]}}"#,
            )
            .expect("the test's own JSON"),
            Language::English,
        );

        let words: Vec<_> = found
            .iter()
            .filter_map(|container| {
                Some((&*container.name, container.role, container.status.as_ref()?.level))
            })
            .collect();
        assert_eq!(
            words,
            [
                ("prepare", ContainerRole::Init, Level::Healthy),
                ("sidecar", ContainerRole::Sidecar, Level::Warning),
                ("debugger", ContainerRole::Main, Level::Healthy),
            ]
        );
    }

    #[test]
    fn pressure_is_bad_when_true_and_readiness_when_false() {
        assert_eq!(condition_level("MemoryPressure", "True"), Level::Warning);
        assert_eq!(condition_level("MemoryPressure", "False"), Level::Healthy);
        assert_eq!(condition_level("Ready", "False"), Level::Warning);
        assert_eq!(condition_level("Ready", "Unknown"), Level::Unknown);
    }
}
