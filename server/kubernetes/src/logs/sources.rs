//! Which containers write the logs that are asked for.

use super::containers::{container_of_pod, containers};
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::error::KubernetesError;
use crate::pods;
use crate::slug::built_in;
use crate::store::Store;
use access::Identity;
use kinds::{Object, Relation, Selector};
use model::live::{ContainerChoice, LogSource};
use model::{ConsoleError, Namespace, ObjectName, ResourceRef};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// More logs than these are not read at once.
pub(super) const MOST_SOURCES: usize = 256;
/// What stands between a workload and its pods.
const BETWEEN: [&str; 2] = ["replicasets", "jobs"];
/// A cron job's job's pod is as deep as it goes.
const DEEPEST: usize = 3;

/// The logs that are asked for.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub namespace: Option<Namespace>,
    /// Those that are read.
    pub chosen: Vec<LogSource>,
    /// All pods and containers that could be chosen.
    pub pods: Vec<ObjectName>,
    pub containers: Vec<String>,
    /// Those beyond [`MOST_SOURCES`].
    pub left_out: u32,
}

/// What of an object is asked for.
pub(super) struct Wanted<'w> {
    pub of: &'w ResourceRef,
    pub pod: Option<&'w ObjectName>,
    pub containers: &'w ContainerChoice,
}

impl ForCaller {
    /// Finds out whose logs are meant. A container's name is only trusted when a pod has it.
    pub(super) async fn log_sources(
        &self,
        cluster: &Arc<Cluster>,
        identity: &Identity,
        wanted: &Wanted<'_>,
    ) -> Result<Sources, ConsoleError> {
        let pods = match wanted.of.kind.as_str() {
            "pods" => vec![pods::read(cluster, identity, wanted.of).await?],
            _ => self.pods_of(cluster, wanted.of).await?,
        };
        Ok(choose(&pods, wanted)?)
    }

    /// The pods that an object owns or selects, as far as the caller may see them.
    pub(crate) async fn pods_of(
        &self,
        cluster: &Arc<Cluster>,
        object: &ResourceRef,
    ) -> Result<Vec<Value>, ConsoleError> {
        let store = cluster.loaded(&object.kind).await?;
        let pods = cluster.loaded(&built_in("pods")).await?;
        let scope = self.glance(cluster, &pods).ok_or_else(|| ConsoleError::not_found(object))?;
        for slug in BETWEEN {
            // A cluster without jobs has no pods of jobs.
            let _ = cluster.loaded(&built_in(slug)).await;
        }
        let namespace = object.namespace.as_ref().map(Namespace::as_str);
        let row = store.read().row_of(object).cloned();
        let row = row.ok_or_else(|| ConsoleError::not_found(object))?;
        let mut uids = BTreeSet::new();
        owned(cluster, &pods, &row.uid, DEEPEST, &mut uids);
        selected(&store, &pods, &row.uid, namespace, &mut uids);
        let state = pods.read();
        let rows = uids.iter().filter_map(|uid| state.find_uid(uid));
        let seen = rows.filter(|row| row.is_within(&scope));
        Ok(seen.filter_map(|row| state.value(&row.uid)).collect())
    }
}

fn owned(cluster: &Cluster, pods: &Store, uid: &str, depth: usize, found: &mut BTreeSet<Box<str>>) {
    found.extend(pods.read().owned_by(uid).map(|row| row.uid.clone()));
    if depth == 0 {
        return;
    }
    for store in BETWEEN.iter().filter_map(|slug| cluster.running(slug)) {
        let below: Vec<Box<str>> = store.read().owned_by(uid).map(|row| row.uid.clone()).collect();
        below.iter().for_each(|uid| owned(cluster, pods, uid, depth - 1, found));
    }
}

/// Services and the like name their pods by labels.
fn selected(store: &Store, pods: &Store, uid: &str, namespace: Option<&str>, found: &mut BTreeSet<Box<str>>) {
    for relation in &store.served().kind.relations {
        let Relation::Selects { slug: "pods", path, form } = relation else { continue };
        let selector =
            store.read().read(uid, |json| Selector::read(Object::parse(json).ok()?.at(path)?, *form));
        let (Some(selector), Some(namespace)) = (selector.flatten(), namespace) else { continue };
        let state = pods.read();
        let picked = state.rows_in(namespace).filter(|row| selector.picks_labels(|key| row.label(key)));
        found.extend(picked.map(|row| row.uid.clone()));
    }
}

