//! The API for programs as it is served: who gets in, and what kubectl does with it.

use super::*;
use crate::listener::{self, Listening, Patience};
use crate::settings::ConnectionLimits;
use ::kubernetes::{Cluster, Connection};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use database::members::{NewMember, Place};
use database::recordings::{RecordingFilter, RecordingScope, StoredRecording};
use database::tokens::TokenScope;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kubectl::Kubectl;
use model::{ClusterName, Namespace};
use playground::{Options, Playground};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use recordings_contract::Recordings as _;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

#[path = "../../../playground/kubernetes/tests/support/kubectl.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod kubectl;

mod helm;

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

/// A console that is served by https, and a cluster behind it.
struct Served {
    console: Console,
    playground: Playground,
    kubectl: Kubectl,
    bob: Uuid,
    _site: tempfile::TempDir,
    _end: DropGuard,
}

impl Served {
    /// Bob edits `shop` and has downloaded a kubeconfig from his account's page.
    async fn new() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let options = Options { speed: 20.0, past: Duration::ZERO, ..Options::default() };
        let playground = playground::start(options).await.unwrap();
        let operator = Kubectl::new(&playground.running("lantern").unwrap().kubeconfig());
        for namespace in ["shop", "bank"] {
            operator.run(&format!("create namespace {namespace}")).await.succeeds();
        }
        operator.with_input("apply -f -", &WORLD.replace("PLACE", "bank")).await.succeeds();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = tempfile::tempdir().unwrap();
        let kubeconfig = Kubeconfig::from_yaml(&playground.running("lantern").unwrap().kubeconfig()).unwrap();
        let config =
            kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
        let connection = Connection::new("lantern", config).unwrap();
        let console = Console::new(Parts {
            database: Database::in_memory().await.unwrap(),
            seal: Seal::random(),
            surroundings: Surroundings::new(
                PublicUrl::parse(&format!("https://localhost:{}", address.port())).unwrap(),
                address,
                Vec::new(),
            ),
            sessions: Lifetime { idle: Duration::from_secs(3600), absolute: Duration::from_secs(7200) },
            site: Site::open(Some(site.path())).unwrap(),
            clusters: vec![Cluster::new(lantern(), connection)],
            monitoring: Default::default(),
            records: Default::default(),
            notifications: Default::default(),
            stopping: Stopping::default(),
        })
        .unwrap();
        let end = CancellationToken::new();
        let authority = serve_tls(&console, listener, end.clone()).await;
        let bob = member(&console, &lantern(), "Bob", "project-editor", "shop").await;
        let kubectl = Kubectl::new(&download(&console, bob, address.port()).await);
        std::fs::write(kubectl.folder().join("ca.pem"), authority).unwrap();
        Self { console, playground, kubectl, bob, _site: site, _end: end.drop_guard() }
    }

    fn trusting(arguments: &str) -> String {
        format!("--certificate-authority=ca.pem {arguments}")
    }

    async fn run(&self, arguments: &str) -> kubectl::Said {
        self.kubectl.run(&Self::trusting(arguments)).await
    }

    fn follow(&self, arguments: &str) -> kubectl::Following {
        self.kubectl.follow(&Self::trusting(arguments))
    }

    async fn with_input(&self, arguments: &str, input: &str) -> kubectl::Said {
        self.kubectl.with_input(&Self::trusting(arguments), input).await
    }

    async fn expect(&self, commands: &[(&str, &str)]) {
        for (arguments, expected) in commands {
            let said = self.run(arguments).await;
            assert_eq!(said.code, 0, "kubectl {arguments}: {}", said.text);
            assert!(
                said.text.contains(expected),
                "kubectl {arguments} should say {expected:?}: {}",
                said.text
            );
            assert!(
                !said.text.contains("vault"),
                "kubectl {arguments} shows what is in another project: {}",
                said.text
            );
        }
    }

    /// What the trail has of Bob: action, resource, namespace, name, whether it was allowed.
    async fn trail(&self) -> Vec<String> {
        let trail = self.console.database().audit_trail(1000).await.unwrap();
        let own =
            trail.into_iter().map(|entry| entry.decision).filter(|entry| entry.account_id == Some(self.bob));
        own.map(|decision| {
            let verdict = if decision.is_allowed { "allowed" } else { "refused" };
            let name = decision.name.unwrap_or_default();
            let namespace = decision.namespace.unwrap_or_default();
            format!(
                "{}: {} {} {namespace}/{name} {verdict}",
                decision.account_name, decision.action, decision.resource
            )
        })
        .collect()
    }

    /// What was recorded of the cluster's commands.
    async fn recordings(&self) -> Vec<StoredRecording> {
        let filter = RecordingFilter {
            cluster: lantern(),
            namespace: "shop".into(),
            person: String::new(),
            from_milliseconds: None,
            until_milliseconds: None,
            before: None,
            scope: RecordingScope::All,
        };
        self.console.database().recordings(&filter, 10).await.unwrap()
    }

    /// A recording as text, as an administrator sees it.
    async fn transcript(&self, id: Uuid) -> String {
        let role = access::roles::ADMINISTRATOR.into();
        let database = self.console.database();
        let account = NewAccount { name: "Ada".into(), role, ..NewAccount::default() };
        let account = database.add_account(&account).await.unwrap();
        let account = database.account(account).await.unwrap().unwrap();
        let caller = self.console.access().caller(account, None, "reading".into(), None).await.unwrap();
        let recordings = self.console.recordings();
        let reader = recordings.for_caller(Arc::new(caller), Arc::clone(self.console.kubernetes()));
        reader.transcript(lantern(), id.to_string()).await.unwrap().text
    }

    async fn close(self) {
        self.playground.stop().await.unwrap();
    }
}

