//! The console's own client of streams on a real control plane whose pods KWOK plays: shells, logs, ports.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

mod support;

use access::roles::ADMINISTRATOR;
use access::{Access, Caller};
use bytes::Bytes;
use database::Database;
use database::accounts::NewAccount;
use futures::StreamExt;
use http::{Method, Request};
use kube::Client;
use kubernetes::{Connection, ForCaller, Kubernetes, Shown, TerminalEnds, TerminalPatience, Typed};
use model::live::{ContainerChoice, FeedRequest, LogTopic, Topic};
use model::terminal::{TerminalEnd, TerminalNews, TerminalPlace, TerminalRequest, TerminalSize};
use model::{Language, ResourceRef};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use support::{eventually, harbour};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);
const PODS: &str = "/api/v1/namespaces/default/pods";

/// A console, its administrator, and a pod that runs for one test.
struct Scene {
    client: Client,
    console: Arc<Kubernetes>,
    administrator: Caller,
    pod: ResourceRef,
}

impl Scene {
    async fn new() -> Self {
        let file = std::env::var("ORRERY_PEER_KUBECONFIG").unwrap();
        let kubeconfig = kube::config::Kubeconfig::read_from(file).unwrap();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
        let client = Client::try_from(config.clone()).unwrap();
        let (console, administrator) = console(config).await;
        let scene = Self {
            client,
            console,
            administrator,
            pod: ResourceRef {
                cluster: harbour(),
                kind: "pods".parse().unwrap(),
                namespace: Some("default".parse().unwrap()),
                name: format!("console-{}", Uuid::new_v4().simple()).parse().unwrap(),
            },
        };
        scene.bind_roles().await;
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": scene.pod.name},
            "spec": {"containers": [{"name": "main", "image": "nginx:1.27"}]},
        });
        scene.send(Method::POST, PODS, &pod).await.unwrap();
        let path = scene.path();
        let read = || async { scene.send(Method::GET, &path, &Value::Null).await.unwrap() };
        eventually(read, |pod| pod["status"]["phase"] == "Running").await;
        // The API server's authorizer learns of the binding by a watch.
        let open = || async { scene.clusters().open_port(&scene.pod, 8080).await };
        eventually(open, Result::is_ok).await.unwrap();
        scene
    }

    /// Gives administrators of the console the rights that they have in a cluster which it keeps.
    async fn bind_roles(&self) {
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": "orrery:administrators"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "orrery:administrators"}],
        });
        let path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
        match self.send(Method::POST, path, &binding).await {
            Ok(_) => {}
            // The test beside this one was faster.
            Err(kube::Error::Api(status)) if status.code == 409 => {}
            Err(error) => panic!("{error}"),
        }
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> kube::Result<Value> {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        self.client.request(request.body(body).unwrap()).await
    }

    fn path(&self) -> String {
        format!("{PODS}/{}", self.pod.name)
    }

    fn clusters(&self) -> ForCaller {
        self.console.for_caller(self.administrator.clone(), Language::English)
    }

    async fn close(self) {
        self.send(Method::DELETE, &self.path(), &json!({"gracePeriodSeconds": 0})).await.unwrap();
    }
}

/// A console that reaches the cluster, and its administrator.
async fn console(config: kube::Config) -> (Arc<Kubernetes>, Caller) {
    let database = Database::in_memory().await.unwrap();
    let access = Access::new(database.clone());
    let connection = Connection::new("harbour", config).unwrap();
    let console = Kubernetes::new(vec![kubernetes::Cluster::new(harbour(), connection)], access);
    let new = NewAccount { name: "ada".into(), role: "regular".into(), ..NewAccount::default() };
    let id = database.add_account(&new).await.unwrap();
    database.set_platform_role(id, ADMINISTRATOR).await.unwrap();
    let account = database.account(id).await.unwrap().unwrap();
    let administrator = console.access().caller(account, None, "test".into(), None).await.unwrap();
    (console, administrator)
}

