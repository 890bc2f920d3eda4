//! Parts of objects with a path of their own.

use axum::response::Response;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::modify;
use super::render::Served;
use super::request::Form;
use super::{Api, Call, eviction, json_response, logs, patch, proxy, read, streams, versions};
use crate::identity::Identity;
use crate::registry::cells::{label_selector, labels};
use crate::registry::{Kind, Subresource};
use crate::{Cause, Status};

pub(crate) async fn dispatch(
    api: &Api,
    call: Call,
    served: &Served,
    part: Subresource,
) -> Result<Response, Status> {
    if !part.verbs().contains(&call.info.verb.as_str()) {
        return Err(Status::method_not_allowed());
    }
    match part {
        Subresource::Log => logs::answer(api, &call).await,
        Subresource::Exec | Subresource::Attach | Subresource::PortForward => {
            streams::open(api, call, part).await
        }
        Subresource::Proxy => proxy::answer(api, call).await,
        Subresource::Scale => scale(api, &call, served).await,
        Subresource::Eviction => eviction::evict(api, &call),
        Subresource::Binding => {
            let target = call.json()?["target"].clone();
            bind(api, call.info.namespace.as_deref(), call.info.name.as_deref().unwrap_or_default(), &target)
        }
        Subresource::Token => token(api, &call),
        Subresource::Finalize => finalize(api, &call, served),
        Subresource::Status
        | Subresource::EphemeralContainers
        | Subresource::Resize
        | Subresource::Approval => {
            let form = Form::negotiate(&call.parts.headers, &call.query)?;
            let part = if part == Subresource::Approval { Subresource::Status } else { part };
            match call.info.verb.as_str() {
                "get" => read::get(&api.cluster, served, &call.info, form).await,
                "update" => modify::update(&api.cluster, &call, served, Some(part), form).await,
                "patch" => patch::patch(&api.cluster, &call, served, Some(part), form).await,
                _ => Err(Status::method_not_allowed()),
            }
        }
    }
}

/// A pod, or the refusal that there is none.
pub(crate) fn pod(api: &Api, call: &Call) -> Result<Value, Status> {
    let name = call.info.name.as_deref().unwrap_or_default();
    let found = api.cluster.get("pods", call.info.namespace.as_deref(), name);
    found.map(|pod| pod.parse()).ok_or_else(|| Status::not_found("pods", name))
}

/// The container a request is about: as asked, or the only one there is.
pub(crate) fn container(pod: &Value, asked: Option<&str>) -> Result<String, Status> {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let names = |field: &str| -> Vec<&str> {
        let list = pod["spec"][field].as_array().into_iter().flatten();
        list.filter_map(|container| container["name"].as_str()).collect()
    };
    let main = names("containers");
    let all: Vec<&str> =
        [names("initContainers"), main.clone(), names("ephemeralContainers")].into_iter().flatten().collect();
    match asked {
        Some(asked) if all.contains(&asked) => Ok(asked.to_owned()),
        Some(asked) => Err(Status::bad_request(format!("container {asked} is not valid for pod {name}"))),
        None => match main[..] {
            [only] => Ok(only.to_owned()),
            _ => Err(Status::bad_request(format!(
                "a container name must be specified for pod {name}, choose one of: [{}]",
                all.join(" ")
            ))),
        },
    }
}

fn scale_of(kind: &Kind, object: &Value) -> Result<Value, Status> {
    let paths = kind.scale_paths.as_ref().ok_or_else(Status::no_such_path)?;
    let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_i64).unwrap_or(0);
    let selector = match &paths.selector {
        Some(pointer) => object.pointer(pointer).cloned().unwrap_or_else(|| json!("")),
        None if kind.custom || object["spec"]["selector"].is_null() => json!(""),
        None if kind.kind == "ReplicationController" => labels(&object["spec"]["selector"]),
        None => label_selector(&object["spec"]["selector"]),
    };
    let metadata = &object["metadata"];
    Ok(json!({
        "kind": "Scale", "apiVersion": "autoscaling/v1",
        "metadata": {
            "name": metadata["name"], "namespace": metadata["namespace"], "uid": metadata["uid"],
            "resourceVersion": metadata["resourceVersion"], "creationTimestamp": metadata["creationTimestamp"],
        },
        // Nothing is left out, as the real server does.
        "spec": if number(&paths.spec) == 0 { json!({}) } else { json!({"replicas": number(&paths.spec)}) },
        "status": {"replicas": number(&paths.status), "selector": selector},
    }))
}

async fn scale(api: &Api, call: &Call, served: &Served) -> Result<Response, Status> {
    let kind = &served.kind;
    let name = call.info.name.as_deref().unwrap_or_default();
    let namespace = call.info.namespace.as_deref();
    let stored = api.cluster.get(&kind.resource(), namespace, name);
    let stored = stored.ok_or_else(|| Status::not_found(&call.info.plural_group(), name))?;
    if call.info.verb == "get" {
        let seen = served.seen_one(&api.cluster, stored).await?;
        return Ok(json_response(200, &scale_of(kind, &seen.parse())?));
    }
    let write = modify::write(call, served, Some(Subresource::Scale))?;
    let written = versions::replace(&api.cluster, served, namespace, name, &write, |_, mut object| {
        let current = scale_of(kind, &object)?;
        let wish = wished_scale(call, &current)?;
        let replicas = wish["spec"]["replicas"].as_i64().unwrap_or(0);
        if replicas < 0 {
            let cause =
                Cause::invalid("spec.replicas", &json!(replicas), "must be greater than or equal to 0");
            return Err(Status::invalid("autoscaling", "Scale", name, &[cause]));
        }
        if let Some(version) =
            wish["metadata"]["resourceVersion"].as_str().filter(|version| !version.is_empty())
        {
            object["metadata"]["resourceVersion"] = json!(version);
        }
        let paths = kind.scale_paths.as_ref().ok_or_else(Status::no_such_path)?;
        set(&mut object, &paths.spec, json!(replicas));
        Ok(object)
    })
    .await?;
    Ok(json_response(200, &scale_of(kind, &written.parse())?))
}

