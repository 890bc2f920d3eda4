//! A console with one cluster behind it, and kubectl in the hands of somebody who edits one project.

use super::kubectl::{self, Kubectl};
use super::*;
use ::kubernetes::{Cluster, Connection};
use database::recordings::{RecordingFilter, RecordingScope, StoredRecording};
use kube::config::{KubeConfigOptions, Kubeconfig};
use playground::{Options, Playground};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use recordings_contract::Recordings as _;
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::SocketAddr;
use tokio::io::copy_bidirectional;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::DropGuard;

/// A console that is served by https, and a cluster behind it.
pub(super) struct Served {
    pub console: Console,
    playground: Playground,
    pub kubectl: Kubectl,
    pub bob: Uuid,
    _site: tempfile::TempDir,
    _end: DropGuard,
}

impl Served {
    /// Bob edits `shop` and has downloaded a kubeconfig from his account's page.
    pub async fn new() -> Self {
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
        let public_url = PublicUrl::parse(&format!("https://localhost:{}", address.port())).unwrap();
        let surroundings = Surroundings::new(public_url, address, Vec::new());
        let database = Database::in_memory().await.unwrap();
        let clusters = vec![Cluster::new(lantern(), connection)];
        let console = Console::new(parts(database, surroundings, site.path(), clusters)).unwrap();
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

    pub async fn run(&self, arguments: &str) -> kubectl::Said {
        self.kubectl.run(&Self::trusting(arguments)).await
    }

    pub fn follow(&self, arguments: &str) -> kubectl::Following {
        self.kubectl.follow(&Self::trusting(arguments))
    }

    pub async fn with_input(&self, arguments: &str, input: &str) -> kubectl::Said {
        self.kubectl.with_input(&Self::trusting(arguments), input).await
    }

    pub async fn expect(&self, commands: &[(&str, &str)]) {
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
    pub async fn trail(&self) -> Vec<String> {
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
    pub async fn recordings(&self) -> Vec<StoredRecording> {
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
    pub async fn transcript(&self, id: Uuid) -> String {
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

    pub async fn close(self) {
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

/// A deployment of Bob's own.
pub(super) const WEB: &str = "
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
