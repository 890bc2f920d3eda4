//! Which template a kept rule was written by: the one that writes the same query again.
//!
//! Nothing in the rule says so, because what is said beside a query can be out of date as soon as somebody edits the query.

use super::expression::{OBJECT_LABELS, Writer, query};
use crate::layout::Layout;
use crate::promql::Query;
use model::{KindSlug, ObjectName};
use monitoring_contract::{RuleSource, RuleTemplate};
use serde_json::Value;

/// What a rule measures, as a template says it; none when no template says just this here and now.
pub fn recognised(rule: &Value, writer: Writer<'_>, layout: &Layout) -> Option<RuleSource> {
    let written = Query::parse(rule["expr"].as_str()?).ok()?;
    let comparison = written.comparison()?;
    let (_, threshold) = written.clone().uncompared();
    let threshold = threshold?;
    // A label may also be somebody's own and say nothing about the query.
    let objects = [object(rule), None];
    let sources = RuleTemplate::all().flat_map(|template| {
        objects.iter().map(move |object| RuleSource::Template {
            template,
            object: object.clone(),
            threshold,
            comparison,
        })
    });
    sources.into_iter().find(|source| query(source, writer, layout).is_ok_and(|again| again == written))
}

/// The object that the labels of a rule name.
fn object(rule: &Value) -> Option<(KindSlug, ObjectName)> {
    OBJECT_LABELS.iter().find_map(|(kind, label)| {
        let name = rule["labels"][label].as_str()?;
        Some((KindSlug::parse(kind).ok()?, ObjectName::parse(name).ok()?))
    })
}
