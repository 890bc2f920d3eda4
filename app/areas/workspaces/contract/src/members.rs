//! Who holds which role where.

use crate::{InvitationRow, RoleSummary};
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, TableQuery, Timestamp, WorkspaceName, link};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::fmt;

/// Where roles are held.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MemberPlace {
    /// In a whole cluster.
    Cluster(ClusterName),
    /// In a workspace.
    Workspace(WorkspaceName),
    /// In a project.
    Project(ClusterName, Namespace),
}

impl MemberPlace {
    /// The page that shows what is there, for somebody who comes for the first time.
    pub fn contents(&self) -> String {
        match self {
            Self::Cluster(cluster) => link::cluster(cluster),
            Self::Workspace(name) => link::workspace(name),
            Self::Project(cluster, namespace) => {
                let deployments = KindSlug::parse("deployments").expect("a good name");
                let query = TableQuery::of(cluster.clone(), deployments);
                link::table(&TableQuery { namespaces: vec![namespace.clone()], ..query })
            }
        }
    }

    /// The page on which its members stand.
    pub fn page(&self) -> String {
        match self {
            Self::Cluster(cluster) => link::cluster_members(cluster),
            Self::Workspace(name) => link::workspace_tab(name, "members"),
            Self::Project(cluster, namespace) => link::project_members(cluster, namespace),
        }
    }
}

/// As forms carry it: `cluster/harbour`, `workspace/garden`, `project/harbour/shop`.
impl fmt::Display for MemberPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster(cluster) => write!(formatter, "cluster/{cluster}"),
            Self::Workspace(name) => write!(formatter, "workspace/{name}"),
            Self::Project(cluster, namespace) => write!(formatter, "project/{cluster}/{namespace}"),
        }
    }
}

impl From<MemberPlace> for String {
    fn from(place: MemberPlace) -> Self {
        place.to_string()
    }
}

impl TryFrom<String> for MemberPlace {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let place = match parts.as_slice() {
            ["cluster", cluster] => ClusterName::parse(cluster).ok().map(Self::Cluster),
            ["workspace", name] => WorkspaceName::parse(name).ok().map(Self::Workspace),
            ["project", cluster, namespace] => {
                let both = ClusterName::parse(cluster).ok().zip(Namespace::parse(namespace).ok());
                both.map(|(cluster, namespace)| Self::Project(cluster, namespace))
            }
            _ => None,
        };
        place.ok_or_else(|| format!("{text:?} is no place in which roles are held"))
    }
}

/// Where an API token counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// Wherever its owner holds something.
    Everywhere,
    /// In one place only.
    Within(MemberPlace),
    /// Nowhere any more: its place is gone.
    Nowhere,
}

/// Who holds which role in a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Members {
    /// By name.
    pub members: Vec<MemberRow>,
    /// Those who hold a role here by a department or by one in a wider place, by name.
    pub inherited: Vec<InheritedRow>,
    /// The roles that the caller may give here: they hold no more than the caller.
    pub roles: Vec<RoleSummary>,
    /// Whether the caller may change anything.
    pub may_change: bool,
    /// Names of accounts that hold nothing here, for choosing.
    pub candidates: Vec<String>,
    /// Invitations that nobody has accepted yet, the newest first; none when the caller may change nobody.
    pub invitations: Vec<InvitationRow>,
    /// Why the cluster does not say yet what the console says.
    pub behind: Option<String>,
}

/// Somebody with a role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberRow {
    /// The account's name.
    pub name: String,
    /// What people call them; may be empty.
    pub full_name: String,
    /// Whether they may sign in.
    pub is_enabled: bool,
    /// The role.
    pub role: RoleSummary,
    /// The identity provider whose groups said so; none for what people said.
    pub source: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// Until when; none for good.
    pub until: Option<Timestamp>,
}

/// Somebody with a role that they do not hold here themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InheritedRow {
    /// The account's name.
    pub name: String,
    /// The role there.
    pub role: RoleSummary,
    /// The place, if it is not the platform.
    pub place: Option<MemberPlace>,
    /// The title of the department by which they hold it.
    pub department: Option<String>,
    /// Until when, if it ends by itself.
    pub until: Option<Timestamp>,
}

/// The fields of the form that gives a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFields {
    /// Where.
    pub place: MemberPlace,
    /// The account's name.
    #[serde(default)]
    pub name: String,
    /// The word or id of the role.
    #[serde(default)]
    pub role: String,
    /// Until when, as a form's field for a moment says it, in UTC; empty for good.
    #[serde(default)]
    pub until: String,
}

/// The fields of the form that takes a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveMemberFields {
    /// Where.
    pub place: MemberPlace,
    /// The account's name.
    pub name: String,
}

/// Who holds which role in a place.
#[server(endpoint = "workspaces/members", input = Json)]
pub async fn read_members(
    /// Where.
    place: MemberPlace,
) -> Result<Members, ConsoleError> {
    model::port::<dyn crate::Workspaces>()?.members(place).await
}

/// Gives somebody a role.
#[server(endpoint = "workspaces/set-member")]
pub async fn set_member(
    /// The fields of the form.
    fields: MemberFields,
) -> Result<(), ConsoleError> {
    let next = fields.place.page();
    model::port::<dyn crate::Workspaces>()?.set_member(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Takes somebody's role.
#[server(endpoint = "workspaces/remove-member")]
pub async fn remove_member(
    /// The fields of the form.
    fields: RemoveMemberFields,
) -> Result<(), ConsoleError> {
    let next = fields.place.page();
    model::port::<dyn crate::Workspaces>()?.remove_member(fields).await?;
    model::go_to(&next);
    Ok(())
}
