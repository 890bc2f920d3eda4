//! Lets many watchers follow a generated cluster over HTTPS while it changes, and checks that each gets every change
//! in its order.
//!
//! `cargo run --release -p playground --example watchers -- [PODS] [CHANGES-A-SECOND] [WATCHERS] [SECONDS]`
//!
//! Twice: first every watcher follows one namespace with whole pods, as consoles and controllers do; then every watcher
//! follows all pods, their metadata only.

#[path = "../kubernetes/tests/support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use axum::body::Body;
use futures::StreamExt;
use hyper_util::rt::TokioIo;
use playground::{Scale, churn, generate};
use playground_kubernetes::{ChangeKind, Cluster, ClusterSettings, Running, serve};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

/// What is done.
#[derive(Clone, Copy)]
struct Plan {
    pods: usize,
    changes_per_second: u32,
    watchers: usize,
    seconds: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let number = |index: usize, default: u64| match std::env::args().nth(index) {
        Some(text) => text.parse().with_context(|| format!("{text} is no number")),
        None => Ok(default),
    };
    let plan = Plan {
        pods: number(1, 10_000)? as usize,
        changes_per_second: number(2, 1_000)? as u32,
        watchers: number(3, 200)? as usize,
        seconds: number(4, 10)?,
    };
    let cluster = Cluster::new(ClusterSettings {
        history: 1 << 20,
        history_bytes: 4 << 30,
        ..ClusterSettings::default()
    });
    generate(&cluster, Scale { namespaces: 20, ..Scale::of_pods(plan.pods) }, 1);
    let kubelet = Arc::new(support::SmallKubelet::default());
    let running = serve(cluster.clone(), kubelet, "127.0.0.1:0".parse()?).await?;
    measure("whole pods of one of 20 namespaces", plan, &cluster, &running, true).await?;
    measure("the metadata of all pods", plan, &cluster, &running, false).await?;
    running.shutdown().await;
    Ok(())
}

async fn measure(
    what: &str,
    plan: Plan,
    cluster: &Cluster,
    running: &Running,
    by_namespace: bool,
) -> anyhow::Result<()> {
    let mut namespaces: Vec<String> =
        cluster.list("pods", None).iter().filter_map(|pod| pod.namespace().map(str::to_owned)).collect();
    namespaces.dedup();
    let from = cluster.resource_version();
    let mut changes = cluster.subscribe("pods");
    while changes.try_next().is_some() {}

    let mut watchers = JoinSet::new();
    let mut connected = Vec::new();
    for number in 0..plan.watchers {
        let namespace = by_namespace.then(|| namespaces[number % namespaces.len()].clone());
        let path = match &namespace {
            Some(namespace) => format!("/api/v1/namespaces/{namespace}/pods"),
            None => "/api/v1/pods".to_owned(),
        };
        let watch =
            Watch::open(running, &format!("{path}?watch=true&resourceVersion={from}"), by_namespace).await?;
        connected.push((namespace, watch));
    }

    let start = Instant::now();
    // Ends by the time-out: churn goes on for ever.
    tokio::time::timeout(Duration::from_secs(plan.seconds), churn(cluster, plan.changes_per_second))
        .await
        .ok();
    let changing = start.elapsed();
    let mut expected: HashMap<Option<String>, Vec<u64>> = HashMap::new();
    let mut made = 0;
    while let Some(change) = changes.try_next() {
        ensure!(change.kind == ChangeKind::Modified, "churn changes pods and does nothing else");
        made += 1;
        for key in [None, change.object.namespace().map(str::to_owned)] {
            expected.entry(key).or_default().push(change.object.resource_version());
        }
    }
    for (namespace, watch) in connected {
        let versions = expected.get(&namespace).cloned().unwrap_or_default();
        watchers.spawn(watch.check(versions));
    }
    let (mut events, mut bytes) = (0, 0);
    while let Some(seen) = watchers.join_next().await {
        let seen = seen??;
        events += seen.events;
        bytes += seen.bytes;
    }
    let all = start.elapsed();
    println!("{} watchers of {what}:", plan.watchers);
    println!(
        "  made      {made} changes in {changing:.1?}: {:.0} a second",
        made as f64 / changing.as_secs_f64()
    );
    println!(
        "  delivered {events} changes, every one to each, {} MB in {all:.1?}: {:.0} a second",
        bytes / 1_000_000,
        events as f64 / all.as_secs_f64()
    );
    println!("  the last watcher had everything {:.1?} after the last change", all.saturating_sub(changing));
    Ok(())
}

/// What a watcher got.
struct Seen {
    events: usize,
    bytes: usize,
}

/// A watcher that reads as fast as it can from the moment it is opened.
struct Watch {
    lines: tokio::sync::mpsc::UnboundedReceiver<(u64, usize)>,
}

impl Watch {
    async fn open(running: &Running, path: &str, whole: bool) -> anyhow::Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(running.ca_pem.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let configuration = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(running.address).await?;
        let stream =
            TlsConnector::from(Arc::new(configuration)).connect("127.0.0.1".try_into()?, stream).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let form = if whole { "" } else { ";as=PartialObjectMetadata;v=v1;g=meta.k8s.io" };
        let request = hyper::Request::get(path)
            .header("host", running.address.to_string())
            .header("accept", format!("application/json{form}"))
            .header("authorization", format!("Bearer {}", running.admin_token))
            .body(Body::empty())?;
        let response = sender.send_request(request).await?;
        ensure!(response.status() == 200, "{path}: {}", response.status());
        let (versions, lines) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            // The connection lives as long as its sender.
            let _sender = sender;
            let mut pieces = Body::new(response.into_body()).into_data_stream();
            let mut text = Vec::new();
            while let Some(Ok(piece)) = pieces.next().await {
                text.extend_from_slice(&piece);
                let mut start = 0;
                while let Some(length) = text[start..].iter().position(|byte| *byte == b'\n') {
                    let line = &text[start..start + length];
                    start += length + 1;
                    if versions.send((version(line).unwrap_or(0), length)).is_err() {
                        return;
                    }
                }
                text.drain(..start);
            }
        });
        Ok(Self { lines })
    }

    /// Waits until everything has come; fails at the first change that is missing, twice there or out of order.
    async fn check(mut self, expected: Vec<u64>) -> anyhow::Result<Seen> {
        let mut seen = Seen { events: 0, bytes: 0 };
        for wanted in expected {
            let next = tokio::time::timeout(Duration::from_secs(120), self.lines.recv()).await;
            let Some((version, bytes)) = next.context("a watcher waited for two minutes")? else {
                bail!("a watch ended before its time");
            };
            ensure!(version == wanted, "version {wanted} should have come, not {version}");
            seen.events += 1;
            seen.bytes += bytes;
        }
        Ok(seen)
    }
}

/// The version of the object in an event.
fn version(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    let (_, rest) = text.split_once("\"resourceVersion\":\"")?;
    rest.split('"').next()?.parse().ok()
}
