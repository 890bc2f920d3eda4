//! Claims that are filled from another claim, or from a snapshot: they begin with what that has.

use crate::{Draft, Form};
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server_fn::codec::Json;

/// The form of claims.
const CLAIMS: &str = "persistentvolumeclaims";

/// What a claim can be filled from, as its manifest and as addresses say it.
const SOURCES: [(&str, &str); 2] =
    [("PersistentVolumeClaim", CLAIMS), ("VolumeSnapshot", "volumesnapshots.snapshot.storage.k8s.io")];

/// What a new claim has of what it is filled from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimSource {
    /// A name that no claim there has; `None` where the caller may not know that.
    pub name: Option<String>,
    /// How much must fit in, as a quantity; `None` when nobody knows yet.
    pub storage: Option<String>,
    /// The storage class; the cluster's usual one when there is none.
    pub storage_class: Option<String>,
    /// Who may use it at the same time; none when that is not known any more.
    pub access_modes: Vec<String>,
    /// Files or blocks; files when it is not said.
    pub volume_mode: Option<String>,
}

/// What a new claim has of a claim or a snapshot that it is filled from.
#[server(endpoint = "workloads/claim-source", input = Json)]
pub async fn read_claim_source(
    /// The claim, or the snapshot.
    source: ResourceRef,
) -> Result<ClaimSource, ConsoleError> {
    model::port::<dyn crate::Wizards>()?.claim_source(source).await
}

impl Draft {
    /// What a new claim is filled from, as far as it says that by now; `None` of everything else.
    pub fn claim_source(&self, form: &Form, cluster: &ClusterName) -> Option<ResourceRef> {
        if form.slug != CLAIMS {
            return None;
        }
        let text = |path: &str| self.at(0, path).and_then(Value::as_str);
        let kind = text("spec/dataSource/kind")?;
        let (_, slug) = SOURCES.iter().find(|(known, _)| *known == kind)?;
        Some(ResourceRef {
            cluster: cluster.clone(),
            kind: KindSlug::parse(slug).ok()?,
            namespace: Some(Namespace::parse(text("metadata/namespace")?).ok()?),
            name: ObjectName::parse(text("spec/dataSource/name")?).ok()?,
        })
    }
}

impl ClaimSource {
    /// Begins a claim with it. What is not known is left open, and not what claims usually begin with.
    pub fn fill(&self, form: &Form, draft: &mut Draft) {
        let text = |text: &Option<String>| text.clone().map(Value::from);
        let modes = self.access_modes.iter().cloned().map(Value::from).collect::<Vec<_>>();
        let places = [
            ("metadata/name", Some(text(&self.name).unwrap_or_else(|| Value::from("")))),
            ("spec/resources/requests/storage", text(&self.storage)),
            ("spec/storageClassName", text(&self.storage_class)),
            ("spec/accessModes", (!modes.is_empty()).then_some(Value::Array(modes))),
            ("spec/volumeMode", text(&self.volume_mode)),
        ];
        for (place, value) in places {
            draft.set(form, 0, place, value);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::forms;
    use serde_json::json;

    fn copy_of(kind: &str) -> (&'static Form, Draft) {
        let form = forms::find(CLAIMS).unwrap();
        let mut draft = Draft::begin(form, "", "shop");
        draft.set(form, 0, "spec/dataSource/kind", Some(json!(kind)));
        draft.set(form, 0, "spec/dataSource/name", Some(json!("data-0")));
        (form, draft)
    }

    #[test]
    fn only_a_claim_that_names_a_claim_or_a_snapshot_has_a_source() {
        let cluster = ClusterName::parse("harbour").unwrap();
        let source = |(form, draft): (&Form, Draft)| {
            draft.claim_source(form, &cluster).map(|source| source.to_string())
        };
        let found = |kind: &str| source(copy_of(kind));
        let plain = forms::find(CLAIMS).unwrap();
        let other = forms::find("configmaps").unwrap();

        assert!(found("PersistentVolumeClaim").unwrap().contains("persistentvolumeclaims"));
        assert!(found("VolumeSnapshot").unwrap().contains("volumesnapshots.snapshot.storage.k8s.io"));
        assert_eq!(found("Bucket"), None);
        assert_eq!(source((plain, Draft::begin(plain, "data", "shop"))), None);
        assert_eq!(source((other, copy_of("PersistentVolumeClaim").1)), None);
    }

    #[test]
    fn a_copy_begins_with_what_its_source_has() {
        let (form, mut draft) = copy_of("PersistentVolumeClaim");
        let source = ClaimSource {
            name: Some("data-0-copy".into()),
            storage: Some("20Gi".into()),
            storage_class: Some("fast".into()),
            access_modes: vec!["ReadWriteMany".into(), "ReadOnlyMany".into()],
            volume_mode: Some("Block".into()),
        };

        source.fill(form, &mut draft);

        let expected = json!({
            "accessModes": ["ReadWriteMany", "ReadOnlyMany"], "resources": {"requests": {"storage": "20Gi"}},
            "storageClassName": "fast", "volumeMode": "Block",
            "dataSource": {"kind": "PersistentVolumeClaim", "name": "data-0"},
        });
        assert_eq!(draft.at(0, "spec"), Some(&expected));
        assert_eq!(draft.at(0, "metadata/name"), Some(&json!("data-0-copy")));
        assert_eq!(draft.faults(form), []);
    }

    #[test]
    fn what_nobody_knows_of_a_source_must_be_said() {
        let (form, mut draft) = copy_of("VolumeSnapshot");

        ClaimSource::default().fill(form, &mut draft);

        let places: Vec<String> = draft.faults(form).into_iter().map(|fault| fault.place).collect();
        let expected = ["metadata/name", "spec/resources/requests/storage", "spec/accessModes"];
        assert_eq!(places, expected.map(|path| format!("0/{path}")));
    }
}
