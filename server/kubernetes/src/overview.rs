//! Whole clusters: the fleet, and a cluster at a glance.

mod amounts;
mod owned;
mod rollouts;
mod standing;
mod sums;
mod unwell;

pub use rollouts::RolloutsOf;
pub use standing::Workloads;
pub(crate) use sums::Sums;
pub(crate) use unwell::about;

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::slug::built_in;
use crate::state::{RowData, State};
use crate::store::Store;
use access::{Command, Verb};
use async_trait::async_trait;
use clusters_contract::{
    AnotherCluster, Attention, ClusterOverview, ClusterSummary, Clusters, Component, Navigation,
};
use model::{ClusterName, ConsoleError, Outage, System, Timestamp};
use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;
use sums::each_within;
use tokio::time::error::Elapsed;
use unwell::worst_and_newest_first;

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
/// What is looked at beside those for what needs somebody, and for what was rolled out.
const ATTENDED: [&str; 2] = ["controllerrevisions", "resourcequotas"];
/// Rows of each list of an overview.
const LISTED: usize = 20;
/// Rollouts that the first page tells of, of all clusters together.
const ROLLOUTS: usize = 8;
/// Rollouts older than this are history.
const DAY_SECONDS: i64 = 86_400;
/// What is asked for once tells of this moment.
const NOW: Duration = Duration::ZERO;
/// How long an overview waits for stores that are just being filled.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);

/// Taking another cluster for the one that is meant by a name. No role but the administrator's has the right.
pub fn accept(cluster: &ClusterName) -> Command {
    Command::on_platform("accept cluster", Verb::Update, "clusters", Some(cluster.as_str()))
}

/// What the card of a cluster says under whose name another one answers.
pub(crate) fn is_another(cluster: &ClusterName) -> ConsoleError {
    ConsoleError::Unavailable {
        system: System::Cluster(cluster.to_string()),
        cause: Outage::AnotherCluster.into(),
        may_be_done: false,
    }
}

#[async_trait]
impl Clusters for ForCaller {
    async fn fleet(&self) -> Result<Vec<ClusterSummary>, ConsoleError> {
        let clusters = self.visible_clusters();
        let summaries = clusters.iter().map(|cluster| self.summary(cluster, NOW));
        let summaries = futures::future::join_all(summaries).await;
        Ok(summaries.into_iter().map(|(_, summary)| summary).collect())
    }

    async fn attention(&self) -> Result<Attention, ConsoleError> {
        let clusters = self.visible_clusters();
        let attended = [&TROUBLED[..], &ATTENDED].concat();
        futures::future::join_all(clusters.iter().map(|cluster| loaded(cluster, &attended))).await;
        let mut all = Attention::default();
        for cluster in &clusters {
            let (_, digest) = self.digest(cluster, NOW).await;
            all.troubles.extend(digest.troubles.iter().cloned());
            all.troubles_total += digest.troubles_total;
            all.quotas.extend(digest.quotas.iter().cloned());
            let (_, rolled_out) = self.rolled_out(cluster, NOW).await;
            let (rollouts, total) = &*rolled_out;
            all.rollouts.extend(rollouts.iter().cloned());
            all.rollouts_total += total;
        }
        all.troubles.sort_by_key(worst_and_newest_first);
        all.troubles.truncate(LISTED);
        all.quotas.sort_by(|a, b| b.share.total_cmp(&a.share));
        all.quotas.truncate(LISTED);
        all.rollouts.sort_by_key(|rollout| Reverse(rollout.at));
        all.rollouts.truncate(ROLLOUTS);
        Ok(all)
    }

    async fn overview(&self, cluster: ClusterName) -> Result<ClusterOverview, ConsoleError> {
        Ok(self.read_overview(&cluster, NOW).await?.1)
    }

    async fn components(&self, cluster: ClusterName) -> Result<Vec<Component>, ConsoleError> {
        self.read_components(&cluster).await
    }

    async fn navigation(&self, cluster: ClusterName) -> Result<Navigation, ConsoleError> {
        self.read_navigation(&cluster).await
    }
}

