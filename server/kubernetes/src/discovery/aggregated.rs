//! What a server says of all its groups at once.

use super::{Discovery, Found};
use model::Outage;
use serde::Deserialize;

/// `APIGroupDiscoveryList` of version 2, else of the beta that older servers speak.
pub(super) const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
     application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

/// An `APIGroupDiscoveryList`.
#[derive(Deserialize)]
pub(super) struct Aggregated {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    items: Vec<GroupDiscovery>,
}

#[derive(Deserialize)]
struct GroupDiscovery {
    #[serde(default)]
    metadata: GroupMetadata,
    #[serde(default)]
    versions: Vec<VersionDiscovery>,
}

#[derive(Default, Deserialize)]
struct GroupMetadata {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct VersionDiscovery {
    version: String,
    #[serde(default)]
    resources: Vec<ResourceDiscovery>,
    #[serde(default)]
    freshness: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceDiscovery {
    resource: String,
    #[serde(default)]
    response_kind: Option<ResponseKind>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    short_names: Vec<String>,
    #[serde(default)]
    subresources: Vec<SubresourceDiscovery>,
}

#[derive(Deserialize)]
struct ResponseKind {
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
struct SubresourceDiscovery {
    subresource: String,
}

impl Aggregated {
    /// Whether the server has understood the question; an older one answers with a mere list of its groups.
    pub fn is_meant(&self) -> bool {
        self.kind == "APIGroupDiscoveryList"
    }

    /// Adds every resource of every group. A group whose extension does not answer is named as dead.
    pub fn add_to(self, discovery: &mut Discovery) {
        for group in self.items {
            group.add_to(discovery);
        }
    }
}

impl GroupDiscovery {
    fn add_to(self, discovery: &mut Discovery) {
        let name = self.metadata.name;
        for version in self.versions {
            if version.freshness == "Stale" {
                let dead = format!("{name}/{}", version.version);
                discovery.dead_groups.push((dead, Outage::Silent.into()));
            }
            for resource in version.resources {
                let Some(kind) = resource.response_kind else { continue };
                let found = Found {
                    kind: kind.kind,
                    plural: resource.resource,
                    namespaced: resource.scope == "Namespaced",
                    verbs: resource.verbs.into_iter().collect(),
                    short_names: resource.short_names,
                    subresources: resource.subresources.into_iter().map(|part| part.subresource).collect(),
                };
                discovery.add(&name, &version.version, found);
            }
        }
    }
}
