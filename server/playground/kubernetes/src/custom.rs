//! Custom resources: a definition becomes a kind the moment it is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::Status;
use crate::cluster::{Cluster, DeleteOptions};
use crate::conversion::Webhook;
use crate::jsonpath::JsonPath;
use crate::registry::{Cell, Column, Kind, NAME_DESCRIPTION, ScalePaths, Selectable, Source, Subresource};
use crate::schema::Schema;
use crate::write::now;

/// Where definitions are.
const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";
/// Where the versions served are listed.
const SERVICES: &str = "apiservices.apiregistration.k8s.io";
/// Holds a definition until its last object is gone.
const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

/// Whether a kind is that of definitions.
pub(crate) fn is_definition(kind: &Kind) -> bool {
    kind.kind == "CustomResourceDefinition" && kind.group == "apiextensions.k8s.io"
}

/// Serves the kind a definition describes, and says so in the definition's status.
pub(crate) fn serve(cluster: &Cluster, definition: &Value) {
    if definition["metadata"]["deletionTimestamp"].is_string() {
        return;
    }
    let Some(kind) = kind(definition) else { return };
    let kind = Arc::new(kind);
    let before = cluster.kind(&kind.resource()).ok();
    {
        let mut state = cluster.inner.state.write();
        let mut registry = (*state.registry).clone();
        registry.insert(&kind);
        state.registry = Arc::new(registry);
        state.add_store(&kind);
    }
    let server = cluster.as_manager("kube-apiserver");
    announce(&server, &kind);
    if let Some(before) = before {
        silence(&server, &before.served);
    }
    let name = definition["metadata"]["name"].as_str().unwrap_or_default();
    if let Err(status) = server.update(DEFINITIONS, None, name, establish) {
        tracing::warn!(%status, "A custom resource definition could not be marked as established");
    }
}

/// Writes into a definition's status that it is served.
fn establish(definition: &mut Value) {
    let names = definition["spec"]["names"].clone();
    let storage = definition["spec"]["versions"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|version| version["storage"] == true)
        .map_or(Value::Null, |version| version["name"].clone());
    let status = &mut definition["status"];
    status["acceptedNames"] = names;
    if !status["storedVersions"].as_array().is_some_and(|stored| stored.contains(&storage)) {
        let mut stored = status["storedVersions"].as_array().cloned().unwrap_or_default();
        stored.push(storage);
        status["storedVersions"] = Value::Array(stored);
    }
    if status["conditions"].is_null() {
        let condition = |name: &str, reason: &str, message: &str| {
            json!({
                "type": name, "status": "True", "reason": reason, "message": message, "lastTransitionTime": now(),
            })
        };
        status["conditions"] = json!([
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ]);
    }
}

/// Lists the versions of a custom kind among the API services.
fn announce(cluster: &Cluster, kind: &Kind) {
    for (group, version) in &kind.served {
        let name = format!("{version}.{group}");
        if cluster.get(SERVICES, None, &name).is_some() {
            continue;
        }
        let service = json!({
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": {"name": name, "labels": {"kube-aggregator.kubernetes.io/automanaged": "true"}},
            "spec": {"group": group, "version": version, "groupPriorityMinimum": 1000, "versionPriority": 100},
            "status": {"conditions": [{
                "type": "Available", "status": "True", "reason": "Local", "lastTransitionTime": now(),
                "message": "Local APIServices are always available",
            }]},
        });
        if let Err(status) = cluster.create(service) {
            tracing::debug!(%status, "An API service could not be listed");
        }
    }
}

/// Takes the versions that no kind is served in any more off the list of API services.
fn silence(cluster: &Cluster, served: &[(String, String)]) {
    let registry = Arc::clone(&cluster.inner.state.read().registry);
    let is_served = |version: &(String, String)| registry.kinds().any(|kind| kind.served.contains(version));
    for (group, version) in served.iter().filter(|version| !is_served(version)) {
        // Somebody may have removed it by hand.
        cluster.delete(SERVICES, None, &format!("{version}.{group}"), DeleteOptions::default()).ok();
    }
}