fn wished_scale(call: &Call, current: &Value) -> Result<Value, Status> {
    let body = if call.info.verb == "patch" { Value::Null } else { call.json()? };
    if call.info.verb == "update" {
        return Ok(body);
    }
    let media =
        call.parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let unreadable = |error: serde_json::Error| Status::bad_request(format!("error decoding patch: {error}"));
    let mut wish = current.clone();
    if media.starts_with("application/json-patch+json") {
        let patch: json_patch::Patch = serde_json::from_slice(&call.body).map_err(unreadable)?;
        json_patch::patch(&mut wish, &patch).map_err(|error| Status::bad_request(error.to_string()))?;
    } else if media.starts_with("application/apply-patch+yaml") {
        json_patch::merge(&mut wish, &super::yaml::read(&call.body)?);
    } else {
        json_patch::merge(&mut wish, &serde_json::from_slice(&call.body).map_err(unreadable)?);
    }
    Ok(wish)
}

/// Sets the value at a JSON pointer, making the objects on the way.
fn set(object: &mut Value, pointer: &str, value: Value) {
    let mut place = object;
    for segment in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[segment.replace("~1", "/").replace("~0", "~")];
    }
    *place = value;
}

/// Puts a pod on a node.
pub(crate) fn bind(
    api: &Api,
    namespace: Option<&str>,
    name: &str,
    target: &Value,
) -> Result<Response, Status> {
    let node = target["name"].as_str().unwrap_or_default().to_owned();
    let kind = api.cluster.kind("pods")?;
    let write = crate::write::Write {
        manager: "kube-scheduler".to_owned(),
        internal: true,
        ..crate::write::Write::default()
    };
    api.cluster.replace(&kind, namespace, name, &write, |_, mut pod| {
        if let Some(current) = pod["spec"]["nodeName"].as_str().filter(|node| !node.is_empty()) {
            return Err(Status::conflict(
                "pods/binding",
                name,
                &format!("pod {name} is already assigned to node \"{current}\""),
            ));
        }
        pod["spec"]["nodeName"] = json!(node);
        mark_scheduled(&mut pod);
        Ok(pod)
    })?;
    Ok(json_response(
        201,
        &json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}),
    ))
}

/// Says in the status of a pod that it has a node.
fn mark_scheduled(pod: &mut Value) {
    let condition = json!({
        "type": "PodScheduled", "status": "True", "lastProbeTime": null, "lastTransitionTime": crate::write::now(),
    });
    let mut conditions = pod["status"]["conditions"].as_array().cloned().unwrap_or_default();
    conditions.retain(|one| one["type"] != "PodScheduled");
    conditions.push(condition);
    pod["status"]["conditions"] = json!(conditions);
}

/// Gives out a token for a service account.
fn token(api: &Api, call: &Call) -> Result<Response, Status> {
    let name = call.info.name.as_deref().unwrap_or_default();
    let namespace = call.info.namespace.as_deref();
    let account = api.cluster.get("serviceaccounts", namespace, name);
    let account = account.ok_or_else(|| Status::not_found("serviceaccounts", name))?;
    let mut request = call.json()?;
    let seconds = request["spec"]["expirationSeconds"].as_i64().unwrap_or(3600);
    if seconds < 600 {
        let cause = Cause::invalid(
            "spec.expirationSeconds",
            &json!(seconds),
            "may not specify a duration less than 10 minutes",
        );
        return Err(Status::invalid("authentication.k8s.io", "TokenRequest", "", &[cause]));
    }
    let identity = Identity::service_account(namespace.unwrap_or_default(), name, account.uid());
    let lifetime = SignedDuration::from_secs(seconds);
    let (token, expires) = api.cluster.inner.tokens.issue(identity, Some(lifetime));
    request["kind"] = json!("TokenRequest");
    request["apiVersion"] = json!("authentication.k8s.io/v1");
    request["metadata"] =
        json!({"name": name, "namespace": namespace, "creationTimestamp": crate::write::now()});
    request["spec"]["expirationSeconds"] = json!(seconds);
    if request["spec"]["audiences"].is_null() {
        request["spec"]["audiences"] = json!(["https://kubernetes.default.svc.cluster.local"]);
    }
    request["status"] = json!({
        "token": token,
        "expirationTimestamp": expires.map(|end| end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
    });
    Ok(json_response(201, &request))
}

/// Lets a namespace go.
fn finalize(api: &Api, call: &Call, served: &Served) -> Result<Response, Status> {
    let wish = call.json()?;
    let name = call.info.name.as_deref().unwrap_or_default();
    let write = modify::write(call, served, Some(Subresource::Finalize))?;
    let written = api.cluster.replace(&served.kind, None, name, &write, |_, mut namespace| {
        namespace["spec"]["finalizers"] = wish["spec"]["finalizers"].clone();
        Ok(namespace)
    })?;
    Ok(super::respond(200, super::json_body(served.full(&written))))
}
