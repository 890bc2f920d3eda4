//! What every cluster has from its first moment: namespaces, roles and the list of its own API versions.

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::rest::groups;

const READ: &[&str] = &["get", "list", "watch"];
const WRITE: &[&str] = &["create", "delete", "deletecollection", "patch", "update"];

/// Fills a new cluster.
pub(crate) fn fill(cluster: &Cluster) {
    let server = cluster.as_manager("kube-apiserver");
    let mut objects: Vec<Value> = ["default", "kube-system", "kube-public", "kube-node-lease"]
        .into_iter()
        .map(|name| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
        .collect();
    objects.extend(roles());
    objects.extend(bindings());
    objects.extend(classes());
    objects.extend(api_services(cluster));
    objects.push(json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        },
        "spec": {"ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}]},
    }));
    for object in objects {
        if let Err(status) = server.create(object) {
            tracing::error!(%status, "A new cluster lacks one of its first objects");
        }
    }
}

fn rule(groups: &[&str], resources: &[&str], verbs: &[&str]) -> Value {
    json!({"apiGroups": groups, "resources": resources, "verbs": verbs})
}

fn paths(paths: &[&str], verbs: &[&str]) -> Value {
    json!({"nonResourceURLs": paths, "verbs": verbs})
}

#[expect(clippy::needless_pass_by_value, reason = "the table of roles reads better without references")]
fn role(name: &str, labels: Value, rules: Value) -> Value {
    let mut all = json!({"kubernetes.io/bootstrapping": "rbac-defaults"});
    json_patch::merge(&mut all, &labels);
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {
            "name": name, "labels": all,
            "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
        },
        "rules": rules,
    })
}

/// A role made of all roles with a label.
fn aggregate(name: &str, from: &str, labels: Value) -> Value {
    let mut role = role(name, labels, Value::Null);
    let label = format!("rbac.authorization.k8s.io/aggregate-to-{from}");
    role["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": {label: "true"}}]});
    role
}

const WORKLOADS: &[&str] = &[
    "daemonsets",
    "deployments",
    "deployments/scale",
    "replicasets",
    "replicasets/scale",
    "statefulsets",
    "statefulsets/scale",
];
const CORE: &[&str] = &[
    "configmaps",
    "endpoints",
    "events",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "serviceaccounts",
    "services",
];
const NETWORK: &[&str] = &["ingresses", "networkpolicies"];

fn view_rules() -> Value {
    let status = |list: &[&str]| -> Vec<String> {
        list.iter().filter(|one| !one.contains('/')).map(|one| format!("{one}/status")).collect()
    };
    let with_status = |list: &[&str]| -> Vec<String> {
        list.iter().map(|&one| one.to_owned()).chain(status(list)).collect()
    };
    json!([
        {"apiGroups": [""], "resources": with_status(CORE), "verbs": READ},
        rule(&[""], &["bindings", "limitranges", "namespaces", "namespaces/status", "pods/log", "resourcequotas", "resourcequotas/status"], READ),
        rule(&["discovery.k8s.io"], &["endpointslices"], READ),
        rule(&["events.k8s.io"], &["events"], READ),
        {"apiGroups": ["apps"], "resources": with_status(WORKLOADS), "verbs": READ},
        rule(&["apps"], &["controllerrevisions"], READ),
        rule(&["autoscaling"], &["horizontalpodautoscalers", "horizontalpodautoscalers/status"], READ),
        rule(&["batch"], &["cronjobs", "cronjobs/status", "jobs", "jobs/status"], READ),
        rule(&["policy"], &["poddisruptionbudgets", "poddisruptionbudgets/status"], READ),
        {"apiGroups": ["networking.k8s.io"], "resources": with_status(NETWORK), "verbs": READ},
        rule(&["metrics.k8s.io"], &["pods", "nodes"], READ),
    ])
}

fn edit_rules() -> Value {
    json!([
        rule(
            &[""],
            &["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"],
            READ
        ),
        rule(&[""], &["serviceaccounts"], &["impersonate"]),
        rule(&[""], CORE, WRITE),
        rule(&[""], &["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets"], WRITE),
        rule(&[""], &["pods/eviction", "serviceaccounts/token"], &["create"]),
        rule(&["apps"], WORKLOADS, WRITE),
        rule(&["apps"], &["deployments/rollback"], WRITE),
        rule(&["autoscaling"], &["horizontalpodautoscalers"], WRITE),
        rule(&["batch"], &["cronjobs", "jobs"], WRITE),
        rule(&["policy"], &["poddisruptionbudgets"], WRITE),
        rule(&["networking.k8s.io"], NETWORK, WRITE),
        rule(&["events.k8s.io"], &["events"], WRITE),
    ])
}

fn admin_rules() -> Value {
    json!([
        rule(&["authorization.k8s.io"], &["localsubjectaccessreviews"], &["create"]),
        {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["rolebindings", "roles"],
         "verbs": ([READ, WRITE].concat())},
    ])
}

fn roles() -> Vec<Value> {
    [roles_of_people(), roles_of_programs()].concat()
}

