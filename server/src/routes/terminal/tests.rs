//! What a browser may send and is sent.

use super::*;
use axum::Router;
use axum::routing::get;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::protocol::Message as Frame;
use tokio_tungstenite::{WebSocketStream, client_async};

fn query(pod: &str, namespace: Option<&str>) -> TerminalQuery {
    TerminalQuery {
        cluster: "harbour".into(),
        namespace: namespace.map(str::to_owned),
        pod: Some(pod.into()),
        node: None,
        image: None,
        container: Some("web".into()),
        shell: Some("zsh".into()),
        debug: None,
        columns: Some(0),
        rows: None,
    }
}

#[test]
fn only_names_that_obey_the_rules_become_a_terminal() {
    for pod in ["", "..", "../../secrets/db?x="] {
        assert!(query(pod, Some("shop")).read().is_err(), "{pod:?} was taken");
    }
    assert!(query("web-0", Some("../x")).read().is_err());
    let debug = Some("busybox privileged=true".into());
    assert!(TerminalQuery { debug, ..query("web-0", Some("shop")) }.read().is_err());

    let (place, size) = query("web-0", Some("shop")).read().unwrap();
    let TerminalPlace::Container(request) = place else { panic!("{place:?}") };
    assert_eq!((request.pod.to_string().as_str(), request.shell), ("pods/shop/web-0", None));
    assert_eq!(size, TerminalSize { columns: 1, rows: 24 });
}

#[test]
fn a_node_is_no_matter_of_a_namespace() {
    let of = |node: &str, image: &str| TerminalQuery {
        node: Some(node.into()),
        image: Some(image.into()),
        ..query("web-0", Some("shop"))
    };

    let (place, _) = of("pier-1", "busybox:1.37").read().unwrap();
    let TerminalPlace::Node(shell) = place else { panic!("{place:?}") };
    assert_eq!((shell.node.to_string().as_str(), shell.node.namespace), ("nodes/pier-1", None));
    assert!(of("../x", "busybox").read().is_err() && of("pier-1", "").read().is_err());
}

#[test]
fn only_so_much_is_typed_ahead() {
    let mut ahead = Ahead::default();
    let half = || Typed::Bytes(vec![0; TYPED_AHEAD / 2].into());

    assert!(ahead.add(half()) && ahead.add(half()));
    assert!(!ahead.add(Typed::Bytes(vec![0].into())));
    while ahead.take().is_some() {}
    assert_eq!(ahead.bytes, 0);
}

/// A browser before which a shell writes without end, and that draws nothing by itself.
async fn before_a_flood() -> WebSocketStream<TcpStream> {
    async fn flood(socket: WebSocket) {
        let (mut to, from) = socket.split();
        let (keys, _typed) = mpsc::channel(WAITING);
        let (shown, mut showing) = mpsc::channel(WAITING);
        let window = Semaphore::new(WINDOW);
        let shell = async { while shown.send(Shown::Bytes(Bytes::from(vec![b'y'; PIECE]))).await.is_ok() {} };
        tokio::select! {
            () = write(&mut to, &mut showing, &window) => {}
            () = listen(from, keys, &window) => {}
            () = shell => {}
        }
    }
    let routes =
        Router::new().route("/", get(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(flood) }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let stream = TcpStream::connect(address).await.unwrap();
    client_async(format!("ws://{address}/"), stream).await.unwrap().0
}

/// So much the shell writes at once.
const PIECE: usize = 32 << 10;

/// How many bytes come until none does for a while.
async fn sent(socket: &mut WebSocketStream<TcpStream>) -> usize {
    let mut bytes = 0;
    while let Ok(Some(Ok(frame))) = timeout(Duration::from_secs(2), socket.next()).await {
        if let Frame::Binary(piece) = frame {
            bytes += piece.len();
        }
    }
    bytes
}

#[tokio::test]
async fn a_browser_that_does_not_draw_is_sent_no_more_than_its_window() {
    let mut socket = before_a_flood().await;
    assert_eq!(sent(&mut socket).await, WINDOW);

    let two = u32::try_from(2 * PIECE).unwrap();
    let drawn = serde_json::to_string(&TerminalWish::Drawn(two)).unwrap();
    socket.send(Frame::Text(drawn.into())).await.unwrap();
    assert_eq!(sent(&mut socket).await, 2 * PIECE, "as much as was drawn");

    let all = serde_json::to_string(&TerminalWish::Drawn(u32::MAX)).unwrap();
    socket.send(Frame::Text(all.into())).await.unwrap();
    assert_eq!(sent(&mut socket).await, WINDOW, "the window does not grow by what is claimed");
}

#[test]
fn what_one_browser_makes_the_console_keep_is_bounded() {
    let kept: usize = [WINDOW, TYPED_AHEAD].iter().sum();

    assert!(kept <= 512 << 10, "{kept} bytes");
}

#[test]
fn a_browser_that_has_gone_without_a_word_is_noticed() {
    // Balancers cut what is silent for a minute, and a shell may be left running for three quarters of one.
    assert!(PING <= Duration::from_secs(20), "{PING:?}");
    assert!(SILENCE > 2 * PING && SILENCE + GOODBYE <= Duration::from_secs(45), "{SILENCE:?}");
}
