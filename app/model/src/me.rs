//! What a person may know about themselves.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The name they signed in with.
    pub name: String,
    /// The word of their role on the whole platform, such as `administrator`, or the id of one that people made.
    pub role: String,
    /// What people call that role, if they made it.
    pub role_title: Option<String>,
    /// What they may do on the platform, as words of permissions: which of its pages are offered. Nothing relies on it
    /// but what is shown.
    pub may: BTreeSet<String>,
    /// Who is looking in truth, if somebody else does what this person may.
    pub acting: Option<ActedBy>,
}

/// Somebody who does what another person may, to see what they see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActedBy {
    /// Their own name.
    pub name: String,
    /// Whether they may also change what is in clusters.
    pub may_change: bool,
    /// When it ends.
    pub until: Timestamp,
}

impl Me {
    /// Whether a page that needs this permission of the platform is offered.
    pub fn may(&self, permission: &str) -> bool {
        self.may.contains(permission)
    }
}
