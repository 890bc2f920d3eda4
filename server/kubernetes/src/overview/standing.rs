//! How namespaces are: what becomes of them, and what in them is unwell. Out of what overviews follow, so that it costs a
//! cluster nothing.

use super::owned::is_made;
use super::{WORKLOADS, failure, loaded};
use crate::caller::{ForCaller, Kubernetes};
use crate::state::RowData;
use model::{ClusterName, ConsoleError, Language, Level, Namespace, Status};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many workloads a namespace has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workloads {
    /// That fail, or work in part.
    pub unwell: u64,
    /// In all.
    pub all: u64,
}

impl Kubernetes {
    /// What a cluster says of its namespaces, for whoever has asked `access` already what of them may be told. Waits a few
    /// seconds at the most.
    pub async fn namespace_statuses(
        &self,
        name: &ClusterName,
    ) -> Result<BTreeMap<Namespace, Status>, ConsoleError> {
        let cluster = self.cluster(name)?;
        if let Some(error) =
            loaded(cluster, &["namespaces"]).await.into_iter().find_map(|outcome| failure(name, outcome))
        {
            return Err(error);
        }
        let Some(store) = cluster.running("namespaces") else { return Ok(BTreeMap::new()) };
        let state = store.read();
        let told = |row: &Arc<RowData>| {
            // Why a namespace stays is told by the cluster alone: the same in every language.
            let status = state.health(row)?.in_language(Language::English);
            Some((Namespace::parse(&row.name).ok()?, status))
        };
        Ok(state.rows().filter_map(told).collect())
    }
}

impl ForCaller {
    /// How many workloads these namespaces of a cluster have that the caller may see. A namespace in which they may see none
    /// is not in it. Waits a few seconds at the most.
    pub async fn workloads_in(
        &self,
        name: &ClusterName,
        namespaces: &BTreeSet<Namespace>,
    ) -> Result<BTreeMap<Namespace, Workloads>, ConsoleError> {
        let mut found: BTreeMap<Namespace, Workloads> = BTreeMap::new();
        if !self.caller.may_see_cluster(name) {
            return Ok(found);
        }
        let cluster = self.cluster(name).await?;
        let outcomes = loaded(&cluster, &WORKLOADS).await;
        if let Some(error) = outcomes.into_iter().find_map(|outcome| failure(name, outcome)) {
            return Err(error);
        }
        for store in WORKLOADS.iter().filter_map(|slug| cluster.running(slug)) {
            let Some(scope) = self.glance(&cluster, &store) else { continue };
            let state = store.read();
            for namespace in namespaces.iter().filter(|own| scope.admits(Some(own.as_str()), "")) {
                let count = found.entry(namespace.clone()).or_default();
                for row in state.rows_in(namespace.as_str()).filter(|row| !is_made(&store, row)) {
                    count.all += 1;
                    count.unwell +=
                        u64::from(matches!(state.level(row), Some(Level::Failed | Level::Warning)));
                }
            }
        }
        Ok(found)
    }
}
