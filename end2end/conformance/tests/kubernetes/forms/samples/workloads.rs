//! Workloads and their pods.

use super::{RUNTIME, Sample, named, sample, selector, service_ports};
use crate::support::{Value, json};
use workloads_contract::{LogFiles, LogMount};

macro_rules! places {
    ($base:literal) => {
        [
            concat!($base, "/containers"),
            concat!($base, "/initContainers"),
            concat!($base, "/volumes"),
            concat!($base, "/nodeSelector"),
            concat!($base, "/affinity"),
            concat!($base, "/tolerations"),
            concat!($base, "/topologySpreadConstraints"),
            concat!($base, "/imagePullSecrets"),
        ]
    };
}

/// The few places of a pod that hold one value.
macro_rules! singles {
    ($base:literal) => {
        [
            (concat!($base, "/priorityClassName"), json!("system-node-critical")),
            (concat!($base, "/serviceAccountName"), json!("default")),
            (concat!($base, "/terminationGracePeriodSeconds"), json!(30)),
            (concat!($base, "/hostNetwork"), json!(true)),
            (concat!($base, "/automountServiceAccountToken"), json!(false)),
            (concat!($base, "/dnsPolicy"), json!("None")),
            (concat!($base, "/dnsConfig"), names()),
            (concat!($base, "/hostAliases"), json!([{"ip": "192.0.2.7", "hostnames": ["till.shop.example.com"]}])),
            (concat!($base, "/shareProcessNamespace"), json!(true)),
            (concat!($base, "/hostname"), json!("till")),
            (concat!($base, "/subdomain"), json!("shop")),
            (concat!($base, "/setHostnameAsFQDN"), json!(true)),
            (concat!($base, "/runtimeClassName"), json!(RUNTIME)),
            (concat!($base, "/schedulerName"), json!("default-scheduler")),
            (concat!($base, "/securityContext"), pod_security()),
        ]
    };
}

/// How a job runs.
macro_rules! run {
    ($base:literal) => {
        vec![
            (concat!($base, "/completions"), json!(3)),
            (concat!($base, "/parallelism"), json!(2)),
            (concat!($base, "/completionMode"), json!("Indexed")),
            (concat!($base, "/backoffLimit"), json!(4)),
            (concat!($base, "/backoffLimitPerIndex"), json!(1)),
            (concat!($base, "/maxFailedIndexes"), json!(2)),
            (concat!($base, "/activeDeadlineSeconds"), json!(600)),
            (concat!($base, "/ttlSecondsAfterFinished"), json!(60)),
            (concat!($base, "/template/spec/restartPolicy"), json!("Never")),
            (concat!($base, "/podReplacementPolicy"), json!("Failed")),
            (concat!($base, "/suspend"), json!(true)),
            (concat!($base, "/managedBy"), json!("queue.example.com/other-clusters")),
            (concat!($base, "/podFailurePolicy/rules"), failure_rules()),
            (
                concat!($base, "/successPolicy/rules"),
                json!([{"succeededIndexes": "0,2", "succeededCount": 1}, {"succeededCount": 2}]),
            ),
        ]
    };
}

/// What a pod shares with its node, which does not go with everything else.
macro_rules! of_node {
    ($base:literal) => {
        vec![
            (concat!($base, "/containers/0/image"), json!("nginx:1.27")),
            (concat!($base, "/hostPID"), json!(true)),
            (concat!($base, "/hostIPC"), json!(true)),
        ]
    };
}

fn workload(slug: &'static str, values: Vec<(&'static str, Value)>) -> Sample {
    Sample { slug, has_beside: false, values: named().into_iter().chain(values).collect() }
}

