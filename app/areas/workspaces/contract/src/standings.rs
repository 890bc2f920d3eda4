//! How the projects of a workspace are at this moment, and what they use.

use leptos::prelude::*;
use model::{Cause, ClusterName, ConsoleError, Level, Namespace, Status, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// How the projects of a workspace are. What is not known is not there: nothing stands for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standings {
    /// Of the projects that the caller may see, by cluster and namespace.
    pub projects: Vec<ProjectStanding>,
    /// Clusters that do not say how their namespaces are, and why.
    pub silent: Vec<(ClusterName, Cause)>,
    /// Clusters whose measurements could not be read, and why. One that nothing measures is none of them.
    pub unmeasured: Vec<(ClusterName, Cause)>,
}

/// How a project is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectStanding {
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its namespace there.
    pub namespace: Namespace,
    /// What the cluster says of the namespace.
    pub status: Option<Status>,
    /// Its workloads, where the caller may see any.
    pub workloads: Option<WorkloadCount>,
    /// Cores.
    pub cpu: Use,
    /// Bytes of memory.
    pub memory: Use,
}

/// How many workloads there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkloadCount {
    /// That fail, or work in part.
    pub unwell: u64,
    /// In all.
    pub all: u64,
}

/// How much of something is used now, and how much may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Use {
    /// What was measured.
    pub measured: Option<f64>,
    /// What the project's quota allows: limits, or where only those are limited, requests.
    pub quota: Option<f64>,
}

/// By what projects can be put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StandingOrder {
    /// Who needs somebody first.
    #[default]
    State,
    /// By name.
    Name,
    /// Who uses most CPU.
    Cpu,
    /// Who uses most memory.
    Memory,
}

impl StandingOrder {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::State, Self::Name, Self::Cpu, Self::Memory];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Name => "name",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }

    /// The one of a word; who needs somebody first for any other.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|order| order.word() == word).unwrap_or_default()
    }
}

impl ProjectStanding {
    /// How soon somebody is needed: the smaller, the sooner.
    pub fn urgency(&self) -> u8 {
        let is_unwell = self.workloads.is_some_and(|count| count.unwell > 0);
        match self.status.as_ref().map(|status| status.level) {
            Some(Level::Failed) => 0,
            Some(Level::Warning) => 1,
            _ if is_unwell => 2,
            Some(Level::Progressing) => 3,
            None | Some(Level::Unknown) => 4,
            Some(Level::Healthy | Level::Finished | Level::Inactive) => 5,
        }
    }
}

/// How the projects of a workspace are at this moment, and what they use.
#[server(endpoint = "workspaces/standings", input = Json)]
pub async fn read_standings(
    /// The workspace.
    workspace: WorkspaceName,
) -> Result<Standings, ConsoleError> {
    model::port::<dyn crate::Workspaces>()?.standings(workspace).await
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn project(status: Option<Status>, unwell: Option<u64>) -> ProjectStanding {
        ProjectStanding {
            cluster: ClusterName::parse("harbour").unwrap(),
            namespace: Namespace::parse("shop").unwrap(),
            status,
            workloads: unwell.map(|unwell| WorkloadCount { unwell, all: 3 }),
            cpu: Use::default(),
            memory: Use::default(),
        }
    }

    #[test]
    fn who_needs_somebody_comes_before_who_is_well_and_before_who_is_not_known() {
        let active = || Some(Status::new(Level::Healthy, "Active"));
        let stuck = Some(Status::new(Level::Warning, "Terminating"));
        let going = Some(Status::new(Level::Progressing, "Terminating"));

        let order = [
            project(stuck, Some(0)),
            project(active(), Some(1)),
            project(going, Some(0)),
            project(None, None),
            project(active(), Some(0)),
        ];

        assert!(order.is_sorted_by(|before, after| before.urgency() < after.urgency()));
        assert_eq!(project(active(), None).urgency(), project(active(), Some(0)).urgency());
    }

    #[test]
    fn an_order_survives_its_word() {
        for order in StandingOrder::ALL {
            assert_eq!(StandingOrder::parse(order.word()), order);
        }
        assert_eq!(StandingOrder::parse("<script>"), StandingOrder::State);
    }
}
