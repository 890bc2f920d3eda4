//! What can be wrong with accounts and with what is done to them.

use super::Fault;
use crate::{ClusterName, Namespace, WorkspaceName};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is wrong with an account, or keeps the caller from doing something to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PersonFault {
    /// No name to sign in with.
    #[error("must have 1 to 64 characters that can be seen, in one line")]
    Name,
    /// No name of a person.
    #[error("must have at most 100 characters that can be seen")]
    FullName,
    /// No mail address.
    #[error("is not an address such as ada@example.org")]
    Email,
    /// The name is another account's.
    #[error("belongs to another account")]
    NameTaken,
    /// A role on the platform that the caller cannot give.
    #[error("choose one of the roles that you can give")]
    Role,
    /// Nobody could give rights any more.
    #[error("this is the last administrator who can sign in: make another one first")]
    LastAdministrator,
    /// An administrator, changed by who is none.
    #[error("is an administrator: only administrators change one")]
    Administrator,
    /// The caller's own account.
    #[error("is your own account: another administrator does that")]
    Own,
    /// A role of theirs allows more than the caller may do in its place.
    #[error(
        "holds the role {} in {place}, which allows more than you may do there ({more}): an administrator \
         can do this, or who manages accounts and may do as much there",
        .title.as_deref().unwrap_or(.role)
    )]
    Beyond {
        /// The role.
        role: String,
        /// What people call it, unless it comes with the console.
        title: Option<String>,
        /// Where it is held.
        place: HeldIn,
        /// The permissions that the caller lacks.
        more: String,
    },
    /// No provider that there is.
    #[error("choose one of the providers")]
    Provider,
    /// Not what a provider calls anybody.
    #[error("must be what the provider calls them for ever, in one line")]
    Subject,
    /// Who this is at the provider has an account.
    #[error("belongs to an account already")]
    Linked,
    /// Without it nobody could sign in to the account, or it is not linked.
    #[error("is the only way in that this account has, or is not linked to it")]
    OnlyWayIn,
    /// There is no mail address.
    #[error("is not given: there is nowhere to send it")]
    NoEmail,
    /// Another password is asked for where there is none.
    #[error("has no password of this console")]
    NoPassword,
    /// Nothing that can be done with people.
    #[error("choose what is to be done")]
    Act,
    /// It cannot be done with several at once.
    #[error("is done with one person at a time")]
    OneAtATime,
    /// With nobody, or with more than are on a page.
    #[error("choose at least one person")]
    Nobody,
    /// One of several people with whom something is done, and what is wrong with them.
    #[error("{name} {fault}")]
    OneOf {
        /// The name of their account.
        name: String,
        /// What keeps it from being done with them.
        fault: Box<Fault>,
    },
    /// No reason for acting as somebody.
    #[error("must say why in 3 to 200 letters, in one line: that person can read it")]
    Reason,
    /// Nobody whom the caller may act as.
    #[error(
        "is nobody whom you can act as: choose an account that is enabled, not your own, no administrator's, and \
         may no more on the platform than you"
    )]
    NotToActAs,
}

/// Where a role is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeldIn {
    /// In a whole cluster.
    Cluster(ClusterName),
    /// In a workspace.
    Workspace(WorkspaceName),
    /// In a project.
    Project(ClusterName, Namespace),
}

impl fmt::Display for HeldIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster(cluster) => write!(formatter, "cluster {cluster}"),
            Self::Workspace(workspace) => write!(formatter, "workspace {workspace}"),
            Self::Project(cluster, namespace) => {
                write!(formatter, "project {namespace} in cluster {cluster}")
            }
        }
    }
}
