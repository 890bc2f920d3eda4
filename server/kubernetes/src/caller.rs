//! The console's clusters, and what one caller sees of them. Every question passes `access` here, and what comes back is
//! trimmed by the grant's scope.

use crate::change::{Bin, Jobs, Schemas};
use crate::cluster::Cluster;
use crate::discovery::Served;
use crate::error::KubernetesError;
use crate::overview::is_another;
use crate::places::Places;
use crate::proxy::MOST_STREAMS;
use crate::reads::{ReadCluster, ReadTable};
use crate::renewal::Renewal;
use crate::sight::Sight;
use crate::slug::built_in;
use crate::store::{Store, now};
use crate::terminal::Recorder;
use crate::view::{View, to_row};
use access::{Access, Caller, Granted, Refused, Scope};
use model::{
    ClusterName, Column, ConsoleError, KindSlug, Language, Namespace, Stale, Table, TableQuery, Thing,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most pages of one person that are followed at a time: many more than anybody has open, few enough that others still
/// get connections.
const MOST_PAGES: u32 = 256;
/// The most terminals of one person: more than anybody looks at, few enough to notice a loop.
const MOST_TERMINALS: u32 = 16;
/// The most files of one person that are sent or fetched at a time.
const MOST_TRANSFERS: u32 = 8;

/// Who keeps what would be gone otherwise.
#[derive(Clone, Default)]
pub struct Keepers {
    /// What is deleted.
    pub bin: Option<Arc<dyn Bin>>,
    /// What terminals show.
    pub recorder: Option<Arc<dyn Recorder>>,
}

/// All clusters of the console.
pub struct Kubernetes {
    clusters: BTreeMap<ClusterName, Arc<Cluster>>,
    access: Access,
    keepers: Keepers,
    jobs: Arc<Jobs>,
    schemas: Schemas,
    pages: Places,
    streams: Places,
    terminals: Places,
    transfers: Places,
}

impl Kubernetes {
    /// The console's clusters. Begins to follow what overviews need.
    pub fn new(clusters: Vec<Arc<Cluster>>, access: Access) -> Arc<Self> {
        Self::keeping(clusters, access, Keepers::default())
    }

    /// The same, with somebody who keeps what would be gone.
    pub fn keeping(clusters: Vec<Arc<Cluster>>, access: Access, keepers: Keepers) -> Arc<Self> {
        clusters.iter().for_each(Cluster::follow_pinned);
        let clusters = clusters.into_iter().map(|cluster| (cluster.name().clone(), cluster)).collect();
        Arc::new(Self {
            clusters,
            access,
            keepers,
            jobs: Arc::default(),
            schemas: Schemas::default(),
            pages: Places::new(MOST_PAGES, "orrery_followed_pages"),
            streams: Places::new(MOST_STREAMS, "orrery_api_streams"),
            terminals: Places::new(MOST_TERMINALS, "orrery_terminals"),
            transfers: Places::new(MOST_TRANSFERS, "orrery_file_transfers"),
        })
    }

    /// All clusters, by name.
    pub fn clusters(&self) -> impl Iterator<Item = &Arc<Cluster>> {
        self.clusters.values()
    }

    /// All namespaces of a cluster, for whoever has asked `access` already what of them may be told.
    pub async fn namespaces(&self, cluster: &ClusterName) -> Result<Vec<Namespace>, ConsoleError> {
        let kind = built_in("namespaces");
        let store = self.cluster(cluster)?.loaded(&kind).await?;
        let state = store.read();
        Ok(state.rows().filter_map(|row| Namespace::parse(&row.name).ok()).collect())
    }

    /// Refuses to go on with another cluster that answers under a name: for whoever tells people, by what was said of the one that
    /// is meant, what happens in it.
    pub async fn check_meant(&self, name: &ClusterName) -> Result<(), ConsoleError> {
        let identities = self.access.identities();
        identities.asked(name).await;
        if identities.another(name).is_some() { Err(is_another(name)) } else { Ok(()) }
    }

    /// Who decides.
    pub fn access(&self) -> &Access {
        &self.access
    }

    pub(crate) fn bin(&self) -> Option<Arc<dyn Bin>> {
        self.keepers.bin.clone()
    }

    pub(crate) fn recorder(&self) -> Option<&Arc<dyn Recorder>> {
        self.keepers.recorder.as_ref()
    }

    pub(crate) fn jobs(&self) -> &Arc<Jobs> {
        &self.jobs
    }

    pub(crate) fn terminals(&self) -> &Places {
        &self.terminals
    }

    /// Streams of open pages.
    pub(crate) fn pages(&self) -> &Places {
        &self.pages
    }

    /// Watches, logs and shells of programs.
    pub(crate) fn streams(&self) -> &Places {
        &self.streams
    }

    /// Files on their way into containers and out of them.
    pub(crate) fn transfers(&self) -> &Places {
        &self.transfers
    }

    pub(crate) fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// The clusters as this caller may see them.
    pub fn for_caller(self: &Arc<Self>, caller: Caller, language: Language) -> ForCaller {
        let renewal = Arc::default();
        ForCaller { kubernetes: Arc::clone(self), caller: Arc::new(caller), renewal, language }
    }

    pub(crate) fn cluster(&self, name: &ClusterName) -> Result<&Arc<Cluster>, KubernetesError> {
        self.clusters
            .get(name)
            .ok_or_else(|| KubernetesError::Unknown { what: Thing::Cluster(name.to_string()) })
    }
}

/// The clusters as one caller may see them: the backend of the contracts.
#[derive(Clone)]
pub struct ForCaller {
    pub(crate) kubernetes: Arc<Kubernetes>,
    pub(crate) caller: Arc<Caller>,
    pub(crate) renewal: Arc<Renewal>,
    pub(crate) language: Language,
}

/// A kind's store with the caller's grant to read it.
pub(crate) struct Readable {
    pub store: Arc<Store>,
    pub granted: Granted<ReadTable>,
    /// How much of it the caller may see.
    pub sight: Sight,
    /// The right to see who uses its objects, for kinds that say so.
    pub users: Option<Granted<ReadTable>>,
}

impl ForCaller {
    /// A cluster, if the caller may know of it.
    pub(crate) async fn cluster(&self, name: &ClusterName) -> Result<Arc<Cluster>, ConsoleError> {
        // Whoever may not see a cluster learns the same as if there were none.
        let unknown = || ConsoleError::unknown(Thing::Cluster(name.to_string()));
        let identities = self.kubernetes.access.identities();
        identities.asked(name).await;
        // Rights that were read before it was known who answers are those in the cluster that was meant.
        if identities.another(name).is_some() && !self.caller.is_administrator() {
            return Err(unknown());
        }
        if !self.caller.may_see_cluster(name) {
            let refused = self.kubernetes.access.grant(&self.caller, ReadCluster(name.clone())).await;
            // A token for another place is told so, of clusters that are there and of others.
            let told = |error: Refused| if self.caller.is_for_one_place() { error.into() } else { unknown() };
            refused.map_err(told)?;
        }
        Ok(Arc::clone(self.kubernetes.cluster(name)?))
    }

    /// The clusters that the caller may see.
    pub(crate) fn visible_clusters(&self) -> Vec<Arc<Cluster>> {
        let clusters = self.kubernetes.clusters();
        clusters.filter(|cluster| self.caller.may_see_cluster(cluster.name())).cloned().collect()
    }

    /// A kind's store and the grant to read it in these namespaces.
    pub(crate) async fn readable(
        &self,
        cluster: &Cluster,
        kind: &KindSlug,
        namespaces: &[Namespace],
    ) -> Result<Readable, ConsoleError> {
        let served = cluster.served(kind).await?;
        let action = ReadTable::new(cluster.name(), &served, namespaces);
        let granted = self.kubernetes.access.grant(&self.caller, action).await?;
        let (sight, users) = self.sight(cluster, &served.kind, granted.scope(), namespaces).await;
        Ok(Readable { store: cluster.loaded(kind).await?, granted, sight, users })
    }

    /// The part of a store that the caller may see, if any: for what was not asked for by name.
    pub(crate) fn glance(&self, cluster: &Cluster, store: &Store) -> Option<Scope> {
        self.glance_at(cluster, store.served())
    }

    /// As [`ForCaller::glance`], for a kind that may have no store.
    pub(crate) fn glance_at(&self, cluster: &Cluster, served: &Served) -> Option<Scope> {
        let action = ReadTable::new(cluster.name(), served, &[]);
        Some(self.kubernetes.access.glance(&self.caller, action)?.scope().clone())
    }

    /// Since when and why any of these kinds, as far as the caller may see them, cannot be followed.
    pub(crate) fn stale<'s>(
        &self,
        cluster: &Cluster,
        slugs: impl IntoIterator<Item = &'s str>,
    ) -> Option<Stale> {
        let stores = slugs.into_iter().filter_map(|slug| cluster.running(slug));
        let stale = stores.filter_map(|store| Some((store.stale()?, store)));
        let seen = stale.filter(|(_, store)| self.glance(cluster, store).is_some());
        seen.map(|(stale, _)| stale).min_by_key(|stale| stale.since)
    }

    /// A page of a table.
    pub(crate) async fn read_table(&self, query: TableQuery) -> Result<Table, ConsoleError> {
        let cluster = self.cluster(&query.cluster).await?;
        let readable = self.readable(&cluster, &query.kind, &query.namespaces).await?;
        let kind = Arc::clone(&readable.store.served().kind);
        let view = View::new(&query, readable.sight.clone(), &kind, now())?;
        let (page, revision) = {
            let state = readable.store.read();
            (view.page(&state), state.revision())
        };
        Ok(Table {
            columns: columns(&readable.store, self.language),
            rows: page.rows.iter().filter_map(|row| to_row(row, self.language)).collect(),
            total: page.total,
            levels: page.levels.list(),
            revision: readable.store.revision_text(revision),
            stale: readable.store.stale(),
            described: readable.store.served().described,
        })
    }

    /// Everything that a query finds, as comma-separated values with a heading (RFC 4180). Cells that a spreadsheet would
    /// run as formulas are defused.
    pub async fn export(&self, query: TableQuery) -> Result<String, ConsoleError> {
        let cluster = self.cluster(&query.cluster).await?;
        let readable = self.readable(&cluster, &query.kind, &query.namespaces).await?;
        let kind = Arc::clone(&readable.store.served().kind);
        let view = View::new(&query, readable.sight.clone(), &kind, now())?;
        let rows = view.all(&readable.store.read());
        Ok(crate::csv::write(&columns(&readable.store, self.language), &rows, self.language))
    }

    pub(crate) fn kind_title(&self, served: &Served) -> String {
        served.kind.title(self.language).into_owned()
    }
}

/// The columns of a store's rows. Name and namespace are not among them: every row has those.
fn columns(store: &Store, language: Language) -> Vec<Column> {
    let kind = &store.served().kind;
    let column = |spec: &kinds::ColumnSpec| Column {
        id: spec.id.to_string(),
        title: spec.title(language).into_owned(),
        align: spec.align,
        shown: spec.shown,
    };
    kind.columns.iter().map(column).collect()
}
