//! What previews say beyond a dry run: which pods it is about, and who sets the same.

use crate::caller::ForCaller;
use crate::change;
use crate::cluster::Cluster;
use crate::object::reference;
use crate::slug::built_in;
use kinds::Object;
use model::ResourceRef;
use resources_contract::{DocumentPreview, Restarts, Target};
use std::sync::Arc;

impl ForCaller {
    /// Names the pods that changes replace, as far as the caller may see them. Who may not is told how many they are.
    pub(crate) async fn name_pods(&self, previews: &mut [DocumentPreview]) {
        for preview in previews {
            let Some(restarts) = &mut preview.restarts else { continue };
            let Ok(cluster) = self.cluster(&preview.resource.cluster).await else { continue };
            let pods = self.pods_of(&cluster, &preview.resource).await.unwrap_or_default();
            let concerned = pods.iter().filter(|pod| change::concerns(restarts, pod));
            let names = concerned.filter_map(|pod| pod["metadata"]["name"].as_str());
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            names.sort();
            names.truncate(Restarts::MOST_NAMED);
            restarts.pods = names;
        }
    }

    /// Autoscalers that set the number of replicas of these objects too, as far as the caller may see them.
    pub(crate) async fn autoscalers_of(
        &self,
        cluster: &Arc<Cluster>,
        targets: &[Target],
    ) -> Vec<ResourceRef> {
        // A cluster that cannot say has none that anybody could look at.
        let Ok(store) = cluster.loaded(&built_in("horizontalpodautoscalers")).await else {
            return Vec::new();
        };
        let Some(scope) = self.glance(cluster, &store) else { return Vec::new() };
        let mut found = Vec::new();
        for target in targets {
            let Ok(served) = cluster.served(&target.resource.kind).await else { continue };
            let Some(namespace) = &target.resource.namespace else { continue };
            let state = store.read();
            let scales = |json: &[u8]| {
                Object::parse(json).is_ok_and(|autoscaler| {
                    autoscaler.text_at("/spec/scaleTargetRef/kind") == served.kind.kind
                        && autoscaler.text_at("/spec/scaleTargetRef/name") == target.resource.name.as_str()
                })
            };
            let rows = state.rows_in(namespace.as_str()).filter(|row| row.is_within(&scope));
            let scaling = rows.filter(|row| state.read(&row.uid, scales) == Some(true));
            found.extend(scaling.filter_map(|row| reference(cluster, &store, row)));
        }
        found
    }
}
