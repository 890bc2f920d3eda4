//! Pods as they are now, and where the API has them: what has to do with running programs asks the cluster itself.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::connection::{As, Call};
use crate::error::KubernetesError;
use access::Identity;
use model::{ConsoleError, Namespace, ObjectName, ResourceRef, link};
use serde_json::Value;

/// The path of a pod.
pub(crate) fn path(pod: &ResourceRef) -> String {
    path_in(pod.namespace.as_ref(), &pod.name)
}

/// The path of the pod of this name in a namespace.
pub(crate) fn path_in(namespace: Option<&Namespace>, name: &ObjectName) -> String {
    let name = link::escape(name.as_str());
    match namespace {
        Some(namespace) => format!("/api/v1/namespaces/{namespace}/pods/{name}"),
        None => format!("/api/v1/pods/{name}"),
    }
}

/// The pod as it is now.
pub(crate) async fn read(
    cluster: &Cluster,
    identity: &Identity,
    pod: &ResourceRef,
) -> Result<Value, KubernetesError> {
    let answer = cluster.connection().call(As::Caller(identity), &Call::get(path(pod))).await?;
    cluster.connection().read_json(&answer.body)
}

/// Whether one of a pod's own containers runs.
pub(crate) fn runs(pod: &Value, container: &str) -> bool {
    let statuses = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    let mut of_it = statuses.filter(|status| status["name"] == container);
    of_it.any(|status| status["state"].get("running").is_some())
}

impl ForCaller {
    /// The pod as it is now, in whichever cluster it is.
    pub(crate) async fn pod_of(&self, pod: &ResourceRef, identity: &Identity) -> Result<Value, ConsoleError> {
        let cluster = self.cluster(&pod.cluster).await?;
        Ok(read(&cluster, identity, pod).await?)
    }
}
