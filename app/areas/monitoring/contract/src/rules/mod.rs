//! Rules that people write: objects of the cluster, not of the console.

mod form;
mod hold;
mod measure;
mod of_nodes;
mod of_projects;
mod of_workloads;
mod targets;
mod template;
mod view;

pub use form::{LookedAtRule, OWN_GROUP, OWN_OBJECT, RuleFields, RulePlan, RuleSource};
pub use hold::{HOLDS, hold_seconds};
pub use measure::{RuleComparison, RuleUnit};
pub use targets::RuleTargets;
pub use template::{RuleAbout, RuleTemplate};
pub use view::{
    Episode, FilledTemplate, KeptRule, OpenedRule, RuleBook, RuleGroup, RuleList, RuleObject, RulePast,
    RulePreview,
};

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// How bad it is when a rule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    /// Somebody must do something now.
    Critical,
    /// Somebody must do something soon.
    Warning,
    /// It is good to know.
    Info,
}

/// Which rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RulePlace {
    /// Where.
    pub cluster: ClusterName,
    /// In which project.
    pub namespace: String,
    /// In which object.
    pub object: String,
    /// In which group of it.
    pub group: String,
    /// Which of the group's rules, counted from 0 with those that are switched off.
    pub index: String,
}

/// Questions and commands about rules, on behalf of one caller.
#[async_trait]
pub trait Rules: Send + Sync {
    /// The rules that the caller may see.
    async fn rules(&self, cluster: ClusterName) -> Result<RuleBook, ConsoleError>;
    /// A rule, for who may change it.
    async fn read_rule(&self, place: RulePlace) -> Result<OpenedRule, ConsoleError>;
    /// What a rule would have done in the last day.
    async fn preview_rule(&self, fields: RuleFields) -> Result<RulePreview, ConsoleError>;
    /// Makes a rule, or changes one.
    async fn save_rule(&self, fields: RuleFields) -> Result<(), ConsoleError>;
    /// Removes a rule.
    async fn remove_rule(&self, rule: LookedAtRule) -> Result<(), ConsoleError>;
    /// Switches a rule off, so that nothing evaluates it, or on again, as it was.
    async fn switch_rule(&self, rule: LookedAtRule, on: bool) -> Result<(), ConsoleError>;
}

/// The rules of a cluster that the caller may see.
#[server(endpoint = "monitoring/rules", input = Json)]
pub async fn read_rules(
    /// Where.
    cluster: ClusterName,
) -> Result<RuleBook, ConsoleError> {
    model::port::<dyn Rules>()?.rules(cluster).await
}

/// A rule, for its form.
#[server(endpoint = "monitoring/rule", input = Json)]
pub async fn read_rule(
    /// Which.
    place: RulePlace,
) -> Result<OpenedRule, ConsoleError> {
    model::port::<dyn Rules>()?.read_rule(place).await
}

/// What a rule would have done in the last day.
#[server(endpoint = "monitoring/preview-rule", input = Json)]
pub async fn preview_rule(
    /// The fields of the form.
    fields: RuleFields,
) -> Result<RulePreview, ConsoleError> {
    model::port::<dyn Rules>()?.preview_rule(fields).await
}

/// Makes a rule, or changes one.
#[server(endpoint = "monitoring/save-rule")]
pub async fn save_rule(
    /// The fields of the form.
    fields: RuleFields,
) -> Result<(), ConsoleError> {
    let next = model::link::rules(&fields.cluster);
    model::port::<dyn Rules>()?.save_rule(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Removes a rule.
#[server(endpoint = "monitoring/remove-rule")]
pub async fn remove_rule(
    /// Which, as it was looked at.
    fields: LookedAtRule,
) -> Result<(), ConsoleError> {
    let next = model::link::rules(&fields.cluster);
    model::port::<dyn Rules>()?.remove_rule(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Switches a rule off, or on again.
#[server(endpoint = "monitoring/switch-rule")]
pub async fn switch_rule(
    /// Which, as it was looked at.
    fields: LookedAtRule,
    /// Whether it is to be evaluated from now on.
    on: bool,
) -> Result<(), ConsoleError> {
    let next = model::link::rules(&fields.cluster);
    model::port::<dyn Rules>()?.switch_rule(fields, on).await?;
    model::go_to(&next);
    Ok(())
}
