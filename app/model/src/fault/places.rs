//! What can be wrong with workspaces, their projects, and what these may use.

use crate::{ClusterName, Namespace, WorkspaceName};
use serde::{Deserialize, Serialize};

/// What is wrong with a workspace, or keeps it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum WorkspaceFault {
    /// The name is another workspace's.
    #[error("belongs to another workspace")]
    NameTaken,
    /// A cluster that the console does not know.
    #[error("there is no cluster {0}")]
    NoCluster(ClusterName),
    /// A cluster is left out in which it has projects.
    #[error("it has projects in a cluster that is left out: move or end them first")]
    ClusterInUse,
    /// It is to be removed.
    #[error("it still has projects: move or end them first")]
    HasProjects,
    /// A cluster in which it may have no projects.
    #[error("is none of the workspace's clusters")]
    ForeignCluster,
    /// No name of a storage class.
    #[error("{0:?} cannot be the name of a storage class")]
    StorageClass(String),
}

/// What is wrong with a project, or keeps it as and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ProjectFault {
    /// Its namespace was made anew.
    #[error(
        "namespace {namespace} in cluster {cluster} is another one now: what people held in the one before has \
         ended; reload the page"
    )]
    Replaced {
        /// The cluster.
        cluster: ClusterName,
        /// The name of both namespaces.
        namespace: Namespace,
    },
    /// Something was to be kept for it: it would end with the namespace before.
    #[error(
        "namespace {namespace} in cluster {cluster} is another one now, which was made anew a moment ago: nothing \
         was kept for the one before; reload the page"
    )]
    MadeAnew {
        /// The cluster.
        cluster: ClusterName,
        /// The name of both namespaces.
        namespace: Namespace,
    },
    /// A namespace, as `cluster/namespace`, that the caller cannot give away.
    #[error("{0} is not one that you can give to a workspace")]
    NotToGive(String),
    /// None of the clusters of its workspace.
    #[error("choose one of the workspace's clusters")]
    Cluster,
    /// A namespace of the cluster itself.
    #[error("names like this belong to the cluster itself")]
    OfTheCluster,
    /// There is a namespace of that name.
    #[error("there is such a namespace already")]
    NameTaken,
    /// It is to move to a workspace that has no projects in its cluster.
    #[error("{workspace} may have no projects in cluster {cluster}")]
    NoWayTo {
        /// The workspace.
        workspace: WorkspaceName,
        /// The cluster.
        cluster: ClusterName,
    },
    /// A workspace has limits, such as `pods 10`, to which it does not keep.
    #[error("it has no room for the project, or the project no quota: {0}")]
    NoRoom(String),
    /// It was made, but what it was to have is somebody else's by now.
    #[error("somebody else has taken what was left: the project is there, without a quota")]
    QuotaTaken,
    /// No Pod Security level.
    #[error("must be privileged, baseline or restricted, or empty")]
    Level,
    /// The namespace has a level that is not the console's, in this label.
    #[error("is {level} already, which somebody has set for the namespace itself ({label})")]
    LevelSet {
        /// The level.
        level: String,
        /// The label.
        label: String,
    },
}

/// What is wrong with a quota, a default of containers, or a limit of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum QuotaFault {
    /// No amount.
    #[error("must be an amount such as 2, 500m, 512Mi or 10Gi")]
    Amount,
    /// A request above the limit.
    #[error("must not be more than the limit")]
    AboveLimit,
    /// All quotas together are more than this.
    #[error("quotas of the workspace's projects may add up to {0} here")]
    Sum(String),
    /// Projects have no quota for what is limited.
    #[error(
        "the workspace is limited to {limit} here, so every project needs a quota for it; without one: {without}"
    )]
    Needed {
        /// The limit.
        limit: String,
        /// Namespaces of these projects.
        without: String,
    },
}
