//! The Kubernetes protocol, as Orrery and people with `kubectl` see it.

#![allow(clippy::unwrap_used)]

mod support;

mod access;
mod admission;
mod apply;
mod custom;
mod deletion;
mod discovery;
mod lists;
mod objects;
mod patches;
mod subresources;
mod tables;
mod watches;
