//! What a person holds, everywhere, at this moment.

use crate::Only;
use crate::need::{Place, Resource, Verb};
use crate::permissions::{FOR_EVERYBODY, FOR_MEMBERS};
use crate::roles::{ADMINISTRATOR, Permissions, REGULAR, permissions_of};
use database::projects::Project;
use database::rights::StoredRights;
use model::{ClusterName, Namespace, Tier};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The group of everybody who holds anything in a cluster.
pub const MEMBERS: &str = "orrery:members";
/// The group of who may do everything, everywhere.
pub const ADMINISTRATORS: &str = "orrery:administrators";
/// The group that API servers know everybody by who is not anonymous.
const AUTHENTICATED: &str = "system:authenticated";

/// The most groups of roles on one request: each costs the API server a check of whether it may be impersonated. Whoever
/// holds more may be refused by a cluster what the console lets through, and never gets more.
const MOST_GROUPS: usize = 14;

/// A role that somebody holds in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it allows.
    pub permissions: Permissions,
    /// As which group clusters know who holds it.
    pub group: String,
}

/// Everything that a person holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// The word or id of the role on the platform.
    pub role: String,
    /// What people call that role, if they made it.
    pub title: Option<String>,
    /// On the platform.
    pub platform: Permissions,
    /// In whole clusters.
    pub clusters: BTreeMap<ClusterName, Vec<Held>>,
    /// In workspaces.
    pub workspaces: BTreeMap<Uuid, Permissions>,
    /// In namespaces: by roles in the project, and by roles in its workspace.
    pub projects: BTreeMap<(ClusterName, Namespace), Vec<Held>>,
    /// The one place in which all of this counts, for who calls with an API token that was made for it.
    pub only: Option<Only>,
}

/// The group of who holds a role in a whole cluster.
pub fn cluster_group(role: &str) -> String {
    format!("orrery:c:{role}")
}

/// The group of who holds a role in a workspace.
pub fn workspace_group(workspace: Uuid, role: &str) -> String {
    format!("orrery:w:{workspace}:{role}")
}

/// The group of who holds a role in a project. It names the project by its id, so a namespace that is made again under
/// an old name is nobody's until it is given to somebody.
pub fn project_group(project: Uuid, role: &str) -> String {
    format!("orrery:p:{project}:{role}")
}

impl Rights {
    /// What these rows of the console's tables amount to.
    pub(crate) fn from_stored(stored: &StoredRights) -> Self {
        let own = stored.own_role.as_ref();
        let mut rights = Self {
            role: stored.role.clone(),
            title: own.map(|(title, _)| title.clone()),
            platform: permissions_of(&stored.role, Tier::Platform, own.map(|(_, words)| words.as_str())),
            ..Self::default()
        };
        for held in &stored.clusters {
            let permissions = permissions_of(&held.role, Tier::Cluster, held.own.as_deref());
            let group = cluster_group(&held.role);
            rights.clusters.entry(held.place.clone()).or_default().push(Held { permissions, group });
        }
        for held in &stored.workspaces {
            let permissions = permissions_of(&held.role, Tier::Workspace, held.own.as_deref());
            let all = rights.workspaces.entry(held.place).or_default();
            *all = all.and(permissions);
            for project in stored.projects.iter().filter(|project| project.workspace == Some(held.place)) {
                let group = workspace_group(held.place, &held.role);
                rights.hold(project.cluster.clone(), project.namespace.clone(), permissions, group);
            }
        }
        let projects: HashMap<Uuid, &Project> =
            stored.projects.iter().map(|project| (project.id, project)).collect();
        // Most people hold the same few roles everywhere.
        let mut allowed: HashMap<&str, Permissions> = HashMap::new();
        for held in &stored.project_roles {
            let Some(project) = projects.get(&held.place) else { continue };
            let read = || permissions_of(&held.role, Tier::Project, held.own.as_deref());
            let permissions = *allowed.entry(&held.role).or_insert_with(read);
            let group = project_group(project.id, &held.role);
            rights.hold(project.cluster.clone(), project.namespace.clone(), permissions, group);
        }
        rights
    }

    /// What is left of these rights in one place: what is held there, and in the cluster as a whole for what is in it. Roles on
    /// the platform do not count, except that an administrator may do everything in the place.
    #[must_use]
    pub(crate) fn within(self, only: Only) -> Self {
        let in_cluster = |cluster: &ClusterName| {
            let mut held = self.clusters.get(cluster).cloned().unwrap_or_default();
            if self.is_administrator() {
                let permissions = Permissions::all(Tier::Cluster);
                held.push(Held { permissions, group: ADMINISTRATORS.into() });
            }
            held
        };
        let mut left = Self { role: REGULAR.into(), ..Self::default() };
        if let Some(cluster) = &only.cluster {
            left.clusters.insert(cluster.clone(), in_cluster(cluster));
            let projects = self.projects.iter().filter(|((name, _), _)| name == cluster);
            left.projects.extend(projects.map(|(place, held)| (place.clone(), held.clone())));
        }
        if let Some(workspace) = only.workspace {
            left.workspaces.insert(workspace, self.in_workspace(workspace));
        }
        for place in &only.namespaces {
            let mut held = self.projects.get(place).cloned().unwrap_or_default();
            held.extend(in_cluster(&place.0));
            left.projects.insert(place.clone(), held);
        }
        // Who holds nothing in a cluster is not in it.
        left.clusters.retain(|_, held| !held.is_empty());
        left.projects.retain(|_, held| !held.is_empty());
        left.only = Some(only);
        left
    }

