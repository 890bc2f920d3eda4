//! How much of a node its pods ask for.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::fit::taken_on;
use crate::slug::built_in;
use kinds::{Object, quantity};
use model::{ResourceRef, Unit};
use resources_contract::Requested;
use std::sync::Arc;

impl ForCaller {
    /// What the pods of a node ask for, of what it has to give; of other objects nothing. Only sums leave this function:
    /// whoever sees a node may know how full it is.
    pub(super) async fn requested(
        &self,
        cluster: &Arc<Cluster>,
        resource: &ResourceRef,
        object: &Object<'_>,
    ) -> Vec<Requested> {
        if resource.kind.as_str() != "nodes" {
            return Vec::new();
        }
        // The page's own list of pods says why they cannot be followed.
        let Ok(pods) = cluster.loaded(&built_in("pods")).await else { return Vec::new() };
        let taken = taken_on(&pods, resource.name.as_str());
        let of = |what: &str| quantity(object.text_at(&format!("/status/allocatable/{what}")));
        let all = [
            ("cpu", taken.cores, Unit::Cores),
            ("memory", taken.bytes, Unit::Bytes),
            ("pods", f64::from(taken.pods), Unit::Count),
        ];
        let requested = |(what, amount, unit): (&str, f64, Unit)| {
            Some(Requested { what: what.to_owned(), amount, of: of(what)?, unit })
        };
        all.into_iter().filter_map(requested).collect()
    }
}
