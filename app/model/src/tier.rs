//! Where a role counts.

use serde::{Deserialize, Serialize};

/// The levels at which people hold roles, the widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The console itself: accounts, workspaces, settings.
    Platform,
    /// One cluster with everything in it.
    Cluster,
    /// One workspace: its members, and every project in it.
    Workspace,
    /// One project: a namespace of a cluster.
    Project,
}

impl Tier {
    /// All of them, the widest first.
    pub const ALL: [Self; 4] = [Self::Platform, Self::Cluster, Self::Workspace, Self::Project];

    /// The stable word for databases, addresses and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Cluster => "cluster",
            Self::Workspace => "workspace",
            Self::Project => "project",
        }
    }

    /// The tier of a stable word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.word() == word)
    }
}
