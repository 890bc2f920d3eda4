#![doc = include_str!("../README.md")]

mod components;

pub use components::{Component, ComponentState, FailedCheck, Part, read_components};
pub use resources_contract::Rollout;

use async_trait::async_trait;
use leptos::prelude::*;
use model::{Cause, ClusterName, ConsoleError, KindSlug, Level, Namespace, ResourceRef, Status, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Questions about whole clusters, on behalf of one caller.
#[async_trait]
pub trait Clusters: Send + Sync {
    /// All clusters that the caller may see.
    async fn fleet(&self) -> Result<Vec<ClusterSummary>, ConsoleError>;
    /// What needs somebody, in all clusters that the caller may see.
    async fn attention(&self) -> Result<Attention, ConsoleError>;
    /// One cluster at a glance.
    async fn overview(&self, cluster: ClusterName) -> Result<ClusterOverview, ConsoleError>;
    /// How the parts of a cluster's control plane are; nothing for who may not see its machines.
    async fn components(&self, cluster: ClusterName) -> Result<Vec<Component>, ConsoleError>;
    /// What can be gone to in a cluster.
    async fn navigation(&self, cluster: ClusterName) -> Result<Navigation, ConsoleError>;
}

/// All clusters that the caller may see. An unreachable one is in the answer, with the reason.
#[server(endpoint = "clusters/fleet", input = Json)]
pub async fn read_fleet() -> Result<Vec<ClusterSummary>, ConsoleError> {
    model::port::<dyn Clusters>()?.fleet().await
}

/// What needs somebody, in all clusters that the caller may see. What cannot be reached is told by [`read_fleet`].
#[server(endpoint = "clusters/attention", input = Json)]
pub async fn read_attention() -> Result<Attention, ConsoleError> {
    model::port::<dyn Clusters>()?.attention().await
}

/// One cluster at a glance. Also the value of [`model::live::Topic::Cluster`].
#[server(endpoint = "clusters/overview", input = Json)]
pub async fn read_overview(
    /// The cluster.
    cluster: ClusterName,
) -> Result<ClusterOverview, ConsoleError> {
    model::port::<dyn Clusters>()?.overview(cluster).await
}

/// What can be gone to in a cluster.
#[server(endpoint = "clusters/navigation", input = Json)]
pub async fn read_navigation(
    /// The cluster.
    cluster: ClusterName,
) -> Result<Navigation, ConsoleError> {
    model::port::<dyn Clusters>()?.navigation(cluster).await
}

/// A cluster in one card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterSummary {
    /// Its name.
    pub name: ClusterName,
    /// Version of its API server, if it ever answered.
    pub version: Option<String>,
    /// Why it cannot be reached, if it cannot.
    pub error: Option<ConsoleError>,
    /// Nodes at each level; empty when the caller may not list nodes.
    pub nodes: Vec<(Level, u64)>,
    /// Pods at each level that the caller may see.
    pub pods: Vec<(Level, u64)>,
    /// Workloads (`Deployment`, `StatefulSet`, `DaemonSet`, `Job`) at each level that the caller may see.
    pub workloads: Vec<(Level, u64)>,
}

impl ClusterSummary {
    /// How well it is: reachable, nodes ready, workloads well.
    pub fn level(&self) -> Level {
        if self.error.is_some() {
            Level::Failed
        } else if unwell(&self.nodes) > 0 || unwell(&self.workloads) > 0 {
            Level::Warning
        } else {
            Level::Healthy
        }
    }
}

/// How many of what is at these levels are unwell.
pub fn unwell(levels: &[(Level, u64)]) -> u64 {
    let bad = levels.iter().filter(|(level, _)| matches!(level, Level::Failed | Level::Warning));
    bad.map(|(_, count)| count).sum()
}

/// A cluster at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterOverview {
    /// The card.
    pub summary: ClusterSummary,
    /// Which state this is; a feed continues from here.
    pub revision: String,
    /// CPU, memory and pods: requested of allocatable; empty when the caller may not list nodes.
    pub capacity: Vec<Capacity>,
    /// What is unwell, worst first, at most 20.
    pub troubles: Vec<Trouble>,
    /// How many are unwell in all.
    pub troubles_total: u64,
    /// Warnings of the last hour, newest first, at most 20.
    pub warnings: Vec<Warning>,
    /// Quotas that are used to nine tenths or more.
    pub quotas: Vec<QuotaUse>,
    /// Objects of each counted kind: slug, title, number.
    pub counts: Vec<(KindSlug, String, u64)>,
    /// API groups that do not answer, and why.
    pub dead_groups: Vec<(String, Cause)>,
    /// The other cluster that answers under this name, for who may accept it.
    #[serde(default)]
    pub another: Option<AnotherCluster>,
}

