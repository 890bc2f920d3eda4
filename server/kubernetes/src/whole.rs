//! Whole objects, for the parts of the server that understand what stands in them. They are read and changed as everything
//! is: within the caller's grant, tried out first, and written down.

use crate::caller::{ForCaller, Kubernetes};
use crate::change::{self, ReadManifest};
use crate::cluster::Cluster;
use crate::reads::ReadTable;
use access::Scope;
use model::{ClusterName, ConsoleError, KindSlug, ResourceRef};
use resources_contract::{Applied, Base, DocumentPreview, ManifestChange, Resources};
use serde_json::Value;

impl Kubernetes {
    /// All objects of a kind, for whoever decides what of them may be told; `None` where the cluster serves no such kind.
    pub async fn whole_objects(
        &self,
        cluster: &ClusterName,
        kind: &KindSlug,
    ) -> Result<Option<Vec<Value>>, ConsoleError> {
        let cluster = self.cluster(cluster)?;
        if cluster.discovery().await?.find(kind.as_str()).is_none() {
            return Ok(None);
        }
        Ok(Some(objects(cluster, kind, &Scope::All).await?))
    }
}

impl ForCaller {
    /// All objects of a kind that the caller may see; `None` where the cluster serves no such kind.
    pub async fn whole_objects(
        &self,
        cluster: &ClusterName,
        kind: &KindSlug,
    ) -> Result<Option<Vec<Value>>, ConsoleError> {
        let cluster = self.cluster(cluster).await?;
        let discovery = cluster.discovery().await?;
        let Some(served) = discovery.find(kind.as_str()) else { return Ok(None) };
        let action = ReadTable::new(cluster.name(), served, &[]);
        let granted = self.kubernetes.access().grant(&self.caller, action).await?;
        Ok(Some(objects(&cluster, kind, granted.scope()).await?))
    }

    /// An object as it is now, read as the caller, with what a change of it is based on; `None` when there is none.
    pub async fn whole_object(&self, resource: &ResourceRef) -> Result<Option<(Value, Base)>, ConsoleError> {
        let (cluster, served) = self.served(&resource.cluster, &resource.kind).await?;
        let action = ReadManifest { served, resource: resource.clone(), reveal: false };
        let granted = self.kubernetes.access().grant(&self.caller, action).await?;
        match change::read_value(&cluster, &granted).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.code() == Some(404) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps an object: in place of what the change was based on, if that is still so, or as a new one, if there is none
    /// yet. Tried out first; what the cluster refuses changes nothing.
    pub async fn keep_object(
        &self,
        cluster: &ClusterName,
        object: &Value,
        base: Option<Base>,
    ) -> Result<Vec<Applied>, ConsoleError> {
        let is_new = base.is_none();
        // JSON is YAML. Whoever changes a part of an object takes that part over from whoever wrote it.
        let text = object.to_string();
        let change = ManifestChange { cluster: cluster.clone(), namespace: None, text, base, force: true };
        if is_new { self.commands(cluster).await?.create(&change).await } else { self.apply(change).await }
    }

    /// What the cluster would make of objects that are written over whatever there is of their names. Changes nothing.
    pub async fn preview_objects(
        &self,
        cluster: &ClusterName,
        objects: &[Value],
    ) -> Result<Vec<DocumentPreview>, ConsoleError> {
        self.preview(over(cluster, objects)).await
    }

    /// Writes objects over whatever there is of their names. All are tried out before the first is kept.
    pub async fn keep_objects(&self, cluster: &ClusterName, objects: &[Value]) -> Result<(), ConsoleError> {
        let applied = self.apply(over(cluster, objects)).await?;
        applied.into_iter().find_map(|applied| applied.error).map_or(Ok(()), Err)
    }
}

/// Objects as one change, which takes over what others have written of what stands in them.
fn over(cluster: &ClusterName, objects: &[Value]) -> ManifestChange {
    // JSON is YAML.
    let text = objects.iter().map(Value::to_string).collect::<Vec<_>>().join("\n---\n");
    ManifestChange { cluster: cluster.clone(), namespace: None, text, base: None, force: true }
}

async fn objects(cluster: &Cluster, kind: &KindSlug, scope: &Scope) -> Result<Vec<Value>, ConsoleError> {
    let store = cluster.loaded(kind).await?;
    let state = store.read();
    let seen = state.rows().filter(|row| row.is_within(scope));
    Ok(seen.filter_map(|row| state.value(&row.uid)).collect())
}
