//! The cluster that is asked about: a simulated one, or the real one that `ORRERY_PEER_KUBECONFIG` leads to.

use http::Request;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use playground::{Options, Playground};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// What a stage puts there besides what the provisioner does, and takes away again.
const OURS: [&str; 3] = [
    "/api/v1/namespaces/shop",
    "/api/v1/namespaces/bank",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prometheusrules.monitoring.coreos.com",
];
/// Namespaces of these names are there once: on a real cluster one stage waits for the other.
static ALONE: Mutex<()> = Mutex::const_new(());
/// How long what a real cluster does by itself may take.
const PATIENCE: Duration = Duration::from_secs(90);

pub struct Ground {
    client: Client,
    home: Home,
}

enum Home {
    Simulated(Playground),
    Real { _alone: MutexGuard<'static, ()> },
}

impl Ground {
    /// An empty one, and how it is reached.
    pub async fn open() -> (Self, Config) {
        let (kubeconfig, home) = match std::env::var("ORRERY_PEER_KUBECONFIG") {
            Ok(file) => (Kubeconfig::read_from(file).unwrap(), Home::Real { _alone: ALONE.lock().await }),
            Err(_) => {
                let options = Options { speed: 20.0, past: Duration::ZERO, ..Options::default() };
                let playground = playground::start(options).await.unwrap();
                let kubeconfig = playground.running("lantern").unwrap().kubeconfig();
                (Kubeconfig::from_yaml(&kubeconfig).unwrap(), Home::Simulated(playground))
            }
        };
        let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
        let ground = Self { client: Client::try_from(config.clone()).unwrap(), home };
        // What a stage has left that failed.
        ground.clear().await;
        (ground, config)
    }

    /// Makes an object, and answers it as it is; what is in a namespace or of a kind that was just made waits until that is
    /// there.
    pub async fn create(&self, object: Value) -> Value {
        let path = collection(&object);
        let made = async {
            loop {
                let request = Request::post(&path).body(object.to_string().into_bytes()).unwrap();
                match self.client.request::<Value>(request).await {
                    Ok(made) => return made,
                    Err(kube::Error::Api(status)) if status.code == 404 => {
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                    Err(error) => panic!("{path}: {error}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, made).await.unwrap_or_else(|_| panic!("{path} is not there"))
    }

    pub async fn close(self) {
        match self.home {
            Home::Simulated(playground) => playground.stop().await.unwrap(),
            Home::Real { .. } => self.clear().await,
        }
    }

    /// Takes away what is ours, and waits until it is gone.
    async fn clear(&self) {
        for path in OURS {
            let gone = async {
                loop {
                    let delete = Request::delete(path).body(json!({}).to_string().into_bytes()).unwrap();
                    match self.client.request::<Value>(delete).await {
                        Err(kube::Error::Api(status)) if status.code == 404 => return,
                        Ok(_) | Err(kube::Error::Api(_)) => {
                            tokio::time::sleep(Duration::from_millis(200)).await;
                        }
                        Err(error) => panic!("{path}: {error}"),
                    }
                }
            };
            tokio::time::timeout(PATIENCE, gone).await.unwrap_or_else(|_| panic!("{path} stays"));
        }
    }
}

/// The list that an object is made in.
fn collection(object: &Value) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (version, namespace) = (text("/apiVersion"), text("/metadata/namespace"));
    let group = if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") };
    let plural = format!("{}s", text("/kind").to_lowercase());
    match namespace {
        "" => format!("{group}/{plural}"),
        namespace => format!("{group}/namespaces/{namespace}/{plural}"),
    }
}
