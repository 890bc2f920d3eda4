//! Label and field selectors as query parameters write them.

use serde_json::Value;

use crate::Status;
use crate::object::Object;
use crate::registry::Kind;

/// A condition on one label.
#[derive(Debug, Clone, PartialEq)]
enum LabelRequirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    Absent(String),
    Greater(String, i64),
    Less(String, i64),
}

/// A conjunction of conditions on labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct LabelSelector(Vec<LabelRequirement>);

impl LabelSelector {
    /// Reads `a=b,c in (d,e),!f`.
    pub(crate) fn parse(text: &str) -> Result<Self, Status> {
        let unable = |why: &str| Status::bad_request(format!("unable to parse requirement: {why}"));
        split_outside_parentheses(text)
            .into_iter()
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| parse_requirement(part).map_err(|why| unable(&why)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Reads the `matchLabels` and `matchExpressions` of an object; an absent selector matches nothing.
    pub(crate) fn from_json(selector: &Value) -> Option<Self> {
        let selector = selector.as_object()?;
        let mut all = Vec::new();
        for (key, value) in selector.get("matchLabels").and_then(Value::as_object).into_iter().flatten() {
            all.push(LabelRequirement::In(key.clone(), vec![value.as_str()?.to_owned()]));
        }
        for expression in selector.get("matchExpressions").and_then(Value::as_array).into_iter().flatten() {
            let key = expression["key"].as_str()?.to_owned();
            let values = expression["values"].as_array().into_iter().flatten();
            let values = values.filter_map(Value::as_str).map(str::to_owned).collect();
            all.push(match expression["operator"].as_str()? {
                "In" => LabelRequirement::In(key, values),
                "NotIn" => LabelRequirement::NotIn(key, values),
                "Exists" => LabelRequirement::Exists(key),
                "DoesNotExist" => LabelRequirement::Absent(key),
                _ => return None,
            });
        }
        Some(Self(all))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether labels, asked for by key, fulfil every condition.
    pub(crate) fn matches<'a>(&self, label: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.0.iter().all(|requirement| match requirement {
            LabelRequirement::In(key, values) => {
                label(key).is_some_and(|value| values.iter().any(|v| v == value))
            }
            LabelRequirement::NotIn(key, values) => {
                label(key).is_none_or(|value| values.iter().all(|v| v != value))
            }
            LabelRequirement::Exists(key) => label(key).is_some(),
            LabelRequirement::Absent(key) => label(key).is_none(),
            LabelRequirement::Greater(key, than) => number(label(key)).is_some_and(|value| value > *than),
            LabelRequirement::Less(key, than) => number(label(key)).is_some_and(|value| value < *than),
        })
    }

    /// Whether the labels in `metadata.labels` of an object's JSON fulfil every condition.
    pub(crate) fn matches_json(&self, object: &Value) -> bool {
        let labels = &object["metadata"]["labels"];
        self.matches(|key| labels[key].as_str())
    }
}

fn number(text: Option<&str>) -> Option<i64> {
    text?.parse().ok()
}

fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let mut depth = 0;
    text.split(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        character == ',' && depth == 0
    })
    .collect()
}

fn parse_requirement(text: &str) -> Result<LabelRequirement, String> {
    if let Some(key) = text.strip_prefix('!') {
        return Ok(LabelRequirement::Absent(label_key(key)?));
    }
    for (operator, negative) in [("!=", true), ("==", false), ("=", false)] {
        if let Some((key, value)) = text.split_once(operator) {
            let (key, value) = (label_key(key)?, label_value(value)?);
            return Ok(if negative {
                LabelRequirement::NotIn(key, vec![value])
            } else {
                LabelRequirement::In(key, vec![value])
            });
        }
    }
    for (operator, build) in
        [('>', LabelRequirement::Greater as fn(String, i64) -> _), ('<', LabelRequirement::Less as _)]
    {
        if let Some((key, value)) = text.split_once(operator) {
            let value = value.trim().parse().map_err(|_| format!("invalid value \"{}\"", value.trim()))?;
            return Ok(build(label_key(key)?, value));
        }
    }
    if let Some((left, values)) = text.split_once('(') {
        let values =
            values.trim_end().strip_suffix(')').ok_or("found '', expected: ',', ')' or identifier")?;
        let values = values.split(',').map(label_value).collect::<Result<Vec<_>, _>>()?;
        return match left.split_whitespace().collect::<Vec<_>>()[..] {
            [key, "in"] => Ok(LabelRequirement::In(label_key(key)?, values)),
            [key, "notin"] => Ok(LabelRequirement::NotIn(label_key(key)?, values)),
            _ => Err(format!("found '{}', expected: in, notin, =, ==, !=, gt, lt", left.trim())),
        };
    }
    Ok(LabelRequirement::Exists(label_key(text)?))
}

