//! Since when a project is there, from the cluster to what is asked of its Prometheus.

#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use access::{Another, Caller, Standing};
use monitoring_contract::{ExploreRequest, Explored, Measured, Monitoring, Window};
use playground::{Options, Playground};
use prometheus::{ForCaller, Prometheus};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use test_stage::{Console, harbour};

/// How long a world may take to come up on a busy machine.
const LONG: Duration = Duration::from_secs(120);

struct Stage {
    playground: Playground,
    console: Console,
}

impl Stage {
    async fn new() -> Self {
        let playground = playground::start(Options::default()).await.unwrap();
        let console = Console::new(playground.kubeconfig(), "harbour").await;
        Self { playground, console }
    }

    async fn caller(&self, name: &str, role: &str, projects: &[&str]) -> Arc<Caller> {
        self.console.caller(name, role, None).await;
        for namespace in projects {
            self.console.join(name, namespace, "project-viewer").await;
        }
        self.console.again(name).await
    }

    /// One that has found out nothing yet.
    fn prometheus(&self) -> Arc<Prometheus> {
        let Console { database, kubernetes, .. } = &self.console;
        Prometheus::new(Arc::clone(kubernetes), database.clone(), BTreeMap::new())
    }

    /// Waits until something measures the cluster: what was not found is looked for again only after a while.
    async fn measured(&self, caller: &Arc<Caller>) -> ForCaller {
        let until = Instant::now() + LONG;
        loop {
            let measuring = self.prometheus().for_caller(Arc::clone(caller));
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

    let config = test_stage::config(stage.playground.kubeconfig(), "harbour").await;
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
    let (prometheus, cluster) = (stage.prometheus(), stage.console.cluster());
    let another = Another { known: "one".into(), found: "two".into(), since: 1 };
    let identities = stage.console.access.identities();

    identities.note(&harbour(), Standing::Another(another));
    let refused = prometheus.firing(cluster).await.unwrap_err().to_string();
    assert!(refused.contains("another cluster answers under this name"), "{refused}");

    identities.note(&harbour(), Standing::Itself);
    let told = prometheus.firing(cluster).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(!told.contains("another cluster"), "{told}");
}
