//! Ports of pods under addresses of their own: who gets there, for how long, and that nothing of the console is there.

use super::cluster_api::{member, place};
use super::*;
use crate::listener::{self, Listening, Patience};
use crate::settings::ConnectionLimits;
use ::kubernetes::{Cluster, Connection};
use axum::http::header::{ACCEPT_LANGUAGE, REFRESH};
use futures::{SinkExt, StreamExt};
use kube::config::{KubeConfigOptions, Kubeconfig};
use model::ClusterName;
use playground::{Options, Playground};
use std::net::SocketAddr;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{WebSocketStream, client_async};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

const OPEN_80: &str = "/clusters/harbour/services/shop/storefront/forward";
const SESSIONS: &str = "/account?tab=sessions";
/// So many connections are let in where the console has an address.
const MOST: usize = 6;

pub(super) fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

pub(super) struct Stage {
    pub(super) world: World,
    _playground: Playground,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let options = Options { speed: 20.0, past: Duration::ZERO, ..Options::default() };
        let playground = playground::start(options).await.unwrap();
        let kubeconfig = Kubeconfig::from_yaml(&playground.running("harbour").unwrap().kubeconfig()).unwrap();
        let config =
            kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
        let clusters = vec![Cluster::new(harbour(), Connection::new("harbour", config).unwrap())];
        let world = World::with_clusters("http://console.example", clusters, Some("ports.example")).await;
        Self { world, _playground: playground }
    }

    /// Somebody with a role in the shop, and their cookie.
    pub(super) async fn person(&self, name: &str, role: &str) -> (Uuid, String) {
        let console = &self.world.console;
        let account = member(console, &harbour(), name, role, "shop").await;
        let link = console.accounts().issue_link(Some(account)).await.unwrap();
        let password = model::link::escape(PASSWORD);
        let form =
            format!("token={}&name={name}&password={password}&password_again={password}", link.reveal());
        let response = self.world.send(post("/setup", form)).await;
        assert_eq!(response.headers()[LOCATION], "/", "{name} cannot sign in");
        (account, cookie(&response))
    }

    /// Opens the port of the shop's front, as soon as there is a pod that is ready: the host and the path with the ticket.
    pub(super) async fn open(&self, cookie: &str) -> (String, String) {
        for _ in 0..600 {
            let response = self.world.send(with(post(OPEN_80, "port=80"), COOKIE, cookie)).await;
            if let Some(refresh) = response.headers().get(REFRESH) {
                let address = refresh.to_str().unwrap().strip_prefix("0;url=http://").unwrap();
                let (host, path) = address.split_once('/').unwrap();
                return (host.to_owned(), format!("/{path}"));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the shop never came up");
    }

    /// Opens it and goes there: the host, and the cookie that is good there.
    async fn arrive(&self, session: &str) -> (String, String) {
        let (host, path) = self.open(session).await;
        let response = self.ask(&host, &path, None).await;
        assert_eq!(
            (response.status(), response.headers()[LOCATION].to_str().unwrap()),
            (StatusCode::SEE_OTHER, "/")
        );
        let pass = cookie(&response);
        (host, pass)
    }

    async fn ask(&self, host: &str, path: &str, cookie: Option<&str>) -> Response<Body> {
        let request = Request::get(path).header(HOST, host);
        let request = cookie.into_iter().fold(request, |request, cookie| request.header(COOKIE, cookie));
        self.world.send(request.body(Body::empty()).unwrap()).await
    }

    async fn is_closed(&self, host: &str, cookie: Option<&str>) -> bool {
        let response = self.ask(host, "/", cookie).await;
        response.status() == StatusCode::FORBIDDEN && text(response).await.contains("This port is not open")
    }

    /// Takes away what somebody may in the shop.
    pub(super) async fn take(&self, account: Uuid) {
        let console = &self.world.console;
        let shop = place(console, &harbour(), "shop").await;
        assert!(console.database().remove_member(account, &shop).await.unwrap());
        console.access().announce_change();
    }

    /// The console behind an address of this machine: what changes its protocol needs a connection.
    async fn serve(&self) -> (SocketAddr, DropGuard) {
        let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = plain.local_addr().unwrap();
        let listening = Listening {
            limits: ConnectionLimits { total: MOST, per_address: MOST },
            trusted_proxies: Vec::new(),
            patience: Patience::default(),
        };
        let end = CancellationToken::new();
        tokio::spawn(listener::serve(plain, router(&self.world.console), listening, end.clone()));
        (address, end.drop_guard())
    }

    async fn page(&self, path: &str, cookie: &str) -> String {
        text(self.world.send(with(get(path), COOKIE, cookie)).await).await
    }
}

type Socket = WebSocketStream<TcpStream>;

/// A `WebSocket` to a port, which has said where it is.
async fn socket(console: SocketAddr, host: &str, pass: &str) -> Socket {
    let mut request = format!("ws://{host}/socket").into_client_request().unwrap();
    request.headers_mut().insert(COOKIE, pass.parse().unwrap());
    let stream = TcpStream::connect(console).await.unwrap();
    let (mut socket, _) = client_async(request, stream).await.unwrap();
    let greeting = heard(&mut socket).await.unwrap();
    assert!(greeting.starts_with("storefront-") && greeting.ends_with("listens at port 8080."), "{greeting}");
    socket
}

/// The next text that comes, or that none does any more.
async fn heard(socket: &mut Socket) -> Option<String> {
    let next = tokio::time::timeout(Duration::from_secs(30), socket.next()).await;
    match next.expect("nothing comes, and nothing ends") {
        Some(Ok(Message::Text(text))) => Some(text.to_string()),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_is_there_for_who_opened_it_and_nothing_of_the_console_is() {
    let stage = Stage::new().await;
    let (account, session) = stage.person("bob", "project-editor").await;

    let (host, pass) = stage.arrive(&session).await;

    let response = stage.ask(&host, "/cart", Some(&pass)).await;
    assert!(!response.headers().contains_key(CONTENT_SECURITY_POLICY), "that is the program's own business");
    let page = text(response).await;
    assert!(page.contains("storefront-") && page.contains("answers for /cart"), "{page}");
    // On the same connection, and whatever the console has there.
    for path in ["/sign-in", "/api/account/read", "/live", "/health/ready"] {
        let page = text(stage.ask(&host, path, Some(&pass)).await).await;
        assert!(page.contains(&format!("answers for {path}")), "{page}");
    }
    let trail = stage.world.console.database().audit_trail(100).await.unwrap();
    let opened: Vec<_> = trail.iter().filter(|entry| entry.decision.action == "forward port").collect();
    assert_eq!(opened.len(), 1, "what flows is not written down one by one");
    let decision = &opened[0].decision;
    assert_eq!((decision.account_id, decision.reason.as_str()), (Some(account), "port 8080"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_and_passes_are_good_at_their_own_address_only() {
    let stage = Stage::new().await;
    let (_, session) = stage.person("bob", "project-editor").await;
    let (first, pass) = stage.arrive(&session).await;
    let (second, ticket) = stage.open(&session).await;

    assert!(stage.is_closed(&first, None).await);
    assert!(stage.is_closed(&first, Some(&session)).await, "the console's own cookie opens nothing");
    assert!(stage.is_closed(&second, Some(&pass)).await);
    let name = pass.split('=').next().unwrap();
    let forged = format!("{name}={}", ticket.split_once("ticket=").unwrap().1);
    assert!(stage.is_closed(&second, Some(&forged)).await, "a ticket is no pass");
    let elsewhere = stage.ask(&first, &ticket, None).await;
    assert!(elsewhere.status() == StatusCode::FORBIDDEN && !elsewhere.headers().contains_key(SET_COOKIE));
    let unknown = format!("{}.ports.example", "0".repeat(32));
    assert!(stage.is_closed(&unknown, Some(&pass)).await);
    // Other names below the domain are no ports, and not the console either.
    let other = stage.ask("console.ports.example", "/", None).await;
    assert_eq!(other.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_closes_with_the_right_to_it_and_with_the_session() {
    let stage = Stage::new().await;
    let (bob, session) = stage.person("bob", "project-editor").await;
    let (_, of_cyd) = stage.person("cyd", "project-editor").await;
    let (host, pass) = stage.arrive(&session).await;
    let (hosts_of_cyd, pass_of_cyd) = stage.arrive(&of_cyd).await;
    assert_eq!(stage.ask(&host, "/", Some(&pass)).await.status(), StatusCode::OK);

    stage.take(bob).await;

    let over = stage.ask(&host, "/", Some(&pass)).await;
    assert!(
        over.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"),
        "it is not asked for again and again"
    );
    assert!(stage.is_closed(&host, Some(&pass)).await, "also on connections that wait");
    assert_eq!(stage.ask(&hosts_of_cyd, "/", Some(&pass_of_cyd)).await.status(), StatusCode::OK);
    assert_eq!(
        stage.world.send(with(post("/sign-out", ""), COOKIE, &of_cyd)).await.status(),
        StatusCode::SEE_OTHER
    );
    assert!(stage.is_closed(&hosts_of_cyd, Some(&pass_of_cyd)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_is_led_back_to_the_page_and_the_refusal_is_written_down() {
    let stage = Stage::new().await;
    let (_, session) = stage.person("bob", "project-editor").await;
    stage.open(&session).await;
    let (vera, session) = stage.person("vera", "project-viewer").await;

    let refused = stage.world.send(with(post(OPEN_80, "port=80"), COOKIE, &session)).await;
    let wrong = stage.world.send(with(post(OPEN_80, "port=http"), COOKIE, &session)).await;
    let nobody = stage.world.send(post(OPEN_80, "port=80")).await;
    let foreign = with(with(post(OPEN_80, "port=80"), COOKIE, &session), ORIGIN, "http://other.example");

    let tab = "/clusters/harbour/services/shop/storefront?tab=ports&port=";
    assert_eq!(refused.headers()[LOCATION], format!("{tab}80"));
    assert_eq!(wrong.headers()[LOCATION], format!("{tab}http"));
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(stage.world.send(foreign).await.status(), StatusCode::FORBIDDEN);
    let trail = stage.world.console.database().audit_trail(100).await.unwrap();
    let refusals =
        trail.iter().map(|entry| &entry.decision).filter(|decision| decision.account_id == Some(vera));
    let refusals: Vec<_> = refusals.filter(|decision| decision.action == "forward port").collect();
    assert!(refusals.len() == 1 && !refusals[0].is_allowed, "{refusals:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_goes_through_both_ways_until_the_right_ends() {
    let stage = Stage::new().await;
    let (bob, session) = stage.person("bob", "project-editor").await;
    let (host, pass) = stage.arrive(&session).await;
    let (console, _end) = stage.serve().await;
    let mut socket = socket(console, &host, &pass).await;
    for words in ["pears", &"x".repeat(100_000)] {
        socket.send(Message::text(words)).await.unwrap();
        assert_eq!(heard(&mut socket).await.as_deref(), Some(words));
    }

    stage.take(bob).await;

    assert_eq!(heard(&mut socket).await, None, "it stays without the right");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_is_counted_as_a_connection_for_as_long_as_it_is_open() {
    let stage = Stage::new().await;
    let (_, session) = stage.person("bob", "project-editor").await;
    let (host, pass) = stage.arrive(&session).await;
    let (console, _end) = stage.serve().await;
    let mut open = Vec::new();
    for _ in 0..MOST {
        open.push(socket(console, &host, &pass).await);
    }

    let mut one_more = TcpStream::connect(console).await.unwrap();
    let mut answer = String::new();
    one_more.read_to_string(&mut answer).await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 503"), "let in, although {} are open: {answer:?}", open.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_port_open_sees_it_and_ends_it_and_nobody_else_does() {
    let stage = Stage::new().await;
    let (bob, session) = stage.person("bob", "project-editor").await;
    let (_, of_cyd) = stage.person("cyd", "project-editor").await;
    let (host, pass) = stage.arrive(&format!("{session}; orrery-preferences=zh")).await;
    let (console, _end) = stage.serve().await;
    let mut socket = socket(console, &host, &pass).await;
    let id = host.split('.').next().unwrap();
    let end = |cookie: &str| {
        let form = format!("port={id}&next={}", model::link::escape(SESSIONS));
        with(post("/account/ports/end", form), COOKIE, cookie)
    };
    let of = |kind: &str| {
        let resource = serde_json::json!({
            "cluster": "harbour", "kind": kind, "namespace": "shop", "name": "storefront",
        });
        call("workloads/open-ports", &serde_json::json!({ "resource": resource }).to_string())
    };

    let page = stage.page(SESSIONS, &session).await;
    assert!(page.contains("80 of shop / storefront") && page.contains(&format!("http://{host}/")), "{page}");
    let listed = text(stage.world.send(with(of("services"), COOKIE, &session)).await).await;
    assert!(listed.contains(id), "{listed}");
    assert_eq!(text(stage.world.send(with(of("deployments"), COOKIE, &session)).await).await, "[]");
    assert_eq!(text(stage.world.send(with(of("services"), COOKIE, &of_cyd)).await).await, "[]");
    assert!(!stage.page(SESSIONS, &of_cyd).await.contains(id));
    let none = "/account?tab=sessions&problem=no-port";
    assert_eq!(stage.world.send(end(&of_cyd)).await.headers()[LOCATION], none);
    assert_eq!(stage.ask(&host, "/", Some(&pass)).await.status(), StatusCode::OK);

    let ended = stage.world.send(end(&session)).await;

    assert_eq!(ended.headers()[LOCATION], SESSIONS);
    assert_eq!(heard(&mut socket).await, None, "what is open through it stays");
    let over = stage.ask(&host, "/", Some(&pass)).await;
    assert_eq!(over.status(), StatusCode::FORBIDDEN);
    assert!(over.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    let over = text(over).await;
    assert!(over.contains("lang=\"zh-Hans\"") && over.contains("此端口已关闭"), "{over}");
    assert_eq!(stage.world.send(end(&session)).await.headers()[LOCATION], none);
    let trail = stage.world.console.database().audit_trail(100).await.unwrap();
    let told: Vec<_> = trail.iter().filter(|entry| entry.decision.action == "end port").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let decision = &told[0].decision;
    assert_eq!((decision.account_id, decision.reason.as_str()), (Some(bob), "port 8080"));
    assert!(decision.name.as_ref().unwrap().starts_with("storefront-"), "{decision:?}");
}

#[tokio::test]
async fn whoever_has_no_pass_is_told_so_in_a_language_of_theirs() {
    let world = World::with_clusters("http://console.example", Vec::new(), Some("ports.example")).await;
    let host = format!("{}.ports.example", "0".repeat(32));
    let ask = |path: &str| {
        let request =
            Request::get(path).header(HOST, &host).header(ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9,en;q=0.8");
        request.body(Body::empty()).unwrap()
    };

    for path in ["/", "/.orrery/open?ticket=none"] {
        let answer = world.send(ask(path)).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
        let page = text(answer).await;
        assert!(page.contains("lang=\"zh-Hans\"") && page.contains("此端口未打开"), "{page}");
    }
    let opening = with(post(OPEN_80, "port=80"), COOKIE, "orrery-preferences=zh");
    let refused = world.send(opening).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let page = text(refused).await;
    assert!(page.contains("请登录控制台") && page.contains("http://console.example"), "{page}");
}
