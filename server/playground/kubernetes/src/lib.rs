#![doc = include_str!("../README.md")]

mod admission;
mod bootstrap;
mod certificates;
mod cluster;
mod collector;
mod conversion;
mod convert;
mod custom;
mod defaults;
mod events;
mod faults;
mod fields;
mod fit;
mod identity;
mod jsonpath;
mod kubelet;
mod managed;
mod object;
mod openapi;
mod paging;
mod protobuf;
mod quantity;
mod rbac;
mod registry;
mod rest;
mod schema;
mod selectors;
mod server;
mod snapshot;
mod status;
mod storage;
mod strategic;
mod structure;
#[cfg(test)]
mod tests;
mod tokens;
mod trail;
mod validation;
mod write;

pub use certificates::{WrongCertificate, server_certificate};
pub use cluster::{Cluster, ClusterSettings, DeleteOptions, Propagation, Subscription};
pub use faults::{Effect, FaultRule, Faults};
pub use identity::Identity;
pub use kubelet::{
    ContainerUsage, ExecExit, ExecIo, Kubelet, LogOptions, SilentKubelet, TerminalSize, Usage,
};
pub use object::Object;
pub use server::{Running, serve};
pub use snapshot::SnapshotError;
pub use status::{Cause, Status};
pub use storage::{Change, ChangeKind};
pub use trail::Asked;