impl ForCaller {
    /// One cluster at a glance, and the pulse that it had then. What is added up may be as old as `age`.
    pub(crate) async fn read_overview(
        &self,
        name: &ClusterName,
        age: Duration,
    ) -> Result<(u64, ClusterOverview), ConsoleError> {
        let cluster = self.cluster(name).await?;
        let (tallied, summary) = self.summary(&cluster, age).await;
        let dead_groups = match cluster.discovery().await {
            Ok(discovery) => discovery.dead_groups.clone(),
            Err(_) => Vec::new(),
        };
        let (digested, digest) = self.digest(&cluster, age).await;
        let pulse = tallied.min(digested);
        let overview = ClusterOverview {
            revision: pulse.to_string(),
            capacity: digest.capacity.clone(),
            troubles: digest.troubles.clone(),
            troubles_total: digest.troubles_total,
            warnings: digest.warnings.clone(),
            quotas: digest.quotas.clone(),
            counts: digest.counts.clone(),
            dead_groups,
            another: self.another(name),
            summary,
        };
        Ok((pulse, overview))
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

    /// The card of a cluster, and the pulse that it had then, as [`ForCaller::read_overview`].
    pub(crate) async fn summary(&self, cluster: &Arc<Cluster>, age: Duration) -> (u64, ClusterSummary) {
        let outcomes = loaded(cluster, &TROUBLED).await;
        self.summed_up(cluster, outcomes, age).await
    }

    /// The same, by what the caller holds once the cluster's objects are known: that may take seconds.
    pub(crate) async fn late_summary(
        &self,
        cluster: &Arc<Cluster>,
        age: Duration,
    ) -> Result<(u64, ClusterSummary), ConsoleError> {
        let outcomes = loaded(cluster, &TROUBLED).await;
        let now = self.renewed().await?;
        Ok(now.summed_up(cluster, outcomes, age).await)
    }

    async fn summed_up(
        &self,
        cluster: &Cluster,
        outcomes: Vec<Outcome>,
        age: Duration,
    ) -> (u64, ClusterSummary) {
        let failed = outcomes.into_iter().find_map(|outcome| failure(cluster.name(), outcome));
        let failed = failed.or_else(|| self.another(cluster.name()).map(|_| is_another(cluster.name())));
        let (pulse, tally) = self.tally(cluster, age).await;
        let summary = ClusterSummary {
            name: cluster.name().clone(),
            version: cluster.version(),
            error: failed,
            pods: tally.pods.list(),
            nodes: tally.nodes.list(),
            workloads: tally.workloads.list(),
        };
        (pulse, summary)
    }

    /// Calls back with each row of these kinds that the caller may see.
    pub(crate) fn each(
        &self,
        cluster: &Cluster,
        slugs: &[&str],
        mut found: impl FnMut(&Store, &State, &RowData),
    ) {
        for store in slugs.iter().filter_map(|slug| cluster.running(slug)) {
            if let Some(scope) = self.glance(cluster, &store) {
                each_within(&store, &scope, &mut found);
            }
        }
    }
}

/// What came of waiting for the objects of a kind.
type Outcome = Result<Result<Arc<Store>, ConsoleError>, Elapsed>;

/// Why what is kept is not how things are now.
fn failure(cluster: &ClusterName, outcome: Outcome) -> Option<ConsoleError> {
    match outcome {
        Ok(Ok(store)) => store.stale().map(|stale| stale.error),
        Ok(Err(error)) => Some(error),
        Err(_) => Some(ConsoleError::Unavailable {
            system: System::Cluster(cluster.to_string()),
            cause: Outage::LoadingAll.into(),
            may_be_done: false,
        }),
    }
}

/// Waits, with some patience, until the objects of these kinds are known.
async fn loaded(cluster: &Arc<Cluster>, slugs: &[&str]) -> Vec<Outcome> {
    let waited = slugs.iter().map(|slug| async move {
        let kind = built_in(slug);
        tokio::time::timeout(PATIENCE, cluster.loaded(&kind)).await
    });
    futures::future::join_all(waited).await
}
