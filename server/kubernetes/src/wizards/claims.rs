//! What a new claim begins with that is filled from another one, or from a snapshot.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::reads::ReadObject;
use crate::slug::built_in;
use model::quantity::thousandths;
use model::{ConsoleError, Namespace, ObjectName, ResourceRef};
use serde_json::Value;
use workloads_contract::ClaimSource;

const CLAIMS: &str = "persistentvolumeclaims";
const SNAPSHOTS: &str = "volumesnapshots.snapshot.storage.k8s.io";
/// Of a name that others are made from: what is put behind it must fit too.
const LONGEST_STEM: usize = 230;

impl ForCaller {
    /// What a new claim has of this claim or snapshot.
    pub(super) async fn read_claim_source(&self, source: &ResourceRef) -> Result<ClaimSource, ConsoleError> {
        let is_snapshot = match source.kind.as_str() {
            CLAIMS => false,
            SNAPSHOTS => true,
            _ => return Err(ConsoleError::invalid("source", "is neither a claim nor a snapshot")),
        };
        let cluster = self.cluster(&source.cluster).await?;
        let found = self.seen(&cluster, source).await?.ok_or_else(|| ConsoleError::not_found(source))?;
        let begun = if is_snapshot {
            of_snapshot(&found, self.claim_of(&cluster, source, &found).await?.as_ref())
        } else {
            of_claim(&found)
        };
        let first = is_snapshot.then(|| lost_name(source, &found));
        let name = self.free_name(&cluster, source, names(source, first)).await?;
        Ok(ClaimSource { name, ..begun })
    }

    /// An object with what only the cluster writes; `None` when there is none.
    async fn seen(&self, cluster: &Cluster, resource: &ResourceRef) -> Result<Option<Value>, ConsoleError> {
        let served = cluster.served(&resource.kind).await?;
        self.kubernetes.access().grant(&self.caller, ReadObject::new(&served, resource)).await?;
        let store = cluster.loaded(&resource.kind).await?;
        let state = store.read();
        let found = state.row_of(resource).and_then(|row| state.value(&row.uid));
        Ok(found)
    }

    /// The claim that a snapshot was taken of, if it is still there and the caller may see it.
    async fn claim_of(
        &self,
        cluster: &Cluster,
        source: &ResourceRef,
        snapshot: &Value,
    ) -> Result<Option<Value>, ConsoleError> {
        let Some(name) = claim_name(snapshot).and_then(|name| ObjectName::parse(name).ok()) else {
            return Ok(None);
        };
        let claim = ResourceRef { kind: built_in(CLAIMS), name, ..source.clone() };
        match self.seen(cluster, &claim).await {
            Err(ConsoleError::Forbidden { .. }) => Ok(None),
            other => other,
        }
    }

    /// The first of these names that no claim has; `None` where the caller may not know which there are.
    async fn free_name(
        &self,
        cluster: &Cluster,
        source: &ResourceRef,
        mut names: impl Iterator<Item = String> + Send,
    ) -> Result<Option<String>, ConsoleError> {
        let namespaces: Vec<Namespace> = source.namespace.iter().cloned().collect();
        let readable = match self.readable(cluster, &built_in(CLAIMS), &namespaces).await {
            Err(ConsoleError::Forbidden { .. }) => return Ok(None),
            other => other?,
        };
        let state = readable.store.read();
        let namespace = source.namespace.as_ref().map(Namespace::as_str);
        let free = names.find(|name| state.find(namespace, name).is_none());
        Ok(free)
    }
}

/// What a claim has, of which no volume is smaller than the claim.
fn of_claim(claim: &Value) -> ClaimSource {
    let spec = &claim["spec"];
    let sizes = [&spec["resources"]["requests"]["storage"], &claim["status"]["capacity"]["storage"]];
    let largest = sizes.into_iter().filter_map(Value::as_str).max_by_key(|size| thousandths(size));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let modes = spec["accessModes"].as_array().into_iter().flatten();
    ClaimSource {
        name: None,
        storage: largest.map(str::to_owned),
        storage_class: text(&spec["storageClassName"]),
        access_modes: modes.filter_map(text).collect(),
        volume_mode: text(&spec["volumeMode"]),
    }
}

