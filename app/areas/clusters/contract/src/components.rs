//! The parts of a control plane.

use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Level, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// How the parts of a cluster's control plane are; nothing for who may not read the leases
/// of the control plane.
#[server(endpoint = "clusters/components", input = Json)]
pub async fn read_components(
    /// The cluster.
    cluster: ClusterName,
) -> Result<Vec<Component>, ConsoleError> {
    model::port::<dyn crate::Clusters>()?.components(cluster).await
}

/// A part of a control plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Which one.
    pub part: Part,
    /// How it is.
    pub state: ComponentState,
}

/// The parts that can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// What everybody speaks to.
    ApiServer,
    /// Where objects are kept, as the API server finds it.
    Etcd,
    /// Finds nodes for pods.
    Scheduler,
    /// Does what objects ask for.
    ControllerManager,
    /// Does the same with a provider's machines.
    CloudControllerManager,
}

impl Part {
    /// Its word in texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::ApiServer => "api-server",
            Self::Etcd => "etcd",
            Self::Scheduler => "scheduler",
            Self::ControllerManager => "controller-manager",
            Self::CloudControllerManager => "cloud-controller-manager",
        }
    }
}

/// A check of a part that fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCheck {
    /// What the part calls it.
    pub name: String,
    /// Why, where the part says it.
    pub reason: Option<String>,
}

/// How a part is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComponentState {
    /// It says that it is ready.
    Ready,
    /// It says that it is not; these of its checks fail.
    NotReady(Vec<FailedCheck>),
    /// It says that it does not live, so that it is about to be started anew; these of its checks fail.
    NotAlive(Vec<FailedCheck>),
    /// One of its replicas does the work, and said so a moment ago.
    Leads {
        /// Which one.
        holder: String,
        /// When it said so last.
        at: Timestamp,
    },
    /// None of its replicas has said for long that it does the work.
    Silent {
        /// Which one did last.
        holder: String,
        /// When it said so last.
        at: Timestamp,
    },
    /// It cannot be asked, and why.
    Unknown(String),
}

impl ComponentState {
    /// Its word in texts.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady(_) => "not-ready",
            Self::NotAlive(_) => "not-alive",
            Self::Leads { .. } => "leads",
            Self::Silent { .. } => "silent",
            Self::Unknown(_) => "unknown",
        }
    }

    /// How bad that is.
    pub fn level(&self) -> Level {
        match self {
            Self::Ready | Self::Leads { .. } => Level::Healthy,
            Self::NotReady(_) | Self::NotAlive(_) | Self::Silent { .. } => Level::Failed,
            Self::Unknown(_) => Level::Unknown,
        }
    }
}
