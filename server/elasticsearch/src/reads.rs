//! What callers may ask to see, each with the right that it needs.

use access::{Action, Need, Place, Resource, Verb};
use model::{ClusterName, Namespace};
use records_contract::Of;
use std::collections::BTreeSet;

/// Seeing the past of a cluster. Lines need the right to read logs, events that to list events; who may see the console's
/// own audit trail of a place may see the cluster's.
#[derive(Clone, Debug)]
pub struct ReadRecords {
    need: Need,
    of: Of,
}

impl ReadRecords {
    /// In these namespaces, or in all that the caller may see when there are none. The grant's scope says which those are.
    pub fn new(of: Of, cluster: &ClusterName, namespaces: BTreeSet<Namespace>) -> Self {
        let (verb, resource) = match of {
            Of::Logs => (Verb::Get, Resource::new("", "pods").part("log")),
            Of::Events => (Verb::List, Resource::new("", "events")),
            Of::Audit => (Verb::List, Resource::console("audit")),
        };
        let need = Need::to_all(verb, resource, cluster.clone(), Place::Namespaces(namespaces));
        Self { need, of }
    }
}

impl Action for ReadRecords {
    const NAME: &'static str = "search records";

    fn need(&self) -> Need {
        self.need.clone()
    }

    fn name(&self) -> &'static str {
        match self.of {
            Of::Logs => "search logs",
            Of::Events => "search events",
            Of::Audit => "search the audit log",
        }
    }
}
