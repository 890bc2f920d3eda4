//! The namespaces that a member sees: their own, each asked for by itself, because a cluster knows only all or none.

use super::meaning::Pass;
use super::query::Query;
use super::{ApiAnswer, whole};
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::connection::Passed;
use access::{Need, Place, Resource, Verb};
use futures::{StreamExt, TryStreamExt, stream};
use http::StatusCode;
use http::header::HeaderValue;
use model::{ConsoleError, Namespace, ObjectName};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// So many namespaces are asked for at the same time.
const AT_ONCE: usize = 8;
/// The longest answer about one namespace, in bytes.
const LONGEST: usize = 1 << 20;
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

/// A list of these namespaces, as the cluster tells them to the caller.
pub(super) async fn own(
    caller: &ForCaller,
    cluster: &Cluster,
    own: &BTreeSet<Namespace>,
    query: &Query,
    accept: &HeaderValue,
) -> Result<ApiAnswer, ConsoleError> {
    if ["labelSelector", "fieldSelector"]
        .iter()
        .any(|name| query.get(name).is_some_and(|text| !text.is_empty()))
    {
        let message = "who sees only their own namespaces sees all of those; leave the selector out";
        return Err(ConsoleError::invalid("", message));
    }
    let wishes_table = accept.to_str().is_ok_and(|wished| wished.starts_with("application/json;as=Table"));
    let form = if wishes_table { TABLE } else { "application/json" };
    let found = stream::iter(own.iter().cloned().map(|namespace| one(caller, cluster, namespace, form)))
        .buffered(AT_ONCE)
        .try_collect::<Vec<Option<Value>>>()
        .await?;
    Ok(whole(list(found.into_iter().flatten()).to_string().into()))
}

async fn one(
    caller: &ForCaller,
    cluster: &Cluster,
    namespace: Namespace,
    form: &'static str,
) -> Result<Option<Value>, ConsoleError> {
    let path = format!("/api/v1/namespaces/{namespace}");
    let need = Need {
        verb: Verb::Get,
        resource: Resource::new("", "namespaces"),
        cluster: Some(cluster.name().clone()),
        place: Place::Cluster,
        name: ObjectName::parse(namespace.as_str()).ok(),
    };
    let Some(granted) = caller.kubernetes.access().glance(&caller.caller, Pass { need, name: "api read" })
    else {
        return Ok(None);
    };
    let passed = Passed::get(path, HeaderValue::from_static(form));
    let connection = cluster.connection();
    let answer = connection.pass(&granted.identity(), passed).await?;
    // A project whose namespace is gone, or is not told about yet.
    if matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::FORBIDDEN) {
        return Ok(None);
    }
    let status = answer.status();
    let body = super::carry::read(connection.cluster(), answer, LONGEST).await?;
    if !status.is_success() {
        return Err(super::carry::refusal(connection.cluster(), status, &body, false).into());
    }
    Ok(Some(connection.read_json(&body)?))
}

/// One list of what was told one by one: tables become one table.
fn list(mut found: impl Iterator<Item = Value>) -> Value {
    let Some(mut first) = found.next() else { return list_of(&[]) };
    if first["kind"] != "Table" {
        return list_of(&std::iter::once(first).chain(found).collect::<Vec<_>>());
    }
    if let Some(rows) = first["rows"].as_array_mut() {
        rows.extend(found.filter_map(|mut table| table["rows"].as_array_mut().map(std::mem::take)).flatten());
    }
    first
}

fn list_of(items: &[Value]) -> Value {
    json!({"kind": "NamespaceList", "apiVersion": "v1", "metadata": {"resourceVersion": ""}, "items": items})
}

/// What whoever wants to watch their own namespaces is told: a cluster tells of all of them or of none.
pub(super) fn cannot_follow() -> ConsoleError {
    ConsoleError::invalid("", "only who sees all namespaces of a cluster can watch them; list them instead")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_become_one_and_objects_a_list() {
        let table = |name: &str| json!({"kind": "Table", "columnDefinitions": [{"name": "Name"}], "rows": [{"cells": [name]}]});

        let joined = list([table("bank"), table("shop")].into_iter());
        assert_eq!(joined["rows"], json!([{"cells": ["bank"]}, {"cells": ["shop"]}]));
        assert_eq!(joined["columnDefinitions"], json!([{"name": "Name"}]));

        let objects = list([json!({"kind": "Namespace"}), json!({"kind": "Namespace"})].into_iter());
        assert_eq!(
            (&objects["kind"], objects["items"].as_array().map(Vec::len)),
            (&json!("NamespaceList"), Some(2))
        );
        assert_eq!(list(std::iter::empty())["items"], json!([]));
    }
}
