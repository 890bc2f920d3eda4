//! What can be asked for, as actions that need a right.

use access::{Action, Need, Place, Resource, Verb};
use database::dashboards::Dashboard;
use model::{ClusterName, Namespace, ObjectName};
use uuid::Uuid;

/// Changing a dashboard. One of a project needs the right there, one of a cluster in the cluster as a whole.
#[derive(Clone, Debug)]
pub struct ChangeDashboards {
    name: &'static str,
    need: Need,
    detail: String,
}

impl Action for ChangeDashboards {
    const NAME: &'static str = "change dashboard";

    fn need(&self) -> Need {
        self.need.clone()
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn detail(&self) -> Option<String> {
        Some(self.detail.clone())
    }
}

impl ChangeDashboards {
    /// Making one that is called so.
    pub fn create(cluster: &ClusterName, namespace: Option<&Namespace>, title: &str) -> Self {
        Self {
            name: "create dashboard",
            need: need(Verb::Create, cluster, place(namespace)),
            detail: title.into(),
        }
    }

    /// Changing what stands in one: what, in words of the trail.
    pub fn update(
        cluster: &ClusterName,
        namespace: Option<&Namespace>,
        id: Uuid,
        detail: impl Into<String>,
    ) -> Self {
        let need = named(need(Verb::Update, cluster, place(namespace)), id);
        Self { name: Self::NAME, need, detail: detail.into() }
    }

    /// Removing one that is called so.
    pub fn remove(cluster: &ClusterName, namespace: Option<&Namespace>, id: Uuid, title: &str) -> Self {
        let need = named(need(Verb::Delete, cluster, place(namespace)), id);
        Self { name: "remove dashboard", need, detail: title.into() }
    }
}

impl ChangeDashboards {
    /// Making a link by which others see one: which, in words of the trail.
    pub fn share(kept: &Dashboard, detail: impl Into<String>) -> Self {
        Self { name: "share dashboard", need: of_links(Verb::Create, kept), detail: detail.into() }
    }

    /// Ending a link to one.
    pub fn end_link(kept: &Dashboard, link: &str) -> Self {
        let detail = link.chars().take(64).collect();
        Self { name: "end link to dashboard", need: of_links(Verb::Delete, kept), detail }
    }
}

/// The right to show a dashboard to whoever has a link: more than the right to change it.
fn of_links(verb: Verb, kept: &Dashboard) -> Need {
    let resource = Resource::console("dashboards").part("share");
    named(Need::to_all(verb, resource, kept.cluster.clone(), place(kept.namespace.as_ref())), kept.id)
}

/// The right to make dashboards in a place.
pub fn need(verb: Verb, cluster: &ClusterName, place: Place) -> Need {
    Need::to_all(verb, Resource::console("dashboards"), cluster.clone(), place)
}

/// Where a dashboard is.
fn place(namespace: Option<&Namespace>) -> Place {
    namespace.map_or(Place::Cluster, |namespace| Place::Namespace(namespace.clone()))
}

fn named(need: Need, id: Uuid) -> Need {
    match ObjectName::parse(&id.to_string()) {
        Ok(name) => need.named(name),
        Err(_) => need,
    }
}
