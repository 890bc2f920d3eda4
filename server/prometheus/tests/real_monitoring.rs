//! What the console asks, of a real Prometheus that scrapes a real control plane (`cargo xtask peers up monitoring`).

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use access::Access;
use database::Database;
use database::accounts::NewAccount;
use http::{Method, Request};
use kubernetes::{Cluster, Connection, Kubernetes};
use model::ResourceRef;
use monitoring_contract::{
    BoardId, BoardRequest, BuiltInGroup, ExploreRequest, Explored, Measured, Monitoring, PanelContent,
    RankOf, RankRow, RankingRequest, RuleTemplate, Subject, Window, cards,
};
use outbound::{Address, Proof};
use prometheus::{Direct, ForCaller, Prometheus, Transport};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use test_stage::harbour;

/// Scrapes come every five seconds and rates need two of them; pods are listed some seconds after they run.
const LONG: Duration = Duration::from_secs(90);
const NAMESPACE: &str = "measured";

/// What the nodes of KWOK cannot measure, and what is empty while all is well, by board and card.
const EMPTY: [&str; 10] = [
    "applications/restarts-by-namespace",
    // An etcd that may lose what it wrote does not wait for its disk.
    "control-plane/etcd-wal",
    "machines/kubelet-pleg: kubelet_pleg_relist_duration_seconds_bucket",
    "machines/kubelet-pods: kubelet_running_pods",
    "namespace/restarts",
    "workload/restarts",
    "pod/filesystem: container_fs_reads_bytes_total, container_fs_writes_bytes_total",
    "pod/processes: container_processes",
    "pod/threads: container_threads",
    "pod/throttling: container_cpu_cfs_periods_total, container_cpu_cfs_throttled_periods_total",
];
/// Shows what waits, if something does just then.
const SOMETIMES: &str = "control-plane/queues";

/// A console with a cluster that is measured, and its administrator.
struct Scene {
    client: kube::Client,
    monitoring: ForCaller,
}

impl Scene {
    async fn new() -> Self {
        let variable = |name: &str| std::env::var(name).unwrap();
        let file = variable("ORRERY_PEER_KUBECONFIG");
        let kubeconfig = kube::config::Kubeconfig::read_from(file).unwrap();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
        let client = kube::Client::try_from(config.clone()).unwrap();
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        let cluster = Cluster::new(harbour(), Connection::new("harbour", config).unwrap());
        let kubernetes = Kubernetes::new(vec![cluster], access.clone());
        let new = NewAccount { name: "ada".into(), role: "administrator".into(), ..NewAccount::default() };
        let account = database.add_account(&new).await.unwrap();
        let account = database.account(account).await.unwrap().unwrap();
        let caller = Arc::new(access.caller(account, None, "test".into(), None).await.unwrap());
        let address = Address {
            url: variable("ORRERY_PEER_MONITORING"),
            proof: Proof::Nothing,
            authority: String::new(),
        };
        let way = Arc::new(Direct::new(address).unwrap()) as Arc<dyn Transport>;
        let prometheus = Prometheus::new(kubernetes, database, [(harbour(), way)].into());
        let scene = Self { client, monitoring: prometheus.for_caller(caller) };
        scene.make().await;
        scene
    }

