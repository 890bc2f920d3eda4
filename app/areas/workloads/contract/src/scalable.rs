//! Kinds whose objects can be told how many pods they run.

use leptos::prelude::*;
use model::{ClusterName, ConsoleError, KindSlug};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use server_fn::codec::Json;

/// A kind that can be scaled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scalable {
    /// The kind, as in addresses.
    pub slug: KindSlug,
    /// Its version, as in manifests: `apps/v1`.
    pub api_version: String,
    /// The kind, as in manifests.
    pub kind: String,
}

/// The kinds that can be scaled in every cluster: address, version, kind.
const EVERYWHERE: [(&str, &str, &str); 4] = [
    ("deployments", "apps/v1", "Deployment"),
    ("statefulsets", "apps/v1", "StatefulSet"),
    ("replicasets", "apps/v1", "ReplicaSet"),
    ("replicationcontrollers", "v1", "ReplicationController"),
];

/// The kinds that a cluster can scale, as far as the caller may see their objects.
#[server(endpoint = "workloads/scalable", input = Json)]
pub async fn read_scalable(
    /// The cluster.
    cluster: ClusterName,
) -> Result<Vec<Scalable>, ConsoleError> {
    model::port::<dyn crate::Wizards>()?.scalable(cluster).await
}

impl Scalable {
    /// Those of every cluster first, and then what else a cluster has, by their names.
    pub fn all(served: &[Self]) -> Vec<Self> {
        let everywhere = EVERYWHERE.iter().filter_map(|(slug, version, kind)| {
            let slug = KindSlug::parse(slug).ok()?;
            Some(Self { slug, api_version: (*version).to_owned(), kind: (*kind).to_owned() })
        });
        let mut all: Vec<Self> = everywhere.collect();
        let mut others: Vec<&Self> = served.iter().filter(|one| !one.is_everywhere()).collect();
        others.sort_by(|one, other| (&one.kind, &one.api_version).cmp(&(&other.kind, &other.api_version)));
        all.extend(others.into_iter().cloned());
        all
    }

    /// Whether every cluster has it.
    pub fn is_everywhere(&self) -> bool {
        EVERYWHERE.iter().any(|(slug, ..)| *slug == self.slug.as_str())
    }

    /// Whether a reference such as `scaleTargetRef` is to an object of this kind, in whichever version of its group.
    pub fn is_of(&self, reference: &Value) -> bool {
        let group = |version: &str| version.split_once('/').map_or("", |(group, _)| group).to_owned();
        let version = reference["apiVersion"].as_str().unwrap_or_default();
        reference["kind"] == self.kind && group(version) == group(&self.api_version)
    }

    /// Makes a reference one to an object of this kind.
    pub fn refer(&self, reference: &mut Value) {
        if !reference.is_object() {
            *reference = json!({});
        }
        reference["apiVersion"] = json!(self.api_version);
        reference["kind"] = json!(self.kind);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn kind(slug: &str, api_version: &str, kind: &str) -> Scalable {
        let slug = KindSlug::parse(slug).unwrap();
        Scalable { slug, api_version: api_version.into(), kind: kind.into() }
    }

    #[test]
    fn what_a_cluster_has_besides_follows_what_every_cluster_has() {
        let served = [
            kind("rollouts.argoproj.io", "argoproj.io/v1alpha1", "Rollout"),
            kind("deployments", "apps/v1", "Deployment"),
            kind("kilns.pots.example", "pots.example/v1", "Kiln"),
        ];

        let all: Vec<String> = Scalable::all(&served).into_iter().map(|one| one.kind).collect();

        let expected =
            ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Kiln", "Rollout"];
        assert_eq!(all, expected);
        assert_eq!(Scalable::all(&[]).len(), 4, "before the cluster has answered");
    }

    #[test]
    fn a_reference_says_the_version_of_its_kind_and_keeps_the_rest() {
        let rollout = kind("rollouts.argoproj.io", "argoproj.io/v1alpha1", "Rollout");
        let mut target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
        assert!(!rollout.is_of(&target));

        rollout.refer(&mut target);

        let expected = json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web"});
        assert_eq!(target, expected);
        assert!(rollout.is_of(&json!({"apiVersion": "argoproj.io/v1", "kind": "Rollout"})));
        let deployment = kind("deployments", "apps/v1", "Deployment");
        assert!(!deployment.is_of(&json!({"apiVersion": "extensions.example/v1", "kind": "Deployment"})));
    }
}
