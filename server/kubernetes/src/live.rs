//! What one open page hears: all its feeds on one stream, from where it stands, for as long as it may.

use crate::caller::{ForCaller, Readable};
use crate::cluster::{Cluster, PINNED};
use crate::feed::{Message, json, plain};
use crate::logs::{LogNews, LogStream};
use crate::reads::{ReadAround, ReadObject};
use crate::tree::related;
use access::{Action, Granted, Refused};
use async_trait::async_trait;
use futures::Stream;
use model::live::{FeedNews, FeedRequest, LogTopic, Topic};
use model::{ClusterName, ConsoleError, Namespace, ResourceRef, Stale, TableQuery};
use resources_contract::Job;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// A page has a handful of feeds; a stream with more is not a page.
const MOST_FEEDS: usize = 16;
/// How often rights are asked for again while a stream flows; a change on this replica is noticed at once.
const RECHECK: Duration = Duration::from_secs(3);
/// How often a whole value (an object's page, an overview) is looked at for changes.
const LOOK: Duration = Duration::from_millis(250);
/// Messages that wait for a slow reader before its feeds wait too, and their bytes.
const QUEUE: usize = 64;
const QUEUE_BYTES: usize = 4 << 20;

/// One event of the stream.
#[derive(Clone, Debug)]
pub struct LiveEvent {
    /// From where the stream resumes (`Last-Event-ID`): every feed with its revision.
    pub id: String,
    /// A [`model::live::FeedMessage`] as JSON.
    pub data: String,
}

impl ForCaller {
    /// Follows what the page asked for. Ends when the reader goes; a feed that ends says why first.
    pub fn follow(
        &self,
        requests: Vec<FeedRequest>,
        last_event_id: Option<&str>,
    ) -> Result<impl Stream<Item = LiveEvent> + Send + use<>, ConsoleError> {
        if requests.len() > MOST_FEEDS {
            return Err(ConsoleError::invalid("feeds", format!("a page has at most {MOST_FEEDS} feeds")));
        }
        let resumed = last_event_id.map(parse_id).unwrap_or_default();
        let (out, mut arriving) = outbox();
        let mut reached = BTreeMap::new();
        for request in requests {
            let from = resumed.get(&request.feed).cloned().or(request.from);
            if let Some(from) = &from {
                reached.insert(request.feed, Arc::from(from.as_str()));
            }
            let feed = One { caller: self.clone(), number: request.feed, out: out.clone() };
            tokio::spawn(feed.run(request.topic, from));
        }
        Ok(futures::stream::poll_fn(move |context| {
            arriving.poll_recv(context).map(|next| {
                let Waiting { number, message: (revision, news), .. } = next?;
                if let Some(revision) = revision {
                    reached.insert(number, revision);
                }
                Some(LiveEvent {
                    id: write_id(&reached),
                    data: format!("{{\"feed\":{number},\"news\":{news}}}"),
                })
            })
        }))
    }
}

/// `1=a1b2-17,2=c3d4-5`.
fn write_id(reached: &BTreeMap<u32, Arc<str>>) -> String {
    let mut id = String::new();
    for (number, revision) in reached {
        let comma = if id.is_empty() { "" } else { "," };
        let _ = write!(id, "{comma}{number}={revision}");
    }
    id
}

fn parse_id(id: &str) -> BTreeMap<u32, String> {
    let pairs = id.split(',').take(MOST_FEEDS).filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(number, revision)| Some((number.parse().ok()?, revision.to_owned()))).collect()
}

/// The reader has gone.
struct Gone;

/// A message that waits for its reader, and the room that it takes.
struct Waiting {
    number: u32,
    message: Message,
    _room: OwnedSemaphorePermit,
}

/// Where all feeds of a stream put their messages.
#[derive(Clone)]
struct Outbox {
    out: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
}

fn outbox() -> (Outbox, mpsc::Receiver<Waiting>) {
    let (out, arriving) = mpsc::channel(QUEUE);
    (Outbox { out, room: Arc::new(Semaphore::new(QUEUE_BYTES)) }, arriving)
}

