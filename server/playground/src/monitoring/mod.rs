//! What Prometheus would measure in the cluster: every series is computed from the objects as they are now and from the
//! time it is asked for, so any range in the past has data at once.

pub mod facts;
mod families;
mod inventory;
mod load;
mod series;
mod source;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use families::{node_usage, pod_usage};
pub use inventory::{Inventory, KnownPods};
pub use source::behind_services;
