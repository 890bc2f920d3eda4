//! What is filled in.

use crate::support::{Value, json};

/// Values of a form by their places; those of what is made beside the object begin with `+`.
pub struct Sample {
    pub slug: &'static str,
    pub has_beside: bool,
    pub values: Vec<(&'static str, Value)>,
}

fn sample<const N: usize>(slug: &'static str, values: [(&'static str, Value); N]) -> Sample {
    Sample { slug, has_beside: false, values: named().into_iter().chain(values).collect() }
}

impl Sample {
    fn with_beside<const N: usize>(mut self, values: [(&'static str, Value); N]) -> Self {
        self.has_beside = true;
        self.values.extend(values);
        self
    }

    /// The same with a whole pod below a place.
    fn with_pod(mut self, places: [&'static str; 8]) -> Self {
        self.values.extend(places.into_iter().zip(pod()));
        self
    }
}

/// What every form asks for.
fn named() -> Vec<(&'static str, Value)> {
    vec![("metadata/labels/team", json!("shop")), ("metadata/annotations/note", json!("by a form"))]
}

/// One for each form at least: together they fill in every field.
pub fn samples() -> Vec<Sample> {
    let mut all = workloads();
    all.extend(network());
    all.extend(configuration());
    all.extend(storage());
    all.extend(limits());
    all
}

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
            (concat!($base, "/securityContext"), pod_security()),
        ]
    };
}

fn workload(slug: &'static str, values: Vec<(&'static str, Value)>) -> Sample {
    Sample { slug, has_beside: false, values: named().into_iter().chain(values).collect() }
}

