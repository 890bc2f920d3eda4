//! Since when a project is there, from the cluster to what is asked of its Prometheus.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use access::{Access, Another, Caller, Standing};
use database::Database;
use database::accounts::NewAccount;
use database::members::{NewMember, Place};
use kubernetes::{Cluster, Connection, Kubernetes};
use model::{ClusterName, Namespace};
use monitoring_contract::{ExploreRequest, Explored, Measured, Monitoring, Window};
use playground::{Options, Playground};
use prometheus::{ForCaller, Prometheus};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a world may take to come up on a busy machine.
const LONG: Duration = Duration::from_secs(120);

fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

struct Stage {
    playground: Playground,
    database: Database,
    access: Access,
    kubernetes: Arc<Kubernetes>,
}

impl Stage {
    async fn new() -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let cluster = Cluster::new(harbour(), Connection::new("harbour", config(&playground).await).unwrap());
        let database = Database::in_memory().await.unwrap();
        let access = Access::new(database.clone());
        let kubernetes = Kubernetes::new(vec![cluster], access.clone());
        Self { playground, database, access, kubernetes }
    }

    async fn caller(&self, name: &str, role: &str, projects: &[&str]) -> Arc<Caller> {
        let new = NewAccount { name: name.into(), role: role.into(), ..NewAccount::default() };
        let account = self.database.add_account(&new).await.unwrap();
        for namespace in projects {
            let namespace = Namespace::parse(namespace).unwrap();
            let place = Place::Project(self.database.ensure_project(&harbour(), &namespace).await.unwrap());
            let role = "project-viewer".into();
            let member = NewMember { account, place, role, source: String::new() };
            self.database.set_member(&member).await.unwrap();
        }
        let account = self.database.account(account).await.unwrap().unwrap();
        Arc::new(self.access.caller(account, None, "test".into(), None).await.unwrap())
    }

    /// Waits until something measures the cluster: what was not found is looked for again only after a while.
    async fn measured(&self, caller: &Arc<Caller>) -> ForCaller {
        let until = Instant::now() + LONG;
        loop {
            let prometheus =
                Prometheus::new(Arc::clone(&self.kubernetes), self.database.clone(), BTreeMap::new());
            let measuring = prometheus.for_caller(Arc::clone(caller));
            if let Ok(Measured::Answered(explored)) = measuring.explore(request("kube_pod_info")).await
                && explored.chart.is_some_and(|chart| !chart.series.is_empty())
            {
                return measuring;
            }
            assert!(Instant::now() < until, "nothing measures the cluster");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

async fn config(playground: &Playground) -> kube::Config {
    let kubeconfig = kube::config::Kubeconfig::from_yaml(playground.kubeconfig()).unwrap();
    let options = kube::config::KubeConfigOptions { context: Some("harbour".into()), ..Default::default() };
    kube::Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap()
}

fn request(query: &str) -> ExploreRequest {
    ExploreRequest::one(harbour(), query, Window::default())
}

async fn explored(caller: &ForCaller, query: &str) -> Explored {
    match caller.explore(request(query)).await.unwrap() {
        Measured::Answered(explored) => *explored,
        Measured::Missing(missing) => panic!("there is no monitoring: {missing:?}"),
    }
}

#[tokio::test]
async fn a_name_is_seen_since_its_namespace_is_there_and_by_who_sees_the_cluster_all_along() {
    let stage = Stage::new().await;
    let ben = stage.caller("ben", "regular", &["shop", "harvest"]).await;
    let ada = stage.caller("ada", "administrator", &[]).await;
    let (ben, ada) = (stage.measured(&ben).await, stage.measured(&ada).await);

    let before = explored(&ben, "kube_pod_info").await;
    assert_eq!(
        before.confined_to,
        Some(vec!["shop".to_owned()]),
        "a namespace that is not there is nobody's"
    );
    assert!(before.chart.unwrap().series[0].values.iter().flatten().count() > 1);

    let config = config(&stage.playground).await;
    let client = kube::Client::try_from(config).unwrap();
    let body = r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"harvest"}}"#;
    let call = http::Request::post("/api/v1/namespaces").header("content-type", "application/json");
    client.request::<serde_json::Value>(call.body(body.as_bytes().to_vec()).unwrap()).await.unwrap();
    // Births are known for some seconds.
    tokio::time::sleep(Duration::from_secs(6)).await;

    let after = explored(&ben, "kube_pod_info").await;
    assert_eq!(after.confined_to, Some(vec!["harvest".to_owned(), "shop".to_owned()]));
    assert_eq!(
        after.queries[0].sent, r#"kube_pod_info{namespace="shop"}"#,
        "what has just been made is asked for already"
    );
    let whole = explored(&ada, "kube_pod_info").await;
    assert_eq!((whole.confined_to, whole.queries[0].sent.as_str()), (None, "kube_pod_info"));
}

#[tokio::test]
async fn nobody_is_told_of_another_cluster_that_answers_under_the_name() {
    let stage = Stage::new().await;
    let prometheus = Prometheus::new(Arc::clone(&stage.kubernetes), stage.database.clone(), BTreeMap::new());
    let cluster = Arc::clone(stage.kubernetes.clusters().next().unwrap());
    let another = Another { known: "one".into(), found: "two".into(), since: 1 };
    let identities = stage.access.identities();

    identities.note(&harbour(), Standing::Another(another));
    let refused = prometheus.firing(&cluster).await.unwrap_err().to_string();
    assert!(refused.contains("another cluster answers under this name"), "{refused}");

    identities.note(&harbour(), Standing::Itself);
    let told = prometheus.firing(&cluster).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(!told.contains("another cluster"), "{told}");
}
