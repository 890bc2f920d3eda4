//! Whole clusters: the fleet, and a cluster at a glance.

mod owned;
mod standing;

pub use standing::Workloads;

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::error::KubernetesError;
use crate::object::reference;
use crate::slug::built_in;
use crate::state::{RowData, State};
use crate::store::{Store, now};
use crate::view::Levels;
use access::{Command, Scope, Verb};
use async_trait::async_trait;
use clusters_contract::{
    AnotherCluster, Attention, Capacity, ClusterOverview, ClusterSummary, Clusters, Component, Navigation,
    QuotaUse, Trouble, Warning,
};
use kinds::{Field, Object, quantity};
use model::{ClusterName, ConsoleError, KindSlug, Level, ResourceRef, Status, System, Timestamp, Unit};
use owned::{is_made, is_told_by_owner};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::error::Elapsed;

/// Kinds whose health adds up to "workloads". What something else makes is a part of that.
const WORKLOADS: [&str; 6] =
    ["deployments", "statefulsets", "daemonsets", "jobs", "replicasets", "replicationcontrollers"];
/// Kinds among which an overview looks for trouble.
const TROUBLED: [&str; 8] = [
    "nodes",
    "deployments",
    "statefulsets",
    "daemonsets",
    "jobs",
    "replicasets",
    "replicationcontrollers",
    "pods",
];
/// What is looked at beside those for what needs somebody.
const ATTENDED: [&str; 1] = ["resourcequotas"];
/// Rows of each list of an overview.
const LISTED: usize = 20;
/// Warnings older than this are history.
const RECENT_SECONDS: i64 = 3600;
/// A quota that is used to this share will soon be in somebody's way.
const NEARLY_USED: f64 = 0.9;
/// How long an overview waits for stores that are just being filled.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);

/// Taking another cluster for the one that is meant by a name. No role but the administrator's has the right.
pub fn accept(cluster: &ClusterName) -> Command {
    Command::on_platform("accept cluster", Verb::Update, "clusters", Some(cluster.as_str()))
}

/// What the card of a cluster says under whose name another one answers.
fn is_another(cluster: &ClusterName) -> ConsoleError {
    ConsoleError::Unavailable {
        system: System::Cluster(cluster.to_string()),
        cause: "another cluster answers under this name".into(),
        may_be_done: false,
    }
}

#[async_trait]
impl Clusters for ForCaller {
    async fn fleet(&self) -> Result<Vec<ClusterSummary>, ConsoleError> {
        let clusters = self.visible_clusters();
        let summaries = clusters.iter().map(|cluster| self.summary(cluster));
        Ok(futures::future::join_all(summaries).await)
    }

    async fn attention(&self) -> Result<Attention, ConsoleError> {
        let clusters = self.visible_clusters();
        let attended = [&TROUBLED[..], &ATTENDED].concat();
        futures::future::join_all(clusters.iter().map(|cluster| loaded(cluster, &attended))).await;
        let mut all = Attention::default();
        for cluster in &clusters {
            let (troubles, total) = self.troubles(cluster);
            all.troubles.extend(troubles);
            all.troubles_total += total;
            all.quotas.extend(self.quotas(cluster));
        }
        all.troubles.sort_by_key(worst_and_newest_first);
        all.troubles.truncate(LISTED);
        all.quotas.sort_by(|a, b| b.share.total_cmp(&a.share));
        all.quotas.truncate(LISTED);
        Ok(all)
    }

    async fn overview(&self, cluster: ClusterName) -> Result<ClusterOverview, ConsoleError> {
        self.read_overview(&cluster).await
    }

    async fn components(&self, cluster: ClusterName) -> Result<Vec<Component>, ConsoleError> {
        self.read_components(&cluster).await
    }

    async fn navigation(&self, cluster: ClusterName) -> Result<Navigation, ConsoleError> {
        self.read_navigation(&cluster).await
    }
}