    /// A project with a deployment, if none is there yet: both tests look at the same one.
    async fn make(&self) {
        self.create(
            "/api/v1/namespaces",
            json!({
                "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE},
            }),
        )
        .await;
        self.create(
            &format!("/api/v1/namespaces/{NAMESPACE}/resourcequotas"),
            json!({
                "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "all"},
                "spec": {"hard": {"requests.cpu": "2", "requests.memory": "2Gi", "pods": "100"}},
            }),
        )
        .await;
        self.create(&format!("/apis/apps/v1/namespaces/{NAMESPACE}/deployments"), json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "till"},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": {"app": "till"}},
                "template": {
                    "metadata": {
                        "labels": {"app": "till"},
                        "annotations": {"kwok.x-k8s.io/usage-cpu": "200m", "kwok.x-k8s.io/usage-memory": "64Mi"},
                    },
                    "spec": {"containers": [{
                        "name": "till", "image": "registry.example/till:1",
                        "resources": {
                            "requests": {"cpu": "100m", "memory": "64Mi"},
                            "limits": {"cpu": "500m", "memory": "128Mi"},
                        },
                    }]},
                },
            },
        }))
        .await;
    }

    /// A pod that the scheduler has to find a place for.
    async fn pass_by(&self) {
        let path = format!("/api/v1/namespaces/{NAMESPACE}/pods");
        self.create(&path, json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "passer-", "labels": {"app": "passer"}},
            "spec": {"containers": [{
                "name": "main", "image": "registry.example/passer:1",
                "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}},
            }]},
        }))
        .await;
    }

    async fn create(&self, path: &str, body: Value) {
        match self.send(Method::POST, path, body).await {
            Ok(_) => {}
            Err(kube::Error::Api(status)) if status.code == 409 => {}
            Err(error) => panic!("{path}: {error}"),
        }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> kube::Result<Value> {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        self.client.request(request.body(body.to_string().into_bytes()).unwrap()).await
    }

    fn object(kind: &str, namespace: Option<&str>, name: &str) -> Subject {
        Subject::Object(ResourceRef {
            cluster: harbour(),
            kind: kind.parse().unwrap(),
            namespace: namespace.map(|name| name.parse().unwrap()),
            name: name.parse().unwrap(),
        })
    }

    async fn explored(&self, query: &str) -> Explored {
        let request = ExploreRequest::one(harbour(), query, Window::Last(900));
        answered(self.monitoring.explore(request).await.unwrap())
    }

    /// The cards of a board that have nothing to show, with why.
    async fn empty(&self, board: BoardId, subject: Subject) -> BTreeSet<String> {
        let window = Window::Last(900);
        let request = BoardRequest { subject, board, window, compare: None };
        let view = answered(self.monitoring.board(request).await.unwrap());
        let mut empty = BTreeSet::new();
        for panel in view.panels {
            let name = format!("{}/{}", board.word(), panel.card);
            match panel.content {
                PanelContent::Chart(chart) => assert!(!chart.series.is_empty(), "{name} draws nothing"),
                PanelContent::NoData => _ = empty.insert(name),
                PanelContent::NotMeasured(names) => _ = empty.insert(format!("{name}: {}", names.join(", "))),
                PanelContent::Failed(error) => panic!("{name}: {error}"),
            }
        }
        empty
    }

    async fn a_pod(&self) -> Option<String> {
        let path = format!("/api/v1/namespaces/{NAMESPACE}/pods?labelSelector=app%3Dtill");
        let pods = self.send(Method::GET, &path, json!({})).await;
        Some(pods.unwrap()["items"][0]["metadata"]["name"].as_str()?.to_owned())
    }
}

fn answered<T>(measured: Measured<T>) -> T {
    match measured {
        Measured::Answered(answer) => *answer,
        Measured::Missing(missing) => panic!("nothing measures the cluster: {missing:?}"),
    }
}

