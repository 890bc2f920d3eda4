//! Keeps the events of clusters whose log store keeps none, round by round. One replica does.

use crate::service::Elasticsearch;
use database::kept_events::KeptEvent;
use database::{DatabaseError, now_milliseconds};
use futures::future::join_all;
use kubernetes::{Cluster, Happened, ReadEvents, survive};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// How often it is looked what happened.
const ROUND: Duration = Duration::from_secs(5);
/// How long a cluster may take to begin to say it: the others wait as long.
const PATIENCE: Duration = Duration::from_secs(5);
/// Events that are read at a time, and written in one change of the database: others write too.
const BATCH: usize = 500;
/// As long as nothing happens, it is noted this often that somebody looks.
const NOTED: Duration = Duration::from_secs(60);
/// What keeps the events of a cluster is asked again after this time.
const ASKED: Duration = Duration::from_secs(300);
/// How long that may take.
const ASKING: Duration = Duration::from_secs(15);
/// How often it is looked for what is too old or too much.
const TRIMMED: Duration = Duration::from_secs(60);
/// Which replica keeps.
const LEASE: &str = "kept_events";
const LEASE_SECONDS: i64 = 60;
/// How often it says that it still does.
const RENEWED: Duration = Duration::from_secs(15);
/// The longest message that is kept, in bytes. Clusters take none of that length today.
const LONGEST_MESSAGE: usize = 4_096;
const DAY_MS: i64 = 86_400_000;

/// How much is kept of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptLimits {
    /// For how many days; for none, nothing is kept.
    pub days: u32,
    /// How many of each cluster at most: beyond that the oldest go before their time.
    pub most: u32,
}

/// Keeps events for as long as it runs. Where nothing is to be kept, lets go of what was.
pub async fn keep_events(elasticsearch: Arc<Elasticsearch>, limits: KeptLimits) {
    let mut keeper = Keeper::new(elasticsearch, limits);
    if limits.days == 0 {
        tell(survive("Removing events", keeper.forget()).await);
        return;
    }
    loop {
        tell(survive("Keeping events", keeper.round()).await);
        sleep(ROUND).await;
    }
}

fn tell(outcome: Option<Result<(), DatabaseError>>) {
    if let Some(Err(error)) = outcome {
        tracing::warn!(error = &error as &dyn std::error::Error, "Events are not kept for now");
    }
}

/// Who keeps, and how far that is.
struct Keeper {
    elasticsearch: Arc<Elasticsearch>,
    limits: KeptLimits,
    /// Names this replica for the lease.
    holder: String,
    is_holding: bool,
    renewed: Option<Instant>,
    trimmed: Option<Instant>,
    followed: Vec<Followed>,
}

/// A cluster, and up to where its events are kept.
struct Followed {
    cluster: Arc<Cluster>,
    /// Whether they are to be kept here, and when that was asked.
    is_needed: Option<(bool, Instant)>,
    read: ReadEvents,
    noted: Option<Instant>,
}

impl Keeper {
    fn new(elasticsearch: Arc<Elasticsearch>, limits: KeptLimits) -> Self {
        let followed = elasticsearch.kubernetes.clusters().map(Followed::new).collect();
        let holder = Uuid::new_v4().to_string();
        Self { elasticsearch, limits, holder, is_holding: false, renewed: None, trimmed: None, followed }
    }

    async fn forget(&self) -> Result<(), DatabaseError> {
        self.elasticsearch.database.trim_events(i64::MAX, 0).await.map(drop)
    }

    async fn round(&mut self) -> Result<(), DatabaseError> {
        let database = &self.elasticsearch.database;
        if is_due(self.renewed, RENEWED) {
            self.is_holding = database.hold_lease(LEASE, &self.holder, LEASE_SECONDS).await?;
            self.renewed = Some(Instant::now());
        }
        if !self.is_holding {
            // Another replica keeps; what it cannot write any more one day is read from the beginning.
            self.followed.iter_mut().for_each(Followed::begin_anew);
            return Ok(());
        }
        let oldest_ms = now_milliseconds() - i64::from(self.limits.days) * DAY_MS;
        let mut steps = Vec::new();
        for one in &mut self.followed {
            steps.push(one.step(&self.elasticsearch, oldest_ms));
        }
        let outcomes = join_all(steps).await;
        if is_due(self.trimmed, TRIMMED) {
            let gone = database.trim_events(oldest_ms, i64::from(self.limits.most)).await?;
            tracing::debug!(gone, "Events went that were too old or too many");
            self.trimmed = Some(Instant::now());
        }
        outcomes.into_iter().collect()
    }
}

