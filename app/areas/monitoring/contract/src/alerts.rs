//! What the cluster's own rules, and alerts on its lists, warn of.

use crate::{Acknowledged, Matcher, Measured, Missing, Notifying, OfList, UnknownList, Window};
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, Level, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What a cluster's rules and alerts on its lists warn of, at this moment. Missing where nothing measures it and no list
/// warns.
#[server(endpoint = "monitoring/alerts", input = Json)]
pub async fn read_alerts(
    /// Where.
    cluster: ClusterName,
) -> Result<Measured<Alerts>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.alerts(cluster).await
}

/// What fires in all clusters that the caller may see.
#[server(endpoint = "monitoring/firing", input = Json)]
pub async fn read_firing() -> Result<Vec<Firing>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.firing().await
}

/// What fired about an object, the newest first; nothing when its cluster is not measured, or the caller may not see what is
/// measured of it.
#[server(endpoint = "monitoring/past-alerts", input = Json)]
pub async fn read_past_alerts(
    /// Which.
    object: ResourceRef,
    /// How far back it is looked.
    back: LookedBack,
) -> Result<Option<Vec<PastAlert>>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.past_alerts(object, back).await
}

/// What fired in a cluster in a stretch of time, as far as the caller may see it. Missing where nothing measures it.
#[server(endpoint = "monitoring/fired", input = Json)]
pub async fn read_fired(
    /// Where.
    cluster: ClusterName,
    /// When.
    window: Window,
) -> Result<Measured<Fired>, ConsoleError> {
    model::port::<dyn crate::Monitoring>()?.fired(cluster, window).await
}

/// What fired in a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fired {
    /// The newest first, at most [`Fired::MOST`].
    pub alerts: Vec<PastAlert>,
    /// How many there are in all.
    pub total: u32,
    /// To how many seconds beginnings and ends are known.
    pub step: u32,
}

impl Fired {
    /// How many are told.
    pub const MOST: usize = 200;
}

/// How far back it is looked for what fired about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LookedBack {
    /// A day, closely.
    Day,
    /// A week: its last day closely, what was before at points that are further apart.
    Week,
}

/// A stretch of time in which an alert fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastAlert {
    /// The rule's name.
    pub name: String,
    /// How bad its rule says it is.
    pub level: Level,
    /// The rule's word for that; may be empty.
    pub severity: String,
    /// From when.
    pub from: Timestamp,
    /// To how many seconds that is known.
    pub from_step: u32,
    /// Whether it fired before that already: it was not looked further back.
    pub is_older: bool,
    /// Until when; `None` while it fires.
    pub until: Option<Timestamp>,
    /// To how many seconds that is known.
    pub until_step: u32,
    /// What it was about, when that is another object: a pod of a workload.
    pub about: Option<ResourceRef>,
}

impl PastAlert {
    /// The most that are told of an object.
    pub const MOST: usize = 100;
    /// What is known to so many seconds is known as well as alerts are evaluated.
    pub const NEAR: u32 = 60;
}

/// What fires in one cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// Where.
    pub cluster: ClusterName,
    /// Warnings and worse of which somebody is told, the most urgent first, at most [`Firing::MOST`].
    pub alerts: Vec<Alert>,
    /// How many there are in all.
    pub total: u32,
    /// Why it is not known what fires, if it is not.
    pub problem: Option<ConsoleError>,
}

impl Firing {
    /// How many alerts of a cluster are told.
    pub const MOST: usize = 10;
}

/// What rules and alerts on lists warn of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alerts {
    /// Alerts that fire or are about to, the most urgent first.
    pub alerts: Vec<Alert>,
    /// All rules with their state, for who may see everything; `None` for others, who see alerts of their projects.
    pub rules: Option<Vec<Rule>>,
    /// Who is told of them, and of which nobody.
    pub notifying: Notifying,
    /// Why there are none of rules among them, if that is so.
    #[serde(default)]
    pub unmeasured: Option<Unmeasured>,
    /// Alerts on lists of which nothing new is known, as far as the caller may see them.
    #[serde(default)]
    pub unknown_lists: Vec<UnknownList>,
}

/// Why nothing is told of a cluster's rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Unmeasured {
    /// Nothing measures it.
    Missing(Missing),
    /// What measures it failed.
    Failing(ConsoleError),
}

/// One alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The rule's name.
    pub name: String,
    /// How bad its rule says it is.
    pub level: Level,
    /// The rule's word for that, such as `critical`; may be empty.
    pub severity: String,
    /// Whether it fires; otherwise it waits whether it lasts.
    pub is_firing: bool,
    /// What is wrong, in a line; may be empty.
    pub summary: String,
    /// What is wrong, at length; may be empty.
    pub description: String,
    /// Where to read what to do; only addresses that browsers may follow.
    pub runbook: Option<String>,
    /// Its labels, without its name and severity.
    pub labels: Vec<(String, String)>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The object that its labels name, if they name one.
    pub resource: Option<ResourceRef>,
    /// The ids of the silences that keep people from being told of it.
    pub silenced_by: Vec<String>,
    /// Nobody is told of it because of a worse alert.
    pub is_inhibited: bool,
    /// Which alerts those are, with how bad they are, as far as the caller may see them: `NodeDown · critical`.
    #[serde(default)]
    pub inhibited_by: Vec<String>,
    /// Tells it from others of its cluster: a digest of its labels.
    #[serde(default)]
    pub fingerprint: String,
    /// Who looks after it, if somebody said so since it began.
    #[serde(default)]
    pub acknowledged: Option<Acknowledged>,
    /// Conditions that tell it, and its like in times to come, from others.
    pub matchers: Vec<Matcher>,
    /// Whether the caller may keep people from being told of it: silence it, or say that they look after it.
    pub may_silence: bool,
    /// The list that finds what it is about, if it is an alert on a list and not of a rule.
    #[serde(default)]
    pub list: Option<OfList>,
}

impl Alert {
    /// One that fires, and of which nothing else is known.
    pub fn firing(name: &str, level: Level, severity: &str, labels: Vec<(String, String)>) -> Self {
        Self {
            name: name.into(),
            level,
            severity: severity.into(),
            is_firing: true,
            summary: String::new(),
            description: String::new(),
            runbook: None,
            labels,
            since: None,
            resource: None,
            silenced_by: Vec::new(),
            is_inhibited: false,
            inhibited_by: Vec::new(),
            fingerprint: String::new(),
            acknowledged: None,
            matchers: Vec::new(),
            may_silence: false,
            list: None,
        }
    }
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The group it is evaluated with.
    pub group: String,
    /// Its name.
    pub name: String,
    /// In PromQL.
    pub query: String,
    /// The word for how bad it is; may be empty.
    pub severity: String,
    /// How long it must last until it fires, in seconds.
    pub holds_seconds: u32,
    /// How it is.
    pub state: RuleState,
}

/// How a rule is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleState {
    /// It cannot be evaluated, and why.
    Broken(String),
    /// So many alerts of it fire.
    Firing(u32),
    /// So many alerts of it wait whether they last.
    Pending(u32),
    /// All is well.
    Quiet,
}
