//! Telling, from what fires to what a receiver gets.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::look::Heard;
use crate::message::Told;
use async_trait::async_trait;
use database::accounts::NewAccount;
use database::deliveries::{Look, ToldAlert};
use database::list_alerts::{ListAlertTerms, NewListAlert};
use database::members::Place;
use database::receivers::NewReceiver;
use kubernetes::Births;
use model::{ClusterName, ConsoleError, KindSlug, Level, System, TableQuery};
use monitoring_contract::{Alert, OfList};
use notifications_contract::{Channel, HeardAlert, Hearing, Least};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A warning in a namespace.
pub fn alert(name: &str, namespace: &str) -> Alert {
    let labels = vec![("namespace".into(), namespace.into())];
    Alert { summary: "It is not well.".into(), ..Alert::firing(name, Level::Warning, "warning", labels) }
}

/// The same of a list.
pub fn listed(name: &str) -> Alert {
    let cluster = ClusterName::parse("harbour").unwrap();
    let query = TableQuery::of(cluster, KindSlug::parse("pods").unwrap());
    Alert { list: Some(OfList { id: "1".into(), query, more: None }), ..alert(name, "shop") }
}

fn said(fields: &[(&str, &str)]) -> Said {
    Said {
        least: Least::Warning,
        matchers: String::new(),
        tells_resolved: true,
        template: MessageTemplate::default(),
        repeat_hours: 0,
        quiet: String::new(),
        quiet_zone: String::new(),
        language: "en".into(),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        target: String::new(),
    }
}

/// A receiver of everything, without secrets.
pub fn receiver(channel: &str, fields: &[(&str, &str)]) -> Receiver {
    let channel = Channel::find(channel).unwrap();
    let new = NewReceiver {
        place: None,
        name: "On call".into(),
        channel: channel.word.into(),
        settings: serde_json::to_string(&said(fields)).unwrap(),
        sealed_secrets: None,
    };
    let stored = StoredReceiver { id: Uuid::nil(), said: new, is_enabled: true, version: 1 };
    Receiver::read(&stored, &Seal::random()).unwrap()
}

type Answer = Result<Option<Vec<Alert>>, ConsoleError>;

/// Fires what a test says: of rules, and of lists.
struct Fake {
    rules: Mutex<Answer>,
    lists: Mutex<Vec<Alert>>,
    /// How often lists were looked at.
    looks: AtomicUsize,
    /// The next look at rules is a fault of the console.
    is_faulty: AtomicBool,
}

#[async_trait]
impl Alerts for Fake {
    fn clusters(&self) -> Vec<ClusterName> {
        vec![ClusterName::parse("harbour").unwrap()]
    }

    async fn firing(&self, _: &ClusterName) -> Answer {
        assert!(!self.is_faulty.swap(false, Ordering::Relaxed), "a fault");
        self.rules.lock().unwrap().clone()
    }

    async fn firing_lists(&self, _: &ClusterName) -> Result<Vec<Alert>, ConsoleError> {
        Ok(self.lists.lock().unwrap().clone())
    }

    async fn births(&self, _: &ClusterName) -> Result<Births, ConsoleError> {
        Ok(Births::default())
    }

    async fn look_at_lists(&self) -> Result<(), DatabaseError> {
        self.looks.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn changed(&self) {
        std::future::pending::<()>().await;
    }
}

/// A receiver's system: answers with these, the last one again and again, and keeps what it heard.
pub async fn sink(answers: &'static [&'static str]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keeps = Arc::clone(&heard);
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 64 * 1024];
            let length = stream.read(&mut bytes).await.unwrap();
            keeps.lock().unwrap().push(String::from_utf8_lossy(&bytes[..length]).into_owned());
            let answer = answers[number.min(answers.len() - 1)];
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, heard)
}

const TAKEN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const GONE: &str = "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

struct Stage {
    notifier: Notifier,
    alerts: Arc<Fake>,
    database: Database,
    id: Uuid,
}

