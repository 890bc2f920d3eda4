//! Helm, as people use it, on the playground and on a real cluster.

#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "the console's tests use the rest of it")]
mod program;
mod releases;
#[path = "../kubernetes/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "other suites use the rest of it")]
mod support;

// kube is built for one version of the types, which somebody has to choose.
use k8s_openapi as _;
