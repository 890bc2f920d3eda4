//! Whole values, followed: an object's page, a cluster's overview, a job. Each is looked at in rounds, and sent as a whole
//! when it differs.

use super::outbox::Gone;
use super::subscription::{Flow, Subscription};
use crate::cluster::{Cluster, PINNED};
use crate::feed::plain;
use crate::reads::{ReadAround, ReadObject};
use crate::ticks;
use crate::tree::related;
use model::live::FeedNews;
use model::{ClusterName, ConsoleError, ResourceRef, Stale, Thing};
use resources_contract::Job;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, sleep};

/// How often a value is looked at for changes.
pub(super) const LOOK: Duration = Duration::from_millis(250);
/// What walks through whole stores rests so long before the next look: once a second is live enough for sums and surroundings.
pub(super) const ADDED_UP: Duration = Duration::from_millis(750);

impl Subscription {
    pub(super) async fn object(&self, resource: ResourceRef) -> Flow {
        let cluster = self.caller.cluster(&resource.cluster).await?;
        let served = cluster.served(&resource.kind).await?;
        let right = self.right(ReadObject::new(&served, &resource)).await?;
        let around = self.right(ReadAround(resource.cluster.clone())).await?;
        self.under(vec![right, around], self.object_page(&cluster, &resource)).await
    }

    async fn object_page(&self, cluster: &Arc<Cluster>, resource: &ResourceRef) -> Flow {
        let mut sources = BTreeSet::from([resource.kind.to_string()]);
        if let Ok(served) = cluster.served(&resource.kind).await {
            sources.extend(related(&served.kind));
        }
        let (mut shown, mut told) = (None, None);
        let mut seen: Option<(u64, Option<u32>)> = None;
        let mut rests_until = Instant::now();
        let mut looks = ticks::at_once(LOOK);
        loop {
            self.next(&mut looks).await?;
            let now = (cluster.pulse(), version_of(cluster, resource));
            // What happens around it, which may be anything in the cluster, is looked at once a second; it itself at once.
            let is_itself = seen.is_none_or(|(_, version)| version != now.1);
            if seen != Some(now) && (is_itself || Instant::now() >= rests_until) {
                seen = Some(now);
                rests_until = Instant::now() + ADDED_UP;
                let reader = self.caller.renewed().await?;
                let view = reader.read_object(cluster, resource.clone(), shown.as_ref()).await?;
                if shown.as_ref() != Some(&view) {
                    self.send_value(view.resource_version.clone(), &view).await?;
                    shown = Some(view);
                }
            }
            self.tell(&mut told, self.caller.stale(cluster, sources.iter().map(String::as_str))).await?;
        }
    }

    pub(super) async fn cluster(&self, name: ClusterName) -> Flow {
        let cluster = self.caller.cluster(&name).await?;
        let right = self.right(ReadAround(name)).await?;
        self.under(vec![right], self.overview(&cluster)).await
    }

    async fn overview(&self, cluster: &Cluster) -> Flow {
        let (mut shown, mut pulse, mut told) = (None, None, None);
        let mut looks = ticks::at_once(LOOK);
        loop {
            self.next(&mut looks).await?;
            if pulse != Some(cluster.pulse()) {
                let (of, overview) = self.caller.read_overview(cluster.name(), ADDED_UP).await?;
                // It may be what somebody else was told a moment ago: then there is a next look.
                pulse = Some(of);
                if shown.as_ref() != Some(&overview) {
                    self.send_value(overview.revision.clone(), &overview).await?;
                    shown = Some(overview);
                    sleep(ADDED_UP).await;
                }
            }
            self.tell(&mut told, self.caller.stale(cluster, PINNED)).await?;
        }
    }

    pub(super) async fn next(&self, looks: &mut Interval) -> Result<(), Gone> {
        tokio::select! {
            () = self.out.closed() => Err(Gone),
            _ = looks.tick() => Ok(()),
        }
    }

    /// Says whether what the value is made of can be followed, if that was not told yet.
    async fn tell(&self, told: &mut Option<Option<Stale>>, now: Option<Stale>) -> Result<(), Gone> {
        if told.as_ref() != Some(&now) {
            let news = now.clone().map_or(FeedNews::Fresh, FeedNews::Stale);
            self.send(plain(&news)).await?;
            *told = Some(now);
        }
        Ok(())
    }

    pub(super) async fn job(&self, id: String) -> Flow {
        let job = self.caller.job_updates(&id)?;
        let cluster = job.borrow().cluster().cloned();
        let cluster = cluster.ok_or_else(|| ConsoleError::unknown(Thing::Job(id.to_string())))?;
        let right = self.right(ReadAround(cluster)).await?;
        self.under(vec![right], self.progress(job)).await
    }

    async fn progress(&self, mut job: watch::Receiver<Job>) -> Flow {
        let mut count = 0_u64;
        loop {
            count += 1;
            let now = job.borrow_and_update().clone();
            self.send_value(count.to_string(), &now).await?;
            tokio::select! {
                () = self.out.closed() => return Err(Gone.into()),
                changed = job.changed() => if changed.is_err() {
                    // It has ended and said so.
                    self.out.closed().await;
                    return Err(Gone.into());
                },
            }
            // Work on many objects has news faster than anybody reads.
            sleep(LOOK).await;
        }
    }
}

/// Tells one state of an object from another, also where they look the same in every column of a list.
fn version_of(cluster: &Cluster, resource: &ResourceRef) -> Option<u32> {
    let store = cluster.running(resource.kind.as_str())?;
    let state = store.read();
    let row = state.row_of(resource)?;
    state.version(&row.uid)
}
