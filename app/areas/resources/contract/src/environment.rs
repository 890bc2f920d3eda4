//! The environment of containers, with what stands behind references.

use crate::ContainerRole;
use leptos::prelude::*;
use model::{ConsoleError, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The environment of every container of a pod, or of those that a template makes, as it would be for one that starts now.
/// Values of secrets are left out.
#[server(endpoint = "resources/environment", input = Json)]
pub async fn read_environment(
    /// The pod or workload.
    resource: ResourceRef,
) -> Result<Vec<ContainerEnvironment>, ConsoleError> {
    model::port::<dyn crate::Resources>()?.environment(resource).await
}

/// The environment of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerEnvironment {
    /// The container.
    pub container: String,
    /// What it is among those of its pod.
    pub role: ContainerRole,
    /// Its variables in the order in which they are set. Of two with one name only the later is there.
    pub variables: Vec<Variable>,
    /// Objects all of whose keys become variables, and which cannot be told: each with why.
    pub untold: Vec<(ResourceRef, VariableValue)>,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: VariableValue,
    /// The config map or secret that it comes from, and its key there.
    pub from: Option<(ResourceRef, String)>,
}

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableValue {
    /// This.
    Text(String),
    /// A value of a secret.
    Secret,
    /// Nothing, because what it refers to does not exist.
    Missing {
        /// The container starts without it; otherwise it does not start.
        is_optional: bool,
    },
    /// The reader may not see it.
    Unseen,
    /// What is known only where the pod runs, such as `status.podIP`.
    OfPod(String),
}
