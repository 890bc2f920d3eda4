//! Making a cluster say what it should.

use crate::plan::{CONSOLE_LABEL, OwnAccount, POD_SECURITY_LABEL, PROJECT_LABEL, Plan, WORKSPACE_LABEL};
use crate::pod_security;
use bytes::Bytes;
use http::Method;
use kubernetes::{As, Call, Connection, KubernetesError};
use model::quantity::thousandths;
use model::{Namespace, link};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
/// Whom the cluster notes as the manager of what is written.
const MANAGER: &str = "orrery-provisioner";

/// What a cluster says now.
#[derive(Clone, Debug, Default)]
pub struct Actual {
    /// Objects with our label, by path.
    pub objects: BTreeMap<String, Value>,
    /// The labels of all namespaces.
    pub namespaces: BTreeMap<Namespace, BTreeMap<String, String>>,
    /// Their uids.
    pub uids: BTreeMap<Namespace, String>,
}

/// Something to send.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Delete what is at this path.
    Delete(String),
    /// Make what is at this path so.
    Apply(String, Value),
    /// Change the labels of a namespace; null takes one away.
    Label(Namespace, Value),
}

/// What is to be done, deletions first: a project that changes hands belongs to nobody for a moment, never to both.
pub fn steps(plan: &Plan, actual: &Actual, console: Uuid) -> Vec<Step> {
    let is_there = |object: &&Value| {
        let namespace = object["metadata"]["namespace"].as_str();
        namespace.is_none_or(|name| actual.namespaces.keys().any(|known| known.as_str() == name))
    };
    let wanted: Vec<(String, &Value)> =
        plan.objects.iter().filter(is_there).map(|object| (path(object), object)).collect();
    let paths: BTreeSet<&str> = wanted.iter().map(|(path, _)| path.as_str()).collect();

    let deleted = actual.objects.keys().filter(|path| !paths.contains(path.as_str()));
    let mut steps: Vec<Step> = deleted.map(|path| Step::Delete(path.clone())).collect();
    steps.extend(
        wanted
            .into_iter()
            .filter(|(path, object)| !actual.objects.get(path).is_some_and(|found| says(found, object)))
            .map(|(path, object)| Step::Apply(path, object.clone())),
    );
    for (namespace, labels) in &actual.namespaces {
        let ours = labels.get(CONSOLE_LABEL).is_some_and(|id| *id == console.to_string());
        let mut wanted: BTreeMap<&'static str, String> = BTreeMap::new();
        if let Some(own) = plan.namespaces.get(namespace) {
            wanted.insert(CONSOLE_LABEL, console.to_string());
            wanted.extend(own.iter().map(|(name, value)| (*name, value.clone())));
        } else if !ours {
            continue;
        }
        let levels = pod_security::own(labels, &mut wanted);
        let patch: Map<String, Value> = [CONSOLE_LABEL, PROJECT_LABEL, WORKSPACE_LABEL, POD_SECURITY_LABEL]
            .into_iter()
            .chain(levels)
            .filter(|name| labels.get(*name) != wanted.get(name))
            .map(|name| (name.to_owned(), json!(wanted.get(name))))
            .collect();
        if !patch.is_empty() {
            steps.push(Step::Label(namespace.clone(), Value::Object(patch)));
        }
    }
    steps
}

/// Whether an object already says what is wanted of it.
fn says(found: &Value, wanted: &Value) -> bool {
    let same =
        |field: &str| found.get(field).unwrap_or(&Value::Null) == wanted.get(field).unwrap_or(&Value::Null);
    let labels = wanted["metadata"]["labels"].as_object().into_iter().flatten();
    let labelled = labels.into_iter().all(|(name, value)| found["metadata"]["labels"][name] == *value);
    let is_same = same("rules") && same("roleRef") && same("subjects");
    labelled && is_same && is_alike(&found["spec"], &wanted["spec"])
}

