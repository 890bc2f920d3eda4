//! Fills a log store, hour by hour as time would, and takes away again what was written.

use crate::lines::{Hour, pods};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream;
use http::{Method, StatusCode};
use jiff::Timestamp;
use outbound::{Address, Limits, System};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The indices that are written, one a day, and the only ones that are searched and deleted.
pub const INDICES: &str = "logstash-gigabytes-*";
const PREFIX: &str = "logstash-gigabytes-";
/// Parts of large indices are written together for minutes.
const LIMITS: Limits = Limits { patience: Duration::from_secs(300), longest_answer: 16 << 20 };
/// Pieces that are on their way at once.
const AT_ONCE: usize = 3;
const HOURS: i64 = 24;
/// What a record takes in a log store, in bytes, until the first hour has shown it.
const FIRST_GUESS: u64 = 300;
/// What there was no room for is sent again after these pauses, in seconds.
const PAUSES: [u64; 6] = [1, 2, 5, 10, 30, 60];
/// How long may be waited until parts of indices are merged.
const MERGING: Duration = Duration::from_secs(1_800);

/// What an earlier run has left.
pub enum Filled {
    Nothing,
    Partly,
    Whole,
}

/// The log store that is filled.
pub struct LogStore(System);

impl LogStore {
    /// The one at this address. Nothing is asked yet.
    pub fn new(address: Address) -> Self {
        Self(System::new(address, LIMITS).unwrap())
    }

    /// Whether there is something already. As long as an index is filled it shows nothing new.
    pub async fn filled(&self) -> Filled {
        let indices = self.indices().await;
        let is_filling = |index: &Value| index["settings"]["index.refresh_interval"] == "-1";
        match indices.values().any(is_filling) {
            _ if indices.is_empty() => Filled::Nothing,
            true => Filled::Partly,
            false => Filled::Whole,
        }
    }

    /// Deletes what was written.
    pub async fn clean(&self) {
        for index in self.indices().await.keys() {
            assert!(index.starts_with(PREFIX), "{index} is none of those that are written here");
            self.ask(Method::DELETE, &format!("/{index}"), Bytes::new()).await;
            eprintln!("{index} is deleted");
        }
    }

    /// Writes until what is kept is so large. What an hour has to bring is what is missing, by what records took so far.
    pub async fn fill(&self, bytes: u64) {
        let began = Instant::now();
        let end = Timestamp::now().as_second() / 3600 * 3600;
        let (pods, mut written, mut size, mut last) = (pods(), 0_u64, 0_u64, String::new());
        for left in (1..=HOURS).rev() {
            let begin = Timestamp::from_second(end - left * 3600).unwrap();
            let index = format!("{PREFIX}{}", begin.strftime("%Y.%m.%d"));
            if index != last {
                self.create(&index).await;
                last.clone_from(&index);
            }
            let each = size.checked_div(written).map_or(FIRST_GUESS, |each| each.clamp(50, 5_000));
            let records = (bytes.saturating_sub(size) / left.unsigned_abs() / each).max(1);
            let hour = begin.strftime("%Y-%m-%dT%H:").to_string();
            let pieces = Hour { pods: &pods, hour, first: written, records, made: 0 };
            let sent = stream::iter(pieces).map(|piece| self.send(&index, piece)).buffer_unordered(AT_ONCE);
            sent.collect::<()>().await;
            written += records;
            self.settle().await;
            size = self.size().await;
            let (gigabytes, minutes) = (size as f64 / 1e9, began.elapsed().as_secs() / 60);
            eprintln!(
                "{} of {HOURS} hours, {written} lines, {gigabytes:.2} GB after {minutes} min",
                HOURS - left + 1
            );
        }
        self.ask(Method::POST, &format!("/{INDICES}/_refresh"), Bytes::new()).await;
        let shown = json!({"index": {"refresh_interval": "1s", "translog": {"durability": "request"}}});
        self.ask(Method::PUT, &format!("/{INDICES}/_settings"), shown.to_string().into()).await;
    }

