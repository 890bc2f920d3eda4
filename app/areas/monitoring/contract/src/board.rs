//! Boards: charts that belong together.

use crate::{Aged, Measured, ShownAnnotation, Window};
use leptos::prelude::*;
use model::chart::{Chart, Frame};
use model::{ClusterName, ConsoleError, ResourceRef, Unit, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// A board: all its charts at once, however many there are.
#[server(endpoint = "monitoring/board", input = Json)]
pub async fn read_board(
    /// Which board, of what, when.
    request: BoardRequest,
) -> Result<Measured<BoardView>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.board(request).await
}

/// Which board, of what, when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BoardRequest {
    /// What is looked at.
    pub subject: Subject,
    /// Which of its boards.
    pub board: BoardId,
    /// Which stretch of time.
    pub window: Window,
    /// Draw also what was so many seconds earlier.
    pub compare: Option<u32>,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A cluster.
    Cluster(ClusterName),
    /// What a workspace has in a cluster.
    Workspace(ClusterName, WorkspaceName),
    /// One object.
    Object(ResourceRef),
}

impl Subject {
    /// The cluster it is in.
    pub fn cluster(&self) -> &ClusterName {
        match self {
            Self::Cluster(cluster) | Self::Workspace(cluster, _) => cluster,
            Self::Object(resource) => &resource.cluster,
        }
    }
}

/// The boards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BoardId {
    /// How full a cluster is.
    Usage,
    /// The machines of a cluster.
    Machines,
    /// API server, etcd, scheduler, controllers.
    ControlPlane,
    /// What runs in a cluster, by project.
    Applications,
    /// One node.
    Node,
    /// One namespace.
    Namespace,
    /// Deployments, stateful sets, daemon sets, jobs.
    Workload,
    /// One pod.
    Pod,
    /// One volume claim.
    Claim,
    /// One ingress.
    Ingress,
}

impl BoardId {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Usage,
        Self::Machines,
        Self::ControlPlane,
        Self::Applications,
        Self::Node,
        Self::Namespace,
        Self::Workload,
        Self::Pod,
        Self::Claim,
        Self::Ingress,
    ];
    /// Those of a cluster, in the order of its tabs.
    pub const OF_CLUSTER: [Self; 4] = [Self::Usage, Self::Machines, Self::ControlPlane, Self::Applications];

    /// Its word in addresses and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Machines => "machines",
            Self::ControlPlane => "control-plane",
            Self::Applications => "applications",
            Self::Node => "node",
            Self::Namespace => "namespace",
            Self::Workload => "workload",
            Self::Pod => "pod",
            Self::Claim => "claim",
            Self::Ingress => "ingress",
        }
    }

    /// The board of a cluster with this word.
    pub fn of_cluster(word: &str) -> Option<Self> {
        Self::OF_CLUSTER.into_iter().find(|board| board.word() == word)
    }

    /// The board of objects of a kind, if there is something to measure.
    pub fn of_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "nodes" => Self::Node,
            "namespaces" => Self::Namespace,
            "deployments" | "statefulsets" | "daemonsets" | "replicasets" | "jobs" | "cronjobs" => {
                Self::Workload
            }
            "pods" => Self::Pod,
            "persistentvolumeclaims" => Self::Claim,
            "ingresses" => Self::Ingress,
            _ => return None,
        })
    }
}

/// A board, answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardView {
    /// The points of time of all its charts.
    pub frame: Frame,
    /// Its charts, in order.
    pub panels: Vec<Panel>,
    /// What answered, for people: `monitoring/prometheus-k8s`.
    pub source: String,
    /// When what it is about was rolled out, without a name: of workloads and namespaces, for who may see that.
    #[serde(default)]
    pub rollouts: Option<ShownAnnotation>,
}

/// One chart of a board, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Which card it is: names its title.
    pub card: String,
    /// What its values count.
    pub unit: Unit,
    /// The queries as they were sent.
    pub queries: Vec<String>,
    /// What is to be shown.
    pub content: PanelContent,
    /// How old that is, where there is no newer answer.
    #[serde(default)]
    pub aged: Option<Aged>,
}

/// What a panel shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PanelContent {
    /// A chart.
    Chart(Box<Chart>),
    /// The monitoring has no such series for it at the moment.
    NoData,
    /// The monitoring does not measure it at all: none of these series exists.
    NotMeasured(Vec<String>),
    /// The question failed.
    Failed(ConsoleError),
}
