//! Roles and bindings, as the API returns them.

use serde_json::Value;

/// The objects that say who may do what in a cluster.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// `ClusterRole`s.
    pub cluster_roles: Vec<Value>,
    /// `Role`s of all namespaces.
    pub roles: Vec<Value>,
    /// `ClusterRoleBinding`s.
    pub cluster_role_bindings: Vec<Value>,
    /// `RoleBinding`s of all namespaces.
    pub role_bindings: Vec<Value>,
}
