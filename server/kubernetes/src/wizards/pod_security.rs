//! Which Pod Security level the pods of a namespace must keep to.

use crate::caller::ForCaller;
use crate::slug::built_in;
use model::{ClusterName, ConsoleError, ENFORCE_LABEL, Namespace, PodSecurityLevel};

impl ForCaller {
    /// The level that a namespace says itself, as far as the caller may see it.
    pub(super) async fn read_pod_security(
        &self,
        cluster: &ClusterName,
        namespace: &Namespace,
    ) -> Result<Option<PodSecurityLevel>, ConsoleError> {
        let cluster = self.cluster(cluster).await?;
        let readable = self.readable(&cluster, &built_in("namespaces"), &[]).await?;
        let state = readable.store.read();
        let row = state.find(None, namespace.as_str()).filter(|row| row.is_within(readable.granted.scope()));
        Ok(row.and_then(|row| row.label(ENFORCE_LABEL)).and_then(PodSecurityLevel::parse))
    }
}
