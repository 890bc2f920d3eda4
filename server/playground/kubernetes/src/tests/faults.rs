use std::sync::Arc;

use futures::StreamExt;
use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use super::{Client, MAPS, NoKubelet, config_map};
use crate::{Effect, FaultRule, WrongCertificate, serve};

fn rule(verb: &str, effect: Effect) -> FaultRule {
    FaultRule { verbs: vec![verb.to_owned()], remaining: Some(1), effect, ..FaultRule::default() }
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_back() {
    let client = Client::administrator();
    client.cluster.faults().add(rule("list", Effect::TooManyRequests { retry_after_seconds: 7 }));

    let response = client.raw("GET", MAPS, &Value::Null).await;

    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(client.get(MAPS).await.0, 200);
}

#[tokio::test]
async fn unavailable_may_come_after_the_deed() {
    let client = Client::administrator();
    client.cluster.faults().add(rule("create", Effect::UnavailableAfterwards));

    assert_eq!(client.call("POST", MAPS, config_map("a")).await.0, 503);

    assert_eq!(client.get(&format!("{MAPS}/a")).await.0, 200);
}

#[tokio::test]
async fn a_dead_aggregated_group_leaves_the_others_alive() {
    let client = Client::administrator();
    let dead = json!({"pathPrefix": "/apis/metrics.k8s.io", "effect": {"type": "unavailable"}});
    assert_eq!(client.call("POST", "/playground/faults", dead).await.0, 200);

    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    let (_, groups) = client.with("accept", accept).get("/apis").await;

    let freshness = |name: &str| {
        let group =
            groups["items"].as_array().unwrap().iter().find(|group| group["metadata"]["name"] == name);
        group.unwrap()["versions"][0]["freshness"].clone()
    };
    assert_eq!((freshness("metrics.k8s.io"), freshness("apps")), (json!("Stale"), json!("Current")));
    assert_eq!(client.get("/apis/metrics.k8s.io/v1beta1/nodes").await.0, 503);
    assert_eq!(client.call("DELETE", "/playground/faults", Value::Null).await.0, 200);
    assert_eq!(client.get("/apis/metrics.k8s.io/v1beta1/nodes").await.0, 200);
}

#[tokio::test]
async fn the_switchboard_cannot_lock_itself_out() {
    let client = Client::administrator();
    let everything = json!({"effect": {"type": "unavailable"}});
    assert_eq!(client.call("POST", "/playground/faults", everything).await.0, 200);
    assert_eq!(client.get(MAPS).await.0, 503);

    assert_eq!(client.call("DELETE", "/playground/faults", Value::Null).await.0, 200);

    assert_eq!(client.get(MAPS).await.0, 200);
}

#[tokio::test]
async fn answers_can_end_in_the_middle() {
    let client = Client::administrator();
    client.cluster.create(config_map("a")).unwrap();
    client.cluster.faults().add(rule("get", Effect::Truncated));

    assert_eq!(client.get(&format!("{MAPS}/a")).await, (200, Value::Null));
}

#[tokio::test]
async fn only_an_administrator_reaches_the_switches() {
    let client = Client::administrator().user("jo", &[]);

    assert_eq!(client.get("/playground/faults").await.0, 403);
}

fn always(verb: &str, effect: Effect) -> FaultRule {
    FaultRule { remaining: None, ..rule(verb, effect) }
}

#[tokio::test(start_paused = true)]
async fn an_answer_can_come_late_or_slowly() {
    let client = Client::administrator();
    let mut map = config_map("a");
    map["data"]["a"] = json!("x".repeat(1000));
    client.cluster.create(map).unwrap();
    let start = Instant::now();

    client.cluster.faults().add(rule("get", Effect::Delay { milliseconds: 1500 }));
    assert_eq!(client.get(&format!("{MAPS}/a")).await.0, 200);
    assert_eq!(start.elapsed().as_millis(), 1500);

    client.cluster.faults().add(rule("get", Effect::SlowBytes { bytes_per_second: 100 }));
    let (_, map) = client.get(&format!("{MAPS}/a")).await;
    assert_eq!(map["data"]["a"].as_str().unwrap().len(), 1000);
    assert!(start.elapsed().as_secs() > 10);
}

#[tokio::test]
async fn a_token_can_be_taken_for_expired() {
    let client = Client::administrator();
    client.cluster.faults().add(rule("list", Effect::Unauthorized));

    assert_eq!(client.get(MAPS).await.0, 401);
    assert_eq!(client.get(MAPS).await.0, 200);
}

#[tokio::test]
async fn a_half_open_connection_says_nothing_until_the_fault_is_over() {
    let client = Client::administrator();
    client.cluster.faults().add(rule("list", Effect::HalfOpen));
    let mut answer = Box::pin(client.get(MAPS));

    assert!(futures::poll!(&mut answer).is_pending());
    tokio::task::yield_now().await;
    assert!(futures::poll!(&mut answer).is_pending());
    client.cluster.faults().clear();

    assert_eq!(answer.await.0, 200);
}

#[tokio::test]
async fn a_half_open_watch_misses_nothing_when_the_fault_is_over() {
    let client = Client::administrator();
    let mut events = client.watch(&format!("{MAPS}?watch=true")).await;
    client.cluster.faults().add(always("watch", Effect::WatchHalfOpen));
    client.cluster.create(config_map("a")).unwrap();
    {
        let mut next = Box::pin(events.next());
        assert!(futures::poll!(&mut next).is_pending());
        tokio::task::yield_now().await;
        assert!(futures::poll!(&mut next).is_pending());
    }

    client.cluster.faults().clear();

    assert_eq!(events.next_short().await, "ADDED a");
}

#[tokio::test]
async fn garbage_without_end_leaves_room_for_changes() {
    let client = Client::administrator();
    client.cluster.faults().add(always("watch", Effect::WatchGarbage));
    let response = client.raw("GET", &format!("{MAPS}?watch=true"), &Value::Null).await;
    let mut pieces = response.into_body().into_data_stream();
    let garbage = |piece: &[u8]| serde_json::from_slice::<Value>(piece).is_err();

    assert!(garbage(&pieces.next().await.unwrap().unwrap()));
    assert!(futures::poll!(pieces.next()).is_pending());
    client.cluster.create(config_map("a")).unwrap();
    let added = pieces.next().await.unwrap().unwrap();
    assert!(!garbage(&added), "{}", String::from_utf8_lossy(&added));
    assert!(garbage(&pieces.next().await.unwrap().unwrap()));
    assert!(futures::poll!(pieces.next()).is_pending());
}

#[tokio::test]
async fn a_wrong_clock_shows_in_dates_and_ages() {
    let client = Client::administrator();
    client.cluster.faults().add(rule("create", Effect::ClockSkew { seconds: -7200 }));

    let response = client.raw("POST", MAPS, &config_map("a")).await;

    let date = response.headers()["date"].to_str().unwrap().to_owned();
    let date = jiff::fmt::rfc2822::parse(&date).unwrap().timestamp();
    let (_, map) = client.get(&format!("{MAPS}/a")).await;
    let created: Timestamp = map["metadata"]["creationTimestamp"].as_str().unwrap().parse().unwrap();
    for time in [date, created] {
        let behind = Timestamp::now().duration_since(time).as_secs();
        assert!((7200..7500).contains(&behind), "{behind} seconds behind");
    }
}

/// Shakes hands with a server whose address is in a kubeconfig, and asks for its health.
async fn ask(kubeconfig: &str, ca_pem: &str) -> std::io::Result<String> {
    let address = kubeconfig.split("https://").nth(1).unwrap().lines().next().unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let configuration = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(configuration));
    let stream = tokio::net::TcpStream::connect(address).await?;
    let mut stream = connector.connect("127.0.0.1".try_into().unwrap(), stream).await?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    // A server that hangs up need not say so first.
    stream.read_to_end(&mut answer).await.ok();
    Ok(String::from_utf8(answer).unwrap())
}