/// What a snapshot needs, and otherwise what the claim has that it was taken of. A driver need not say a size; then it is
/// at most the claim's.
fn of_snapshot(snapshot: &Value, claim: Option<&Value>) -> ClaimSource {
    let mut begun = claim.map(of_claim).unwrap_or_default();
    if let Some(size) = snapshot["status"]["restoreSize"].as_str() {
        begun.storage = Some(size.to_owned());
    }
    begun
}

/// The claim that a snapshot was taken of; `None` for what was taken outside the cluster.
fn claim_name(snapshot: &Value) -> Option<&str> {
    snapshot["spec"]["source"]["persistentVolumeClaimName"].as_str()
}

/// What was lost, if it is gone: pods look for a claim by its name.
fn lost_name(source: &ResourceRef, snapshot: &Value) -> String {
    claim_name(snapshot).unwrap_or(source.name.as_str()).to_owned()
}

/// Names for a copy, or for something restored, in the order in which they are tried.
fn names(source: &ResourceRef, lost: Option<String>) -> impl Iterator<Item = String> + Send + use<> {
    let (of, ending) = match &lost {
        Some(lost) => (lost.as_str(), "restored"),
        None => (source.name.as_str(), "copy"),
    };
    let stem: String = of.chars().take(LONGEST_STEM).collect();
    let stem = format!("{}-{ending}", stem.trim_end_matches(['-', '.']));
    let first = stem.clone();
    lost.into_iter().chain([first]).chain((2_u32..).map(move |number| format!("{stem}-{number}")))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::{ClusterName, KindSlug};
    use serde_json::json;

    fn claim() -> Value {
        json!({
            "spec": {
                "accessModes": ["ReadWriteMany", "ReadOnlyMany"], "storageClassName": "fast", "volumeMode": "Block",
                "resources": {"requests": {"storage": "10G"}},
            },
            "status": {"capacity": {"storage": "12Gi"}},
        })
    }

    #[test]
    fn a_copy_is_as_large_as_the_volume_that_the_claim_got() {
        let begun = of_claim(&claim());

        let expected = ClaimSource {
            name: None,
            storage: Some("12Gi".into()),
            storage_class: Some("fast".into()),
            access_modes: vec!["ReadWriteMany".into(), "ReadOnlyMany".into()],
            volume_mode: Some("Block".into()),
        };
        assert_eq!(begun, expected);
        let waiting = json!({"spec": {"resources": {"requests": {"storage": "5Gi"}}}});
        assert_eq!(of_claim(&waiting).storage.as_deref(), Some("5Gi"), "no volume yet");
    }

    #[test]
    fn what_is_restored_has_the_size_of_the_snapshot_and_the_class_of_its_claim() {
        let ready = json!({"status": {"restoreSize": "8Gi"}});

        let begun = of_snapshot(&ready, Some(&claim()));
        assert_eq!((begun.storage.as_deref(), begun.storage_class.as_deref()), (Some("8Gi"), Some("fast")));
        assert_eq!(of_snapshot(&json!({}), Some(&claim())).storage.as_deref(), Some("12Gi"));
        let without_claim = of_snapshot(&ready, None);
        assert_eq!(without_claim.storage.as_deref(), Some("8Gi"));
        assert_eq!((without_claim.storage_class, without_claim.access_modes), (None, Vec::new()));
    }

    #[test]
    fn names_are_tried_until_one_is_free() {
        let source = |kind: &str, name: &str| ResourceRef {
            cluster: ClusterName::parse("harbour").unwrap(),
            kind: KindSlug::parse(kind).unwrap(),
            namespace: Some(Namespace::parse("shop").unwrap()),
            name: ObjectName::parse(name).unwrap(),
        };
        let first = |source: &ResourceRef, lost| names(source, lost).take(3).collect::<Vec<_>>();

        let (data, nightly) = (source(CLAIMS, "data-0"), source(SNAPSHOTS, "nightly"));
        assert_eq!(first(&data, None), ["data-0-copy", "data-0-copy-2", "data-0-copy-3"]);
        let of_claim = json!({"spec": {"source": {"persistentVolumeClaimName": "data-0"}}});
        let lost = lost_name(&nightly, &of_claim);
        assert_eq!(first(&nightly, Some(lost)), ["data-0", "data-0-restored", "data-0-restored-2"]);
        assert_eq!(lost_name(&nightly, &json!({})), "nightly");
        let long = source(CLAIMS, &format!("{}-a", "a".repeat(LONGEST_STEM - 1)));
        assert_eq!(first(&long, None)[0], format!("{}-copy", "a".repeat(LONGEST_STEM - 1)));
    }
}
