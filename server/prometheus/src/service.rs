//! What measures each cluster, and what one caller sees of it.

use crate::alerts::KnownRules;
use crate::client::Client;
use crate::discovery::discover;
use crate::error::PrometheusError;
use crate::layout::Layout;
use crate::reads::ReadMetrics;
use crate::transport::Transport;
use access::{Access, Caller, Granted};
use async_trait::async_trait;
use kubernetes::{Cluster, Kubernetes};
use model::{ClusterName, ConsoleError, System};
use monitoring_contract::{
    Alerts, BoardRequest, BoardView, ExploreRequest, Explored, Measured, Missing, Monitoring, Ranking,
    RankingRequest,
};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::OnceCell;

/// What was found stays found for so long; whoever moves their monitoring waits that long.
const FOUND: Duration = Duration::from_secs(300);
/// What was not found is looked for again so soon.
const NOT_FOUND: Duration = Duration::from_secs(20);

/// A search that is under way or over, and since when.
type Search = (Arc<OnceCell<Finding>>, Instant);
type Finding = Result<Result<Arc<Source>, Missing>, ConsoleError>;

/// What measures the console's clusters.
pub struct Prometheus {
    kubernetes: Arc<Kubernetes>,
    named: BTreeMap<ClusterName, Arc<dyn Transport>>,
    found: Mutex<HashMap<ClusterName, Search>>,
}

/// What measures one cluster, with how it does.
pub struct Source {
    /// Whom to ask.
    pub client: Client,
    /// What can be asked.
    pub layout: Layout,
    /// Its rules, as they were last told.
    pub known_rules: KnownRules,
}

impl Prometheus {
    /// What measures these clusters: for some of them it is named, for all others it is looked for, but not before the
    /// first question.
    pub fn new(kubernetes: Arc<Kubernetes>, named: BTreeMap<ClusterName, Arc<dyn Transport>>) -> Arc<Self> {
        Arc::new(Self { kubernetes, named, found: Mutex::default() })
    }

    /// As this caller may see it.
    pub fn for_caller(self: &Arc<Self>, caller: Arc<Caller>) -> ForCaller {
        ForCaller { prometheus: Arc::clone(self), caller }
    }

    /// What measures a cluster. Looked for by one at a time, whoever waits.
    async fn source(&self, cluster: &Cluster) -> Finding {
        let cell = {
            let mut found = self.found.lock();
            let lifetime = |cell: &OnceCell<Finding>| match cell.get() {
                Some(Ok(Ok(_))) => FOUND,
                _ => NOT_FOUND,
            };
            let known = found.get(cluster.name()).filter(|(cell, since)| since.elapsed() < lifetime(cell));
            match known {
                Some((cell, _)) => Arc::clone(cell),
                None => {
                    let cell = Arc::<OnceCell<Finding>>::default();
                    found.insert(cluster.name().clone(), (Arc::clone(&cell), Instant::now()));
                    cell
                }
            }
        };
        let named = self.named.get(cluster.name()).cloned();
        cell.get_or_init(|| self.find(cluster, named)).await.clone()
    }

    async fn find(&self, cluster: &Cluster, named: Option<Arc<dyn Transport>>) -> Finding {
        let client = match named {
            Some(transport) => Client::new(transport),
            None => {
                let workspaces = self.kubernetes.access().namespaces_of_workspaces(cluster.name()).await;
                let workspaces = workspaces.map_err(|error| ConsoleError::Unavailable {
                    system: System::Database,
                    cause: error.to_string(),
                    may_be_done: false,
                })?;
                match discover(cluster.connection(), &workspaces, now()).await {
                    Ok(Ok(client)) => client,
                    Ok(Err(missing)) => return Ok(Err(missing)),
                    Err(error) => return Err(error.into()),
                }
            }
        };
        source_of(cluster, client).await
    }
}

async fn source_of(cluster: &Cluster, client: Client) -> Finding {
    let layout = Layout::learn(&client, now()).await;
    let layout = layout.map_err(|error| error.about(cluster.name().as_str()))?;
    tracing::info!(
        cluster = %cluster.name(),
        source = client.name(),
        metrics = layout.names.len(),
        "Monitoring of {} found",
        cluster.name()
    );
    Ok(Ok(Arc::new(Source { client, layout, known_rules: KnownRules::default() })))
}

/// Seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Measurements as one caller may see them: the backend of the contract.
#[derive(Clone)]
pub struct ForCaller {
    prometheus: Arc<Prometheus>,
    caller: Arc<Caller>,
}

