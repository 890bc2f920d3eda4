//! For which place an API token is made.

use super::account::unavailable;
use crate::console::Console;
use access::Caller;
use account_contract::AccountProblem;
use database::members::Place;
use model::{ClusterName, Namespace};
use workspaces_contract::MemberPlace;

/// The place that the fields of a form name, if they name one. It must be one in which the caller holds something; whoever
/// names another learns the same as if there were none: `problem`.
pub(super) async fn place_of(
    console: &Console,
    caller: &Caller,
    place: &str,
    namespace: &str,
    problem: AccountProblem,
) -> Result<Option<Place>, AccountProblem> {
    let (place, namespace) = (place.trim(), namespace.trim());
    if place.is_empty() && namespace.is_empty() {
        return Ok(None);
    }
    let named = MemberPlace::try_from(place.to_owned()).map_err(|_| problem)?;
    let found = match (named, namespace) {
        (MemberPlace::Cluster(cluster), "") => is_there(console, &cluster).then_some(Place::Cluster(cluster)),
        (MemberPlace::Cluster(cluster), namespace) => {
            let namespace = Namespace::parse(namespace).map_err(|_| problem)?;
            project(console, caller, &cluster, &namespace).await?
        }
        (MemberPlace::Project(cluster, namespace), "") => {
            project(console, caller, &cluster, &namespace).await?
        }
        (MemberPlace::Workspace(name), "") => {
            let found = console.database().workspace(&name).await.map_err(|error| unavailable(&error))?;
            found.map(|workspace| Place::Workspace(workspace.id))
        }
        _ => None,
    };
    let found = found.ok_or(problem)?;
    let left = console.access().within(caller, Some(&found)).await.map_err(|error| unavailable(&error))?;
    if left.rights.are_none() { Err(problem) } else { Ok(Some(found)) }
}

fn is_there(console: &Console, cluster: &ClusterName) -> bool {
    console.kubernetes().clusters().any(|known| known.name() == cluster)
}

/// The project of a namespace in which the caller holds something. Any namespace that is there can become one.
async fn project(
    console: &Console,
    caller: &Caller,
    cluster: &ClusterName,
    namespace: &Namespace,
) -> Result<Option<Place>, AccountProblem> {
    let database = console.database();
    if !is_there(console, cluster) || caller.rights.in_namespace(cluster, namespace).is_empty() {
        return Ok(None);
    }
    let known = database.project(cluster, namespace).await.map_err(|error| unavailable(&error))?;
    if let Some(project) = known {
        // One whose namespace is another one by now is forgotten by asking, and with it what the caller holds there.
        let is_replaced = console.tenants().provisioner.is_replaced(&project).await;
        let is_replaced = is_replaced.map_err(|error| unavailable(&error))?;
        return Ok((!is_replaced).then_some(Place::Project(project.id)));
    }
    let namespaces = console.kubernetes().namespaces(cluster).await.map_err(|error| {
        tracing::warn!(%error, %cluster, "Whether a namespace is there cannot be found out");
        AccountProblem::Unavailable
    })?;
    if !namespaces.contains(namespace) {
        return Ok(None);
    }
    let made = database.ensure_project(cluster, namespace).await.map_err(|error| unavailable(&error))?;
    Ok(Some(Place::Project(made)))
}