    fn hold(&mut self, cluster: ClusterName, namespace: Namespace, permissions: Permissions, group: String) {
        self.projects.entry((cluster, namespace)).or_default().push(Held { permissions, group });
    }

    /// Whether everything is allowed, everywhere.
    pub fn is_administrator(&self) -> bool {
        self.role == ADMINISTRATOR
    }

    /// Whether nothing is held anywhere.
    pub fn are_none(&self) -> bool {
        let is_any_in_workspaces = self.workspaces.values().any(|held| !held.is_empty());
        let is_any = !(self.platform.is_empty() && self.clusters.is_empty() && self.projects.is_empty());
        !(self.is_administrator() || is_any_in_workspaces || is_any)
    }

    /// Whether anything is held in a cluster.
    pub fn is_in(&self, cluster: &ClusterName) -> bool {
        self.is_administrator()
            || self.clusters.contains_key(cluster)
            || self.projects.keys().any(|(name, _)| name == cluster)
    }

    /// The namespaces of a cluster in which anything is held.
    pub fn namespaces_of(&self, cluster: &ClusterName) -> BTreeSet<Namespace> {
        let here = self.projects.keys().filter(|(name, _)| name == cluster);
        here.map(|(_, namespace)| namespace.clone()).collect()
    }

    /// Everything that is held in a cluster as a whole.
    pub fn in_cluster(&self, cluster: &ClusterName) -> Permissions {
        if self.is_administrator() {
            return Permissions::all(Tier::Cluster);
        }
        sum(self.clusters.get(cluster))
    }

    /// Everything that is held in a namespace, however it is held.
    pub fn in_namespace(&self, cluster: &ClusterName, namespace: &Namespace) -> Permissions {
        let here = sum(self.projects.get(&(cluster.clone(), namespace.clone())));
        here.and(self.in_cluster(cluster))
    }

    /// Everything that is held in a workspace.
    pub fn in_workspace(&self, workspace: Uuid) -> Permissions {
        if self.is_administrator() {
            return Permissions::all(Tier::Workspace);
        }
        self.workspaces.get(&workspace).copied().unwrap_or_default()
    }

    pub(crate) fn allow_everywhere_in(&self, cluster: &ClusterName, verb: Verb, resource: &Resource) -> bool {
        self.in_cluster(cluster).allow(verb, resource)
    }

    /// The namespaces of a cluster in which something is allowed by what is held there.
    pub(crate) fn allowing(
        &self,
        cluster: &ClusterName,
        verb: Verb,
        resource: &Resource,
    ) -> BTreeSet<Namespace> {
        let mut known: HashMap<Permissions, bool> = HashMap::new();
        let mut allows = |held: &Held| {
            let permissions = held.permissions;
            *known.entry(permissions).or_insert_with(|| permissions.allow(verb, resource))
        };
        let here = self.projects.iter().filter(|((name, _), _)| name == cluster);
        let allowing = here.filter(|(_, held)| held.iter().any(&mut allows));
        allowing.map(|((_, namespace), _)| namespace.clone()).collect()
    }

    /// Whether everybody with a role in the cluster may do this.
    pub(crate) fn is_for_members(verb: Verb, resource: &Resource) -> bool {
        FOR_MEMBERS.iter().any(|rule| rule.allows(verb, resource))
    }

    /// Whether everybody who is signed in may do this.
    pub(crate) fn is_for_everybody(verb: Verb, resource: &Resource) -> bool {
        FOR_EVERYBODY.iter().any(|rule| rule.allows(verb, resource))
    }

    /// Whether who holds these may act as somebody who holds those: nobody gets more on the platform than they have.
    pub fn may_act_as(&self, other: &Self) -> bool {
        if self.is_administrator() {
            return !other.is_administrator();
        }
        self.platform.allow(Verb::Create, &Resource::console("accounts").part("act"))
            && !other.is_administrator()
            && other.platform.is_within(self.platform)
    }

    /// As which groups a cluster is asked: those of the place that the request is about, and no others.
    pub(crate) fn groups(&self, cluster: Option<&ClusterName>, place: &Place) -> Vec<String> {
        if self.is_administrator() {
            return vec![ADMINISTRATORS.into(), AUTHENTICATED.into()];
        }
        let Some(cluster) = cluster else { return vec![AUTHENTICATED.into()] };
        let mut held: Vec<&Held> = self.clusters.get(cluster).into_iter().flatten().collect();
        let of_project = |namespace: &Namespace| self.projects.get(&(cluster.clone(), namespace.clone()));
        match place {
            Place::Namespace(namespace) => held.extend(of_project(namespace).into_iter().flatten()),
            Place::Namespaces(some) => held.extend(some.iter().filter_map(of_project).flatten()),
            Place::Platform | Place::Workspace(_) | Place::Cluster => {}
        }
        let mut groups: Vec<String> = held.into_iter().map(|held| held.group.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.truncate(MOST_GROUPS);
        groups.extend([MEMBERS.into(), AUTHENTICATED.into()]);
        groups
    }
}

fn sum(held: Option<&Vec<Held>>) -> Permissions {
    held.into_iter().flatten().fold(Permissions::NONE, |all, held| all.and(held.permissions))
}
