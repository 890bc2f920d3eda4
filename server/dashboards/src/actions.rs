//! What can be asked for: a dashboard of a project needs the right there, one of a cluster in the cluster as a whole.

use access::{Command, Need, Place, Resource, Verb};
use database::dashboards::Dashboard;
use model::{ClusterName, Namespace};
use uuid::Uuid;

/// Making one that is called so.
pub fn create(cluster: &ClusterName, namespace: Option<&Namespace>, title: &str) -> Command {
    Command::of("create dashboard", need(Verb::Create, cluster, place(namespace))).saying(title)
}

/// Changing what stands in one: what, in words of the trail.
pub fn update(
    cluster: &ClusterName,
    namespace: Option<&Namespace>,
    id: Uuid,
    detail: impl Into<String>,
) -> Command {
    let need = need(Verb::Update, cluster, place(namespace)).of_object(Some(&id.to_string()));
    Command::of("change dashboard", need).saying(detail)
}

/// Removing one that is called so.
pub fn remove(cluster: &ClusterName, namespace: Option<&Namespace>, id: Uuid, title: &str) -> Command {
    let need = need(Verb::Delete, cluster, place(namespace)).of_object(Some(&id.to_string()));
    Command::of("remove dashboard", need).saying(title)
}

/// Making a link by which others see one: which, in words of the trail.
pub fn share(kept: &Dashboard, detail: impl Into<String>) -> Command {
    Command::of("share dashboard", of_links(Verb::Create, kept)).saying(detail)
}

/// Ending a link to one.
pub fn end_link(kept: &Dashboard, link: &str) -> Command {
    let detail: String = link.chars().take(64).collect();
    Command::of("end link to dashboard", of_links(Verb::Delete, kept)).saying(detail)
}

/// The right to show a dashboard to whoever has a link: more than the right to change it.
fn of_links(verb: Verb, kept: &Dashboard) -> Need {
    let resource = Resource::console("dashboards").part("share");
    let need = Need::to_all(verb, resource, kept.cluster.clone(), place(kept.namespace.as_ref()));
    need.of_object(Some(&kept.id.to_string()))
}

/// The right to make dashboards in a place.
pub fn need(verb: Verb, cluster: &ClusterName, place: Place) -> Need {
    Need::to_all(verb, Resource::console("dashboards"), cluster.clone(), place)
}

/// Where a dashboard is.
fn place(namespace: Option<&Namespace>) -> Place {
    namespace.map_or(Place::Cluster, |namespace| Place::Namespace(namespace.clone()))
}