pub fn workloads() -> Vec<Sample> {
    let of_template = || singles!("spec/template/spec").to_vec();
    let service = || [("+spec/type", json!("NodePort")), ("+spec/ports", service_ports())];
    let with = |mut values: Vec<(&'static str, Value)>, more: Vec<(&'static str, Value)>| {
        values.extend(more);
        values
    };
    let of_pods = || {
        vec![
            ("spec/template/metadata/labels/tier", json!("front")),
            ("spec/template/metadata/annotations/note", json!("of the pods")),
            (
                "spec/template/metadata/annotations/cni.projectcalico.org~1ipv4pools",
                json!(r#"["office","10.1.0.0/16"]"#),
            ),
        ]
    };
    vec![
        workload(
            "deployments",
            with(
                with(of_template(), of_pods()),
                vec![
                    ("spec/replicas", json!(2)),
                    ("spec/strategy/type", json!("RollingUpdate")),
                    ("spec/strategy/rollingUpdate/maxSurge", json!("25%")),
                    ("spec/strategy/rollingUpdate/maxUnavailable", json!(1)),
                    ("spec/minReadySeconds", json!(5)),
                    ("spec/progressDeadlineSeconds", json!(600)),
                    ("spec/revisionHistoryLimit", json!(5)),
                ],
            ),
        )
        .with_pod(places!("spec/template/spec"))
        .with_beside(service()),
        workload(
            "statefulsets",
            with(
                with(of_template(), of_pods()),
                vec![
                    ("spec/replicas", json!(2)),
                    ("spec/serviceName", json!("sample")),
                    ("spec/podManagementPolicy", json!("Parallel")),
                    ("spec/updateStrategy/type", json!("RollingUpdate")),
                    ("spec/updateStrategy/rollingUpdate/partition", json!(1)),
                    ("spec/updateStrategy/rollingUpdate/maxUnavailable", json!("50%")),
                    ("spec/ordinals/start", json!(1)),
                    ("spec/minReadySeconds", json!(5)),
                    ("spec/revisionHistoryLimit", json!(5)),
                    ("spec/persistentVolumeClaimRetentionPolicy/whenDeleted", json!("Delete")),
                    ("spec/persistentVolumeClaimRetentionPolicy/whenScaled", json!("Retain")),
                    (
                        "spec/volumeClaimTemplates",
                        json!([{
                            "metadata": {"name": "kept"},
                            "spec": {
                                "accessModes": ["ReadWriteOnce"], "storageClassName": "standard",
                                "resources": {"requests": {"storage": "1Gi"}}, "volumeMode": "Block",
                            },
                        }]),
                    ),
                ],
            ),
        )
        .with_pod(places!("spec/template/spec"))
        .with_beside(service()),
        workload(
            "daemonsets",
            with(
                with(of_template(), of_pods()),
                vec![
                    ("spec/updateStrategy/type", json!("RollingUpdate")),
                    ("spec/updateStrategy/rollingUpdate/maxUnavailable", json!(0)),
                    ("spec/updateStrategy/rollingUpdate/maxSurge", json!(1)),
                    ("spec/minReadySeconds", json!(5)),
                    ("spec/revisionHistoryLimit", json!(5)),
                ],
            ),
        )
        .with_pod(places!("spec/template/spec"))
        .with_beside(service()),
        workload("jobs", with(with(of_template(), of_pods()), run!("spec")))
            .with_pod(places!("spec/template/spec")),
        workload(
            "cronjobs",
            with(
                with(singles!("spec/jobTemplate/spec/template/spec").to_vec(), run!("spec/jobTemplate/spec")),
                vec![
                    ("spec/schedule", json!("*/5 * * * *")),
                    ("spec/timeZone", json!("Europe/Berlin")),
                    ("spec/concurrencyPolicy", json!("Replace")),
                    ("spec/suspend", json!(true)),
                    ("spec/startingDeadlineSeconds", json!(60)),
                    ("spec/successfulJobsHistoryLimit", json!(2)),
                    ("spec/failedJobsHistoryLimit", json!(1)),
                    ("spec/jobTemplate/spec/template/metadata/labels/tier", json!("front")),
                    ("spec/jobTemplate/spec/template/metadata/annotations/note", json!("of the pods")),
                    (
                        "spec/jobTemplate/spec/template/metadata/annotations/cni.projectcalico.org~1ipv4pools",
                        json!(r#"["office"]"#),
                    ),
                ],
            ),
        )
        .with_pod(places!("spec/jobTemplate/spec/template/spec")),
        workload(
            "pods",
            with(
                singles!("spec").to_vec(),
                vec![
                    ("spec/restartPolicy", json!("Always")),
                    ("spec/activeDeadlineSeconds", json!(600)),
                    ("metadata/annotations/cni.projectcalico.org~1ipv4pools", json!(r#"["office"]"#)),
                ],
            ),
        )
        .with_pod(places!("spec"))
        .with_beside(service()),
        autoscaler(),
        sample(
            "priorityclasses",
            [
                ("value", json!(2_000)),
                ("globalDefault", json!(true)),
                ("preemptionPolicy", json!("Never")),
                ("description", json!("for what must not wait")),
            ],
        ),
    ]
}

/// Pods that share more than the network with their node.
pub fn of_nodes() -> Vec<Sample> {
    vec![
        workload("deployments", of_node!("spec/template/spec")),
        workload("statefulsets", of_node!("spec/template/spec"))
            .with_beside([("+spec/clusterIP", json!("None"))]),
        workload("daemonsets", of_node!("spec/template/spec")),
        workload("jobs", of_node!("spec/template/spec")),
        workload("cronjobs", of_node!("spec/jobTemplate/spec/template/spec")),
        workload("pods", of_node!("spec")),
    ]
}

fn autoscaler() -> Sample {
    let share = || json!({"type": "Utilization", "averageUtilization": 70});
    let average = || json!({"type": "AverageValue", "averageValue": "200Mi"});
    let whole = || json!({"type": "Value", "value": "10"});
    let of =
        |name: &str, target: Value| json!({"type": "Resource", "resource": {"name": name, "target": target}});
    let of_one = |target: Value| {
        let of = json!({"name": "memory", "container": "main-0", "target": target});
        json!({"type": "ContainerResource", "containerResource": of})
    };
    let metric = || json!({"name": "requests", "selector": selector("path", "till")});
    let of_object = |target: Value| {
        let ingress = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "sample"});
        json!({"type": "Object", "object": {"describedObject": ingress, "metric": metric(), "target": target}})
    };
    let outside =
        |target: Value| json!({"type": "External", "external": {"metric": metric(), "target": target}});
    let metrics = json!([
        of("cpu", share()),
        of("memory", average()),
        of_one(share()),
        of_one(average()),
        {"type": "Pods", "pods": {"metric": metric(), "target": average()}},
        of_object(whole()),
        of_object(average()),
        outside(whole()),
        outside(average()),
    ]);
    let steps = json!([{"type": "Percent", "value": 50, "periodSeconds": 60}]);
    sample(
        "horizontalpodautoscalers",
        [
            ("spec/scaleTargetRef/kind", json!("StatefulSet")),
            ("spec/scaleTargetRef/name", json!("db")),
            ("spec/minReplicas", json!(2)),
            ("spec/maxReplicas", json!(8)),
            ("spec/metrics", metrics),
            ("spec/behavior/scaleDown/stabilizationWindowSeconds", json!(300)),
            ("spec/behavior/scaleDown/policies", steps.clone()),
            ("spec/behavior/scaleDown/selectPolicy", json!("Min")),
            ("spec/behavior/scaleUp/stabilizationWindowSeconds", json!(0)),
            ("spec/behavior/scaleUp/policies", steps),
            ("spec/behavior/scaleUp/selectPolicy", json!("Max")),
        ],
    )
}

/// In the order of `places!`.
pub fn pod() -> [Value; 8] {
    [
        (0..HANDLERS).map(|turn| container("main", turn)).collect(),
        (0..HANDLERS).map(container_that_runs_first).chain([log_files()]).collect(),
        json!([
            {"name": "scratch", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
            {"name": "claimed", "persistentVolumeClaim": {"claimName": "data", "readOnly": true}},
            {"name": "of-one-pod", "ephemeral": {"volumeClaimTemplate": {"spec": {
                "accessModes": ["ReadWriteOnce"], "storageClassName": "standard",
                "resources": {"requests": {"storage": "1Gi"}}, "volumeMode": "Block",
            }}}},
            {"name": "settings", "configMap": {"name": "settings", "optional": true, "defaultMode": 0o444, "items": files("a")}},
            {"name": "keys", "secret": {"secretName": "keys", "optional": true, "defaultMode": 0o440, "items": files("a")}},
            {"name": "said", "downwardAPI": {"defaultMode": 0o444, "items": said()}},
            {"name": "together", "projected": {"defaultMode": 0o444, "sources": [
                {"configMap": {"name": "settings", "optional": true, "items": files("b")}},
                {"secret": {"name": "keys", "optional": true, "items": files("c")}},
                {"downwardAPI": {"items": said()}},
                {"serviceAccountToken": {"path": "token", "audience": "vault", "expirationSeconds": 600}},
            ]}},
            {"name": "inline", "csi": {
                "driver": "inline.example.com", "fsType": "ext4", "readOnly": true,
                "nodePublishSecretRef": {"name": "keys"}, "volumeAttributes": {"share": "shop"},
            }},
            {"name": "shared", "nfs": {"server": "nfs.example.com", "path": "/exports/shop", "readOnly": true}},
            {"name": "models", "image": {"reference": "registry.example.com/models:1", "pullPolicy": "IfNotPresent"}},
            {"name": "host", "hostPath": {"path": "/var/log", "type": "Directory"}},
            {"name": "host-time", "hostPath": {"path": "/etc/localtime", "type": "File"}},
        ]),
        json!({"kubernetes.io/os": "linux"}),
        affinity(),
        json!([
            {"key": "dedicated", "operator": "Equal", "value": "shop", "effect": "NoSchedule"},
            {"key": "leaving", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60},
        ]),
        json!([
            {
                "topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": selector("app", "sample"), "matchLabelKeys": ["pod-template-hash"],
            },
            {
                "topologyKey": "topology.kubernetes.io/zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": selector("app", "sample"), "minDomains": 2, "nodeAffinityPolicy": "Ignore",
                "nodeTaintsPolicy": "Honor",
            },
        ]),
        json!([{"name": "registry"}]),
    ]
}

/// Keys as files: in one volume no two have one path.
fn files(name: &str) -> Value {
    json!([{"key": "a", "path": format!("etc/{name}.conf"), "mode": 0o400}])
}

/// What a pod says of itself, as files.
fn said() -> Value {
    json!([
        {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}, "mode": 0o400},
        {"path": "memory", "resourceFieldRef": {"containerName": "main-0", "resource": "limits.memory"}, "mode": 0o400},
    ])
}

fn selinux() -> Value {
    json!({"level": "s0:c123,c456", "role": "system_r", "type": "container_t", "user": "system_u"})
}

fn seccomp() -> Value {
    json!({"type": "Localhost", "localhostProfile": "profiles/shop.json"})
}

fn app_armor() -> Value {
    json!({"type": "Localhost", "localhostProfile": "k8s-shop"})
}

/// So many ways there are to ask a program whether it is well: as many containers take turns with them.
const HANDLERS: usize = 4;

fn container(name: &str, turn: usize) -> Value {
    let from = |source: &str, inner: Value| json!({source: inner});
    // On the network of the node each has its own.
    let port = 8080 + turn;
    json!({
        "name": format!("{name}-{turn}"), "image": "nginx:1.27", "imagePullPolicy": "Always",
        "ports": [{"name": format!("http-{turn}"), "containerPort": port, "protocol": "TCP"}],
        "resources": {
            "requests": {"cpu": "50m", "memory": "64Mi", "ephemeral-storage": "64Mi"},
            "limits": {"cpu": "1", "memory": "128Mi", "ephemeral-storage": "1Gi"},
        },
        "env": [
            {"name": "PLAIN", "value": "1"},
            {"name": "SETTING", "valueFrom": from("configMapKeyRef", json!({"name": "settings", "key": "a", "optional": true}))},
            {"name": "KEY", "valueFrom": from("secretKeyRef", json!({"name": "keys", "key": "a", "optional": true}))},
            {"name": "POD", "valueFrom": from("fieldRef", json!({"fieldPath": "metadata.name"}))},
            {"name": "MEMORY", "valueFrom": from("resourceFieldRef", json!({"resource": "limits.memory"}))},
        ],
        "envFrom": [
            {"prefix": "A_", "configMapRef": {"name": "settings", "optional": true}},
            {"prefix": "B_", "secretRef": {"name": "keys", "optional": true}},
        ],
        "command": ["/bin/server"], "args": ["--verbose"], "workingDir": "/srv",
        "volumeMounts": [
            {"name": "scratch", "mountPath": "/tmp/scratch", "subPath": "a", "readOnly": true, "recursiveReadOnly": "IfPossible"},
            {"name": "scratch", "mountPath": "/tmp/own", "subPathExpr": "$(POD)", "mountPropagation": "HostToContainer"},
            {"name": "host-time", "mountPath": "/etc/localtime", "readOnly": true},
        ],
        "volumeDevices": [{"name": "of-one-pod", "devicePath": "/dev/xvda"}],
        // Of pods that start nothing again, nothing else is taken.
        "resizePolicy": [
            {"resourceName": "cpu", "restartPolicy": "NotRequired"},
            {"resourceName": "memory", "restartPolicy": "NotRequired"},
        ],
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "livenessProbe": ending(turn),
        "readinessProbe": readiness(turn + 1),
        "startupProbe": ending(turn + 2),
        "lifecycle": {"postStart": hook(turn), "preStop": hook(turn + 1)},
        "securityContext": {
            "runAsNonRoot": true, "runAsUser": 1000, "runAsGroup": 1000, "readOnlyRootFilesystem": true,
            "allowPrivilegeEscalation": false, "privileged": false,
            "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, "seLinuxOptions": selinux(),
            "seccompProfile": seccomp(), "appArmorProfile": app_armor(),
        },
    })
}

/// One that stays, and so may have probes and hooks.
fn container_that_runs_first(turn: usize) -> Value {
    let mut container = container("first", turn + HANDLERS);
    container["restartPolicy"] = json!("Always");
    container
}

/// What reads the logs on the volume that the containers mount.
fn log_files() -> Value {
    let mount =
        LogMount { volume: "scratch".to_owned(), path: "/tmp/scratch".to_owned(), part: "a".to_owned() };
    let files = vec!["/tmp/scratch/first.log".to_owned(), "/tmp/scratch/second.log".to_owned()];
    LogFiles { files, ..LogFiles::of(mount) }.container()
}

fn probe(turn: usize) -> Value {
    let mut probe = match turn % HANDLERS {
        0 => json!({"httpGet": http("/healthz")}),
        1 => json!({"tcpSocket": {"port": 8080}}),
        2 => json!({"grpc": {"port": 8080, "service": "ready"}}),
        _ => json!({"exec": {"command": ["true"]}}),
    };
    for (key, value) in
        [("initialDelaySeconds", 5), ("periodSeconds", 10), ("timeoutSeconds", 2), ("failureThreshold", 3)]
    {
        probe[key] = json!(value);
    }
    probe
}

fn http(path: &str) -> Value {
    let headers = json!([{"name": "X-Asked-By", "value": "the node"}]);
    json!({"path": path, "port": 8080, "scheme": "HTTPS", "httpHeaders": headers})
}

fn ending(turn: usize) -> Value {
    let mut probe = probe(turn);
    probe["terminationGracePeriodSeconds"] = json!(10);
    probe
}

fn readiness(turn: usize) -> Value {
    let mut probe = probe(turn);
    probe["successThreshold"] = json!(2);
    probe
}

fn hook(turn: usize) -> Value {
    match turn % 3 {
        0 => json!({"exec": {"command": ["true"]}}),
        1 => json!({"sleep": {"seconds": 5}}),
        _ => json!({"httpGet": http("/stop")}),
    }
}

fn failure_rules() -> Value {
    json!([
        {"action": "FailIndex", "onExitCodes": {"containerName": "main-0", "operator": "In", "values": [3, 42]}},
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
    ])
}

fn affinity() -> Value {
    let expressions = json!([{"key": "zone", "operator": "In", "values": ["a", "b"]}]);
    let term = json!({
        "topologyKey": "kubernetes.io/hostname", "labelSelector": selector("app", "cache"),
        "matchLabelKeys": ["pod-template-hash"], "mismatchLabelKeys": ["tenant"], "namespaces": ["shop"],
        "namespaceSelector": selector("team", "web"),
    });
    let near = json!({
        "requiredDuringSchedulingIgnoredDuringExecution": [&term],
        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 50, "podAffinityTerm": &term}],
    });
    json!({
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": &expressions}]},
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 10, "preference": {"matchExpressions": &expressions}}],
        },
        "podAffinity": &near,
        "podAntiAffinity": &near,
    })
}

fn names() -> Value {
    json!({
        "nameservers": ["192.0.2.53"], "searches": ["shop.example.com"], "options": [{"name": "ndots", "value": "2"}],
    })
}

fn pod_security() -> Value {
    json!({
        "runAsNonRoot": true, "runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 2000,
        "fsGroupChangePolicy": "OnRootMismatch", "supplementalGroups": [3000],
        "seccompProfile": seccomp(), "appArmorProfile": app_armor(), "seLinuxOptions": selinux(),
        // On the network of the node no parameter of it can be set.
        "sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}],
    })
}
