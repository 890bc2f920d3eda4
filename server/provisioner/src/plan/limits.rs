//! What stands in the namespace of a project: its quota, defaults of its containers, and who may reach it.

use super::{Tables, WORKSPACE_LABEL};
use database::limits::Amounts;
use database::projects::Project;
use serde_json::{Map, Value, json};

/// The name of the quota and of the defaults.
const LIMITS: &str = "orrery";
/// The name of the network policy.
const ISOLATION: &str = "orrery-isolation";

pub(super) fn of_project(label: &Value, project: &Project, tables: &Tables) -> Vec<Value> {
    let metadata =
        |name: &str| json!({"name": name, "namespace": project.namespace.as_str(), "labels": label});
    let mut objects = Vec::new();
    let limits = tables.limits.projects.get(&project.id);
    let mut hard = limits.map(|limits| limits.quota.clone()).unwrap_or_default();
    hard.extend(closed_classes(project, tables));
    if !hard.is_empty() {
        objects.push(json!({
            "apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata(LIMITS), "spec": {"hard": hard},
        }));
    }
    if let Some(limits) = limits.filter(|limits| !limits.defaults.is_empty()) {
        objects.push(json!({
            "apiVersion": "v1", "kind": "LimitRange", "metadata": metadata(LIMITS),
            "spec": {"limits": [defaults(&limits.defaults)]},
        }));
    }
    if let Some(from) = reached_from(project, tables) {
        objects.push(json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata(ISOLATION),
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [from]}]},
        }));
    }
    objects
}

/// No claims of the storage classes that are closed to the project's workspace: Kubernetes counts claims by class, and
/// refuses what is more than none.
fn closed_classes(project: &Project, tables: &Tables) -> Amounts {
    let key = project.workspace.map(|workspace| (workspace, project.cluster.clone()));
    let closed = key.and_then(|key| tables.limits.closed_classes.get(&key));
    let none = |class: &String| {
        (format!("{class}.storageclass.storage.k8s.io/persistentvolumeclaims"), "0".to_owned())
    };
    closed.into_iter().flatten().map(none).collect()
}

/// A limit without a request is a request too: the API server says the same, and says it in the object.
fn defaults(amounts: &Amounts) -> Value {
    let of = |prefix: &str| -> Map<String, Value> {
        let own = amounts.iter().filter_map(|(name, amount)| Some((name.strip_prefix(prefix)?, amount)));
        own.map(|(name, amount)| (name.to_owned(), json!(amount))).collect()
    };
    let (mut requests, limits) = (of("requests."), of("limits."));
    for (name, amount) in &limits {
        requests.entry(name).or_insert_with(|| amount.clone());
    }
    let mut item = Map::from_iter([("type".to_owned(), json!("Container"))]);
    if !limits.is_empty() {
        item.insert("default".into(), limits.into());
    }
    item.insert("defaultRequest".into(), requests.into());
    item.into()
}

/// Whom a network policy lets in, when there is to be one: the narrower of the project's and the workspace's.
fn reached_from(project: &Project, tables: &Tables) -> Option<Value> {
    if tables.limits.isolated_projects.contains(&project.id) {
        return Some(json!({"podSelector": {}}));
    }
    let workspace = project.workspace.filter(|id| tables.limits.isolated_workspaces.contains(id))?;
    let workspace = tables.workspaces.iter().find(|one| one.id == workspace)?;
    Some(json!({"namespaceSelector": {"matchLabels": {WORKSPACE_LABEL: workspace.name.as_str()}}}))
}
