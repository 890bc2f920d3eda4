//! How much there is in a cluster: of what quotas leave, of its nodes, and of objects.

use super::LISTED;
use super::sums::Look;
use crate::object::reference;
use crate::slug::built_in;
use access::Scope;
use clusters_contract::{Capacity, QuotaUse};
use kinds::{Field, Object, quantity};
use model::{KindSlug, Level, ResourceRef, Unit};

/// A quota that is used to this share will soon be in somebody's way.
const NEARLY_USED: f64 = 0.9;

impl Look<'_> {
    pub(super) fn quotas(&self) -> Vec<QuotaUse> {
        let mut uses = Vec::new();
        self.each(&["resourcequotas"], |store, state, row| {
            let Some(quota) = reference(self.cluster, store, row) else { return };
            let read = state.read(&row.uid, |json| {
                Object::parse(json).map(|object| nearly_used(&object, &quota)).unwrap_or_default()
            });
            uses.extend(read.unwrap_or_default());
        });
        uses.sort_by(|a, b| b.share.total_cmp(&a.share));
        uses.truncate(LISTED);
        uses
    }

    pub(super) fn capacity(&self) -> Vec<Capacity> {
        let sees_all = |slug: &str| self.scope(slug) == Some(&Scope::All);
        // A sum over what one tenant sees would be read as the cluster's.
        if !sees_all("nodes") || !sees_all("pods") {
            return Vec::new();
        }
        let none = |resource: &str, unit| Capacity {
            resource: resource.into(),
            requested: 0.0,
            allocatable: 0.0,
            unit,
        };
        let (mut cpu, mut memory) = (none("cpu", Unit::Cores), none("memory", Unit::Bytes));
        let mut pods = none("pods", Unit::Count);
        self.each(&["nodes"], |_, state, row| {
            state.read(&row.uid, |json| {
                let Ok(node) = Object::parse(json) else { return };
                let amount = |path: &str| quantity(node.text_at(path)).unwrap_or_default();
                cpu.allocatable += amount("/status/allocatable/cpu");
                memory.allocatable += amount("/status/allocatable/memory");
                pods.allocatable += amount("/status/allocatable/pods");
            });
        });
        self.each(&["pods"], |store, state, row| {
            if state.level(row) == Some(Level::Finished) {
                return;
            }
            pods.requested += 1.0;
            for (spec, field) in store.served().kind.columns.iter().zip(&row.fields) {
                match (&*spec.id, field) {
                    ("cpu_requests", Field::Quantity(amount, _)) => cpu.requested += amount,
                    ("memory_requests", Field::Quantity(amount, _)) => memory.requested += amount,
                    _ => {}
                }
            }
        });
        vec![cpu, memory, pods]
    }

    pub(super) fn counts(&self) -> Vec<(KindSlug, String, u64)> {
        let mut counts = Vec::new();
        for slug in ["namespaces", "deployments", "statefulsets", "daemonsets", "jobs", "pods"] {
            let (Some(store), Some(scope)) = (self.cluster.running(slug), self.scope(slug)) else { continue };
            let state = store.read();
            let count = match scope {
                Scope::All => state.len(),
                Scope::Namespaces(names) => {
                    names.iter().map(|name| state.places_in(name.as_str()).len()).sum::<usize>()
                }
                Scope::NamespaceObjects(_) => state.rows().filter(|row| row.is_within(scope)).count(),
            };
            let kind = built_in(slug);
            counts.push((
                kind,
                store.served().kind.plural_title(self.eyes.language).into_owned(),
                count as u64,
            ));
        }
        counts
    }
}

fn nearly_used(object: &Object<'_>, quota: &ResourceRef) -> Vec<QuotaUse> {
    let uses = object.entries_at("/status/hard").iter().filter_map(|(resource, hard)| {
        let hard = hard.text()?;
        let used = object.at("/status/used")?.get(resource)?.text()?;
        let share = quantity(used)? / quantity(hard)?;
        (share.is_finite() && share >= NEARLY_USED).then(|| QuotaUse {
            quota: quota.clone(),
            resource: resource.to_string(),
            used: used.into(),
            hard: hard.into(),
            share,
        })
    });
    uses.collect()
}
