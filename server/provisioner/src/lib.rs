#![doc = include_str!("../README.md")]

mod apply;
mod identity;
mod namespaces;
mod plan;
mod pod_security;
mod replaced;
mod usage;

pub use namespaces::{CreateProject, DeleteProject};
pub use plan::{CONSOLE_LABEL, PROJECT_LABEL, WORKSPACE_LABEL};
pub use pod_security::levels_of_others;
pub use usage::{ReadBindings, ReadUse, Used};

use access::Access;
use apply::{Actual, own_account, read, send, send_all, steps};
use database::{Database, DatabaseError};
use kubernetes::{Cluster, Connection, KubernetesError, survive};
use model::{ClusterName, ConsoleError, Namespace, Thing};
use parking_lot::Mutex;
use plan::{OwnAccount, Tables, plan};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How often the tables are looked at although nobody said that they changed: another replica or the command line may
/// have changed them.
const LOOK: Duration = Duration::from_secs(10);
/// So old what was read of the tables may be for finding out that nothing has changed: clusters look at other moments, and one
/// reading does for several of them.
const SHARED: Duration = Duration::from_secs(5);
/// How often a cluster is compared although the tables are the same: somebody may have changed it by hand.
const COMPARE: Duration = Duration::from_secs(300);
/// How long a person who has changed something waits for the cluster to know it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How far a cluster has got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Why the cluster does not say what it should, if it does not.
    pub problem: Option<String>,
    /// Projects whose namespaces the cluster has not got.
    pub missing: BTreeSet<Namespace>,
    round: u64,
}

