//! What previews say beyond a dry run: which pods it is about, and who sets the same.

use crate::caller::ForCaller;
use crate::change::{self, Weighed};
use crate::cluster::Cluster;
use crate::object::reference;
use crate::slug::built_in;
use kinds::Object;
use model::quantity::thousandths;
use model::{Namespace, ResourceRef};
use resources_contract::{DocumentPreview, QuotaAfter, Restarts, Target};
use std::collections::BTreeMap;
use std::sync::Arc;
use workloads_contract::{QuotaLine, Wizards};

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

    /// Says what becomes of the quotas that changes take more of, in their order. Who may not see quotas is told by the
    /// cluster what they refuse.
    pub(crate) async fn add_quotas(&self, previews: &mut [DocumentPreview], weighed: &[Option<Weighed>]) {
        let mut known: BTreeMap<Namespace, Vec<(QuotaLine, i128)>> = BTreeMap::new();
        for (preview, weighed) in previews.iter_mut().zip(weighed) {
            let (Some(weighed), Some(namespace)) = (weighed, preview.resource.namespace.clone()) else {
                continue;
            };
            let lines = match known.remove(&namespace) {
                Some(lines) => lines,
                None => {
                    let quota = self.quota(preview.resource.cluster.clone(), namespace.clone()).await;
                    let lines = quota.map(|quota| quota.lines).unwrap_or_default();
                    lines.into_iter().map(|line| (line, 0)).collect()
                }
            };
            let (told, lines) = with(lines, weighed);
            preview.quotas = told;
            known.insert(namespace, lines);
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

/// The lines of quotas of which an object takes more, and all lines with what is taken of them by then.
fn with(lines: Vec<(QuotaLine, i128)>, weighed: &Weighed) -> (Vec<QuotaAfter>, Vec<(QuotaLine, i128)>) {
    let mut told = Vec::new();
    let mut after = Vec::new();
    for (line, before) in lines {
        let takes = weighed.takes.get(&line.resource).copied();
        let takes = takes.filter(|_| line.is_about(weighed.form, &weighed.draft)).unwrap_or_default();
        let taken = before + takes;
        if takes > 0
            && let (Some(used), Some(hard)) = (thousandths(&line.used), thousandths(&line.hard))
        {
            told.push(QuotaAfter {
                quota: line.quota.clone(),
                resource: line.resource.clone(),
                used: whole(used),
                after: whole(used + taken),
                hard: whole(hard),
            });
        }
        after.push((line, taken));
    }
    (told, after)
}

/// More thousandths than fit are more than any cluster has.
fn whole(thousandths: i128) -> i64 {
    i64::try_from(thousandths).unwrap_or(i64::MAX)
}
