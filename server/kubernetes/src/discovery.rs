//! What a cluster serves. One dead group never hides the others.

use crate::KubernetesError;
use crate::connection::{As, Call, Connection};
use kinds::{Discovered, Kind};
use model::{Namespace, ObjectName, link};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// `APIGroupDiscoveryList` of version 2, else of the beta that older servers speak.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
     application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

/// A kind that a cluster serves.
#[derive(Clone, Debug)]
pub struct Served {
    /// What the console knows of it.
    pub kind: Arc<Kind>,
    /// The version that is asked for: the one the columns are written for, if it is served, else the preferred one.
    pub version: String,
    /// Verbs that the API offers on it.
    pub verbs: BTreeSet<String>,
    /// Sub-resources, such as `scale`.
    pub subresources: BTreeSet<String>,
}

impl Served {
    /// `/apis/apps/v1`.
    pub fn root(&self) -> String {
        if self.kind.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.kind.group, self.version)
        }
    }

    /// The address of all its objects, or of those in one namespace.
    pub fn collection(&self, namespace: Option<&Namespace>) -> String {
        match namespace {
            Some(namespace) => format!("{}/namespaces/{namespace}/{}", self.root(), self.kind.plural),
            None => format!("{}/{}", self.root(), self.kind.plural),
        }
    }

    /// The address of one object.
    pub fn path(&self, namespace: Option<&Namespace>, name: &ObjectName) -> String {
        format!("{}/{}", self.collection(namespace), link::escape(name.as_str()))
    }

    /// `apps/v1`, as manifests say it.
    pub fn api_version(&self) -> String {
        if self.kind.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.kind.group, self.version)
        }
    }

    /// Whether the API offers this verb.
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.contains(verb)
    }

    /// Whether its objects can be followed.
    pub fn is_watchable(&self) -> bool {
        self.can("list") && self.can("watch")
    }
}

/// Everything that a cluster serves at one moment.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// By slug.
    pub kinds: BTreeMap<String, Arc<Served>>,
    /// Groups that do not answer, and why.
    pub dead_groups: Vec<(String, String)>,
}

impl Discovery {
    /// The kind with this slug.
    pub fn find(&self, slug: &str) -> Option<&Arc<Served>> {
        self.kinds.get(slug)
    }

    /// The kind that manifests call so.
    pub fn of_manifest(&self, group: &str, kind: &str) -> Option<&Arc<Served>> {
        self.kinds.values().find(|served| served.kind.group == group && served.kind.kind == kind)
    }
}

/// Asks the cluster what it serves, in two requests; a server without aggregated discovery is asked group by group.
pub async fn discover(connection: &Connection) -> Result<Discovery, KubernetesError> {
    let mut discovery = Discovery::default();
    for root in ["/api", "/apis"] {
        let answer = connection.call(As::Console, &Call::get(root.into()).accepting(AGGREGATED)).await?;
        match serde_json::from_slice::<GroupDiscoveryList>(&answer.body) {
            Ok(list) if list.kind == "APIGroupDiscoveryList" => {
                for group in list.items {
                    add_aggregated(&mut discovery, group);
                }
            }
            Ok(_) => ask_each_group(connection, root, &answer.body, &mut discovery).await?,
            Err(error) => return Err(unreadable(connection, &error)),
        }
    }
    Ok(discovery)
}

fn unreadable(connection: &Connection, error: &serde_json::Error) -> KubernetesError {
    KubernetesError::Unreadable { cluster: connection.cluster().into(), cause: error.to_string() }
}

#[derive(Deserialize)]
struct GroupDiscoveryList {
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

fn add_aggregated(discovery: &mut Discovery, group: GroupDiscovery) {
    let name = group.metadata.name;
    for version in group.versions {
        if version.freshness == "Stale" {
            discovery.dead_groups.push((format!("{name}/{}", version.version), "it does not answer".into()));
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
            add(discovery, &name, &version.version, found);
        }
    }
}

struct Found {
    kind: String,
    plural: String,
    namespaced: bool,
    verbs: BTreeSet<String>,
    short_names: Vec<String>,
    subresources: BTreeSet<String>,
}

/// Versions come with the preferred one first, so the first that is seen stays, unless a later one is the version that
/// the kind's columns are written for.
fn add(discovery: &mut Discovery, group: &str, version: &str, found: Found) {
    // Kinds that can only be created (reviews, bindings) have no pages.
    if !found.verbs.contains("list") {
        return;
    }
    let kind = kinds::of_resource(group, &found.plural).cloned().unwrap_or_else(|| {
        Arc::new(Kind::discovered(Discovered {
            group: group.into(),
            version: version.into(),
            kind: found.kind,
            plural: found.plural,
            namespaced: found.namespaced,
            short_names: found.short_names,
            columns: Vec::new(),
        }))
    });
    let slug = kind.slug.to_string();
    let is_known = discovery.kinds.contains_key(&slug);
    if is_known && kind.version != version {
        return;
    }
    let served =
        Served { version: version.into(), verbs: found.verbs, subresources: found.subresources, kind };
    discovery.kinds.insert(slug, Arc::new(served));
}

#[derive(Deserialize)]
struct GroupList {
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    name: String,
    versions: Vec<GroupVersion>,
    #[serde(default)]
    preferred_version: Option<GroupVersion>,
}

#[derive(Clone, Deserialize, PartialEq)]
struct GroupVersion {
    version: String,
}

#[derive(Deserialize)]
struct ResourceList {
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    name: String,
    #[serde(default)]
    namespaced: bool,
    kind: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    short_names: Vec<String>,
}

async fn ask_each_group(
    connection: &Connection,
    root: &str,
    body: &[u8],
    discovery: &mut Discovery,
) -> Result<(), KubernetesError> {
    let list: GroupList = serde_json::from_slice(body).map_err(|error| unreadable(connection, &error))?;
    let core = list.versions.into_iter().map(|version| (String::new(), version));
    let named = list.groups.into_iter().flat_map(|group| {
        let mut versions = group.versions;
        if let Some(preferred) = group.preferred_version {
            versions.sort_by_key(|version| *version != preferred);
        }
        versions.into_iter().map(move |version| (group.name.clone(), version.version))
    });
    for (group, version) in core.chain(named) {
        let path =
            if group.is_empty() { format!("{root}/{version}") } else { format!("{root}/{group}/{version}") };
        match connection.call(As::Console, &Call::get(path)).await {
            Ok(answer) => {
                let list: ResourceList =
                    serde_json::from_slice(&answer.body).map_err(|error| unreadable(connection, &error))?;
                add_listed(discovery, &group, &version, list.resources);
            }
            Err(error @ KubernetesError::Answered { .. }) => {
                discovery.dead_groups.push((format!("{group}/{version}"), error.to_string()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn add_listed(discovery: &mut Discovery, group: &str, version: &str, resources: Vec<Resource>) {
    let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for resource in &resources {
        if let Some((plural, part)) = resource.name.split_once('/') {
            parts.entry(plural.into()).or_default().insert(part.into());
        }
    }
    for resource in resources {
        if resource.name.contains('/') {
            continue;
        }
        let found = Found {
            subresources: parts.remove(&resource.name).unwrap_or_default(),
            kind: resource.kind,
            plural: resource.name,
            namespaced: resource.namespaced,
            verbs: resource.verbs.into_iter().collect(),
            short_names: resource.short_names,
        };
        add(discovery, group, version, found);
    }
}