#[tokio::test]
#[ignore = "needs a real cluster: cargo xtask test --step peers"]
async fn a_shell_runs_what_is_typed_and_says_how_it_ended() {
    let scene = Scene::new().await;
    let ((keys, typed), (shown, mut showing)) = (mpsc::channel(2), mpsc::channel(2));
    let ends = TerminalEnds { typed, shown, stop: CancellationToken::new() };
    let request =
        TerminalRequest { pod: scene.pod.clone(), container: Some("main".into()), shell: None, debug: None };
    let (clusters, place) = (scene.clusters(), TerminalPlace::Container(request));
    let size = TerminalSize { columns: 100, rows: 30 };
    let shell = tokio::spawn(async move {
        clusters.terminal(place, size, ends, TerminalPatience::default()).await;
    });

    let (mut screen, mut end, mut is_leaving) = (String::new(), None, false);
    while let Some(shown) = timeout(PATIENCE, showing.recv()).await.unwrap() {
        match shown {
            Shown::News(TerminalNews::Opened { .. }) => {
                let script = Bytes::from_static(b"echo heard-$((40 + 2)); stty size\r");
                keys.send(Typed::Bytes(script)).await.unwrap();
            }
            Shown::News(TerminalNews::Ended(reason)) => end = Some(reason),
            Shown::News(_) => {}
            Shown::Bytes(bytes) => {
                screen.push_str(&String::from_utf8_lossy(&bytes));
                // Once: what is typed into a shell that has ended may break its connection before it says how it ended.
                if screen.contains("30 100") && !is_leaving {
                    is_leaving = true;
                    keys.send(Typed::Bytes(Bytes::from_static(b"exit\r"))).await.unwrap();
                }
            }
        }
    }
    shell.await.unwrap();

    assert!(screen.contains("heard-42\r\n"), "{screen}");
    assert_eq!(end, Some(TerminalEnd::Exited { code: 0, because: None }), "{screen}");
    scene.close().await;
}

#[tokio::test]
#[ignore = "needs a real cluster: cargo xtask test --step peers"]
async fn a_log_is_followed() {
    let scene = Scene::new().await;
    let topic = LogTopic { of: scene.pod.clone(), pod: None, containers: ContainerChoice::Usual, tail: 10 };
    let request = FeedRequest { feed: 1, topic: Topic::Log(topic), from: None };

    let mut events = Box::pin(scene.clusters().follow(vec![request], None).unwrap());
    let mut told = Vec::new();
    while told.len() < 3 {
        let event = timeout(PATIENCE, events.next()).await.unwrap().expect("it is followed");
        let message: Value = serde_json::from_str(&event.data).unwrap();
        assert!(message["news"].get("ended").is_none(), "{message}");
        let lines = message["news"]["lines"]["lines"]["lines"].as_array().cloned().unwrap_or_default();
        told.extend(lines.iter().map(|line| line["l"].as_str().unwrap().to_owned()));
    }

    assert_eq!(told, ["listening on port 8080", "the cache is cold", "GET / 200"]);
    scene.close().await;
}

#[tokio::test]
#[ignore = "needs a real cluster: cargo xtask test --step peers"]
async fn a_port_is_forwarded_and_a_dead_one_says_why() {
    let scene = Scene::new().await;
    let clusters = scene.clusters();
    let open = async |port: u16| {
        let forward = clusters.open_port(&scene.pod, port).await.unwrap();
        let granted = scene.console.access().grant(&scene.administrator, forward).await.unwrap();
        clusters.tunnel(granted).await.unwrap()
    };

    let mut tunnel = open(8081).await;
    tunnel.stream.write_all(b"GET /here HTTP/1.1\r\nhost: pod\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    while !answer.contains("/here.") {
        let mut piece = [0; 1024];
        let length = timeout(PATIENCE, tunnel.stream.read(&mut piece)).await.unwrap().unwrap();
        assert_ne!(length, 0, "it ended after {answer:?}: {:?}", tunnel.failure.get());
        answer.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    let mut dead = open(9).await;
    let mut nothing = Vec::new();
    timeout(PATIENCE, dead.stream.read_to_end(&mut nothing)).await.unwrap().unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("Port 8081 answers for /here."), "{answer}");
    assert!(nothing.is_empty());
    let why = format!("{:?}", dead.failure.get());
    assert!(why.contains("connection refused"), "{why}");
    scene.close().await;
}