/// Serves the console behind TLS of its own authority, whose certificate is answered.
async fn serve_tls(console: &Console, front: TcpListener, end: CancellationToken) -> String {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let behind: SocketAddr = plain.local_addr().unwrap();
    let listening = Listening {
        limits: ConnectionLimits { total: 200, per_address: 200 },
        trusted_proxies: Vec::new(),
        patience: Patience::default(),
    };
    tokio::spawn(listener::serve(plain, router(console), listening, end.clone()));
    tokio::spawn(async move {
        while let Some(Ok((stream, _))) = end.run_until_cancelled(front.accept()).await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut near) = acceptor.accept(stream).await else { return };
                let Ok(mut far) = TcpStream::connect(behind).await else { return };
                let _ = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    cert.pem()
}

/// Signs in and downloads the file, as a browser does.
async fn download(console: &Console, account: Uuid, port: u16) -> String {
    let host = format!("localhost:{port}");
    let here = |mut request: Request<Body>| {
        let headers = request.headers_mut();
        headers.insert(HOST, host.parse().unwrap());
        headers.insert(ORIGIN, format!("https://{host}").parse().unwrap());
        request
    };
    let link = console.accounts().issue_link(Some(account)).await.unwrap();
    let password = model::link::escape(PASSWORD);
    let form = format!("token={}&name=Bob&password={password}&password_again={password}", link.reveal());
    let signed_in = router(console).oneshot(here(post("/setup", form))).await.unwrap();
    assert_eq!(signed_in.headers()[LOCATION], "/");
    let form = post("/account/kubeconfig", "cluster=lantern&kubectl_scope=full&kubectl_days=7");
    let file = router(console).oneshot(here(with(form, COOKIE, &cookie(&signed_in)))).await.unwrap();
    assert_eq!(file.headers()["content-disposition"], "attachment; filename=\"kubeconfig-lantern.yaml\"");
    text(file).await
}

/// A deployment that writes lines, and a secret.
const WORLD: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: vault, namespace: PLACE}
spec:
  replicas: 1
  selector: {matchLabels: {app: vault}}
  template:
    metadata: {labels: {app: vault}}
    spec:
      containers:
      - {name: vault, image: busybox, command: [sh, -c, 'echo opened; sleep 3000']}
