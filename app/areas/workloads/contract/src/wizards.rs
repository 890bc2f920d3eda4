//! What forms ask the server.

use crate::{ClaimSource, KindSchema, LimitLine, NextRuns, QuotaLine, Scalable};
use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, FieldProblem, KindSlug, Namespace, PodSecurityLevel, ResourceRef};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server_fn::codec::Json;

/// What forms need beside what any page may ask about objects.
#[async_trait]
pub trait Wizards: Send + Sync {
    /// The documents of a YAML text. Problems name their lines.
    async fn yaml(&self, text: String) -> Result<Vec<Value>, ConsoleError>;
    /// What a form of a kind is made from, where nobody wrote one.
    async fn kind_schema(&self, cluster: ClusterName, kind: KindSlug) -> Result<KindSchema, ConsoleError>;
    /// How much of a namespace's quotas is used.
    async fn quota(&self, cluster: ClusterName, namespace: Namespace) -> Result<Quota, ConsoleError>;
    /// What a namespace's limit ranges say, a line for each resource.
    async fn limits(
        &self,
        cluster: ClusterName,
        namespace: Namespace,
    ) -> Result<Vec<LimitLine>, ConsoleError>;
    /// The Pod Security level that a namespace says its pods must keep to, if it says one.
    async fn pod_security(
        &self,
        cluster: ClusterName,
        namespace: Namespace,
    ) -> Result<Option<PodSecurityLevel>, ConsoleError>;
    /// What a new claim has of a claim or a snapshot that it is filled from.
    async fn claim_source(&self, source: ResourceRef) -> Result<ClaimSource, ConsoleError>;
    /// The kinds of which the cluster says that they can be scaled, as far as the caller may see their objects.
    async fn scalable(&self, cluster: ClusterName) -> Result<Vec<Scalable>, ConsoleError>;
    /// What is wrong with a certificate and its key, field by field; nothing when they belong together.
    async fn pair(&self, certificate: String, key: String) -> Result<Vec<FieldProblem>, ConsoleError>;
    /// When a cron job of this time table would run next, by the clocks of a time zone; by UTC where none is named.
    async fn next_runs(&self, schedule: String, time_zone: String) -> Result<NextRuns, ConsoleError>;
}

/// What limits a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Every line of every quota.
    pub lines: Vec<QuotaLine>,
}

/// The documents of a YAML text.
#[server(endpoint = "workloads/yaml", input = Json)]
pub async fn read_yaml(
    /// The text.
    text: String,
) -> Result<Vec<Value>, ConsoleError> {
    model::port::<dyn Wizards>()?.yaml(text).await
}

/// What a form of a kind is made from, where nobody wrote one.
#[server(endpoint = "workloads/kind-schema", input = Json)]
pub async fn read_kind_schema(
    /// The cluster.
    cluster: ClusterName,
    /// The kind.
    kind: KindSlug,
) -> Result<KindSchema, ConsoleError> {
    model::port::<dyn Wizards>()?.kind_schema(cluster, kind).await
}

/// How much of a namespace's quotas is used.
#[server(endpoint = "workloads/quota", input = Json)]
pub async fn read_quota(
    /// The cluster.
    cluster: ClusterName,
    /// The namespace.
    namespace: Namespace,
) -> Result<Quota, ConsoleError> {
    model::port::<dyn Wizards>()?.quota(cluster, namespace).await
}

/// The Pod Security level that a namespace says its pods must keep to, if it says one.
#[server(endpoint = "workloads/pod-security", input = Json)]
pub async fn read_pod_security(
    /// The cluster.
    cluster: ClusterName,
    /// The namespace.
    namespace: Namespace,
) -> Result<Option<PodSecurityLevel>, ConsoleError> {
    model::port::<dyn Wizards>()?.pod_security(cluster, namespace).await
}

/// Whether a certificate and a key belong together.
#[server(endpoint = "workloads/pair", input = Json)]
pub async fn check_pair(
    /// The certificate, with those that vouch for it, as PEM.
    certificate: String,
    /// The key, as PEM.
    key: String,
) -> Result<Vec<FieldProblem>, ConsoleError> {
    model::port::<dyn Wizards>()?.pair(certificate, key).await
}