fn workloads() -> Vec<Sample> {
    let of_template = || singles!("spec/template/spec").to_vec();
    let service = || [("+spec/type", json!("NodePort")), ("+spec/ports", service_ports())];
    let with = |mut values: Vec<(&'static str, Value)>, more: Vec<(&'static str, Value)>| {
        values.extend(more);
        values
    };
    let labels = ("spec/template/metadata/labels/tier", json!("front"));
    vec![
        workload(
            "deployments",
            with(
                of_template(),
                vec![
                    ("spec/replicas", json!(2)),
                    ("spec/strategy/type", json!("RollingUpdate")),
                    ("spec/strategy/rollingUpdate/maxSurge", json!("25%")),
                    ("spec/strategy/rollingUpdate/maxUnavailable", json!(1)),
                    ("spec/minReadySeconds", json!(5)),
                    ("spec/progressDeadlineSeconds", json!(600)),
                    ("spec/revisionHistoryLimit", json!(5)),
                    labels.clone(),
                ],
            ),
        )
        .with_pod(places!("spec/template/spec"))
        .with_beside(service()),
        workload(
            "statefulsets",
            with(
                of_template(),
                vec![
                    ("spec/replicas", json!(2)),
                    ("spec/serviceName", json!("sample")),
                    ("spec/podManagementPolicy", json!("Parallel")),
                    ("spec/updateStrategy/type", json!("RollingUpdate")),
                    ("spec/updateStrategy/rollingUpdate/partition", json!(1)),
                    ("spec/minReadySeconds", json!(5)),
                    (
                        "spec/volumeClaimTemplates",
                        json!([{
                            "metadata": {"name": "kept"},
                            "spec": {
                                "accessModes": ["ReadWriteOnce"], "storageClassName": "standard",
                                "resources": {"requests": {"storage": "1Gi"}},
                            },
                        }]),
                    ),
                    labels.clone(),
                ],
            ),
        )
        .with_pod(places!("spec/template/spec"))
        .with_beside(service()),
        workload(
            "daemonsets",
            with(
                of_template(),
                vec![
                    ("spec/updateStrategy/type", json!("RollingUpdate")),
                    ("spec/updateStrategy/rollingUpdate/maxUnavailable", json!(1)),
                    ("spec/minReadySeconds", json!(5)),
                    labels,
                ],
            ),
        )
        .with_pod(places!("spec/template/spec"))
        .with_beside(service()),
        workload(
            "jobs",
            with(
                of_template(),
                vec![
                    ("spec/completions", json!(3)),
                    ("spec/parallelism", json!(2)),
                    ("spec/backoffLimit", json!(4)),
                    ("spec/activeDeadlineSeconds", json!(600)),
                    ("spec/ttlSecondsAfterFinished", json!(60)),
                    ("spec/template/spec/restartPolicy", json!("OnFailure")),
                ],
            ),
        )
        .with_pod(places!("spec/template/spec")),
        workload(
            "cronjobs",
            with(
                singles!("spec/jobTemplate/spec/template/spec").to_vec(),
                vec![
                    ("spec/schedule", json!("*/5 * * * *")),
                    ("spec/timeZone", json!("Europe/Berlin")),
                    ("spec/concurrencyPolicy", json!("Replace")),
                    ("spec/suspend", json!(true)),
                    ("spec/startingDeadlineSeconds", json!(60)),
                    ("spec/successfulJobsHistoryLimit", json!(2)),
                    ("spec/failedJobsHistoryLimit", json!(1)),
                    ("spec/jobTemplate/spec/completions", json!(3)),
                    ("spec/jobTemplate/spec/parallelism", json!(2)),
                    ("spec/jobTemplate/spec/backoffLimit", json!(4)),
                    ("spec/jobTemplate/spec/activeDeadlineSeconds", json!(600)),
                    ("spec/jobTemplate/spec/ttlSecondsAfterFinished", json!(60)),
                    ("spec/jobTemplate/spec/template/spec/restartPolicy", json!("Never")),
                ],
            ),
        )
        .with_pod(places!("spec/jobTemplate/spec/template/spec")),
        workload(
            "pods",
            with(
                singles!("spec").to_vec(),
                vec![("spec/restartPolicy", json!("Always")), ("spec/activeDeadlineSeconds", json!(600))],
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

fn autoscaler() -> Sample {
    let of =
        |kind: &str, target: Value| json!({"type": "Resource", "resource": {"name": kind, "target": target}});
    let value = |kind: &str, name: &str| {
        json!({
            "type": kind,
            kind.to_lowercase(): {"metric": {"name": name}, "target": {"type": "AverageValue", "averageValue": "10"}},
        })
    };
    let metrics = json!([
        of("cpu", json!({"type": "Utilization", "averageUtilization": 70})),
        of("memory", json!({"type": "AverageValue", "averageValue": "200Mi"})),
        value("Pods", "requests"),
        value("External", "queue"),
    ]);
    sample(
        "horizontalpodautoscalers",
        [
            ("spec/scaleTargetRef/kind", json!("StatefulSet")),
            ("spec/scaleTargetRef/name", json!("db")),
            ("spec/minReplicas", json!(2)),
            ("spec/maxReplicas", json!(8)),
            ("spec/metrics", metrics),
            ("spec/behavior/scaleDown/stabilizationWindowSeconds", json!(300)),
            ("spec/behavior/scaleUp/stabilizationWindowSeconds", json!(0)),
        ],
    )
}

/// In the order of `places!`.
fn pod() -> [Value; 8] {
    [
        (0..HANDLERS).map(|turn| container("main", turn)).collect(),
        (0..HANDLERS).map(container_that_runs_first).collect(),
        json!([
            {"name": "scratch", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
            {"name": "claimed", "persistentVolumeClaim": {"claimName": "data", "readOnly": true}},
            {"name": "settings", "configMap": {"name": "settings", "optional": true}},
            {"name": "keys", "secret": {"secretName": "keys", "optional": true}},
            {"name": "host", "hostPath": {"path": "/var/log"}},
        ]),
        json!({"kubernetes.io/os": "linux"}),
        affinity(),
        json!([{"key": "dedicated", "operator": "Equal", "value": "shop", "effect": "NoSchedule"}]),
        json!([{
            "topologyKey": "kubernetes.io/hostname", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": "sample"}},
        }]),
        json!([{"name": "registry"}]),
    ]
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
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "128Mi"}},
        "env": [
            {"name": "PLAIN", "value": "1"},
            {"name": "SETTING", "valueFrom": from("configMapKeyRef", json!({"name": "settings", "key": "a"}))},
            {"name": "KEY", "valueFrom": from("secretKeyRef", json!({"name": "keys", "key": "a"}))},
            {"name": "POD", "valueFrom": from("fieldRef", json!({"fieldPath": "metadata.name"}))},
            {"name": "MEMORY", "valueFrom": from("resourceFieldRef", json!({"resource": "limits.memory"}))},
        ],
        "envFrom": [
            {"prefix": "A_", "configMapRef": {"name": "settings"}},
            {"prefix": "B_", "secretRef": {"name": "keys"}},
        ],
        "command": ["/bin/server"], "args": ["--verbose"], "workingDir": "/srv",
        "volumeMounts": [{"name": "scratch", "mountPath": "/tmp/scratch", "subPath": "a", "readOnly": true}],
        "livenessProbe": probe(turn),
        "readinessProbe": probe(turn + 1),
        "startupProbe": probe(turn + 2),
        "lifecycle": {"postStart": hook(turn), "preStop": hook(turn + 1)},
        "securityContext": {
            "runAsNonRoot": true, "runAsUser": 1000, "runAsGroup": 1000, "readOnlyRootFilesystem": true,
            "allowPrivilegeEscalation": false, "privileged": false,
            "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
        },
    })
}

/// One that stays, and so may have probes and hooks.
fn container_that_runs_first(turn: usize) -> Value {
    let mut container = container("first", turn + HANDLERS);
    container["restartPolicy"] = json!("Always");
    container
}

fn probe(turn: usize) -> Value {
    let mut probe = match turn % HANDLERS {
        0 => json!({"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTPS"}}),
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

fn hook(turn: usize) -> Value {
    match turn % 2 {
        0 => json!({"exec": {"command": ["true"]}}),
        _ => json!({"httpGet": {"path": "/stop", "port": 8080}}),
    }
}

fn affinity() -> Value {
    let expressions = json!([{"key": "zone", "operator": "In", "values": ["a", "b"]}]);
    let term = json!({
        "topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "cache"}}, "namespaces": ["shop"],
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

fn pod_security() -> Value {
    json!({
        "runAsNonRoot": true, "runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 2000,
        "seccompProfile": {"type": "RuntimeDefault"},
    })
}

fn service_ports() -> Value {
    json!([{"name": "http", "port": 80, "targetPort": "http", "nodePort": 30_180, "protocol": "TCP"}])
}

fn network() -> Vec<Sample> {
    let backend = json!({"name": "shop", "port": {"number": 80}});
    let by_name = json!({"name": "shop", "port": {"name": "http"}});
    vec![
        sample(
            "services",
            [
                ("spec/type", json!("LoadBalancer")),
                ("spec/selector", json!({"app": "sample"})),
                ("spec/ports", service_ports()),
                ("spec/sessionAffinity", json!("ClientIP")),
                ("spec/externalTrafficPolicy", json!("Local")),
            ],
        ),
        sample("services", [("spec/type", json!("ClusterIP")), ("spec/clusterIP", json!("None"))]),
        sample(
            "services",
            [("spec/type", json!("ExternalName")), ("spec/externalName", json!("db.example.com"))],
        ),
        sample(
            "ingresses",
            [
                ("spec/ingressClassName", json!("nginx")),
                (
                    "spec/rules",
                    json!([{"host": "shop.example.com", "http": {"paths": [
                        {"path": "/", "pathType": "Prefix", "backend": {"service": backend}},
                        {"path": "/b", "pathType": "Exact", "backend": {"service": by_name}},
                    ]}}]),
                ),
                ("spec/defaultBackend", json!({"service": {"name": "shop", "port": {"number": 80}}})),
                ("spec/tls", json!([{"secretName": "shop-tls", "hosts": ["shop.example.com"]}])),
            ],
        ),
        sample(
            "ingresses",
            [
                ("spec/rules/0/http/paths/0/backend/service/name", json!("shop")),
                ("spec/rules/0/host", json!("shop.example.com")),
                ("spec/defaultBackend", json!({"service": {"name": "shop", "port": {"name": "http"}}})),
            ],
        ),
        sample(
            "httproutes.gateway.networking.k8s.io",
            [
                (
                    "spec/parentRefs",
                    json!([{"name": "front", "namespace": "edge", "sectionName": "https", "port": 443}]),
                ),
                ("spec/hostnames", json!(["shop.example.com"])),
                (
                    "spec/rules",
                    json!([{
                        "matches": [{
                            "path": {"type": "PathPrefix", "value": "/"}, "method": "GET",
                            "headers": [{"name": "x-canary", "value": "1", "type": "Exact"}],
                        }],
                        "backendRefs": [{"name": "shop", "namespace": "shop", "port": 80, "weight": 90}],
                        "timeouts": {"request": "10s"},
                    }]),
                ),
            ],
        ),
    ]
}

fn configuration() -> Vec<Sample> {
    let login = r#"{"auths":{"registry.example.com":{"username":"a","password":"b","auth":"YTpi"}}}"#;
    vec![
        sample("configmaps", [("data", json!({"a.conf": "x = 1\n"})), ("immutable", json!(true))]),
        sample(
            "secrets",
            [("type", json!("Opaque")), ("stringData", json!({"a": "1"})), ("immutable", json!(true))],
        ),
        sample(
            "secrets",
            [
                ("type", json!("kubernetes.io/tls")),
                ("stringData/tls.crt", json!("certificate")),
                ("stringData/tls.key", json!("key")),
            ],
        ),
        sample(
            "secrets",
            [
                ("type", json!("kubernetes.io/dockerconfigjson")),
                ("stringData/.dockerconfigjson", json!(login)),
            ],
        ),
        sample(
            "secrets",
            [
                ("type", json!("kubernetes.io/basic-auth")),
                ("stringData/username", json!("a")),
                ("stringData/password", json!("b")),
            ],
        ),
        sample(
            "secrets",
            [("type", json!("kubernetes.io/ssh-auth")), ("stringData/ssh-privatekey", json!("key"))],
        ),
        sample(
            "serviceaccounts",
            [
                ("automountServiceAccountToken", json!(false)),
                ("imagePullSecrets", json!([{"name": "registry"}])),
            ],
        )
        .with_beside([("+roleRef/kind", json!("ClusterRole")), ("+roleRef/name", json!("view"))]),
        sample("serviceaccounts", [])
            .with_beside([("+roleRef/kind", json!("Role")), ("+roleRef/name", json!("deployer"))]),
    ]
}

fn storage() -> Vec<Sample> {
    let mut all = vec![
        sample(
            "persistentvolumeclaims",
            [
                ("spec/resources/requests/storage", json!("2Gi")),
                ("spec/storageClassName", json!("standard")),
                ("spec/accessModes/0", json!("ReadWriteOnce")),
                ("spec/volumeMode", json!("Filesystem")),
                ("spec/dataSource/kind", json!("VolumeSnapshot")),
                ("spec/dataSource/name", json!("yesterday")),
                ("spec/dataSource/apiGroup", json!("snapshot.storage.k8s.io")),
            ],
        ),
        sample(
            "volumesnapshots.snapshot.storage.k8s.io",
            [
                ("spec/source/persistentVolumeClaimName", json!("data")),
                ("spec/volumeSnapshotClassName", json!("daily")),
            ],
        ),
        sample(
            "volumesnapshotclasses.snapshot.storage.k8s.io",
            [
                ("driver", json!("rbd.csi.ceph.com")),
                ("deletionPolicy", json!("Retain")),
                ("parameters", json!({"clusterID": "a"})),
            ],
        ),
    ];
    all.extend(DRIVERS.iter().map(|(driver, parameters)| {
        let parameters = parameters.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        sample(
            "storageclasses",
            [
                ("provisioner", json!(driver)),
                ("reclaimPolicy", json!("Retain")),
                ("volumeBindingMode", json!("Immediate")),
                ("allowVolumeExpansion", json!(true)),
                ("metadata/annotations/storageclass.kubernetes.io~1is-default-class", json!("true")),
                ("mountOptions", json!(["noatime"])),
                ("parameters", Value::Object(parameters)),
            ],
        )
    }));
    all
}

const CEPH: [(&str, &str); 4] = [
    ("csi.storage.k8s.io/provisioner-secret-name", "ceph"),
    ("csi.storage.k8s.io/provisioner-secret-namespace", "storage"),
    ("csi.storage.k8s.io/node-stage-secret-name", "ceph"),
    ("csi.storage.k8s.io/node-stage-secret-namespace", "storage"),
];
const FILE_SYSTEM: (&str, &str) = ("csi.storage.k8s.io/fstype", "ext4");

const DRIVERS: [(&str, &[(&str, &str)]); 12] = [
    (
        "ebs.csi.aws.com",
        &[("type", "gp3"), ("iops", "3000"), ("throughput", "125"), ("encrypted", "true"), FILE_SYSTEM],
    ),
    ("pd.csi.storage.gke.io", &[("type", "pd-ssd"), ("replication-type", "none"), FILE_SYSTEM]),
    ("disk.csi.azure.com", &[("skuName", "Premium_LRS"), FILE_SYSTEM]),
    ("cinder.csi.openstack.org", &[("type", "fast"), ("availability", "nova"), FILE_SYSTEM]),
    (
        "csi.vsphere.vmware.com",
        &[("storagepolicyname", "gold"), ("datastoreurl", "ds:///vmfs/volumes/a/"), FILE_SYSTEM],
    ),
    (
        "rbd.csi.ceph.com",
        &[
            ("clusterID", "a"),
            ("pool", "kube"),
            ("imageFeatures", "layering"),
            CEPH[0],
            CEPH[1],
            CEPH[2],
            CEPH[3],
            FILE_SYSTEM,
        ],
    ),
    (
        "cephfs.csi.ceph.com",
        &[("clusterID", "a"), ("fsName", "shared"), ("pool", "kube"), CEPH[0], CEPH[1], CEPH[2], CEPH[3]],
    ),
    ("nfs.csi.k8s.io", &[("server", "nfs.example.com"), ("share", "/exports"), ("subDir", "shop")]),
    ("smb.csi.k8s.io", &[("source", "//files.example.com/shop"), CEPH[2], CEPH[3]]),
    ("driver.longhorn.io", &[("numberOfReplicas", "2"), ("staleReplicaTimeout", "30"), FILE_SYSTEM]),
    (
        "disk.csi.qingcloud.com",
        &[
            ("type", "100"),
            ("minSize", "20"),
            ("maxSize", "2000"),
            ("stepSize", "10"),
            ("tags", "tag-a"),
            FILE_SYSTEM,
        ],
    ),
    ("neonsan.csi.qingcloud.com", &[("poolName", "kube"), ("repCount", "2"), FILE_SYSTEM]),
];

fn limits() -> Vec<Sample> {
    let amounts = json!({"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi"});
    let peers = json!([
        {"podSelector": {"matchLabels": {"app": "front"}}, "namespaceSelector": {"matchLabels": {"team": "web"}}},
        {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
    ]);
    let ports = json!([{"port": 8000, "endPort": 8080, "protocol": "TCP"}]);
    vec![
        sample(
            "resourcequotas",
            [(
                "spec/hard",
                json!({
                    "requests.cpu": "4", "limits.cpu": "8", "requests.memory": "8Gi", "limits.memory": "16Gi",
                    "requests.ephemeral-storage": "10Gi", "requests.storage": "100Gi", "pods": "50",
                    "count/deployments.apps": "10", "count/statefulsets.apps": "5", "count/daemonsets.apps": "2",
                    "count/jobs.batch": "20", "count/cronjobs.batch": "5", "services": "20", "services.loadbalancers": "1",
                    "persistentvolumeclaims": "10", "configmaps": "50", "secrets": "50",
                }),
            )],
        ),
        sample(
            "resourcequotas",
            [("spec/hard/pods", json!("5")), ("spec/scopes", json!(["NotTerminating"]))],
        ),
        sample(
            "limitranges",
            [(
                "spec/limits",
                json!([
                    {"type": "Container", "defaultRequest": {"cpu": "100m", "memory": "64Mi", "ephemeral-storage": "100Mi"},
                     "default": {"cpu": "500m", "memory": "128Mi", "ephemeral-storage": "200Mi"},
                     "max": amounts, "min": {"cpu": "10m", "memory": "16Mi", "ephemeral-storage": "1Mi"},
                     "maxLimitRequestRatio": {"cpu": "10", "memory": "4"}},
                    {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "50Gi"}},
                ]),
            )],
        ),
        sample(
            "poddisruptionbudgets",
            [
                ("spec/selector/matchLabels", json!({"app": "sample"})),
                ("spec/maxUnavailable", json!("25%")),
                ("spec/unhealthyPodEvictionPolicy", json!("AlwaysAllow")),
            ],
        ),
        Sample {
            slug: "poddisruptionbudgets",
            has_beside: false,
            values: vec![(
                "spec",
                json!({"minAvailable": 1, "selector": {"matchLabels": {"app": "sample"}}}),
            )],
        },
        sample(
            "networkpolicies",
            [
                ("spec/podSelector/matchLabels", json!({"app": "sample"})),
                ("spec/policyTypes", json!(["Ingress", "Egress"])),
                ("spec/ingress", json!([{"from": &peers, "ports": &ports}])),
                ("spec/egress", json!([{"to": &peers, "ports": &ports}])),
            ],
        ),
    ]
}
