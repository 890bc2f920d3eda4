//! What can keep an action from being carried out on an object of a cluster.

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
}
