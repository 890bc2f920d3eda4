//! The agents of all nodes of a cluster: they run pods, and answer for their logs, shells and measurements.

pub mod agent;
mod files;
mod lifecycle;
pub mod logs;
mod port;
mod reading;
mod references;
mod serving;
mod shell;
mod terminal;
pub mod usage;

pub use serving::Agents;
