//! What the limit ranges of a namespace say.

use crate::caller::ForCaller;
use crate::connection::{As, Call};
use access::{Need, Place, Resource, Verb};
use model::{ClusterName, ConsoleError, Namespace};
use serde_json::Value;
use std::collections::BTreeSet;
use workloads_contract::{LimitLine, LimitOf};

/// Read what each container and each claim of a namespace may ask for.
#[derive(Clone, Debug)]
struct ReadLimits {
    cluster: ClusterName,
    namespace: Namespace,
}

impl access::Action for ReadLimits {
    const NAME: &'static str = "read limits";

    fn need(&self) -> Need {
        let ranges = Resource::new("", "limitranges");
        Need::to_all(Verb::List, ranges, self.cluster.clone(), Place::Namespace(self.namespace.clone()))
    }
}

impl ForCaller {
    /// What the limit ranges of a namespace say, read as the caller.
    pub(super) async fn read_limits(
        &self,
        cluster: ClusterName,
        namespace: Namespace,
    ) -> Result<Vec<LimitLine>, ConsoleError> {
        let connected = self.cluster(&cluster).await?;
        let path = format!("/api/v1/namespaces/{namespace}/limitranges?limit=100");
        let granted = self.kubernetes.access().grant(&self.caller, ReadLimits { cluster, namespace }).await?;
        let identity = granted.identity();
        let answer = connected.connection().call(As::Caller(&identity), &Call::get(path)).await;
        let list: Value = connected.connection().read_json(&answer.map_err(ConsoleError::from)?.body)?;
        Ok(lines(&list))
    }
}

/// A line for each resource of each limit.
fn lines(list: &Value) -> Vec<LimitLine> {
    let mut lines = Vec::new();
    for range in list["items"].as_array().into_iter().flatten() {
        let name = range["metadata"]["name"].as_str().unwrap_or_default();
        for limit in range["spec"]["limits"].as_array().into_iter().flatten() {
            let of = match limit["type"].as_str() {
                Some("Container") => LimitOf::Container,
                Some("Pod") => LimitOf::Pod,
                Some("PersistentVolumeClaim") => LimitOf::PersistentVolumeClaim,
                // Kinds of others limit what the console has no fields for.
                _ => continue,
            };
            let parts = ["defaultRequest", "default", "min", "max", "maxLimitRequestRatio"];
            let named = parts.iter().filter_map(|part| limit[*part].as_object());
            let resources: BTreeSet<&String> = named.flat_map(|amounts| amounts.keys()).collect();
            let line = |resource: &String| {
                let amount = |part: &str| limit[part][resource].as_str().map(str::to_owned);
                LimitLine {
                    range: name.to_owned(),
                    of,
                    resource: resource.clone(),
                    default_request: amount("defaultRequest"),
                    default_limit: amount("default"),
                    least: amount("min"),
                    most: amount("max"),
                    most_ratio: amount("maxLimitRequestRatio"),
                }
            };
            lines.extend(resources.into_iter().map(line));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_resource_of_every_limit_is_told() {
        let limits = json!([
            {"type": "Container", "default": {"cpu": "500m"}, "defaultRequest": {"cpu": "100m", "memory": "64Mi"},
             "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "4", "nvidia.com/gpu": "1"}},
            {"type": "openshift.io/Image", "max": {"storage": "1Gi"}},
            {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}},
        ]);
        let list = json!({"items": [{"metadata": {"name": "usual"}, "spec": {"limits": limits}}]});

        let found = lines(&list);

        let resources: Vec<_> = found.iter().map(|line| (line.of, line.resource.as_str())).collect();
        let (container, claim) = (LimitOf::Container, LimitOf::PersistentVolumeClaim);
        let of_containers = ["cpu", "memory", "nvidia.com/gpu"].map(|resource| (container, resource));
        assert_eq!(resources, [of_containers.as_slice(), &[(claim, "storage")]].concat());
        let text = |text: &str| Some(text.to_owned());
        let cpu = LimitLine {
            range: "usual".into(),
            of: container,
            resource: "cpu".into(),
            default_request: text("100m"),
            default_limit: text("500m"),
            least: None,
            most: text("2"),
            most_ratio: text("4"),
        };
        assert_eq!(found.first(), Some(&cpu));
    }
}
