//! The right that an action needs, as data.

use model::{ClusterName, Namespace, ObjectName, ResourceRef};
use std::collections::BTreeSet;
use std::fmt;
use uuid::Uuid;

/// A right, in Kubernetes' words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// What is done.
    pub verb: Verb,
    /// To what.
    pub resource: Resource,
    /// In which cluster, when it is in one.
    pub cluster: Option<ClusterName>,
    /// Where.
    pub place: Place,
    /// To which object, when it is one.
    pub name: Option<ObjectName>,
}

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they are Kubernetes' own words")]
pub enum Verb {
    Get,
    List,
    Watch,
    Create,
    Update,
    Patch,
    Delete,
}

/// An API resource, possibly a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// The API group; empty for the core group.
    pub group: String,
    /// The plural, as in paths.
    pub plural: String,
    /// The sub-resource, such as `scale` or `exec`.
    pub subresource: Option<String>,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the console itself.
    Platform,
    /// In the workspace of this id.
    Workspace(Uuid),
    /// In a cluster: on an object that has no namespace, or on all of them.
    Cluster,
    /// In this namespace of a cluster.
    Namespace(Namespace),
    /// In each of these namespaces of a cluster; empty means in all that the caller may see.
    Namespaces(BTreeSet<Namespace>),
}

impl Verb {
    /// Kubernetes' word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    /// Whether it leaves everything as it was.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Get | Self::List | Self::Watch)
    }
}

impl Resource {
    /// A whole resource.
    pub fn new(group: impl Into<String>, plural: impl Into<String>) -> Self {
        Self { group: group.into(), plural: plural.into(), subresource: None }
    }

    /// A part of this resource.
    #[must_use]
    pub fn part(mut self, subresource: impl Into<String>) -> Self {
        self.subresource = Some(subresource.into());
        self
    }

    /// Something that only the console knows: `accounts`, `workspaces`, `projects`, `members`, `roles`, `audit`, and
    /// `clusters` as wholes.
    pub fn console(plural: &str) -> Self {
        Self::new(CONSOLE_GROUP, plural)
    }

    pub(crate) fn is(&self, group: &str, plural: &str) -> bool {
        self.group == group && self.plural == plural
    }
}

/// The group of resources that only the console knows. No cluster can serve it: API groups have no such suffix.
pub(crate) const CONSOLE_GROUP: &str = "console.orrery";

impl fmt::Display for Resource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.plural)?;
        if !self.group.is_empty() {
            write!(formatter, ".{}", self.group)?;
        }
        self.subresource.iter().try_for_each(|part| write!(formatter, "/{part}"))
    }
}

impl Need {
    /// A right to one object. `resource` is what the object's kind is called in the API.
    pub fn on(verb: Verb, resource: Resource, object: &ResourceRef) -> Self {
        Self {
            verb,
            resource,
            cluster: Some(object.cluster.clone()),
            place: object.namespace.clone().map_or(Place::Cluster, Place::Namespace),
            name: Some(object.name.clone()),
        }
    }

    /// A right to all objects of a resource in a place.
    pub fn to_all(verb: Verb, resource: Resource, cluster: ClusterName, place: Place) -> Self {
        Self { verb, resource, cluster: Some(cluster), place, name: None }
    }

    /// A right to something that only the console knows, on the whole platform.
    pub fn platform(verb: Verb, plural: &str) -> Self {
        Self { verb, resource: Resource::console(plural), cluster: None, place: Place::Platform, name: None }
    }

    /// A right to something that only the console knows, in a workspace.
    pub fn in_workspace(verb: Verb, plural: &str, workspace: Uuid) -> Self {
        Self { place: Place::Workspace(workspace), ..Self::platform(verb, plural) }
    }

    /// The same right, to the object of this name.
    #[must_use]
    pub fn named(mut self, name: ObjectName) -> Self {
        self.name = Some(name);
        self
    }

    /// The same right, to an object that the audit trail names so. What cannot be a name is left out rather than written
    /// down.
    #[must_use]
    pub fn of_object(self, object: Option<&str>) -> Self {
        match object.and_then(|name| ObjectName::parse(name).ok()) {
            Some(name) => self.named(name),
            None => self,
        }
    }

    /// The right to know that a cluster exists and how it is: its name, its version, its health.
    pub fn overview(cluster: ClusterName) -> Self {
        Self::to_all(Verb::Get, Resource::console("clusters"), cluster, Place::Cluster)
    }

    /// Whether the audit trail mentions it even when it is allowed: every change, and reading what is secret.
    pub fn is_recorded(&self) -> bool {
        // To get secrets without a name is to get the values of all of them.
        let secret = self.resource.is("", "secrets") && (self.name.is_some() || self.verb == Verb::Get);
        let stream = matches!(
            self.resource.subresource.as_deref(),
            Some("log" | "exec" | "attach" | "portforward" | "proxy" | "replay")
        );
        !self.verb.is_read() || secret || stream
    }

    /// The place whose roles decide. A namespace counts as being inside itself.
    pub(crate) fn concerns(&self) -> Place {
        let own = self.name.as_ref().filter(|_| self.resource.is("", "namespaces"));
        match own.and_then(|name| Namespace::parse(name.as_str()).ok()) {
            Some(namespace) => Place::Namespace(namespace),
            None => self.place.clone(),
        }
    }

    pub(crate) fn namespace(&self) -> Option<String> {
        match &self.place {
            Place::Platform | Place::Workspace(_) | Place::Cluster => None,
            Place::Namespace(namespace) => Some(namespace.to_string()),
            Place::Namespaces(all) if all.is_empty() => None,
            Place::Namespaces(some) => Some(some.iter().map(Namespace::as_str).collect::<Vec<_>>().join(",")),
        }
    }
}
