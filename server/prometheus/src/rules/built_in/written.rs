//! Ready-made rules as objects of the cluster, and whether somebody has changed them since they were written.

use crate::error::PrometheusError;
use crate::layout::Layout;
use crate::promql::Query;
use crate::rules::object::{self, text};
use monitoring_contract::{BuiltInGroup, BuiltInRule, RulePlan, RuleSource};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Takes from an object that it holds a group.
pub fn disown(object: &mut Value) {
    if let Some(labels) = object.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove(GROUP);
    }
}

/// The label that says which group an object holds.
pub const GROUP: &str = "orrery.dev/built-in-rules";
/// The annotation with the digest of the rules as the console wrote them. Who edits the rules leaves it behind, and it no
/// longer fits: so it cannot say that something is untouched which is not.
pub const DIGEST: &str = "orrery.dev/built-in-digest";

/// The object of a group, among all.
pub fn find<'o>(objects: &'o [Value], group: &BuiltInGroup) -> Option<&'o Value> {
    objects.iter().find(|object| label(object) == Some(group.word))
}

/// The word of the group that an object holds.
pub fn label(object: &Value) -> Option<&str> {
    object.get("metadata")?.get("labels")?.get(GROUP)?.as_str()
}

/// The rules of a group as they stand in its object.
pub fn kept<'o>(object: &'o Value, group: &BuiltInGroup) -> &'o [Value] {
    let groups = object.pointer("/spec/groups").and_then(Value::as_array);
    let own = groups.and_then(|groups| groups.iter().find(|own| own["name"] == group.name().as_str()));
    own.and_then(|own| own.get("rules")?.as_array()).map_or(&[][..], Vec::as_slice)
}

/// A rule of the catalogue among those that are kept.
pub fn kept_as<'r>(rules: &'r [Value], rule: &BuiltInRule) -> Option<&'r Value> {
    rules.iter().find(|kept| is_named(kept, rule))
}

/// Whether a rule is called as one of the catalogue and as bad as that.
pub fn is_named(kept: &Value, rule: &BuiltInRule) -> bool {
    kept["alert"] == rule.alert && kept["labels"]["severity"] == rule.severity.word()
}

/// A rule as the catalogue would write it in this cluster; none where its series are not measured. What is kept with one of
/// its expressions stays even so: that nothing is measured any more may be just what it warns of.
pub fn written(
    rule: &BuiltInRule,
    layout: &Layout,
    kept: Option<&Value>,
) -> Result<Option<Value>, PrometheusError> {
    let query = match layout.pick_by(rule.picks, BuiltInRule::sign_of)? {
        Some(query) => Some(query.to_text()?),
        None => {
            let kept = kept.and_then(|kept| kept["expr"].as_str());
            let texts = rule.picks.iter().map(|pick| Query::parse(pick)?.to_text());
            let texts = texts.collect::<Result<Vec<String>, _>>()?;
            texts.into_iter().find(|text| kept == Some(text.as_str()))
        }
    };
    Ok(query.map(|query| of_query(rule, &query)))
}

fn of_query(rule: &BuiltInRule, query: &str) -> Value {
    let plan = RulePlan {
        name: rule.alert.to_owned(),
        source: RuleSource::Query(query.to_owned()),
        severity: rule.severity,
        hold: rule.hold.to_owned(),
        summary: rule.summary.to_owned(),
        description: String::new(),
        runbook: String::new(),
    };
    object::written(None, &plan, query, &[])
}

/// The object of a group with these rules, and nothing else.
pub fn object(
    group: &BuiltInGroup,
    (namespace, name): (&str, &str),
    rules: &[Value],
    labels: &[(String, String)],
) -> Value {
    let mut object = object::new(namespace, name, labels);
    object["metadata"]["labels"][GROUP] = group.word.into();
    object["metadata"]["annotations"] = json!({DIGEST: digest(rules)});
    object["spec"]["groups"] = json!([{"name": group.name(), "rules": rules}]);
    object
}

/// Whether the rules of a group are no longer as the console wrote them.
pub fn is_changed(object: &Value, rules: &[Value]) -> bool {
    let noted =
        object.get("metadata").and_then(|metadata| metadata.get("annotations")?.get(DIGEST)?.as_str());
    noted != Some(digest(rules).as_str())
}

/// A word that changes with the rules, in whatever order the fields of each are told.
pub fn digest(rules: &[Value]) -> String {
    let mut text = String::new();
    for rule in rules {
        put(rule, &mut text);
        text.push('\n');
    }
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn put(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by(|one, other| one.0.cmp(other.0));
            text.push('{');
            for (name, value) in fields {
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                put(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for value in values {
                put(value, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// The labels of an object: those by which it was found when it was made, and may have been given since.
pub fn labels(object: &Value) -> Vec<(String, String)> {
    let none = Map::new();
    let labels = object.pointer("/metadata/labels").and_then(Value::as_object).unwrap_or(&none);
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    labels.iter().filter_map(text).collect()
}

/// What is installed of the catalogue, in a word that changes with it.
pub fn seen(objects: &[Value]) -> String {
    let of = |group: &BuiltInGroup| {
        let object = find(objects, group)?;
        let generation = object.pointer("/metadata/generation").and_then(Value::as_i64).unwrap_or_default();
        Some(format!("{}={}/{generation}", group.word, text(object, "/metadata/uid")))
    };
    BuiltInGroup::ALL.iter().filter_map(of).collect::<Vec<_>>().join(" ")
}

/// What such a word says of a group; nothing where it is not installed.
pub fn seen_of<'s>(seen: &'s str, group: &BuiltInGroup) -> Option<&'s str> {
    seen.split(' ').find_map(|part| part.strip_prefix(group.word)?.strip_prefix('='))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_digest_says_what_stands_in_rules_and_not_in_which_order_it_is_told() {
        let rule: Value =
            serde_json::from_str(r#"{"alert": "A", "expr": "up", "labels": {"a": "1", "b": "2"}}"#).unwrap();
        let again: Value =
            serde_json::from_str(r#"{"labels": {"b": "2", "a": "1"}, "expr": "up", "alert": "A"}"#).unwrap();
        let mut other = rule.clone();
        other["expr"] = "up == 0".into();
        let one = std::slice::from_ref(&rule);

        assert_eq!(digest(one), digest(&[again]));
        assert_ne!(digest(one), digest(&[other]));
        assert_ne!(digest(one), digest(&[rule.clone(), rule.clone()]));
        assert_eq!(digest(&[]).len(), 32);
    }
}
