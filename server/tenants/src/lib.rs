#![doc = include_str!("../README.md")]

mod acceptance;
mod acting;
mod actions;
mod acts;
mod audit;
mod departments;
pub mod escalation;
mod invitations;
mod letters;
mod mail_servers;
mod members;
mod people;
mod pod_security;
mod projects;
mod quotas;
mod receivers;
mod requests;
mod rights;
mod roles;
mod standings;
mod storage_classes;
mod ways_in;
mod who_can;
mod workspaces;

pub use acting::ACTED_AS;
pub use invitations::{AcceptRefused, Guest, Offer};
pub use letters::{LetterError, Letters};

use access::{Access, Action, Caller, Command, Granted};
use actions::Where;
use database::Database;
use database::projects::Project;
use database::tokens::TokenPlace;
use database::workspaces::Workspace;
use identity::Accounts;
use identity::providers::Registry;
use kubernetes::Kubernetes;
use model::fault::ProjectFault;
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, Thing, Timestamp, WorkspaceName};
use notifier::Notifier;
use prometheus::Prometheus;
use provisioner::Provisioner;
use std::collections::BTreeSet;
use std::sync::Arc;
use workspaces_contract::{MemberPlace, Reach};

/// What tenants are kept with. Cheap to clone.
#[derive(Clone)]
pub struct Tenants {
    /// The console's tables.
    pub database: Database,
    /// Who decides.
    pub access: Access,
    /// Who tells clusters.
    pub provisioner: Provisioner,
    /// The clusters.
    pub kubernetes: Arc<Kubernetes>,
    /// What measures them.
    pub prometheus: Arc<Prometheus>,
    /// Who can sign in.
    pub accounts: Accounts,
    /// Through which other systems.
    pub registry: Registry,
    /// Who tells people of alerts.
    pub notifier: Notifier,
    /// Who sends links by mail, where mail is sent.
    pub letters: Option<Letters>,
}

impl Tenants {
    /// Tenants as one caller may see and change them: the backend of the contracts.
    pub fn for_caller(&self, caller: Arc<Caller>) -> ForCaller {
        ForCaller { tenants: self.clone(), caller }
    }
}

/// Tenants as one caller may see and change them.
#[derive(Clone)]
pub struct ForCaller {
    tenants: Tenants,
    caller: Arc<Caller>,
}

impl ForCaller {
    async fn grant<A: Action>(&self, action: A) -> Result<Granted<A>, ConsoleError> {
        Ok(self.tenants.access.grant(&self.caller, action).await?)
    }

    fn may<A: Action>(&self, action: &A) -> bool {
        self.caller.may(action)
    }

    /// Refuses what is not allowed before anything else is said about it; the refusal is in the audit trail.
    async fn require<A: Action + Clone>(&self, action: &A) -> Result<(), ConsoleError> {
        Ok(self.tenants.access.require(&self.caller, action).await?)
    }

    /// Grants a command and changes the tables; whoever streams asks again whether they still may.
    async fn perform<A, T, F>(
        &self,
        action: A,
        work: impl FnOnce(Tenants, Granted<A>) -> F + Send + 'static,
    ) -> Result<T, ConsoleError>
    where
        A: Action,
        T: Send + 'static,
        F: Future<Output = Result<T, ConsoleError>> + Send + 'static,
    {
        let tenants = self.tenants.clone();
        let work = async move |granted| {
            let result = work(tenants.clone(), granted).await;
            tenants.access.announce_change();
            result
        };
        self.tenants.access.perform(&self.caller, action, work).await
    }

    /// A workspace, if the caller may know of it.
    async fn find_workspace(&self, name: &WorkspaceName) -> Result<Workspace, ConsoleError> {
        let found = self.tenants.database.workspace(name).await?;
        // Whoever may not see it learns the same as if there were none.
        let seen = found.filter(|workspace| self.may(&view(workspace)));
        seen.ok_or_else(|| ConsoleError::unknown(Thing::Workspace(name.to_string())))
    }

