//! Starts and stops a playground.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use playground_kubernetes::{ChangeKind, Cluster, ClusterSettings, DeleteOptions, Running, serve};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};
use uuid::Builder;

use crate::clock::Clock;
use crate::generate::{Scale, churn, generate};
use crate::images::Images;
use crate::kubelet::Agents;
use crate::site::Site;
use crate::snapshot::{self, SnapshotError};
use crate::world::{World, WorldError, worlds};
use crate::{controllers, kubeconfig, monitoring, records};

/// How often the snapshot is saved.
const SAVE_EVERY: Duration = Duration::from_secs(30);

/// The name of the generated cluster.
const GENERATED: &str = "expanse";

/// The namespace that every cluster has.
const HOME: &str = "kube-system";

/// What a playground is to be like.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port of the first cluster, the others follow; none for any free ports.
    pub first_port: Option<u16>,
    /// Where the clusters' objects are kept between starts; none to begin anew each time.
    pub snapshot: Option<PathBuf>,
    /// How fast time goes by for the simulated cluster parts.
    pub speed: f64,
    /// How much of a past a new world lives through before its present begins.
    pub past: Duration,
    /// A further cluster of this size, generated.
    pub scale: Option<Scale>,
    /// How many of the generated pods change each second.
    pub churn: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            first_port: None,
            snapshot: None,
            speed: 1.0,
            past: Duration::from_secs(15 * 60),
            scale: None,
            churn: 0,
        }
    }
}

/// Why a playground could not start or stop cleanly.
#[derive(Debug, thiserror::Error)]
pub enum PlaygroundError {
    /// A world or manifest does not fit its cluster.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The snapshot file is in the way.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A cluster's part of the snapshot is damaged.
    #[error(
        "the snapshot of cluster {cluster} cannot be restored; delete the file to start a new world: {message}"
    )]
    Damaged {
        /// The cluster.
        cluster: String,
        /// What is wrong.
        message: String,
    },
    /// An API server could not start.
    #[error("the API server of cluster {cluster} could not start: {source}")]
    Serving {
        /// The cluster.
        cluster: String,
        /// Why.
        #[source]
        source: anyhow::Error,
    },
}

/// Running clusters. Dropping it ends them without a last snapshot; [`stop`](Self::stop) saves one.
pub struct Playground {
    kubeconfig: String,
    clusters: Vec<Started>,
    snapshot: Option<PathBuf>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// One running cluster.
struct Started {
    name: String,
    cluster: Cluster,
    running: Running,
    /// Whether the snapshot keeps it; what was generated can be generated again.
    kept: bool,
}

/// Starts all clusters. They answer when this returns; their workloads come up in the seconds after.
pub async fn start(options: Options) -> Result<Playground, PlaygroundError> {
    let saved = match &options.snapshot {
        Some(path) => snapshot::load(path)?.unwrap_or_default(),
        None => Vec::new(),
    };
    let images = Arc::new(Images::built_in());
    let mut playground = Playground {
        kubeconfig: String::new(),
        clusters: Vec::new(),
        snapshot: options.snapshot.clone(),
        tasks: TaskTracker::new(),
        stop: CancellationToken::new(),
    };
    for (index, world) in worlds().iter().enumerate() {
        let bytes = saved.iter().find(|(name, _)| name == world.name).map(|(_, bytes)| bytes.as_slice());
        playground.start_world(world, index as u16, bytes, &images, &options).await?;
    }
    if let Some(scale) = options.scale {
        playground.start_generated(scale, &images, &options).await?;
    }
    let names = playground.clusters.iter().map(|started| (started.name.as_str(), &started.running));
    playground.kubeconfig = kubeconfig::merged(names);
    playground.keep_saving();
    Ok(playground)
}

fn settings(name: &str, version: (u32, u32), index: u16) -> ClusterSettings {
    ClusterSettings {
        name: name.to_owned(),
        version,
        service_network: (10, 96 + index as u8),
        ..ClusterSettings::default()
    }
}

/// Gives a namespace a uid that is the same at every start, also of a world that begins anew: consoles know a cluster by that of
/// `kube-system`, and projects by those of theirs.
fn name_for_ever(cluster: &Cluster, name: &str, namespace: &str) {
    let text = if namespace == HOME { name.to_owned() } else { format!("{name}/{namespace}") };
    // FNV-1a: nobody has to trust it, it only has to stay the same.
    let hash = text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    });
    let uid = Builder::from_random_bytes(hash.to_be_bytes()).into_uuid();
    cluster.change_bulk("namespaces", None, namespace, |found| {
        found["metadata"]["uid"] = uid.to_string().into();
    });
}

