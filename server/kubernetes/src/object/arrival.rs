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

/// How long a watch may take to bring what its API server has.
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
    if !is_there(cluster, store, resource).await? {
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
