#![doc = include_str!("../README.md")]

mod clock;
mod controllers;
mod generate;
mod images;
mod kubeconfig;
mod kubelet;
mod monitoring;
mod objects;
mod quantity;
mod records;
mod scheduler;
mod selector;
mod site;
mod snapshot;
mod start;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod world;

pub use generate::{Scale, churn, generate};
pub use snapshot::SnapshotError;
pub use start::{Options, Playground, PlaygroundError, start};
pub use world::{World, WorldError, worlds};