/// Why a cluster could not be made to say what it should.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The cluster refused or did not answer.
    #[error(transparent)]
    Cluster(#[from] KubernetesError),
    /// The console's tables cannot be read.
    #[error("the console's tables cannot be read")]
    Database(#[from] DatabaseError),
    /// It is not the cluster that is meant, so it learns nobody's rights.
    #[error("another cluster answers under this name")]
    Another,
    /// The account that writes rights leads to another cluster than the one that answers requests.
    #[error("the account that writes rights leads to another cluster than the one that answers requests")]
    Elsewhere,
}

impl From<ProvisionError> for ConsoleError {
    fn from(error: ProvisionError) -> Self {
        match error {
            ProvisionError::Cluster(error) => error.into(),
            ProvisionError::Database(error) => error.into(),
            error @ (ProvisionError::Another | ProvisionError::Elsewhere) => {
                Self::invalid("", error.to_string())
            }
        }
    }
}

/// Keeps clusters in step with the console's tables. Cheap to clone.
#[derive(Clone)]
pub struct Provisioner(Arc<Inner>);

struct Inner {
    database: Database,
    access: Access,
    clusters: BTreeMap<ClusterName, Target>,
    tables: LastRead,
    end: CancellationToken,
}

struct Target {
    cluster: Arc<Cluster>,
    connection: Connection,
    /// How often somebody asked that this cluster be compared.
    asked: watch::Sender<u64>,
    state: watch::Sender<State>,
    /// When it was compared last, and with what.
    last: Mutex<Option<(Instant, Tables)>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

impl Provisioner {
    /// Begins to keep these clusters in step, each by the connection beside it.
    pub fn start(
        database: Database,
        access: &Access,
        clusters: impl IntoIterator<Item = (Arc<Cluster>, Connection)>,
    ) -> Self {
        let targets = clusters.into_iter().map(|(cluster, connection)| {
            let (asked, state) = (watch::Sender::new(0), watch::Sender::new(State::default()));
            (cluster.name().clone(), Target { cluster, connection, asked, state, last: Mutex::default() })
        });
        let end = CancellationToken::new();
        let (clusters, access) = (targets.collect(), access.clone());
        let provisioner = Self(Arc::new(Inner {
            database,
            access,
            clusters,
            tables: LastRead::default(),
            end: end.clone(),
        }));
        for name in provisioner.0.clusters.keys() {
            let access = &provisioner.0.access;
            access.identities().expect(name);
            let keeping = keep(Arc::downgrade(&provisioner.0), name.clone(), access.changed());
            tokio::spawn(end.clone().run_until_cancelled_owned(keeping));
        }
        provisioner
    }

    fn target(&self, cluster: &ClusterName) -> Result<&Target, KubernetesError> {
        let unknown = || KubernetesError::Unknown { what: Thing::Cluster(cluster.to_string()) };
        self.0.clusters.get(cluster).ok_or_else(unknown)
    }

    /// How far a cluster is at this moment.
    pub fn state(&self, cluster: &ClusterName) -> State {
        self.0.clusters.get(cluster).map(|target| target.state.borrow().clone()).unwrap_or_default()
    }

    /// Waits until a cluster has been compared with the tables as they are now, at most ten seconds.
    pub async fn caught_up(&self, cluster: &ClusterName) -> State {
        let Some(target) = self.0.clusters.get(cluster) else { return State::default() };
        let mut mine = 0;
        target.asked.send_modify(|count| {
            *count += 1;
            mine = *count;
        });
        let mut state = target.state.subscribe();
        match timeout(PATIENCE, state.wait_for(|state| state.round >= mine)).await {
            Ok(Ok(state)) => state.clone(),
            _ => State {
                problem: Some(format!("it has not answered within {} seconds", PATIENCE.as_secs())),
                ..self.state(cluster)
            },
        }
    }
}

/// What a cluster says, as far as it is compared.
struct Seen {
    groups: BTreeSet<String>,
    own: OwnAccount,
    actual: Actual,
}

async fn see(target: &Target, console: Uuid) -> Result<Seen, KubernetesError> {
    let discovery = target.cluster.discovery().await?;
    let groups = discovery.kinds.values().map(|served| served.kind.group.to_string()).collect();
    let own = own_account(target.cluster.connection()).await?;
    let actual = read(&target.connection, console).await?;
    Ok(Seen { groups, own, actual })
}

/// Whether the account that writes rights leads to the cluster of this uid.
async fn check_home(target: &Target, uid: &str) -> Result<(), ProvisionError> {
    let is_same = identity::uid(&target.connection).await? == uid;
    if is_same { Ok(()) } else { Err(ProvisionError::Elsewhere) }
}

async fn keep(inner: std::sync::Weak<Inner>, name: ClusterName, mut changed: watch::Receiver<u64>) {
    let asked = inner.upgrade().and_then(|inner| Some(inner.clusters.get(&name)?.asked.subscribe()));
    let Some(mut asked) = asked else { return };
    let mut age = Duration::ZERO;
    let what = format!("Keeping rights in {name} up to date");
    loop {
        let round = *asked.borrow_and_update();
        changed.borrow_and_update();
        {
            let Some(inner) = inner.upgrade() else { return };
            if survive(&what, inner.keep_once(&name, round, age)).await.is_none() {
                inner.have_failed(&name, round);
            }
        }
        age = Duration::ZERO;
        tokio::select! {
            heard = asked.changed() => if heard.is_err() { return },
            heard = changed.changed() => if heard.is_err() { return },
            () = tokio::time::sleep(LOOK) => age = SHARED,
        }
    }
}

impl Inner {
    /// `age` is how old what was read of the tables may be for finding out that there is nothing to do.
    async fn keep_once(&self, name: &ClusterName, round: u64, age: Duration) {
        let target = &self.clusters[name];
        let met = self.meet(name, target).await;
        let kept = match met {
            Err(error @ ProvisionError::Another) => Err(error),
            met => self.bring_up_to_date(name, target, round, age, met).await,
        };
        let (problem, missing) = match kept {
            Ok(Some(missing)) => (None, missing),
            Ok(None) => return,
            Err(error) => {
                *target.last.lock() = None;
                let problem = error.to_string();
                if target.state.borrow().problem.as_ref() != Some(&problem) {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(cluster = %name, error, "Rights are not up to date in {name}");
                }
                (Some(problem), target.state.borrow().missing.clone())
            }
        };
        target.state.send_replace(State { problem, missing, round });
    }

    /// Whoever waits is told that this round came to nothing; the next one compares everything.
    fn have_failed(&self, name: &ClusterName, round: u64) {
        let Some(target) = self.clusters.get(name) else { return };
        *target.last.lock() = None;
        let problem = Some("the console stumbled over it; its log says where".to_owned());
        target.state.send_modify(|state| (state.problem, state.round) = (problem, round));
    }

    /// `None` when there is nothing to compare: nothing has changed, nobody asked, and it was done not long ago.
    ///
    /// Which namespaces are meant is read before the cluster is asked which there are: a project is never older there than here.
    async fn bring_up_to_date(
        &self,
        name: &ClusterName,
        target: &Target,
        round: u64,
        age: Duration,
        met: Result<String, ProvisionError>,
    ) -> Result<Option<BTreeSet<Namespace>>, ProvisionError> {
        let meant = self.database.meant_namespaces(name).await?;
        let mut tables = self.tables(name, age).await?;
        let is_known =
            target.last.lock().as_ref().is_some_and(|(at, last)| at.elapsed() < COMPARE && *last == tables);
        let is_asked = target.state.borrow().round < round;
        if is_known && !is_asked && !(met.is_ok() && replaced::is_worth_a_look(target, &meant).await) {
            return Ok(None);
        }
        // Who did not say who it is learns nothing.
        let uid = met?;
        if !age.is_zero() {
            tables = self.tables(name, Duration::ZERO).await?;
        }
        let seen = match see(target, tables.console).await {
            Ok(seen) => seen,
            Err(error) => {
                self.settle_alone(name, target, &uid, &meant).await?;
                return Err(error.into());
            }
        };
        let Seen { groups, own, actual } = seen;
        if identity::is_of_another(&actual.uids, &uid) {
            return Err(ProvisionError::Elsewhere);
        }
        let shown = replaced::shown(&meant, &actual.uids);
        if !shown.is_nothing() {
            check_home(target, &uid).await?;
            if self.settle(name, &uid, &shown).await? {
                tables = self.tables(name, Duration::ZERO).await?;
            }
        }
        let plan = plan(&tables, name, &own, &groups);
        let steps = steps(&plan, &actual, tables.console);
        if !steps.is_empty() {
            check_home(target, &uid).await?;
        }
        send_all(&steps, |step| send(&target.connection, step)).await?;
        if !steps.is_empty() {
            tracing::info!(cluster = %name, steps = steps.len(), "Rights in {name} are up to date");
        }
        *target.last.lock() = Some((Instant::now(), tables));
        let missing = plan.namespaces.into_keys().filter(|name| !actual.namespaces.contains_key(name));
        Ok(Some(missing.collect()))
    }

    async fn tables(&self, cluster: &ClusterName, age: Duration) -> Result<Tables, DatabaseError> {
        self.tables.about(cluster, age, || read_tables(&self.database)).await
    }
}

async fn read_tables(database: &Database) -> Result<Tables, DatabaseError> {
    Ok(Tables {
        console: database.console_id().await?,
        accounts: database.accounts().await?,
        workspaces: database.workspaces().await?,
        projects: database.projects().await?,
        roles: database.own_roles().await?,
        members: database.members().await?,
        limits: database.limits().await?,
    })
}

/// What was read of the tables last, and when that was begun: a change is heard of by all clusters at once, and each of them by
/// itself would read all of it.
#[derive(Default)]
struct LastRead(tokio::sync::Mutex<Option<(Instant, Tables)>>);

impl LastRead {
    /// What a cluster is told of, out of what was read since this call began, or as long before it as `age`.
    async fn about<F>(
        &self,
        cluster: &ClusterName,
        age: Duration,
        read: impl FnOnce() -> F,
    ) -> Result<Tables, DatabaseError>
    where
        F: Future<Output = Result<Tables, DatabaseError>>,
    {
        let asked = Instant::now();
        let mut last = self.0.lock().await;
        if let Some((begun, tables)) = &*last
            && *begun + age > asked
        {
            return Ok(tables.about(cluster));
        }
        let begun = Instant::now();
        let tables = read().await?;
        let about = tables.about(cluster);
        *last = Some((begun, tables));
        Ok(about)
    }
}

#[cfg(test)]
mod tests;
