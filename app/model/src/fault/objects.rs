//! What can keep an action from being carried out on an object of a cluster.

use crate::ClusterName;
use serde::{Deserialize, Serialize};

/// What keeps an action from being carried out on an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ActFault {
    /// A restart would replace nothing now, and everything later.
    #[error("nothing is restarted while the rollout is paused: resume it first")]
    RolloutPaused,
    /// Objects of this kind have no such action.
    #[error("{kind} have no action {action}")]
    NotOffered {
        /// What the kind's objects are called.
        kind: String,
        /// The word of the action.
        action: String,
    },
    /// The API of this kind has no number of replicas.
    #[error("{0} cannot be scaled in this cluster")]
    NotScaled(String),
    /// What would become of objects of this kind cannot be told.
    #[error("{0} cannot be tried out in this cluster")]
    NotTried(String),
    /// What is put back would wait, as every rollout does.
    #[error("cannot be put back while rollouts are paused: resume first")]
    PausedRevision,
    /// The cluster keeps it no longer.
    #[error("is not kept any more: choose one of the list")]
    NoRevision,
    /// It would change nothing.
    #[error("is the one in force already")]
    SameRevision,
    /// The node has no such taint that could be taken from it.
    #[error("is not a taint of this node with this effect")]
    NoTaint,
    /// More objects at a time than this.
    #[error("at most {0} objects at a time")]
    TooMany(usize),
    /// Objects of several clusters: all must be in this one.
    #[error("must be {0} for everything in one command")]
    OtherCluster(ClusterName),
    /// More conditions on nodes than are looked at, in KiB.
    #[error("asks for more than {0} KiB of conditions")]
    ManyConditions(usize),
    /// It is no work on many objects, or has not ended.
    #[error("is not work on many objects that has ended")]
    NotMany,
    /// All of it was taken back, or nothing can be.
    #[error("nothing of it can be taken back, or that was done already")]
    NothingBack,
    /// A page follows more than this.
    #[error("a page has at most {0} feeds")]
    ManyFeeds(usize),
    /// This person has as many pages open as one may.
    #[error("you have {0} pages open already; close some of them")]
    ManyPages(u32),
}

/// Why a pod stays on a node that is emptied, or stands in the way of that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum DrainFault {
    /// The node made it.
    #[error("it belongs to the node itself")]
    OfNode,
    /// It runs on each node.
    #[error("its daemon set runs on every node")]
    OfDaemonSet,
    /// Nobody makes it again.
    #[error("nothing will make it again: allow that to drain the node")]
    Unmanaged,
    /// What it keeps on the node would go.
    #[error("it keeps data on the node that would be lost: allow that to drain the node")]
    HasData,
}