impl ForCaller {
    fn access(&self) -> &Access {
        self.prometheus.kubernetes.access()
    }

    /// A cluster, if the caller may know of it.
    fn cluster(&self, name: &ClusterName) -> Result<Arc<Cluster>, ConsoleError> {
        let known = self.prometheus.kubernetes.clusters().find(|cluster| cluster.name() == name);
        // Whoever may not see a cluster learns the same as if there were none.
        let seen = known.filter(|_| self.caller.may_see_cluster(name));
        seen.cloned().ok_or_else(|| ConsoleError::NotFound { what: format!("cluster {name}") })
    }

    /// What measures a cluster, once the caller was granted to ask it.
    async fn granted(
        &self,
        cluster: &ClusterName,
        action: ReadMetrics,
    ) -> Result<(Granted<ReadMetrics>, Result<Arc<Source>, Missing>), ConsoleError> {
        let known = self.cluster(cluster)?;
        let granted = self.access().grant(&self.caller, action).await?;
        Ok((granted, self.prometheus.source(&known).await?))
    }
}

impl ForCaller {
    async fn whole_ranking(
        &self,
        request: &RankingRequest,
    ) -> Result<Result<Ranking, Missing>, ConsoleError> {
        let (granted, source) = self.granted(&request.cluster, crate::ranking::need(request)).await?;
        match source {
            Ok(source) => {
                let ranking = source.ranking(request, granted.scope(), now()).await;
                ranking.map(Ok).map_err(about(&request.cluster))
            }
            Err(missing) => Ok(Err(missing)),
        }
    }

    /// A whole ranking as comma-separated values.
    pub async fn export_ranking(&self, request: RankingRequest) -> Result<String, ConsoleError> {
        match self.whole_ranking(&request).await? {
            Ok(ranking) => Ok(crate::ranking::csv(&ranking)),
            Err(_) => {
                Err(ConsoleError::NotFound { what: format!("the monitoring of cluster {}", request.cluster) })
            }
        }
    }
}

#[async_trait]
impl Monitoring for ForCaller {
    async fn board(&self, request: BoardRequest) -> Result<Measured<BoardView>, ConsoleError> {
        let action = crate::subject::need(&request)?;
        let (granted, source) = self.granted(request.subject.cluster(), action).await?;
        Ok(match source {
            Ok(source) => Measured::Answered(Box::new(source.board(&request, granted.scope(), now()).await)),
            Err(missing) => Measured::Missing(missing),
        })
    }

    async fn ranking(&self, request: RankingRequest) -> Result<Measured<Ranking>, ConsoleError> {
        Ok(match self.whole_ranking(&request).await? {
            Ok(mut ranking) => {
                ranking.rows.truncate(Ranking::MOST_ROWS);
                Measured::Answered(Box::new(ranking))
            }
            Err(missing) => Measured::Missing(missing),
        })
    }

    async fn alerts(&self, cluster: ClusterName) -> Result<Measured<Alerts>, ConsoleError> {
        let (granted, source) = self.granted(&cluster, ReadMetrics::of_projects(&cluster)).await?;
        match source {
            Ok(source) => {
                let alerts = source.alerts(&cluster, granted.scope()).await;
                alerts.map(|alerts| Measured::Answered(Box::new(alerts))).map_err(about(&cluster))
            }
            Err(missing) => Ok(Measured::Missing(missing)),
        }
    }

    async fn metric_names(&self, cluster: ClusterName) -> Result<Vec<String>, ConsoleError> {
        let (granted, source) = self.granted(&cluster, ReadMetrics::of_projects(&cluster)).await?;
        match source {
            Ok(source) => source.metric_names(granted.scope(), now()).await.map_err(about(&cluster)),
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn explore(&self, request: ExploreRequest) -> Result<Measured<Explored>, ConsoleError> {
        let action = ReadMetrics::of_projects(&request.cluster);
        let (granted, source) = self.granted(&request.cluster, action).await?;
        match source {
            Ok(source) => {
                let explored = source.explore(&request, granted.scope(), now()).await;
                explored
                    .map(|explored| Measured::Answered(Box::new(explored)))
                    .map_err(about(&request.cluster))
            }
            Err(missing) => Ok(Measured::Missing(missing)),
        }
    }
}

fn about(cluster: &ClusterName) -> impl Fn(PrometheusError) -> ConsoleError + use<> {
    let cluster = cluster.to_string();
    move |error| error.about(&cluster)
}
