//! How an object came to be as it is, as far as its cluster remembers that.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::connection::{As, Call};
use crate::discovery::Served;
use crate::environment::{named_by_containers, pod_in};
use crate::error::KubernetesError;
use crate::reads::ReadObject;
use crate::slug::built_in;
use futures::future::join_all;
use kinds::Object;
use model::{ConsoleError, Namespace, ObjectName, ResourceRef, Timestamp};
use resources_contract::{History, Writing, WrittenPart};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most config maps and secrets of one object that are looked at.
const MOST_READ: usize = 20;
/// Nothing but metadata: who wrote is no reason to read what.
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// Where containers name what their environment is read from.
const ENVIRONMENT: [(&str, [&str; 2]); 2] = [
    ("configmaps", ["env/*/valueFrom/configMapKeyRef", "envFrom/*/configMapRef"]),
    ("secrets", ["env/*/valueFrom/secretKeyRef", "envFrom/*/secretRef"]),
];
/// Where volumes name what their files are made of.
const VOLUMES: [(&str, [&str; 2]); 2] = [
    ("configmaps", ["/spec/volumes/*/configMap/name", "/spec/volumes/*/projected/sources/*/configMap/name"]),
    ("secrets", ["/spec/volumes/*/secret/secretName", "/spec/volumes/*/projected/sources/*/secret/name"]),
];

#[derive(Deserialize)]
struct Head {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    managed_fields: Vec<Entry>,
}

/// Who wrote, as <https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management> describes it.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    manager: String,
    #[serde(default)]
    subresource: String,
    #[serde(default)]
    time: String,
}

impl ForCaller {
    /// Who wrote an object and what its pods read; and of a namespace, what was rolled out in it.
    pub(crate) async fn read_history(&self, resource: ResourceRef) -> Result<History, ConsoleError> {
        let cluster = self.cluster(&resource.cluster).await?;
        let served = cluster.served(&resource.kind).await?;
        self.kubernetes.access().grant(&self.caller, ReadObject::new(&served, &resource)).await?;
        let json = cluster.loaded(&resource.kind).await?.json_of(&resource)?;
        let object = Object::parse(&json).unwrap_or_default();
        let mut writings = writings(&cluster, &served, &resource).await?;
        let others = read_by_pods(&resource, &object).into_iter();
        let others = others.map(|other| self.writings_of_other(&cluster, other));
        writings.extend(join_all(others).await.into_iter().flatten());
        writings.sort_by_key(|writing| Reverse(writing.at));
        let rollouts = match resource.kind.as_str() {
            "namespaces" => {
                let namespace = Namespace::parse(resource.name.as_str());
                let namespace = namespace.map_err(|_| ConsoleError::not_found(&resource))?;
                self.rollouts_in(&cluster, &namespace, History::MOST_ROLLOUTS).await
            }
            _ => Vec::new(),
        };
        Ok(History { rollouts, writings })
    }

    /// Who wrote what an object reads: nothing of what the caller may not see, of what is not there, and of what does not
    /// answer, since nobody asked for it by its name.
    async fn writings_of_other(&self, cluster: &Arc<Cluster>, other: ResourceRef) -> Vec<Writing> {
        let Ok(served) = cluster.served(&other.kind).await else { return Vec::new() };
        if self.kubernetes.access().glance(&self.caller, ReadObject::new(&served, &other)).is_none() {
            return Vec::new();
        }
        match writings(cluster, &served, &other).await {
            Ok(found) => {
                found.into_iter().map(|writing| Writing { about: Some(other.clone()), ..writing }).collect()
            }
            Err(error) => {
                tracing::debug!(%error, object = %other, "Who wrote an object is not known");
                Vec::new()
            }
        }
    }
}

/// Who wrote an object, read as the console, like everything that stores hold: the caller may see that already.
async fn writings(
    cluster: &Cluster,
    served: &Served,
    resource: &ResourceRef,
) -> Result<Vec<Writing>, KubernetesError> {
    let path = served.path(resource.namespace.as_ref(), &resource.name);
    let call = Call::get(path).accepting(METADATA);
    let answer = cluster.connection().call(As::Console, &call).await?;
    Ok(told(cluster.connection().read_json::<Head>(&answer.body)?.metadata.managed_fields))
}

