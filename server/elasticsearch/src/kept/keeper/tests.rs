//! Keeping, over a cluster that nothing else keeps anything of.

use super::*;
use crate::service::Named;
use crate::tests::way;
use access::{Another, Standing};
use database::Database;
use database::kept_events::{EventColumn, EventCondition, EventFilter, EventTest};
use model::ClusterName;
use playground_kubernetes::{Cluster as Simulated, Running};
use serde_json::json;
use std::collections::BTreeMap;
use test_stage::{Console, harbour, simulated};

const LIMITS: KeptLimits = KeptLimits { days: 7, most: 100 };

struct Stage {
    cluster: Simulated,
    database: Database,
    elasticsearch: Arc<Elasticsearch>,
    _running: Running,
}

impl Stage {
    async fn new() -> Self {
        Self::with(BTreeMap::new()).await
    }

    /// A stage where these log stores are named.
    async fn with(named: BTreeMap<ClusterName, Named>) -> Self {
        let (cluster, running) = simulated("harbour", &["shop"]).await;
        let Console { database, kubernetes, .. } = Console::new(&running.kubeconfig(), "harbour").await;
        let elasticsearch = Elasticsearch::new(kubernetes, database.clone(), named);
        Self { cluster, database, elasticsearch, _running: running }
    }

    fn happens(&self, name: &str, count: u32, days_ago: i64) {
        let at = jiff::Timestamp::from_millisecond(now_milliseconds() - days_ago * DAY_MS).unwrap();
        let event = json!({
            "apiVersion": "v1", "kind": "Event", "metadata": {"namespace": "shop", "name": name},
            "involvedObject": {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "web-0", "uid": "none"},
            "reason": "BackOff", "type": "Warning", "message": "Back-off", "count": count,
            "source": {"component": "kubelet"}, "lastTimestamp": format!("{at:.0}"),
        });
        self.cluster.create(event).unwrap();
    }

    fn keeper(&self) -> Keeper {
        Keeper::new(Arc::clone(&self.elasticsearch), LIMITS)
    }

    /// How often the events that are kept had happened, the most first.
    async fn kept(&self) -> Vec<i64> {
        let test = EventTest::Is(EventColumn::Name, "web-0".into());
        let filter = EventFilter {
            cluster: harbour(),
            from_milliseconds: 0,
            until_milliseconds: i64::MAX,
            all: vec![EventCondition { any: vec![test], is_not: false }],
            within: None,
        };
        let found = self.database.kept_events(&filter, None, 100).await.unwrap();
        let mut times: Vec<i64> = found.into_iter().map(|event| event.times).collect();
        times.sort_unstable_by_key(|times| std::cmp::Reverse(*times));
        times
    }
}

#[tokio::test]
async fn what_happens_is_kept_once_also_by_who_takes_over_from_one_that_was_killed() {
    let stage = Stage::new().await;
    stage.happens("one", 1, 0);
    stage.happens("long-ago", 9, 10);
    let mut first = stage.keeper();
    first.round().await.unwrap();
    assert_eq!(stage.kept().await, [1], "what is too old already is not kept");
    stage.happens("two", 2, 0);
    while stage.kept().await.len() < 2 {
        sleep(Duration::from_millis(20)).await;
        first.round().await.unwrap();
    }

    let mut second = stage.keeper();
    second.round().await.unwrap();
    assert!(!second.is_holding, "one keeps at a time");
    // The first one is killed, and after a while nobody hears of it any more.
    assert!(stage.database.hold_lease(LEASE, &first.holder, 0).await.unwrap());
    second.renewed = None;
    stage.happens("three", 3, 0);
    second.round().await.unwrap();
    while stage.kept().await.len() < 3 {
        sleep(Duration::from_millis(20)).await;
        second.round().await.unwrap();
    }

    assert!(second.is_holding);
    assert_eq!(stage.kept().await, [3, 2, 1], "nothing is lost and nothing is there twice");
    assert_eq!(stage.database.event_spans(&harbour()).await.unwrap().len(), 1, "nobody was away for long");
}

#[tokio::test]
async fn what_is_told_as_still_to_come_goes_in_its_time_too() {
    let stage = Stage::new().await;
    stage.happens("ahead", 1, -10);
    stage.keeper().round().await.unwrap();
    assert_eq!(stage.kept().await, [1]);

    let gone = stage.database.trim_events(now_milliseconds() + 1, 100).await.unwrap();

    assert_eq!((gone, stage.kept().await.len()), (1, 0));
}

#[tokio::test]
async fn what_a_log_store_keeps_is_not_kept_twice() {
    let named = Named { transport: Some(way()), ..Named::default() };
    let stage = Stage::with([(harbour(), named)].into()).await;
    stage.happens("one", 1, 0);
    let mut keeper = stage.keeper();

    keeper.round().await.unwrap();

    assert!(keeper.is_holding && stage.kept().await.is_empty());
    assert!(stage.database.event_spans(&harbour()).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_happens_in_another_cluster_under_the_name_is_not_kept() {
    let stage = Stage::new().await;
    stage.happens("one", 1, 0);
    let mut keeper = stage.keeper();
    let another = Another { known: "one".into(), found: "two".into(), since: 1 };
    let identities = stage.elasticsearch.kubernetes.access().identities().clone();
    identities.note(&harbour(), Standing::Another(another));

    keeper.round().await.unwrap();
    assert!(keeper.is_holding && stage.kept().await.is_empty());
    assert!(stage.database.event_spans(&harbour()).await.unwrap().is_empty());

    identities.note(&harbour(), Standing::Itself);
    keeper.round().await.unwrap();
    assert_eq!(stage.kept().await, [1]);
}

#[tokio::test]
async fn where_nothing_is_to_be_kept_nothing_is_left() {
    let stage = Stage::new().await;
    stage.happens("one", 1, 0);
    stage.keeper().round().await.unwrap();
    assert_eq!(stage.kept().await, [1]);

    keep_events(Arc::clone(&stage.elasticsearch), KeptLimits { days: 0, ..LIMITS }).await;

    assert!(stage.kept().await.is_empty());
    assert!(stage.database.event_spans(&harbour()).await.unwrap().is_empty());
}

#[test]
fn what_is_kept_fits_both_databases() {
    let message = "é\0".repeat(LONGEST_MESSAGE);
    let long = Happened { message, times: 3, at_ms: i64::MAX, ..Happened::default() };

    let kept = kept(long, 1_000);

    assert!(!kept.message.contains('\0') && kept.message.len() <= LONGEST_MESSAGE);
    assert_eq!((kept.times, kept.message.len() % 2), (3, 0));
    assert_eq!(kept.at_milliseconds, 1_000, "what is still to come would never be too old");
}
