//! On how many nodes a pod would find room, as things stand.

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server_fn::codec::Json;
use std::collections::BTreeMap;

/// On which nodes a pod could run at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// How many nodes the cluster has.
    pub nodes: u32,
    /// On how many of them the pod fits.
    pub fitting: u32,
    /// Why not on the others, and on how many for each reason; the most frequent first.
    pub obstacles: Vec<(Obstacle, u32)>,
}

/// The first thing that keeps a pod from a node, in the order in which the scheduler looks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// The node is cordoned.
    Cordoned,
    /// It has a taint that the pod does not tolerate.
    Taint {
        /// The taint, as kubectl writes it: `key=value:NoSchedule`.
        taint: String,
    },
    /// Its labels are not those that the pod asks for.
    Labels,
    /// Too little of this is left on it.
    Short {
        /// The resource, such as `cpu`.
        resource: String,
    },
    /// It runs as many pods as it may.
    Full,
}

/// What can be asked about the nodes of a cluster for a pod.
#[async_trait]
pub trait Placement: Send + Sync {
    /// On how many nodes a pod of this `spec` would fit. What it says about other pods is not counted.
    async fn fit(&self, cluster: ClusterName, spec: Value) -> Result<Fit, ConsoleError>;
    /// The labels that nodes have: each key with its values in their order, of many the first.
    async fn node_labels(&self, cluster: ClusterName) -> Result<BTreeMap<String, Vec<String>>, ConsoleError>;
    /// The names of the pools of addresses that Calico gives pods, as far as the caller may list them; none where there is no
    /// such kind.
    async fn address_pools(&self, cluster: ClusterName) -> Result<Vec<String>, ConsoleError>;
}

/// On how many nodes a pod would fit.
#[server(endpoint = "workloads/fit", input = Json)]
pub async fn read_fit(
    /// The cluster.
    cluster: ClusterName,
    /// The `spec` of the pod.
    spec: Value,
) -> Result<Fit, ConsoleError> {
    model::port::<dyn Placement>()?.fit(cluster, spec).await
}

/// The labels that nodes have, by which a pod can say where it may run.
#[server(endpoint = "workloads/node-labels", input = Json)]
pub async fn read_node_labels(
    /// The cluster.
    cluster: ClusterName,
) -> Result<BTreeMap<String, Vec<String>>, ConsoleError> {
    model::port::<dyn Placement>()?.node_labels(cluster).await
}

/// The pools of addresses among which a pod can choose.
#[server(endpoint = "workloads/address-pools", input = Json)]
pub async fn read_address_pools(
    /// The cluster.
    cluster: ClusterName,
) -> Result<Vec<String>, ConsoleError> {
    model::port::<dyn Placement>()?.address_pools(cluster).await
}
