//! Since when the namespaces of a cluster are what they are.

use crate::cluster::Cluster;
use crate::connection::{As, Call};
use crate::error::KubernetesError;
use crate::slug::built_in;
use crate::state::RowData;
use model::Namespace;
use parking_lot::Mutex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A namespace that is made anew is known to be another one within this time.
const FRESH: Duration = Duration::from_secs(5);

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

impl Cluster {
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
