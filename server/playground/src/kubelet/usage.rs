//! What containers and nodes use now. The same functions make the series of the playground's Prometheus.

use playground_kubernetes::{ContainerUsage, Usage};
use serde_json::Value;

use crate::monitoring::{Inventory, node_usage, pod_usage};
use crate::site::Site;

/// What one container uses.
#[derive(Clone, Debug)]
pub struct Used {
    container: String,
    cores: f64,
    memory_bytes: f64,
}

impl Used {
    /// A container's use, in cores and bytes.
    pub fn new(container: &str, cores: f64, memory_bytes: f64) -> Self {
        Self { container: container.to_owned(), cores, memory_bytes }
    }

    /// Processor cores.
    pub fn cores(&self) -> f64 {
        self.cores
    }

    /// Memory in bytes.
    pub fn memory_bytes(&self) -> f64 {
        self.memory_bytes
    }

    /// The same, as the metrics API has it.
    pub fn measured(&self) -> ContainerUsage {
        ContainerUsage { container: self.container.clone(), usage: written(self.cores, self.memory_bytes) }
    }
}

/// An amount as the metrics API has it.
pub fn written(cores: f64, memory_bytes: f64) -> Usage {
    Usage { cpu_nanocores: (cores * 1e9) as u64, memory_bytes: memory_bytes as u64 }
}

/// What each running container of a pod uses.
pub fn of_pod(site: &Site, pod: &Value) -> Vec<Used> {
    pod_usage(&Inventory::of(site), pod, site.clock.now().as_millisecond())
}

/// What a node uses: its pods and some for itself.
pub fn of_node(site: &Site, node: &Value) -> Usage {
    node_usage(&Inventory::of(site), node, site.clock.now().as_millisecond())
}
