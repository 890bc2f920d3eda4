//! What a list finds, for whoever asks for it again and again: read from the store that the list itself is read from.

use crate::caller::ForCaller;
use crate::reads::ReadTable;
use crate::store::now;
use crate::view::View;
use access::Scope;
use model::{ClusterName, ConsoleError, KindSlug, TableQuery};
use std::sync::Arc;

/// What a list finds at a moment.
#[derive(Debug)]
pub struct Matches {
    /// The objects: their namespaces, where they have one, and names, in no order that means anything.
    pub objects: Vec<(Option<Box<str>>, Box<str>)>,
    /// What the next question about the same list should be told.
    pub asked: Asked,
}

/// What was learned when a list was asked: which objects were looked into already. Opaque.
#[derive(Clone, Debug)]
pub struct Asked(View);

impl ForCaller {
    /// All objects that a query finds, of the part of the cluster that the caller may see. `None` when they may see none of
    /// it, which is not written down: this is for questions that nobody has asked at this moment. An error when the cluster
    /// cannot be followed: then what is known may be old.
    pub async fn matches(
        &self,
        query: &TableQuery,
        earlier: Option<&Asked>,
    ) -> Result<Option<Matches>, ConsoleError> {
        if !self.caller.may_see_cluster(&query.cluster) {
            return Ok(None);
        }
        let cluster = Arc::clone(self.kubernetes.cluster(&query.cluster)?);
        let served = cluster.served(&query.kind).await?;
        let action = ReadTable::new(cluster.name(), &served, &query.namespaces);
        let Some(granted) = self.kubernetes.access().glance(&self.caller, action) else { return Ok(None) };
        let store = cluster.loaded(&query.kind).await?;
        if let Some(stale) = store.stale() {
            return Err(stale.error);
        }
        let kind = Arc::clone(&store.served().kind);
        let (sight, _) = self.sight(&cluster, &kind, granted.scope(), &query.namespaces).await;
        let mut view = View::new(query, sight, &kind, now())?;
        if let Some(Asked(earlier)) = earlier {
            view = view.knowing(earlier);
        }
        let rows = view.all(&store.read());
        let objects = rows.iter().map(|row| (row.namespace.as_deref().map(Box::from), (*row.name).into()));
        Ok(Some(Matches { objects: objects.collect(), asked: Asked(view) }))
    }

    /// Whether the objects of a kind live in namespaces; an error when the cluster does not serve it, or cannot be asked.
    pub async fn is_namespaced(&self, cluster: &ClusterName, kind: &KindSlug) -> Result<bool, ConsoleError> {
        let cluster = self.cluster(cluster).await?;
        Ok(cluster.served(kind).await?.kind.namespaced)
    }

    /// Nothing, where the caller may ask this and it can be answered.
    pub async fn check_query(&self, query: &TableQuery) -> Result<(), ConsoleError> {
        let cluster = self.cluster(&query.cluster).await?;
        let readable = self.readable(&cluster, &query.kind, &query.namespaces).await?;
        let kind = Arc::clone(&readable.store.served().kind);
        View::new(query, readable.sight, &kind, now())?;
        Ok(())
    }

    /// The part of a cluster in which the caller may see objects of a kind. `None` when they may see none, which is not written
    /// down. An error when it is not known what the cluster serves.
    pub async fn sees(&self, cluster: &ClusterName, kind: &KindSlug) -> Result<Option<Scope>, ConsoleError> {
        if !self.caller.may_see_cluster(cluster) {
            return Ok(None);
        }
        let cluster = Arc::clone(self.kubernetes.cluster(cluster)?);
        let served = cluster.served(kind).await?;
        Ok(self.glance_at(&cluster, &served))
    }
}
