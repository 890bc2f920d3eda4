//! What a manifest leaves out, filled in as the real server does.

mod pods;

use serde_json::{Value, json};

pub(crate) use pods::{pod, pod_template};

/// Sets a field that is absent or null.
pub(crate) fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        let field = fields.entry(key).or_insert(Value::Null);
        if field.is_null() {
            *field = value;
        }
    }
}

/// The object in a field, made if it is absent.
fn part<'a>(object: &'a mut Value, key: &str) -> &'a mut Value {
    if !object.is_object() {
        *object = json!({});
    }
    let field = &mut object[key];
    if field.is_null() {
        *field = json!({});
    }
    field
}

/// The elements of a list, if there is one.
fn each<'a>(object: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> {
    object.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}

pub(crate) fn node(node: &mut Value) {
    part(node, "spec");
    part(node, "status");
}

pub(crate) fn namespace(namespace: &mut Value) {
    let deleted = namespace["metadata"]["deletionTimestamp"].is_string();
    if !deleted {
        set(part(namespace, "spec"), "finalizers", json!(["kubernetes"]));
    }
    set(part(namespace, "status"), "phase", json!("Active"));
    let name = namespace["metadata"]["name"].clone();
    if name.is_string() {
        set(part(part(namespace, "metadata"), "labels"), "kubernetes.io/metadata.name", name);
    }
}

pub(crate) fn secret(secret: &mut Value) {
    set(secret, "type", json!("Opaque"));
    let texts = secret.as_object_mut().and_then(|fields| fields.remove("stringData"));
    if let Some(Value::Object(texts)) = texts {
        let data = part(secret, "data");
        for (key, text) in texts {
            let text = text.as_str().unwrap_or_default();
            data[key] = json!(base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text));
        }
    }
}

pub(crate) fn service(service: &mut Value) {
    let spec = part(service, "spec");
    set(spec, "type", json!("ClusterIP"));
    set(spec, "sessionAffinity", json!("None"));
    let kind = spec["type"].as_str().unwrap_or_default().to_owned();
    if kind != "ExternalName" {
        set(spec, "internalTrafficPolicy", json!("Cluster"));
        set(spec, "ipFamilies", json!(["IPv4"]));
        set(spec, "ipFamilyPolicy", json!("SingleStack"));
    }
    if matches!(kind.as_str(), "NodePort" | "LoadBalancer") {
        set(spec, "externalTrafficPolicy", json!("Cluster"));
    }
    if kind == "LoadBalancer" {
        set(spec, "allocateLoadBalancerNodePorts", json!(true));
    }
    if spec["sessionAffinity"] == "ClientIP" {
        set(part(part(spec, "sessionAffinityConfig"), "clientIP"), "timeoutSeconds", json!(10800));
    }
    for port in each(spec, "ports") {
        set(port, "protocol", json!("TCP"));
        let number = port["port"].clone();
        set(port, "targetPort", number);
    }
    set(part(service, "status"), "loadBalancer", json!({}));
}

pub(crate) fn persistent_volume(volume: &mut Value) {
    let spec = part(volume, "spec");
    set(spec, "persistentVolumeReclaimPolicy", json!("Retain"));
    set(spec, "volumeMode", json!("Filesystem"));
    set(part(volume, "status"), "phase", json!("Pending"));
}

pub(crate) fn persistent_volume_claim(claim: &mut Value) {
    set(part(claim, "spec"), "volumeMode", json!("Filesystem"));
    set(part(claim, "status"), "phase", json!("Pending"));
}

pub(crate) fn limit_range(range: &mut Value) {
    for limit in each(part(range, "spec"), "limits").filter(|limit| limit["type"] == "Container") {
        for (from, to) in [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")] {
            let Some(values) = limit[from].as_object().cloned() else { continue };
            let target = part(limit, to);
            for (resource, amount) in values {
                set(target, &resource, amount);
            }
        }
    }
}

fn with_template(object: &mut Value) -> &mut Value {
    let spec = part(object, "spec");
    pod_template(part(spec, "template"));
    spec
}

pub(crate) fn replication_controller(controller: &mut Value) {
    let spec = with_template(controller);
    set(spec, "replicas", json!(1));
    let labels = spec["template"]["metadata"]["labels"].clone();
    set(spec, "selector", labels);
    set(part(controller, "status"), "replicas", json!(0));
}

pub(crate) fn deployment(deployment: &mut Value) {
    let spec = with_template(deployment);
    set(spec, "replicas", json!(1));
    set(spec, "revisionHistoryLimit", json!(10));
    set(spec, "progressDeadlineSeconds", json!(600));
    let strategy = part(spec, "strategy");
    set(strategy, "type", json!("RollingUpdate"));
    if strategy["type"] == "RollingUpdate" {
        let rolling = part(strategy, "rollingUpdate");
        set(rolling, "maxUnavailable", json!("25%"));
        set(rolling, "maxSurge", json!("25%"));
    }
    part(deployment, "status");
}

pub(crate) fn replica_set(set_: &mut Value) {
    set(with_template(set_), "replicas", json!(1));
    set(part(set_, "status"), "replicas", json!(0));
}