/// Whether two specs say the same: amounts may be written in another way, as API servers do.
fn is_alike(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            found.len() == wanted.len()
                && wanted.iter().all(|(name, value)| found.get(name).is_some_and(|own| is_alike(own, value)))
        }
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(one, other)| is_alike(one, other))
        }
        (Value::String(found), Value::String(wanted)) => {
            let amount = thousandths(wanted);
            found == wanted || amount.is_some() && thousandths(found) == amount
        }
        (found, wanted) => found == wanted,
    }
}

/// The kinds that are written: kind, where its API is, plural.
const WRITTEN: [(&str, &str, &str); 6] = [
    ("ClusterRole", RBAC, "clusterroles"),
    ("ClusterRoleBinding", RBAC, "clusterrolebindings"),
    ("RoleBinding", RBAC, "rolebindings"),
    ("ResourceQuota", "/api/v1", "resourcequotas"),
    ("LimitRange", "/api/v1", "limitranges"),
    ("NetworkPolicy", "/apis/networking.k8s.io/v1", "networkpolicies"),
];

fn path(object: &Value) -> String {
    let kind = object["kind"].as_str().unwrap_or_default();
    let known = WRITTEN.iter().find(|(known, ..)| *known == kind);
    let (_, api, plural) = known.expect("plans hold kinds that are written");
    let name = link::escape(object["metadata"]["name"].as_str().unwrap_or_default());
    match object["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("{api}/namespaces/{}/{plural}/{name}", link::escape(namespace)),
        None => format!("{api}/{plural}/{name}"),
    }
}

#[derive(Deserialize)]
pub(crate) struct List {
    /// The objects.
    #[serde(default)]
    pub items: Vec<Value>,
}

/// Asks a cluster what it says now.
pub async fn read(connection: &Connection, console: Uuid) -> Result<Actual, KubernetesError> {
    let mut actual = Actual::default();
    let selector = link::escape(&format!("{CONSOLE_LABEL}={console}"));
    for (kind, api, plural) in WRITTEN {
        for mut object in list(connection, format!("{api}/{plural}?labelSelector={selector}")).await?.items {
            object["kind"] = kind.into();
            actual.objects.insert(path(&object), object);
        }
    }
    let found = namespaces(connection).await?;
    (actual.namespaces, actual.uids) = (found.labels, found.uids);
    Ok(actual)
}

/// The namespaces of a cluster. One that is on its way out takes nothing more, and is left out.
#[derive(Default)]
pub(crate) struct Namespaces {
    labels: BTreeMap<Namespace, BTreeMap<String, String>>,
    /// Their uids.
    pub uids: BTreeMap<Namespace, String>,
}

/// Asks a cluster which namespaces it has.
pub(crate) async fn namespaces(connection: &Connection) -> Result<Namespaces, KubernetesError> {
    let mut all = Namespaces::default();
    for namespace in list(connection, "/api/v1/namespaces".into()).await?.items {
        let metadata = &namespace["metadata"];
        let is_leaving = !metadata["deletionTimestamp"].is_null();
        let Some(name) = metadata["name"].as_str().filter(|_| !is_leaving) else { continue };
        let labels = metadata["labels"].as_object().into_iter().flatten();
        let labels = labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        if let Ok(name) = Namespace::parse(name) {
            if let Some(uid) = metadata["uid"].as_str().filter(|uid| !uid.is_empty()) {
                all.uids.insert(name.clone(), uid.to_owned());
            }
            all.labels.insert(name, labels.collect());
        }
    }
    Ok(all)
}

pub(crate) async fn list(connection: &Connection, path: String) -> Result<List, KubernetesError> {
    let answer = connection.call_patiently(As::Console, &Call::get(path)).await?;
    connection.read_json(&answer.body)
}

