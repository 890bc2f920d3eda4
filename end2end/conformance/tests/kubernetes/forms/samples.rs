//! What is filled in.

mod access;
mod log_outputs;
mod routes;
mod workloads;

use crate::support::{Value, json};
use access::access;
use log_outputs::log_outputs;
use routes::routes;
use workloads::{of_nodes, pod, workloads};

/// A class of runtimes that pods name: no cluster takes a pod whose class is not there.
pub const RUNTIME: &str = "conformance-runtime";

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
    vec![
        ("metadata/labels/team", json!("shop")),
        ("metadata/annotations/note", json!("by a form")),
        ("metadata/annotations/kubesphere.io~1alias-name", json!("Till")),
        ("metadata/annotations/kubernetes.io~1description", json!("Where people pay.\nAlways open.")),
    ]
}

/// One for each form at least: together they fill in every field.
pub fn samples() -> Vec<Sample> {
    let mut all = workloads();
    all.extend(of_nodes());
    all.extend(network());
    all.extend(routes());
    all.extend(configuration());
    all.extend(storage());
    all.extend(limits());
    all.extend(access());
    all.extend(log_outputs());
    all
}

/// A selector by the value of a label, and by what others are like.
fn selector(label: &str, value: &str) -> Value {
    json!({
        "matchLabels": {label: value},
        "matchExpressions": [
            {"key": "example.com/tier", "operator": "In", "values": ["front", "back"]},
            {"key": "canary", "operator": "DoesNotExist"},
        ],
    })
}

fn service_ports() -> Value {
    json!([{"name": "http", "port": 80, "targetPort": "http", "nodePort": 30_180, "protocol": "TCP", "appProtocol": "http"}])
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
                ("spec/sessionAffinityConfig/clientIP/timeoutSeconds", json!(600)),
                ("spec/internalTrafficPolicy", json!("Local")),
                ("spec/externalTrafficPolicy", json!("Local")),
                ("spec/healthCheckNodePort", json!(30_990)),
                ("spec/trafficDistribution", json!("PreferClose")),
                ("spec/ipFamilyPolicy", json!("PreferDualStack")),
                ("spec/ipFamilies", json!(["IPv4"])),
                ("spec/allocateLoadBalancerNodePorts", json!(false)),
                ("spec/loadBalancerClass", json!("example.com/inside")),
                ("spec/loadBalancerSourceRanges", json!(["10.0.0.0/8"])),
                ("spec/externalIPs", json!(["192.0.2.7"])),
                ("spec/publishNotReadyAddresses", json!(true)),
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
            "gateways.gateway.networking.k8s.io",
            [
                ("spec/gatewayClassName", json!("edge")),
                (
                    "spec/listeners",
                    json!([{
                        "name": "https", "protocol": "HTTPS", "port": 443, "hostname": "*.example.com",
                        "tls": {"mode": "Terminate", "certificateRefs": [{"name": "shop-tls"}]},
                        "allowedRoutes": {"namespaces": {
                            "from": "Selector", "selector": selector("team", "shop"),
                        }},
                    }]),
                ),
            ],
        ),
        sample(
            "ingressclasses",
            [
                ("spec/controller", json!("k8s.io/ingress-nginx")),
                ("metadata/annotations/ingressclass.kubernetes.io~1is-default-class", json!("true")),
                (
                    "spec/parameters",
                    json!({
                        "apiGroup": "k8s.example.com", "kind": "IngressParameters", "name": "usual",
                        "scope": "Namespace", "namespace": "default",
                    }),
                ),
            ],
        ),
    ]
}

fn configuration() -> Vec<Sample> {
    let login = r#"{"auths":{"registry.example.com":{"username":"a","password":"b","auth":"YTpi"}}}"#;
    vec![
        sample(
            "configmaps",
            [
                ("data", json!({"a.conf": "x = 1\n"})),
                ("binaryData", json!({"logo.png": "iVBORw=="})),
                ("immutable", json!(true)),
            ],
        ),
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
            "secrets",
            [
                ("type", json!("kubernetes.io/service-account-token")),
                ("metadata/annotations/kubernetes.io~1service-account.name", json!("default")),
            ],
        ),
        sample("secrets", [("type", json!("example.com/licence")), ("stringData", json!({"key": "1"}))]),
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
                ("spec/accessModes", json!(["ReadWriteOnce", "ReadOnlyMany"])),
                ("spec/volumeName", json!("data-7")),
                ("spec/selector", selector("tier", "gold")),
                ("spec/volumeAttributesClassName", json!("gold")),
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
                ("allowedTopologies", topologies()),
                ("parameters", Value::Object(parameters)),
            ],
        )
    }));
    all
}

fn topologies() -> Value {
    json!([{"matchLabelExpressions": [{"key": "topology.kubernetes.io/zone", "values": ["a", "b"]}]}])
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
        {"podSelector": selector("app", "front"), "namespaceSelector": selector("team", "web")},
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
                    "services.nodeports": "4", "count/ingresses.networking.k8s.io": "10",
                    "persistentvolumeclaims": "10", "configmaps": "50", "secrets": "50",
                }),
            )],
        ),
        sample(
            "resourcequotas",
            [
                ("spec/hard/pods", json!("5")),
                ("spec/scopes", json!(["NotTerminating"])),
                (
                    "spec/scopeSelector/matchExpressions",
                    json!([{"scopeName": "PriorityClass", "operator": "In", "values": ["urgent"]}]),
                ),
            ],
        ),
        sample(
            "limitranges",
            [(
                "spec/limits",
                json!([
                    {"type": "Container", "defaultRequest": {"cpu": "100m", "memory": "64Mi", "ephemeral-storage": "100Mi"},
                     "default": {"cpu": "500m", "memory": "128Mi", "ephemeral-storage": "200Mi", "nvidia.com/gpu": "1"},
                     "max": amounts, "min": {"cpu": "10m", "memory": "16Mi", "ephemeral-storage": "1Mi"},
                     "maxLimitRequestRatio": {"cpu": "10", "memory": "4", "ephemeral-storage": "2"}},
                    {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "50Gi"}},
                ]),
            )],
        ),
        sample(
            "poddisruptionbudgets",
            [
                ("spec/selector", selector("app", "sample")),
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
                ("spec/podSelector", selector("app", "sample")),
                ("spec/policyTypes", json!(["Ingress", "Egress"])),
                ("spec/ingress", json!([{"from": &peers, "ports": &ports}, {}])),
                ("spec/egress", json!([{"to": &peers, "ports": &ports}, {}])),
            ],
        ),
    ]
}
