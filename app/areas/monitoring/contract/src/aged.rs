//! What was answered last, where there is no newer answer.

use model::{Cause, Timestamp};
use serde::{Deserialize, Serialize};

/// Of when an answer is that is shown because there is no newer one, and why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aged {
    /// When it was given.
    pub at: Timestamp,
    /// Why nothing newer is known.
    #[serde(flatten)]
    pub cause: Cause,
}
