//! `delete` and `deletecollection`.

use axum::response::Response;
use serde_json::{Value, json};

use super::modify::answer;
use super::read::selectors;
use super::render::Served;
use super::request::Form;
use super::{Call, json_response};
use crate::Status;
use crate::cluster::{Cluster, DeleteOptions, Propagation};
use crate::object::Object;
use crate::write::Removal;

/// The options of a deletion, from the body and the query.
fn delete_options(call: &Call) -> Result<DeleteOptions, Status> {
    let body = if call.body.is_empty() { json!({}) } else { call.json()? };
    delete_options_in(call, &body)
}

/// The options of a deletion, from an object that holds them and from the query.
pub(crate) fn delete_options_in(call: &Call, body: &Value) -> Result<DeleteOptions, Status> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let propagation = text(&body["propagationPolicy"])
        .or_else(|| call.query.get("propagationPolicy").map(str::to_owned))
        .or_else(|| (body["orphanDependents"] == true).then(|| "Orphan".to_owned()));
    let propagation = match propagation.as_deref() {
        None => None,
        Some("Background") => Some(Propagation::Background),
        Some("Foreground") => Some(Propagation::Foreground),
        Some("Orphan") => Some(Propagation::Orphan),
        Some(other) => {
            return Err(Status::new(
                422,
                "Invalid",
                format!(
                    "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"{other}\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""
                ),
            ));
        }
    };
    let grace = body["gracePeriodSeconds"].as_i64();
    Ok(DeleteOptions {
        grace_period_seconds: if grace.is_some() {
            grace
        } else {
            call.query.number("gracePeriodSeconds")?
        },
        propagation,
        uid: text(&body["preconditions"]["uid"]),
        resource_version: text(&body["preconditions"]["resourceVersion"]),
        dry_run: call.query.dry_run("DeleteOptions")?
            || body["dryRun"].as_array().is_some_and(|list| !list.is_empty()),
    })
}

pub(crate) async fn delete(
    cluster: &Cluster,
    call: &Call,
    served: &Served,
    form: Form,
) -> Result<Response, Status> {
    let name = call.info.name.as_deref().unwrap_or_default();
    let options = delete_options(call)?;
    let (kind, namespace) = (served.stored_kind(), call.info.namespace.as_deref());
    if let Some(object) = cluster.get(&kind.resource(), namespace, name) {
        // What nobody can read nobody can delete.
        served.seen_one(cluster, object).await?;
    }
    match cluster.remove(kind, namespace, name, &options)? {
        Removal::Waiting(object) => {
            let object = served.seen_one(cluster, object).await?;
            Ok(answer(200, served, &object, form, &[]))
        }
        Removal::Gone(object) if kind.kind == "Pod" => Ok(answer(200, served, &object, form, &[])),
        Removal::Gone(object) => Ok(json_response(200, &deleted(served, &object))),
    }
}

fn deleted(served: &Served, object: &Object) -> Value {
    let mut details = json!({"name": object.name(), "kind": served.kind.plural, "uid": object.uid()});
    if !served.group.is_empty() {
        details["group"] = json!(served.group);
    }
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details})
}

/// Deletes every object that matches.
pub(crate) async fn delete_collection(
    cluster: &Cluster,
    call: &Call,
    served: &Served,
) -> Result<Response, Status> {
    let options = delete_options(call)?;
    let selectors = selectors(served, &call.query)?;
    let namespace = call.info.namespace.as_deref();
    let kind = served.stored_kind();
    let objects = served.seen(cluster, cluster.list(&kind.resource(), namespace)).await;
    let objects = objects.map_err(|unreadable| unreadable.of_list(&kind.resource()))?;
    let mut items = Vec::new();
    for object in objects.iter().filter(|object| selectors.matches(object)) {
        match cluster.remove(kind, object.namespace(), object.name(), &options) {
            Ok(_) => items.push(served.value(object)),
            Err(status) if status.code == 404 => {}
            Err(status) => return Err(status),
        }
    }
    Ok(json_response(
        200,
        &json!({
            "kind": served.kind.list_kind, "apiVersion": served.api_version,
            "metadata": {"resourceVersion": cluster.resource_version().to_string()}, "items": items,
        }),
    ))
}
