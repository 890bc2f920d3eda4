//! Deployments, `ReplicaSets` and pods as large and as varied as those of a real cluster.

mod managed;
mod status;

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::{Value, json};

use super::{identity, namespace_name, suffix};
use crate::objects::{hash, text, time};
use managed::managed_fields;

const SUBJECTS: [&str; 24] = [
    "account",
    "address",
    "auction",
    "basket",
    "billing",
    "catalogue",
    "delivery",
    "discount",
    "feed",
    "gallery",
    "invoice",
    "ledger",
    "media",
    "newsletter",
    "offer",
    "picture",
    "price",
    "profile",
    "recommendation",
    "return",
    "search",
    "stock",
    "subscription",
    "voucher",
];
const ROLES: [&str; 6] = ["api", "worker", "gateway", "cache", "indexer", "mailer"];

/// One deployment and what belongs to it.
pub struct Workload {
    index: usize,
    namespace: String,
    name: String,
    hash: String,
    image: String,
    created: Timestamp,
    trouble: Trouble,
}

/// What is wrong with some pods of a workload.
#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    Crashing,
    Pulling,
    Unschedulable,
}

impl Workload {
    pub fn new(index: usize, namespace: usize, now: Timestamp, random: &mut SmallRng) -> Self {
        let subject = SUBJECTS[index % SUBJECTS.len()];
        let role = ROLES[index / SUBJECTS.len() % ROLES.len()];
        let turn = index / (SUBJECTS.len() * ROLES.len());
        let name = if turn == 0 { format!("{subject}-{role}") } else { format!("{subject}-{role}-{turn}") };
        let trouble = match random.random_range(0..100) {
            0 | 1 => Trouble::Crashing,
            2 => Trouble::Pulling,
            3 => Trouble::Unschedulable,
            _ => Trouble::None,
        };
        let minor = random.random_range(0..30);
        Self {
            index,
            namespace: namespace_name(namespace),
            hash: suffix(&format!("{name}{index}"), 10),
            image: format!("registry.example.net/{subject}/{role}:1.{minor}.{}", random.random_range(0..9)),
            name,
            created: now - SignedDuration::from_secs(random.random_range(3_600..7_000_000)),
            trouble,
        }
    }

    fn labels(&self) -> Value {
        json!({
            "app.kubernetes.io/name": self.name, "app.kubernetes.io/part-of": self.namespace,
            "app.kubernetes.io/version": self.image.rsplit(':').next().unwrap_or_default(),
            "app.kubernetes.io/managed-by": "release-train", "tier": if self.index.is_multiple_of(3) { "front" } else { "back" },
        })
    }

    fn pod_labels(&self) -> Value {
        let mut labels = self.labels();
        labels["pod-template-hash"] = self.hash.as_str().into();
        labels
    }

    fn replica_set_name(&self) -> String {
        format!("{}-{}", self.name, self.hash)
    }

