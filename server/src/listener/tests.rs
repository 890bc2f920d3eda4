//! On real sockets: what a silent, slow or greedy client gets, and how stopping goes.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use axum::routing::get;
use tokio::io::AsyncReadExt;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Far longer than anything here takes: a test that waits for something else fails with a sentence, not by hanging.
const LONG: Duration = Duration::from_secs(60);
/// What a limit is shortened to in the test that is about it.
const SHORT: Duration = Duration::from_millis(300);

const PATIENT: Patience = Patience { header: LONG, write_stall: LONG, drain: LONG };
const MANY: ConnectionLimits = ConnectionLimits { total: 100, per_address: 100 };
const REQUEST: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<usize>,
    /// A request to `/slow` has arrived.
    arrived: Arc<Notify>,
    /// Lets it go on.
    go_on: Arc<Notify>,
    /// The body of `/endless` has been given up.
    dropped: Arc<Notify>,
}

/// Tells when it is dropped.
struct Tell(Arc<Notify>);

impl Drop for Tell {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

async fn run(limits: ConnectionLimits, trusted_proxies: Vec<Network>, patience: Patience) -> Running {
    let (arrived, go_on) = (Arc::<Notify>::default(), Arc::<Notify>::default());
    let slow = {
        let (arrived, go_on) = (arrived.clone(), go_on.clone());
        move || async move {
            arrived.notify_one();
            go_on.notified().await;
            "late"
        }
    };
    let dropped = Arc::<Notify>::default();
    let endless = {
        let dropped = dropped.clone();
        move || async move {
            let tell = Tell(dropped);
            let chunk = move || {
                let _ = &tell;
                Ok::<_, io::Error>(bytes::Bytes::from(vec![b'x'; 64 * 1024]))
            };
            Body::from_stream(futures::stream::repeat_with(chunk))
        }
    };
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/slow", get(slow))
        .route("/endless", get(endless));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task =
        tokio::spawn(serve(listener, router, Listening { limits, trusted_proxies, patience }, stop.clone()));
    Running { address, stop, task, arrived, go_on, dropped }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection that has been let in: it has had an answer.
    async fn let_in(&self) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(REQUEST.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"here") {
            let read = timeout(LONG, stream.read_buf(&mut answer)).await.expect("an answer in time").unwrap();
            assert!(read > 0, "hung up after {:?}", String::from_utf8_lossy(&answer));
        }
        stream
    }
}

