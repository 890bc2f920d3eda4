//! Whether the audit trail keeps what it has acknowledged when its writers are killed: `kills` starts itself a hundred times
//! as a writer, kills each at a random moment, and holds what they said against the file they leave. Prints figures as
//! `name<TAB>value` lines.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

use database::audit::{Decision, Outcome};
use database::{Address, Database};
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Actions whose outcome is acknowledged.
const OPERATIONS: usize = 100_000;
const KILLS: usize = 100;
/// Requests that a writer serves at once: they queue for the one connection that writes.
const AT_ONCE: usize = 4;
/// A writer is killed up to this long after its last word that counts, which is some commits later.
const LONGEST_PAUSE_MICROSECONDS: u128 = 10_000;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [file, writer] = arguments.as_slice() {
        write(Path::new(file), writer).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orrery.db");
    let database = open(&file).await;
    database.migrate().await.unwrap();
    database.close().await;

    let mut said = Said::default();
    let began = Instant::now();
    for kill in 0..KILLS {
        let slice = OPERATIONS / KILLS;
        let is_last = kill + 1 == KILLS;
        let until = if is_last { OPERATIONS } else { kill * slice + random(slice as u128) };
        said.hear_until_killed(&file, kill, until);
    }
    let seconds = began.elapsed().as_secs_f64();

    println!("audited operations per second\t{:.0}", said.done.len() as f64 / seconds);
    println!("audited operations\t{}", said.done.len());
    println!("audit: writers killed\t{KILLS}");
    said.compare(&open(&file).await).await;
}

async fn open(file: &Path) -> Database {
    Database::open(Address::SqliteFile(file.to_owned())).await.unwrap()
}

/// A writer: decides and acts until it is killed, and says what was acknowledged.
async fn write(file: &Path, writer: &str) -> ! {
    let database = open(file).await;
    let act = async |task: usize| {
        for count in 0.. {
            let request_id = format!("{writer}-{task}-{count}");
            let decision =
                Decision { request_id: request_id.clone(), is_allowed: true, ..Decision::default() };
            let id = database.record_decision(&decision).await.unwrap();
            println!("decided {request_id}");
            database.record_outcome(id, &Outcome::Done).await.unwrap();
            println!("done {request_id}");
        }
    };
    futures::future::join_all((0..AT_ONCE).map(act)).await;
    unreachable!("there are more numbers than anybody counts")
}

/// What writers have said was acknowledged, by the numbers of the requests.
#[derive(Default)]
struct Said {
    decided: HashSet<String>,
    done: HashSet<String>,
}

impl Said {
    /// Starts a writer and kills it shortly after so many operations were acknowledged in all.
    fn hear_until_killed(&mut self, file: &Path, number: usize, until: usize) {
        let mut program = Command::new(std::env::current_exe().unwrap());
        let mut writer = program.arg(file).arg(number.to_string()).stdout(Stdio::piped()).spawn().unwrap();
        let mut words = BufReader::new(writer.stdout.take().unwrap());
        while self.done.len() < until {
            assert!(self.hear(&mut words), "a writer ended by itself");
        }
        let pause = u64::try_from(random(LONGEST_PAUSE_MICROSECONDS)).unwrap();
        std::thread::sleep(Duration::from_micros(pause));
        writer.kill().unwrap();
        let ended = writer.wait().unwrap();
        assert_eq!(ended.code(), None, "a writer ended by itself");
        // What it said before is still in the pipe.
        while self.hear(&mut words) {}
    }

    /// Takes the next line in; answers whether there was a whole one.
    fn hear(&mut self, words: &mut impl BufRead) -> bool {
        let mut line = String::new();
        words.read_line(&mut line).unwrap();
        let Some((word, request_id)) = line.strip_suffix('\n').and_then(|line| line.split_once(' ')) else {
            return false;
        };
        let heard = if word == "done" { &mut self.done } else { &mut self.decided };
        heard.insert(request_id.to_owned());
        true
    }

    /// Prints what the trail lacks of it, what it has twice, and whether its chain holds.
    async fn compare(&self, database: &Database) {
        let trail = database.audit_trail(u32::MAX).await.unwrap();
        let found: HashMap<&str, bool> = trail
            .iter()
            .map(|entry| (entry.decision.request_id.as_str(), entry.outcome == Some(Outcome::Done)))
            .collect();
        let undecided = self.decided.iter().filter(|id| !found.contains_key(id.as_str())).count();
        let undone = self.done.iter().filter(|id| found.get(id.as_str()) != Some(&true)).count();
        println!("audit: acknowledged and missing\t{}", undecided + undone);
        println!("audit: rows that are there twice\t{}", trail.len() - found.len());

        let outcomes = trail.iter().filter(|entry| entry.outcome.is_some()).count();
        let verified = database.verify_audit().await.unwrap();
        let unchained = (trail.len() + outcomes).abs_diff(usize::try_from(verified.rows).unwrap());
        if let Some(broken) = &verified.broken {
            eprintln!("row {} of the chain: {}", broken.sequence, broken.how);
        }
        println!("audit: rows outside the chain or broken\t{unchained}");
    }
}

/// A random number below this one.
fn random(limit: u128) -> usize {
    usize::try_from(Uuid::new_v4().as_u128() % limit).unwrap()
}