impl Stage {
    /// A webhook of everything at this address.
    async fn new(url: &str, hosts: &[&str]) -> Self {
        let database = Database::in_memory().await.unwrap();
        let rules = Mutex::new(Ok(Some(vec![alert("A", "shop")])));
        let alerts = Arc::new(Fake {
            rules,
            lists: Mutex::default(),
            looks: AtomicUsize::new(0),
            is_faulty: AtomicBool::new(false),
        });
        let notifier = start(&database, &alerts, hosts);
        let id = Uuid::new_v4();
        let settings = serde_json::to_string(&said(&[])).unwrap();
        let secrets = BTreeMap::from([("url".to_owned(), url.to_owned())]);
        let new = NewReceiver {
            place: None,
            name: "On call".into(),
            channel: "slack".into(),
            settings,
            sealed_secrets: Some(notifier.seal(id, &secrets)),
        };
        database.add_receiver(id, &new).await.unwrap();
        Self { notifier, alerts, database, id }
    }

    fn fires(&self, answer: Answer) {
        *self.alerts.rules.lock().unwrap() = answer;
    }

    async fn round(&self) {
        self.notifier.0.round().await.unwrap();
    }

    async fn states(&self) -> Vec<(String, DeliveryState)> {
        let all = self.database.deliveries_to(self.id, 10).await.unwrap();
        all.into_iter().map(|one| (one.message.reason, one.state)).collect()
    }
}

fn start(database: &Database, alerts: &Arc<Fake>, hosts: &[&str]) -> Notifier {
    Notifier::new(parts(database, alerts, hosts)).unwrap()
}

fn parts(database: &Database, alerts: &Arc<Fake>, hosts: &[&str]) -> Parts {
    Parts {
        database: database.clone(),
        seal: Seal::random(),
        alerts: Arc::clone(alerts) as Arc<dyn Alerts>,
        public_url: "https://orrery.example.org".into(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        mailer: None,
        bases: Bases::default(),
    }
}

#[tokio::test]
async fn what_fires_is_told_once() {
    let (url, heard) = sink(&[TAKEN]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;

    stage.round().await;
    stage.round().await;

    assert_eq!(stage.states().await, [("firing".into(), DeliveryState::Sent)]);
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 1);
    assert!(
        heard[0].starts_with("POST /hook HTTP/1.1") && heard[0].contains("[Firing] harbour · 1 · A"),
        "{heard:?}"
    );
}

#[tokio::test]
async fn whoever_takes_a_message_may_answer_at_any_length() {
    let long = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 70000\r\nconnection: close\r\n\r\n{}",
        "x".repeat(70_000)
    );
    let answers: &'static [&'static str] = Box::leak(Box::new([&*long.leak()]));
    let (url, heard) = sink(answers).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;

    stage.round().await;
    stage.round().await;

    assert_eq!(heard.lock().unwrap().len(), 1);
    assert_eq!(stage.states().await, [("firing".into(), DeliveryState::Sent)]);
}

