//! `create`, `update`, `patch`, `delete` and `deletecollection`.

use axum::response::Response;
use serde_json::{Value, json};

use super::read::selectors;
use super::render::Served;
use super::request::{self, Form};
use super::{Call, json_body, json_response, respond, versions, yaml};
use crate::cluster::{Cluster, DeleteOptions, Propagation};
use crate::managed::Apply;
use crate::object::Object;
use crate::registry::Subresource;
use crate::structure::Place;
use crate::write::{Removal, Write};
use crate::{Cause, Status, fit, openapi, rbac, strategic};

/// The circumstances of a write as the request states them.
pub(crate) fn write(call: &Call, served: &Served, subresource: Option<Subresource>) -> Result<Write, Status> {
    Ok(Write {
        manager: manager(call),
        dry_run: call.query.dry_run(options_of(&call.info.verb))?,
        subresource,
        api_version: Some(served.api_version.clone()),
        skew_seconds: call.skew_seconds,
        ..Write::default()
    })
}

/// What the options of a verb are called.
fn options_of(verb: &str) -> &'static str {
    match verb {
        "create" => "CreateOptions",
        "patch" => "PatchOptions",
        "delete" | "deletecollection" => "DeleteOptions",
        _ => "UpdateOptions",
    }
}

/// The field manager: as asked, or the program's name.
fn manager(call: &Call) -> String {
    if let Some(manager) = call.query.get("fieldManager") {
        return manager.to_owned();
    }
    let agent =
        call.parts.headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or("unknown");
    agent.split('/').next().unwrap_or(agent).chars().take(128).collect()
}

/// Reads the object in the body and checks that it belongs here.
pub(crate) fn body_object(call: &Call, served: &Served) -> Result<Value, Status> {
    let mut object = call.json()?;
    check_object(&mut object, call, served)?;
    Ok(object)
}

