//! What a server says of each of its groups, where it does not say it of all at once.

use super::{Discovery, Found, GROUP_PATIENCE};
use crate::KubernetesError;
use crate::connection::{As, Call, Connection};
use futures::StreamExt;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::timeout;

/// So many groups are asked at the same time, where each must be asked by itself.
const GROUPS_AT_ONCE: usize = 8;

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

/// Asks for each version of each group by itself; one that gives no good answer is dead, and named.
pub(super) async fn ask_each_group(
    connection: &Connection,
    root: &str,
    body: &[u8],
    discovery: &mut Discovery,
) -> Result<(), KubernetesError> {
    let list: GroupList = connection.read_json(body)?;
    let core = list.versions.into_iter().map(|version| (String::new(), version));
    let named = list.groups.into_iter().flat_map(|group| {
        let mut versions = group.versions;
        if let Some(preferred) = group.preferred_version {
            versions.sort_by_key(|version| *version != preferred);
        }
        versions.into_iter().map(move |version| (group.name.clone(), version.version))
    });
    let ask = |(group, version): (String, String)| async move {
        let name = if group.is_empty() { version.clone() } else { format!("{group}/{version}") };
        let resources = ask_group(connection, format!("{root}/{name}")).await;
        (group, version, name, resources)
    };
    let mut answers = futures::stream::iter(core.chain(named)).map(ask).buffered(GROUPS_AT_ONCE);
    while let Some((group, version, name, resources)) = answers.next().await {
        match resources {
            Ok(resources) => add_listed(discovery, &group, &version, resources),
            Err(error) => discovery.dead_groups.push((name, error.cause())),
        }
    }
    Ok(())
}

async fn ask_group(connection: &Connection, path: String) -> Result<Vec<Resource>, KubernetesError> {
    let answer = timeout(GROUP_PATIENCE, connection.call(As::Console, &Call::get(path))).await;
    let answer = answer.map_err(|_| connection.late(GROUP_PATIENCE, false))??;
    let list: ResourceList = connection.read_json(&answer.body)?;
    Ok(list.resources)
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
        discovery.add(group, version, found);
    }
}
