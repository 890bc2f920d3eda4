//! How fast the console decides, and how soon it refuses who has lost a right. Prints figures as `name<TAB>value` lines.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

use access::{Access, Action, Caller, Need, Place, Refused, Resource, Verb};
use database::accounts::NewAccount;
use database::members::{NewMember, Place as Held};
use database::{Address, Database};
use model::{ClusterName, Namespace};
use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Projects in which the one who asks holds a role.
const PROJECTS: usize = 1_000;
const DECISIONS: usize = 100_000;
/// Decisions about all projects at once, and rights that are taken.
const ROUNDS: usize = 1_000;

/// Listing deployments: a read that leaves no trace in the audit trail.
struct List(Place);

impl Action for List {
    const NAME: &'static str = "list";

    fn need(&self) -> Need {
        Need::to_all(Verb::List, Resource::new("apps", "deployments"), harbour(), self.0.clone())
    }
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orrery.db");
    let database = open(&file).await;
    database.migrate().await.unwrap();
    let ada = NewAccount { name: "Ada".into(), role: "regular".into(), ..NewAccount::default() };
    let ada = database.add_account(&ada).await.unwrap();
    for index in 0..PROJECTS {
        give(&database, ada, index).await;
    }
    decide(&Access::new(database.clone()), &database, ada).await;
    take(&database, &open(&file).await, ada).await;
}

/// How long decisions take with what somebody holds at hand.
async fn decide(access: &Access, database: &Database, account: Uuid) {
    let ada = caller(access, database, account).await;
    let mut one = Vec::with_capacity(DECISIONS);
    for index in 0..DECISIONS {
        let action = List(Place::Namespace(namespace(index * 7 % PROJECTS)));
        one.push(granted(access, &ada, action).await);
    }
    print("console: one decision", "µs", 1e6, one);

    let mut all = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        all.push(granted(access, &ada, List(Place::Namespaces(BTreeSet::new()))).await);
    }
    print("console: one decision about 1 000 projects", "µs", 1e6, all);
}

async fn granted(access: &Access, caller: &Caller, action: List) -> Duration {
    let began = Instant::now();
    black_box(access.grant(caller, action).await.unwrap());
    began.elapsed()
}

/// How long it takes from taking a role until the next request is refused: by the console that took it, and by another
/// one on the same tables that nobody tells.
async fn take(database: &Database, other: &Database, account: Uuid) {
    for (what, asked) in [("here", database), ("on another replica", other)] {
        let (here, there) = (Access::new(database.clone()), Access::new(asked.clone()));
        let mut times = Vec::with_capacity(ROUNDS);
        for index in 0..ROUNDS {
            let place = project(database, index).await;
            let request = List(Place::Namespace(namespace(index)));
            let before = caller(&there, asked, account).await;
            there.grant(&before, request).await.unwrap();

            let began = Instant::now();
            assert!(database.remove_member(account, &place).await.unwrap());
            here.announce_change();
            let after = caller(&there, asked, account).await;
            let answer = there.grant(&after, List(Place::Namespace(namespace(index)))).await;
            times.push(began.elapsed());
            assert!(matches!(answer, Err(Refused::NotAllowed(_))), "a right outlived its end");
            give(database, account, index).await;
        }
        print(&format!("a right taken, refused {what}"), "ms", 1e3, times);
    }
}

async fn open(file: &Path) -> Database {
    Database::open(Address::SqliteFile(file.to_owned())).await.unwrap()
}

async fn caller(access: &Access, database: &Database, account: Uuid) -> Caller {
    let account = database.account(account).await.unwrap().unwrap();
    access.caller(account, None, "decisions".into(), None).await.unwrap()
}

async fn give(database: &Database, account: Uuid, index: usize) {
    let place = project(database, index).await;
    let member = NewMember { account, place, role: "project-viewer".into(), source: String::new() };
    database.set_member(&member).await.unwrap();
}

async fn project(database: &Database, index: usize) -> Held {
    Held::Project(database.ensure_project(&harbour(), &namespace(index)).await.unwrap())
}

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

fn namespace(index: usize) -> Namespace {
    Namespace::parse(&format!("project-{index}")).unwrap()
}

fn print(what: &str, unit: &str, factor: f64, mut times: Vec<Duration>) {
    times.sort_unstable();
    for percent in [50, 99] {
        let time = times[(times.len() - 1) * percent / 100].as_secs_f64() * factor;
        println!("{what}, p{percent} {unit}\t{time:.2}");
    }
}