/// Takes all steps, in order. What the cluster refuses in one place - a policy there, or a limit that it does not take - keeps
/// nobody else from what is theirs; only that nothing is given as long as something could not be taken. Answers the first
/// refusal.
pub async fn send_all<'s, F>(steps: &'s [Step], send: impl Fn(&'s Step) -> F) -> Result<(), KubernetesError>
where
    F: Future<Output = Result<(), KubernetesError>>,
{
    let (taking, giving) = steps.split_at(steps.partition_point(|step| matches!(step, Step::Delete(_))));
    for part in [taking, giving] {
        let mut refused = None;
        for step in part {
            match send(step).await {
                Err(error) if is_refusal(&error) => {
                    refused.get_or_insert(error);
                }
                other => other?,
            }
        }
        refused.map_or(Ok(()), Err)?;
    }
    Ok(())
}

/// Whether it is about this one thing: where the cluster does not answer at all, nothing else is asked of it.
fn is_refusal(error: &KubernetesError) -> bool {
    matches!(error.code(), Some(400 | 403 | 404 | 409 | 413 | 422))
}

/// Sends one step.
pub async fn send(connection: &Connection, step: &Step) -> Result<(), KubernetesError> {
    let call = match step {
        Step::Delete(path) => Call::write(Method::DELETE, path.clone(), "application/json", Bytes::new()),
        Step::Apply(path, object) => {
            let path = format!("{path}?fieldManager={MANAGER}&force=true");
            let body = Bytes::from(object.to_string());
            Call::write(Method::PATCH, path, "application/apply-patch+yaml", body)
        }
        Step::Label(namespace, labels) => {
            let body = json!({"metadata": {"labels": labels}}).to_string();
            let path = format!("/api/v1/namespaces/{namespace}?fieldManager={MANAGER}");
            Call::write(Method::PATCH, path, "application/merge-patch+json", Bytes::from(body))
        }
    };
    match connection.call(As::Console, &call).await {
        // Another replica was faster.
        Err(error) if (error.code() == Some(404)) && matches!(step, Step::Delete(_)) => Ok(()),
        other => other.map(|_| ()),
    }
}

/// As whom a cluster knows the account behind a connection (`SelfSubjectReview`).
pub async fn own_account(connection: &Connection) -> Result<OwnAccount, KubernetesError> {
    let body = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
    let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews".into();
    let call = Call::write(Method::POST, path, "application/json", Bytes::from(body.to_string()));
    let answer = connection.call(As::Console, &call).await?;
    let review: Value = connection.read_json(&answer.body)?;
    let info = &review["status"]["userInfo"];
    let groups = info["groups"].as_array().into_iter().flatten();
    Ok(OwnAccount {
        user: info["username"].as_str().unwrap_or_default().to_owned(),
        is_master: groups.into_iter().any(|group| group == "system:masters"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubernetes::ApiStatus;
    use parking_lot::Mutex;

    fn answered(code: u16) -> KubernetesError {
        let status = ApiStatus { code, message: code.to_string(), ..ApiStatus::default() };
        KubernetesError::Answered { cluster: "harbour".into(), status: Box::new(status), write: true }
    }

    /// Which steps are tried, when some are answered with an error, and what comes of it.
    async fn tried(steps: &[Step], wrong: &[(&str, u16)]) -> (Vec<String>, Option<String>) {
        let tried = Mutex::new(Vec::new());
        let send = |step: &Step| {
            let (Step::Delete(path) | Step::Apply(path, _)) = step else { panic!("{step:?}") };
            tried.lock().push(path.clone());
            let wrong = wrong.iter().find(|(own, _)| own == path);
            std::future::ready(wrong.map_or(Ok(()), |(_, code)| Err(answered(*code))))
        };
        let error = send_all(steps, send).await.err();
        (tried.into_inner(), error.map(|error| error.to_string()))
    }

    #[tokio::test]
    async fn what_is_refused_in_one_place_keeps_nobody_from_what_is_theirs() {
        let apply = |path: &str| Step::Apply(path.into(), Value::Null);
        let steps = [Step::Delete("a".into()), Step::Delete("b".into()), apply("c"), apply("d"), apply("e")];

        let all = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(tried(&steps, &[]).await, (all.clone(), None));
        assert_eq!(tried(&steps, &[("c", 403), ("d", 422)]).await, (all, Some("403".into())));
        assert_eq!(
            tried(&steps, &[("a", 403)]).await,
            (vec!["a".into(), "b".into()], Some("403".into())),
            "nothing is given as long as something could not be taken"
        );
        assert_eq!(tried(&steps, &[("c", 503)]).await.0.len(), 3, "a cluster in trouble is left alone");
    }
}
