//! Custom resources: a definition becomes a kind the moment it is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::jsonpath::JsonPath;
use crate::registry::{Cell, Column, Kind, ScalePaths, Selectable, Source, Subresource};
use crate::schema::Schema;
use crate::write::now;

/// Serves the kind a definition describes, and says so in the definition's status.
pub(crate) fn serve(cluster: &Cluster, definition: &Value) {
    if definition["metadata"]["deletionTimestamp"].is_string() {
        return;
    }
    let Some(kind) = kind(definition) else { return };
    let kind = Arc::new(kind);
    {
        let mut state = cluster.inner.state.write();
        let mut registry = (*state.registry).clone();
        registry.insert(&kind);
        state.registry = Arc::new(registry);
        state.add_store(&kind);
    }
    let server = cluster.as_manager("kube-apiserver");
    announce(&server, &kind);
    let name = definition["metadata"]["name"].as_str().unwrap_or_default();
    let updated = server.update("customresourcedefinitions.apiextensions.k8s.io", None, name, establish);
    if let Err(status) = updated {
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
        if cluster.get("apiservices.apiregistration.k8s.io", None, &name).is_some() {
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

/// Stops serving a kind: its objects go with it.
pub(crate) fn withdraw(cluster: &Cluster, resource: &str) {
    let Ok(kind) = cluster.kind(resource) else { return };
    for object in cluster.list(resource, None) {
        cluster.inner.state.write().remove(&kind, &object.key());
    }
    let mut state = cluster.inner.state.write();
    let mut registry = (*state.registry).clone();
    registry.remove(resource);
    let orphaned: Vec<String> = kind
        .served
        .iter()
        .filter(|served| !registry.kinds().any(|kind| kind.served.contains(served)))
        .map(|(group, version)| format!("{version}.{group}"))
        .collect();
    state.registry = Arc::new(registry);
    state.remove_store(resource);
    drop(state);
    for name in orphaned {
        // Somebody may have removed it by hand.
        cluster.delete("apiservices.apiregistration.k8s.io", None, &name, Default::default()).ok();
    }
}

/// The kind a definition describes; none if the definition is incomplete.
fn kind(definition: &Value) -> Option<Kind> {
    let spec = &definition["spec"];
    let names = &spec["names"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |list: &Value| list.as_array().into_iter().flatten().filter_map(text).collect::<Vec<_>>();
    let group = text(&spec["group"])?;
    let versions = spec["versions"].as_array()?;
    let storage = versions.iter().find(|version| version["storage"] == true)?;
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
        group,
    })
}

fn columns(printer_columns: &Value) -> Vec<Column> {
    let plain = |name: &str, kind: &str, format: &str, path: &str| Column {
        name: name.to_owned(),
        kind: kind.to_owned(),
        format: format.to_owned(),
        description: name.to_owned(),
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
