//! What a person may know about themselves.

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
}

impl Me {
    /// Whether a page that needs this permission of the platform is offered.
    pub fn may(&self, permission: &str) -> bool {
        self.may.contains(permission)
    }
}
