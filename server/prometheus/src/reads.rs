//! What callers may ask to see, each with the right that it needs.

use access::{Action, Need, Place, Resource, Verb};
use model::{ClusterName, Namespace};
use std::collections::BTreeSet;

/// Seeing measurements. The rights are those of Kubernetes' own metrics API, because they tell the same.
#[derive(Clone, Debug)]
pub struct ReadMetrics {
    need: Need,
}

impl ReadMetrics {
    /// Of a cluster's machines.
    pub fn of_nodes(cluster: &ClusterName) -> Self {
        Self::new("nodes", cluster, Place::Cluster)
    }

    /// Of everything in a cluster, the control plane too: what is more than the sum of some projects.
    pub fn of_everything(cluster: &ClusterName) -> Self {
        Self::new("pods", cluster, Place::Cluster)
    }

    /// Of what runs in the namespaces that the caller may see. The grant's scope says which those are.
    pub fn of_projects(cluster: &ClusterName) -> Self {
        Self::new("pods", cluster, Place::Namespaces(BTreeSet::new()))
    }

    /// Of what runs in a namespace.
    pub fn of_project(cluster: &ClusterName, namespace: &Namespace) -> Self {
        Self::new("pods", cluster, Place::Namespace(namespace.clone()))
    }

    /// Of what a dashboard shows: of its project, or of the projects that the caller may see where it is for the cluster.
    pub fn of_dashboard(cluster: &ClusterName, namespace: Option<&Namespace>) -> Self {
        match namespace {
            Some(namespace) => Self::of_project(cluster, namespace),
            None => Self::of_projects(cluster),
        }
    }

    fn new(plural: &str, cluster: &ClusterName, place: Place) -> Self {
        let resource = Resource::new("metrics.k8s.io", plural);
        Self { need: Need::to_all(Verb::List, resource, cluster.clone(), place) }
    }
}

impl Action for ReadMetrics {
    const NAME: &'static str = "read metrics";

    fn need(&self) -> Need {
        self.need.clone()
    }
}
