//! What can be asked for, as actions that need a right.

use access::{Command, Need, Place, Resource, Verb};
use database::members::Place as Held;
use database::projects::Project;

/// To something of a cluster, in a project's namespace.
pub fn in_project(name: &'static str, verb: Verb, resource: Resource, project: &Project) -> Command {
    let place = Place::Namespace(project.namespace.clone());
    Command::of(name, Need::to_all(verb, resource, project.cluster.clone(), place))
}

/// Where roles are held. The members of a project that belongs to a workspace are its workspace's business too: who
/// may change members there may change them here, which is what their rights in the project say.
pub fn on_members(name: &'static str, verb: Verb, place: &Where, object: Option<&str>) -> Command {
    in_place(name, verb, "members", place, object)
}

/// To what only the console knows of a place: `plural` is `members` or `receivers`.
pub fn in_place(
    name: &'static str,
    verb: Verb,
    plural: &str,
    place: &Where,
    object: Option<&str>,
) -> Command {
    let resource = Resource::console(plural);
    let need = match place {
        Where::Cluster(cluster) => Need::to_all(verb, resource, cluster.clone(), Place::Cluster),
        Where::Workspace(workspace) => Need::in_workspace(verb, plural, workspace.id),
        Where::Project(project) => {
            let place = Place::Namespace(project.namespace.clone());
            Need::to_all(verb, resource, project.cluster.clone(), place)
        }
    };
    Command::of(name, need.of_object(object))
}

/// A place in which roles are held, as the tables know it.
#[derive(Clone, Debug)]
pub enum Where {
    /// A whole cluster.
    Cluster(model::ClusterName),
    /// A workspace.
    Workspace(database::workspaces::Workspace),
    /// A project.
    Project(Project),
}

impl Where {
    /// As members rows say it.
    pub fn held(&self) -> Held {
        match self {
            Self::Cluster(name) => Held::Cluster(name.clone()),
            Self::Workspace(workspace) => Held::Workspace(workspace.id),
            Self::Project(project) => Held::Project(project.id),
        }
    }
}
