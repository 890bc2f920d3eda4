//! Whose budgets there are, as the console's tables know it, and who sees them.

use access::Caller;
use database::budgets::{Budget as Kept, BudgetPlace};
use database::projects::Project;
use database::workspaces::Workspace;
use database::{Database, DatabaseError};
use model::{ClusterName, ConsoleError, Namespace, Thing};
use monitoring_contract::BudgetOf;
use prometheus::ReadMetrics;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Projects of a cluster by their namespaces. A namespace that is made anew is another project.
pub type Projects = BTreeMap<Namespace, Uuid>;

/// Something that has a budget, or may have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// In which cluster.
    pub cluster: ClusterName,
    /// What it is.
    pub of: BudgetOf,
    /// How the tables call it.
    pub place: BudgetPlace,
    /// Its projects there, by their namespaces; of the cluster itself none are listed.
    projects: Projects,
}

impl Whose {
    /// What has these projects in a cluster.
    pub fn of_projects(cluster: ClusterName, of: BudgetOf, place: BudgetPlace, projects: Projects) -> Self {
        Self { cluster, of, place, projects }
    }

    /// Whether it is a whole cluster.
    pub fn is_cluster(&self) -> bool {
        self.place == BudgetPlace::Cluster
    }

    /// Whether what a namespace used counts for it; without a name it is what is in none.
    pub fn has(&self, namespace: &str) -> bool {
        self.is_cluster() || self.projects.keys().any(|own| own.as_str() == namespace)
    }

    /// Whether somebody may see all that counts for it. Who sees a part of a workspace is told nothing of the whole.
    pub fn is_seen_by(&self, caller: &Caller) -> bool {
        // What has no projects here is told to who would see them if there were any.
        if self.projects.is_empty() {
            return caller.may(&ReadMetrics::of_everything(&self.cluster));
        }
        self.projects.keys().all(|own| caller.may(&ReadMetrics::of_project(&self.cluster, own)))
    }
}

/// What the tables hold.
pub struct Tables {
    budgets: Vec<Kept>,
    workspaces: Vec<Workspace>,
    projects: Vec<Project>,
}

impl Tables {
    /// Reads them.
    pub async fn read(database: &Database) -> Result<Self, DatabaseError> {
        Self::around(database, database.budgets().await?).await
    }

    /// Reads what is around these budgets.
    pub async fn around(database: &Database, budgets: Vec<Kept>) -> Result<Self, DatabaseError> {
        let (workspaces, projects) = (database.workspaces().await?, database.projects().await?);
        Ok(Self { budgets, workspaces, projects })
    }

    /// What is called so in a cluster; nothing where there is no such thing, or a workspace is not let into the cluster.
    pub fn named(&self, cluster: &ClusterName, of: &BudgetOf) -> Option<Whose> {
        let place = match of {
            BudgetOf::Cluster => BudgetPlace::Cluster,
            BudgetOf::Workspace(name) => {
                let named = |one: &&Workspace| one.name == *name && one.clusters.contains(cluster);
                BudgetPlace::Workspace(self.workspaces.iter().find(named)?.id)
            }
            BudgetOf::Project(namespace) => {
                let named = |one: &&Project| one.cluster == *cluster && one.namespace == *namespace;
                BudgetPlace::Project(self.projects.iter().find(named)?.id)
            }
        };
        self.whose(cluster, place)
    }

    fn whose(&self, cluster: &ClusterName, place: BudgetPlace) -> Option<Whose> {
        let here = self.projects.iter().filter(|project| project.cluster == *cluster);
        let (of, own): (_, Vec<&Project>) = match place {
            BudgetPlace::Cluster => (BudgetOf::Cluster, Vec::new()),
            BudgetPlace::Workspace(id) => {
                let workspace = self.workspaces.iter().find(|one| one.id == id)?;
                let own = here.filter(|project| project.workspace == Some(id));
                (BudgetOf::Workspace(workspace.name.clone()), own.collect())
            }
            BudgetPlace::Project(id) => {
                let own: Vec<&Project> = here.filter(|project| project.id == id).collect();
                (BudgetOf::Project(own.first()?.namespace.clone()), own)
            }
        };
        let projects = own.into_iter().map(|project| (project.namespace.clone(), project.id)).collect();
        Some(Whose::of_projects(cluster.clone(), of, place, projects))
    }

    /// Its budget, if one is set.
    pub fn budget(&self, whose: &Whose) -> Option<&Kept> {
        self.budgets.iter().find(|kept| kept.cluster == whose.cluster && kept.place == whose.place)
    }

    /// All budgets that are set in a cluster.
    pub fn budgets_in(&self, cluster: &ClusterName) -> Vec<(Whose, &Kept)> {
        let here = self.budgets.iter().filter(|kept| kept.cluster == *cluster);
        here.filter_map(|kept| Some((self.whose(cluster, kept.place)?, kept))).collect()
    }

    /// The projects of a cluster that count for any budget of a project or a workspace: they are measured together.
    pub fn with_budgets_in(&self, cluster: &ClusterName) -> Projects {
        self.budgets_in(cluster).into_iter().flat_map(|(whose, _)| whose.projects).collect()
    }
}

/// What is told of what is not there.
pub fn unknown(cluster: &ClusterName, of: &BudgetOf) -> ConsoleError {
    ConsoleError::unknown(match of {
        BudgetOf::Cluster => Thing::Cluster(cluster.to_string()),
        BudgetOf::Workspace(name) => Thing::Workspace(name.to_string()),
        BudgetOf::Project(namespace) => {
            Thing::Project { cluster: cluster.to_string(), namespace: namespace.to_string() }
        }
    })
}