    /// Prints what is kept.
    pub async fn print_size(&self) {
        let lines = self.figure("docs", "/_all/primaries/docs/count").await;
        println!("log search: lines\t{lines}");
        println!("log search: size of the primaries, GB\t{:.2}", self.size().await as f64 / 1e9);
    }

    /// The first second behind everything, since 1970.
    pub async fn newest(&self) -> i64 {
        let search = json!({"size": 0, "aggs": {"newest": {"max": {"field": "@timestamp"}}}});
        let path = format!("/{INDICES}/_search");
        let answer = self.ask(Method::POST, &path, search.to_string().into()).await;
        let newest = answer.pointer("/aggregations/newest/value").and_then(Value::as_f64);
        newest.unwrap() as i64 / 1000 + 1
    }

    /// The indices that are there, with one of their settings.
    async fn indices(&self) -> serde_json::Map<String, Value> {
        let path = format!("/{INDICES}/_settings/index.refresh_interval?flat_settings=true");
        match self.ask(Method::GET, &path, Bytes::new()).await {
            Value::Object(indices) => indices,
            other => panic!("{path} is answered with {other}"),
        }
    }

    /// An index as Fluent Bit makes one by writing into it, that shows nothing new while it is filled.
    async fn create(&self, index: &str) {
        let settings = json!({"settings": {"index": {
            "number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1",
            "store": {"stats_refresh_interval": "0s"}, "translog": {"durability": "async"},
        }}});
        self.ask(Method::PUT, &format!("/{index}"), settings.to_string().into()).await;
    }

    /// Sends a piece, again if there is no room for it at the moment. What was taken of it before is then there twice, which is
    /// as good here as other lines.
    async fn send(&self, index: &str, piece: Bytes) {
        let path = format!("/{index}/_bulk?filter_path=errors,error,status,items.*.error");
        for pause in PAUSES {
            let answer = self.0.ask(Method::POST, &path, piece.clone()).await.unwrap();
            let said = String::from_utf8_lossy(answer.body());
            if answer.status().is_success() && said.contains("\"errors\":false") {
                return;
            }
            let has_no_room = answer.status() == StatusCode::TOO_MANY_REQUESTS
                || said.contains("rejected_execution")
                || said.contains("circuit_breaking");
            let words: String = said.chars().take(500).collect();
            assert!(has_no_room, "{path} is answered with {}: {words}", answer.status());
            eprintln!("the log store has no room, again in {pause} s");
            tokio::time::sleep(Duration::from_secs(pause)).await;
        }
        panic!("the log store has no room for more, however long it gets");
    }

    /// Waits until everything is on the disk and merged: what is merged is there twice meanwhile.
    async fn settle(&self) {
        self.ask(Method::POST, &format!("/{INDICES}/_flush"), Bytes::new()).await;
        let began = Instant::now();
        while self.figure("merge", "/_all/primaries/merges/current").await > 0 {
            assert!(began.elapsed() < MERGING, "the log store merges for longer than {MERGING:?}");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn size(&self) -> u64 {
        self.figure("store", "/_all/primaries/store/size_in_bytes").await
    }

    async fn figure(&self, of: &str, pointer: &str) -> u64 {
        let stats = self.ask(Method::GET, &format!("/{INDICES}/_stats/{of}"), Bytes::new()).await;
        stats.pointer(pointer).and_then(Value::as_u64).unwrap()
    }

    async fn ask(&self, method: Method, path: &str, body: Bytes) -> Value {
        let answer = self.0.ask(method, path, body).await.unwrap();
        let said = String::from_utf8_lossy(answer.body());
        assert!(answer.status().is_success(), "{path} is answered with {}: {said}", answer.status());
        serde_json::from_slice(answer.body()).unwrap()
    }
}
