#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use outbound::Reach;
use parking_lot::Mutex;
use std::collections::BTreeSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const TAKEN: &str = "200 OK";
const BY_PASSWORD: &str = "401 Unauthorized\r\nwww-authenticate: Basic realm=\"registry\"";

/// Answers each request with the next of these statuses, which may have headers behind them. `HERE` is its own address.
async fn registry(answers: &[&str]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answers: Vec<String> = answers.iter().map(|answer| answer.replace("HERE", &address)).collect();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            kept.lock().push(String::from_utf8_lossy(&request[..length]).into_owned());
            let answer = format!("HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (address, heard)
}

fn way(named: &[&str]) -> Outbound {
    let named: BTreeSet<String> = named.iter().map(|host| (*host).to_owned()).collect();
    Outbound::new(Reach::Public(Arc::new(named)), LIMITS, "").unwrap()
}

fn ada() -> RegistryLogin {
    RegistryLogin { username: "ada".into(), password: "a:b".into(), ..RegistryLogin::default() }
}

async fn answer(answers: &[&str]) -> (Result<LoginAnswer, Trouble>, Vec<String>) {
    let (address, heard) = registry(answers).await;
    let answer = ask(&way(&["127.0.0.1"]), &address, &ada()).await;
    let heard = heard.lock().clone();
    (answer, heard)
}

#[tokio::test]
async fn a_login_is_shown_where_the_registry_says_and_nowhere_before() {
    let (taken, heard) = answer(&[BY_PASSWORD, TAKEN]).await;
    assert_eq!(taken.unwrap(), LoginAnswer::Taken);
    assert!(heard[0].starts_with("GET /v2/ ") && !heard[0].contains("authorization"), "{heard:?}");
    assert!(heard[1].starts_with("GET /v2/ ") && heard[1].contains("Basic YWRhOmE6Yg=="), "{heard:?}");

    let by_token =
        "401 Unauthorized\r\nwww-authenticate: Bearer realm=\"HERE/token\",service=\"a registry\",scope=\"\"";
    let (taken, heard) = answer(&[by_token, TAKEN]).await;
    assert_eq!(taken.unwrap(), LoginAnswer::Taken);
    assert!(heard[1].starts_with("GET /token?service=a+registry "), "{heard:?}");
    assert!(heard[1].contains("Basic YWRhOmE6Yg=="), "{heard:?}");
}

#[tokio::test]
async fn what_the_registry_says_of_a_login_is_told() {
    assert_eq!(answer(&[BY_PASSWORD, "401 Unauthorized"]).await.0.unwrap(), LoginAnswer::Refused);
    assert_eq!(answer(&[BY_PASSWORD, "403 Forbidden"]).await.0.unwrap(), LoginAnswer::Refused);
    assert_eq!(answer(&[TAKEN]).await.0.unwrap(), LoginAnswer::NotAsked);
    let (nothing, _) = answer(&["404 Not Found"]).await;
    assert!(nothing.unwrap_err().to_string().contains("status 404"));
    let (nothing, _) = answer(&["401 Unauthorized"]).await;
    assert!(matches!(nothing, Err(Trouble::NoRegistry { .. })), "it does not say how");
}

#[tokio::test]
async fn nothing_inside_is_asked_unless_an_operator_named_it() {
    let (address, heard) = registry(&[TAKEN]).await;
    let secure = address.replace("http://", "https://");
    for (named, base) in [(way(&[]), &secure), (way(&["registry.example"]), &address)] {
        let error = ask(&named, base, &ada()).await.unwrap_err();
        assert!(matches!(error, Trouble::Outbound(_)), "{error}");
    }
    assert_eq!(heard.lock().len(), 0);

    for inside in ["https://10.0.0.1/token", "http://169.254.169.254/latest", "file:///etc/passwd"] {
        let sends = format!("401 Unauthorized\r\nwww-authenticate: Bearer realm=\"{inside}\"");
        let (refused, heard) = answer(&[&sends]).await;
        assert!(matches!(refused, Err(Trouble::Outbound(_))), "{inside}: {refused:?}");
        assert_eq!(heard.len(), 1, "{inside}");
    }
    let (refused, _) = answer(&["302 Found\r\nlocation: http://169.254.169.254/"]).await;
    assert!(matches!(refused, Err(Trouble::Outbound(OutboundError::Redirect { .. }))), "{refused:?}");
}

#[test]
fn a_login_that_was_to_go_in_private_does_not_go_in_public() {
    let led = |registry: &str, realm: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, format!("Bearer realm=\"{realm}\"").parse().unwrap());
        door(&headers, registry.to_owned(), false)
    };

    assert!(led("https://registry.example/v2/", "https://login.example/token").is_some());
    assert_eq!(led("https://registry.example/v2/", "http://login.example/token"), None);
    assert!(led("http://registry.internal/v2/", "http://login.internal/token").is_some());
}

#[test]
fn an_address_is_a_host_and_nothing_behind_it() {
    for (server, expected) in [
        ("registry.example", "https://registry.example"),
        (" https://registry.example:5000/v2/ ", "https://registry.example:5000"),
        ("http://registry.internal", "http://registry.internal"),
        ("https://index.docker.io/v1/", "https://registry-1.docker.io"),
        ("docker.io", "https://registry-1.docker.io"),
    ] {
        assert_eq!(base(server).as_deref(), Some(expected), "{server}");
    }
    for server in ["", "https://", "ftp://registry.example", "registry.example@evil.example", "a b"] {
        assert_eq!(base(server), None, "{server}");
    }
}

#[test]
fn whatever_stands_in_a_challenge_is_read_to_its_end() {
    assert_eq!(parameter("realm=\"a=b,c\", service=x", "service"), Some("x"));
    assert_eq!(parameter("Realm=\"a\"", "realm"), Some("a"));
    for said in ["", "=", "realm", "realm=\"a", "=,=,=", "a=\"b\"c", "\"=\"=\""] {
        assert_eq!(parameter(said, "service"), None, "{said}");
    }
}