impl Outbox {
    /// Waits while too much waits for the reader. A message that is larger than all room goes alone.
    async fn send(&self, number: u32, message: Message) -> Result<(), Gone> {
        let bytes = message.1.len().min(QUEUE_BYTES) as u32;
        let room = Arc::clone(&self.room).acquire_many_owned(bytes).await.map_err(|_| Gone)?;
        self.out.send(Waiting { number, message, _room: room }).await.map_err(|_| Gone)
    }

    async fn closed(&self) {
        self.out.closed().await;
    }
}

struct One {
    caller: ForCaller,
    number: u32,
    out: Outbox,
}

impl One {
    async fn run(self, topic: Topic, from: Option<String>) {
        let ended = match topic {
            Topic::Table(query) => self.table(query, from).await,
            Topic::Object(resource) => self.object(resource).await,
            Topic::Cluster(cluster) => self.cluster(cluster).await,
            Topic::Job(id) => self.job(id).await,
            Topic::Log(log) => self.log(log, from).await,
        };
        if let Ok(error) = ended {
            let _ = self.send(plain(&FeedNews::Ended(error))).await;
        }
    }

    /// Lets a feed flow for as long as the caller has these rights.
    async fn under(
        &self,
        rights: Vec<Box<dyn Right>>,
        flow: impl Future<Output = Result<ConsoleError, Gone>>,
    ) -> Result<ConsoleError, Gone> {
        let mut recheck = Recheck::new(&self.caller, rights);
        tokio::select! {
            refused = recheck.refused() => Ok(refused),
            ended = flow => ended,
        }
    }

    async fn send(&self, message: Message) -> Result<(), Gone> {
        self.out.send(self.number, message).await
    }

    async fn send_value<T: Serialize>(&self, revision: String, value: &T) -> Result<(), Gone> {
        let value = serde_json::to_value(value).expect("contracts have only texts as keys");
        let message = (Some(revision.as_str().into()), json(&FeedNews::Value { revision, value }));
        self.send(message).await
    }

    async fn table(&self, query: TableQuery, from: Option<String>) -> Result<ConsoleError, Gone> {
        let found = async {
            let cluster = self.caller.cluster(&query.cluster).await?;
            let readable = self.caller.readable(&cluster, &query.kind, &query.namespaces).await?;
            Ok((cluster, readable))
        };
        let (cluster, readable) = match found.await {
            Ok(found) => found,
            Err(error) => return Ok(error),
        };
        let right = Box::new(readable.granted.clone());
        self.under(vec![right], self.page(&cluster, &readable, &query, from)).await
    }

    async fn page(
        &self,
        cluster: &Cluster,
        readable: &Readable,
        query: &TableQuery,
        mut from: Option<String>,
    ) -> Result<ConsoleError, Gone> {
        loop {
            let account = self.caller.caller.account_id;
            let scope = readable.granted.scope();
            let feed = match cluster.feeds().follow(&readable.store, query, scope, account) {
                Ok(feed) => feed,
                Err(error) => return Ok(error.into()),
            };
            let Some((missed, mut news)) = feed.subscribe(from.as_deref()) else { continue };
            for message in missed {
                from = message.0.as_deref().map(str::to_owned).or(from);
                self.send(message).await?;
            }
            loop {
                tokio::select! {
                    () = self.out.closed() => return Err(Gone),
                    message = news.recv() => match message {
                        Ok(message) => {
                            from = message.0.as_deref().map(str::to_owned).or(from);
                            self.send(message).await?;
                        }
                        // Too slow, so some are lost: begin again with the whole page.
                        Err(RecvError::Lagged(_)) => {
                            from = None;
                            break;
                        }
                        Err(RecvError::Closed) => break,
                    },
                }
            }
        }
    }

