//! The cards of all clusters, followed in one feed however many there are.

use super::subscription::{Flow, Subscription};
use super::values::{ADDED_UP, LOOK};
use crate::ticks;
use clusters_contract::ClusterSummary;
use futures::future::join_all;
use model::ClusterName;
use std::collections::BTreeMap;
use tokio::time::sleep;

impl Subscription {
    pub(super) async fn fleet(&self) -> Flow {
        // It needs no right: which clusters it tells of, and how much of each, goes by what the reader holds at each look.
        self.under(Vec::new(), self.cards()).await
    }

    /// Sends all cards when one has changed. Only clusters in which anything has happened are added up again.
    async fn cards(&self) -> Flow {
        let mut reader = self.caller.clone();
        let mut known: BTreeMap<ClusterName, (u64, ClusterSummary)> = BTreeMap::new();
        let (mut shown, mut count) = (None, 0_u64);
        let mut looks = ticks::at_once(LOOK);
        loop {
            self.next(&mut looks).await?;
            let is_known = |name: &ClusterName, pulse| known.get(name).is_some_and(|(at, _)| *at == pulse);
            if reader.visible_clusters().iter().all(|one| is_known(one.name(), one.pulse())) {
                continue;
            }
            reader = self.caller.renewed().await?;
            let mut clusters: Vec<_> =
                reader.visible_clusters().into_iter().map(|cluster| (cluster.pulse(), cluster)).collect();
            let names: Vec<ClusterName> = clusters.iter().map(|(_, one)| one.name().clone()).collect();
            clusters.retain(|(pulse, cluster)| !is_known(cluster.name(), *pulse));
            let summaries = join_all(clusters.iter().map(|(_, cluster)| reader.summary(cluster))).await;
            for ((pulse, cluster), summary) in clusters.iter().zip(summaries) {
                known.insert(cluster.name().clone(), (*pulse, summary));
            }
            known.retain(|name, _| names.contains(name));
            let fleet: Vec<ClusterSummary> = known.values().map(|(_, summary)| summary.clone()).collect();
            if shown.as_ref() != Some(&fleet) {
                count += 1;
                self.send_value(count.to_string(), &fleet).await?;
                shown = Some(fleet);
                sleep(ADDED_UP).await;
            }
        }
    }
}
