//! What pods use at this moment.

use leptos::prelude::*;
use model::{ConsoleError, ObjectName, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What the pods of a workload use, as the cluster's metrics API measured it some seconds ago. Pods of others in the same
/// namespace may be among them.
#[server(endpoint = "resources/pod-use", input = Json)]
pub async fn read_pod_use(
    /// The workload, or whatever else has pods.
    resource: ResourceRef,
) -> Result<PodUses, ConsoleError> {
    model::port::<dyn crate::Resources>()?.pod_use(resource).await
}

/// What pods use, where that can be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PodUses {
    /// So much each. Of pods that are not among them it is not known.
    Measured(Vec<PodUse>),
    /// The cluster has no metrics API.
    NotMeasured,
    /// The reader may not see it.
    Unseen,
}

/// What a pod uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PodUse {
    /// Its name.
    pub pod: ObjectName,
    /// Processors, where they were measured of all of its containers.
    pub cores: Option<f64>,
    /// Memory that is in use, likewise.
    pub bytes: Option<f64>,
}
