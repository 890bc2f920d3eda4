//! `create` and `update`, and what every write has in common.

use axum::response::Response;
use serde_json::{Value, json};

use super::render::Served;
use super::request::{self, Form};
use super::{Call, json_body, respond, versions};
use crate::cluster::Cluster;
use crate::object::Object;
use crate::registry::Subresource;
use crate::write::Write;
use crate::{Cause, Status, openapi, rbac};

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

pub(super) fn check_object(object: &mut Value, call: &Call, served: &Served) -> Result<(), Status> {
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

pub(super) fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_default()
}

/// Removes fields the kind does not have. Refuses the object for them, and for keys it has twice, when the caller wants
/// that; otherwise answers warnings.
pub(super) fn check_fields(call: &Call, served: &Served, object: &mut Value) -> Result<Vec<String>, Status> {
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

pub(super) fn answer(
    code: u16,
    served: &Served,
    object: &Object,
    form: Form,
    warnings: &[String],
) -> Response {
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
        return Err(Status::other_name(sent, name));
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