/// Roles that are given to people, and to everybody.
fn roles_of_people() -> Vec<Value> {
    let none = || json!({});
    let to = |name: &str| json!({format!("rbac.authorization.k8s.io/aggregate-to-{name}"): "true"});
    let everything = &["*"];
    vec![
        role(
            "cluster-admin",
            none(),
            json!([rule(everything, everything, everything), paths(everything, everything)]),
        ),
        aggregate("admin", "admin", none()),
        aggregate("edit", "edit", to("admin")),
        aggregate("view", "view", to("edit")),
        role("system:aggregate-to-admin", to("admin"), admin_rules()),
        role("system:aggregate-to-edit", to("edit"), edit_rules()),
        role("system:aggregate-to-view", to("view"), view_rules()),
        role(
            "system:discovery",
            none(),
            json!([paths(
                &[
                    "/api",
                    "/api/*",
                    "/apis",
                    "/apis/*",
                    "/healthz",
                    "/livez",
                    "/openapi",
                    "/openapi/*",
                    "/readyz",
                    "/version",
                    "/version/"
                ],
                &["get"]
            )]),
        ),
        role(
            "system:basic-user",
            none(),
            json!([
                rule(
                    &["authorization.k8s.io"],
                    &["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
                    &["create"]
                ),
                rule(&["authentication.k8s.io"], &["selfsubjectreviews"], &["create"]),
            ]),
        ),
        role(
            "system:public-info-viewer",
            none(),
            json!([paths(&["/healthz", "/livez", "/readyz", "/version", "/version/"], &["get"])]),
        ),
        role(
            "system:auth-delegator",
            none(),
            json!([
                rule(&["authentication.k8s.io"], &["tokenreviews"], &["create"]),
                rule(&["authorization.k8s.io"], &["subjectaccessreviews"], &["create"]),
            ]),
        ),
    ]
}

/// Roles of the control plane, of nodes and of what watches them.
fn roles_of_programs() -> Vec<Value> {
    let none = || json!({});
    let everything = &["*"];
    vec![
        role(
            "system:node",
            none(),
            json!([
                rule(
                    &[""],
                    &[
                        "nodes",
                        "nodes/status",
                        "pods",
                        "pods/status",
                        "events",
                        "services",
                        "configmaps",
                        "secrets"
                    ],
                    everything
                ),
                rule(&["coordination.k8s.io"], &["leases"], everything),
            ]),
        ),
        role(
            "system:kube-scheduler",
            none(),
            json!([
                rule(
                    &[""],
                    &["nodes", "pods", "namespaces", "persistentvolumeclaims", "persistentvolumes"],
                    READ
                ),
                rule(&[""], &["bindings", "pods/binding"], &["create"]),
                rule(&[""], &["pods/status"], &["patch", "update"]),
                rule(&["", "events.k8s.io"], &["events"], &["create", "patch", "update"]),
            ]),
        ),
        role("system:kube-controller-manager", none(), json!([rule(everything, everything, everything)])),
        role(
            "system:monitoring",
            none(),
            json!([paths(
                &[
                    "/healthz",
                    "/healthz/*",
                    "/livez",
                    "/livez/*",
                    "/metrics",
                    "/metrics/slis",
                    "/readyz",
                    "/readyz/*"
                ],
                &["get"]
            )]),
        ),
        role(
            "system:persistent-volume-provisioner",
            none(),
            json!([
                rule(&[""], &["persistentvolumes"], &["create", "delete", "get", "list", "watch"]),
                rule(&[""], &["persistentvolumeclaims"], &["get", "list", "update", "watch"]),
                rule(&["storage.k8s.io"], &["storageclasses"], READ),
                rule(&[""], &["events"], &["create", "list", "patch", "update", "watch"]),
            ]),
        ),
    ]
}

fn bindings() -> Vec<Value> {
    let bind = |role: &str, kind: &str, names: &[&str]| {
        let subject =
            |name: &&str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name});
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {
                "name": role, "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
                "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
            },
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": names.iter().map(subject).collect::<Vec<_>>(),
        })
    };
    vec![
        bind("cluster-admin", "Group", &["system:masters"]),
        bind("system:discovery", "Group", &["system:authenticated"]),
        bind("system:basic-user", "Group", &["system:authenticated"]),
        bind("system:public-info-viewer", "Group", &["system:authenticated", "system:unauthenticated"]),
        bind("system:monitoring", "Group", &["system:monitoring"]),
        bind("system:kube-scheduler", "User", &["system:kube-scheduler"]),
        bind("system:kube-controller-manager", "User", &["system:kube-controller-manager"]),
    ]
}

fn classes() -> Vec<Value> {
    let class = |name: &str, value: i64, description: &str| {
        json!({
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
            "value": value, "description": description,
        })
    };
    let words = "Used for system critical pods that must";
    vec![
        class(
            "system-cluster-critical",
            2_000_000_000,
            &format!("{words} run in the cluster, but can be moved to another node if necessary."),
        ),
        class(
            "system-node-critical",
            2_000_001_000,
            &format!("{words} not be moved from their current node."),
        ),
    ]
}

fn api_services(cluster: &Cluster) -> Vec<Value> {
    let mut services = Vec::new();
    for (group, versions) in groups(cluster) {
        for (version, _) in versions {
            let name = format!("{version}.{group}");
            let local = group != "metrics.k8s.io";
            let mut service = json!({
                "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
                "metadata": {"name": name, "labels": {"kube-aggregator.kubernetes.io/automanaged": "onstart"}},
                "spec": {"version": version, "groupPriorityMinimum": 17_000, "versionPriority": 15},
                "status": {"conditions": [{
                    "type": "Available", "status": "True", "lastTransitionTime": crate::write::now(),
                    "reason": if local { "Local" } else { "Passed" },
                    "message": if local { "Local APIServices are always available" } else { "all checks passed" },
                }]},
            });
            if !group.is_empty() {
                service["spec"]["group"] = json!(group);
            }
            if !local {
                service["spec"]["service"] =
                    json!({"namespace": "kube-system", "name": "metrics-server", "port": 443});
            }
            services.push(service);
        }
    }
    services
}