    async fn object(&self, resource: ResourceRef) -> Result<ConsoleError, Gone> {
        let found = async {
            let cluster = self.caller.cluster(&resource.cluster).await?;
            let served = cluster.served(&resource.kind).await?;
            let right = self.caller.right(ReadObject::new(&served, &resource)).await?;
            let around = self.caller.right(ReadAround(resource.cluster.clone())).await?;
            Ok((cluster, vec![right, around]))
        };
        match found.await {
            Ok((cluster, rights)) => self.under(rights, self.object_page(&cluster, &resource)).await,
            Err(error) => Ok(error),
        }
    }

    async fn object_page(&self, cluster: &Cluster, resource: &ResourceRef) -> Result<ConsoleError, Gone> {
        let mut sources = BTreeSet::from([resource.kind.to_string()]);
        if let Ok(served) = cluster.served(&resource.kind).await {
            sources.extend(related(&served.kind));
        }
        let (mut shown, mut seen, mut told) = (None, None, None);
        let mut ticks = ticks(LOOK);
        loop {
            self.next(&mut ticks).await?;
            let now = (cluster.pulse(), version_of(cluster, resource));
            if seen.replace(now) != Some(now) {
                match self.caller.read_object(resource.clone(), shown.as_ref()).await {
                    Ok(view) if shown.as_ref() != Some(&view) => {
                        self.send_value(view.resource_version.clone(), &view).await?;
                        shown = Some(view);
                    }
                    Ok(_) => {}
                    Err(error) => return Ok(error),
                }
            }
            self.tell(&mut told, self.caller.stale(cluster, sources.iter().map(String::as_str))).await?;
        }
    }

    async fn cluster(&self, name: ClusterName) -> Result<ConsoleError, Gone> {
        let found = async {
            let cluster = self.caller.cluster(&name).await?;
            Ok((cluster, vec![self.caller.right(ReadAround(name.clone())).await?]))
        };
        match found.await {
            Ok((cluster, rights)) => self.under(rights, self.overview(&cluster)).await,
            Err(error) => Ok(error),
        }
    }

    async fn overview(&self, cluster: &Cluster) -> Result<ConsoleError, Gone> {
        let (mut shown, mut pulse, mut told) = (None, None, None);
        let mut ticks = ticks(LOOK);
        loop {
            self.next(&mut ticks).await?;
            let now = cluster.pulse();
            if pulse.replace(now) != Some(now) {
                match self.caller.read_overview(cluster.name()).await {
                    Ok(overview) if shown.as_ref() != Some(&overview) => {
                        self.send_value(overview.revision.clone(), &overview).await?;
                        shown = Some(overview);
                        // An overview adds up whole stores: once a second is live enough for sums.
                        sleep(Duration::from_millis(750)).await;
                    }
                    Ok(_) => {}
                    Err(error) => return Ok(error),
                }
            }
            self.tell(&mut told, self.caller.stale(cluster, PINNED)).await?;
        }
    }

