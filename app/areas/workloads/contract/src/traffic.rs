//! Who may talk to pods, and to whom they may, by the network policies of a cluster.

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, ResourceRef};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server_fn::codec::Json;

/// Questions about what network policies let through, on behalf of one caller.
#[async_trait]
pub trait Traffic: Send + Sync {
    /// What may reach the pods of an object, and what they may reach: of a policy, of a workload, or of a pod.
    async fn traffic(&self, resource: ResourceRef) -> Result<TrafficView, ConsoleError>;
    /// What a policy that is being written would let through by itself.
    async fn traffic_of_draft(
        &self,
        cluster: ClusterName,
        policy: Value,
    ) -> Result<TrafficView, ConsoleError>;
}

/// What a policy that is being written would let through by itself, to and from the pods that are there now.
#[server(endpoint = "workloads/traffic-of-draft", input = Json)]
pub async fn read_traffic_of_draft(
    /// The cluster.
    cluster: ClusterName,
    /// The policy, as it would be sent.
    policy: Value,
) -> Result<TrafficView, ConsoleError> {
    model::port::<dyn Traffic>()?.traffic_of_draft(cluster, policy).await
}

/// What may reach the pods of an object, and what they may reach.
#[server(endpoint = "workloads/traffic", input = Json)]
pub async fn read_traffic(
    /// A network policy, a workload or a pod.
    resource: ResourceRef,
) -> Result<TrafficView, ConsoleError> {
    model::port::<dyn Traffic>()?.traffic(resource).await
}

/// What network policies let through (Kubernetes' `networking.k8s.io/v1`). Whether they are heeded is up to the cluster's
/// network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficView {
    /// How many pods it is about.
    pub pods: u32,
    /// The policies that say it.
    pub policies: Vec<ResourceRef>,
    /// What may reach them.
    pub incoming: Way,
    /// What they may reach.
    pub outgoing: Way,
}

/// One direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// No policy says anything about it: everything is let through.
    Open,
    /// Only this is let through; nothing, when it is empty.
    Only(Vec<TrafficRule>),
}

/// Something that is let through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficRule {
    /// The policy that says so.
    pub policy: ResourceRef,
    /// Who is at the other end.
    pub peer: Peer,
    /// Through which ports, such as `TCP 8080`, `UDP 30000–32767` or `TCP http`; none means through all.
    pub ports: Vec<String>,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Peer {
    /// Whoever.
    Anybody,
    /// Addresses.
    Addresses {
        /// The block, such as `10.0.0.0/8`.
        cidr: String,
        /// Blocks in it that are left out.
        except: Vec<String>,
    },
    /// Pods.
    Pods {
        /// Which, as `kubectl -l` writes it; empty for all.
        pods: String,
        /// Of which namespaces, written so; empty for all, none for that of the policy.
        namespaces: Option<String>,
        /// How many that are now, as far as the caller may see them.
        found: u32,
        /// In which namespaces, the first of them.
        places: Vec<String>,
        /// In how many more.
        more_places: u32,
    },
}

impl Peer {
    /// Namespaces that are named.
    pub const MOST_PLACES: usize = 5;
}
