//! How soon what somebody has open ends when they lose the right to it: lists, logs and terminals of many people at once,
//! when this replica takes the right and when another one does, which nobody tells. Prints figures as `name<TAB>value` lines.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

#[path = "../tests/support/mod.rs"]
mod support;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use kubernetes::{ForCaller, Shown, TerminalEnds, TerminalPatience, Typed};
use model::live::{ContainerChoice, FeedRequest, LogTopic, Topic};
use model::terminal::{TerminalNews, TerminalPlace, TerminalRequest, TerminalSize};
use model::{KindSlug, ResourceRef, TableQuery};
use playground_kubernetes::{ExecExit, ExecIo, Kubelet, LogOptions, Status};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Stage, harbour, pod};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// People who each have one of everything open.
const PEOPLE: u32 = 100;
/// Over this time they lose their rights, one after the other.
const TAKEN_OVER: Duration = Duration::from_secs(10);

/// An agent whose containers write a line each second, and whose shells wait for ever.
struct Patient;

#[async_trait]
impl Kubelet for Patient {
    async fn logs(&self, _: &Value, _: &str, _: LogOptions) -> Result<BoxStream<'static, Bytes>, Status> {
        let lines = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Some((Bytes::from_static(b"2026-01-01T00:00:00Z still here\n"), ()))
        });
        Ok(Box::pin(lines))
    }

    async fn exec(&self, _: &Value, _: &str, _: Vec<String>, _: bool, mut io: ExecIo) -> ExecExit {
        let (mut stdin, stdout) = (io.stdin.take().unwrap(), io.stdout.take().unwrap());
        let _ = stdout.send(Bytes::from_static(b"# ")).await;
        while stdin.recv().await.is_some() {}
        ExecExit::Code(0)
    }
}

#[tokio::main]
async fn main() {
    let stage = Stage::run_by(Arc::new(Patient)).await;
    stage.bind_roles();
    let mut web = pod("shop", "web-0");
    web["spec"]["nodeName"] = json!("node-0");
    web["status"] = json!({"containerStatuses": [{"name": "main", "ready": true, "state": {"running": {}}}]});
    stage.cluster.create(web).unwrap();
    for (what, is_told) in [("here", true), ("on another replica", false)] {
        measure(&stage, what, is_told).await;
    }
}

async fn measure(stage: &Stage, what: &str, is_told: bool) {
    let mut open = Vec::new();
    for _ in 0..PEOPLE {
        let (account, caller) = stage.account("project-editor", &["shop"]).await;
        let list = Topic::Table(TableQuery::of(harbour(), KindSlug::parse("pods").unwrap()));
        let log = Topic::Log(LogTopic { of: web(), pod: None, containers: ContainerChoice::Usual, tail: 10 });
        open.push((account, [feed(&caller, list).await, feed(&caller, log).await, terminal(&caller).await]));
    }
    let mut times: [Vec<Duration>; 3] = Default::default();
    let mut ends: Vec<(Instant, [JoinHandle<Instant>; 3])> = Vec::new();
    for (account, streams) in open {
        let taken = take(stage, account, is_told).await;
        ends.push((taken, streams));
        tokio::time::sleep(TAKEN_OVER / PEOPLE).await;
    }
    for (taken, streams) in ends {
        for (times, ended) in times.iter_mut().zip(streams) {
            times.push(ended.await.unwrap().saturating_duration_since(taken));
        }
    }
    for (name, times) in ["list", "log", "terminal"].into_iter().zip(times) {
        print(&format!("a right taken {what}, until an open {name} ends"), times);
    }
}

async fn take(stage: &Stage, account: Uuid, is_told: bool) -> Instant {
    let taken = Instant::now();
    stage.take(account, "shop").await;
    if is_told {
        stage.kubernetes.access().announce_change();
    }
    taken
}

fn web() -> ResourceRef {
    ResourceRef {
        cluster: harbour(),
        kind: "pods".parse().unwrap(),
        namespace: Some("shop".parse().unwrap()),
        name: "web-0".parse().unwrap(),
    }
}

/// Opens a feed and waits for its first news; answers when it said that it ended.
async fn feed(caller: &ForCaller, topic: Topic) -> JoinHandle<Instant> {
    let mut events = Box::pin(caller.follow(vec![FeedRequest { feed: 1, topic, from: None }], None).unwrap());
    events.next().await.unwrap();
    tokio::spawn(async move {
        while let Some(event) = events.next().await {
            let message: Value = serde_json::from_str(&event.data).unwrap();
            if !message["news"]["ended"].is_null() {
                return Instant::now();
            }
        }
        panic!("it ended without a word");
    })
}

/// Opens a terminal and waits for its shell; answers when it said that it ended.
async fn terminal(caller: &ForCaller) -> JoinHandle<Instant> {
    let ((keys, typed), (shown, mut showing)) = (mpsc::channel::<Typed>(2), mpsc::channel(2));
    let ends = TerminalEnds { typed, shown, stop: Default::default() };
    let request = TerminalRequest { pod: web(), container: None, shell: None, debug: None };
    let caller = caller.clone();
    tokio::spawn(async move {
        let place = TerminalPlace::Container(request);
        caller.terminal(place, TerminalSize::USUAL, ends, TerminalPatience::default()).await;
    });
    let (opened, is_open) = oneshot::channel();
    let ended = tokio::spawn(async move {
        let (_keys, mut opened) = (keys, Some(opened));
        while let Some(shown) = showing.recv().await {
            match shown {
                Shown::News(TerminalNews::Opened { .. }) => drop(opened.take().unwrap().send(())),
                Shown::News(TerminalNews::Ended(_)) => return Instant::now(),
                _ => {}
            }
        }
        panic!("it ended without a word");
    });
    is_open.await.unwrap();
    ended
}

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    for percent in [50, 99] {
        let time = times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
        println!("{what}, p{percent} ms\t{time:.0}");
    }
}
