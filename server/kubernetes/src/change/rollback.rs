//! The pod template of an earlier revision, as `kubectl rollout undo` finds it.

use crate::change::act::{JSON_PATCH, Planned};
use crate::change::live::{self, State};
use crate::{As, Call, Cluster, KubernetesError, Served};
use access::Identity;
use http::Method;
use model::fault::ActFault;
use model::link;
use resources_contract::Target;
use serde_json::{Value, json};

const REVISION: &str = "deployment.kubernetes.io/revision";
const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";
/// Written by the controller, not part of what was rolled out.
const TEMPLATE_HASH: &str = "pod-template-hash";

/// Reads the revision and plans to put its template back.
pub(crate) async fn plan(
    cluster: &Cluster,
    identity: &Identity,
    served: &Served,
    target: &Target,
    revision: i64,
) -> Result<Planned, KubernetesError> {
    let workload = live::read(cluster, identity, served, &target.resource).await?;
    if target.uid.as_deref().is_some_and(|uid| uid != workload.uid()) {
        return Err(KubernetesError::Missing { what: target.resource.to_string() });
    }
    let keepers = match served.kind.plural.as_ref() {
        "deployments" => "replicasets",
        _ => "controllerrevisions",
    };
    let namespace = target.resource.namespace.as_ref();
    let namespace =
        namespace.ok_or_else(|| KubernetesError::invalid("metadata.namespace", "must be given"))?;
    let selector = link::escape(&selector(&workload.value["spec"]["selector"]));
    let list = Call::get(format!("/apis/apps/v1/namespaces/{namespace}/{keepers}?labelSelector={selector}"));
    let answer = cluster.connection().call(As::Caller(identity), &list).await?;
    let list: Value = cluster.connection().read_json(&answer.body)?;
    let keepers = list["items"].as_array().map_or(&[][..], Vec::as_slice);
    let path = live::path(served, &target.resource)?;
    Ok(Planned::new(Method::PATCH, &path, JSON_PATCH, undo(&workload, keepers, revision)?))
}

/// The patch that puts the template of a revision back. Its first step makes it fail on any other object.
fn undo(workload: &State, keepers: &[Value], revision: i64) -> Result<Value, KubernetesError> {
    let refuse = |fault: ActFault| Err(KubernetesError::refused_at("revision", fault));
    if workload.value["spec"]["paused"] == true {
        return refuse(ActFault::PausedRevision);
    }
    let owned = keepers.iter().filter(|keeper| is_controlled_by(keeper, workload.uid()));
    let Some(keeper) = owned.into_iter().find(|keeper| number(keeper) == Some(revision)) else {
        return refuse(ActFault::NoRevision);
    };
    let template = template(keeper);
    if template == workload.value["spec"]["template"] {
        return refuse(ActFault::SameRevision);
    }
    let mut steps = vec![
        json!({"op": "test", "path": "/metadata/uid", "value": workload.uid()}),
        json!({"op": "replace", "path": "/spec/template", "value": template}),
    ];
    let cause = &keeper["metadata"]["annotations"][CHANGE_CAUSE];
    let present = &workload.value["metadata"]["annotations"];
    let path = format!("/metadata/annotations/{}", CHANGE_CAUSE.replace('/', "~1"));
    if cause.is_string() && present.is_object() {
        steps.push(json!({"op": "add", "path": path, "value": cause}));
    } else if present[CHANGE_CAUSE].is_string() {
        // It tells why of what is in force now, and would go on to tell it of what is put back.
        steps.push(json!({"op": "remove", "path": path}));
    }
    Ok(Value::Array(steps))
}

fn is_controlled_by(keeper: &Value, uid: &str) -> bool {
    let owners = keeper["metadata"]["ownerReferences"].as_array().into_iter().flatten();
    owners.into_iter().any(|owner| owner["controller"] == true && owner["uid"] == uid)
}

/// Replica sets carry the number in an annotation, controller revisions in a field.
fn number(keeper: &Value) -> Option<i64> {
    let annotation = keeper["metadata"]["annotations"][REVISION].as_str();
    keeper["revision"].as_i64().or_else(|| annotation?.parse().ok())
}