/// Of these pods, the containers that are wanted and have begun.
fn choose(pods: &[Value], wanted: &Wanted<'_>) -> Result<Sources, KubernetesError> {
    let mut sources = Sources::default();
    let is_one = wanted.of.kind.as_str() == "pods";
    for pod in pods {
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        let Ok(name) = ObjectName::parse(name) else { continue };
        let namespace = pod["metadata"]["namespace"].as_str().and_then(|text| Namespace::parse(text).ok());
        sources.namespace = sources.namespace.or(namespace);
        let all = containers(pod);
        sources.containers.extend(
            all.iter().filter(|name| !sources.containers.contains(name)).cloned().collect::<Vec<_>>(),
        );
        sources.pods.push(name.clone());
        if wanted.pod.is_some_and(|wanted| *wanted != name) {
            continue;
        }
        let of_pod = match wanted.containers {
            ContainerChoice::Usual if is_one => vec![container_of_pod(pod, None)?],
            ContainerChoice::Usual | ContainerChoice::All if is_one => all,
            ContainerChoice::Usual | ContainerChoice::All => {
                all.into_iter().filter(|container| has_begun(pod, container)).collect()
            }
            ContainerChoice::Named(name) if is_one => vec![container_of_pod(pod, Some(name))?],
            ContainerChoice::Named(name) => all.into_iter().filter(|container| container == name).collect(),
        };
        let source = |container| LogSource { pod: name.clone(), container };
        sources.chosen.extend(of_pod.into_iter().map(source));
    }
    sources.pods.sort();
    sources.chosen.sort();
    sources.left_out = u32::try_from(sources.chosen.len().saturating_sub(MOST_SOURCES)).unwrap_or(u32::MAX);
    sources.chosen.truncate(MOST_SOURCES);
    Ok(sources)
}

/// Whether there is anything to read: a container that waits for its image has no log yet.
fn has_begun(pod: &Value, container: &str) -> bool {
    let lists = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];
    let mut all = lists.iter().flat_map(|list| pod["status"][list].as_array().into_iter().flatten());
    all.find(|status| status["name"] == container).is_some_and(|status| {
        status["state"]["waiting"].is_null() || !status["lastState"]["terminated"].is_null()
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(name: &str, begun: bool) -> Value {
        let state =
            if begun { json!({"running": {}}) } else { json!({"waiting": {"reason": "ContainerCreating"}}) };
        json!({
            "metadata": {"namespace": "shop", "name": name},
            "spec": {"containers": [{"name": "web"}, {"name": "proxy"}]},
            "status": {"containerStatuses": [
                {"name": "web", "state": state},
                {"name": "proxy", "state": {"running": {}}},
            ]},
        })
    }

    fn chosen(kind: &str, pods: &[Value], choice: &ContainerChoice) -> Vec<String> {
        let of = ResourceRef {
            cluster: "harbour".parse().unwrap(),
            kind: kind.parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "web".parse().unwrap(),
        };
        let wanted = Wanted { of: &of, pod: None, containers: choice };
        let sources = choose(pods, &wanted).unwrap();
        sources.chosen.iter().map(|source| format!("{}/{}", source.pod, source.container)).collect()
    }

    #[test]
    fn of_a_pod_one_container_is_usual_and_of_a_workload_all_that_have_begun() {
        let pods = [pod("web-1", true), pod("web-0", false)];

        assert_eq!(chosen("pods", &pods[..1], &ContainerChoice::Usual), ["web-1/web"]);
        assert_eq!(chosen("pods", &pods[..1], &ContainerChoice::All), ["web-1/proxy", "web-1/web"]);
        let all = ["web-0/proxy", "web-1/proxy", "web-1/web"];
        assert_eq!(chosen("deployments", &pods, &ContainerChoice::Usual), all);
        let named = ContainerChoice::Named("proxy".into());
        assert_eq!(chosen("deployments", &pods, &named), ["web-0/proxy", "web-1/proxy"]);
    }
}