impl ForCaller {
    /// One cluster at a glance.
    pub(crate) async fn read_overview(&self, name: &ClusterName) -> Result<ClusterOverview, ConsoleError> {
        let cluster = self.cluster(name).await?;
        let summary = self.summary(&cluster).await;
        let dead_groups = match cluster.discovery().await {
            Ok(discovery) => discovery.dead_groups.clone(),
            Err(_) => Vec::new(),
        };
        let (troubles, troubles_total) = self.troubles(&cluster);
        Ok(ClusterOverview {
            revision: cluster.pulse().to_string(),
            capacity: self.capacity(&cluster),
            troubles,
            troubles_total,
            warnings: self.warnings(&cluster),
            quotas: self.quotas(&cluster),
            counts: self.counts(&cluster),
            dead_groups,
            another: self.another(name),
            summary,
        })
    }

    /// The other cluster that answers under this name, for who may accept it.
    fn another(&self, name: &ClusterName) -> Option<AnotherCluster> {
        let another = self.kubernetes.access().identities().another(name)?;
        let may_accept = self.caller.may(&accept(name));
        may_accept.then_some(AnotherCluster {
            known: another.known,
            found: another.found,
            since: Timestamp(another.since),
        })
    }

    async fn summary(&self, cluster: &Arc<Cluster>) -> ClusterSummary {
        let outcomes = loaded(cluster, &TROUBLED).await;
        let failed = outcomes.into_iter().find_map(|outcome| match outcome {
            Ok(Err(error)) => Some(error),
            Ok(Ok(store)) => store.stale().map(|stale| stale.error),
            Err(_) => Some(
                KubernetesError::Loading { cluster: cluster.name().to_string(), kind: "its objects".into() }
                    .into(),
            ),
        });
        let failed = failed.or_else(|| self.another(cluster.name()).map(|_| is_another(cluster.name())));
        let nodes = self.levels(cluster, &["nodes"]);
        let workloads = self.levels(cluster, &WORKLOADS);
        ClusterSummary {
            name: cluster.name().clone(),
            status: cluster_status(failed.as_ref(), &nodes, &workloads),
            version: cluster.version(),
            error: failed,
            pods: self.levels(cluster, &["pods"]).list(),
            nodes: nodes.list(),
            workloads: workloads.list(),
        }
    }

    /// How many objects of these kinds that nothing else makes, as far as the caller may see, are at each level.
    fn levels(&self, cluster: &Cluster, slugs: &[&str]) -> Levels {
        let mut levels = Levels::default();
        self.each(cluster, slugs, |store, state, row| {
            if !is_made(store, row) {
                levels.add(state.level(row));
            }
        });
        levels
    }

    /// Calls back with each row of these kinds that the caller may see.
    pub(crate) fn each(
        &self,
        cluster: &Cluster,
        slugs: &[&str],
        mut found: impl FnMut(&Store, &State, &RowData),
    ) {
        for store in slugs.iter().filter_map(|slug| cluster.running(slug)) {
            let Some(scope) = self.glance(cluster, &store) else { continue };
            let state = store.read();
            for row in state.rows().filter(|row| row.is_within(&scope)) {
                found(&store, &state, row);
            }
        }
    }

    fn troubles(&self, cluster: &Cluster) -> (Vec<Trouble>, u64) {
        let mut found: Vec<Trouble> = Vec::new();
        let mut total = 0;
        // Pods of one owner are asked for once.
        let mut told: HashMap<Arc<str>, bool> = HashMap::new();
        self.each(cluster, &TROUBLED, |store, state, row| {
            let Some(Level::Failed | Level::Warning) = state.level(row) else { return };
            if is_made(store, row) {
                return;
            }
            // A pod's trouble is its workload's; it stands for itself when its owner is none of those that are told of.
            if store.served().kind.slug == "pods"
                && let Some(owner) = &row.owner
            {
                let read = || {
                    let told = state.read(&row.uid, |pod| is_told_by_owner(cluster, pod));
                    told.unwrap_or_default()
                };
                if *told.entry(Arc::clone(owner)).or_insert_with(read) {
                    return;
                }
            }
            total += 1;
            if found.len() >= LISTED * 8 {
                found.sort_by_key(worst_and_newest_first);
                found.truncate(LISTED);
            }
            if let (Some(resource), Some(status)) = (reference(cluster, store, row), state.status(row)) {
                found.push(Trouble {
                    resource,
                    kind_title: self.kind_title(store.served()),
                    status: status.clone(),
                    created: created(row),
                });
            }
        });
        found.sort_by_key(worst_and_newest_first);
        found.truncate(LISTED);
        (found, total)
    }

