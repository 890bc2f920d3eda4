//! A console's view of one simulated cluster.

use access::{Access, Caller};
use async_trait::async_trait;
use bytes::Bytes;
use database::Database;
use futures::stream::BoxStream;
use kubernetes::{Connection, ForCaller, Kubernetes};
use model::{ClusterName, Language, Namespace, Persona};
use playground_kubernetes::{
    Cluster, ClusterSettings, ContainerUsage, ExecExit, ExecIo, Kubelet, LogOptions, Running, Status, Usage,
    serve,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::DuplexStream;
use uuid::Uuid;

/// A node agent without nodes.
struct Mute;

#[async_trait]
impl Kubelet for Mute {
    async fn logs(&self, _: &Value, _: &str, _: LogOptions) -> Result<BoxStream<'static, Bytes>, Status> {
        Ok(Box::pin(futures::stream::empty()))
    }

    async fn exec(&self, _: &Value, _: &str, _: Vec<String>, _: bool, _: ExecIo) -> ExecExit {
        ExecExit::Code(0)
    }

    fn pod_metrics(&self, _: &Value) -> Option<Vec<ContainerUsage>> {
        None
    }

    fn node_metrics(&self, _: &Value) -> Option<Usage> {
        None
    }

    async fn port_forward(&self, _: &Value, _: u16, _: DuplexStream) -> Result<(), Status> {
        Ok(())
    }
}

/// A cluster named `harbour` and a console that knows it.
pub struct Stage {
    pub cluster: Cluster,
    pub kubernetes: Arc<Kubernetes>,
    _running: Running,
}

impl Stage {
    pub async fn new() -> Self {
        let cluster = Cluster::new(ClusterSettings { name: "harbour".into(), ..ClusterSettings::default() });
        for namespace in ["shop", "bank"] {
            let made = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
            // Some settings bring namespaces of their own.
            let _ = cluster.create(made);
        }
        let listen = "127.0.0.1:0".parse().unwrap();
        let running = serve(cluster.clone(), Arc::new(Mute), listen).await.unwrap();
        let kubeconfig = kube::config::Kubeconfig::from_yaml(&running.kubeconfig()).unwrap();
        let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
        let connection = Connection::new("harbour", config).unwrap();
        let known = kubernetes::Cluster::new(harbour(), connection);
        let access = Access::new(Database::in_memory().await.unwrap());
        Self { cluster, kubernetes: Kubernetes::new(vec![known], access), _running: running }
    }

    pub fn caller(&self, persona: Persona, namespaces: &[&str]) -> ForCaller {
        let memberships =
            namespaces.iter().map(|namespace| (harbour(), Namespace::parse(namespace).unwrap())).collect();
        let caller = Caller {
            account_id: Uuid::new_v4(),
            name: "ada".into(),
            persona,
            memberships,
            session_hash: None,
            request_id: "test".into(),
            address: None,
        };
        self.kubernetes.for_caller(caller, Language::English)
    }

    pub fn administrator(&self) -> ForCaller {
        self.caller(Persona::Administrator, &[])
    }

    pub fn add_pod(&self, namespace: &str, name: &str) {
        self.cluster.create(pod(namespace, name)).unwrap();
    }
}

pub fn harbour() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

pub fn pod(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "main", "image": "registry.example/web:1"}]},
    })
}

/// Asks again until the answer is the wished one; a store learns of changes some milliseconds later.
pub async fn eventually<T, F, A>(mut ask: A, is_wished: impl Fn(&T) -> bool) -> T
where
    F: Future<Output = T>,
    A: FnMut() -> F,
    T: std::fmt::Debug,
{
    for _ in 0..200 {
        let answer = ask().await;
        if is_wished(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came true: {:?}", ask().await);
}
