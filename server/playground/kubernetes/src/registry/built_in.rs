//! A kind as the tables of this folder write it.

use serde_json::Value;

use super::{AGE, NAME, PlainColumn, Source, Subresource};
use crate::status::Cause;

/// Fills in what a manifest leaves out.
pub(crate) type Default = fn(&mut Value);
/// Adds a cause for everything wrong with the new object, given the old one on updates.
pub(crate) type Validate = fn(&Value, Option<&Value>, &mut Vec<Cause>);
/// Rewrites an object for the `apiVersion` given.
pub(crate) type Convert = fn(&mut Value, &str);

/// A kind that every cluster has, as written in the tables of this folder.
pub(crate) struct BuiltIn {
    pub(crate) group: &'static str,
    /// The minor version of Kubernetes that brought it.
    pub(crate) since: u32,
    /// The storage version first.
    pub(crate) versions: &'static [&'static str],
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) short: &'static [&'static str],
    pub(crate) categories: &'static [&'static str],
    pub(crate) namespaced: bool,
    pub(crate) source: Source,
    pub(crate) subresources: &'static [Subresource],
    pub(crate) selectable: &'static [&'static str],
    /// Whether `metadata.generation` counts changes of everything but metadata and status.
    pub(crate) generation: bool,
    pub(crate) columns: &'static [PlainColumn],
    pub(crate) default: Default,
    pub(crate) validate: Validate,
    pub(crate) convert: Option<Convert>,
    /// Other `group/version`s that serve the same objects.
    pub(crate) also: &'static [(&'static str, &'static str)],
}

fn nothing_to_default(_: &mut Value) {}
fn nothing_to_validate(_: &Value, _: Option<&Value>, _: &mut Vec<Cause>) {}

impl BuiltIn {
    /// A namespaced kind without any peculiarity.
    pub(crate) const PLAIN: Self = Self {
        group: "",
        since: 0,
        versions: &["v1"],
        kind: "",
        plural: "",
        short: &[],
        categories: &[],
        namespaced: true,
        source: Source::Stored,
        subresources: &[],
        selectable: &[],
        generation: false,
        columns: &[NAME, AGE],
        default: nothing_to_default,
        validate: nothing_to_validate,
        convert: None,
        also: &[],
    };
}
