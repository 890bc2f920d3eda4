//! Conditions on labels, as Alertmanager takes them.

use model::ConsoleError;
use monitoring_contract::{Alert, MatchOperator, Matcher};
use regex::Regex;

/// Conditions with their expressions compiled.
pub struct Conditions<'m>(Vec<(&'m Matcher, Option<Regex>)>);

impl<'m> Conditions<'m> {
    /// Compiles them; those that exclude nothing are refused.
    pub fn new(matchers: &'m [Matcher]) -> Result<Self, ConsoleError> {
        let conditions = Self::compile(matchers)?;
        if conditions.hold("", |_| "") {
            let words = "these conditions exclude nothing: at least one must ask for a label that is there";
            return Err(ConsoleError::invalid("matchers", words));
        }
        Ok(conditions)
    }

    /// Compiles them, whatever they exclude.
    pub fn compile(matchers: &'m [Matcher]) -> Result<Self, ConsoleError> {
        let compile = |matcher: &'m Matcher| {
            let is_expression = matches!(matcher.is, MatchOperator::Matches | MatchOperator::NotMatches);
            let expression =
                is_expression.then(|| Regex::new(&format!("^(?s:{})$", matcher.value))).transpose();
            let words = || format!("{:?} is no regular expression", matcher.value);
            expression
                .map(|expression| (matcher, expression))
                .map_err(|_| ConsoleError::invalid("matchers", words()))
        };
        Ok(Self(matchers.iter().map(compile).collect::<Result<_, _>>()?))
    }

    /// Whether an alert meets all of them.
    pub fn hold_for(&self, alert: &Alert) -> bool {
        let label = |name: &str| match name {
            "severity" => alert.severity.as_str(),
            name => alert.labels.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str()),
        };
        self.hold(&alert.name, label)
    }

    fn hold<'v>(&self, alert_name: &'v str, label: impl Fn(&str) -> &'v str) -> bool {
        self.0.iter().all(|(matcher, expression)| {
            let value = if matcher.name == "alertname" { alert_name } else { label(&matcher.name) };
            let is_so = match expression {
                Some(expression) => expression.is_match(value),
                None => value == matcher.value,
            };
            is_so == matches!(matcher.is, MatchOperator::Equal | MatchOperator::Matches)
        })
    }
}