/// Who wrote what it is to be, or how many replicas: the last time of each. Whoever only reports how it is changes nothing.
fn told(entries: Vec<Entry>) -> Vec<Writing> {
    let mut last: BTreeMap<(String, WrittenPart), Timestamp> = BTreeMap::new();
    for Entry { manager, subresource, time } in entries {
        let part = match subresource.as_str() {
            "" => WrittenPart::Object,
            "scale" => WrittenPart::Scale,
            _ => continue,
        };
        let Some(at) = kinds::seconds(&time).map(Timestamp).filter(|_| !manager.is_empty()) else { continue };
        let known = last.entry((manager, part)).or_insert(at);
        *known = at.max(*known);
    }
    let writing = |((by, part), at)| Writing { at, by, part, about: None };
    last.into_iter().map(writing).collect()
}

/// The config maps and secrets that the pods of an object read, as variables and as files.
fn read_by_pods(resource: &ResourceRef, object: &Object<'_>) -> BTreeSet<ResourceRef> {
    let (Some(namespace), Some(pod)) = (&resource.namespace, pod_in(object)) else { return BTreeSet::new() };
    let mut names: BTreeSet<(&str, ObjectName)> = BTreeSet::new();
    for (kind, paths) in ENVIRONMENT {
        for path in paths {
            names.extend(named_by_containers(pod, path).into_iter().map(|name| (kind, name)));
        }
    }
    for (kind, paths) in VOLUMES {
        for path in paths {
            let found = pod.each(path).filter_map(Object::text);
            names.extend(found.filter_map(|name| Some((kind, ObjectName::parse(name).ok()?))));
        }
    }
    let reference = |(kind, name)| ResourceRef {
        cluster: resource.cluster.clone(),
        kind: built_in(kind),
        namespace: Some(namespace.clone()),
        name,
    };
    names.into_iter().take(MOST_READ).map(reference).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn deployment() -> ResourceRef {
        ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: built_in("deployments"),
            namespace: Some("shop".parse().unwrap()),
            name: "web".parse().unwrap(),
        }
    }

    #[test]
    fn everybody_who_wrote_is_told_once_and_who_only_reports_is_not() {
        let text = r#"{"metadata":{"managedFields":[
            {"manager":"kubectl","operation":"Apply","time":"2026-11-26T09:00:00Z"},
            {"manager":"kubectl","operation":"Update","time":"2026-11-26T09:05:00Z"},
            {"manager":"kube-controller-manager","operation":"Update","time":"2026-11-26T09:10:00Z","subresource":"status"},
            {"manager":"kube-controller-manager","operation":"Update","time":"2026-11-26T09:07:00Z","subresource":"scale"},
            {"manager":"before-first-apply","operation":"Update"}]}}"#;
        let head: Head = serde_json::from_str(text).unwrap();

        let told = told(head.metadata.managed_fields);

        let told: Vec<_> = told.iter().map(|one| (one.by.as_str(), one.part, one.at.0)).collect();
        let nine = 1_795_683_600;
        assert_eq!(
            told,
            [
                ("kube-controller-manager", WrittenPart::Scale, nine + 420),
                ("kubectl", WrittenPart::Object, nine + 300),
            ]
        );
        assert!(
            serde_json::from_str::<Head>(r#"{"metadata":{}}"#).unwrap().metadata.managed_fields.is_empty()
        );
    }

    #[test]
    fn what_pods_read_is_found_in_variables_and_volumes_of_whatever_makes_them() {
        let text = r#"{"spec":{"template":{"spec":{
            "containers":[{"name":"web","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"login","key":"a"}}}],
                "envFrom":[{"configMapRef":{"name":"settings"}}]}],
            "volumes":[{"name":"a","configMap":{"name":"settings"}},{"name":"b","secret":{"secretName":"keys"}},
                {"name":"c","projected":{"sources":[{"configMap":{"name":"roots"}},{"secret":{"name":"login"}}]}}]}}}}"#;
        let object = Object::parse(text.as_bytes()).unwrap();

        let found: Vec<String> =
            read_by_pods(&deployment(), &object).iter().map(ToString::to_string).collect();

        assert_eq!(
            found,
            ["configmaps/shop/roots", "configmaps/shop/settings", "secrets/shop/keys", "secrets/shop/login"]
        );
        assert!(read_by_pods(&deployment(), &Object::default()).is_empty());
    }
}
