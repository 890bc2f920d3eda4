//! Ready-made rules: a catalogue of the console, and ordinary objects of the cluster once they are installed.

mod capacity;
mod certificates;
mod control_plane;
mod etcd;
mod form;
mod machines;
mod nodes;
mod remote;
mod rule;
mod storage;
mod view;
mod watching;
mod workloads;

pub use form::{BuiltInAct, BuiltInFields, BuiltInPlan};
pub use rule::{BuiltInGroup, BuiltInRule};
pub use view::{
    BuiltInBook, BuiltInGroupView, BuiltInKept, BuiltInList, BuiltInPreview, BuiltInRuleView, BuiltInStanding,
};

use crate::RulePreview;
use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use server_fn::codec::Json;

/// Questions and commands about ready-made rules, on behalf of one caller: they are about whole clusters, so only who may see
/// everything that is measured asks them.
#[async_trait]
pub trait BuiltInRules: Send + Sync {
    /// The catalogue beside what is installed of it.
    async fn built_in(&self, cluster: ClusterName) -> Result<BuiltInBook, ConsoleError>;
    /// What a rule of the catalogue, named by its key, would have done in the last day.
    async fn past_built_in(&self, cluster: ClusterName, rule: String) -> Result<RulePreview, ConsoleError>;
    /// What the form would do.
    async fn preview_built_in(&self, fields: BuiltInFields) -> Result<BuiltInPreview, ConsoleError>;
    /// Does it: all objects are tried out before the first is written.
    async fn save_built_in(&self, fields: BuiltInFields) -> Result<(), ConsoleError>;
}

/// The catalogue beside what is installed of it in a cluster.
#[server(endpoint = "monitoring/built-in", input = Json)]
pub async fn read_built_in(
    /// Where.
    cluster: ClusterName,
) -> Result<BuiltInBook, ConsoleError> {
    model::port::<dyn BuiltInRules>()?.built_in(cluster).await
}

/// What a rule of the catalogue would have done in the last day.
#[server(endpoint = "monitoring/past-built-in", input = Json)]
pub async fn past_built_in(
    /// Where.
    cluster: ClusterName,
    /// Which.
    rule: String,
) -> Result<RulePreview, ConsoleError> {
    model::port::<dyn BuiltInRules>()?.past_built_in(cluster, rule).await
}

/// What installing or removing groups would do.
#[server(endpoint = "monitoring/preview-built-in", input = Json)]
pub async fn preview_built_in(
    /// The fields of the form.
    fields: BuiltInFields,
) -> Result<BuiltInPreview, ConsoleError> {
    model::port::<dyn BuiltInRules>()?.preview_built_in(fields).await
}

/// Installs, updates or removes groups.
#[server(endpoint = "monitoring/save-built-in")]
pub async fn save_built_in(
    /// The fields of the form.
    fields: BuiltInFields,
) -> Result<(), ConsoleError> {
    let next = model::link::built_in_rules(&fields.cluster);
    model::port::<dyn BuiltInRules>()?.save_built_in(fields).await?;
    model::go_to(&next);
    Ok(())
}
