//! The API for programs as it is served: who gets in, and what kubectl does with it.

use super::*;
use crate::listener::{self, Listening, Patience};
use crate::settings::ConnectionLimits;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use database::members::{NewMember, Place};
use database::tokens::TokenScope;
use model::{ClusterName, Namespace};
use served::Served;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

#[path = "../../../playground/kubernetes/tests/support/kubectl.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod kubectl;

mod commands;
mod helm;
mod recorded;
mod served;

const PODS: &str = "/kubernetes/lantern/api/v1/namespaces/shop/pods";

fn lantern() -> ClusterName {
    ClusterName::parse("lantern").unwrap()
}

fn bearer(request: Request<Body>, token: &str) -> Request<Body> {
    with(request, AUTHORIZATION, &format!("Bearer {token}"))
}

/// Somebody with a role in a namespace of the cluster.
pub(super) async fn member(
    console: &Console,
    cluster: &ClusterName,
    name: &str,
    role: &str,
    namespace: &str,
) -> Uuid {
    let database = console.database();
    let new = NewAccount { name: name.into(), role: "regular".into(), ..NewAccount::default() };
    let account = database.add_account(&new).await.unwrap();
    let place = place(console, cluster, namespace).await;
    let member = NewMember { account, place, role: role.into(), source: String::new() };
    database.set_member(&member).await.unwrap();
    console.access().announce_change();
    console.tenants().provisioner.caught_up(cluster).await;
    account
}

pub(super) async fn place(console: &Console, cluster: &ClusterName, namespace: &str) -> Place {
    let namespace = Namespace::parse(namespace).unwrap();
    Place::Project(console.database().ensure_project(cluster, &namespace).await.unwrap())
}

#[tokio::test]
async fn only_a_token_opens_and_no_cookie_does() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let account = world.console.database().account_named("ada").await.unwrap().unwrap();
    let token = identity::api_tokens::issue(world.console.database(), account.id, "t", TokenScope::Read, 1);
    let token = token.await.unwrap();

    for (what, request) in [
        ("nothing", get(PODS)),
        ("a cookie", with(get(PODS), COOKIE, &ada)),
        ("a cookie in a form", with(post(PODS, ""), COOKIE, &ada)),
        ("a wrong token", bearer(get(PODS), "orrery_wrong")),
        ("a token in the address", get(&format!("{PODS}?access_token={token}"))),
        ("a password", with(get(PODS), AUTHORIZATION, "Basic YWRhOnB3")),
    ] {
        let response = world.send(request).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{what}");
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer");
        assert!(text(response).await.contains("\"kind\":\"Status\""), "{what}");
    }
    let known = world.send(bearer(get(PODS), &token)).await;
    assert_eq!(known.status(), StatusCode::NOT_FOUND, "this console has no clusters");
    for path in ["/kubernetes/lantern%2F..%2Fx/api", "/kubernetes/../api/v1", "/kubernetes/LANTERN/api"] {
        assert_eq!(world.send(bearer(get(path), &token)).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let foreign = with(bearer(get(PODS), &token), HOST, "evil.example");
    assert_eq!(world.send(foreign).await.status(), StatusCode::MISDIRECTED_REQUEST);
    let absolute = Request::get(format!("http://evil.example{PODS}")).header(HOST, "console.example");
    let absolute = bearer(absolute.body(Body::empty()).unwrap(), &token);
    assert_eq!(world.send(absolute).await.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_kubeconfig_is_made_only_where_kubectl_can_use_it() {
    let world = World::new().await;
    let ada = world.signed_in().await;
    let form = "cluster=lantern&kubectl_scope=full&kubectl_days=7";

    let nobody = world.send(post("/account/kubeconfig", form)).await;
    let without_https = world.send(with(post("/account/kubeconfig", form), COOKIE, &ada)).await;

    assert_eq!(nobody.headers()[LOCATION], "/sign-in");
    assert_eq!(without_https.headers()[LOCATION], "/account?tab=tokens&problem=no-kubeconfig");
    let account = world.console.database().account_named("ada").await.unwrap().unwrap();
    assert!(world.console.database().tokens_of(account.id).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_switch_that_fails_leaves_no_connection_to_the_cluster() {
    let served = Served::new().await;
    let secret = identity::api_tokens::issue(served.console.database(), served.bob, "t", TokenScope::Full, 1);
    let secret = secret.await.unwrap();
    let end = CancellationToken::new();
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap();
    let listening = Listening {
        limits: ConnectionLimits { total: 10, per_address: 10 },
        trusted_proxies: Vec::new(),
        patience: Patience::default(),
    };
    tokio::spawn(listener::serve(plain, router(&served.console), listening, end.clone()));
    let _end = end.drop_guard();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let host = served.console.surroundings().public_url().authority.clone();
    let head = |path: &str, more: &str| {
        format!(
            "GET /kubernetes/lantern{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {secret}\r\n{more}\r\n"
        )
    };
    let shell = head(
        "/api/v1/namespaces/shop/pods/missing/exec?command=sh&stdin=true&stdout=true",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n",
    );
    // What follows at once would reach the API server as the console's own account, were the connection passed on.
    let second = head("/api/v1/namespaces/bank/secrets", "Connection: close\r\n");

    stream.write_all(format!("{shell}{second}").as_bytes()).await.unwrap();

    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    let statuses: Vec<&str> = answers.lines().filter(|line| line.contains("HTTP/1.1 ")).collect();
    assert!(answers.contains("404 Not Found") && !answers.contains("101 Switching"), "{answers}");
    assert!(statuses.len() == 2 && answers.contains("403 Forbidden"), "{answers}");
    assert!(!answers.contains("Y2FuYXJ5"), "{answers}");
    served.close().await;
}
