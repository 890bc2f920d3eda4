#![doc = include_str!("../README.md")]

mod objects;
mod policy;
mod rule;

pub use objects::Objects;
pub use policy::{Because, Namespaces, Policy};
pub use rule::{Request, Rule};

/// Somebody, as the API server knows who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The user's name; `system:serviceaccount:<namespace>:<name>` for accounts of the cluster itself.
    pub user: String,
    /// The groups they are in.
    pub groups: Vec<String>,
}

/// Whom a binding names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// A user.
    User(String),
    /// Everybody in a group.
    Group(String),
    /// An account of the cluster: its namespace and name.
    ServiceAccount(String, String),
}

/// The group whose members the API server asks nothing.
pub const MASTERS: &str = "system:masters";

#[cfg(test)]
mod tests;