    fn warnings(&self, cluster: &Cluster) -> Vec<Warning> {
        let Some(store) = cluster.running("events") else { return Vec::new() };
        let Some(scope) = self.glance(cluster, &store) else { return Vec::new() };
        let state = store.read();
        let newest = now().0 - RECENT_SECONDS;
        let mut recent: Vec<(i64, &Arc<RowData>)> = state
            .rows()
            .filter(|row| {
                row.is_within(&scope) && matches!(state.level(row), Some(Level::Warning | Level::Failed))
            })
            .filter_map(|row| Some((last_moment(row)?, row)))
            .filter(|(at, _)| *at >= newest)
            .collect();
        recent.sort_by_key(|(at, _)| Reverse(*at));
        recent.truncate(LISTED);
        let warning = |(at, row): (i64, &Arc<RowData>)| {
            state.read(&row.uid, |json| {
                let event = Object::parse(json).ok()?;
                Some(Warning {
                    about: None,
                    reason: event.text_at("/reason").into(),
                    message: event.text_at("/message").into(),
                    count: event.number_at("/count").or(event.number_at("/series/count")).unwrap_or(1),
                    last_seen: Timestamp(at),
                })
                .map(|warning| (warning, about(&event)))
            })?
        };
        let found: Vec<_> = recent.into_iter().filter_map(warning).collect();
        drop(state);
        found
            .into_iter()
            .map(|(warning, about)| Warning { about: cluster.resolve(about), ..warning })
            .collect()
    }

    fn quotas(&self, cluster: &Cluster) -> Vec<QuotaUse> {
        let mut uses = Vec::new();
        self.each(cluster, &["resourcequotas"], |store, state, row| {
            let Some(quota) = reference(cluster, store, row) else { return };
            let read = state.read(&row.uid, |json| {
                Object::parse(json).map(|object| nearly_used(&object, &quota)).unwrap_or_default()
            });
            uses.extend(read.unwrap_or_default());
        });
        uses.sort_by(|a, b| b.share.total_cmp(&a.share));
        uses.truncate(LISTED);
        uses
    }

    fn capacity(&self, cluster: &Cluster) -> Vec<Capacity> {
        let sees_all = |slug: &str| {
            cluster.running(slug).is_some_and(|store| self.glance(cluster, &store) == Some(Scope::All))
        };
        // A sum over what one tenant sees would be read as the cluster's.
        if !sees_all("nodes") || !sees_all("pods") {
            return Vec::new();
        }
        let none = |resource: &str, unit| Capacity {
            resource: resource.into(),
            requested: 0.0,
            allocatable: 0.0,
            unit,
        };
        let (mut cpu, mut memory) = (none("cpu", Unit::Cores), none("memory", Unit::Bytes));
        let mut pods = none("pods", Unit::Count);
        self.each(cluster, &["nodes"], |_, state, row| {
            state.read(&row.uid, |json| {
                let Ok(node) = Object::parse(json) else { return };
                let amount = |path: &str| quantity(node.text_at(path)).unwrap_or_default();
                cpu.allocatable += amount("/status/allocatable/cpu");
                memory.allocatable += amount("/status/allocatable/memory");
                pods.allocatable += amount("/status/allocatable/pods");
            });
        });
        self.each(cluster, &["pods"], |store, state, row| {
            if state.level(row) == Some(Level::Finished) {
                return;
            }
            pods.requested += 1.0;
            for (spec, field) in store.served().kind.columns.iter().zip(&row.fields) {
                match (&*spec.id, field) {
                    ("cpu_requests", Field::Quantity(amount, _)) => cpu.requested += amount,
                    ("memory_requests", Field::Quantity(amount, _)) => memory.requested += amount,
                    _ => {}
                }
            }
        });
        vec![cpu, memory, pods]
    }