fn label_key(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if text.is_empty() || !text.chars().all(fits) {
        return Err(format!(
            "<nil>: Invalid value: \"{text}\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        ));
    }
    Ok(text.to_owned())
}

fn label_value(text: &str) -> Result<String, String> {
    let text = text.trim();
    if let Some(sign) = text.chars().next().filter(|sign| "(=!<>".contains(*sign)) {
        return Err(format!("found '{sign}', expected: identifier"));
    }
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
        return Err(format!(
            "values[0][]: Invalid value: \"{text}\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ));
    }
    Ok(text.to_owned())
}

/// Which attribute a field condition looks at.
#[derive(Debug, Clone, PartialEq)]
enum Field {
    Name,
    Namespace,
    Selectable(usize),
}

/// A conjunction of conditions on the selectable fields of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FieldSelector(Vec<(Field, String, bool)>);

impl FieldSelector {
    /// Reads `status.phase=Running,spec.nodeName!=n1`.
    pub(crate) fn parse(text: &str, kind: &Kind) -> Result<Self, Status> {
        let mut all = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value, equal) = if let Some((key, value)) = part.split_once("!=") {
                (key, value, false)
            } else if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
                (key, value, true)
            } else {
                return Err(Status::bad_request(format!(
                    "invalid selector: '{text}'; can't understand '{part}'"
                )));
            };
            let field = match key.trim() {
                "metadata.name" => Field::Name,
                "metadata.namespace" => Field::Namespace,
                other => Field::Selectable(
                    kind.selectable
                        .iter()
                        .position(|field| field.label == other)
                        .ok_or_else(|| unknown_field(kind, other))?,
                ),
            };
            all.push((field, value.trim().to_owned(), equal));
        }
        Ok(Self(all))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn matches(&self, object: &Object) -> bool {
        self.0.iter().all(|(field, value, equal)| {
            let actual = match field {
                Field::Name => object.name(),
                Field::Namespace => object.namespace().unwrap_or_default(),
                Field::Selectable(index) => object.selectable().get(*index).map_or("", |text| text),
            };
            (actual == value) == *equal
        })
    }
}

/// Kinds with fields of their own say so in other words than kinds without.
fn unknown_field(kind: &Kind, field: &str) -> Status {
    Status::bad_request(if kind.selectable.is_empty() && !kind.custom {
        format!("\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
    } else {
        format!("field label not supported: {field}")
    })
}

/// Both selectors of a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Selectors {
    pub(crate) labels: LabelSelector,
    pub(crate) fields: FieldSelector,
}

impl Selectors {
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    pub(crate) fn matches(&self, object: &Object) -> bool {
        self.labels.matches(|key| object.label(key)) && self.fields.matches(object)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::LabelSelector;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        LabelSelector::parse(selector)
            .unwrap()
            .matches(|key| labels.iter().find(|(name, _)| *name == key).map(|(_, value)| *value))
    }

    #[test]
    fn selectors_join_conditions_with_and() {
        let labels = [("app", "shop"), ("tier", "web")];

        assert!(matches("app=shop,tier in (web,api)", &labels));
        assert!(!matches("app=shop,tier notin (web, api)", &labels));
        assert!(matches("app,!canary,tier!=db", &labels));
        assert!(!matches("missing", &labels));
    }

    #[test]
    fn an_absent_label_fulfils_every_negative_condition() {
        assert!(matches("canary!=yes,canary notin (a)", &[("app", "shop")]));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(LabelSelector::parse("a in (b").is_err());
        assert!(LabelSelector::parse("a=b c").is_err());
    }
}
