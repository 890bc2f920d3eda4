//! What can be asked for, as actions that need a right.

use access::{Action, Need, Place, Resource, Verb};
use database::recordings::StoredRecording;
use model::{ClusterName, Namespace, ObjectName};
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
        let need = Need::to_all(Verb::Get, resource, begun.cluster.clone(), place);
        match ObjectName::parse(&begun.name) {
            Ok(name) => need.named(name),
            Err(_) => need,
        }
    }

    fn detail(&self) -> Option<String> {
        let begun = &self.0.begun;
        Some(format!("the terminal of {} in request {}, recording {}", begun.person, begun.request, begun.id))
    }
}

/// Saying whether terminals are recorded in a place.
#[derive(Clone, Debug)]
pub struct SetPolicy {
    pub cluster: ClusterName,
    /// The project; none for what is of the cluster.
    pub namespace: Option<Namespace>,
    pub detail: String,
}

impl Action for SetPolicy {
    const NAME: &'static str = "record terminals";

    fn need(&self) -> Need {
        let place = self.namespace.clone().map_or(Place::Cluster, Place::Namespace);
        let resource = Resource::console("recordings").part("policy");
        Need::to_all(Verb::Update, resource, self.cluster.clone(), place)
    }

    fn detail(&self) -> Option<String> {
        Some(self.detail.clone())
    }
}
