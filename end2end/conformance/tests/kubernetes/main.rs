//! The Kubernetes protocol, as Orrery and people with `kubectl` see it.

#![allow(clippy::unwrap_used)]

mod support;

// kube is built for one version of the types, which somebody has to choose.
use k8s_openapi as _;

mod access;
mod admission;
mod apply;
mod conversion;
mod custom;
mod deletion;
mod discovery;
mod exec;
mod forms;
mod forward;
mod lists;
mod logs;
mod objects;
mod patches;
mod reviews;
mod services;
mod subresources;
mod tables;
mod watches;