#[tokio::test]
#[ignore = "needs a measured cluster: cargo xtask test --step peers"]
async fn every_card_of_every_board_shows_something_of_a_cluster_that_is_measured() {
    let scene = Scene::new().await;
    let expected: BTreeSet<String> = EMPTY.map(str::to_owned).into();
    let until = Instant::now() + LONG;
    loop {
        // A histogram says something once it has grown.
        scene.pass_by().await;
        let mut empty = BTreeSet::new();
        for board in BoardId::OF_CLUSTER {
            empty.extend(scene.empty(board, Subject::Cluster(harbour())).await);
        }
        let pod = scene.a_pod().await.unwrap_or_default();
        for (board, subject) in [
            (BoardId::Node, Scene::object("nodes", None, "node-1")),
            (BoardId::Namespace, Scene::object("namespaces", None, NAMESPACE)),
            (BoardId::Workload, Scene::object("deployments", Some(NAMESPACE), "till")),
            (BoardId::Pod, Scene::object("pods", Some(NAMESPACE), &pod)),
        ] {
            empty.extend(scene.empty(board, subject).await);
        }
        empty.remove(SOMETIMES);
        if empty == expected {
            return;
        }
        assert!(Instant::now() < until, "other cards are empty than should be: {empty:#?}");
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
}

#[tokio::test]
#[ignore = "needs a measured cluster: cargo xtask test --step peers"]
async fn every_expression_of_cards_and_rules_is_taken_by_a_real_prometheus() {
    let scene = Scene::new().await;
    let lines = BoardId::ALL.into_iter().flat_map(cards::of).flat_map(|card| card.lines);
    let ranked = [cards::RANKED_NODES, cards::RANKED_NAMESPACES, cards::RANKED_PODS].into_iter().flatten();
    let rules = RuleTemplate::all().flat_map(RuleTemplate::all_picks);
    let built_in = BuiltInGroup::ALL.iter().flat_map(|group| group.rules).flat_map(|rule| rule.picks);
    let picks: BTreeSet<&str> = lines
        .flat_map(|line| line.picks)
        .chain(ranked.flat_map(|column| column.picks))
        .chain(built_in)
        .copied()
        .chain(rules)
        .collect();
    assert!(picks.len() > 100, "{}", picks.len());

    for pick in picks {
        let explored = scene.explored(pick).await;
        assert_eq!(explored.queries[0].fault, None, "{pick}");
        assert_eq!(explored.confined_to, None, "{pick}");
    }
}

#[tokio::test]
#[ignore = "needs a measured cluster: cargo xtask test --step peers"]
async fn what_pods_use_is_told_as_they_use_it() {
    let scene = Scene::new().await;
    let until = Instant::now() + LONG;
    loop {
        let request = RankingRequest {
            cluster: harbour(),
            of: RankOf::Pods,
            search: "till".to_owned(),
            workspace: None,
            sort: None,
        };
        let ranking = answered(scene.monitoring.ranking(request).await.unwrap());
        // KWOK says of each pod that it uses what its annotations name: a fifth of a core, of which `rate` tells the share of
        // its five minutes that there are samples of.
        let is_so = |row: &RankRow| match row.values.as_slice() {
            [Some(cores), Some(bytes), ..] => {
                (0.01..0.25).contains(cores) && *bytes == 64.0 * 1024.0 * 1024.0
            }
            _ => false,
        };
        if ranking.rows.len() == 2 && ranking.rows.iter().all(is_so) {
            return;
        }
        assert!(Instant::now() < until, "{:?}: {:?}", ranking.columns, ranking.rows);
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
}

/// Where there are values in an answer, without what people choose: `items[].containers[].usage.cpu`.
fn paths(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in
                    fields.iter().filter(|(name, _)| !["labels", "annotations"].contains(&name.as_str()))
                {
                    walk(value, &format!("{path}.{name}"), found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, &format!("{path}[]"), found)),
            _ => _ = found.insert(path.to_owned()),
        }
    }
    let mut found = BTreeSet::new();
    walk(value, "", &mut found);
    found
}

#[tokio::test]
#[ignore = "needs a measured cluster: cargo xtask test --step peers"]
async fn the_playground_says_what_is_used_as_metrics_server_does() {
    let scene = Scene::new().await;
    let playground = playground::start(playground::Options::default()).await.unwrap();
    let config = test_stage::config(playground.kubeconfig(), "harbour").await;
    let simulated = kube::Client::try_from(config).unwrap();
    let (pods, played_pods) = futures::join!(
        listed(&scene.client, format!("/namespaces/{NAMESPACE}/pods")),
        listed(&simulated, "/namespaces/shop/pods".to_owned())
    );
    let (nodes, played_nodes) =
        futures::join!(listed(&scene.client, "/nodes".to_owned()), listed(&simulated, "/nodes".to_owned()));

    assert_eq!(paths(&pods), paths(&played_pods));
    assert_eq!(paths(&nodes), paths(&played_nodes));
    for nobody in ["/namespaces/kube-system/pods/nobody", "/nodes/nobody"] {
        let (real, played) = (usage(&scene.client, nobody).await, usage(&simulated, nobody).await);
        assert_eq!(real.unwrap_err().to_string(), played.unwrap_err().to_string());
    }
}

async fn usage(client: &kube::Client, path: &str) -> kube::Result<Value> {
    let request = Request::get(format!("/apis/metrics.k8s.io/v1beta1{path}")).body(Vec::new()).unwrap();
    client.request(request).await
}

/// A list that has something in it: nothing is known yet of what has just been started.
async fn listed(client: &kube::Client, path: String) -> Value {
    let until = Instant::now() + LONG;
    loop {
        let list = usage(client, &path).await.unwrap();
        if list["items"].as_array().is_some_and(|items| items.len() >= 2) {
            return list;
        }
        assert!(Instant::now() < until, "{path}: {list}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
