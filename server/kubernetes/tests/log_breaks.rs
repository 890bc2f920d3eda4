//! Logs that break while they are followed: on a node that turns them over, and for so long that not all is told again. And a
//! file of a log that breaks off because its reader may not read it any more.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use jiff::{SignedDuration, Timestamp};
use model::live::{ContainerChoice, FeedMessage, FeedNews, FeedRequest, LogTopic, Topic};
use model::{ConsoleError, ResourceRef};
use playground_kubernetes::{Kubelet, LogOptions, Status};
use resources_contract::LogRequest;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{Stage, harbour, pod};
use tokio::time::{sleep, timeout};

/// Where the lines begin that were written while nobody could read.
const LATER: i64 = 10_000;

/// An agent whose log ends twice while it is followed: first because it is turned over, then for long.
struct Breaking {
    begin: Timestamp,
    opened: AtomicUsize,
}

impl Breaking {
    /// A line a millisecond; those that came later came ten seconds later.
    fn lines(&self, numbers: std::ops::Range<i64>) -> Bytes {
        let line = |number: i64| {
            let at = self.begin + SignedDuration::from_millis(number);
            format!("{at:.9} {number}\n")
        };
        numbers.map(line).collect::<String>().into()
    }
}

#[async_trait]
impl Kubelet for Breaking {
    async fn logs(
        &self,
        _: &Value,
        _: &str,
        options: LogOptions,
    ) -> Result<BoxStream<'static, Bytes>, Status> {
        let most = i64::try_from(options.tail_lines.unwrap()).unwrap();
        Ok(match self.opened.fetch_add(1, Ordering::Relaxed) {
            0 => stream::iter([self.lines(0..10)]).boxed(),
            // Clusters are asked to the second, and tell again what is known.
            1 => stream::iter([self.lines(5..20)]).boxed(),
            // In pieces, as connections bring them.
            _ => {
                let (one, other) = (self.lines(LATER..LATER + 7), self.lines(LATER + 7..LATER + most));
                stream::iter([one, other]).chain(stream::pending()).boxed()
            }
        })
    }
}

/// An agent whose log has no end.
struct Endless;

#[async_trait]
impl Kubelet for Endless {
    async fn logs(&self, _: &Value, _: &str, _: LogOptions) -> Result<BoxStream<'static, Bytes>, Status> {
        let lines = Bytes::from("2026-11-26T09:00:00.000000000Z a line\n".repeat(1_000));
        let paced = stream::repeat(lines).then(|lines| async move {
            sleep(Duration::from_millis(20)).await;
            lines
        });
        Ok(paced.boxed())
    }
}

/// A stage with a pod that runs.
async fn stage(kubelet: Arc<dyn Kubelet>) -> Stage {
    let stage = Stage::run_by(kubelet).await;
    stage.bind_roles();
    let mut web = pod("shop", "web-0");
    web["spec"]["nodeName"] = json!("node-0");
    web["status"] = json!({"containerStatuses": [{"name": "main", "ready": true, "state": {"running": {}}}]});
    stage.cluster.create(web).unwrap();
    stage
}

fn web() -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: "pods".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web-0".parse().unwrap(),
    }
}

#[tokio::test]
async fn a_file_of_a_log_breaks_off_when_the_right_to_it_ends() {
    let stage = stage(Arc::new(Endless)).await;
    let (account, caller) = stage.account("project-editor", &["shop"]).await;
    let request = LogRequest {
        of: web(),
        pod: None,
        containers: ContainerChoice::Usual,
        previous: false,
        tail: 1,
        since_seconds: None,
        around_nanoseconds: None,
    };
    let mut pieces = Box::pin(caller.whole_log(request).await.unwrap());
    assert!(pieces.next().await.unwrap().is_ok());

    stage.take(account, "shop").await;
    let reading = async {
        loop {
            match pieces.next().await {
                Some(Ok(_)) => {}
                end => return end,
            }
        }
    };
    let end = timeout(Duration::from_secs(30), reading).await.expect("it is told for ever");

    assert!(matches!(end, Some(Err(ConsoleError::Forbidden { .. }))), "{end:?}");
    assert!(pieces.next().await.is_none());
}

#[tokio::test]
async fn a_log_that_breaks_is_told_once_and_what_cannot_be_told_again_is_marked() {
    let hour_ago = Timestamp::from_second(Timestamp::now().as_second() - 3_600).unwrap();
    let stage = stage(Arc::new(Breaking { begin: hour_ago, opened: AtomicUsize::new(0) })).await;
    let caller = stage.caller("project-editor", &["shop"]).await;
    let topic = Topic::Log(LogTopic { of: web(), pod: None, containers: ContainerChoice::Usual, tail: 100 });
    let mut events = Box::pin(caller.follow(vec![FeedRequest { feed: 1, topic, from: None }], None).unwrap());

    // Each number, and whether lines are said to be missing in what it came with.
    let mut told: Vec<(i64, bool)> = Vec::new();
    let reading = async {
        while told.iter().filter(|(number, _)| *number >= LATER).count() < 5_000 {
            let event = events.next().await.unwrap();
            let message: FeedMessage = serde_json::from_str(&event.data).unwrap();
            if let FeedNews::Lines { lines, .. } = message.news {
                let gap = lines.gap;
                told.extend(lines.lines.iter().map(|line| (line.text.parse().unwrap(), gap)));
            }
        }
    };
    timeout(Duration::from_secs(60), reading).await.expect("not all is told within a minute");

    let known: Vec<i64> = told.iter().map(|(number, _)| *number).filter(|number| *number < LATER).collect();
    assert_eq!(known, (0..20).collect::<Vec<_>>(), "none is missing, and none is told twice");
    let later: Vec<(i64, bool)> = told.into_iter().filter(|(number, gap)| *number >= LATER || *gap).collect();
    assert_eq!(later.first(), Some(&(LATER, true)), "the mark stands before the first line behind it");
}