#[tokio::test]
async fn telling_goes_on_after_a_fault() {
    let (url, heard) = sink(&[TAKEN]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    stage.alerts.is_faulty.store(true, Ordering::Relaxed);

    tokio::spawn(rounds::keep(Arc::downgrade(&stage.notifier.0)));
    stage.notifier.look_again();

    let is_told = async {
        while heard.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), is_told).await.unwrap();
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_ends_no_alert() {
    let (url, _) = sink(&[TAKEN]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    stage.round().await;

    let gone = ConsoleError::Unavailable {
        system: System::Monitoring("harbour".into()),
        cause: "no answer".into(),
        may_be_done: false,
    };
    for answer in [Err(gone), Ok(None)] {
        stage.fires(answer);
        stage.round().await;
    }

    let known = stage.database.told_alerts(stage.id, "harbour").await.unwrap();
    assert_eq!(known.iter().map(|known| known.gone_at).collect::<Vec<_>>(), [None]);
    stage.fires(Ok(Some(vec![])));
    stage.round().await;
    let known = stage.database.told_alerts(stage.id, "harbour").await.unwrap();
    assert!(known[0].gone_at.is_some());
}

#[tokio::test]
async fn lists_are_looked_at_by_the_replica_that_tells_and_told_where_nothing_measures() {
    let (url, heard) = sink(&[TAKEN]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    stage.fires(Ok(None));
    *stage.alerts.lists.lock().unwrap() = vec![listed("Pods that fail")];
    stage.round().await;
    assert_eq!(stage.alerts.looks.load(Ordering::Relaxed), 0, "there are no alerts on lists");
    assert_eq!(heard.lock().unwrap().len(), 1);

    keep_list_alert(&stage.database).await;
    stage.round().await;
    let other = start(&stage.database, &stage.alerts, &[]);
    other.0.round().await.unwrap();
    assert_eq!(stage.alerts.looks.load(Ordering::Relaxed), 1, "another replica has looked too");

    // Nobody has to be told for something to be found out.
    stage.database.remove_receiver(stage.id).await.unwrap();
    stage.round().await;
    assert_eq!(stage.alerts.looks.load(Ordering::Relaxed), 2);
    assert!(heard.lock().unwrap()[0].contains("Pods that fail"), "{heard:?}");
}

async fn keep_list_alert(database: &Database) {
    let writer = NewAccount { name: "ada".into(), role: "regular".into(), ..NewAccount::default() };
    let writer = database.add_account(&writer).await.unwrap();
    let terms = ListAlertTerms {
        name: "Pods that fail".into(),
        severity: "warning".into(),
        hold_seconds: 0,
        least: 1,
    };
    let cluster = ClusterName::parse("harbour").unwrap();
    let new = NewListAlert { cluster, project: None, terms, query: "{}".into() };
    database.add_list_alert(&new, writer, "ada").await.unwrap();
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_will_not_is_not() {
    let (url, heard) = sink(&[BUSY]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    stage.round().await;
    let last = stage.database.deliveries_to(stage.id, 1).await.unwrap().remove(0);
    assert_eq!((last.state, last.attempts), (DeliveryState::Waiting, 1));
    assert!(last.due_at > now_seconds() + 20 && last.problem.contains("503"), "{last:?}");
    stage.round().await;
    assert_eq!(heard.lock().unwrap().len(), 1, "it is not due yet");

    let (url, _) = sink(&[GONE]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    stage.round().await;
    assert_eq!(stage.states().await, [("firing".into(), DeliveryState::Failed)]);
}

#[tokio::test]
async fn what_is_tried_again_waits_for_the_end_of_a_quiet_time() {
    let (url, heard) = sink(&[BUSY, TAKEN]).await;
    let Stage { notifier, alerts, database, id } = Stage::new(&url, &["127.0.0.1"]).await;
    let quiet = Said { quiet: "fri 22:00-02:00".into(), quiet_zone: "UTC".into(), ..said(&[]) };
    let stored = database.receiver(id).await.unwrap().unwrap();
    let new = NewReceiver { settings: serde_json::to_string(&quiet).unwrap(), ..stored.said };
    assert!(database.change_receiver(id, stored.version, &new).await.unwrap());
    let clock = Arc::new(AtomicI64::new(0));
    let shown = Arc::clone(&clock);
    let parts = Parts { seal: notifier.0.seal.clone(), ..parts(&database, &alerts, &["127.0.0.1"]) };
    let notifier = Notifier::by(Box::new(move || shown.load(Ordering::Relaxed)), parts).unwrap();
    let heard_at = async |at: &str| {
        clock.store(at.parse::<jiff::Timestamp>().unwrap().as_second(), Ordering::Relaxed);
        notifier.0.round().await.unwrap();
        heard.lock().unwrap().len()
    };

    assert_eq!(heard_at("2100-01-01T21:59:50Z").await, 1, "it is refused for now");
    assert_eq!(heard_at("2100-01-01T22:30:00Z").await, 1, "it is due, and it is quiet");
    assert_eq!(heard_at("2100-01-02T01:59:59Z").await, 1);
    assert_eq!(heard_at("2100-01-02T02:00:00Z").await, 2);

    let last = database.deliveries_to(id, 10).await.unwrap().remove(0);
    assert_eq!((last.state, last.attempts), (DeliveryState::Sent, 2));
}

#[tokio::test]
async fn what_waits_is_told_once_by_the_console_that_is_started_again() {
    let (url, heard) = sink(&[BUSY, TAKEN]).await;
    let Stage { notifier, alerts, database, id } = Stage::new(&url, &["127.0.0.1"]).await;
    notifier.0.round().await.unwrap();
    let waiting = database.deliveries_to(id, 1).await.unwrap().remove(0);
    let (seal, holder) = (notifier.0.seal.clone(), notifier.0.holder.clone());
    drop(notifier);

    // Its time has come, and the one that told has not been heard of for long.
    assert!(database.claim_delivery(waiting.id).await.unwrap());
    database.end_delivery(waiting.id, DeliveryState::Waiting, now_seconds(), "").await.unwrap();
    database.hold_lease("notifier", &holder, 0).await.unwrap();
    let again = Notifier::new(Parts { seal, ..parts(&database, &alerts, &["127.0.0.1"]) }).unwrap();
    again.0.round().await.unwrap();
    again.0.round().await.unwrap();

    assert_eq!(heard.lock().unwrap().len(), 2, "what waited was not told exactly once");
    let told = database.deliveries_to(id, 10).await.unwrap();
    let told: Vec<_> = told.iter().map(|one| (one.id, one.state)).collect();
    assert_eq!(told, [(waiting.id, DeliveryState::Sent)]);
}

#[tokio::test]
async fn nothing_is_sent_to_where_no_operator_allowed_it() {
    let (url, heard) = sink(&[TAKEN]).await;
    let stage = Stage::new(&url, &[]).await;

    stage.round().await;

    assert_eq!(stage.states().await, [("firing".into(), DeliveryState::Failed)]);
    assert!(heard.lock().unwrap().is_empty());
    let last = stage.database.deliveries_to(stage.id, 1).await.unwrap().remove(0);
    assert!(!last.problem.contains("hook"), "the path of a webhook is a secret: {}", last.problem);
}

#[tokio::test]
async fn one_replica_tells_and_another_one_waits() {
    let (url, heard) = sink(&[TAKEN]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    let other = start(&stage.database, &stage.alerts, &["127.0.0.1"]);
    other.0.database.hold_lease("notifier", &other.0.holder, 60).await.unwrap();

    stage.round().await;

    assert!(stage.states().await.is_empty() && heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_trial_is_sent_at_once_and_says_what_came_of_it() {
    let (url, heard) = sink(&[TAKEN, GONE]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    let stored = stage.database.receiver(stage.id).await.unwrap().unwrap();
    let receiver = stage.notifier.read(&stored).unwrap();

    stage.notifier.test(&receiver).await.unwrap();
    let error = stage.notifier.test(&receiver).await.unwrap_err();

    assert!(error.to_string().contains("410"), "{error}");
    assert!(heard.lock().unwrap()[0].contains("Somebody tried it out"));
    let mut states = stage.states().await;
    states.sort_by_key(|(_, state)| *state == DeliveryState::Failed);
    assert_eq!(states, [("test".into(), DeliveryState::Sent), ("test".into(), DeliveryState::Failed)]);
}

#[tokio::test]
async fn a_receiver_that_is_switched_off_is_not_told() {
    let (url, heard) = sink(&[BUSY, TAKEN]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    stage.round().await;
    stage.database.enable_receiver(stage.id, false).await.unwrap();

    stage.round().await;

    assert_eq!(stage.states().await, [("firing".into(), DeliveryState::Failed)]);
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_message_to_who_cannot_be_read_waits_for_nobody() {
    let stage = Stage::new("http://127.0.0.1:9/hook", &["127.0.0.1"]).await;
    let message = NewDelivery {
        receiver: stage.id,
        reason: "firing".into(),
        subject: "A".into(),
        content: "{}".into(),
    };
    let look = Look { messages: vec![message], ..Look::default() };
    stage.database.keep_look(stage.id, "harbour", &look).await.unwrap();

    // It has another key.
    let other = start(&stage.database, &stage.alerts, &["127.0.0.1"]);
    other.0.round().await.unwrap();

    assert_eq!(stage.states().await, [("firing".into(), DeliveryState::Failed)]);
    let last = stage.database.deliveries_to(stage.id, 1).await.unwrap().remove(0);
    assert!(last.problem.contains("another key"), "{}", last.problem);
}

#[tokio::test]
async fn a_receiver_hears_the_namespaces_of_its_place() {
    let harbour = ClusterName::parse("harbour").unwrap();
    let database = Database::in_memory().await.unwrap();
    let shop = database.ensure_project(&harbour, &"shop".parse().unwrap()).await.unwrap();
    let projects = database.projects().await.unwrap();
    let at = |place| {
        let mut receiver = receiver("webhook", &[]);
        receiver.place = place;
        receiver.hears(&harbour, &projects)
    };

    let namespaces = Heard::Namespaces(["shop".parse().unwrap()].into());
    assert_eq!(at(None), Some(Heard::Everything));
    assert_eq!(at(Some(Place::Cluster(harbour.clone()))), Some(Heard::Everything));
    assert_eq!(at(Some(Place::Project(shop))), Some(namespaces));
    assert_eq!(at(Some(Place::Project(Uuid::new_v4()))), None);
    assert_eq!(
        at(Some(Place::Workspace(Uuid::new_v4()))),
        None,
        "a workspace without projects hears nothing"
    );
    assert_eq!(at(Some(Place::Cluster(ClusterName::parse("meadow").unwrap()))), None);
}

#[tokio::test]
async fn the_end_of_what_went_with_the_last_project_of_a_workspace_is_told() {
    let (url, heard) = sink(&[TAKEN]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    stage.fires(Ok(Some(Vec::new())));
    let id = Uuid::new_v4();
    let secrets = BTreeMap::from([("url".to_owned(), url.clone())]);
    let new = NewReceiver {
        place: Some(Place::Workspace(Uuid::new_v4())),
        name: "Retail".into(),
        channel: "slack".into(),
        settings: serde_json::to_string(&said(&[])).unwrap(),
        sealed_secrets: Some(stage.notifier.seal(id, &secrets)),
    };
    stage.database.add_receiver(id, &new).await.unwrap();
    let told = Told::new("f00d".into(), alert("A", "shop"));
    let gone_at = Some(now_seconds() - 120);
    let known = ToldAlert { fingerprint: "f00d".into(), alert: told.to_json(), told_at: 7, gone_at };
    let look = Look { known: vec![known], ..Look::default() };
    stage.database.keep_look(id, "harbour", &look).await.unwrap();

    stage.round().await;

    assert!(stage.database.told_alerts(id, "harbour").await.unwrap().is_empty());
    let heard = heard.lock().unwrap();
    assert!(heard.len() == 1 && heard[0].contains("[Resolved] harbour · 1 · A"), "{heard:?}");
}

#[tokio::test]
async fn why_somebody_is_told_of_an_alert_or_not_is_said_of_each() {
    let (url, _) = sink(&[TAKEN]).await;
    let stage = Stage::new(&url, &["127.0.0.1"]).await;
    stage.round().await;
    let mild = Alert { level: Level::Inactive, ..alert("Mild", "shop") };
    let silenced = Alert { silenced_by: vec!["1".into()], ..alert("Silenced", "shop") };
    let inhibited = Alert { is_inhibited: true, ..alert("Inhibited", "shop") };
    stage.fires(Ok(Some(vec![alert("A", "shop"), alert("New", "bank"), mild, silenced, inhibited])));
    let stored = stage.database.receiver(stage.id).await.unwrap().unwrap();
    let mut receiver = stage.notifier.read(&stored).unwrap();
    let fates = |hearing: &Hearing| {
        let fate = |one: &HeardAlert| (one.name.clone(), one.fate.word());
        hearing.alerts.iter().map(fate).collect::<BTreeMap<String, &str>>()
    };
    let all = |pairs: [(&str, &'static str); 5]| {
        pairs.into_iter().map(|(name, fate)| (name.to_owned(), fate)).collect::<BTreeMap<_, _>>()
    };

    let hearing = stage.notifier.hearing(&receiver).await.unwrap();
    receiver.said.matchers = "namespace=\"bank\"".into();
    let choosy = stage.notifier.hearing(&receiver).await.unwrap();
    stage.fires(Err(ConsoleError::NotSignedIn));
    let unknown = stage.notifier.hearing(&receiver).await.unwrap();

    let by = |own: &'static str, quiet: [&'static str; 2]| {
        let held = [("Silenced", quiet[0]), ("Inhibited", quiet[1])];
        all([("A", own), ("New", "due"), ("Mild", "mild"), held[0], held[1]])
    };
    assert_eq!(fates(&hearing), by("told", ["silenced", "inhibited"]));
    assert_eq!((hearing.total, hearing.unknown.len()), (5, 0));
    assert_eq!(fates(&choosy), by("unmatched", ["unmatched", "unmatched"]));
    assert_eq!((unknown.total, unknown.unknown.len()), (0, 1));
}
