//! What can be asked for, as actions that need a right. Reading what was used needs the right to see it measured.

use access::{Command, Need, Place, Resource, Verb};
use model::ClusterName;
use monitoring_contract::BudgetOf;

/// Setting the prices of a cluster.
pub fn set_prices(cluster: &ClusterName) -> Command {
    let prices = Resource::console("prices");
    Command::of("set prices", Need::to_all(Verb::Create, prices, cluster.clone(), Place::Cluster))
}

/// Setting the budget of something in a cluster. A workspace does not decide itself how much it may come to; of its projects
/// whoever manages it does.
pub fn set_budget(cluster: &ClusterName, of: &BudgetOf) -> Command {
    budget("set budget", Verb::Update, cluster, of)
}

/// Removing it.
pub fn remove_budget(cluster: &ClusterName, of: &BudgetOf) -> Command {
    budget("remove budget", Verb::Delete, cluster, of)
}

fn budget(name: &'static str, verb: Verb, cluster: &ClusterName, of: &BudgetOf) -> Command {
    let (place, object) = match of {
        BudgetOf::Cluster => (Place::Cluster, None),
        BudgetOf::Workspace(name) => (Place::Cluster, Some(name.as_str())),
        BudgetOf::Project(namespace) => (Place::Namespace(namespace.clone()), None),
    };
    let need = Need::to_all(verb, Resource::console("budgets"), cluster.clone(), place);
    Command::of(name, need.of_object(object))
}
