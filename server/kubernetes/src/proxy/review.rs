//! `kubectl auth can-i`: what the caller may do is what the console decides, not what the cluster would.

use super::meaning::need;
use super::said::Said;
use super::target::Objects;
use super::{ApiAnswer, whole};
use access::{Caller, Verb, decide};
use bytes::Bytes;
use model::{ClusterName, Namespace, ObjectName};
use serde::Deserialize;
use serde_json::{Value, json};

/// A `SelfSubjectAccessReview`.
/// <https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/>
#[derive(Deserialize)]
struct Review {
    spec: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attributes {
    namespace: String,
    verb: String,
    group: String,
    resource: String,
    subresource: String,
    name: String,
}

/// Answers a review about the caller.
pub(super) fn review(caller: &Caller, cluster: &ClusterName, body: &Bytes) -> Result<ApiAnswer, Said> {
    let review: Review = serde_json::from_slice(body)
        .map_err(|error| Said::bad(format!("this is no SelfSubjectAccessReview as JSON: {error}")))?;
    let (is_allowed, reason) = match review.spec.get("resourceAttributes") {
        Some(attributes) => {
            let attributes = Attributes::deserialize(attributes)
                .map_err(|error| Said::bad(format!("resourceAttributes cannot be read: {error}")))?;
            may(caller, cluster, &attributes)?
        }
        None => (false, "the console passes on no paths but those of resources".to_owned()),
    };
    let answer = json!({
        "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {},
        "spec": review.spec, "status": {"allowed": is_allowed, "reason": reason},
    });
    let mut response = whole(answer.to_string().into());
    *response.status_mut() = http::StatusCode::CREATED;
    Ok(response)
}

fn may(caller: &Caller, cluster: &ClusterName, asked: &Attributes) -> Result<(bool, String), Said> {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let namespace = some(&asked.namespace).map(|text| Namespace::parse(&text)).transpose();
    let name = some(&asked.name).map(|text| ObjectName::parse(&text)).transpose();
    let objects = Objects {
        group: asked.group.clone(),
        version: String::new(),
        plural: asked.resource.clone(),
        namespace: namespace.map_err(|wrong| Said::bad(wrong.to_string()))?,
        name: name.map_err(|wrong| Said::bad(wrong.to_string()))?,
        part: some(&asked.subresource),
    };
    let Some(verb) = verb(&asked.verb) else {
        return Ok((false, format!("the console passes no {:?} on to clusters", asked.verb)));
    };
    Ok(match decide(caller, &need(cluster, &objects, verb)) {
        Ok(_) => (true, String::new()),
        Err(refusal) => (false, refusal.reason),
    })
}

fn verb(word: &str) -> Option<Verb> {
    match word {
        "get" => Some(Verb::Get),
        "list" => Some(Verb::List),
        "watch" => Some(Verb::Watch),
        "create" => Some(Verb::Create),
        "update" => Some(Verb::Update),
        "patch" => Some(Verb::Patch),
        "delete" | "deletecollection" => Some(Verb::Delete),
        _ => None,
    }
}
