//! What callers may ask to see, each with the right that it needs.

use crate::discovery::Served;
use access::{Action, Need, Place, Resource, Verb};
use model::{ClusterName, Namespace, ResourceRef};
use std::collections::BTreeSet;

/// Seeing all objects of a kind, or those of some namespaces.
#[derive(Clone, Debug)]
pub struct ReadTable {
    need: Need,
}

impl ReadTable {
    /// `namespaces` empty means all that the caller may see.
    pub fn new(cluster: &ClusterName, served: &Served, namespaces: &[Namespace]) -> Self {
        let place = if served.kind.namespaced {
            Place::Namespaces(namespaces.iter().cloned().collect::<BTreeSet<_>>())
        } else {
            Place::Cluster
        };
        Self { need: Need::to_all(Verb::List, resource(served), cluster.clone(), place) }
    }
}

impl Action for ReadTable {
    const NAME: &'static str = "read table";

    fn need(&self) -> Need {
        self.need.clone()
    }
}

/// Seeing one object. Secrets are seen without their values, so this is the right to list them.
#[derive(Clone, Debug)]
pub struct ReadObject {
    need: Need,
}

impl ReadObject {
    /// Seeing this object.
    pub fn new(served: &Served, object: &ResourceRef) -> Self {
        let is_secret = served.kind.source == kinds::Source::PrintedMetadata;
        let verb = if is_secret { Verb::List } else { Verb::Get };
        let mut need = Need::on(verb, resource(served), object);
        if is_secret {
            need.name = None;
        }
        Self { need }
    }
}

impl Action for ReadObject {
    const NAME: &'static str = "read object";

    fn need(&self) -> Need {
        self.need.clone()
    }
}

/// Seeing what the pods of a namespace use. The right is that of Kubernetes' own metrics API.
#[derive(Clone, Debug)]
pub(crate) struct ReadPodUse {
    need: Need,
}

impl ReadPodUse {
    /// In this namespace.
    pub fn new(cluster: &ClusterName, namespace: &Namespace) -> Self {
        let pods = Resource::new("metrics.k8s.io", "pods");
        Self { need: Need::to_all(Verb::List, pods, cluster.clone(), Place::Namespace(namespace.clone())) }
    }
}

impl Action for ReadPodUse {
    const NAME: &'static str = "read metrics";

    fn need(&self) -> Need {
        self.need.clone()
    }
}

/// Seeing that a cluster exists and how it is.
#[derive(Clone, Debug)]
pub struct ReadCluster(pub ClusterName);

impl Action for ReadCluster {
    const NAME: &'static str = "read cluster";

    fn need(&self) -> Need {
        Need::overview(self.0.clone())
    }
}

/// Seeing whatever of a cluster the caller may see: what pages that gather from many stores are made of. Its grant is
/// withdrawn when any part of the cluster is.
#[derive(Clone, Debug)]
pub(crate) struct ReadAround(pub ClusterName);

impl Action for ReadAround {
    const NAME: &'static str = "follow cluster";

    fn need(&self) -> Need {
        let everywhere = Place::Namespaces(BTreeSet::new());
        Need::to_all(Verb::List, Resource::console("objects"), self.0.clone(), everywhere)
    }
}

/// What a kind is called where rights are given.
pub(crate) fn resource(served: &Served) -> Resource {
    Resource::new(served.kind.group.to_string(), served.kind.plural.to_string())
}
