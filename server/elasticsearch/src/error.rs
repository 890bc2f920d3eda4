//! What can go wrong between the console and a cluster's log store, a variant per cause.

use model::cause::WayOutage;
use model::fault::TermFault;
use model::{Cause, ConsoleError, Outage, System};
use std::sync::Arc;
use std::time::Duration;

/// Why a question has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ElasticsearchError {
    /// It cannot be reached.
    #[error("{cause}")]
    Unreachable {
        /// What the network or the API server said.
        cause: Cause,
        /// The first cause, where it was an error.
        #[source]
        source: Option<Arc<kubernetes::KubernetesError>>,
    },
    /// It understood the question and refuses it.
    #[error("{reason} ({kind})")]
    Refused {
        /// Its word for the reason, such as `search_phase_execution_exception`.
        kind: String,
        /// Its sentence.
        reason: String,
        /// The HTTP status that it gave.
        status: u16,
    },
    /// It answers to nobody, or not to who asks.
    #[error("{0}")]
    Closed(WayOutage),
    /// Too many questions wait already.
    #[error("more questions wait than it answers; no turn came within {} s", after.as_secs())]
    Busy {
        /// How long was waited.
        after: Duration,
    },
    /// The answer is longer than anybody can look at.
    #[error("the answer is longer than {} MiB", limit_bytes >> 20)]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The answer is none: a page of a proxy, or something cut off.
    #[error("the answer cannot be read: {cause}")]
    Unreadable {
        /// Why not.
        cause: Cause,
    },
    /// What was typed cannot be asked.
    #[error("{0}")]
    Query(TermFault),
}

impl ElasticsearchError {
    /// Why there is no answer, where the reader sees already whose log store is meant.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Unreachable { cause, .. } => cause.clone(),
            Self::Closed(outage) => outage.clone().into(),
            Self::Busy { after } => Outage::Busy(after.as_secs()).into(),
            Self::TooLarge { limit_bytes } => Outage::Long(limit_bytes >> 20).into(),
            Self::Unreadable { cause } => Outage::unreadable(cause.clone()).into(),
            Self::Refused { .. } | Self::Query(_) => self.to_string().into(),
        }
    }

    /// The same for people, about the log store of this cluster.
    pub fn about(self, cluster: &str) -> ConsoleError {
        match self {
            Self::Query(fault) => ConsoleError::refused("query", fault),
            error => ConsoleError::Unavailable {
                system: System::Records(cluster.to_owned()),
                cause: error.cause(),
                may_be_done: false,
            },
        }
    }

    /// Whether it wants to be shown who asks.
    pub fn wants_proof(&self) -> bool {
        matches!(self, Self::Refused { status: 401 | 403, .. } | Self::Closed(_))
    }

    /// Whether it has no room for a question now, and may have some in a moment.
    pub fn is_for_want_of_room(&self) -> bool {
        matches!(self, Self::Refused { status: 429, .. })
    }

    pub(crate) fn unreachable(cause: impl Into<Cause>) -> Self {
        Self::Unreachable { cause: cause.into(), source: None }
    }
}