    async fn find_project(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
    ) -> Result<Project, ConsoleError> {
        let found = self.tenants.database.project(cluster, namespace).await?;
        let unknown = || {
            ConsoleError::unknown(Thing::Project {
                cluster: cluster.to_string(),
                namespace: namespace.to_string(),
            })
        };
        match found {
            Some(project) => Ok(project),
            // Any namespace that is there can be given to people; it becomes a project of its own when somebody is.
            None if self.caller.rights.in_cluster(cluster).has("members.view")
                && self.is_there(cluster, namespace).await? =>
            {
                let made = self.tenants.database.ensure_project(cluster, namespace).await;
                made?;
                let found = self.tenants.database.project(cluster, namespace).await;
                found?.ok_or_else(unknown)
            }
            None => Err(unknown()),
        }
    }

    async fn is_there(&self, cluster: &ClusterName, namespace: &Namespace) -> Result<bool, ConsoleError> {
        let known = self.tenants.kubernetes.namespaces(cluster).await?;
        Ok(known.contains(namespace))
    }

    async fn find_place(&self, place: &MemberPlace) -> Result<Where, ConsoleError> {
        Ok(match place {
            MemberPlace::Cluster(cluster) => {
                let is_known = self.tenants.kubernetes.clusters().any(|known| known.name() == cluster);
                if !is_known || !self.caller.may_see_cluster(cluster) {
                    return Err(ConsoleError::unknown(Thing::Cluster(cluster.to_string())));
                }
                Where::Cluster(cluster.clone())
            }
            MemberPlace::Workspace(name) => Where::Workspace(self.find_workspace(name).await?),
            MemberPlace::Project(cluster, namespace) => {
                Where::Project(self.find_project(cluster, namespace).await?)
            }
        })
    }

    /// Refuses to give something in a project whose namespace somebody has made anew: it would end with the one before.
    async fn check_is_itself(&self, place: &Where) -> Result<(), ConsoleError> {
        match place {
            Where::Project(project) => self.check_project(project).await,
            Where::Cluster(_) | Where::Workspace(_) => Ok(()),
        }
    }

    async fn check_project(&self, project: &Project) -> Result<(), ConsoleError> {
        if !self.tenants.provisioner.is_replaced(project).await? {
            return Ok(());
        }
        let (cluster, namespace) = (project.cluster.clone(), project.namespace.clone());
        Err(ConsoleError::refused("", ProjectFault::Replaced { cluster, namespace }))
    }

    /// Waits until a cluster says what the tables say, for as long as somebody waits for a page. Whether it does then, is
    /// told by the page: the change is made either way.
    async fn caught_up(&self, cluster: &ClusterName) {
        self.tenants.provisioner.caught_up(cluster).await;
    }

    /// As [`ForCaller::caught_up`], for each of some clusters: for no longer than the slowest takes.
    async fn all_caught_up(&self, clusters: &BTreeSet<ClusterName>) {
        futures::future::join_all(clusters.iter().map(|cluster| self.caught_up(cluster))).await;
    }
}

/// Refuses what has problems; each is shown at its field.
fn valid(problems: Vec<FieldProblem>) -> Result<(), ConsoleError> {
    if problems.is_empty() { Ok(()) } else { Err(ConsoleError::Invalid { problems }) }
}

/// How far an API token reaches, as pages tell it.
pub fn reach(place: TokenPlace) -> Reach {
    match place {
        TokenPlace::Everywhere => Reach::Everywhere,
        TokenPlace::Cluster(name) => Reach::Within(MemberPlace::Cluster(name)),
        TokenPlace::Workspace(name) => Reach::Within(MemberPlace::Workspace(name)),
        TokenPlace::Project(cluster, namespace) => Reach::Within(MemberPlace::Project(cluster, namespace)),
        TokenPlace::Gone => Reach::Nowhere,
    }
}

fn view(workspace: &Workspace) -> Command {
    Command::in_workspace("read workspace", access::Verb::Get, "workspaces", workspace.id, None)
}

fn seconds(at: i64) -> Timestamp {
    Timestamp(at)
}
