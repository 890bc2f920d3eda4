#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use parking_lot::Mutex;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ROOT: &str = r#"{"name":"es-0","cluster_name":"shop-logs","version":{"number":"8.17.0"}}"#;

fn way(named: &[&str]) -> Way {
    Way::new(named.iter().map(|host| (*host).to_owned()).collect()).unwrap()
}

/// Answers one request so, and keeps it.
async fn store(status: &'static str, body: &'static str) -> (u16, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&heard);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let length = stream.read(&mut request).await.unwrap();
        *kept.lock() = String::from_utf8_lossy(&request[..length]).into_owned();
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    (port, heard)
}

fn at(port: u16) -> Search {
    let (host, path) = ("127.0.0.1".to_owned(), String::new());
    Search { host, port, is_tls: false, path, login: None }
}

async fn answer(status: &'static str, body: &'static str, login: Option<&str>) -> (ReceiverAnswer, String) {
    let (port, heard) = store(status, body).await;
    let answer = way(&["127.0.0.1"]).ask(&at(port), login).await;
    let heard = heard.lock().clone();
    (answer, heard)
}

#[tokio::test]
async fn a_log_store_says_who_it_is_and_sees_the_login() {
    let (known, heard) = answer("200 OK", ROOT, Some("ada:a:b")).await;

    let (product, version, name) = ("Elasticsearch".into(), "8.17.0".into(), "shop-logs".into());
    assert_eq!(known, ReceiverAnswer::LogStore { product, version, name });
    assert!(heard.starts_with("GET / ") && heard.contains("Basic YWRhOmE6Yg=="), "{heard}");
    let open = r#"{"cluster_name":"c","version":{"distribution":"opensearch","number":"2.19.1"}}"#;
    let (known, heard) = answer("200 OK", open, None).await;
    assert!(matches!(known, ReceiverAnswer::LogStore { product, .. } if product == "OpenSearch"));
    assert!(!heard.to_lowercase().contains("authorization"), "{heard}");
}

#[tokio::test]
async fn what_a_log_store_says_of_a_login_is_told() {
    let refused = async |status, login| answer(status, "{}", login).await.0;

    assert_eq!(refused("401 Unauthorized", None).await, ReceiverAnswer::WantsLogin);
    assert_eq!(refused("401 Unauthorized", Some("a:b")).await, ReceiverAnswer::RefusesLogin);
    assert_eq!(refused("403 Forbidden", Some("a:b")).await, ReceiverAnswer::TellsNothing);
    let silent = |answer, words: &str| matches!(answer, ReceiverAnswer::Silent(said) if said.contains(words));
    assert!(silent(refused("502 Bad Gateway", None).await, "status 502"));
    assert!(silent(answer("200 OK", "<html>", None).await.0, "neither Elasticsearch nor OpenSearch"));
}

#[tokio::test]
async fn nothing_inside_is_dialled_unless_an_operator_named_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();

    assert_eq!(way(&["127.0.0.1"]).dial("127.0.0.1", port).await, ReceiverAnswer::Listens);
    for (host, words) in
        [("127.0.0.1", "not in the public internet"), ("10.0.0.1", "not in the public internet")]
    {
        let refused = way(&[]).dial(host, port).await;
        assert!(matches!(&refused, ReceiverAnswer::Silent(said) if said.contains(words)), "{refused:?}");
    }
    let refused = way(&[]).ask(&at(port), Some("a:b")).await;
    assert!(matches!(&refused, ReceiverAnswer::Silent(said) if said.contains("https://")), "{refused:?}");
    drop(listener);
    let gone = way(&["127.0.0.1"]).dial("127.0.0.1", port).await;
    assert!(matches!(&gone, ReceiverAnswer::Silent(said) if said.contains("cannot be reached")), "{gone:?}");
}