#[tokio::test]
async fn a_wrong_certificate_is_refused_for_its_reason() {
    let cluster = Client::administrator().cluster;
    let running = serve(cluster, Arc::new(NoKubelet), "127.0.0.1:0".parse().unwrap()).await.unwrap();
    assert!(ask(&running.kubeconfig(), &running.ca_pem).await.unwrap().starts_with("HTTP/1.1 200"));

    for (wrong, expected) in [
        (WrongCertificate::OtherAuthority, "UnknownIssuer"),
        (WrongCertificate::Expired, "expired"),
        (WrongCertificate::OtherName, "not valid for"),
    ] {
        let kubeconfig = running.with_wrong_certificate(wrong).await.unwrap();
        let problem = ask(&kubeconfig, &running.ca_pem).await.unwrap_err().to_string();
        assert!(problem.contains(expected), "{wrong:?}: {problem}");
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_connection_can_be_closed_without_an_answer() {
    let client = Client::administrator();
    let path_prefix = "/readyz".to_owned();
    client.cluster.faults().add(FaultRule { path_prefix, effect: Effect::Drop, ..FaultRule::default() });
    let running =
        serve(client.cluster.clone(), Arc::new(NoKubelet), "127.0.0.1:0".parse().unwrap()).await.unwrap();

    assert_eq!(ask(&running.kubeconfig(), &running.ca_pem).await.unwrap(), "");
    client.cluster.faults().clear();

    assert!(ask(&running.kubeconfig(), &running.ca_pem).await.unwrap().ends_with("ok"));
    running.shutdown().await;
}
