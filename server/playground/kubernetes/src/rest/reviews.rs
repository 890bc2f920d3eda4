//! Objects that are questions: who am I, may I, what may I, whose token is this. And bindings.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Value, json};

use super::modify::body_object;
use super::render::Served;
use super::{Api, Call, json_response, subresources};
use crate::identity::Identity;
use crate::rbac::{Attributes, Policy, review};
use crate::{Cause, Status};

pub(crate) fn answer(api: &Api, call: &Call, served: &Served) -> Result<Response, Status> {
    if call.info.verb != "create" || call.info.name.is_some() {
        return Err(Status::method_not_allowed());
    }
    let mut object = body_object(call, served)?;
    let policy = api.cluster.policy();
    object["status"] = match served.kind.kind.as_str() {
        "SelfSubjectReview" => json!({"userInfo": call.identity.to_json()}),
        "SelfSubjectAccessReview" => verdict(&policy, &call.identity, &attributes(&object["spec"])),
        "SubjectAccessReview" | "LocalSubjectAccessReview" => {
            let spec = &object["spec"];
            if call.info.namespace.as_deref() != spec["resourceAttributes"]["namespace"].as_str()
                && call.info.namespace.is_some()
            {
                return Err(Status::bad_request(
                    "spec.resourceAttributes.namespace must match metadata.namespace",
                ));
            }
            let subject = subject(spec);
            if subject.user.is_empty() && subject.groups.is_empty() {
                let why = "at least one of user or group must be specified";
                let cause = Cause::invalid("spec.user", &json!(""), why);
                // The kind is missing in the real one's words, too.
                return Err(Status::invalid("authorization.k8s.io", "", "", &[cause]));
            }
            verdict(&policy, &subject, &attributes(spec))
        }
        "SelfSubjectRulesReview" => {
            let namespace = object["spec"]["namespace"].as_str().unwrap_or_default();
            if namespace.is_empty() {
                return Err(Status::bad_request("no namespace on request"));
            }
            let (resources, paths) = review(&policy.rules_of(&call.identity, namespace));
            json!({"resourceRules": resources, "nonResourceRules": paths, "incomplete": false})
        }
        "TokenReview" => {
            match api.cluster.token_identity(object["spec"]["token"].as_str().unwrap_or_default()) {
                Some(identity) => json!({"authenticated": true, "user": identity.to_json()}),
                None => json!({"user": {}, "error": "invalid bearer token"}),
            }
        }
        "Binding" => {
            let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            return subresources::bind(api, call.info.namespace.as_deref(), &name, &object["target"]);
        }
        _ => return Err(Status::no_such_path()),
    };
    Ok(json_response(201, &object))
}

/// Whether somebody may, and which binding says so.
fn verdict(policy: &Policy, identity: &Identity, wanted: &Attributes) -> Value {
    match policy.reason(identity, wanted) {
        Some("") => json!({"allowed": true}),
        Some(reason) => json!({"allowed": true, "reason": reason}),
        None => json!({"allowed": false}),
    }
}

fn subject(spec: &Value) -> Identity {
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let extra: BTreeMap<String, Vec<String>> = spec["extra"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, list)| (key.clone(), texts(list)))
        .collect();
    Identity {
        user: spec["user"].as_str().unwrap_or_default().to_owned(),
        uid: spec["uid"].as_str().unwrap_or_default().to_owned(),
        groups: texts(&spec["groups"]),
        extra,
    }
}

fn attributes(spec: &Value) -> Attributes {
    let path = &spec["nonResourceAttributes"];
    if path.is_object() {
        return Attributes {
            verb: path["verb"].as_str().unwrap_or_default().to_owned(),
            path: Some(path["path"].as_str().unwrap_or_default().to_owned()),
            ..Attributes::default()
        };
    }
    let text = |key: &str| spec["resourceAttributes"][key].as_str().unwrap_or_default().to_owned();
    Attributes {
        verb: text("verb"),
        group: text("group"),
        resource: text("resource"),
        subresource: text("subresource"),
        name: text("name"),
        namespace: Some(text("namespace")).filter(|namespace| !namespace.is_empty()),
        path: None,
    }
}
