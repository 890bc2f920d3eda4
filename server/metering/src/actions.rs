//! What can be asked for, as actions that need a right. Reading what was used needs the right to see it measured.

use access::{Action, Need, Place, Resource, Verb};
use model::ClusterName;

/// Setting the prices of a cluster.
#[derive(Clone, Debug)]
pub struct SetPrices {
    need: Need,
    detail: String,
}

impl SetPrices {
    /// Setting these, in words of the trail.
    pub fn of(cluster: &ClusterName, detail: impl Into<String>) -> Self {
        let need = Need::to_all(Verb::Create, Resource::console("prices"), cluster.clone(), Place::Cluster);
        Self { need, detail: detail.into() }
    }
}

impl Action for SetPrices {
    const NAME: &'static str = "set prices";

    fn need(&self) -> Need {
        self.need.clone()
    }

    fn detail(&self) -> Option<String> {
        Some(self.detail.clone())
    }
}