    fn template_spec(&self) -> Value {
        json!({
            "containers": [
                {
                    "name": "main", "image": self.image, "imagePullPolicy": "IfNotPresent",
                    "ports": [
                        { "name": "http", "containerPort": 8080, "protocol": "TCP" },
                        { "name": "metrics", "containerPort": 9102, "protocol": "TCP" },
                    ],
                    "env": [
                        { "name": "POD_NAME", "valueFrom": { "fieldRef": { "apiVersion": "v1", "fieldPath": "metadata.name" } } },
                        { "name": "POD_NAMESPACE", "valueFrom": { "fieldRef": { "apiVersion": "v1", "fieldPath": "metadata.namespace" } } },
                        { "name": "LOG_LEVEL", "value": "info" },
                        { "name": "DATABASE_URL", "valueFrom": { "secretKeyRef": { "name": format!("{}-database", self.name), "key": "url" } } },
                        { "name": "QUEUE_ADDRESS", "value": format!("queue.{}.svc.cluster.local:5672", self.namespace) },
                        { "name": "TRACING_ENDPOINT", "value": "http://collector.platform.svc.cluster.local:4317" },
                    ],
                    "resources": {
                        "requests": { "cpu": "100m", "memory": "256Mi" }, "limits": { "cpu": "1", "memory": "512Mi" },
                    },
                    "livenessProbe": {
                        "httpGet": { "path": "/healthz", "port": "http", "scheme": "HTTP" }, "initialDelaySeconds": 10,
                        "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3,
                    },
                    "readinessProbe": {
                        "httpGet": { "path": "/readyz", "port": "http", "scheme": "HTTP" },
                        "timeoutSeconds": 1, "periodSeconds": 5, "successThreshold": 1, "failureThreshold": 3,
                    },
                    "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                    "securityContext": {
                        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
                        "capabilities": { "drop": ["ALL"] }, "seccompProfile": { "type": "RuntimeDefault" },
                    },
                    "volumeMounts": [
                        { "name": "configuration", "mountPath": "/etc/service", "readOnly": true },
                        { "name": "scratch", "mountPath": "/tmp" },
                    ],
                },
                {
                    "name": "log-forwarder", "image": "registry.example.net/platform/log-forwarder:3.4.1",
                    "imagePullPolicy": "IfNotPresent", "args": ["--source=/tmp/log", "--format=json"],
                    "resources": {
                        "requests": { "cpu": "10m", "memory": "32Mi" }, "limits": { "cpu": "100m", "memory": "64Mi" },
                    },
                    "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                    "volumeMounts": [{ "name": "scratch", "mountPath": "/tmp" }],
                },
            ],
            "volumes": [
                { "name": "configuration", "configMap": { "name": format!("{}-configuration", self.name), "defaultMode": 420 } },
                { "name": "scratch", "emptyDir": { "sizeLimit": "1Gi" } },
            ],
            "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
            "serviceAccountName": self.name, "serviceAccount": self.name, "automountServiceAccountToken": false,
            "securityContext": { "fsGroup": 2000 }, "schedulerName": "default-scheduler", "enableServiceLinks": true,
        })
    }

    fn template(&self, labels: Value) -> Value {
        let mut template = json!({ "metadata": {}, "spec": self.template_spec() });
        template["metadata"]["labels"] = labels;
        template
    }

    fn metadata(&self, kind: &str, name: &str, labels: Value) -> Value {
        let mut metadata = json!({
            "name": name, "namespace": self.namespace, "uid": identity(kind, self.index), "generation": 1,
            "creationTimestamp": time(self.created),
            "annotations": { "deployment.kubernetes.io/revision": "1" },
        });
        metadata["labels"] = labels;
        metadata
    }

    fn available(&self, replicas: usize) -> usize {
        if self.trouble == Trouble::None { replicas } else { replicas - replicas.div_ceil(3) }
    }

    pub fn deployment(&self, replicas: usize) -> Value {
        let available = self.available(replicas);
        let state = if available == replicas { "True" } else { "False" };
        let at = time(self.created);
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": self.metadata("deployment", &self.name, self.labels()),
            "spec": {
                "replicas": replicas, "selector": { "matchLabels": { "app.kubernetes.io/name": self.name } },
                "template": self.template(self.labels()), "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
                "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" } },
            },
            "status": {
                "observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas, "readyReplicas": available,
                "availableReplicas": available, "unavailableReplicas": replicas - available,
                "conditions": [
                    {
                        "type": "Available", "status": state, "reason": "MinimumReplicasAvailable",
                        "message": "", "lastTransitionTime": at, "lastUpdateTime": at,
                    },
                    {
                        "type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable",
                        "message": format!("ReplicaSet \"{}\" has successfully progressed.", self.replica_set_name()),
                        "lastTransitionTime": at, "lastUpdateTime": at,
                    },
                ],
            },
        })
    }

    pub fn replica_set(&self, replicas: usize) -> Value {
        let available = self.available(replicas);
        let mut metadata = self.metadata("replicaset", &self.replica_set_name(), self.pod_labels());
        metadata["ownerReferences"] = json!([self.owner("Deployment", &self.name, "deployment")]);
        json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata,
            "spec": {
                "replicas": replicas, "template": self.template(self.pod_labels()),
                "selector": { "matchLabels": { "app.kubernetes.io/name": self.name, "pod-template-hash": self.hash } },
            },
            "status": {
                "observedGeneration": 1, "replicas": replicas, "fullyLabeledReplicas": replicas,
                "readyReplicas": available, "availableReplicas": available,
            },
        })
    }

    fn owner(&self, kind: &str, name: &str, what: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": kind, "name": name, "uid": identity(what, self.index),
            "controller": true, "blockOwnerDeletion": true,
        })
    }

    pub fn pod(&self, replica: usize, node: &str, node_index: usize, random: &mut SmallRng) -> Value {
        let seed = format!("{}/{}/{replica}", self.namespace, self.name);
        let name = format!("{}-{}", self.replica_set_name(), suffix(&seed, 5));
        let trouble = if replica.is_multiple_of(3) { self.trouble } else { Trouble::None };
        let created = self.created + SignedDuration::from_secs(random.random_range(0..3_000));
        let mut spec = self.template_spec();
        if trouble != Trouble::Unschedulable {
            spec["nodeName"] = node.into();
        }
        spec["priority"] = 0.into();
        spec["preemptionPolicy"] = "PreemptLowerPriority".into();
        spec["tolerations"] = ["not-ready", "unreachable"]
            .iter()
            .map(|key| {
                json!({
                    "key": format!("node.kubernetes.io/{key}"), "operator": "Exists", "effect": "NoExecute",
                    "tolerationSeconds": 300,
                })
            })
            .collect();
        let restarts = if random.random_range(0..12) == 0 { random.random_range(1..5) } else { 0 };
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": name, "generateName": format!("{}-", self.replica_set_name()), "namespace": self.namespace,
                "uid": identity("pod", hash(seed.as_bytes()) as usize), "creationTimestamp": time(created),
                "labels": self.pod_labels(),
                "annotations": {
                    "release-train.example.net/commit": format!("{:016x}{:016x}", hash(seed.as_bytes()), hash(name.as_bytes())),
                    "metrics.example.net/scrape": "true", "metrics.example.net/port": "9102",
                },
                "ownerReferences": [self.owner("ReplicaSet", &self.replica_set_name(), "replicaset")],
                "managedFields": managed_fields(&time(created)),
            },
            "spec": spec,
            "status": self.status(trouble, restarts, created, node_index, replica),
        })
    }
}

/// The pod after one small change of the kind a kubelet reports.
pub fn change(pod: &mut Value, now: Timestamp) {
    let at = time(now);
    let ready = text(pod, "/status/conditions/2/status") == "True";
    if pod.pointer("/status/containerStatuses/1").is_none() {
        pod["status"]["conditions"][0]["lastTransitionTime"] = at.into();
        return;
    }
    let main = &mut pod["status"]["containerStatuses"][1];
    main["ready"] = (!ready).into();
    if ready {
        let restarts = main["restartCount"].as_i64().unwrap_or(0);
        main["restartCount"] = (restarts + 1).into();
    }
    for index in [2, 3] {
        let condition = &mut pod["status"]["conditions"][index];
        condition["status"] = if ready { "False" } else { "True" }.into();
        condition["lastTransitionTime"] = at.as_str().into();
    }
}