fn template(keeper: &Value) -> Value {
    let kept = keeper.pointer("/data/spec/template").or_else(|| keeper.pointer("/spec/template"));
    let mut template = kept.cloned().unwrap_or_default();
    if let Some(fields) = template.as_object_mut() {
        fields.remove("$patch");
    }
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove(TEMPLATE_HASH);
    }
    template
}

/// A label selector as queries write it.
fn selector(selector: &Value) -> String {
    let labels = selector["matchLabels"].as_object().into_iter().flatten();
    let mut terms: Vec<String> =
        labels.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect();
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let values: Vec<&str> =
            expression["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        terms.push(match expression["operator"].as_str() {
            Some("In") => format!("{key} in ({})", values.join(",")),
            Some("NotIn") => format!("{key} notin ({})", values.join(",")),
            Some("DoesNotExist") => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    terms.join(",")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn workload(spec: &Value) -> State {
        let object = json!({"metadata": {"uid": "u1", "annotations": {}}, "spec": spec});
        State::of(&object)
    }

    fn replica_set(owner: &str, revision: &str, image: &str) -> Value {
        json!({
            "metadata": {
                "annotations": {REVISION: revision, CHANGE_CAUSE: format!("to {image}")},
                "ownerReferences": [{"uid": owner, "controller": true}],
            },
            "spec": {"template": {
                "metadata": {"labels": {"app": "web", TEMPLATE_HASH: "abc"}},
                "spec": {"containers": [{"name": "web", "image": image}]},
            }},
        })
    }

    #[test]
    fn the_template_comes_from_the_workloads_own_revision() {
        let keepers = [
            replica_set("u2", "1", "foreign"),
            replica_set("u1", "2", "web:2"),
            replica_set("u1", "1", "web:1"),
        ];
        let patch = undo(&workload(&json!({"template": {}})), &keepers, 1).unwrap();

        assert_eq!(patch[0], json!({"op": "test", "path": "/metadata/uid", "value": "u1"}));
        assert_eq!(patch[1]["value"]["metadata"]["labels"], json!({"app": "web"}));
        assert_eq!(patch[1]["value"]["spec"]["containers"][0]["image"], "web:1");
        assert_eq!(patch[2]["value"], "to web:1");
    }

    #[test]
    fn what_is_put_back_does_not_go_by_the_cause_of_what_was_after_it() {
        let mut workload = workload(&json!({"template": {}}));
        workload.value["metadata"]["annotations"] = json!({CHANGE_CAUSE: "to web:2"});
        let mut keeper = replica_set("u1", "1", "web:1");
        keeper["metadata"]["annotations"] = json!({REVISION: "1"});

        let patch = undo(&workload, &[keeper], 1).unwrap();

        let removed = json!({"op": "remove", "path": "/metadata/annotations/kubernetes.io~1change-cause"});
        assert_eq!(patch[2], removed);
    }

    #[test]
    fn a_controller_revision_keeps_the_template_in_its_data() {
        let keeper = json!({
            "metadata": {"ownerReferences": [{"uid": "u1", "controller": true}]}, "revision": 3,
            "data": {"spec": {"template": {"$patch": "replace", "spec": {"hostNetwork": true}}}},
        });
        let patch = undo(&workload(&json!({"template": {}})), &[keeper], 3).unwrap();

        assert_eq!(patch[1]["value"], json!({"spec": {"hostNetwork": true}}));
    }

    #[test]
    fn what_cannot_be_put_back_is_refused_with_the_reason() {
        let keeper = replica_set("u1", "1", "web:1");
        for (spec, revision, expected) in [
            (json!({"paused": true}), 1, "resume first"),
            (json!({}), 9, "not kept"),
            (json!({"template": template(&keeper)}), 1, "in force already"),
        ] {
            let error = undo(&workload(&spec), std::slice::from_ref(&keeper), revision).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn selectors_are_written_as_queries_want_them() {
        let both = json!({
            "matchLabels": {"app": "web", "tier": "front"},
            "matchExpressions": [
                {"key": "track", "operator": "In", "values": ["a", "b"]},
                {"key": "canary", "operator": "DoesNotExist"},
            ],
        });
        assert_eq!(selector(&both), "app=web,tier=front,track in (a,b),!canary");
    }
}
