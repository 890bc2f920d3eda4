//! The one place in which an API token counts.

use crate::need::{Need, Place, Resource, Verb};
use crate::rights::Rights;
use database::projects::Project;
use database::tokens::TokenReach;
use model::{ClusterName, Namespace};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The one place in which what a caller holds counts, because the API token by which they call was made for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// The place, as forms carry it: `project/harbour/shop`. Nothing when it is gone, and nothing counts any more.
    pub place: Option<String>,
    pub(crate) cluster: Option<ClusterName>,
    pub(crate) workspace: Option<Uuid>,
    pub(crate) namespaces: BTreeSet<(ClusterName, Namespace)>,
}

impl Only {
    /// What a token that reaches so far counts in; nothing for one that counts everywhere.
    pub(crate) fn of(reach: TokenReach) -> Option<Self> {
        let nowhere = Self { place: None, cluster: None, workspace: None, namespaces: BTreeSet::new() };
        match reach {
            TokenReach::Everywhere => None,
            TokenReach::Nowhere => Some(nowhere),
            TokenReach::Cluster(name) => {
                Some(Self { place: Some(format!("cluster/{name}")), cluster: Some(name), ..nowhere })
            }
            TokenReach::Workspace { id, name, projects } => Some(Self {
                place: Some(format!("workspace/{name}")),
                workspace: Some(id),
                namespaces: namespaces_of(projects),
                ..nowhere
            }),
            TokenReach::Project(project) => {
                let place = format!("project/{}/{}", project.cluster, project.namespace);
                Some(Self { place: Some(place), namespaces: namespaces_of([project]), ..nowhere })
            }
        }
    }

    /// Whether a namespace is inside.
    pub fn reaches(&self, cluster: &ClusterName, namespace: &Namespace) -> bool {
        self.cluster.as_ref() == Some(cluster)
            || self.namespaces.contains(&(cluster.clone(), namespace.clone()))
    }

    /// Whether anything of a cluster is inside.
    fn is_in(&self, cluster: &ClusterName) -> bool {
        self.cluster.as_ref() == Some(cluster) || self.namespaces.iter().any(|(name, _)| name == cluster)
    }

    /// Whether a need concerns this place and nothing else. Of a cluster in which only some namespaces are inside, what
    /// everybody with a role there may read is inside too: what is in projects refers to it.
    pub(crate) fn covers(&self, need: &Need) -> bool {
        if shows_more(need) {
            return false;
        }
        let Some(cluster) = &need.cluster else {
            return matches!(need.place, Place::Workspace(id) if self.workspace == Some(id));
        };
        let is_whole = self.cluster.as_ref() == Some(cluster);
        match &need.place {
            Place::Platform | Place::Workspace(_) => false,
            Place::Namespace(namespace) => self.reaches(cluster, namespace),
            Place::Namespaces(wanted) => {
                self.is_in(cluster) && wanted.iter().all(|namespace| self.reaches(cluster, namespace))
            }
            Place::Cluster => is_whole || self.is_in(cluster) && is_for_members(need),
        }
    }

    /// Why something outside is refused, as a sentence.
    pub(crate) fn reason(&self) -> String {
        match &self.place {
            Some(place) => format!("this API token is for {place} alone"),
            None => "this API token is for a place that is gone".into(),
        }
    }
}

fn namespaces_of(projects: impl IntoIterator<Item = Project>) -> BTreeSet<(ClusterName, Namespace)> {
    projects.into_iter().map(|project| (project.cluster, project.namespace)).collect()
}

/// A link to a dashboard shows what its maker may see, wherever that is, also when the token has ended.
fn shows_more(need: &Need) -> bool {
    need.verb == Verb::Create && need.resource == Resource::console("dashboards").part("share")
}

/// What members of projects may read of a cluster. Of its namespaces they see their own.
fn is_for_members(need: &Need) -> bool {
    let is_of_namespaces = need.resource == Resource::new("", "namespaces") && need.verb.is_read();
    is_of_namespaces || Rights::is_for_members(need.verb, &need.resource)
}