    fn counts(&self, cluster: &Cluster) -> Vec<(KindSlug, String, u64)> {
        let mut counts = Vec::new();
        for slug in ["namespaces", "deployments", "statefulsets", "daemonsets", "jobs", "pods"] {
            let Some(store) = cluster.running(slug) else { continue };
            let Some(scope) = self.glance(cluster, &store) else { continue };
            let state = store.read();
            let count = match scope {
                Scope::All => state.len(),
                scope => state.rows().filter(|row| row.is_within(&scope)).count(),
            };
            let kind = built_in(slug);
            counts.push((kind, store.served().kind.plural_title(self.language).into_owned(), count as u64));
        }
        counts
    }
}

fn worst_and_newest_first(trouble: &Trouble) -> (Level, Reverse<Option<Timestamp>>) {
    (trouble.status.level, Reverse(trouble.created))
}

/// Waits, with some patience, until the objects of these kinds are known.
async fn loaded(
    cluster: &Arc<Cluster>,
    slugs: &[&str],
) -> Vec<Result<Result<Arc<Store>, ConsoleError>, Elapsed>> {
    let waited = slugs.iter().map(|slug| async move {
        let kind = built_in(slug);
        tokio::time::timeout(PATIENCE, cluster.loaded(&kind)).await
    });
    futures::future::join_all(waited).await
}

/// Every kind's last column is its age.
fn created(row: &RowData) -> Option<Timestamp> {
    match row.fields.last()? {
        Field::Since(at) => Some(Timestamp(*at)),
        _ => None,
    }
}

/// The latest moment that a row knows.
fn last_moment(row: &RowData) -> Option<i64> {
    let moments = row.fields.iter().filter_map(|field| match field {
        Field::Since(at) => Some(*at),
        _ => None,
    });
    moments.max()
}

/// What an event is about: API group, kind, namespace, name.
pub(crate) fn about(event: &Object<'_>) -> (String, String, Option<String>, String) {
    let about = |field: &str| event.text_at(&format!("/involvedObject/{field}")).to_owned();
    let group = about("apiVersion").split_once('/').map_or(String::new(), |(group, _)| group.to_owned());
    let namespace = Some(about("namespace")).filter(|namespace| !namespace.is_empty());
    (group, about("kind"), namespace, about("name"))
}

fn nearly_used(object: &Object<'_>, quota: &ResourceRef) -> Vec<QuotaUse> {
    let uses = object.entries_at("/status/hard").iter().filter_map(|(resource, hard)| {
        let hard = hard.text()?;
        let used = object.at("/status/used")?.get(resource)?.text()?;
        let share = quantity(used)? / quantity(hard)?;
        (share.is_finite() && share >= NEARLY_USED).then(|| QuotaUse {
            quota: quota.clone(),
            resource: resource.to_string(),
            used: used.into(),
            hard: hard.into(),
            share,
        })
    });
    uses.collect()
}

fn cluster_status(error: Option<&ConsoleError>, nodes: &Levels, workloads: &Levels) -> Status {
    if let Some(error) = error {
        return Status::new(Level::Failed, "Unreachable").because(error.to_string());
    }
    let unwell = |levels: &Levels| {
        let bad =
            levels.list().into_iter().filter(|(level, _)| matches!(level, Level::Failed | Level::Warning));
        bad.map(|(_, count)| count).sum::<u64>()
    };
    match (unwell(nodes), unwell(workloads)) {
        (0, 0) => Status::new(Level::Healthy, "Healthy"),
        (0, workloads) => Status::new(Level::Warning, format!("{workloads} workloads unwell")),
        (nodes, 0) => Status::new(Level::Warning, format!("{nodes} nodes unwell")),
        (nodes, workloads) => {
            Status::new(Level::Warning, format!("{nodes} nodes, {workloads} workloads unwell"))
        }
    }
}
