//! What a text asks for: its documents, each with the kind that the cluster serves and the place where it belongs.

use crate::change::{text, yaml};
use crate::{Cluster, Discovery, KubernetesError, Served};
use model::fault::EditFault;
use model::{FieldProblem, KindSlug, Namespace, ObjectName, ResourceRef};
use resources_contract::{Base, ManifestChange};
use serde_json::Value;
use std::sync::Arc;

/// One document that is to be applied. Only [`edits`] makes these.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The kind, in the version that the document names.
    pub(crate) served: Arc<Served>,
    /// The object that the document is about.
    pub(crate) resource: ResourceRef,
    /// The object as written, without what only the server writes.
    pub(crate) object: Value,
    /// What is being edited, if the document was read from the cluster before.
    pub(crate) base: Option<Base>,
    /// Take over fields that others own.
    pub(crate) force: bool,
    /// There must not be such an object yet.
    pub(crate) is_new: bool,
}

impl Edit {
    /// The namespace that this document creates, if it is one.
    pub(crate) fn creates_namespace(&self) -> Option<&str> {
        let is_namespace = self.served.kind.group.is_empty() && self.served.kind.plural == "namespaces";
        is_namespace.then(|| self.resource.name.as_str())
    }
}

/// Reads what a change asks for. Nothing is sent but, perhaps, the question what the cluster serves.
pub async fn edits(cluster: &Cluster, change: &ManifestChange) -> Result<Vec<Edit>, KubernetesError> {
    let written = yaml::read(&change.text).map_err(|problems| KubernetesError::Invalid { problems })?;
    let mut discovery = cluster.discovery().await?;
    if !written.iter().all(|document| served(&discovery, &document.object).is_some()) {
        // Perhaps it was defined a moment ago.
        discovery = cluster.discovery_anew().await?;
    }
    let mut edits = Vec::new();
    let mut problems = Vec::new();
    for document in written {
        match edit(&discovery, change, document.object) {
            Ok(edit) => edits.push(edit),
            Err(problem) => problems.push(FieldProblem { line: Some(document.line), ..problem }),
        }
    }
    if let (Some(_), [_, _, ..]) = (&change.base, edits.as_slice()) {
        problems.push(FieldProblem::of("", EditFault::OneDocument));
    }
    if problems.is_empty() { Ok(edits) } else { Err(KubernetesError::Invalid { problems }) }
}

fn edit(discovery: &Discovery, change: &ManifestChange, mut object: Value) -> Result<Edit, FieldProblem> {
    let text = |path: &str| object.pointer(path).and_then(Value::as_str);
    let served = served(discovery, &object).ok_or_else(|| {
        let [version, kind] = ["/apiVersion", "/kind"].map(|path| text(path).unwrap_or_default().to_owned());
        FieldProblem::of("kind", EditFault::NotServed { kind, version, cluster: change.cluster.clone() })
    })?;
    let name = ObjectName::parse(text("/metadata/name").unwrap_or_default())
        .map_err(|error| FieldProblem::of("metadata.name", error.rule))?;
    let namespace = match text("/metadata/namespace").filter(|text| !text.is_empty()) {
        Some(text) => {
            Some(Namespace::parse(text).map_err(|error| FieldProblem::of("metadata.namespace", error.rule))?)
        }
        None => change.namespace.clone().filter(|_| served.kind.namespaced),
    };
    match (served.kind.namespaced, &namespace) {
        (true, None) => return Err(FieldProblem::of("metadata.namespace", EditFault::NoNamespace)),
        (false, Some(_)) => {
            return Err(FieldProblem::of("metadata.namespace", EditFault::Namespaced));
        }
        _ => {}
    }
    let slug = KindSlug::parse(&served.kind.slug).map_err(|error| FieldProblem::of("kind", error.rule))?;
    let resource = ResourceRef { cluster: change.cluster.clone(), kind: slug, namespace, name };
    if let Some(base) = &change.base {
        check_identity(base, &resource, text("/metadata/uid"))?;
    }
    if object["kind"] == "Secret"
        && let Some(field) = text::hidden_values(&object).first()
    {
        return Err(FieldProblem::of(field, EditFault::Hidden));
    }
    if object["kind"] == "Secret" && object["apiVersion"] == "v1" {
        text::keep_texts(&mut object);
    }
    strip(&mut object, &resource);
    Ok(Edit { served, resource, object, base: change.base.clone(), force: change.force, is_new: false })
}

