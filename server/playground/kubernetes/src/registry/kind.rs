//! A kind as the server works with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::built_in::{BuiltIn, Convert, Default, Validate};
use super::{Column, Subresource, api_version};
use crate::conversion::Webhook;
use crate::schema::Schema;

/// Where the objects of a kind come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Kept in the store.
    Stored,
    /// Answered at once and forgotten: access reviews and the like.
    Review,
    /// Measured by the kubelets.
    Measured,
}

/// A field that a field selector may name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Selectable {
    pub(crate) label: String,
    pub(crate) pointer: String,
}

impl Selectable {
    /// The field at a path of a built-in kind, such as `spec.nodeName`.
    pub(crate) fn of(path: &str) -> Self {
        Self { label: path.to_owned(), pointer: format!("/{}", path.replace('.', "/")) }
    }

    /// The field's value as text; empty when it is absent.
    pub(crate) fn read(&self, object: &Value) -> String {
        match object.pointer(&self.pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Bool(true)) => "true".to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            // Absent booleans and numbers have to be found by their zero value.
            _ if self.label == "spec.unschedulable" || self.label == "spec.hostNetwork" => "false".to_owned(),
            _ if self.label == "status.replicas" || self.label == "status.successful" => "0".to_owned(),
            _ => String::new(),
        }
    }
}

/// A kind the server serves, built in or custom.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) group: String,
    /// The version in which objects are stored.
    pub(crate) version: String,
    /// Every group and version under which it is served, the preferred one first.
    pub(crate) served: Vec<(String, String)>,
    pub(crate) kind: String,
    pub(crate) list_kind: String,
    pub(crate) plural: String,
    pub(crate) singular: String,
    pub(crate) short: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) namespaced: bool,
    pub(crate) source: Source,
    pub(crate) subresources: Vec<Subresource>,
    pub(crate) selectable: Vec<Selectable>,
    pub(crate) generation: bool,
    /// By version; the empty version stands for all that are not named.
    pub(crate) columns: BTreeMap<String, Vec<Column>>,
    pub(crate) default: Default,
    pub(crate) validate: Validate,
    pub(crate) convert: Option<Convert>,
    /// The structural schemas of a custom kind, by version.
    pub(crate) schemas: BTreeMap<String, Arc<Schema>>,
    /// Paths of a custom kind's scale sub-resource: spec, status, selector.
    pub(crate) scale_paths: Option<ScalePaths>,
    pub(crate) custom: bool,
    /// What users of a version are told, where there is something.
    pub(crate) warnings: BTreeMap<String, String>,
    /// What turns objects of a custom kind into those of another version, where versions differ in more than their name.
    pub(crate) webhook: Option<Arc<Webhook>>,
    /// The kind as each version shows it, where there is a webhook: as if objects were stored in that version.
    pub(crate) views: BTreeMap<String, Arc<Kind>>,
}

/// Where a scalable kind keeps its numbers, as JSON pointers.
#[derive(Debug, Clone)]
pub(crate) struct ScalePaths {
    pub(crate) spec: String,
    pub(crate) status: String,
    pub(crate) selector: Option<String>,
}

impl Kind {
    /// `group/version`, or `v1`, of the stored objects.
    pub(crate) fn api_version(&self) -> String {
        api_version(&self.group, &self.version)
    }

    /// `plural` or `plural.group`: how messages and the in-process interface name the kind.
    pub(crate) fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    pub(crate) fn has(&self, subresource: Subresource) -> bool {
        self.subresources.contains(&subresource)
    }

    pub(crate) fn columns(&self, version: &str) -> &[Column] {
        self.columns.get(version).or_else(|| self.columns.get("")).map_or(&[], Vec::as_slice)
    }

    /// The verbs offered on whole objects, as discovery lists them.
    pub(crate) fn verbs(&self) -> &'static [&'static str] {
        match self.source {
            // The real server writes these by hand.
            Source::Stored if self.custom => {
                &["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
            }
            Source::Stored => {
                &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
            }
            Source::Review => &["create"],
            Source::Measured => &["get", "list"],
        }
    }
}

impl From<&BuiltIn> for Kind {
    fn from(plain: &BuiltIn) -> Self {
        let mut served: Vec<(String, String)> = Vec::new();
        served.extend(plain.versions.iter().map(|version| (plain.group.to_owned(), (*version).to_owned())));
        served.extend(plain.also.iter().map(|(group, version)| ((*group).to_owned(), (*version).to_owned())));
        Self {
            group: plain.group.to_owned(),
            version: plain.versions[0].to_owned(),
            served,
            kind: plain.kind.to_owned(),
            list_kind: format!("{}List", plain.kind),
            plural: plain.plural.to_owned(),
            singular: plain.kind.to_lowercase(),
            short: plain.short.iter().map(|&name| name.to_owned()).collect(),
            categories: plain.categories.iter().map(|&name| name.to_owned()).collect(),
            namespaced: plain.namespaced,
            source: plain.source,
            subresources: plain.subresources.to_vec(),
            selectable: plain.selectable.iter().map(|path| Selectable::of(path)).collect(),
            generation: plain.generation,
            columns: BTreeMap::from([(String::new(), plain.columns.iter().map(Column::from).collect())]),
            default: plain.default,
            validate: plain.validate,
            convert: plain.convert,
            schemas: BTreeMap::new(),
            scale_paths: plain.subresources.contains(&Subresource::Scale).then(|| ScalePaths {
                spec: "/spec/replicas".to_owned(),
                status: "/status/replicas".to_owned(),
                selector: None,
            }),
            custom: false,
            warnings: BTreeMap::new(),
            webhook: None,
            views: BTreeMap::new(),
        }
    }
}
