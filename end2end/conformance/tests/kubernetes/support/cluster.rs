//! A cluster, a namespace of one's own in it, and somebody who asks.

use std::env;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use kube::client::{Body, Client};
use kube::config::{AuthInfo, Config, KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};
use uuid::Uuid;

use super::simulator::Simulator;
use super::{Answer, Events, Socket};

/// How long what happens by itself may take, such as the work of a controller.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often one looks whether it happened.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// The release whose words the simulator has, whatever release it plays.
const WORDS_OF_SIMULATOR: u32 = 37;

/// Somebody's view of a cluster.
#[derive(Clone)]
pub struct Cluster {
    config: Config,
    client: Client,
    headers: Vec<(&'static str, String)>,
    /// One that only this case uses.
    pub namespace: String,
    simulator: Option<&'static Simulator>,
}

impl Cluster {
    /// The cluster that the environment names, else the simulator, as administrator and with a new namespace.
    pub async fn open() -> Self {
        match env::var_os("ORRERY_PEER_KUBECONFIG") {
            Some(file) => Self::of(Kubeconfig::read_from(file).unwrap(), None).await,
            None => Self::of_simulator(Simulator::shared()).await,
        }
    }

    /// The simulator, whatever the environment names.
    #[allow(dead_code, reason = "Helm's suite asks both")]
    pub async fn simulated() -> Self {
        Self::of_simulator(Simulator::shared()).await
    }

    /// A cluster whose past may be forgotten without disturbing other cases.
    pub async fn with_own_past() -> Self {
        match env::var_os("ORRERY_PEER_KUBECONFIG") {
            Some(_) => Self::open().await,
            None => Self::of_simulator(Box::leak(Box::new(Simulator::start()))).await,
        }
    }

    async fn of_simulator(simulator: &'static Simulator) -> Self {
        Self::of(Kubeconfig::from_yaml(simulator.kubeconfig()).unwrap(), Some(simulator)).await
    }

    async fn of(kubeconfig: Kubeconfig, simulator: Option<&'static Simulator>) -> Self {
        let mut config =
            Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
        config.read_timeout = None;
        // Refusals are answers here.
        config.default_retry = false;
        let client = Client::try_from(config.clone()).unwrap();
        let namespace = unique();
        let cluster = Self { config, client, headers: Vec::new(), namespace, simulator };
        let made = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": cluster.namespace}});
        cluster.post("/api/v1/namespaces", &made).await.is(201);
        // Pods are refused where their account is not there yet.
        let account = cluster.core("serviceaccounts/default");
        cluster
            .eventually("an account", async || (cluster.get(&account).await.code == 200).then_some(()))
            .await;
        cluster
    }

    /// Deletes what the case made. A case that failed leaves it, to be looked at.
    pub async fn close(self) {
        self.delete(&format!("/api/v1/namespaces/{}", self.namespace), &Value::Null).await;
    }

    /// The same with one more header.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name, value.to_owned()));
        other
    }

    /// The administrator in somebody else's shoes.
    pub fn acting_as(&self, user: &str, groups: &[&str]) -> Self {
        let user = self.with("impersonate-user", user);
        groups.iter().fold(user, |user, group| user.with("impersonate-group", group))
    }

    /// Whoever a token belongs to; nobody without one.
    pub fn bearing(&self, token: Option<&str>) -> Self {
        let mut config = self.config.clone();
        config.auth_info =
            AuthInfo { token: token.map(|token| token.to_owned().into()), ..AuthInfo::default() };
        let client = Client::try_from(config.clone()).unwrap();
        Self { config, client, headers: Vec::new(), ..self.clone() }
    }

    /// The path of something of the core group in the case's namespace.
    pub fn core(&self, rest: &str) -> String {
        format!("/api/v1/namespaces/{}/{rest}", self.namespace)
    }

    /// The path of something of another group in the case's namespace.
    pub fn group(&self, group_version: &str, rest: &str) -> String {
        format!("/apis/{group_version}/namespaces/{}/{rest}", self.namespace)
    }

    /// Sends any request.
    pub async fn send(&self, method: Method, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let request = format!("{method} {path} {}", String::from_utf8_lossy(&body));
        let response = self.client.send(self.request(method, path, content_type, body)).await;
        let response = response.unwrap_or_else(|error| panic!("{request}: {error}"));
        Answer::read(request, response).await
    }

