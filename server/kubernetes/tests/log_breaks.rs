//! Logs that break while they are followed: on a node that turns them over, and for so long that not all is told again.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use jiff::{SignedDuration, Timestamp};
use model::ResourceRef;
use model::live::{ContainerChoice, FeedMessage, FeedNews, FeedRequest, LogTopic, Topic};
use playground_kubernetes::{Kubelet, LogOptions, Status};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{Stage, harbour, pod};
use tokio::time::timeout;

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

#[tokio::test]
async fn a_log_that_breaks_is_told_once_and_what_cannot_be_told_again_is_marked() {
    let hour_ago = Timestamp::from_second(Timestamp::now().as_second() - 3_600).unwrap();
    let stage = Stage::run_by(Arc::new(Breaking { begin: hour_ago, opened: AtomicUsize::new(0) })).await;
    stage.bind_roles();
    let mut web = pod("shop", "web-0");
    web["spec"]["nodeName"] = json!("node-0");
    web["status"] = json!({"containerStatuses": [{"name": "main", "ready": true, "state": {"running": {}}}]});
    stage.cluster.create(web).unwrap();
    let caller = stage.caller("project-editor", &["shop"]).await;
    let of = ResourceRef {
        cluster: harbour(),
        kind: "pods".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web-0".parse().unwrap(),
    };
    let topic = Topic::Log(LogTopic { of, pod: None, containers: ContainerChoice::Usual, tail: 100 });
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
