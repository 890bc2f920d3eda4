//! What can be asked for, as actions that need a right.

use access::{Action, Need, Place, Resource, Verb};
use database::members::Place as Held;
use database::projects::Project;
use model::ObjectName;
use uuid::Uuid;

/// Something done to what only the console knows. What exactly stands in its name and need, and so in the audit trail.
#[derive(Clone, Debug)]
pub struct Command {
    name: &'static str,
    need: Need,
    detail: Option<String>,
}

impl Action for Command {
    const NAME: &'static str = "command";

    fn name(&self) -> &'static str {
        self.name
    }

    fn need(&self) -> Need {
        self.need.clone()
    }

    fn detail(&self) -> Option<String> {
        self.detail.clone()
    }
}

impl Command {
    /// What needs this right.
    pub fn of(name: &'static str, need: Need) -> Self {
        Self { name, need, detail: None }
    }

    /// The same, with what the audit trail adds to it.
    #[must_use]
    pub fn saying(mut self, detail: String) -> Self {
        self.detail = Some(detail);
        self
    }

    /// On the platform: `plural` is `accounts`, `workspaces`, `roles` or `audit`.
    pub fn on_platform(name: &'static str, verb: Verb, plural: &str, object: Option<&str>) -> Self {
        Self::of(name, named(Need::platform(verb, plural), object))
    }

    /// In a workspace.
    pub fn in_workspace(
        name: &'static str,
        verb: Verb,
        plural: &str,
        workspace: Uuid,
        object: Option<&str>,
    ) -> Self {
        Self::of(name, named(Need::in_workspace(verb, plural, workspace), object))
    }

    /// To something of a cluster, in a project's namespace.
    pub fn in_project(name: &'static str, verb: Verb, resource: Resource, project: &Project) -> Self {
        let place = Place::Namespace(project.namespace.clone());
        Self::of(name, Need::to_all(verb, resource, project.cluster.clone(), place))
    }

    /// Where roles are held. The members of a project that belongs to a workspace are its workspace's business too: who
    /// may change members there may change them here, which is what their rights in the project say.
    pub fn on_members(name: &'static str, verb: Verb, place: &Where, object: Option<&str>) -> Self {
        Self::in_place(name, verb, "members", place, object)
    }

    /// To what only the console knows of a place: `plural` is `members` or `receivers`.
    pub fn in_place(
        name: &'static str,
        verb: Verb,
        plural: &str,
        place: &Where,
        object: Option<&str>,
    ) -> Self {
        let resource = Resource::console(plural);
        let need = match place {
            Where::Cluster(cluster) => Need::to_all(verb, resource, cluster.clone(), Place::Cluster),
            Where::Workspace(workspace) => Need::in_workspace(verb, plural, workspace.id),
            Where::Project(project) => {
                let place = Place::Namespace(project.namespace.clone());
                Need::to_all(verb, resource, project.cluster.clone(), place)
            }
        };
        Self::of(name, named(need, object))
    }
}

/// The name of an object in the audit trail. What cannot be one is left out rather than written down.
fn named(need: Need, object: Option<&str>) -> Need {
    match object.and_then(|name| ObjectName::parse(name).ok()) {
        Some(name) => need.named(name),
        None => need,
    }
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