    fn request(&self, method: Method, path: &str, content_type: &str, body: Vec<u8>) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !body.is_empty() {
            request = request.header("content-type", content_type);
        }
        request.body(Body::from(body)).unwrap()
    }

    async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(method, path, "application/json", body).await
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.json(Method::GET, path, &Value::Null).await
    }

    /// Creates.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.json(Method::POST, path, body).await
    }

    /// Replaces.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.json(Method::PUT, path, body).await
    }

    /// Deletes, with options or null.
    pub async fn delete(&self, path: &str, options: &Value) -> Answer {
        self.json(Method::DELETE, path, options).await
    }

    /// Changes by a JSON patch.
    pub async fn json_patch(&self, path: &str, body: &Value) -> Answer {
        self.patch("application/json-patch+json", path, body).await
    }

    /// Changes by a merge patch.
    pub async fn merge(&self, path: &str, body: &Value) -> Answer {
        self.patch("application/merge-patch+json", path, body).await
    }

    /// Changes by a strategic merge patch.
    pub async fn strategic(&self, path: &str, body: &Value) -> Answer {
        self.patch("application/strategic-merge-patch+json", path, body).await
    }

    /// Applies as a manager; `path` may have a query of its own.
    pub async fn apply(&self, path: &str, manager: &str, body: &Value) -> Answer {
        let joint = if path.contains('?') { '&' } else { '?' };
        self.patch("application/apply-patch+yaml", &format!("{path}{joint}fieldManager={manager}"), body)
            .await
    }

    async fn patch(&self, content_type: &str, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, content_type, body.to_string().into_bytes()).await
    }

    /// Opens a watch that has to be granted.
    pub async fn watch(&self, path: &str) -> Events {
        let request = self.request(Method::GET, path, "", Vec::new());
        let response = self.client.send(request).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        Events::of(response.into_body())
    }

    /// Opens a log that has to be granted; it comes in pieces.
    pub async fn follow(&self, path: &str) -> BoxStream<'static, Bytes> {
        let response = self.client.send(self.request(Method::GET, path, "", Vec::new())).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.into_body().into_data_stream().map(Result::unwrap).boxed()
    }

    /// Opens a WebSocket that has to be granted, offering these protocols.
    pub async fn open_socket(&self, path: &str, protocols: &str) -> Socket {
        let opened = self.try_socket(path, protocols).await;
        opened.unwrap_or_else(|answer| panic!("{}: {} {}", answer.request, answer.code, answer.text))
    }

    /// Asks for a WebSocket; gives the answer when it is another one.
    pub async fn try_socket(&self, path: &str, protocols: &str) -> Result<Socket, Answer> {
        let send = async || {
            let mut request = self.request(Method::GET, path, "", Vec::new());
            Socket::ask_for(request.headers_mut(), protocols);
            self.client.send(request).await
        };
        // A connection that was kept may be closed at the other end just then: the next one is new.
        let response = match send().await {
            Ok(response) => response,
            Err(_) => send().await.unwrap(),
        };
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(Answer::read(format!("{protocols} {path}"), response).await);
        }
        Ok(Socket::of(response).await)
    }

    /// A pod of this name that runs.
    pub async fn run_pod(&self, pod: &Value) -> Value {
        let made = self.post(&self.core("pods"), pod).await.is(201);
        let path = self.core(&format!("pods/{}", made["metadata"]["name"].as_str().unwrap()));
        self.eventually("a running pod", async || {
            let pod = self.get(&path).await.is(200);
            let running = pod["status"]["containerStatuses"][0]["state"].get("running").is_some();
            (running && pod["status"]["phase"] == "Running").then_some(pod)
        })
        .await
    }

    /// Which release it says to be, such as 37 for 1.37.
    pub async fn minor(&self) -> u32 {
        let version = self.get("/version").await.is(200);
        let minor = version["minor"].as_str().unwrap_or_default();
        // Some who build it themselves add a sign.
        let minor = minor.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        minor.parse().unwrap_or_else(|_| panic!("no release: {version}"))
    }

    /// Whether it answers in the words of this release or a later one. A case whose answers differ asks, and has those of
    /// before, too.
    pub async fn has_words_of(&self, minor: u32) -> bool {
        let own = if self.simulator.is_some() { WORDS_OF_SIMULATOR } else { self.minor().await };
        own >= minor
    }

    /// Whether KWOK only says that pods run: what containers do is then its own.
    pub async fn has_kwok_nodes(&self) -> bool {
        let nodes = self.get("/api/v1/nodes?labelSelector=type%3Dkwok").await.is(200);
        nodes["items"].as_array().is_some_and(|nodes| !nodes.is_empty())
    }

    /// Waits until something is so, as long as controllers may take.
    pub async fn eventually<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        self.eventually_or(what, async || look().await.ok_or_else(String::new)).await
    }

    /// The same, where who looks says what is so instead: that of the last look is told when it did not happen.
    pub async fn eventually_or<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
        let mut instead = String::new();
        let waiting = async {
            loop {
                match look().await {
                    Ok(found) => return found,
                    Err(now) => instead = now,
                }
                tokio::time::sleep(BETWEEN_LOOKS).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, waiting).await;
        match found {
            Ok(found) => found,
            Err(_) if instead.is_empty() => panic!("{what} did not happen"),
            Err(_) => panic!("{what} did not happen; it was {instead}"),
        }
    }

    /// Waits until an object is gone.
    pub async fn until_gone(&self, path: &str) {
        self.eventually(&format!("the end of {path}"), async || {
            (self.get(path).await.code == 404).then_some(())
        })
        .await;
    }

    /// Makes the cluster forget its past where that can be asked for; elsewhere it does so soon by itself.
    pub fn forget(&self) {
        if let Some(simulator) = self.simulator {
            simulator.forget();
        }
    }
}

/// A name that nobody else uses.
pub fn unique() -> String {
    format!("conformance-{}", &Uuid::new_v4().simple().to_string()[..10])
}