/// The same for all namespaces of a world that begins.
fn name_all_for_ever(cluster: &Cluster, name: &str) {
    for namespace in cluster.list("namespaces", None) {
        name_for_ever(cluster, name, namespace.name());
    }
}

impl Playground {
    async fn start_world(
        &mut self,
        world: &World,
        index: u16,
        saved: Option<&[u8]>,
        images: &Arc<Images>,
        options: &Options,
    ) -> Result<(), PlaygroundError> {
        let cluster = Cluster::new(settings(world.name, world.version, index));
        let clock = match saved {
            // A world that was lived in has a past already.
            Some(_) => Clock::running(options.speed),
            None => Clock::catching_up(options.speed, options.past),
        };
        match saved {
            Some(bytes) => {
                cluster.restore(bytes).map_err(|problem| PlaygroundError::Damaged {
                    cluster: world.name.to_owned(),
                    message: problem.to_string(),
                })?;
                name_for_ever(&cluster, world.name, HOME);
            }
            None => {
                world.fill(&cluster, clock.now())?;
                name_all_for_ever(&cluster, world.name);
            }
        }
        let site = Site::new(cluster.clone(), clock, images.clone());
        let running = self.serve(&site, world.name, index, options).await?;
        self.tasks.spawn(controllers::run(controllers::all(&running.ca_pem), site, self.stop.clone()));
        self.clusters.push(Started { name: world.name.to_owned(), cluster, running, kept: true });
        Ok(())
    }

    async fn start_generated(
        &mut self,
        scale: Scale,
        images: &Arc<Images>,
        options: &Options,
    ) -> Result<(), PlaygroundError> {
        let index = self.clusters.len() as u16;
        let cluster = Cluster::new(settings(GENERATED, (1, 34), index));
        generate(&cluster, scale, 1);
        name_all_for_ever(&cluster, GENERATED);
        let clock = Clock::running(options.speed);
        let site = Site::new(cluster.clone(), clock, images.clone());
        let running = self.serve(&site, GENERATED, index, options).await?;
        self.tasks.spawn(let_go(cluster.clone(), self.stop.clone()));
        if options.churn > 0 {
            let (cluster, changes, stop) = (cluster.clone(), options.churn, self.stop.clone());
            self.tasks.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = churn(&cluster, changes) => {}
                }
            });
        }
        self.clusters.push(Started { name: GENERATED.to_owned(), cluster, running, kept: false });
        Ok(())
    }

    async fn serve(
        &self,
        site: &Site,
        name: &str,
        index: u16,
        options: &Options,
    ) -> Result<Running, PlaygroundError> {
        monitoring::behind_services(site);
        records::behind_services(site);
        let port = options.first_port.map_or(0, |first| first.saturating_add(index));
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let running = serve(site.cluster.clone(), Arc::new(Agents::new(site.clone())), listen)
            .await
            .map_err(|source| PlaygroundError::Serving { cluster: name.to_owned(), source })?;
        info!(cluster = name, address = %running.address, "Playground cluster {name} answers on {}", running.address);
        Ok(running)
    }

    fn keep_saving(&self) {
        let Some(path) = self.snapshot.clone() else { return };
        let clusters: Vec<(String, Cluster)> = self.kept().collect();
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            let mut saved = Vec::new();
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(SAVE_EVERY) => {}
                }
                let changes = changes(&clusters);
                if changes == saved {
                    continue;
                }
                match save(path.clone(), clusters.clone()).await {
                    Ok(()) => saved = changes,
                    Err(problem) => warn!(%problem, "The playground goes on without this snapshot"),
                }
            }
        });
    }

    fn kept(&self) -> impl Iterator<Item = (String, Cluster)> {
        let kept = self.clusters.iter().filter(|started| started.kept);
        kept.map(|started| (started.name.clone(), started.cluster.clone()))
    }

    /// A kubeconfig with one context per cluster, named like it; the token in it may do everything.
    pub fn kubeconfig(&self) -> &str {
        &self.kubeconfig
    }

    /// The names of the clusters, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.clusters.iter().map(|started| started.name.as_str())
    }

    /// A cluster by its name, for tests that set faults or look inside.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|started| started.name == name).map(|started| &started.cluster)
    }

    /// Where a cluster answers, its certificate and its token.
    pub fn running(&self, name: &str) -> Option<&Running> {
        self.clusters.iter().find(|started| started.name == name).map(|started| &started.running)
    }

    /// Ends everything and saves a last snapshot.
    pub async fn stop(self) -> Result<(), PlaygroundError> {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        if let Some(path) = self.snapshot.clone() {
            save(path, self.kept().collect()).await?;
        }
        Ok(())
    }
}

