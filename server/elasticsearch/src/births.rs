//! Since when the namespaces of a cluster are what they are.

use kubernetes::{As, Call, Connection, KubernetesError};
use model::{ClusterName, Namespace};
use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A namespace that is made anew is known to be another one within this time.
const FRESH: Duration = Duration::from_secs(5);

/// Namespaces by when they were made, in milliseconds since 1970.
pub type Births = Arc<BTreeMap<Namespace, i64>>;

/// The namespaces of clusters, as they were a moment ago.
#[derive(Default)]
pub struct KnownBirths(Mutex<HashMap<ClusterName, (Instant, Births)>>);

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

impl KnownBirths {
    /// The namespaces of a cluster.
    pub async fn of(
        &self,
        cluster: &ClusterName,
        connection: &Connection,
    ) -> Result<Births, KubernetesError> {
        let known = self.0.lock().get(cluster).filter(|(since, _)| since.elapsed() < FRESH).cloned();
        if let Some((_, births)) = known {
            return Ok(births);
        }
        let metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
        let call = Call::get("/api/v1/namespaces".into()).accepting(metadata);
        let answer = connection.call(As::Console, &call).await?;
        let list: List = serde_json::from_slice(&answer.body)
            .map_err(|error| KubernetesError::unreadable(cluster.as_str(), error.to_string()))?;
        let born = |item: Item| {
            let name = Namespace::parse(&item.metadata.name).ok()?;
            Some((name, item.metadata.creation_timestamp.as_millisecond()))
        };
        let births: Births = Arc::new(list.items.into_iter().filter_map(born).collect());
        self.0.lock().insert(cluster.clone(), (Instant::now(), Arc::clone(&births)));
        Ok(births)
    }
}
