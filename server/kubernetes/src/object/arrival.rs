//! An object that was made a moment ago: its cluster has it, and the watch has not brought it yet.

use crate::cluster::Cluster;
use crate::connection::{As, Call};
use crate::error::KubernetesError;
use crate::ingest;
use crate::state::RowData;
use crate::store::Store;
use model::{ConsoleError, ResourceRef, link};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long an API server may take to say whether it has an object, and a watch to bring it.
const PATIENCE: Duration = Duration::from_secs(4);

/// The row of an object. Where the store has none, its API server is asked: what that has is waited for, so that nobody is
/// told that there is no such thing just after making it.
pub(super) async fn row_of(
    cluster: &Cluster,
    store: &Store,
    resource: &ResourceRef,
) -> Result<Arc<RowData>, ConsoleError> {
    let known = || store.read().row_of(resource).cloned();
    let mut revisions = store.revisions();
    if let Some(row) = known() {
        return Ok(row);
    }
    let late = |_| cluster.connection().late(PATIENCE, false);
    if !timeout(PATIENCE, is_there(cluster, store, resource)).await.map_err(late)?? {
        return Err(ConsoleError::not_found(resource));
    }
    let arrived = async {
        loop {
            if let Some(row) = known() {
                return Some(row);
            }
            revisions.changed().await.ok()?;
        }
    };
    let row = timeout(PATIENCE, arrived).await.ok().flatten();
    row.ok_or_else(|| {
        let kind = resource.kind.to_string();
        KubernetesError::Loading { cluster: store.cluster().to_owned(), kind }.into()
    })
}

/// Asks in the way in which the store does, so that it needs no other right.
async fn is_there(cluster: &Cluster, store: &Store, resource: &ResourceRef) -> Result<bool, KubernetesError> {
    let served = store.served();
    if served.kind.namespaced != resource.namespace.is_some() {
        return Ok(false);
    }
    let source = served.kind.source;
    let selector = link::escape(&format!("metadata.name={}", resource.name));
    let path = format!(
        "{}?limit=1&fieldSelector={selector}{}",
        served.collection(resource.namespace.as_ref()),
        ingest::parameters(source)
    );
    let call = Call::get(path).accepting(ingest::accept(source));
    let list = cluster.connection().call(As::Console, &call).await?;
    let list: Value = cluster.connection().read_json(&list.body)?;
    let objects = ["items", "rows"].into_iter().filter_map(|key| list[key].as_array()).flatten();
    // There are extensions that do not heed the selector.
    let is_it = |object: &Value| {
        let metadata = object.get("object").unwrap_or(object).get("metadata");
        metadata.is_some_and(|metadata| metadata["name"] == resource.name.as_str())
    };
    Ok(objects.into_iter().any(is_it))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::connection::Connection;
    use crate::plain::{Plain, Said};
    use model::{Cause, KindSlug, Outage};
    use serde_json::json;

    #[tokio::test]
    async fn an_api_server_that_says_nothing_holds_nobody_up_for_long() {
        let server = Plain::new(|path, _| {
            if path.starts_with("/apis/fruit.example/v1/") {
                let is_answered = !path.contains("watch=true") && !path.contains("fieldSelector");
                let late = Duration::from_secs(if is_answered { 0 } else { 600 });
                let list = json!({"metadata": {"resourceVersion": "5"}, "items": []});
                return Said { late, ..Said::json(&list) };
            }
            let resource = json!({"resource": "pears", "scope": "Namespaced", "verbs": ["list", "watch"],
                                  "responseKind": {"group": "fruit.example", "version": "v1", "kind": "Pear"}});
            let version = json!({"version": "v1", "resources": [resource]});
            let group = json!({"metadata": {"name": "fruit.example"}, "versions": [version]});
            Said::json(&json!({"kind": "APIGroupDiscoveryList", "items": [group]}))
        });
        let server = server.await;
        let connection = Connection::new("harbour", server.config()).unwrap();
        let cluster = Cluster::new("harbour".parse().unwrap(), connection);
        let kind: KindSlug = "pears.fruit.example".parse().unwrap();
        let store = cluster.loaded(&kind).await.unwrap();
        let (namespace, name) = (Some("shop".parse().unwrap()), "williams".parse().unwrap());
        let pear = ResourceRef { cluster: "harbour".parse().unwrap(), kind, namespace, name };

        let answer = timeout(2 * PATIENCE, row_of(&cluster, &store, &pear)).await.unwrap();

        let Err(ConsoleError::Unavailable { cause, .. }) = answer else { panic!("it knows nothing of it") };
        assert_eq!(cause, Cause::from(Outage::Late(PATIENCE.as_secs())));
    }
}