impl Drop for Playground {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Ends the pods of a generated cluster that someone deletes. It has no agents that would: they would have to hold
/// every pod in memory.
async fn let_go(cluster: Cluster, stop: CancellationToken) {
    let mut pods = cluster.subscribe("pods");
    loop {
        let change = tokio::select! {
            () = stop.cancelled() => return,
            change = pods.next() => change,
        };
        let Some(change) = change else { return };
        let pod = &change.object;
        if change.kind != ChangeKind::Deleted && pod.is_deleting() {
            let at_once = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
            if let Err(problem) = cluster.delete("pods", pod.namespace(), pod.name(), at_once) {
                debug!(%problem, pod = pod.name(), "The pod is gone already");
            }
        }
    }
}

/// The newest change of each cluster that is worth a snapshot. Leases are renewed all the time, and anew at a start.
fn changes(clusters: &[(String, Cluster)]) -> Vec<u64> {
    clusters.iter().map(|(_, cluster)| cluster.last_change_but_of("leases.coordination.k8s.io")).collect()
}

async fn save(path: PathBuf, clusters: Vec<(String, Cluster)>) -> Result<(), SnapshotError> {
    let saving = tokio::task::spawn_blocking(move || {
        let bytes: Vec<_> =
            clusters.iter().map(|(name, cluster)| (name.clone(), cluster.snapshot())).collect();
        snapshot::save(&path, &bytes)
    });
    saving.await.expect("saving does not panic and is never aborted")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_renewed_lease_is_not_worth_a_snapshot() {
        let cluster = Cluster::new(ClusterSettings::default());
        let lease = json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": { "name": "node", "namespace": "kube-node-lease" },
        });
        let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "map" } });
        let clusters = vec![("harbour".to_owned(), cluster.clone())];
        let before = changes(&clusters);

        cluster.create(lease).unwrap();
        assert_eq!(changes(&clusters), before);

        cluster.create(map).unwrap();
        assert_ne!(changes(&clusters), before);
    }

    #[test]
    fn clusters_and_their_namespaces_are_known_by_the_same_uids_at_every_start() {
        let uid_of = |name: &str, namespace: &str| {
            let cluster = Cluster::new(settings(name, (1, 34), 0));
            name_all_for_ever(&cluster, name);
            cluster.get("namespaces", None, namespace).unwrap().uid().to_owned()
        };
        let uid = |name: &str| uid_of(name, "kube-system");

        assert_eq!(uid_of("harbour", "default"), uid_of("harbour", "default"));
        assert_ne!(uid_of("harbour", "default"), uid("harbour"));
        assert_ne!(uid_of("harbour", "default"), uid_of("meadow", "default"));
        assert_eq!(uid("harbour"), uid("harbour"));
        assert_ne!(uid("harbour"), uid("meadow"));
        assert!(uuid::Uuid::parse_str(&uid("harbour")).is_ok());
    }
}