/// Refuses new objects of a kind whose definition is on its way out.
pub(crate) fn check_served(cluster: &Cluster, kind: &Kind) -> Result<(), Status> {
    let resource = kind.resource();
    let is_ending =
        kind.custom && cluster.get(DEFINITIONS, None, &resource).is_some_and(|one| one.is_deleting());
    if !is_ending {
        return Ok(());
    }
    let mut status = Status::method_not_allowed();
    status.message = format!("create is not supported on resources of kind \"{resource}\"");
    status.details = json!({"group": kind.group, "kind": kind.plural});
    Err(status)
}

/// Keeps a definition that is to be deleted until its objects are.
pub(crate) fn hold(definition: &mut Value) {
    let mut finalizers = definition["metadata"]["finalizers"].as_array().cloned().unwrap_or_default();
    finalizers.push(json!(CLEANUP));
    definition["metadata"]["finalizers"] = Value::Array(finalizers);
    let pending = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
    set_terminating(definition, "True", "InstanceDeletionPending", pending);
}

fn set_terminating(definition: &mut Value, status: &str, reason: &str, message: &str) {
    let mut conditions = definition["status"]["conditions"].as_array().cloned().unwrap_or_default();
    conditions.retain(|one| one["type"] != "Terminating");
    conditions.push(json!({
        "type": "Terminating", "status": status, "reason": reason, "message": message, "lastTransitionTime": now(),
    }));
    definition["status"]["conditions"] = Value::Array(conditions);
}

/// Deletes all objects of a kind whose definition is to go, like anybody would; those with finalizers take their time.
pub(crate) fn clean_up(cluster: &Cluster, resource: &str) {
    if let Ok(kind) = cluster.kind(resource) {
        for object in cluster.list(resource, None) {
            // It may have gone along with another one.
            cluster.remove(&kind, object.namespace(), object.name(), &DeleteOptions::default()).ok();
        }
    }
    let_go(cluster, resource);
}

/// Lets a definition go that is to be deleted, if no object is left of its kind.
pub(crate) fn let_go(cluster: &Cluster, resource: &str) {
    let is_ending = || cluster.get(DEFINITIONS, None, resource).is_some_and(|one| one.is_deleting());
    if cluster.count(resource) > 0 || !is_ending() {
        return;
    }
    let released = cluster.as_manager("kube-apiserver").update(DEFINITIONS, None, resource, |definition| {
        set_terminating(definition, "False", "InstanceDeletionCompleted", "removed all instances");
        if let Some(finalizers) = definition["metadata"]["finalizers"].as_array_mut() {
            finalizers.retain(|one| one != CLEANUP);
        }
    });
    if let Err(status) = released {
        tracing::debug!(%status, resource, "The definition is gone already");
    }
}

/// Stops serving a kind. Its objects are gone by now, unless somebody took the finalizer off by hand.
pub(crate) fn withdraw(cluster: &Cluster, resource: &str) {
    let Ok(kind) = cluster.kind(resource) else { return };
    for object in cluster.list(resource, None) {
        cluster.inner.state.write().remove(&kind, &object.key());
    }
    {
        let mut state = cluster.inner.state.write();
        let mut registry = (*state.registry).clone();
        registry.remove(resource);
        state.registry = Arc::new(registry);
        state.close_store(resource);
    }
    silence(cluster, &kind.served);
}

/// The kind a definition describes; none if the definition is incomplete.
fn kind(definition: &Value) -> Option<Kind> {
    let versions = definition["spec"]["versions"].as_array()?;
    let storage = versions.iter().find(|version| version["storage"] == true)?;
    let webhook = Webhook::of(definition).map(Arc::new);
    let mut kind = kind_in(definition, storage, webhook.as_ref())?;
    if webhook.is_some() {
        let views = versions.iter().filter_map(|version| {
            let view = kind_in(definition, version, webhook.as_ref())?;
            Some((view.version.clone(), Arc::new(view)))
        });
        kind.views = views.collect();
    }
    Some(kind)
}

