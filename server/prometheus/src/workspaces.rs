//! In which workspaces the namespaces of a cluster are now.

use database::Database;
use model::{ClusterName, ConsoleError, Namespace, WorkspaceName};
use std::collections::{BTreeMap, BTreeSet};

/// The workspaces of the namespaces that are in one.
pub type Workspaces = BTreeMap<String, WorkspaceName>;

/// Whose the namespaces of a cluster are.
pub async fn workspaces(database: &Database, cluster: &ClusterName) -> Result<Workspaces, ConsoleError> {
    let workspaces = database.workspaces().await?;
    let names: BTreeMap<_, _> = workspaces.into_iter().map(|one| (one.id, one.name)).collect();
    let projects = database.projects().await?;
    let here = projects.into_iter().filter(|project| project.cluster == *cluster);
    let named = here.filter_map(|project| {
        let name = names.get(&project.workspace?)?;
        Some((project.namespace.to_string(), name.clone()))
    });
    Ok(named.collect())
}

/// The namespaces of one of them.
pub fn namespaces_of(workspaces: &Workspaces, workspace: &WorkspaceName) -> BTreeSet<Namespace> {
    let own = workspaces.iter().filter(|(_, name)| *name == workspace);
    own.filter_map(|(namespace, _)| Namespace::parse(namespace).ok()).collect()
}