    async fn next(&self, ticks: &mut tokio::time::Interval) -> Result<(), Gone> {
        tokio::select! {
            () = self.out.closed() => Err(Gone),
            _ = ticks.tick() => Ok(()),
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

    async fn job(&self, id: String) -> Result<ConsoleError, Gone> {
        let found = async {
            let job = self.caller.job_updates(&id)?;
            let cluster = job.borrow().cluster().cloned();
            let cluster = cluster.ok_or_else(|| ConsoleError::NotFound { what: format!("job {id}") })?;
            Ok((job, vec![self.caller.right(ReadAround(cluster)).await?]))
        };
        match found.await {
            Ok((job, rights)) => self.under(rights, self.progress(job)).await,
            Err(error) => Ok(error),
        }
    }

    async fn progress(&self, mut job: watch::Receiver<Job>) -> Result<ConsoleError, Gone> {
        let mut count = 0_u64;
        loop {
            count += 1;
            let now = job.borrow_and_update().clone();
            self.send_value(count.to_string(), &now).await?;
            tokio::select! {
                () = self.out.closed() => return Err(Gone),
                changed = job.changed() => if changed.is_err() {
                    // It has ended and said so.
                    self.out.closed().await;
                    return Err(Gone);
                },
            }
            // Work on many objects has news faster than anybody reads.
            sleep(LOOK).await;
        }
    }

    async fn log(&self, topic: LogTopic, from: Option<String>) -> Result<ConsoleError, Gone> {
        match self.caller.follow_log(topic, from.as_deref()).await {
            Ok((granted, lines)) => self.under(vec![Box::new(granted)], self.lines(lines)).await,
            Err(error) => Ok(error),
        }
    }

    async fn lines(&self, mut stream: LogStream) -> Result<ConsoleError, Gone> {
        loop {
            let news = tokio::select! {
                () = self.out.closed() => return Err(Gone),
                news = stream.next() => news,
            };
            match news {
                Ok(LogNews::Anew) => self.send(plain(&FeedNews::Anew)).await?,
                Ok(LogNews::Lines { revision, lines }) => {
                    let from = Some(revision.as_str().into());
                    self.send((from, json(&FeedNews::Lines { revision, lines }))).await?;
                }
                Err(error) => return Ok(error),
            }
        }
    }
}

/// Tells one state of an object from another, also where they look the same in every column of a list.
fn version_of(cluster: &Cluster, resource: &ResourceRef) -> Option<u32> {
    let store = cluster.running(resource.kind.as_str())?;
    let state = store.read();
    let row = state.find(resource.namespace.as_ref().map(Namespace::as_str), resource.name.as_str())?;
    state.version(&row.uid)
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// A right that a feed flows under.
#[async_trait]
pub(crate) trait Right: Send + Sync {
    async fn still(&self, access: &access::Access) -> Result<(), Refused>;
}

#[async_trait]
impl<A: Action> Right for Granted<A> {
    async fn still(&self, access: &access::Access) -> Result<(), Refused> {
        access.still(self).await
    }
}

impl ForCaller {
    async fn right<A: Action>(&self, action: A) -> Result<Box<dyn Right>, ConsoleError> {
        Ok(Box::new(self.kubernetes.access().grant(&self.caller, action).await?))
    }
}

/// Asks again, while a stream flows, whether it still may.
pub(crate) struct Recheck {
    access: access::Access,
    rights: Vec<Box<dyn Right>>,
    changes: watch::Receiver<u64>,
    rounds: tokio::time::Interval,
}

impl Recheck {
    pub fn new(caller: &ForCaller, rights: Vec<Box<dyn Right>>) -> Self {
        let access = caller.kubernetes.access().clone();
        let mut rounds = ticks(RECHECK);
        rounds.reset();
        Self { changes: access.changed(), access, rights, rounds }
    }

    /// Returns when a right is gone.
    pub async fn refused(&mut self) -> ConsoleError {
        loop {
            tokio::select! {
                _ = self.rounds.tick() => {}
                Ok(()) = self.changes.changed() => {}
            }
            for right in &self.rights {
                if let Err(refused) = right.still(&self.access).await {
                    return refused.into();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_reader_has_only_so_many_bytes_waiting() {
        let (outbox, mut arriving) = outbox();
        let large: Message = (None, "x".repeat(QUEUE_BYTES / 4).into());
        let send = || tokio::time::timeout(Duration::from_millis(100), outbox.send(1, large.clone()));
        for _ in 0..4 {
            assert!(matches!(send().await, Ok(Ok(()))));
        }

        assert!(send().await.is_err(), "there is no room");
        drop(arriving.recv().await);
        assert!(matches!(send().await, Ok(Ok(()))));

        drop(arriving);
        assert!(matches!(send().await, Ok(Err(Gone))));
    }

    #[test]
    fn an_id_names_every_feed_and_reads_back() {
        let reached = BTreeMap::from([(1, Arc::from("a1-17")), (4, Arc::from("b2-3"))]);

        let id = write_id(&reached);
        assert_eq!(id, "1=a1-17,4=b2-3");
        let read = parse_id(&id);
        assert_eq!(read, BTreeMap::from([(1, "a1-17".to_owned()), (4, "b2-3".to_owned())]));
        assert!(parse_id("garbage,=,x=y").is_empty());
    }
}
