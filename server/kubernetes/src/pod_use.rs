//! What pods use at this moment, as the cluster's metrics API tells it.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::connection::{As, Call};
use crate::error::KubernetesError;
use crate::reads::{ReadObject, ReadPodUse};
use access::Identity;
use kinds::quantity;
use model::link::escape;
use model::{ConsoleError, Namespace, ObjectName, ResourceRef};
use resources_contract::{PodUse, PodUses};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct List {
    items: Vec<Measured>,
}

#[derive(Deserialize)]
struct Measured {
    metadata: Metadata,
    #[serde(default)]
    containers: Vec<Container>,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Deserialize)]
struct Container {
    #[serde(default)]
    usage: BTreeMap<String, String>,
}

impl ForCaller {
    /// What the pods of an object use. It is asked for again and again, so a right that is missing is an answer like others.
    pub(crate) async fn read_pod_use(&self, resource: ResourceRef) -> Result<PodUses, ConsoleError> {
        let Some(namespace) = resource.namespace.clone() else {
            return Err(ConsoleError::invalid("resource", "must be in a namespace"));
        };
        let (cluster, served) = self.served(&resource.cluster, &resource.kind).await?;
        let access = self.kubernetes.access();
        let sees_it = access.glance(&self.caller, ReadObject::new(&served, &resource)).is_some();
        let granted = access.glance(&self.caller, ReadPodUse::new(&resource.cluster, &namespace));
        let Some(granted) = granted.filter(|_| sees_it) else { return Ok(PodUses::Unseen) };
        let labels = {
            let store = cluster.loaded(&resource.kind).await?;
            let state = store.read();
            let object = state.row_of(&resource).and_then(|row| state.value(&row.uid));
            labels(&object.unwrap_or_default())
        };
        match measured(&cluster, &granted.identity(), &namespace, &labels).await {
            Ok(list) => Ok(PodUses::Measured(list.items.into_iter().filter_map(used).collect())),
            Err(error) if error.code() == Some(404) => Ok(PodUses::NotMeasured),
            Err(error) => Err(error.into()),
        }
    }
}

async fn measured(
    cluster: &Cluster,
    identity: &Identity,
    namespace: &Namespace,
    labels: &str,
) -> Result<List, KubernetesError> {
    let path =
        format!("/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods?labelSelector={}", escape(labels));
    let answer = cluster.connection().call(As::Caller(identity), &Call::get(path)).await?;
    cluster.connection().read_json(&answer.body)
}

/// Labels that the pods of an object have; where that is not known from it, or is only a part, those of others have them too.
fn labels(object: &Value) -> String {
    let selector = &object["spec"]["selector"];
    let pairs = selector.get("matchLabels").unwrap_or(selector).as_object();
    let pairs = pairs.into_iter().flatten().filter_map(|(key, value)| Some((key, value.as_str()?)));
    pairs.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

fn used(Measured { metadata, containers }: Measured) -> Option<PodUse> {
    let sum = |what: &str| {
        let amounts = containers.iter().map(|container| quantity(container.usage.get(what)?));
        // Of a pod that was just measured for the first time nothing is said yet.
        amounts.sum::<Option<f64>>().filter(|_| !containers.is_empty())
    };
    Some(PodUse { pod: ObjectName::parse(&metadata.name).ok()?, cores: sum("cpu"), bytes: sum("memory") })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(containers: &Value) -> (Option<f64>, Option<f64>) {
        let measured = json!({"metadata": {"name": "web-0"}, "containers": containers});
        let used = used(serde_json::from_value(measured).unwrap()).unwrap();
        (used.cores, used.bytes)
    }

    #[test]
    fn a_pod_uses_what_its_containers_use_together() {
        let container = |cpu: &str| json!({"name": "x", "usage": {"cpu": cpu, "memory": "1Ki"}});

        assert_eq!(of(&json!([container("2"), container("500m")])), (Some(2.5), Some(2048.0)));
    }

    #[test]
    fn what_was_not_measured_is_not_nothing() {
        let half = json!([{"name": "a", "usage": {"cpu": "1", "memory": "1Ki"}}, {"name": "b", "usage": {"cpu": "1"}}]);

        assert_eq!(of(&json!([])), (None, None));
        assert_eq!(of(&half), (Some(2.0), None));
    }

    #[test]
    fn pods_are_asked_for_by_the_labels_that_all_of_them_have() {
        let of = |selector: Value| labels(&json!({"spec": {"selector": selector}}));

        assert_eq!(of(json!({"matchLabels": {"app": "web", "tier": "front"}})), "app=web,tier=front");
        assert_eq!(of(json!({"app": "web"})), "app=web", "a service");
        let expressions = json!([{"key": "app", "operator": "Exists"}]);
        assert_eq!(of(json!({"matchExpressions": expressions})), "", "those of others too");
        assert_eq!(labels(&Value::Null), "");
    }
}
