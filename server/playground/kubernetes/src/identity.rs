//! Who is asking.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A user as authentication or impersonation made it known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Identity {
    /// The user's name.
    pub user: String,
    /// The user's unchangeable id, where there is one.
    pub uid: String,
    /// The groups the user is in.
    pub groups: Vec<String>,
    /// Whatever else is known.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Identity {
    /// A user in some groups and in `system:authenticated`.
    pub fn new(user: &str, groups: &[&str]) -> Self {
        let mut groups: Vec<String> = groups.iter().map(|&group| group.to_owned()).collect();
        groups.push("system:authenticated".to_owned());
        Self { user: user.to_owned(), groups, ..Self::default() }
    }

    /// The one who may do everything.
    pub fn administrator() -> Self {
        Self::new("kubernetes-admin", &["system:masters"])
    }

    /// Somebody without credentials.
    pub(crate) fn anonymous() -> Self {
        Self {
            user: "system:anonymous".to_owned(),
            groups: vec!["system:unauthenticated".to_owned()],
            ..Self::default()
        }
    }

    /// The identity of a service account.
    pub(crate) fn service_account(namespace: &str, name: &str, uid: &str) -> Self {
        let namespace_group = format!("system:serviceaccounts:{namespace}");
        let mut identity = Self::new(
            &format!("system:serviceaccount:{namespace}:{name}"),
            &["system:serviceaccounts", &namespace_group],
        );
        uid.clone_into(&mut identity.uid);
        identity
    }

    /// As reviews write it.
    pub(crate) fn to_json(&self) -> Value {
        let mut info = json!({"username": self.user});
        if !self.uid.is_empty() {
            info["uid"] = json!(self.uid);
        }
        if !self.groups.is_empty() {
            info["groups"] = json!(self.groups);
        }
        if !self.extra.is_empty() {
            info["extra"] = json!(self.extra);
        }
        info
    }
}
