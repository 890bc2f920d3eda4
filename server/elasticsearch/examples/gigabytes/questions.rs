//! Asks what pages ask, by the way that pages take: of a cluster whose log store the settings name, with the rights of people.

use crate::fill::INDICES;
use crate::lines::NAMESPACES;
use elasticsearch::{Direct, Elasticsearch, ForCaller, Named, Pattern, Transport};
use model::{ConsoleError, Timestamp, Window};
use outbound::Address;
use records_contract::{
    AroundRequest, Found, LogRecord, Of, Records, Rows, SearchRequest, Searched, Shortfall,
};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use test_stage::{Console, harbour, simulated};

/// How often each question is asked.
const RUNS: usize = 20;

/// A stretch of time, which moves with each run: an answer that was given cannot be given again.
#[derive(Clone, Copy)]
struct Stretch {
    seconds: i64,
    /// How much earlier it is with each run.
    earlier: i64,
}

const DAY: Stretch = Stretch { seconds: 86_400, earlier: 37 };
const QUARTER: Stretch = Stretch { seconds: 900, earlier: 4_000 };

/// What is asked, as it is typed.
const QUESTIONS: [(&str, &str, Stretch); 6] = [
    ("24 h", "", DAY),
    ("24 h, a common word", "order", DAY),
    ("24 h, a rare word", "zeppelin", DAY),
    ("24 h, a phrase", "\"upstream answered slowly\"", DAY),
    ("24 h, errors", "level:error", DAY),
    ("15 min", "", QUARTER),
];

/// Asks as an administrator and as a member of the first two namespaces. Everything is before a second since 1970.
pub async fn measure(address: Address, newest: i64) {
    let (cluster, running) = simulated("harbour", &[]).await;
    for namespace in NAMESPACES {
        // Who holds a role in a namespace sees nothing from before it was made.
        let metadata = json!({"name": namespace, "creationTimestamp": "2020-01-01T00:00:00Z"});
        cluster.create(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})).unwrap();
    }
    let console = Console::new(&running.kubeconfig(), "harbour").await;
    let way: Arc<dyn Transport> = Arc::new(Direct::new(address).unwrap());
    let indices = [(Of::Logs, Pattern::parse(INDICES).unwrap())].into();
    let named = [(harbour(), Named { transport: Some(way), indices })].into();
    let elasticsearch = Elasticsearch::new(Arc::clone(&console.kubernetes), console.database.clone(), named);
    let administrator = console.caller("ada", "administrator", None).await;
    console.caller("ben", "regular", Some((NAMESPACES[0], "project-viewer"))).await;
    console.join("ben", NAMESPACES[1], "project-viewer").await;
    let member = console.again("ben").await;
    for (who, caller) in [("administrator", administrator), ("member of 2 projects", member)] {
        Reader { who, records: elasticsearch.for_caller(caller), newest }.measure().await;
    }
}

/// Somebody who asks.
struct Reader {
    who: &'static str,
    records: ForCaller,
    newest: i64,
}

impl Reader {
    async fn measure(&self) {
        // Before the first question the console learns what the log store keeps.
        self.search("", QUARTER, RUNS).await.unwrap();
        for (what, typed, stretch) in QUESTIONS {
            let mut answers = Answers::default();
            for run in 0..RUNS {
                let began = Instant::now();
                let found = self.search(typed, stretch, run).await;
                answers.add(began.elapsed(), found.map(|found| (found.total, is_whole(&found))));
            }
            answers.print(&format!("log search: {what}, {}", self.who));
        }
        self.measure_around().await;
    }

    /// Lines of different hours and pods among their neighbours.
    async fn measure_around(&self) {
        let mut answers = Answers::default();
        for run in 0..RUNS {
            let id = self.line(run).await.id;
            let request = AroundRequest { cluster: harbour(), id, lines: AroundRequest::LINES };
            let began = Instant::now();
            let around = self.records.around(request).await.map(answered);
            answers.add(began.elapsed(), around.map(|around| (around.lines.len() as u64, true)));
        }
        answers.print(&format!("log search: around a line, {}", self.who));
    }

    /// One of a quarter of an hour, or of the next one before it that has any: while hours are filled, what is merged counts twice, so
    /// that one of them may have got none.
    async fn line(&self, run: usize) -> LogRecord {
        for quarter in run..RUNS + 2 {
            let found = self.search("", QUARTER, quarter).await.unwrap();
            let Rows::Logs(mut rows) = found.rows else { panic!("only lines were asked for") };
            if !rows.is_empty() {
                return rows.swap_remove(run * 5 % rows.len());
            }
        }
        panic!("nothing is kept of the last day");
    }

    async fn search(&self, typed: &str, stretch: Stretch, run: usize) -> Result<Found, ConsoleError> {
        let until = self.newest - run as i64 * stretch.earlier;
        let window = Window::Between(Timestamp(until - stretch.seconds), Timestamp(until));
        let (cluster, of, query) = (harbour(), Of::Logs, typed.to_owned());
        self.records.search(SearchRequest { cluster, of, query, window, before: None }).await.map(answered)
    }
}

fn answered<T>(searched: Searched<T>) -> T {
    match searched {
        Searched::Answered(answer) => *answer,
        Searched::Missing(missing) => panic!("nothing is kept: {missing:?}"),
    }
}

/// Whether everything was looked at.
fn is_whole(found: &Found) -> bool {
    let lacks = |shortfall: &Shortfall| {
        matches!(shortfall, Shortfall::TimedOut | Shortfall::Shards(..) | Shortfall::Foreign(_))
    };
    !found.shortfall.iter().any(lacks)
}

/// How long answers took, and what they were.
#[derive(Default)]
struct Answers {
    times: Vec<Duration>,
    found: Vec<u64>,
    failed: u32,
}

impl Answers {
    /// Takes one in, with how much it found and whether that is all.
    fn add(&mut self, took: Duration, answer: Result<(u64, bool), ConsoleError>) {
        self.times.push(took);
        match answer {
            Ok((found, is_whole)) => {
                self.found.push(found);
                self.failed += u32::from(!is_whole);
            }
            Err(error) => {
                eprintln!("no answer: {error:?}");
                self.failed += 1;
            }
        }
    }

    fn print(mut self, name: &str) {
        self.times.sort_unstable();
        self.found.sort_unstable();
        let ms = |percent: usize| self.times[(self.times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
        println!("{name}, p50 ms\t{:.0}", ms(50));
        println!("{name}, p95 ms\t{:.0}", ms(95));
        if let Some(median) = self.found.get(self.found.len() / 2) {
            println!("{name}, lines found\t{median}");
        }
        println!("{name}, answers that are not all\t{}", self.failed);
    }
}
