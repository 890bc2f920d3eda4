//! Since when the namespaces of a cluster are what they are.

use crate::caller::Kubernetes;
use crate::cluster::Cluster;
use crate::connection::{As, Call};
use crate::error::KubernetesError;
use crate::slug::built_in;
use crate::state::RowData;
use model::fault::ProjectFault;
use model::{ClusterName, ConsoleError, Namespace};
use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// A namespace that is made anew is known to be another one within this time.
const FRESH: Duration = Duration::from_secs(5);

/// How long somebody who keeps something for a project waits for its cluster to say which namespace it has.
const LOOKING: Duration = Duration::from_secs(3);

/// Namespaces by when they were made, in milliseconds since 1970.
pub type Births = Arc<BTreeMap<Namespace, i64>>;

/// The namespaces of a cluster, as they were a moment ago.
pub(crate) type KnownBirths = Mutex<Option<(Instant, Births)>>;

#[derive(Deserialize)]
struct List {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    creation_timestamp: jiff::Timestamp,
}

#[derive(Deserialize)]
struct One {
    metadata: Identified,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identified {
    uid: String,
    deletion_timestamp: Option<String>,
}

/// Refuses to keep something for a project whose namespace somebody has made anew: it would end with the one before.
pub fn made_anew(cluster: &ClusterName, namespace: &Namespace) -> ConsoleError {
    let (cluster, namespace) = (cluster.clone(), namespace.clone());
    ConsoleError::refused("", ProjectFault::MadeAnew { cluster, namespace })
}

impl Kubernetes {
    /// The uid of the namespace that has a name at this moment, for whoever keeps something for its project. Nothing where there
    /// is none that stays, and where the cluster does not say so in three seconds: then it is the one that was meant.
    pub async fn namespace_uid(&self, cluster: &ClusterName, namespace: &Namespace) -> Option<String> {
        let connected = self.cluster(cluster).ok()?;
        timeout(LOOKING, connected.namespace_uid(namespace)).await.ok()?.ok()?
    }
}

impl Cluster {
    async fn namespace_uid(&self, namespace: &Namespace) -> Result<Option<String>, KubernetesError> {
        let call = Call::get(format!("/api/v1/namespaces/{namespace}"));
        let answer = self.connection().call(As::Console, &call).await?;
        let One { metadata } = self.connection().read_json(&answer.body)?;
        Ok(metadata.deletion_timestamp.is_none().then_some(metadata.uid))
    }

    /// Its namespaces with when each was made, as they were a few seconds ago. What records and measurements tell of a name
    /// before that belongs to another namespace, which may have been somebody else's.
    pub async fn births(&self) -> Result<Births, KubernetesError> {
        let known = self.known_births().lock().clone();
        if let Some((_, births)) = known.filter(|(since, _)| since.elapsed() < FRESH) {
            return Ok(births);
        }
        let metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
        let call = Call::get("/api/v1/namespaces".into()).accepting(metadata);
        let answer = self.connection().call(As::Console, &call).await?;
        let list: List = self.connection().read_json(&answer.body)?;
        let born = |item: Item| {
            let name = Namespace::parse(&item.metadata.name).ok()?;
            Some((name, item.metadata.creation_timestamp.as_millisecond()))
        };
        let births: Births = Arc::new(list.items.into_iter().filter_map(born).collect());
        *self.known_births().lock() = Some((Instant::now(), Arc::clone(&births)));
        Ok(births)
    }

    /// Its namespaces by their uids, as the store says that everybody looks at; nothing while it is not up to date.
    pub async fn namespace_uids(&self) -> Option<BTreeMap<Namespace, String>> {
        let store = self.loaded(&built_in("namespaces")).await.ok()?;
        if store.stale().is_some() {
            return None;
        }
        let state = store.read();
        let named = |row: &Arc<RowData>| Some((Namespace::parse(&row.name).ok()?, row.uid.to_string()));
        Some(state.rows().filter_map(named).collect())
    }
}