pub(crate) fn stateful_set(stateful: &mut Value) {
    let spec = with_template(stateful);
    set(spec, "replicas", json!(1));
    set(spec, "serviceName", json!(""));
    set(spec, "revisionHistoryLimit", json!(10));
    set(spec, "podManagementPolicy", json!("OrderedReady"));
    let strategy = part(spec, "updateStrategy");
    set(strategy, "type", json!("RollingUpdate"));
    if strategy["type"] == "RollingUpdate" {
        set(part(strategy, "rollingUpdate"), "partition", json!(0));
    }
    let retention = part(spec, "persistentVolumeClaimRetentionPolicy");
    set(retention, "whenDeleted", json!("Retain"));
    set(retention, "whenScaled", json!("Retain"));
    for claim in each(spec, "volumeClaimTemplates") {
        set(claim, "apiVersion", json!("v1"));
        set(claim, "kind", json!("PersistentVolumeClaim"));
        persistent_volume_claim(claim);
    }
    set(part(stateful, "status"), "replicas", json!(0));
    set(part(stateful, "status"), "availableReplicas", json!(0));
}

pub(crate) fn daemon_set(daemon: &mut Value) {
    let spec = with_template(daemon);
    set(spec, "revisionHistoryLimit", json!(10));
    let strategy = part(spec, "updateStrategy");
    set(strategy, "type", json!("RollingUpdate"));
    if strategy["type"] == "RollingUpdate" {
        let rolling = part(strategy, "rollingUpdate");
        set(rolling, "maxUnavailable", json!(1));
        set(rolling, "maxSurge", json!(0));
    }
    let status = part(daemon, "status");
    for count in ["currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"] {
        set(status, count, json!(0));
    }
}

fn job_spec(spec: &mut Value) {
    pod_template(part(spec, "template"));
    if spec["completions"].is_null() && spec["parallelism"].is_null() {
        set(spec, "completions", json!(1));
    }
    set(spec, "parallelism", json!(1));
    set(spec, "backoffLimit", json!(6));
    set(spec, "completionMode", json!("NonIndexed"));
    set(spec, "suspend", json!(false));
    set(spec, "manualSelector", json!(false));
    set(spec, "podReplacementPolicy", json!("TerminatingOrFailed"));
}

pub(crate) fn job(job: &mut Value) {
    let (uid, name) = (job["metadata"]["uid"].clone(), job["metadata"]["name"].clone());
    let spec = part(job, "spec");
    job_spec(spec);
    if spec["manualSelector"] == false && uid.is_string() {
        set(spec, "selector", json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}));
        let labels = part(part(part(spec, "template"), "metadata"), "labels");
        for prefix in ["", "batch.kubernetes.io/"] {
            set(labels, &format!("{prefix}controller-uid"), uid.clone());
            set(labels, &format!("{prefix}job-name"), name.clone());
        }
    }
    if let Some(fields) = spec.as_object_mut().filter(|fields| fields["manualSelector"] == false) {
        fields.remove("manualSelector");
    }
    part(job, "status");
}

pub(crate) fn cron_job(cron: &mut Value) {
    let spec = part(cron, "spec");
    set(spec, "concurrencyPolicy", json!("Allow"));
    set(spec, "suspend", json!(false));
    set(spec, "successfulJobsHistoryLimit", json!(3));
    set(spec, "failedJobsHistoryLimit", json!(1));
    pod_template(part(part(part(spec, "jobTemplate"), "spec"), "template"));
    part(cron, "status");
}

pub(crate) fn autoscaler(autoscaler: &mut Value) {
    let spec = part(autoscaler, "spec");
    set(spec, "minReplicas", json!(1));
    let metric = json!({
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
    });
    set(spec, "metrics", json!([metric]));
    part(autoscaler, "status");
}

pub(crate) fn priority_class(class: &mut Value) {
    set(class, "preemptionPolicy", json!("PreemptLowerPriority"));
}

pub(crate) fn network_policy(policy: &mut Value) {
    let spec = part(policy, "spec");
    let with_egress = spec["egress"].as_array().is_some_and(|rules| !rules.is_empty());
    set(spec, "policyTypes", if with_egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) });
    for direction in ["ingress", "egress"] {
        for rule in each(spec, direction) {
            each(rule, "ports").for_each(|port| set(port, "protocol", json!("TCP")));
        }
    }
}

pub(crate) fn storage_class(class: &mut Value) {
    set(class, "reclaimPolicy", json!("Delete"));
    set(class, "volumeBindingMode", json!("Immediate"));
}

pub(crate) fn role_binding(binding: &mut Value) {
    set(part(binding, "roleRef"), "apiGroup", json!("rbac.authorization.k8s.io"));
    for subject in each(binding, "subjects") {
        if matches!(subject["kind"].as_str(), Some("User" | "Group")) {
            set(subject, "apiGroup", json!("rbac.authorization.k8s.io"));
        }
    }
}

pub(crate) fn custom_resource_definition(definition: &mut Value) {
    let spec = part(definition, "spec");
    let names = part(spec, "names");
    let kind = names["kind"].as_str().unwrap_or_default().to_owned();
    set(names, "singular", json!(kind.to_lowercase()));
    set(names, "listKind", json!(format!("{kind}List")));
    set(part(spec, "conversion"), "strategy", json!("None"));
    if let Some(service) = spec.pointer_mut("/conversion/webhook/clientConfig/service") {
        set(service, "port", json!(443));
    }
    for version in each(spec, "versions") {
        each(version, "additionalPrinterColumns").for_each(|column| set(column, "priority", json!(0)));
    }
}
