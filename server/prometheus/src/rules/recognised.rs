//! Which template a kept rule was written by: the one that writes the same query again.
//!
//! Nothing in the rule says so, because what is said beside a query can be out of date as soon as somebody edits the query.

use super::expression::{OBJECT_LABELS, Writer, query};
use crate::layout::Layout;
use crate::promql::{Query, unescape};
use crate::subject::pods_of;
use model::{KindSlug, ObjectName};
use monitoring_contract::{RuleSource, RuleTargets, RuleTemplate};
use serde_json::Value;

/// What a rule measures, as a template says it; none when no template says just this here and now.
pub fn recognised(rule: &Value, writer: Writer<'_>, layout: &Layout) -> Option<RuleSource> {
    let written = Query::parse(rule["expr"].as_str()?).ok()?;
    let comparison = written.comparison()?;
    let (_, threshold) = written.clone().uncompared();
    let threshold = threshold?;
    // A label may also be somebody's own and say nothing about the query.
    let mut all = vec![object(rule), None];
    all.extend(several(&written, layout).into_iter().map(Some));
    let sources = RuleTemplate::all().flat_map(|template| {
        all.iter().map(move |targets| RuleSource::Template {
            template,
            targets: targets.clone(),
            threshold,
            comparison,
        })
    });
    sources.into_iter().find(|source| query(source, writer, layout).is_ok_and(|again| again == written))
}

/// The object that the labels of a rule name.
fn object(rule: &Value) -> Option<RuleTargets> {
    OBJECT_LABELS.iter().find_map(|(kind, label)| {
        let name = ObjectName::parse(rule["labels"][label].as_str()?).ok()?;
        RuleTargets::new(KindSlug::parse(kind).ok()?, [name])
    })
}

/// The objects of which the selectors of a query could speak together. Whether they do is known once it is written again.
fn several(query: &Query, layout: &Layout) -> Vec<RuleTargets> {
    let of_kind = |(kind, label): &(&str, &str)| {
        let own = names(query, label, |one| Some(unescape(one)));
        let pods =
            pods_of(kind).map(|ending| names(query, "pod", |one| one.strip_suffix(ending).map(unescape)));
        let machines = (*kind == "nodes")
            .then(|| names(query, "instance", |one| Some(layout.node(&unescape(one)).to_owned())));
        let all = [Some(own), pods, machines].into_iter().flatten().flatten();
        let kind = KindSlug::parse(kind).ok();
        all.filter_map(|names| RuleTargets::new(kind.clone()?, names)).collect::<Vec<_>>()
    };
    let all = OBJECT_LABELS.iter().flat_map(of_kind);
    all.filter(|targets| targets.only().is_none()).collect()
}

/// The names in each regular expression that a label must match, read from its alternatives.
fn names(query: &Query, label: &str, read: impl Fn(&str) -> Option<String>) -> Vec<Vec<ObjectName>> {
    let each = |expression: String| {
        let names = expression.split('|').map(|one| ObjectName::parse(&read(one)?).ok());
        names.collect::<Option<Vec<_>>>()
    };
    query.expressions(label).unwrap_or_default().into_iter().filter_map(each).collect()
}
