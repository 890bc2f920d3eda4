//! Watches that break: what pages say meanwhile, and that they end with the truth.

use crate::support::{Stage, eventually, harbour};
use crate::{pods, until};
use model::live::{FeedRequest, Topic};
use model::{ConsoleError, ResourceRef};
use playground_kubernetes::{Effect, FaultRule};
use resources_contract::Resources;

fn fault(verb: &str, effect: Effect) -> FaultRule {
    FaultRule {
        verbs: vec![verb.into()],
        resource: "pods".into(),
        path_prefix: String::new(),
        remaining: Some(1),
        effect,
    }
}

fn pod_of_shop(name: &str) -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: "pods".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: name.parse().unwrap(),
    }
}

#[tokio::test]
async fn every_way_to_lose_a_watch_ends_with_the_truth() {
    // What breaks a running watch, then what greets the next.
    let ways = [
        [fault("watch", Effect::WatchGone), fault("watch", Effect::WatchDrop)],
        [fault("watch", Effect::WatchDrop), fault("watch", Effect::WatchDrop)],
        [fault("watch", Effect::WatchGarbage), fault("watch", Effect::WatchDrop)],
        [fault("watch", Effect::WatchTruncated), fault("watch", Effect::WatchDrop)],
        // The start of a watch may be answered with 410 as an HTTP status.
        [fault("watch", Effect::WatchDrop), fault("watch", Effect::Gone)],
        [fault("watch", Effect::WatchGone), fault("list", Effect::Unavailable)],
    ];
    for way in ways {
        let stage = Stage::new().await;
        stage.add_pod("shop", "before");
        let ada = stage.administrator().await;
        let first =
            eventually(|| ada.table(pods()), |table| table.as_ref().is_ok_and(|table| table.total == 1))
                .await;
        assert!(first.is_ok());

        way.iter().for_each(|fault| stage.cluster.faults().add(fault.clone()));
        stage.add_pod("shop", "meanwhile");
        stage.cluster.delete("pods", Some("shop"), "before", Default::default()).unwrap();

        let table = eventually(
            || ada.table(pods()),
            |table| {
                table.as_ref().is_ok_and(|table| {
                    table.stale.is_none()
                        && table.rows.iter().all(|row| row.name.as_str() == "meanwhile")
                        && table.total == 1
                })
            },
        )
        .await;
        assert!(table.is_ok(), "{way:?}");
        let all_happened = |rules: &Vec<FaultRule>| rules.iter().all(|rule| rule.remaining == Some(0));
        eventually(|| async { stage.cluster.faults().rules() }, all_happened).await;
    }
}

#[tokio::test]
async fn a_broken_watch_is_said_on_object_and_overview_pages() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    let ada = stage.administrator().await;
    for topic in [Topic::Object(pod_of_shop("web-0")), Topic::Cluster(harbour())] {
        let request = vec![FeedRequest { feed: 1, topic, from: None }];
        let mut stream = Box::pin(ada.follow(request, None).unwrap());
        until(&mut stream, |news| *news == "fresh").await;

        stage.cluster.faults().add(FaultRule { remaining: None, ..fault("watch", Effect::Unavailable) });
        stage.cluster.faults().add(fault("watch", Effect::WatchDrop));
        let news = until(&mut stream, |news| news.get("stale").is_some()).await;
        assert!(news.to_string().contains("currently unable"), "{news}");

        stage.cluster.faults().clear();
        until(&mut stream, |news| *news == "fresh").await;
    }
}

#[tokio::test]
async fn a_watch_whose_other_end_is_gone_is_noticed_within_seconds() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    let ada = stage.administrator().await;
    let has =
        |count| move |table: &Result<model::Table, _>| table.as_ref().is_ok_and(|table| table.total == count);
    eventually(|| ada.table(pods()), has(1)).await.unwrap();

    stage.cluster.faults().add(fault("watch", Effect::WatchHalfOpen));
    let has_happened = |rules: &Vec<FaultRule>| rules[0].remaining == Some(0);
    eventually(|| async { stage.cluster.faults().rules() }, has_happened).await;
    stage.add_pod("shop", "web-1");

    // A bookmark would be missed only after seventy-five seconds; this waits for sixty.
    let table = eventually(|| ada.table(pods()), has(2)).await.unwrap();
    assert_eq!(table.stale, None);
}

#[tokio::test]
async fn what_was_made_a_moment_ago_is_not_told_to_be_missing() {
    let stage = Stage::new().await;
    stage.add_pod("shop", "web-0");
    let ada = stage.administrator().await;
    let has_one = |table: &Result<model::Table, _>| table.as_ref().is_ok_and(|table| table.total == 1);
    eventually(|| ada.table(pods()), has_one).await.unwrap();
    stage.cluster.faults().add(fault("watch", Effect::WatchDrop));
    stage.cluster.faults().add(fault("watch", Effect::Delay { milliseconds: 1_500 }));
    let all_happened = |rules: &Vec<FaultRule>| rules.iter().all(|rule| rule.remaining == Some(0));
    eventually(|| async { stage.cluster.faults().rules() }, all_happened).await;

    stage.add_pod("shop", "web-1");
    let made = ada.object(pod_of_shop("web-1")).await;

    assert_eq!(made.unwrap().resource, pod_of_shop("web-1"));
    let never_made = ada.object(pod_of_shop("web-2")).await;
    assert!(matches!(never_made, Err(ConsoleError::NotFound { .. })), "{never_made:?}");
}