/// The kind a definition describes, as if its objects were stored in this version.
fn kind_in(definition: &Value, storage: &Value, webhook: Option<&Arc<Webhook>>) -> Option<Kind> {
    let spec = &definition["spec"];
    let names = &spec["names"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |list: &Value| list.as_array().into_iter().flatten().filter_map(text).collect::<Vec<_>>();
    let group = text(&spec["group"])?;
    let versions = spec["versions"].as_array()?;
    let scale = &storage["subresources"]["scale"];
    let mut subresources = Vec::new();
    if storage["subresources"]["status"].is_object() {
        subresources.push(Subresource::Status);
    }
    if scale.is_object() {
        subresources.push(Subresource::Scale);
    }
    let pointer = |path: &Value| JsonPath::parse(path.as_str()?)?.pointer();
    let selectable = storage["selectableFields"].as_array().into_iter().flatten().filter_map(|field| {
        let path = field["jsonPath"].as_str()?;
        Some(Selectable {
            label: path.trim_start_matches('.').to_owned(),
            pointer: JsonPath::parse(path)?.pointer()?,
        })
    });
    Some(Kind {
        version: text(&storage["name"])?,
        served: versions
            .iter()
            .filter(|version| version["served"] == true)
            .filter_map(|version| Some((group.clone(), text(&version["name"])?)))
            .collect(),
        kind: text(&names["kind"])?,
        list_kind: text(&names["listKind"])?,
        plural: text(&names["plural"])?,
        singular: text(&names["singular"])?,
        short: texts(&names["shortNames"]),
        categories: texts(&names["categories"]),
        namespaced: spec["scope"] == "Namespaced",
        source: Source::Stored,
        subresources,
        selectable: selectable.collect(),
        generation: true,
        columns: versions
            .iter()
            .filter_map(|version| {
                Some((text(&version["name"])?, columns(&version["additionalPrinterColumns"])))
            })
            .collect::<BTreeMap<_, _>>(),
        default: |_| {},
        validate: |_, _, _| {},
        convert: None,
        schemas: versions
            .iter()
            .filter_map(|version| {
                Some((text(&version["name"])?, Arc::new(Schema::new(&version["schema"]["openAPIV3Schema"]))))
            })
            .collect(),
        scale_paths: pointer(&scale["specReplicasPath"]).zip(pointer(&scale["statusReplicasPath"])).map(
            |(spec, status)| ScalePaths { spec, status, selector: pointer(&scale["labelSelectorPath"]) },
        ),
        custom: true,
        warnings: versions
            .iter()
            .filter_map(|version| deprecation(&group, &names["kind"], versions, version))
            .collect(),
        webhook: webhook.cloned(),
        views: BTreeMap::new(),
        group,
    })
}

/// What users of a deprecated version are told.
fn deprecation(group: &str, kind: &Value, versions: &[Value], version: &Value) -> Option<(String, String)> {
    let (kind, name) = (kind.as_str()?, version["name"].as_str()?);
    if version["deprecated"] != true {
        return None;
    }
    let written = version["deprecationWarning"].as_str().map(str::to_owned);
    let better = versions.iter().find(|one| one["served"] == true && one["deprecated"] != true);
    let better = better.and_then(|one| one["name"].as_str());
    let advice = better.map(|better| format!("; use {group}/{better} {kind}")).unwrap_or_default();
    let warning = written.unwrap_or_else(|| format!("{group}/{name} {kind} is deprecated{advice}"));
    Some((name.to_owned(), warning))
}

fn columns(printer_columns: &Value) -> Vec<Column> {
    let plain = |name: &str, kind: &str, format: &str, path: &str| Column {
        name: name.to_owned(),
        kind: kind.to_owned(),
        format: format.to_owned(),
        description: if name == "Name" { NAME_DESCRIPTION.to_owned() } else { name.to_owned() },
        priority: 0,
        cell: Cell::Path(JsonPath::parse(path).expect("written below")),
    };
    let mut columns = vec![plain("Name", "string", "name", ".metadata.name")];
    let Some(list) = printer_columns.as_array().filter(|list| !list.is_empty()) else {
        columns.push(plain("Age", "date", "", ".metadata.creationTimestamp"));
        return columns;
    };
    columns.extend(list.iter().filter_map(|column| {
        let text = |key: &str| column[key].as_str().unwrap_or_default().to_owned();
        Some(Column {
            name: text("name"),
            kind: text("type"),
            format: text("format"),
            description: text("description"),
            priority: column["priority"].as_i64().unwrap_or(0),
            cell: Cell::Path(JsonPath::parse(column["jsonPath"].as_str()?)?),
        })
    }));
    columns
}