impl Followed {
    fn new(cluster: &Arc<Cluster>) -> Self {
        Self { cluster: Arc::clone(cluster), is_needed: None, read: ReadEvents::default(), noted: None }
    }

    fn begin_anew(&mut self) {
        (self.read, self.noted) = (ReadEvents::default(), None);
    }

    /// Keeps what happened since the last step. What could not be written comes again with the next one.
    async fn step(&mut self, elasticsearch: &Elasticsearch, oldest_ms: i64) -> Result<(), DatabaseError> {
        // What happens in another cluster under its name is not for those who hold something in this one.
        let is_meant = elasticsearch.kubernetes.check_meant(self.cluster.name()).await.is_ok();
        if !is_meant || !self.is_needed(elasticsearch).await {
            self.begin_anew();
            return Ok(());
        }
        let mut happening = match self.cluster.happened(&self.read, PATIENCE).await {
            Ok(happening) => happening,
            Err(error) => {
                tracing::debug!(cluster = %self.cluster.name(), %error, "Nobody knows what happens in a cluster");
                return Ok(());
            }
        };
        let mut is_noted = !is_due(self.noted, NOTED);
        // Where very much happens, all of it takes longer than the wait for a cluster that does not answer, and more room than
        // there should be for it.
        while let Some(events) = happening.next(BATCH).await {
            let now_ms = now_milliseconds();
            let events = events.into_iter().filter(|event| event.at_ms >= oldest_ms);
            let events: Vec<KeptEvent> = events.map(|event| kept(event, now_ms)).collect();
            if !events.is_empty() {
                self.keep(elasticsearch, &events).await?;
                is_noted = true;
            }
        }
        if !is_noted {
            self.keep(elasticsearch, &[]).await?;
        }
        self.read = happening.read();
        Ok(())
    }

    /// Writes some of what happened, and that it was looked at all.
    async fn keep(
        &mut self,
        elasticsearch: &Elasticsearch,
        events: &[KeptEvent],
    ) -> Result<(), DatabaseError> {
        let name = self.cluster.name();
        let new = elasticsearch.database.keep_events(name, events, now_milliseconds()).await?;
        metrics::counter!("orrery_kept_events_total", "cluster" => name.to_string()).increment(new);
        self.noted = Some(Instant::now());
        Ok(())
    }

    async fn is_needed(&mut self, elasticsearch: &Elasticsearch) -> bool {
        if let Some((is_needed, asked)) = self.is_needed
            && asked.elapsed() < ASKED
        {
            return is_needed;
        }
        let asked = timeout(ASKING, elasticsearch.is_without_events(&self.cluster)).await;
        let is_needed = asked.unwrap_or(true);
        self.is_needed = Some((is_needed, Instant::now()));
        is_needed
    }
}

fn is_due(last: Option<Instant>, every: Duration) -> bool {
    last.is_none_or(|last| last.elapsed() >= every)
}

/// An event as it is kept. Whoever may write events may write any time into them: what is told as still to come would never be too
/// old, and would have everything else let go before it.
fn kept(happened: Happened, now_ms: i64) -> KeptEvent {
    let Happened { uid, times, at_ms, namespace, kind, name, reason, sort, source, message } = happened;
    // PostgreSQL keeps no text with this letter in it.
    let [uid, namespace, kind, name, reason, sort, source, message] =
        [uid, namespace, kind, name, reason, sort, source, message].map(|text| text.replace('\0', ""));
    let end = message.floor_char_boundary(LONGEST_MESSAGE);
    let message = message[..end].to_owned();
    let at_milliseconds = at_ms.min(now_ms);
    KeptEvent { uid, times, at_milliseconds, namespace, kind, name, reason, sort, source, message }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
