//! The cards of all clusters, followed in one feed however many there are.

use super::outbox::Gone;
use super::subscription::{Flow, Subscription};
use super::values::{ADDED_UP, LOOK};
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::ticks;
use clusters_contract::ClusterSummary;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use model::{ClusterName, ConsoleError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::time::{Instant, sleep_until};

/// What is known of the clusters of one reader.
#[derive(Default)]
struct Cards {
    /// Each card, with the pulse that its cluster had when it was added up.
    known: BTreeMap<ClusterName, (u64, ClusterSummary)>,
    /// Clusters that are just added up, or waited for.
    awaited: BTreeSet<ClusterName>,
    /// Whether anything is otherwise than the reader was told.
    is_news: bool,
}

impl Cards {
    /// Whether nothing has happened in a cluster that is not in its card, or will be in the one that comes.
    fn is_settled(&self, cluster: &Cluster) -> bool {
        let is_known = |(pulse, _): &(u64, ClusterSummary)| *pulse == cluster.pulse();
        self.awaited.contains(cluster.name()) || self.known.get(cluster.name()).is_some_and(is_known)
    }

    /// Forgets the clusters that are not among these.
    fn keep(&mut self, visible: &[Arc<Cluster>]) {
        let before = self.known.len();
        self.known.retain(|name, _| is_among(visible, name));
        self.is_news |= self.known.len() != before;
    }

    /// Takes a card that has come. One of a cluster that is not among these is nobody's any more.
    fn take(&mut self, pulse: u64, card: ClusterSummary, visible: &[Arc<Cluster>]) {
        self.awaited.remove(&card.name);
        if is_among(visible, &card.name) {
            let is_told = self.known.get(&card.name).is_some_and(|(_, known)| *known == card);
            self.is_news |= !is_told;
            self.known.insert(card.name.clone(), (pulse, card));
        }
    }

    fn fleet(&self) -> Vec<ClusterSummary> {
        self.known.values().map(|(_, card)| card.clone()).collect()
    }
}

fn is_among(clusters: &[Arc<Cluster>], name: &ClusterName) -> bool {
    clusters.iter().any(|cluster| cluster.name() == name)
}

/// A card of a cluster, with the pulse that the cluster had then.
type Card = Result<(u64, ClusterSummary), ConsoleError>;

/// The card of a cluster. One that is just being read is waited for, and told of as far as its reader may see it afterwards.
async fn card(reader: ForCaller, cluster: Arc<Cluster>) -> Card {
    reader.late_summary(&cluster, ADDED_UP).await
}

impl Subscription {
    pub(super) async fn fleet(&self) -> Flow {
        // It needs no right: which clusters it tells of, and how much of each, goes by what the reader holds when it is told.
        self.under(Vec::new(), self.cards()).await
    }

    /// Sends all cards that there are when one has changed or come: none waits for another one's cluster. Only clusters in which
    /// anything has happened are added up again.
    async fn cards(&self) -> Flow {
        let mut reader = self.caller.clone();
        let mut cards = Cards::default();
        let mut coming: FuturesUnordered<BoxFuture<'static, Card>> = FuturesUnordered::new();
        let mut count = 0_u64;
        let mut looks = ticks::at_once(LOOK);
        let mut rests_until = Instant::now();
        loop {
            tokio::select! {
                // What has come goes out together.
                biased;
                () = self.out.closed() => return Err(Gone.into()),
                Some(card) = coming.next() => {
                    let (pulse, card) = card?;
                    cards.take(pulse, card, &reader.visible_clusters());
                }
                () = sleep_until(rests_until), if cards.is_news => {
                    // What came late was asked for by somebody who may have held more then.
                    reader = self.caller.renewed().await?;
                    cards.keep(&reader.visible_clusters());
                    cards.is_news = false;
                    count += 1;
                    self.send_value(count.to_string(), &cards.fleet()).await?;
                    rests_until = Instant::now() + ADDED_UP;
                }
                _ = looks.tick() => {
                    let is_settled = reader.visible_clusters().iter().all(|one| cards.is_settled(one));
                    if is_settled || Instant::now() < rests_until {
                        continue;
                    }
                    reader = self.caller.renewed().await?;
                    let visible = reader.visible_clusters();
                    cards.keep(&visible);
                    for cluster in visible {
                        if !cards.is_settled(&cluster) {
                            cards.awaited.insert(cluster.name().clone());
                            coming.push(card(reader.clone(), cluster).boxed());
                        }
                    }
                }
            }
        }
    }
}
