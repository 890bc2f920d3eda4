//! What can be asked for, as actions that need a right.

use access::{Action, Command, Need, Place, Resource, Verb};
use database::recordings::StoredRecording;
use model::{ClusterName, Namespace};
use std::collections::BTreeSet;

/// The recordings of a cluster, or of one of its namespaces.
#[derive(Clone, Debug)]
pub struct ListRecordings {
    pub cluster: ClusterName,
    pub namespace: Option<Namespace>,
}

impl Action for ListRecordings {
    const NAME: &'static str = "list recordings";

    fn need(&self) -> Need {
        let namespaces: BTreeSet<Namespace> = self.namespace.iter().cloned().collect();
        let place = Place::Namespaces(namespaces);
        Need::to_all(Verb::List, Resource::console("recordings"), self.cluster.clone(), place)
    }
}

/// Seeing what a terminal showed.
#[derive(Clone, Debug)]
pub struct Replay(pub StoredRecording);

impl Action for Replay {
    const NAME: &'static str = "replay";

    fn need(&self) -> Need {
        let begun = &self.0.begun;
        let place = begun.namespace.clone().map_or(Place::Cluster, Place::Namespace);
        let resource = Resource::console("recordings").part("replay");
        Need::to_all(Verb::Get, resource, begun.cluster.clone(), place).of_object(Some(&begun.name))
    }

    fn detail(&self) -> Option<String> {
        let begun = &self.0.begun;
        Some(format!("the terminal of {} in request {}, recording {}", begun.person, begun.request, begun.id))
    }
}

/// Saying whether terminals are recorded in a project; without one, in what is of the cluster.
pub fn set_policy(cluster: &ClusterName, namespace: Option<&Namespace>) -> Command {
    let place = namespace.cloned().map_or(Place::Cluster, Place::Namespace);
    let resource = Resource::console("recordings").part("policy");
    Command::of("record terminals", Need::to_all(Verb::Update, resource, cluster.clone(), place))
}
