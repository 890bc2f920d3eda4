//! What can be asked for, as actions that need a right. Reading what was used needs the right to see it measured.

use access::{Command, Need, Place, Resource, Verb};
use model::ClusterName;

/// Setting the prices of a cluster.
pub fn set_prices(cluster: &ClusterName) -> Command {
    let prices = Resource::console("prices");
    Command::of("set prices", Need::to_all(Verb::Create, prices, cluster.clone(), Place::Cluster))
}
