//! Conditions on labels, as Alertmanager takes them.

use model::ConsoleError;
use model::fault::ConditionFault;
use monitoring_contract::{Alert, MatchOperator, Matcher};
use regex::{Error, Regex, RegexBuilder};

/// What one expression may take, in bytes. People who may silence alerts write them, and each is compiled with every look at what
/// fires: the library's own limit is ten times as much.
const LARGEST_EXPRESSION: usize = 1024 * 1024;

/// Conditions with their expressions compiled.
pub struct Conditions<'m>(Vec<(&'m Matcher, Option<Regex>)>);

impl<'m> Conditions<'m> {
    /// Compiles them; those that exclude nothing are refused.
    pub fn new(matchers: &'m [Matcher]) -> Result<Self, ConsoleError> {
        let conditions = Self::compile(matchers)?;
        if conditions.hold("", |_| "") {
            return Err(ConsoleError::refused("matchers", ConditionFault::ExcludesNothing));
        }
        Ok(conditions)
    }

    /// Compiles them, whatever they exclude.
    pub fn compile(matchers: &'m [Matcher]) -> Result<Self, ConsoleError> {
        let compile = |matcher: &'m Matcher| {
            let is_expression = matches!(matcher.is, MatchOperator::Matches | MatchOperator::NotMatches);
            let expression = is_expression.then(|| expression(&matcher.value)).transpose();
            expression
                .map(|expression| (matcher, expression))
                .map_err(|fault| ConsoleError::refused("matchers", fault))
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

/// An expression that means a whole value, or what is wrong with it.
fn expression(value: &str) -> Result<Regex, ConditionFault> {
    let built = RegexBuilder::new(&format!("^(?s:{value})$")).size_limit(LARGEST_EXPRESSION).build();
    built.map_err(|error| match error {
        Error::CompiledTooBig(_) => ConditionFault::Large(value.to_owned()),
        _ => ConditionFault::NoExpression(value.to_owned()),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn an_expression_that_costs_much_is_refused_and_long_lists_of_names_are_not() {
        let said = |value: &str| {
            let matchers = Matcher::parse_lines(&format!("pod=~\"{value}\"")).unwrap();
            Conditions::new(&matchers).map(|_| ()).map_err(|error| format!("{error:?}"))
        };

        assert!(said("[\\w]{99}{99}").is_err_and(|words| words.contains("stands for too much")));
        let names: Vec<String> = (0..100).map(|number| format!("web-{number:04}-.*")).collect();
        assert_eq!(said(&names.join("|")), Ok(()));
    }
}
