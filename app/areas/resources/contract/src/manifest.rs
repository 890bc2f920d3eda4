//! Objects as YAML: reading, previewing a change, applying it.

use leptos::prelude::*;
use model::fault::EditFault;
use model::{
    ClusterName, ConsoleError, DocumentPreview, Fault, FieldProblem, KindSlug, Namespace, PreviewOutcome,
    ResourceRef,
};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The object as YAML, without what the server writes itself. Secret values are hidden unless `reveal`, which needs the
/// right to read them and is audited.
#[server(endpoint = "resources/manifest", input = Json)]
pub async fn read_manifest(
    /// Which object.
    resource: ResourceRef,
    /// Show secret values, which is audited.
    reveal: bool,
) -> Result<Manifest, ConsoleError> {
    model::port::<dyn crate::Resources>()?.manifest(resource, reveal).await
}

/// The JSON schema of a kind as JSON text, references resolved, for completion in the editor.
#[server(endpoint = "resources/schema", input = Json)]
pub async fn read_schema(
    /// The cluster.
    cluster: ClusterName,
    /// The kind.
    kind: KindSlug,
) -> Result<String, ConsoleError> {
    model::port::<dyn crate::Resources>()?.schema(cluster, kind).await
}

/// What the cluster would make of a change: a server-side dry run of every document. Changes nothing.
#[server(endpoint = "resources/preview", input = Json)]
pub async fn preview_manifest(
    /// The text and what it is based on.
    change: ManifestChange,
) -> Result<Vec<DocumentPreview>, ConsoleError> {
    model::port::<dyn crate::Resources>()?.preview(change).await
}

/// Makes the change. Nothing is sent unless the dry run of every document succeeds; a conflict that is not forced
/// changes nothing.
#[server(endpoint = "resources/apply", input = Json)]
pub async fn apply_manifest(
    /// The text and what it is based on.
    change: ManifestChange,
) -> Result<Vec<Applied>, ConsoleError> {
    model::port::<dyn crate::Resources>()?.apply(change).await
}

/// An object as YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The text.
    pub text: String,
    /// What a change of it is based on.
    pub base: Base,
    /// Whether values in it are hidden; such a text cannot be applied.
    pub hidden: bool,
}

/// The state of an object that a change starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Which object.
    pub resource: ResourceRef,
    /// Its identity.
    pub uid: String,
    /// Its version.
    pub resource_version: String,
}

/// A text to apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestChange {
    /// Where.
    pub cluster: ClusterName,
    /// Namespace for documents that name none.
    pub namespace: Option<Namespace>,
    /// One or more YAML documents.
    pub text: String,
    /// What is being edited; `None` creates or updates whatever the text names.
    pub base: Option<Base>,
    /// Take over fields that others own.
    pub force: bool,
}

/// A document that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Which object.
    pub resource: ResourceRef,
    /// What happened to it, or should have.
    pub outcome: PreviewOutcome,
    /// Why it failed, if it did although its dry run succeeded; documents after it were not sent.
    pub error: Option<ConsoleError>,
}

impl Applied {
    /// All of them, if it went well with all; otherwise which of them failed and why, and which were applied before.
    pub fn all_well(applied: Vec<Self>) -> Result<Vec<Self>, ConsoleError> {
        let failed = |one: &Self| Some((one.resource.to_string(), one.error.clone()?));
        let failed: Vec<_> = applied.iter().filter_map(failed).collect();
        if failed.is_empty() {
            return Ok(applied);
        }
        if let ([(_, error)], 1) = (failed.as_slice(), applied.len()) {
            return Err(error.clone());
        }
        // Who is refused because of others is shown what is there now.
        let is_conflict = failed.iter().any(|(_, error)| matches!(error, ConsoleError::Conflict { .. }));
        let problem =
            |(name, error): (String, ConsoleError)| FieldProblem::of(name, Fault::Came(Box::new(error)));
        let is_done = |one: &&Self| one.error.is_none() && one.outcome != PreviewOutcome::Unchanged;
        let done = applied.iter().filter(is_done);
        let done = done.map(|one| FieldProblem::of(one.resource.to_string(), EditFault::Applied));
        let problems = failed.into_iter().map(problem).chain(done).collect();
        Err(if is_conflict {
            ConsoleError::Conflict { problems }
        } else {
            ConsoleError::Invalid { problems }
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_failed_beside_others_is_named() {
        let applied = |name: &str, error: Option<ConsoleError>| {
            let (cluster, kind) = ("harbour".parse().unwrap(), "services".parse().unwrap());
            let (namespace, name) = (Some("shop".parse().unwrap()), name.parse().unwrap());
            let resource = ResourceRef { cluster, kind, namespace, name };
            Applied { resource, outcome: PreviewOutcome::Created, error }
        };
        let (well, failed) = (applied("web", None), applied("api", Some(ConsoleError::NotSignedIn)));

        assert_eq!(Applied::all_well(vec![well.clone()]), Ok(vec![well.clone()]));
        assert_eq!(Applied::all_well(vec![failed.clone()]), Err(ConsoleError::NotSignedIn));
        let same = Applied { outcome: PreviewOutcome::Unchanged, ..applied("old", None) };
        let came = Fault::Came(Box::new(ConsoleError::NotSignedIn));
        let problems = vec![
            FieldProblem::of(failed.resource.to_string(), came),
            FieldProblem::of(well.resource.to_string(), EditFault::Applied),
        ];
        let expected = ConsoleError::Invalid { problems };
        assert_eq!(Applied::all_well(vec![same, well.clone(), failed]), Err(expected));

        let moved = ConsoleError::Conflict { problems: vec![] };
        let answer = Applied::all_well(vec![well, applied("api", Some(moved))]);
        assert!(
            matches!(&answer, Err(ConsoleError::Conflict { problems }) if problems.len() == 2),
            "{answer:?}"
        );
    }
}
