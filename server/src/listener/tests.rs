//! On real sockets: what a silent, slow or greedy client gets, and how stopping goes.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use axum::routing::get;
use futures::StreamExt;
use tokio::io::AsyncReadExt;
use tokio::task::JoinHandle;

struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<usize>,
}

async fn run(limits: ConnectionLimits, trusted_proxies: Vec<Network>) -> Running {
    let slow = || async {
        sleep(Duration::from_millis(600)).await;
        "late"
    };
    let endless = || async {
        let chunk = || Ok::<_, io::Error>(bytes::Bytes::from(vec![b'x'; 64 * 1024]));
        let chunks = futures::stream::repeat_with(chunk);
        Body::from_stream(chunks)
    };
    let pending =
        || async { Body::from_stream(futures::stream::pending::<io::Result<bytes::Bytes>>().boxed()) };
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/slow", get(slow))
        .route("/endless", get(endless))
        .route("/pending", get(pending));
    let patience = Patience {
        header: Duration::from_millis(400),
        write_stall: Duration::from_millis(400),
        drain: Duration::from_millis(1500),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task =
        tokio::spawn(serve(listener, router, Listening { limits, trusted_proxies, patience }, stop.clone()));
    Running { address, stop, task }
}

const MANY: ConnectionLimits = ConnectionLimits { total: 100, per_address: 100 };

/// Sends this and answers all that comes back until the server closes, or what came within two seconds.
async fn exchange(stream: &mut TcpStream, text: &str) -> (String, bool) {
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let is_closed = timeout(Duration::from_secs(2), stream.read_to_end(&mut answer)).await.is_ok();
    (String::from_utf8_lossy(&answer).into_owned(), is_closed)
}

#[tokio::test]
async fn who_says_nothing_or_half_a_header_is_hung_up_on() {
    let server = run(MANY, Vec::new()).await;

    for text in ["", "GET / HTTP/1.1\r\nHost: a\r\nX-Half"] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let (_, is_closed) = exchange(&mut stream, text).await;
        assert!(is_closed, "{text:?} still holds its connection");
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_answer() {
    let server = run(MANY, Vec::new()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();

    let (answer, is_closed) = exchange(&mut stream, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;

    assert!(answer.ends_with("here") && is_closed, "{answer}");
}

#[tokio::test]
async fn who_does_not_read_is_hung_up_on() {
    let server = run(MANY, Vec::new()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();

    sleep(Duration::from_millis(1200)).await;

    let mut rest = Vec::new();
    let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
    assert!(read.is_ok(), "the stream goes on for a reader that slept");
}

#[tokio::test]
async fn a_header_without_end_is_refused() {
    let server = run(MANY, Vec::new()).await;

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "x".repeat(4 * HEADER_BYTES));
    let (answer, _) = exchange(&mut stream, &long).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let lines = (0..=HEADER_LINES).map(|number| format!("X-{number}: y\r\n")).collect::<String>();
    let (answer, _) = exchange(&mut stream, &format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn one_address_gets_only_its_share_of_connections() {
    let limits = ConnectionLimits { total: 10, per_address: 3 };
    let server = run(limits, Vec::new()).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(server.address).await.unwrap());
    }
    sleep(Duration::from_millis(50)).await;

    let mut fourth = TcpStream::connect(server.address).await.unwrap();
    let (answer, is_closed) = exchange(&mut fourth, "").await;
    assert!(answer.starts_with("HTTP/1.1 503") && is_closed, "{answer}");

    held.pop();
    sleep(Duration::from_millis(50)).await;
    let mut next = TcpStream::connect(server.address).await.unwrap();
    let (answer, _) = exchange(&mut next, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(answer.ends_with("here"), "a place that was given back is not used: {answer}");
}

#[tokio::test]
async fn a_trusted_proxy_is_limited_only_by_the_total() {
    let limits = ConnectionLimits { total: 5, per_address: 1 };
    let server = run(limits, vec![Network::parse("127.0.0.0/8").unwrap()]).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(TcpStream::connect(server.address).await.unwrap());
    }
    sleep(Duration::from_millis(50)).await;

    let (last, _) = exchange(&mut held[4], "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(last.ends_with("here"), "{last}");
}

#[tokio::test]
async fn stopping_lets_requests_finish_and_takes_no_new_ones() {
    let server = run(MANY, Vec::new()).await;
    let mut running = TcpStream::connect(server.address).await.unwrap();
    running.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;

    server.stop.cancel();
    sleep(Duration::from_millis(100)).await;

    assert!(TcpStream::connect(server.address).await.is_err(), "a new connection was taken");
    let (answer, is_closed) = exchange(&mut running, "").await;
    assert!(answer.ends_with("late") && is_closed, "{answer}");
    assert_eq!(server.task.await.unwrap(), 0);
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let server = run(MANY, Vec::new()).await;
    let mut endless = TcpStream::connect(server.address).await.unwrap();
    endless.write_all(b"GET /pending HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;

    server.stop.cancel();

    let cut = timeout(Duration::from_secs(4), server.task).await.unwrap().unwrap();
    assert_eq!(cut, 1);
}