/// Another cluster than the one that is meant answers under its name. Until it is accepted, what people hold does not count there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnotherCluster {
    /// By which uid of its namespace `kube-system` the name is known.
    pub known: String,
    /// Which uid answers.
    pub found: String,
    /// Since when, as the replica that was asked has found out.
    pub since: Timestamp,
}

/// The fields of the form that takes another cluster for the one that is meant by a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptFields {
    /// The name.
    pub cluster: ClusterName,
    /// The uid that was seen: no other one is accepted.
    #[serde(default)]
    pub found: String,
    /// What becomes of what the old one had: [`KEEP`] or [`REMOVE`].
    #[serde(default)]
    pub old: String,
    /// What was typed to confirm: the name.
    #[serde(default)]
    pub confirm: String,
}

/// Roles, projects and all else that the old cluster had count in the new one.
pub const KEEP: &str = "keep";
/// All of that is removed.
pub const REMOVE: &str = "remove";

/// Whoever says which cluster is meant by a name.
#[async_trait]
pub trait Acceptance: Send + Sync {
    /// Takes another cluster for the one that is meant.
    async fn accept(&self, fields: AcceptFields) -> Result<(), ConsoleError>;
}

/// Takes another cluster for the one that is meant by a name.
#[server(endpoint = "clusters/accept")]
pub async fn accept_cluster(
    /// The fields of the form.
    fields: AcceptFields,
) -> Result<(), ConsoleError> {
    let next = model::link::cluster(&fields.cluster);
    model::port::<dyn Acceptance>()?.accept(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// What needs somebody, wherever it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attention {
    /// What is unwell, worst first and newest first within that, at most 20.
    pub troubles: Vec<Trouble>,
    /// How many are unwell in all.
    pub troubles_total: u64,
    /// Quotas that are used to nine tenths or more, the fullest first, at most 20.
    pub quotas: Vec<QuotaUse>,
    /// What was rolled out in the last day, by whomever, the newest first, at most 20.
    pub rollouts: Vec<Rollout>,
    /// How much was rolled out in all.
    pub rollouts_total: u64,
}

/// How much of something is promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capacity {
    /// `cpu`, `memory` or `pods`.
    pub resource: String,
    /// Sum of requests of running and pending pods.
    pub requested: f64,
    /// Sum over all nodes.
    pub allocatable: f64,
    /// What both count.
    pub unit: model::Unit,
}

/// Something that is unwell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    /// Which object.
    pub resource: ResourceRef,
    /// Its kind in the reader's language.
    pub kind_title: String,
    /// How unwell.
    pub status: Status,
    /// When it was created.
    pub created: Option<Timestamp>,
}

/// A warning event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is about.
    pub about: Option<ResourceRef>,
    /// Such as `FailedScheduling`.
    pub reason: String,
    /// The sentence.
    pub message: String,
    /// How often.
    pub count: i64,
    /// When last.
    pub last_seen: Timestamp,
}

/// A quota that is nearly or fully used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuotaUse {
    /// The `ResourceQuota`.
    pub quota: ResourceRef,
    /// Such as `requests.cpu`.
    pub resource: String,
    /// Used, as Kubernetes writes it.
    pub used: String,
    /// The limit, as Kubernetes writes it.
    pub hard: String,
    /// Used of the limit, 1.0 is all.
    pub share: f64,
}

/// What can be gone to in a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Navigation {
    /// All clusters that the caller may see, for the switcher.
    pub clusters: Vec<ClusterName>,
    /// Namespaces that the caller may see.
    pub namespaces: Vec<Namespace>,
    /// Kinds by menu group, in order.
    pub groups: Vec<MenuGroup>,
    /// Why the list may be incomplete, if it may: the cluster or some of its API groups do not answer.
    pub problem: Option<ConsoleError>,
    /// Whether the caller may see who holds roles in the cluster as a whole.
    pub sees_members: bool,
    /// Whether the caller may replay terminals somewhere in the cluster, or say which are recorded.
    pub sees_recordings: bool,
}

/// A group of the navigation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MenuGroup {
    /// Stable word: `workloads`.
    pub id: String,
    /// In the reader's language.
    pub title: String,
    /// Its kinds.
    pub kinds: Vec<MenuKind>,
}

/// A kind in the navigation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MenuKind {
    /// The kind.
    pub slug: KindSlug,
    /// Plural, in the reader's language.
    pub title: String,
    /// Whether most people never look for it, so that it need not always show.
    #[serde(default)]
    pub rare: bool,
    /// Short names, for the palette: `po`, `deploy`.
    pub aliases: Vec<String>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether the cluster creates objects of it on request, and the caller may ask for that.
    pub creatable: bool,
    /// Whether the caller may keep alerts on lists of it, in some project at least.
    #[serde(default)]
    pub alertable: bool,
}
