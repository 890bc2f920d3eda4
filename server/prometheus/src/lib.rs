#![doc = include_str!("../README.md")]

mod acknowledge;
mod alertmanager;
mod alerts;
mod answer;
mod boards;
mod cache;
mod client;
mod conditions;
mod dashboards;
mod direct;
mod discovery;
mod error;
mod explore;
mod fenced;
mod found;
mod kept;
mod last_told;
mod layout;
mod listed;
mod lists;
mod metering;
mod past_alerts;
mod project_use;
mod promql;
mod ranking;
mod reads;
mod rollouts;
mod routing;
mod rules;
mod seen;
mod service;
mod silences;
mod soon;
mod sources;
mod subject;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
mod transport;
mod workspaces;

pub use acknowledge::fingerprint;
pub use alertmanager::DirectAlertmanager;
pub use client::Client;
pub use conditions::Conditions;
pub use dashboards::{marks_of, query_fault, variables_fault};
pub use direct::Direct;
pub use error::PrometheusError;
pub use metering::{Metered, MeteredBy, MeteredDay, User};
pub use project_use::{ProjectUse, ProjectUses};
pub use promql::{Forced, Query, Wanted};
pub use reads::ReadMetrics;
pub use service::{ForCaller, Prometheus, Ways};
pub use transport::{ThroughCluster, Transport};
pub use workspaces::{Workspaces, workspaces};