/// Sends this and answers all that comes back until the server closes.
async fn until_closed(stream: &mut TcpStream, text: &str) -> String {
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(LONG, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "{text:?} still holds its connection");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn who_says_nothing_or_half_a_header_is_hung_up_on() {
    let server = run(MANY, Vec::new(), Patience { header: SHORT, ..PATIENT }).await;

    for text in ["", "GET / HTTP/1.1\r\nHost: a\r\nX-Half"] {
        until_closed(&mut server.connect().await, text).await;
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_answer() {
    let server = run(MANY, Vec::new(), Patience { header: SHORT, ..PATIENT }).await;

    until_closed(&mut server.let_in().await, "").await;
}

#[tokio::test]
async fn who_is_silent_is_asked_whether_they_are_still_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();

    prepare(&stream);

    let socket = SockRef::from(&stream);
    assert!(socket.keepalive().unwrap(), "whoever vanishes holds the connection for ever");
    assert_eq!(socket.tcp_keepalive_time().unwrap(), SILENCE);
    assert_eq!((socket.tcp_keepalive_interval().unwrap(), socket.tcp_keepalive_retries().unwrap()), KNOCKS);
}

#[tokio::test]
async fn who_does_not_read_is_hung_up_on() {
    let server = run(MANY, Vec::new(), Patience { write_stall: SHORT, ..PATIENT }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();

    let given_up = timeout(LONG, server.dropped.notified()).await;
    assert!(given_up.is_ok(), "the stream goes on for a reader that sleeps");
}

#[tokio::test]
async fn a_header_without_end_is_refused() {
    let server = run(MANY, Vec::new(), PATIENT).await;

    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "x".repeat(4 * HEADER_BYTES));
    let answer = until_closed(&mut server.connect().await, &long).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");

    let lines = (0..=HEADER_LINES).map(|number| format!("X-{number}: y\r\n")).collect::<String>();
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    let answer = until_closed(&mut server.connect().await, &many).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn behind_a_request_whose_end_is_in_doubt_stands_no_second_one() {
    let server = run(MANY, Vec::new(), PATIENT).await;
    let hidden = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    for doubtful in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
        "Content-Length: +0\r\n\r\n",
        "Content-Length : 0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "X-Folded: a\r\n Transfer-Encoding: chunked\r\n\r\n",
    ] {
        let sent = format!("POST / HTTP/1.1\r\nHost: a\r\n{doubtful}{hidden}");
        let answer = until_closed(&mut server.connect().await, &sent).await;
        assert!(
            answer.starts_with("HTTP/1.1 4") && answer.matches("HTTP/1.1").count() == 1,
            "{doubtful:?}: {answer}"
        );
    }
}

#[tokio::test]
async fn nobody_is_led_to_another_protocol() {
    let server = run(MANY, Vec::new(), PATIENT).await;
    let upgrade =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";

    let sent = format!(
        "GET / HTTP/1.1\r\nHost: a\r\n{upgrade}\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    let answer = until_closed(&mut server.connect().await, &sent).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
    let prior = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let answer = until_closed(&mut server.connect().await, prior).await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn one_address_gets_only_its_share_of_connections() {
    let server = run(ConnectionLimits { total: 10, per_address: 3 }, Vec::new(), PATIENT).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(server.let_in().await);
    }

    let answer = until_closed(&mut server.connect().await, "").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");

    held.pop();
    let begin = Instant::now();
    loop {
        let mut next = server.connect().await;
        // One that is turned away may be reset before it has read why.
        let sent = next.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        let mut answer = String::new();
        if sent.is_ok() && next.read_to_string(&mut answer).await.is_ok() && answer.ends_with("here") {
            return;
        }
        assert!(begin.elapsed() < LONG, "a place that was given back is not used: {answer}");
    }
}

#[test]
fn a_network_of_ipv6_gets_the_share_of_one_address() {
    let limits = ConnectionLimits { total: 10, per_address: 2 };
    let counted = Counted::new(&Listening { limits, trusted_proxies: Vec::new(), patience: PATIENT });
    let admit = |address: &str| counted.admit(address.parse().unwrap());

    let held = [admit("2001:db8::1"), admit("2001:db8::2:1")];

    assert!(held.iter().all(Option::is_some));
    assert!(admit("2001:db8::3").is_none());
    assert!(admit("2001:db8:0:1::1").is_some(), "another network has a share of its own");
    drop(held);
    assert!(admit("2001:db8::3").is_some(), "what was given back is not used");
}

#[tokio::test]
async fn a_trusted_proxy_is_limited_only_by_the_total() {
    let limits = ConnectionLimits { total: 5, per_address: 1 };
    let server = run(limits, vec![Network::parse("127.0.0.0/8").unwrap()], PATIENT).await;

    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(server.let_in().await);
    }

    let answer = until_closed(&mut server.connect().await, "").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}

#[tokio::test]
async fn stopping_lets_requests_finish_and_takes_no_new_ones() {
    let server = run(MANY, Vec::new(), PATIENT).await;
    let mut running = server.connect().await;
    running.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    server.arrived.notified().await;

    server.stop.cancel();
    while TcpStream::connect(server.address).await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
    server.go_on.notify_one();

    let answer = until_closed(&mut running, "").await;
    assert!(answer.ends_with("late"), "{answer}");
    assert_eq!(server.task.await.unwrap(), 0);
}

#[tokio::test]
async fn whoever_stands_at_the_door_when_it_closes_is_still_served() {
    let server = run(MANY, Vec::new(), PATIENT).await;
    // The accept loop shares this thread, so it sees these only after it has seen that it should stop.
    let mut waiting = Vec::new();
    for _ in 0..20 {
        let mut stream = std::net::TcpStream::connect(server.address).unwrap();
        io::Write::write_all(&mut stream, REQUEST.as_bytes()).unwrap();
        stream.set_nonblocking(true).unwrap();
        waiting.push(TcpStream::from_std(stream).unwrap());
    }

    server.stop.cancel();

    for mut stream in waiting {
        let answer = until_closed(&mut stream, "").await;
        assert!(answer.ends_with("here"), "{answer}");
    }
    assert_eq!(server.task.await.unwrap(), 0);
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let server = run(MANY, Vec::new(), Patience { drain: SHORT, ..PATIENT }).await;
    let mut endless = server.connect().await;
    endless.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    server.arrived.notified().await;

    server.stop.cancel();

    let cut = timeout(LONG, server.task).await.expect("an end").unwrap();
    assert_eq!(cut, 1);
}
