//! How fresh what a page shows is.

use model::Timestamp;

/// Whether what is shown follows what is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Liveness {
    /// Nothing is followed yet: the page is as the server rendered it, or scripts are off.
    #[default]
    Waiting,
    /// Every change arrives.
    Live,
    /// The stream broke and is being opened again; what is shown was true at this moment.
    Reconnecting(Timestamp),
    /// The tab was hidden, so nothing is followed; what is shown was true at this moment.
    Paused(Timestamp),
}

impl Liveness {
    /// The moment at which what is shown was last true, where that is over.
    pub(crate) fn last_true(self) -> Option<Timestamp> {
        match self {
            Self::Waiting | Self::Live => None,
            Self::Reconnecting(at) | Self::Paused(at) => Some(at),
        }
    }
}
