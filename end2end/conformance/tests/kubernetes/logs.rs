//! Logs: their parts, following, and what is refused.

use std::time::Duration;

use futures::StreamExt;
use jiff::Timestamp;

use crate::support::{Cluster, json, pod, running_pod};

/// What a container has said, once it has said enough to be taken apart.
async fn whole(cluster: &Cluster, path: &str) -> Vec<(Timestamp, String)> {
    let path = format!("{path}?timestamps=true");
    let text = cluster
        .eventually("three lines", async || {
            let text = cluster.get(&path).await.text;
            (text.lines().count() >= 3).then_some(text)
        })
        .await;
    let timed = text.lines().map(|line| {
        let (time, line) = line.split_once(' ').unwrap();
        (time.parse().unwrap(), line.to_owned())
    });
    timed.collect()
}

fn text(lines: &[(Timestamp, String)]) -> String {
    lines.iter().map(|(_, line)| format!("{line}\n")).collect()
}

#[tokio::test]
async fn a_log_is_read_whole_and_in_parts() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = cluster.core("pods/a/log");
    let lines = whole(&cluster, &path).await;
    let read = async |query: &str| cluster.get(&format!("{path}?{query}")).await;

    let all = read("").await;
    let none = read("tailLines=0").await;
    let start = read("limitBytes=12").await;
    let long_ago = read("sinceSeconds=1000000000").await;
    let container = read("container=main&limitBytes=12").await;

    assert_eq!((all.code, all.header("content-type")), (200, "text/plain"));
    // More may have been said since, never less.
    assert!(all.text.starts_with(&text(&lines)), "{}", all.text);
    assert_eq!((none.code, none.text.as_str()), (200, ""));
    assert_eq!(start.text, all.text[..12]);
    assert_eq!(container.text, start.text);
    for since in [lines[1].0, lines[2].0] {
        let later = read(&format!("sinceTime={since}")).await;
        // The API server tells the node whole seconds, so that lines of the same second come again.
        let second = Timestamp::from_second(since.as_second()).unwrap();
        let expected: Vec<_> = lines.iter().filter(|(time, _)| *time >= second).cloned().collect();
        assert!(later.text.starts_with(&text(&expected)), "since {since}: {}", later.text);
    }
    assert!(long_ago.text.starts_with(&text(&lines)), "{}", long_ago.text);
    cluster.close().await;
}

#[tokio::test]
async fn the_last_lines_are_the_end_of_the_log() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = cluster.core("pods/a/log");
    whole(&cluster, &path).await;

    // Read before and after: what was said in between is at the end of neither.
    cluster
        .eventually("two readings of the same log", async || {
            let before = cluster.get(&path).await.text;
            let last = cluster.get(&format!("{path}?tailLines=2")).await.text;
            let after = cluster.get(&path).await.text;
            (before == after).then(|| {
                assert_eq!(last.lines().count(), 2);
                assert!(before.ends_with(&last), "{last}\nis not the end of\n{before}");
            })
        })
        .await;
    cluster.close().await;
}

#[tokio::test]
async fn a_followed_log_goes_on_until_its_pod_goes() {
    let cluster = Cluster::open().await;
    cluster.run_pod(&running_pod("a")).await;
    let path = cluster.core("pods/a/log");
    let first = whole(&cluster, &path).await.remove(0).1;

    let mut log = cluster.follow(&format!("{path}?follow=true")).await;
    let mut said = Vec::new();
    while !said.contains(&b'\n') {
        said.extend_from_slice(&log.next().await.unwrap());
    }
    let early = async { while log.next().await.is_some() {} };
    let early = tokio::time::timeout(Duration::from_secs(1), early).await;
    cluster.delete(&cluster.core("pods/a"), &json!({"gracePeriodSeconds": 0})).await.succeeds();

    assert!(String::from_utf8(said).unwrap().starts_with(&first));
    assert!(early.is_err(), "it ended before its pod");
    // KWOK reads a file and asks nobody whether the container still runs.
    if !cluster.has_kwok_nodes().await {
        let rest = async { while log.next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(30), rest).await.expect("it ends with its pod");
    }
    cluster.close().await;
}

#[tokio::test]
async fn options_that_make_no_sense_are_refused() {
    let cluster = Cluster::open().await;
    cluster.post(&cluster.core("pods"), &pod("a")).await.is(201);
    let read = async |query: &str| cluster.get(&cluster.core(&format!("pods/a/log?{query}"))).await;
    let invalid = |rest: &str| format!("PodLogOptions \"a\" is invalid: {rest}");

    let both = read("sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z").await;
    let seconds = read("sinceSeconds=0").await;
    let bytes = read("limitBytes=0").await;
    let several = read("limitBytes=0&tailLines=-1").await;
    let time = read("sinceTime=yesterday").await;
    let number = read("tailLines=many").await;

    both.fails(
        422,
        "Invalid",
        &invalid("[]: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"),
    );
    seconds.fails(422, "Invalid", &invalid("sinceSeconds: Invalid value: 0: must be greater than 0"));
    bytes.fails(422, "Invalid", &invalid("limitBytes: Invalid value: 0: must be greater than 0"));
    several.fails(
        422,
        "Invalid",
        &invalid(
            "[tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be \
             greater than 0]",
        ),
    );
    time.fails(
        400,
        "BadRequest",
        "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"",
    );
    number.fails(400, "BadRequest", "strconv.ParseInt: parsing \"many\": invalid syntax");
    cluster.close().await;
}

#[tokio::test]
async fn a_log_that_is_not_there_is_refused() {
    let cluster = Cluster::open().await;
    let mut several = running_pod("several");
    several["spec"]["containers"].as_array_mut().unwrap().push(json!({"name": "side", "image": "busybox:1"}));
    several["spec"]["initContainers"] = json!([{"name": "first", "image": "busybox:1"}]);
    cluster.post(&cluster.core("pods"), &several).await.is(201);
    cluster.run_pod(&running_pod("a")).await;
    cluster.post(&cluster.core("pods"), &pod("waiting")).await.is(201);

    let unscheduled = cluster.get(&cluster.core("pods/waiting/log")).await;
    let gone = cluster.get(&cluster.core("pods/gone/log")).await;
    let unnamed = cluster.get(&cluster.core("pods/several/log?follow=true")).await;
    let unknown = cluster.get(&cluster.core("pods/a/log?container=nobody")).await;
    let previous = cluster.get(&cluster.core("pods/a/log?previous=true")).await;

    assert_eq!((unscheduled.code, unscheduled.text.as_str()), (204, ""));
    gone.fails(404, "NotFound", "pods \"gone\" not found");
    unnamed.fails(
        400,
        "BadRequest",
        "a container name must be specified for pod several, choose one of: [first main side]",
    );
    unknown.fails(400, "BadRequest", "container nobody is not valid for pod a");
    assert_eq!((previous.code, &previous.body["reason"]), (400, &"BadRequest".into()));
    // KWOK looks for a file instead.
    if !cluster.has_kwok_nodes().await {
        previous.fails(400, "BadRequest", "previous terminated container \"main\" in pod \"a\" not found");
    }
    cluster.close().await;
}
