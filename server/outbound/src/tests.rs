#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod encryption;

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Answers each connection with the next of these and closes it; tells how many came.
async fn answering(answers: &'static [&'static str]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let came = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&came);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let mut heard = vec![0; 4096];
            let _ = stream.read(&mut heard).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, came)
}

fn way(reach: Reach) -> Outbound {
    let limits = Limits { patience: Duration::from_secs(5), longest_answer: 100 };
    Outbound::new(reach, limits, "").unwrap()
}

fn public(allowed: &[&str]) -> Outbound {
    way(Reach::Public(Arc::new(allowed.iter().map(|host| (*host).to_owned()).collect())))
}

async fn get(way: &Outbound, url: &str) -> Result<Bytes, OutboundError> {
    way.send(Request::get(url).body(Bytes::new()).unwrap()).await.map(Response::into_body)
}

#[tokio::test]
async fn a_read_is_sent_again_when_the_connection_was_closed_and_a_write_is_not() {
    let (url, came) = answering(&["", ANSWER]).await;
    assert_eq!(get(&way(Reach::Anywhere), &url).await.unwrap(), "ok");
    assert_eq!(came.load(Ordering::SeqCst), 2);

    let (url, came) = answering(&["", ANSWER]).await;
    let request = Request::post(&url).body(Bytes::from_static(b"{}")).unwrap();
    let error = way(Reach::Anywhere).send(request).await.unwrap_err();
    assert!(matches!(error, OutboundError::Unreachable { .. }), "{error}");
    assert_eq!(came.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_is_not_public_is_never_dialled_unless_an_operator_named_it() {
    let (url, came) = answering(&[ANSWER]).await;
    let secure = url.replace("http://", "https://");
    let named = secure.replace("127.0.0.1", "localhost");
    let odd = secure.replace("127.0.0.1", "2130706433");
    let six = secure.replace("127.0.0.1", "[::ffff:127.0.0.1]");

    for address in [&secure, &named, &six] {
        let error = get(&public(&["chat.example.org"]), address).await.unwrap_err();
        assert!(matches!(error, OutboundError::Private(_)), "{address}: {error}");
    }
    // A number is no name that a certificate could be for.
    assert!(get(&public(&[]), &odd).await.is_err());
    let error = get(&public(&[]), &url).await.unwrap_err();
    assert!(matches!(error, OutboundError::Insecure(_)), "{error}");
    assert_eq!(came.load(Ordering::SeqCst), 0);

    assert_eq!(get(&public(&["127.0.0.1"]), &url).await.unwrap(), "ok");
}

#[tokio::test]
async fn what_is_no_request_goes_where_requests_may_and_nowhere_else() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let reach =
        |allowed: &[&str]| Reach::Public(Arc::new(allowed.iter().map(|host| (*host).to_owned()).collect()));

    for host in ["127.0.0.1", "localhost", "LocalHost.", "[::ffff:127.0.0.1]"] {
        let error = Found::of(&reach(&["mail.example.org"]), host, port, true).await.unwrap_err();
        assert!(matches!(error, OutboundError::Private(_)), "{host}: {error}");
    }
    let error = Found::of(&reach(&[]), "127.0.0.1", port, false).await.unwrap_err();
    assert!(matches!(error, OutboundError::Insecure(_)), "{error}");

    let found = Found::of(&reach(&["127.0.0.1"]), "127.0.0.1", port, false).await.unwrap();
    found.dial().await.unwrap();
}

#[tokio::test]
async fn without_encryption_only_this_machine_is_asked() {
    let (url, _) = answering(&[ANSWER]).await;

    assert_eq!(get(&way(Reach::Encrypted), &url).await.unwrap(), "ok");
    let error = get(&way(Reach::Encrypted), "http://192.0.2.1/").await.unwrap_err();
    assert!(matches!(error, OutboundError::Insecure(_)), "{error}");
}

#[tokio::test]
async fn redirects_and_long_answers_are_told_and_paths_are_not() {
    let (url, _) =
        answering(&["HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"])
            .await;
    let error = get(&way(Reach::Anywhere), &format!("{url}/services/T0/secret?token=x")).await.unwrap_err();
    assert!(matches!(&error, OutboundError::Redirect { target, .. } if target == "http://169.254.169.254/"));
    assert!(!error.to_string().contains("secret") && !error.to_string().contains("token"), "{error}");

    let (url, _) = answering(&["HTTP/1.1 202 Accepted\r\ncontent-length: 101\r\n\r\n"]).await;
    let error = get(&way(Reach::Anywhere), &url).await.unwrap_err();
    let OutboundError::Long { limit_bytes, status, .. } = error else { panic!("{error}") };
    assert_eq!((limit_bytes, status.as_u16()), (100, 202), "what it did is known all the same");
}

#[tokio::test]
async fn no_more_is_read_than_was_said_whatever_the_answer_says_of_its_length() {
    // One that ends with its connection, so that nothing but the limit is against it.
    const WHOLE: &str = concat!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n",
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789",
        "1"
    );
    let (url, _) = answering(&[WHOLE]).await;

    let error = get(&way(Reach::Anywhere), &url).await.unwrap_err();

    assert!(matches!(error, OutboundError::Long { limit_bytes: 100, .. }), "{error}");
}

#[tokio::test]
async fn who_does_not_answer_costs_no_more_than_was_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let limits = Limits { patience: Duration::from_millis(50), longest_answer: 100 };
    let way = Outbound::new(Reach::Anywhere, limits, "").unwrap();
    let begun = std::time::Instant::now();

    let error = get(&way, &format!("http://{}", listener.local_addr().unwrap())).await.unwrap_err();

    assert!(matches!(error, OutboundError::Slow { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_system_is_shown_what_it_wants_and_a_file_that_is_missing_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/base", listener.local_addr().unwrap());
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = vec![0; 4096];
        let length = stream.read(&mut bytes).await.unwrap();
        stream.write_all(ANSWER.as_bytes()).await.unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    });
    let limits = Limits { patience: Duration::from_secs(5), longest_answer: 100 };
    let system =
        |proof| System::new(Address { url: url.clone(), proof, authority: String::new() }, limits).unwrap();

    let basic = system(Proof::Basic("YTpi".into()));
    basic.ask(Method::POST, "/x?q=1", Bytes::from_static(b"{}")).await.unwrap();
    let heard = heard.await.unwrap();
    assert!(heard.starts_with("POST /base/x?q=1 HTTP/1.1"), "{heard}");
    assert!(heard.contains("authorization: Basic YTpi") && heard.ends_with("{}"), "{heard}");
    assert!(!heard.contains("cookie") && !heard.contains("impersonate"), "{heard}");

    let file = system(Proof::File { path: "/nowhere/key".into(), scheme: "Bearer" });
    let error = file.ask(Method::GET, "/", Bytes::new()).await.unwrap_err();
    assert!(error.to_string().contains("/nowhere/key"), "{error}");
}

#[test]
fn what_is_no_authority_is_refused() {
    let limits = Limits { patience: Duration::from_secs(1), longest_answer: 1 };

    assert!(Outbound::new(Reach::Anywhere, limits, "hello").is_err());
}
