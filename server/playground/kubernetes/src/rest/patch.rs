//! `patch`, in all of its formats.

use axum::response::Response;
use serde_json::{Value, json};

use super::modify::{answer, check_fields, check_object, text, write};
use super::render::Served;
use super::request::Form;
use super::{Call, versions, yaml};
use crate::cluster::Cluster;
use crate::managed::Apply;
use crate::object::Object;
use crate::registry::Subresource;
use crate::structure::Place;
use crate::write::Write;
use crate::{Cause, Status, fit, rbac, strategic};

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
        return Err(Status::other_name(sent, name));
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