/// The kind in the version that the document is written in: the API server converts between versions, the console does
/// not.
fn served(discovery: &Discovery, object: &Value) -> Option<Arc<Served>> {
    let api_version = object["apiVersion"].as_str()?;
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let kind = object["kind"].as_str()?;
    let found = discovery.of_manifest(group, kind)?;
    let is_name = version.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if found.version == version {
        Some(Arc::clone(found))
    } else if is_name && !version.is_empty() {
        Some(Arc::new(Served { version: version.into(), ..Served::clone(found) }))
    } else {
        None
    }
}

/// A text that was read as one object must not be applied to another.
fn check_identity(base: &Base, resource: &ResourceRef, uid: Option<&str>) -> Result<(), FieldProblem> {
    let was = &base.resource;
    let field = if was.cluster != resource.cluster || was.kind != resource.kind {
        "kind"
    } else if was.namespace != resource.namespace {
        "metadata.namespace"
    } else if was.name != resource.name {
        "metadata.name"
    } else if uid.is_some_and(|uid| uid != base.uid) {
        "metadata.uid"
    } else {
        return Ok(());
    };
    Err(FieldProblem::of(field, EditFault::Identity(was.to_string())))
}

/// Drops what only the server writes and says where the object belongs.
fn strip(object: &mut Value, resource: &ResourceRef) {
    text::drop_server_fields(object);
    if let Some(namespace) = &resource.namespace {
        object["metadata"]["namespace"] = namespace.as_str().into();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use model::ClusterName;

    fn discovery() -> Discovery {
        let served = |slug: &str| (slug.to_owned(), Arc::new(Served::built_in(slug)));
        Discovery {
            kinds: ["deployments", "secrets", "nodes"].into_iter().map(served).collect(),
            ..Discovery::default()
        }
    }

    fn read(text: &str, base: Option<Base>) -> Result<Edit, FieldProblem> {
        let change = ManifestChange {
            cluster: ClusterName::parse("harbour").unwrap(),
            namespace: Some(Namespace::parse("shop").unwrap()),
            text: text.into(),
            base,
            force: false,
        };
        edit(&discovery(), &change, yaml::read(text).unwrap().remove(0).object)
    }

    fn deployment(metadata: &str) -> String {
        format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{{metadata}}}\n")
    }

    fn base() -> Base {
        let edit = read(&deployment("name: web"), None).unwrap();
        Base { resource: edit.resource, uid: "u1".into(), resource_version: "7".into() }
    }

    #[test]
    fn a_document_without_a_namespace_goes_to_the_one_at_hand() {
        assert_eq!(read(&deployment("name: web"), None).unwrap().object["metadata"]["namespace"], "shop");
        let other = read(&deployment("name: web, namespace: other"), None).unwrap();
        assert_eq!(other.resource.namespace.unwrap().as_str(), "other");
    }

    #[test]
    fn what_only_the_server_writes_is_not_sent_back() {
        let edit = read(&deployment("name: web, uid: x, resourceVersion: '3', generation: 4"), None).unwrap();

        assert_eq!(edit.object["metadata"], serde_json::json!({"name": "web", "namespace": "shop"}));
    }

    #[test]
    fn names_that_lead_elsewhere_stop_at_the_field() {
        for (metadata, field) in [
            ("name: ../../secrets/db?x=", "metadata.name"),
            ("name: web, namespace: ../other", "metadata.namespace"),
        ] {
            assert_eq!(read(&deployment(metadata), None).unwrap_err().field, field);
        }
        let text = "apiVersion: apps/../v1\nkind: Deployment\nmetadata: {name: web}\n";
        assert_eq!(read(text, None).unwrap_err().field, "kind");
    }

    #[test]
    fn the_text_of_one_object_is_not_applied_to_another() {
        for (metadata, field) in [
            ("name: other", "metadata.name"),
            ("name: web, namespace: other", "metadata.namespace"),
            ("name: web, uid: u2", "metadata.uid"),
        ] {
            assert_eq!(read(&deployment(metadata), Some(base())).unwrap_err().field, field);
        }
        assert!(read(&deployment("name: web, uid: u1"), Some(base())).is_ok());
    }

    #[test]
    fn a_secret_with_hidden_values_is_not_applied() {
        let text = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\ndata: {{password: {}}}\n",
            text::HIDDEN
        );

        assert_eq!(read(&text, None).unwrap_err().field, "data.password");
    }

    #[test]
    fn kinds_that_are_not_served_are_named() {
        let problem = read("apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: a}\n", None).unwrap_err();

        assert!(problem.message.contains("Thing of x.io/v1"), "{}", problem.message);
    }
}