#[test]
fn what_comes_through_a_cluster_is_told_apart() {
    let answered = |code: u16, message: &str| {
        let status = kubernetes::ApiStatus { code, message: message.into(), ..Default::default() };
        let (cluster, status) = ("lantern".into(), Box::new(status));
        said_through(Err(KubernetesError::Answered { cluster, status, write: false }))
    };

    assert!(matches!(said_through(Ok(ROOT.into())), ReceiverAnswer::LogStore { .. }));
    assert_eq!(answered(401, "Unauthorized"), ReceiverAnswer::WantsLogin);
    let own = r#"{"error":{"type":"security_exception","reason":"missing"},"status":403}"#;
    assert_eq!(answered(403, own), ReceiverAnswer::WantsLogin);
    let none = answered(503, "no endpoints available for service \"elasticsearch\"");
    assert!(matches!(none, ReceiverAnswer::Silent(said) if said.contains("no endpoints")));
}

#[test]
fn an_output_says_where_and_how() {
    let key = |field: &str| json!({"valueFrom": {"secretKeyRef": {"name": "logs", "key": field}}});
    let search = json!({"es": {
        "host": "logs.example.com", "tls": {"verify": false}, "path": "/search/",
        "httpUser": key("user"), "httpPassword": key("password"),
    }});
    let Target::Search(found) = target(&search).unwrap() else { panic!("{search}") };
    assert_eq!((found.host.as_str(), found.port, found.is_tls), ("logs.example.com", 9200, true));
    assert_eq!(found.path, "/search");
    let (user, password) = found.login.unwrap();
    assert_eq!(
        (user.secret.as_str(), user.key.as_str(), password.key.as_str()),
        ("logs", "user", "password")
    );

    let lines = |spec: Value| match target(&spec) {
        Ok(Target::Lines(lines)) => lines.iter().map(|(host, port)| told(host, *port)).collect::<Vec<_>>(),
        other => panic!("{spec}: {other:?}"),
    };
    let brokers = json!({"kafka": {"brokers": "a.example:9093, PLAINTEXT://b.example,", "topics": "logs"}});
    assert_eq!(lines(brokers), ["a.example:9093", "b.example:9092"]);
    assert_eq!(lines(json!({"forward": {"host": "2001:db8::1"}})), ["[2001:db8::1]:24224"]);
    assert_eq!(lines(json!({"http": {"host": "h.example", "tls": {}}})), ["h.example:443"]);
}

#[test]
fn an_address_is_a_host_and_a_port_and_leads_nowhere_else() {
    for (spec, trouble) in [
        (json!({"stdout": {}}), Trouble::Unknown),
        (json!({"es": {"host": " "}}), Trouble::NoHost),
        (json!({"kafka": {"brokers": " ,"}}), Trouble::NoHost),
        (json!({"es": {"host": "a@b.example"}}), Trouble::NoAddress),
        (json!({"es": {"host": "a.example/x?"}}), Trouble::NoAddress),
        (json!({"es": {"host": "a.example", "port": 70_000}}), Trouble::NoAddress),
        (json!({"es": {"host": "a.example", "path": "/../../api/v1/secrets"}}), Trouble::NoAddress),
        (json!({"es": {"host": "a.example", "path": "/x?y"}}), Trouble::NoAddress),
        (json!({"kafka": {"brokers": "u:p@a.example"}}), Trouble::NoAddress),
        (json!({"kafka": {"brokers": "a.example:port"}}), Trouble::NoAddress),
    ] {
        assert_eq!(target(&spec), Err(trouble), "{spec}");
    }
}

#[test]
fn what_only_a_cluster_knows_is_told_by_its_name() {
    let service = |name: &str, namespace: &str| {
        let (name, namespace) = (name.to_owned(), namespace.to_owned());
        Whereabouts::Service { namespace, name }
    };

    assert_eq!(whereabouts("elasticsearch.logging.svc"), service("elasticsearch", "logging"));
    assert_eq!(whereabouts("ES.Logging.svc.cluster.local."), service("es", "logging"));
    for inside in
        ["elasticsearch", "kafka-0.kafka.queues.svc.cluster.local", "10-0-0-1.shop.pod.cluster.local"]
    {
        assert_eq!(whereabouts(inside), Whereabouts::Inside, "{inside}");
    }
    for outside in ["logs.example.com", "10.0.0.1", "2001:db8::1", "svcs.example"] {
        assert_eq!(whereabouts(outside), Whereabouts::Outside, "{outside}");
    }
}