---
apiVersion: v1
kind: Secret
metadata: {name: vault-key, namespace: PLACE}
stringData: {key: canary}
";

const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: busybox, command: [sh, -c, 'echo begun; sleep 3000']}
";

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_member_works_with_kubectl_in_their_own_project() {
    let served = Served::new().await;
    served.with_input("apply -f -", WEB).await.succeeds();
    served
        .expect(&[
            ("get namespaces", "shop"),
            ("rollout status deployment web --timeout=150s", "successfully rolled out"),
            ("get pods", "web-"),
            ("get pods -n shop -o wide", "web-"),
            ("get deployment web -o jsonpath={.spec.replicas}", "1"),
            ("describe deployment web", "RollingUpdate"),
            ("scale deployment web --replicas=2", "scaled"),
            ("wait --for=jsonpath={.status.readyReplicas}=2 deployment/web --timeout=150s", "met"),
            ("logs deploy/web", "begun"),
            ("exec deploy/web -- hostname", "web-"),
            ("api-resources --api-group=apps", "deployments"),
            ("explain deployment.spec.replicas", "integer"),
            ("auth can-i create deployments", "yes"),
            ("version", "Server Version: v1.31"),
        ])
        .await;
    assert_eq!(served.with_input("diff -f -", WEB).await.code, 1, "there are two replicas now");
    let piped = served.with_input("exec -i deploy/web -- cat", "through").await;
    assert_eq!(piped.succeeds(), "through");
    assert_eq!(served.run("exec deploy/web -- sh -c 'exit 7'").await.code, 7);

    for (arguments, expected) in [
        ("get pods -n bank", "bank"),
        ("get secrets -n bank -o yaml", "bank"),
        ("get pods -A", "You may in shop: name one with -n."),
        ("get nodes -o yaml --as=admin", "leave --as out"),
        ("logs -n bank deploy/vault", "bank"),
        ("exec -n bank deploy/vault -- sh", "bank"),
        ("delete namespace shop", "delete namespaces"),
        ("get --raw /kubernetes/lantern/api/v1/namespaces/shop/pods/x/proxy", "through the API server"),
        ("create clusterrolebinding x --clusterrole=cluster-admin --user=Bob", "clusterrolebindings"),
    ] {
        let said = served.run(arguments).await;
        assert_ne!(said.code, 0, "kubectl {arguments}: {}", said.text);
        assert!(said.text.contains(expected), "kubectl {arguments} should say {expected:?}: {}", said.text);
        assert!(!said.text.contains("opened") && !said.text.contains("Y2FuYXJ5"), "{}", said.text);
    }
    assert_eq!(served.run("auth can-i create deployments -n bank").await.code, 1);
    served.expect(&[("delete deployment web", "deleted")]).await;

    let trail = served.trail().await;
    for line in [
        "Bob (token kubeconfig lantern): api create deployments.apps shop/web allowed",
        "Bob (token kubeconfig lantern): api scale deployments.apps/scale shop/web allowed",
        "Bob (token kubeconfig lantern): api delete deployments.apps shop/web allowed",
        "Bob (token kubeconfig lantern): api read pods bank/ refused",
        "Bob: add_token tokens.console.orrery /kubeconfig lantern allowed",
    ] {
        assert!(trail.iter().any(|entry| entry == line), "{line} is not in {trail:#?}");
    }
    assert!(trail.iter().any(|entry| entry.contains("api exec pods/exec shop/web-")), "{trail:#?}");
    assert!(trail.iter().any(|entry| entry.contains("api log pods/log shop/web-")), "{trail:#?}");
    served.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn what_kubectl_has_open_ends_with_the_right_and_says_why() {
    let served = Served::new().await;
    served.with_input("apply -f -", WEB).await.succeeds();
    served.expect(&[("rollout status deployment web --timeout=150s", "successfully rolled out")]).await;
    let mut log = served.follow("logs -f deploy/web");
    log.until("begun").await;
    let mut watch = served.follow("get pods --watch");
    watch.until("web-").await;
    let mut shell = served.follow("exec deploy/web -- sh -c 'echo ready; sleep 3000'");
    shell.until("ready").await;

    let place = place(&served.console, &lantern(), "shop").await;
    assert!(served.console.database().remove_member(served.bob, &place).await.unwrap());

    log.until("This needs the right to get pods/log in namespace shop").await;
    shell.until("This needs the right to create pods/exec in namespace shop").await;
    watch.until("This needs the right to").await;
    served.run("get pods -n shop").await.fails_with("lantern");
    served.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn what_kubectl_runs_is_recorded_where_terminals_are() {
    let served = Served::new().await;
    served.with_input("apply -f -", WEB).await.succeeds();
    served.expect(&[("rollout status deployment web --timeout=150s", "successfully rolled out")]).await;
    served.expect(&[("exec deploy/web -- echo unseen", "unseen")]).await;
    let Place::Project(project) = place(&served.console, &lantern(), "shop").await else { unreachable!() };
    served.console.database().record_project(project, Some(30)).await.unwrap();

    let said = served.run("exec deploy/web -- sh -c 'echo kept; echo wrong >&2; exit 7'").await;

    assert_eq!(said.code, 7, "{}", said.text);
    for words in ["This session is recorded, and kept for 30 days.", "kept", "wrong"] {
        assert!(said.text.contains(words), "{words}: {}", said.text);
    }
    // What kubectl has shown is kept by now; how it ended may still be on its way.
    while served.recordings().await.iter().any(|one| one.ended_milliseconds.is_none()) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let [recording] = &served.recordings().await[..] else { panic!("one is recorded") };
    let begun = &recording.begun;
    assert_eq!(
        (begun.person.as_str(), begun.action.as_str(), recording.container.as_str()),
        ("Bob (token kubeconfig lantern)", "api exec", "web")
    );
    assert_eq!((recording.ending.as_str(), recording.ending_detail.as_str()), ("exited", "7"));
    let shown = served.transcript(begun.id).await;
    assert!(shown.contains("kept") && shown.contains("wrong") && !shown.contains("unseen"), "{shown}");
    let copied = served.with_input("exec -i deploy/web -- cat", "through").await;
    assert!(copied.succeeds().contains("through"));
    served.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_command_that_cannot_be_recorded_does_not_run_where_it_has_to_be() {
    let served = Served::new().await;
    let database = served.console.database();
    let secret = identity::api_tokens::issue(database, served.bob, "t", TokenScope::Full, 1).await.unwrap();
    let host = served.console.surroundings().public_url().authority.clone();
    let over_spdy = async || {
        let request = Request::get(format!("{PODS}/web-0/exec?command=sh&stdout=true"))
            .header(HOST, &*host)
            .header("connection", "Upgrade")
            .header("upgrade", "SPDY/3.1")
            .header("x-stream-protocol-version", "v4.channel.k8s.io");
        let request = bearer(request.body(Body::empty()).unwrap(), &secret);
        text(router(&served.console).oneshot(request).await.unwrap()).await
    };
    assert!(!over_spdy().await.contains("recorded"));
    let Place::Project(project) = place(&served.console, &lantern(), "shop").await else { unreachable!() };
    database.record_project(project, Some(30)).await.unwrap();

    let said = over_spdy().await;

    assert!(said.contains("commands are recorded here, and those over SPDY cannot be"), "{said}");
    assert_eq!(served.recordings().await.len(), 0);
    served.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(kubectl), ignore = "kubectl is not on the PATH")]
async fn a_revoked_token_opens_nothing_any_more() {
    let served = Served::new().await;
    served.expect(&[("get namespaces", "shop")]).await;
    let database = served.console.database();
    let token = database.tokens_of(served.bob).await.unwrap()[0].clone();
    assert_eq!((token.name.as_str(), token.scope), ("kubeconfig lantern", TokenScope::Full));

    assert!(database.revoke_token(served.bob, token.id).await.unwrap());

    served.run("get namespaces").await.fails_with("You are not signed in");
    served.close().await;
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
