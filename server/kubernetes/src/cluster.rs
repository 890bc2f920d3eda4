//! One cluster as the console knows it: how to reach it, what it serves, and the stores that follow its objects.

mod definition;

use crate::births::KnownBirths;
use crate::catalog::Catalog;
use crate::components::KnownComponents;
use crate::connection::Connection;
use crate::discovery::{Discovery, Served};
use crate::error::KubernetesError;
use crate::feed::Feeds;
use crate::index::Index;
use crate::object::KnownCertificates;
use crate::overview::Sums;
use crate::slug::built_in;
use crate::store::Store;
use crate::survive::survive;
use kinds::{Reference, UsedBy};
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, Outage, ResourceRef, System, Thing};
use parking_lot::Mutex as SyncMutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::interval;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long a page waits for a kind that nobody looked at before.
const FIRST_LOOK: Duration = Duration::from_secs(10);
/// A store that nobody looked at for so long stops following.
const IDLE_SECONDS: i64 = 300;
/// Kinds that overviews, menus and search need at any moment.
pub(crate) const PINNED: [&str; 11] = [
    "namespaces",
    "nodes",
    "pods",
    "events",
    "deployments",
    "statefulsets",
    "daemonsets",
    "jobs",
    "replicasets",
    "replicationcontrollers",
    "resourcequotas",
];

/// One cluster as the console knows it.
pub struct Cluster {
    name: ClusterName,
    connection: Connection,
    catalog: Arc<Catalog>,
    stores: SyncMutex<HashMap<String, Arc<Store>>>,
    index: Index,
    feeds: Arc<Feeds>,
    births: KnownBirths,
    certificates: KnownCertificates,
    components: KnownComponents,
    sums: Sums,
    end: CancellationToken,
    _end_on_drop: DropGuard,
}

impl Cluster {
    /// A cluster behind this connection. Nothing is asked of it before [`Cluster::follow_pinned`] or the first look.
    pub fn new(name: ClusterName, connection: Connection) -> Arc<Self> {
        let end = CancellationToken::new();
        Arc::new(Self {
            name,
            catalog: Catalog::new(connection.clone()),
            connection,
            stores: SyncMutex::default(),
            index: Index::default(),
            feeds: Arc::default(),
            births: KnownBirths::default(),
            certificates: KnownCertificates::default(),
            components: KnownComponents::default(),
            sums: Sums::default(),
            _end_on_drop: end.clone().drop_guard(),
            end,
        })
    }

    /// Its name.
    pub fn name(&self) -> &ClusterName {
        &self.name
    }