fn check_object(object: &mut Value, call: &Call, served: &Served) -> Result<(), Status> {
    if !object.is_object() {
        return Err(Status::bad_request("the object provided is unrecognized (must be of type Object)"));
    }
    let (kind, api_version) = (&served.kind.kind, &served.api_version);
    if object["kind"].is_null() {
        object["kind"] = json!(kind);
    }
    if object["apiVersion"].is_null() {
        object["apiVersion"] = json!(api_version);
    }
    if !served.kind.custom && object["kind"] != kind.as_str() && object["apiVersion"] == api_version.as_str()
    {
        return Err(other_kind(object, served));
    }
    if object["kind"] != kind.as_str() || object["apiVersion"] != api_version.as_str() {
        return Err(Status::bad_request(format!(
            "the API version in the data ({}) does not match the expected API version ({api_version}), or the kind ({}) is not {kind}",
            object["apiVersion"].as_str().unwrap_or_default(),
            object["kind"].as_str().unwrap_or_default(),
        )));
    }
    if let (Some(sent), Some(namespace)) = (object["metadata"]["namespace"].as_str(), &call.info.namespace)
        && !sent.is_empty()
        && sent != namespace
    {
        return Err(Status::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    Ok(())
}

/// An object of another kind of the same version, in the words of the real server's converter: it names the packages
/// of the types.
fn other_kind(object: &Value, served: &Served) -> Status {
    let (sent, kind, version) = (text(object, "kind"), &served.kind.kind, &served.version);
    let group = served.kind.group.split('.').next().filter(|group| !group.is_empty()).unwrap_or("core");
    Status::bad_request(format!(
        "{sent} in version \"{version}\" cannot be handled as a {kind}: converting ({version}.{sent}) to \
         ({group}.{kind}): unknown conversion"
    ))
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_default()
}

/// Removes fields the kind does not have. Refuses the object for them, and for keys it has twice, when the caller wants
/// that; otherwise answers warnings.
fn check_fields(call: &Call, served: &Served, object: &mut Value) -> Result<Vec<String>, Status> {
    let findings = openapi::prune(served, object);
    let refuse = |why: &str| {
        Status::bad_request(format!(
            "{} in version \"{}\" cannot be handled as a {}: {why}",
            served.kind.kind, served.version, served.kind.kind
        ))
    };
    if let Some(mismatch) = findings.mismatch {
        return Err(refuse(&mismatch));
    }
    let twice = request::duplicates(&call.parts.headers, &call.body);
    let mut findings: Vec<String> =
        findings.unknown.iter().map(|field| format!("unknown field \"{field}\"")).collect();
    findings.extend(twice.iter().map(|field| format!("duplicate field \"{field}\"")));
    match call.query.get("fieldValidation").unwrap_or("Warn") {
        "Ignore" => Ok(Vec::new()),
        "Strict" if !findings.is_empty() => {
            Err(refuse(&format!("strict decoding error: {}", findings.join(", "))))
        }
        _ => Ok(findings),
    }
}

fn answer(code: u16, served: &Served, object: &Object, form: Form, warnings: &[String]) -> Response {
    warn(respond(code, json_body(served.single(object, form))), warnings)
}

/// Adds warnings that people are shown to an answer.
pub(crate) fn warn(mut response: Response, warnings: &[String]) -> Response {
    for warning in warnings {
        let text = format!("299 - \"{}\"", warning.replace('\\', "\\\\").replace('"', "\\\""));
        if let Ok(value) = text.parse() {
            response.headers_mut().append("warning", value);
        }
    }
    response
}

pub(crate) async fn create(
    cluster: &Cluster,
    call: &Call,
    served: &Served,
    form: Form,
) -> Result<Response, Status> {
    if call.info.name.is_some() {
        return Err(Status::method_not_allowed());
    }
    let mut object = body_object(call, served)?;
    let warnings = check_fields(call, served, &mut object)?;
    rbac::check_escalation(cluster, &call.identity, &call.info, &object)?;
    let namespace = call.info.namespace.as_deref();
    let write = write(call, served, None)?;
    let created = versions::insert(cluster, served, namespace, object, &write).await?;
    Ok(answer(201, served, &created, form, &warnings))
}

pub(crate) async fn update(
    cluster: &Cluster,
    call: &Call,
    served: &Served,
    subresource: Option<Subresource>,
    form: Form,
) -> Result<Response, Status> {
    let mut object = body_object(call, served)?;
    let warnings = check_fields(call, served, &mut object)?;
    let name = call.info.name.as_deref().unwrap_or_default();
    let sent = object["metadata"]["name"].as_str().unwrap_or_default();
    if !sent.is_empty() && sent != name {
        return Err(Status::bad_request(format!(
            "the name of the object ({sent}) does not match the name on the URL ({name})"
        )));
    }
    rbac::check_escalation(cluster, &call.identity, &call.info, &object)?;
    let namespace = call.info.namespace.as_deref();
    let write = write(call, served, subresource)?;
    if served.kind.custom && text(&object["metadata"], "resourceVersion").is_empty() {
        // Custom kinds are never replaced blindly. They are named by their resource here.
        let cause = Cause::invalid("metadata.resourceVersion", &json!(0), "must be specified for an update");
        return Err(Status::invalid(&served.kind.group, &served.kind.plural, name, &[cause]));
    }
    let change = |_: &Object, _: Value| Ok(object.clone());
    let written = versions::replace(cluster, served, namespace, name, &write, change).await?;
    Ok(answer(200, served, &written, form, &warnings))
}

/// The patch formats.
enum Patch {
    Json(json_patch::Patch),
    Merge(Value),
    Strategic(Value),
    Apply(Value),
}

fn read_patch(call: &Call, served: &Served) -> Result<Patch, Status> {
    let media =
        call.parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let json = || {
        serde_json::from_slice(&call.body)
            .map_err(|error| Status::bad_request(format!("error decoding patch: {error}")))
    };
    match media.split(';').next().unwrap_or_default().trim() {
        "application/json-patch+json" => serde_json::from_slice(&call.body)
            .map(Patch::Json)
            .map_err(|error| Status::bad_request(format!("error decoding patch: {error}"))),
        "application/merge-patch+json" => json().map(Patch::Merge),
        "application/strategic-merge-patch+json" if !served.kind.custom => json().map(Patch::Strategic),
        "application/apply-patch+yaml" => yaml::read(&call.body).map(Patch::Apply),
        _ => Err(unknown_patch(served)),
    }
}

/// The real server has a door for each: one for built-in kinds, which knows types only, and one for custom kinds.
fn unknown_patch(served: &Served) -> Status {
    if served.kind.custom {
        let known = "the body of the request was in an unknown format - accepted media types include: \
                     application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
        return Status::new(415, "UnsupportedMediaType", known);
    }
    let mut status = Status::new(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    status.details = json!({});
    status
}

pub(crate) async fn patch(
    cluster: &Cluster,
    call: &Call,
    served: &Served,
    subresource: Option<Subresource>,
    form: Form,
) -> Result<Response, Status> {
    let patch = read_patch(call, served)?;
    let name = call.info.name.as_deref().unwrap_or_default();
    let namespace = call.info.namespace.as_deref();
    let mut write = write(call, served, subresource)?;
    let mut warnings = Vec::new();
    if let Patch::Apply(mut wish) = patch {
        if call.query.get("fieldManager").is_none() {
            let cause = Cause::required("fieldManager", "is required for apply patch");
            return Err(Status::invalid("meta.k8s.io", "PatchOptions", "", &[cause]));
        }
        if wish["kind"].is_null() || wish["apiVersion"].is_null() {
            let (kind, version) = (text(&wish, "kind"), text(&wish, "apiVersion"));
            return Err(Status::bad_request(format!("invalid object type: {version}/, Kind={kind}")));
        }
        check_object(&mut wish, call, served)?;
        fit::check(served, name, &wish)?;
        warnings = check_fields(call, served, &mut wish)?;
        write.fields_are_managed = true;
        return apply(cluster, call, served, &write, &wish)
            .await
            .map(|(code, object)| answer(code, served, &object, form, &warnings));
    }
    let written = versions::replace(cluster, served, namespace, name, &write, |_, mut object| {
        served.convert(&mut object);
        apply_patch(&patch, served, name, &mut object)?;
        warnings = check_fields(call, served, &mut object)?;
        rbac::check_escalation(cluster, &call.identity, &call.info, &object)?;
        Ok(object)
    })
    .await?;
    Ok(answer(200, served, &written, form, &warnings))
}

fn apply_patch(patch: &Patch, served: &Served, name: &str, object: &mut Value) -> Result<(), Status> {
    match patch {
        Patch::Json(patch) => json_patch::patch(object, patch).map_err(|error| {
            let kind = &served.kind;
            let mut status = Status::invalid(&kind.group, &kind.kind, name, &[]);
            tracing::debug!(%error, "A JSON patch does not fit");
            status.message = "the server rejected our request due to an error in our request".to_owned();
            status
        }),
        Patch::Merge(patch) => {
            json_patch::merge(object, patch);
            Ok(())
        }
        Patch::Strategic(patch) => strategic::merge(Place::root(&served.kind), object, patch),
        Patch::Apply(_) => Ok(()),
    }
}

async fn apply(
    cluster: &Cluster,
    call: &Call,
    served: &Served,
    write: &Write,
    wish: &Value,
) -> Result<(u16, std::sync::Arc<Object>), Status> {
    let name = call.info.name.as_deref().unwrap_or_default();
    let namespace = call.info.namespace.as_deref();
    let apply = Apply {
        kind: &served.kind,
        manager: &write.manager,
        api_version: &served.api_version,
        subresource: write.subresource,
        force: call.query.flag("force"),
    };
    let mut wish = wish.clone();
    let sent = wish["metadata"]["name"].as_str().unwrap_or(name);
    if sent != name {
        return Err(Status::bad_request(format!(
            "the name of the object ({sent}) does not match the name on the URL ({name})"
        )));
    }
    wish["metadata"]["name"] = json!(name);
    if cluster.get(&served.kind.resource(), namespace, name).is_none() {
        if write.subresource.is_some() {
            return Err(Status::not_found(&call.info.plural_group(), name));
        }
        if wish["metadata"]["resourceVersion"].is_string() {
            return Err(Status::modified(&call.info.plural_group(), name));
        }
        let object = apply.to(None, &wish)?;
        rbac::check_escalation(cluster, &call.identity, &call.info, &object)?;
        let created = versions::insert(cluster, served, namespace, object, write).await;
        return created.map(|object| (201, object));
    }
    let change = |_: &Object, mut live: Value| {
        served.convert(&mut live);
        let object = apply.to(Some(&live), &wish)?;
        rbac::check_escalation(cluster, &call.identity, &call.info, &object)?;
        Ok(object)
    };
    versions::replace(cluster, served, namespace, name, write, change).await.map(|object| (200, object))
}

/// The options of a deletion, from the body and the query.
pub(crate) fn delete_options(call: &Call) -> Result<DeleteOptions, Status> {
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
