//! Who uses most.

use crate::{Aged, Measured};
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, ResourceRef, Sort, Timestamp, Unit, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Who uses most, at this moment.
#[server(endpoint = "monitoring/ranking", input = Json)]
pub async fn read_ranking(
    /// What is ranked, and how.
    request: RankingRequest,
) -> Result<Measured<Ranking>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.ranking(request).await
}

/// What is ranked, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RankingRequest {
    /// Where.
    pub cluster: ClusterName,
    /// What.
    pub of: RankOf,
    /// Only those whose name or namespace contains this.
    pub search: String,
    /// Only what is in projects of this workspace; machines are in none.
    #[serde(default)]
    pub workspace: Option<WorkspaceName>,
    /// By which column; `None` is the first one, largest first.
    pub sort: Option<Sort>,
}

/// What can be ranked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RankOf {
    /// Machines.
    #[default]
    Nodes,
    /// Workspaces, with their projects in the cluster.
    Workspaces,
    /// Projects.
    Namespaces,
    /// Deployments and their like, by their pods.
    Workloads,
    /// Pods.
    Pods,
}

impl RankOf {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Nodes, Self::Workspaces, Self::Namespaces, Self::Workloads, Self::Pods];

    /// Its word in addresses and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Workspaces => "workspaces",
            Self::Namespaces => "namespaces",
            Self::Workloads => "workloads",
            Self::Pods => "pods",
        }
    }

    /// The one with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.word() == word)
    }
}

/// A ranking, answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// Its columns, in order.
    pub columns: Vec<RankColumn>,
    /// At most [`Ranking::MOST_ROWS`] rows, in order.
    pub rows: Vec<RankRow>,
    /// How many there are in all.
    pub total: u64,
    /// What all of a workspace's come to, for each column; nothing where shares cannot be added, and for other rankings.
    #[serde(default)]
    pub sums: Vec<Option<f64>>,
    /// Of when it is.
    pub at: Timestamp,
    /// How old it is, where there is no newer answer.
    #[serde(default)]
    pub aged: Option<Aged>,
}

impl Ranking {
    /// The most rows that are sent.
    pub const MOST_ROWS: usize = 500;
}

/// A column of a ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankColumn {
    /// Which one: names its title.
    pub id: String,
    /// What its values count.
    pub unit: Unit,
}

/// A row of a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankRow {
    /// What it is about, as words; empty for projects in no workspace.
    pub name: String,
    /// In which namespace.
    pub namespace: String,
    /// The object, where it can be gone to.
    pub resource: Option<ResourceRef>,
    /// A value for each column; `None` where nothing was measured.
    pub values: Vec<Option<f64>>,
}