    /// How to reach it.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn search_index(&self) -> &Index {
        &self.index
    }

    pub(crate) fn feeds(&self) -> &Arc<Feeds> {
        &self.feeds
    }

    pub(crate) fn known_births(&self) -> &KnownBirths {
        &self.births
    }

    pub(crate) fn known_certificates(&self) -> &KnownCertificates {
        &self.certificates
    }

    pub(crate) fn known_components(&self) -> &KnownComponents {
        &self.components
    }

    pub(crate) fn sums(&self) -> &Sums {
        &self.sums
    }

    /// What it serves, some seconds old. When the cluster cannot be asked, what it served before.
    pub async fn discovery(&self) -> Result<Arc<Discovery>, KubernetesError> {
        self.catalog.read().await
    }

    /// What it serves at this moment, which takes some requests.
    pub(crate) async fn discovery_anew(&self) -> Result<Arc<Discovery>, KubernetesError> {
        let now = self.catalog.read_anew().await?;
        self.let_go();
        Ok(now)
    }

    /// The kind with this slug, if the cluster serves it.
    pub async fn served(&self, kind: &KindSlug) -> Result<Arc<Served>, KubernetesError> {
        let discovery = self.discovery().await?;
        let found = discovery.find(kind.as_str()).cloned();
        found.ok_or_else(|| KubernetesError::Unknown {
            what: Thing::Kind { kind: kind.to_string(), cluster: self.name.to_string() },
        })
    }

    /// The store of a kind, with something in it. The first look at a kind waits for its list.
    pub(crate) async fn loaded(&self, kind: &KindSlug) -> Result<Arc<Store>, ConsoleError> {
        let store = self.store(kind).await?;
        match store.wait_loaded(FIRST_LOOK).await {
            // A store is asked as the console; that the console may not read is not the caller's missing right.
            Err(ConsoleError::Forbidden { said, .. }) => Err(ConsoleError::Unavailable {
                system: System::Cluster(self.name.to_string()),
                cause: Outage::NotFollowed { kind: kind.to_string(), said }.into(),
                may_be_done: false,
            }),
            other => other.map(|()| store),
        }
    }

    /// The store of a kind if somebody looks at it already.
    pub(crate) fn running(&self, slug: &str) -> Option<Arc<Store>> {
        self.stores.lock().get(slug).cloned()
    }

    /// All stores that follow at the moment.
    pub(crate) fn all_running(&self) -> Vec<Arc<Store>> {
        self.stores.lock().values().cloned().collect()
    }

    /// Changes whenever anything in any store does.
    pub(crate) fn pulse(&self) -> u64 {
        self.stores.lock().values().map(|store| *store.revisions().borrow()).sum()
    }

    /// The version of its API server, if it ever said.
    pub(crate) fn version(&self) -> Option<String> {
        self.catalog.known()?.version.clone()
    }

    /// The address of what is called so in manifests: API group, kind, namespace, name.
    pub(crate) fn resolve(&self, about: (String, String, Option<String>, String)) -> Option<ResourceRef> {
        let (group, kind, namespace, name) = about;
        let slug = match kinds::of_manifest(&group, &kind) {
            Some(kind) => kind.slug.to_string(),
            None => self.catalog.known()?.of_manifest(&group, &kind)?.kind.slug.to_string(),
        };
        self.reference_parts(&slug, namespace.as_deref(), &name)
    }

    /// The address of a reference out of a row or an explanation.
    pub(crate) fn reference(&self, reference: &Reference) -> Option<ResourceRef> {
        self.reference_parts(&reference.kind, reference.namespace.as_deref(), &reference.name)
    }

    fn reference_parts(&self, slug: &str, namespace: Option<&str>, name: &str) -> Option<ResourceRef> {
        let is_namespaced = kinds::find(slug).is_none_or(|kind| kind.namespaced);
        let namespace = namespace.filter(|_| is_namespaced);
        Some(ResourceRef {
            cluster: self.name.clone(),
            kind: KindSlug::parse(slug).ok()?,
            namespace: namespace.map(Namespace::parse).transpose().ok()?,
            name: ObjectName::parse(name).ok()?,
        })
    }

    pub(crate) async fn store(&self, kind: &KindSlug) -> Result<Arc<Store>, KubernetesError> {
        if let Some(store) = self.running(kind.as_str()) {
            return Ok(store);
        }
        let served = self.as_defined(self.watchable(kind).await?).await;
        let users = match served.kind.used_by() {
            Some((_, used_by)) => self.users(used_by).await,
            None => None,
        };
        let mut stores = self.stores.lock();
        let started = stores.entry(kind.as_str().to_owned()).or_insert_with(|| {
            let store = Store::start(self.connection.clone(), served);
            if let Some((users, used_by)) = users {
                store.join(users, used_by);
            }
            store
        });
        Ok(Arc::clone(started))
    }

    /// The store of those who use objects of another kind. Without it their rows do not say who does.
    async fn users(&self, used_by: UsedBy) -> Option<(Arc<Store>, UsedBy)> {
        if let Some(store) = self.running(used_by.slug) {
            return Some((store, used_by));
        }
        let served = self.watchable(&built_in(used_by.slug)).await.ok()?;
        let mut stores = self.stores.lock();
        let started = stores.entry(used_by.slug.to_owned());
        let started = started.or_insert_with(|| Store::start(self.connection.clone(), served));
        Some((Arc::clone(started), used_by))
    }

    async fn watchable(&self, kind: &KindSlug) -> Result<Arc<Served>, KubernetesError> {
        let served = self.served(kind).await?;
        match served.is_watchable() {
            true => Ok(served),
            false => Err(KubernetesError::Unknown { what: Thing::FollowedList(kind.to_string()) }),
        }
    }

    /// Follows what overviews, menus and search need at any moment, and lets go of what nobody looks at.
    pub fn follow_pinned(self: &Arc<Self>) {
        let weak = Arc::downgrade(self);
        let end = self.end.clone();
        tokio::spawn(async move {
            let mut rounds = interval(Duration::from_secs(15));
            loop {
                tokio::select! {
                    () = end.cancelled() => return,
                    _ = rounds.tick() => {}
                }
                let Some(cluster) = weak.upgrade() else { return };
                survive("Looking after stores", cluster.look_after()).await;
            }
        });
    }

    async fn look_after(&self) {
        // Nobody should be the first to look after a long time and find what was there then.
        let _ = self.discovery().await;
        self.let_go();
        for slug in PINNED {
            let kind = built_in(slug);
            if let Err(error) = self.store(&kind).await {
                tracing::debug!(cluster = %self.name, %kind, %error, "Cannot follow {kind}");
            }
        }
        self.measure();
    }

    /// Lets go of stores that nobody looks at, and of those of a version in which their kind is not served any more: whoever looks
    /// next follows it in the version that is, and pages that are open are told to.
    fn let_go(&self) {
        let is_used =
            |store: &Arc<Store>| store.idle_seconds() < IDLE_SECONDS || Arc::strong_count(store) > 1;
        let known = self.catalog.known();
        let is_served = |slug: &str, store: &Store| {
            let now = known.as_ref().and_then(|known| known.find(slug));
            now.is_none_or(|now| now.version == store.served().version)
        };
        self.stores.lock().retain(|slug, store| {
            if !is_served(slug, store) {
                store.retire();
                return false;
            }
            PINNED.contains(&slug.as_str()) || is_used(store)
        });
        self.index
            .retain(|slug, store| is_served(slug, store) && self.running(slug).is_none() && is_used(store));
        self.sums.let_go();
    }

    fn measure(&self) {
        let mut stores = self.all_running();
        stores.extend(self.index.stores());
        metrics::gauge!("orrery_watches", "cluster" => self.name.to_string()).set(stores.len() as f64);
        stores.iter().for_each(|store| store.measure());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
