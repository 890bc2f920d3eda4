//! Rules as they are written.

use std::sync::Arc;

use playground_promql::{Query, duration};
use serde_json::Value;

/// How often rules are evaluated whose group does not say, in milliseconds.
const INTERVAL: i64 = 30_000;

/// Rules that are evaluated together.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name, unique within its file.
    pub name: String,
    /// The file it is written in.
    pub file: String,
    /// How often it is evaluated, in milliseconds.
    pub interval: i64,
    /// Its rules in order.
    pub rules: Vec<Arc<Rule>>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(crate) name: String,
    pub(crate) expression: String,
    pub(crate) query: Query,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) kind: Kind,
}

/// What becomes of a rule's result.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// It is kept as a series of the rule's name.
    Record,
    /// Each series is an alert.
    Alert {
        /// For how many milliseconds it must be so before the alert fires.
        hold: i64,
        /// Texts for people.
        annotations: Vec<(String, String)>,
    },
}

/// Why rules cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The group and the rule.
    pub place: String,
    /// What is wrong.
    pub reason: String,
}

impl std::fmt::Display for RuleError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.place, self.reason)
    }
}

impl std::error::Error for RuleError {}

impl Group {
    /// The groups of a `PrometheusRule` object (`monitoring.coreos.com/v1`).
    ///
    /// # Errors
    /// [`RuleError`] names the first rule that is none; Prometheus refuses the whole file then.
    pub fn of_object(object: &Value) -> Result<Vec<Self>, RuleError> {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let [namespace, name, uid] = ["/metadata/namespace", "/metadata/name", "/metadata/uid"].map(text);
        let file = format!("/etc/prometheus/rules/prometheus-k8s-rulefiles-0/{namespace}-{name}-{uid}.yaml");
        let groups = object.pointer("/spec/groups").and_then(Value::as_array);
        groups.into_iter().flatten().map(|group| Self::of_value(group, &file)).collect()
    }

    fn of_value(group: &Value, file: &str) -> Result<Self, RuleError> {
        let name = group["name"].as_str().unwrap_or_default().to_owned();
        let interval = match group["interval"].as_str() {
            None => INTERVAL,
            Some(written) => duration(written).filter(|interval| *interval > 0).ok_or_else(|| RuleError {
                place: name.clone(),
                reason: format!("interval {written:?} is no duration"),
            })?,
        };
        let rules = group["rules"].as_array().into_iter().flatten();
        let rules: Result<Vec<_>, _> = rules.map(|rule| Rule::of_value(rule, &name).map(Arc::new)).collect();
        Ok(Self { file: file.to_owned(), interval, rules: rules?, name })
    }
}

impl Rule {
    fn of_value(rule: &Value, group: &str) -> Result<Self, RuleError> {
        let alert = rule["alert"].as_str();
        let name = alert.or(rule["record"].as_str()).unwrap_or_default().to_owned();
        let wrong = |reason: String| RuleError { place: format!("{group}, {name}"), reason };
        if name.is_empty() {
            return Err(wrong("a rule needs either `record` or `alert`".to_owned()));
        }
        // A number is an expression too.
        let expression = match &rule["expr"] {
            Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        let query = Query::parse(&expression).map_err(|problem| wrong(problem.to_string()))?;
        let kind = if alert.is_some() {
            let hold = match rule["for"].as_str() {
                None => 0,
                Some(written) => {
                    duration(written).ok_or_else(|| wrong(format!("`for` {written:?} is no duration")))?
                }
            };
            Kind::Alert { hold, annotations: texts(&rule["annotations"]) }
        } else {
            Kind::Record
        };
        Ok(Self { labels: texts(&rule["labels"]), expression, query, kind, name })
    }
}

fn texts(map: &Value) -> Vec<(String, String)> {
    let entries = map.as_object().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}
