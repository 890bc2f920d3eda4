//! What following many logs at once costs: two hundred containers write five hundred lines a second each, and one reader
//! follows them all, merged, as a browser does. Every line has a number and is counted. `logs_flow [SECONDS]` writes for so
//! long, ten minutes if it is not told, and prints figures as `name<TAB>value` lines. The containers write in the same
//! process, so what they need is in its memory too.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

#[path = "../tests/support/mod.rs"]
mod support;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use model::ResourceRef;
use model::live::{ContainerChoice, FeedMessage, FeedNews, FeedRequest, LogLines, LogTopic, Topic};
use playground_kubernetes::{Kubelet, LogOptions, Status};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use support::{Stage, harbour, pod};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONTAINERS: u64 = 200;
/// Lines of each container in a second.
const RATE: i64 = 500;
/// Between two lines of a container.
const NANOSECONDS: i64 = 1_000_000_000 / RATE;
/// What a line has, beside its time and its number: lines of web servers are about as long.
const WORDS: &str =
    "INFO request served method=GET path=/api/v1/orders status=200 bytes=5120 ms=12 agent=storefront/2.4";
/// The most lines in one piece.
const PIECE: i64 = 500;
/// How long the reader gets until everything is open, before anything is written.
const BEFORE: Duration = Duration::from_secs(5);

/// Containers that write their lines when it is their time.
struct Writers {
    /// When the first lines are written, in nanoseconds since 1970.
    begin: i64,
    /// Lines of each container.
    lines: i64,
}

#[async_trait]
impl Kubelet for Writers {
    async fn logs(
        &self,
        _: &Value,
        _: &str,
        options: LogOptions,
    ) -> Result<BoxStream<'static, Bytes>, Status> {
        let (begin, lines) = (self.begin, self.lines);
        let since = options.since_time.map_or(begin, nanoseconds);
        let first = (since - begin + NANOSECONDS - 1).div_euclid(NANOSECONDS).max(0);
        let pieces = stream::unfold(first, move |next| async move {
            loop {
                let due = (nanoseconds(Timestamp::now()) - begin).div_euclid(NANOSECONDS) + 1;
                let end = due.min(lines).min(next + PIECE);
                if next < end {
                    let text: String = (next..end).map(|number| line(begin, number)).collect();
                    return Some((Bytes::from(text), end));
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Ok(pieces.boxed())
    }
}

fn nanoseconds(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap()
}

fn line(begin: i64, number: i64) -> String {
    let at = Timestamp::from_nanosecond(i128::from(begin + number * NANOSECONDS)).unwrap();
    format!("{at:.9} {number} {WORDS}\n")
}

/// What has been read.
#[derive(Default)]
struct Counted {
    /// The number that is expected next, by pod.
    next: BTreeMap<String, i64>,
    read: u64,
    lost: i64,
    twice: u64,
    disordered: u64,
    latest: i64,
    bytes: usize,
    /// From when a line was written until it was read, in milliseconds.
    waits: Vec<f64>,
}

impl Counted {
    fn take(&mut self, told: &LogLines) {
        let now = nanoseconds(Timestamp::now());
        for line in &told.lines {
            let pod = told.sources[usize::from(line.source)].pod.as_str();
            let number: i64 = line.text.split(' ').next().unwrap().parse().unwrap();
            if !self.next.contains_key(pod) {
                self.next.insert(pod.to_owned(), 0);
            }
            let next = self.next.get_mut(pod).unwrap();
            if number < *next {
                self.twice += 1;
                continue;
            }
            self.lost += number - *next;
            *next = number + 1;
            self.read += 1;
            self.disordered += u64::from(line.at_nanoseconds < self.latest);
            self.latest = self.latest.max(line.at_nanoseconds);
        }
        // One of each piece stands for all.
        if let Some(last) = told.lines.last() {
            self.waits.push((now - last.at_nanoseconds) as f64 / 1e6);
        }
    }
}

#[tokio::main]
async fn main() {
    let seconds: i64 = std::env::args().nth(1).map_or(600, |seconds| seconds.parse().unwrap());
    let begin = nanoseconds(Timestamp::now()) + i64::try_from(BEFORE.as_nanos()).unwrap();
    let lines = seconds * RATE;
    let stage = Stage::run_by(Arc::new(Writers { begin, lines })).await;
    prepare(&stage);
    let before = resident("VmRSS:");
    let all = CONTAINERS * lines.unsigned_abs();
    let patience = BEFORE + Duration::from_secs(seconds.unsigned_abs() + 60);
    let mut counted = Counted::default();
    // Whoever never gets all lines is told so by the count.
    let _ = tokio::time::timeout(patience, read(&stage, all, &mut counted)).await;
    counted.print(all, begin, before);
}

/// A service, and the pods behind it.
fn prepare(stage: &Stage) {
    stage.bind_roles();
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    });
    stage.cluster.create(service).unwrap();
    for number in 0..CONTAINERS {
        let mut web = pod("shop", &format!("web-{number}"));
        web["spec"]["nodeName"] = json!("node-0");
        let status = json!({"name": "main", "ready": true, "state": {"running": {}}});
        web["status"] = json!({"containerStatuses": [status]});
        stage.cluster.create(web).unwrap();
    }
}

async fn read(stage: &Stage, all: u64, counted: &mut Counted) {
    let caller = stage.caller("project-editor", &["shop"]).await;
    let of = ResourceRef {
        cluster: harbour(),
        kind: "services".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web".parse().unwrap(),
    };
    let topic = Topic::Log(LogTopic { of, pod: None, containers: ContainerChoice::Usual, tail: 5_000 });
    let mut events = Box::pin(caller.follow(vec![FeedRequest { feed: 1, topic, from: None }], None).unwrap());
    while counted.read < all {
        let event = events.next().await.expect("the stream goes on");
        counted.bytes += event.data.len();
        let message: FeedMessage = serde_json::from_str(&event.data).unwrap();
        match message.news {
            FeedNews::Lines { lines, .. } => counted.take(&lines),
            FeedNews::Ended(reason) => panic!("it ended: {reason:?}"),
            _ => {}
        }
    }
}

impl Counted {
    fn print(mut self, all: u64, begin: i64, before: f64) {
        let elapsed = (nanoseconds(Timestamp::now()) - begin) as f64 / 1e9;
        self.waits.sort_unstable_by(f64::total_cmp);
        let wait = |percent: usize| {
            self.waits.get(self.waits.len().saturating_sub(1) * percent / 100).copied().unwrap_or(f64::NAN)
        };
        println!("logs: lines written\t{all}");
        println!("logs: lines lost\t{}", all - self.read);
        println!("logs: lines left out on the way\t{}", self.lost);
        println!("logs: lines told twice\t{}", self.twice);
        println!("logs: lines out of the order of their times\t{}", self.disordered);
        println!("logs: lines read per second\t{:.0}", self.read as f64 / elapsed);
        println!("logs: bytes of events per line\t{:.0}", self.bytes as f64 / self.read as f64);
        println!("logs: from written to read, p50 ms\t{:.0}", wait(50));
        println!("logs: from written to read, p99 ms\t{:.0}", wait(99));
        println!("logs: processor seconds per second\t{:.2}", processor_seconds() / elapsed);
        println!("logs: memory of writers and console before, MB\t{before:.0}");
        println!("logs: memory of writers and console at most, MB\t{:.0}", resident("VmHWM:"));
    }
}

/// Megabytes of memory that this process has, or had at most.
fn resident(which: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(which)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// Seconds of processor time that the process has used, on all cores.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
