//! What measures each cluster, and what one caller sees of it.

use crate::acknowledge::look_after;
use crate::alertmanager::{self, Alertmanager, DirectAlertmanager};
use crate::boards::POINTS;
use crate::error::PrometheusError;
use crate::found::{Finding, Found};
use crate::kept::LastAnswers;
use crate::lists;
use crate::metering::KeptDays;
use crate::reads::ReadMetrics;
use crate::seen::{Seen, seen_of};
use crate::sources::{Before, Source};
use crate::transport::Transport;
use crate::workspaces::{namespaces_of, workspaces};
use access::{Access, Caller, Granted};
use async_trait::async_trait;
use database::Database;
use futures::future::join;
use kubernetes::{Cluster, Kubernetes};
use list_alerts::ListAlerts;
use model::{ClusterName, ConsoleError, Level, Namespace, Outage, ResourceRef, System, Thing, Timestamp};
use monitoring_contract::{
    AcknowledgeFields, Alert, Alerts, BoardRequest, BoardView, EndSilenceFields, ExploreRequest, Explored,
    Fired, Firing, LookedBack, Measured, Missing, Monitoring, PastAlert, Ranking, RankingRequest, Routing,
    SilenceFields, SoonList, Subject, Unmeasured, Window, WithdrawFields,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::timeout;

/// How long a page that is about more waits for what fires.
pub(crate) const PATIENCE: Duration = Duration::from_secs(4);

/// The ways to what is named for clusters, rather than looked for in them.
#[derive(Default)]
pub struct Ways {
    /// To what measures them.
    pub prometheus: BTreeMap<ClusterName, Arc<dyn Transport>>,
    /// To who tells people of their alerts, and of those of no other cluster: whoever may silence alerts of a project here would
    /// silence those of a project of that name there.
    pub alertmanagers: BTreeMap<ClusterName, DirectAlertmanager>,
}

/// What measures the console's clusters.
pub struct Prometheus {
    pub(crate) kubernetes: Arc<Kubernetes>,
    /// Where it is kept who looks after which alert.
    pub(crate) database: Database,
    /// What warns without anything that measures.
    pub(crate) lists: ListAlerts,
    pub(crate) named: BTreeMap<ClusterName, Arc<dyn Transport>>,
    pub(crate) found: Found<Source>,
    pub(crate) before: Before,
    /// What was shown last, for while nothing answers.
    pub(crate) last: Arc<LastAnswers>,
    named_alertmanagers: BTreeMap<ClusterName, Arc<Alertmanager>>,
    alertmanagers: Found<Alertmanager>,
    pub(crate) metered_days: KeptDays,
}

impl Prometheus {
    /// What measures these clusters: for some of them it is named, for all others it is looked for, but not before the
    /// first question.
    pub fn new(
        kubernetes: Arc<Kubernetes>,
        database: Database,
        prometheus: BTreeMap<ClusterName, Arc<dyn Transport>>,
    ) -> Arc<Self> {
        Self::of(kubernetes, database, Ways { prometheus, ..Ways::default() })
    }

    /// The same with all ways that are named.
    pub fn of(kubernetes: Arc<Kubernetes>, database: Database, ways: Ways) -> Arc<Self> {
        let Ways { prometheus: named, alertmanagers } = ways;
        let named_alertmanagers = alertmanagers.into_iter().map(|(cluster, manager)| {
            let manager = Arc::new(Alertmanager::named(&cluster, manager));
            (cluster, manager)
        });
        Arc::new(Self {
            named_alertmanagers: named_alertmanagers.collect(),
            lists: ListAlerts::new(Arc::clone(&kubernetes), database.clone()),
            kubernetes,
            database,
            named,
            found: Found::default(),
            before: Before::default(),
            last: Arc::default(),
            alertmanagers: Found::default(),
            metered_days: KeptDays::default(),
        })
    }

    /// As this caller may see it.
    pub fn for_caller(self: &Arc<Self>, caller: Arc<Caller>) -> ForCaller {
        ForCaller { prometheus: Arc::clone(self), caller }
    }

    /// Who tells people of a cluster's alerts.
    pub(crate) async fn alertmanager(&self, cluster: &Cluster) -> Finding<Alertmanager> {
        if let Some(named) = self.named_alertmanagers.get(cluster.name()) {
            return Ok(Ok(Arc::clone(named)));
        }
        let find = async {
            let workspaces = self.namespaces_of_workspaces(cluster.name()).await?;
            Ok(alertmanager::discover(cluster.connection(), &workspaces).await?.map(Arc::new))
        };
        self.alertmanagers.get(cluster.name(), find).await
    }

    /// What fires of a cluster's rules, of all its namespaces, with what keeps people from being told of it; `None` where
    /// nothing measures it. An Alertmanager that does not answer keeps nobody from being told. Of another cluster that answers
    /// under the name nobody is told: those who would be wanted to hear of the one that was meant.
    pub async fn firing(&self, cluster: &Arc<Cluster>) -> Result<Option<Vec<Alert>>, ConsoleError> {
        let name = cluster.name();
        self.kubernetes.check_meant(name).await?;
        let Ok(source) = self.source(cluster).await? else { return Ok(None) };
        let alerts = source.alerts(name, &Seen::All).await.map_err(about(name))?.alerts;
        let mut firing: Vec<Alert> = alerts.into_iter().filter(|alert| alert.is_firing).collect();
        self.hold_back(cluster, &mut firing).await;
        self.tell_acknowledged(name, &mut firing).await?;
        Ok(Some(firing))
    }

    pub(crate) async fn namespaces_of_workspaces(
        &self,
        cluster: &ClusterName,
    ) -> Result<BTreeSet<Namespace>, ConsoleError> {
        let workspaces = self.kubernetes.access().namespaces_of_workspaces(cluster).await;
        Ok(workspaces?)
    }
}

/// Seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Measurements as one caller may see them: the backend of the contract.
#[derive(Clone)]
pub struct ForCaller {
    pub(crate) prometheus: Arc<Prometheus>,
    pub(crate) caller: Arc<Caller>,
}

impl ForCaller {
    pub(crate) fn access(&self) -> &Access {
        self.prometheus.kubernetes.access()
    }

    /// A cluster, if the caller may know of it.
    pub(crate) fn cluster(&self, name: &ClusterName) -> Result<Arc<Cluster>, ConsoleError> {
        let known = self.prometheus.kubernetes.clusters().find(|cluster| cluster.name() == name);
        // Whoever may not see a cluster learns the same as if there were none.
        let seen = known.filter(|_| self.caller.may_see_cluster(name));
        seen.cloned().ok_or_else(|| ConsoleError::unknown(Thing::Cluster(name.to_string())))
    }

    /// What measures a cluster and what the caller may see of it, once they were granted to ask.
    pub(crate) async fn granted(
        &self,
        cluster: &ClusterName,
        action: ReadMetrics,
    ) -> Result<(Seen, Result<Arc<Source>, Missing>), ConsoleError> {
        let known = self.cluster(cluster)?;
        let granted = self.access().grant(&self.caller, action).await?;
        let source = self.prometheus.source(&known).await?;
        Ok((seen_of(&known, &granted).await?, source))
    }
}

impl ForCaller {
    /// The alerts of a cluster, of its rules and on its lists, as the caller may see them.
    pub(crate) async fn seen_alerts(
        &self,
        cluster: &ClusterName,
    ) -> Result<Result<Alerts, Missing>, ConsoleError> {
        lists::join(self.seen_of_rules(cluster).await, self.lists(cluster).await?)
    }

    async fn seen_of_rules(&self, cluster: &ClusterName) -> Result<Result<Alerts, Missing>, ConsoleError> {
        let (seen, source) = self.granted(cluster, ReadMetrics::of_projects(cluster)).await?;
        match source {
            Ok(source) => source.alerts(cluster, &seen).await.map(Ok).map_err(about(cluster)),
            Err(missing) => Ok(Err(missing)),
        }
    }

    /// What fires in a cluster; nothing where nothing measures it and no list warns, or the caller may see none of that.
    async fn firing_in(&self, cluster: &Arc<Cluster>) -> Option<Firing> {
        let granted = self.access().glance(&self.caller, ReadMetrics::of_projects(cluster.name()))?;
        // Whoever is late answers the next one who asks.
        let read = tokio::spawn(self.clone().told_alerts(Arc::clone(cluster), granted));
        let cluster = cluster.name().clone();
        let told = |alert: &Alert| {
            let is_held_back = alert.is_inhibited || !alert.silenced_by.is_empty();
            alert.is_firing && !is_held_back && matches!(alert.level, Level::Failed | Level::Warning)
        };
        match timeout(PATIENCE, read).await {
            Ok(Ok(Ok(found))) => {
                let found = found?;
                let mut alerts: Vec<Alert> = found.alerts.into_iter().filter(told).collect();
                let total = alerts.len() as u32;
                alerts.truncate(Firing::MOST);
                let problem = match found.unmeasured {
                    Some(Unmeasured::Failing(error)) => Some(error),
                    Some(Unmeasured::Missing(_)) | None => None,
                };
                Some(Firing { cluster, alerts, total, problem })
            }
            failed => {
                let problem = match failed {
                    Ok(Ok(Err(error))) => error,
                    _ => late(&cluster),
                };
                Some(Firing { cluster, alerts: Vec::new(), total: 0, problem: Some(problem) })
            }
        }
    }

    async fn told_alerts(
        self,
        cluster: Arc<Cluster>,
        granted: Granted<ReadMetrics>,
    ) -> Result<Option<Alerts>, ConsoleError> {
        let name = cluster.name();
        let rules = match self.prometheus.source(&cluster).await {
            Ok(Ok(source)) => match seen_of(&cluster, &granted).await {
                Ok(seen) => source.alerts(name, &seen).await.map(Ok).map_err(about(name)),
                Err(error) => Err(error),
            },
            // What is there and does not answer may know of something that fires.
            Ok(Err(missing)) => silent(name, &missing).map_or(Ok(Err(missing)), Err),
            Err(error) => Err(error),
        };
        let Ok(mut alerts) = lists::join(rules, self.lists(name).await?)? else { return Ok(None) };
        self.tell_who_is_told(name, &mut alerts).await?;
        self.prometheus.tell_acknowledged(name, &mut alerts.alerts).await?;
        Ok(Some(alerts))
    }
}

#[async_trait]
impl Monitoring for ForCaller {
    async fn board(&self, request: BoardRequest) -> Result<Measured<BoardView>, ConsoleError> {
        let action = crate::subject::need(&request)?;
        let (mut seen, source) = self.granted(request.subject.cluster(), action).await?;
        if let Subject::Workspace(cluster, workspace) = &request.subject {
            let all = workspaces(&self.prometheus.database, cluster).await?;
            seen = seen.among(&namespaces_of(&all, workspace));
        }
        Ok(match source {
            Ok(source) => {
                let now = now();
                let frame = request.window.frame(Timestamp(now), POINTS);
                let rollouts = self.rollouts_on(&request, frame);
                let (view, rollouts) = join(source.board(&request, &seen, now), rollouts).await;
                Measured::Answered(Box::new(BoardView { rollouts, ..view }))
            }
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
        Ok(match self.seen_alerts(&cluster).await? {
            Ok(mut alerts) => {
                self.tell_who_is_told(&cluster, &mut alerts).await?;
                self.prometheus.tell_acknowledged(&cluster, &mut alerts.alerts).await?;
                for alert in &mut alerts.alerts {
                    alert.may_silence = self.caller.may(&look_after(&cluster, alert));
                }
                Measured::Answered(Box::new(alerts))
            }
            Err(missing) => Measured::Missing(missing),
        })
    }

    async fn firing(&self) -> Result<Vec<Firing>, ConsoleError> {
        let clusters = self.prometheus.kubernetes.clusters();
        let seen = clusters.filter(|cluster| self.caller.may_see_cluster(cluster.name()));
        let asked = seen.map(|cluster| self.firing_in(cluster));
        let firing = futures::future::join_all(asked).await;
        Ok(firing.into_iter().flatten().collect())
    }

    async fn soon(&self) -> Result<SoonList, ConsoleError> {
        self.read_soon().await
    }

    async fn routing(&self, cluster: ClusterName) -> Result<Option<Routing>, ConsoleError> {
        self.read_routing(&cluster).await
    }

    async fn past_alerts(
        &self,
        object: ResourceRef,
        back: LookedBack,
    ) -> Result<Option<Vec<PastAlert>>, ConsoleError> {
        let cluster = self.cluster(&object.cluster)?;
        let granted =
            crate::past_alerts::need(&object).and_then(|action| self.access().glance(&self.caller, action));
        let Some(granted) = granted else { return Ok(None) };
        let Ok(source) = self.prometheus.source(&cluster).await? else { return Ok(None) };
        let seen = seen_of(&cluster, &granted).await?;
        let told = source.past_alerts(&object, back, &seen, now()).await;
        told.map(Some).map_err(about(&object.cluster))
    }

    async fn fired(&self, cluster: ClusterName, window: Window) -> Result<Measured<Fired>, ConsoleError> {
        self.read_fired(&cluster, window).await
    }

    async fn acknowledge(&self, alert: AcknowledgeFields) -> Result<(), ConsoleError> {
        ForCaller::acknowledge(self, alert).await
    }

    async fn withdraw_acknowledgement(&self, alert: WithdrawFields) -> Result<(), ConsoleError> {
        ForCaller::withdraw_acknowledgement(self, alert).await
    }

    async fn preview_silence(
        &self,
        cluster: ClusterName,
        matchers: String,
    ) -> Result<Vec<Alert>, ConsoleError> {
        ForCaller::preview_silence(self, &cluster, &matchers).await
    }

    async fn create_silence(&self, silence: SilenceFields) -> Result<(), ConsoleError> {
        ForCaller::create_silence(self, silence).await
    }

    async fn end_silence(&self, silence: EndSilenceFields) -> Result<(), ConsoleError> {
        ForCaller::end_silence(self, silence).await
    }

    async fn metric_names(&self, cluster: ClusterName) -> Result<Vec<String>, ConsoleError> {
        let (seen, source) = self.granted(&cluster, ReadMetrics::of_projects(&cluster)).await?;
        match source {
            Ok(source) => source.metric_names(&seen, now()).await.map_err(about(&cluster)),
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn labels(
        &self,
        cluster: ClusterName,
        metric: String,
        label: String,
    ) -> Result<Vec<String>, ConsoleError> {
        let (seen, source) = self.granted(&cluster, ReadMetrics::of_projects(&cluster)).await?;
        match source {
            Ok(source) => source.labels(&metric, &label, &seen, now()).await.map_err(about(&cluster)),
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn explore(&self, request: ExploreRequest) -> Result<Measured<Explored>, ConsoleError> {
        let action = ReadMetrics::of_projects(&request.cluster);
        let (seen, source) = self.granted(&request.cluster, action).await?;
        match source {
            Ok(source) => {
                let explored = source.explore(&request, &seen, now()).await;
                explored
                    .map(|explored| Measured::Answered(Box::new(explored)))
                    .map_err(about(&request.cluster))
            }
            Err(missing) => Ok(Measured::Missing(missing)),
        }
    }
}

pub(crate) fn late(cluster: &ClusterName) -> ConsoleError {
    ConsoleError::Unavailable {
        system: System::Monitoring(cluster.to_string()),
        cause: Outage::Late(PATIENCE.as_secs()).into(),
        may_be_done: false,
    }
}

/// That what measures a cluster was found and did not answer, if that is so.
fn silent(cluster: &ClusterName, missing: &Missing) -> Option<ConsoleError> {
    (!missing.silent.is_empty()).then(|| ConsoleError::Unavailable {
        system: System::Monitoring(cluster.to_string()),
        cause: Outage::Several(missing.silent.clone()).into(),
        may_be_done: false,
    })
}

pub(crate) fn about(cluster: &ClusterName) -> impl Fn(PrometheusError) -> ConsoleError + use<> {
    let cluster = cluster.to_string();
    move |error| error.about(&cluster)
}
