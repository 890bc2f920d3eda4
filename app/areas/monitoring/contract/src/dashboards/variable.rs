//! What readers of a dashboard choose.

use super::{LONGEST_NAME, LONGEST_TEXT};
use model::FieldProblem;
use model::fault::DashboardFault;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Variables of a dashboard.
pub const MOST_VARIABLES: usize = 5;
/// The variable that every dashboard has: the namespaces that its reader may see.
pub const NAMESPACE_VARIABLE: &str = "namespace";

/// Something that readers choose, out of the values of a label or of those that are said. In queries it stands as the value of a
/// matcher: `{pod="$pod"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name, without the dollar sign.
    pub name: String,
    /// The series whose label it is, as a selector; empty for all series.
    #[serde(default)]
    pub selector: String,
    /// The label; empty where the values are said.
    #[serde(default)]
    pub label: String,
    /// The values, where they are said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// Values of a variable that are said.
const MOST_VALUES: usize = 50;

/// Whether a name can be a variable's or a label's: what PromQL lets labels be called.
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && name.len() <= LONGEST_NAME
}

/// Whether something can be one of the values that are said: what a line with all of them can hold.
fn is_value(value: &str) -> bool {
    let is_short = value.chars().count() <= LONGEST_NAME;
    // Behind a colon Grafana has the value of what is before it.
    let is_plain = !value.contains([',', '(', ')']) && !value.contains(" : ");
    let is_plain = is_plain && !value.contains(char::is_control);
    !value.is_empty() && value.trim() == value && is_short && is_plain
}

impl Variable {
    /// Reads `pod = label_values(kube_pod_info, pod)`, where the series may be left out, or `stage = values(test, live)`.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('=')?;
        let name = name.trim().trim_start_matches('$');
        if !is_variable_name(name) {
            return None;
        }
        let name = name.to_owned();
        if let Some(inside) = rest.trim().strip_prefix("values(") {
            let values: Vec<String> =
                inside.strip_suffix(')')?.split(',').map(|value| value.trim().to_owned()).collect();
            return values.iter().all(|value| is_value(value)).then(|| Self::of(name, values));
        }
        let (selector, label) = Self::parse_label_values(rest)?;
        Some(Self { name, selector, label, values: Vec::new() })
    }

    /// One whose values are said.
    pub fn of(name: String, values: Vec<String>) -> Self {
        Self { name, selector: String::new(), label: String::new(), values }
    }

    /// Reads `label_values(kube_pod_info, pod)` into the series and the label.
    pub fn parse_label_values(text: &str) -> Option<(String, String)> {
        let inside = text.trim().strip_prefix("label_values")?.trim_start();
        let inside = inside.strip_prefix('(')?.strip_suffix(')')?;
        // Selectors have commas of their own; the label is what follows the last.
        let (selector, label) = inside.rsplit_once(',').unwrap_or(("", inside));
        let label = label.trim();
        is_variable_name(label).then(|| (selector.trim().to_owned(), label.to_owned()))
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, selector, label, values } = self;
        if !values.is_empty() {
            return write!(formatter, "{name} = values({})", values.join(", "));
        }
        if selector.is_empty() {
            write!(formatter, "{name} = label_values({label})")
        } else {
            write!(formatter, "{name} = label_values({selector}, {label})")
        }
    }
}

pub(super) fn variable_problems(variables: &[Variable]) -> Vec<FieldProblem> {
    let problem = |fault: DashboardFault| FieldProblem::of("variables", fault);
    let mut problems = Vec::new();
    if variables.len() > MOST_VARIABLES {
        problems.push(problem(DashboardFault::ManyVariables(MOST_VARIABLES)));
    }
    for (index, variable) in variables.iter().enumerate() {
        let name = &variable.name;
        if name == NAMESPACE_VARIABLE {
            problems.push(problem(DashboardFault::NamespaceTaken));
        } else if variables.iter().take(index).any(|other| other.name == *name) {
            problems.push(problem(DashboardFault::VariableTwice(name.clone())));
        }
        let is_whole = match variable.values.as_slice() {
            [] => is_variable_name(&variable.label),
            values => values.len() <= MOST_VALUES && values.iter().all(|value| is_value(value)),
        };
        if !is_variable_name(name) || !is_whole {
            problems.push(problem(DashboardFault::BadVariable(variable.to_string())));
        }
        if variable.selector.chars().count() > LONGEST_TEXT {
            problems
                .push(problem(DashboardFault::LongSelector { name: name.clone(), longest: LONGEST_TEXT }));
        }
    }
    problems
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_variable_is_read_as_it_is_written(name in "[a-z_][a-z0-9_]{0,9}", selector in "([a-z_]{1,9}(\\{a=\"b\",c=~\"d\"\\})?)?", label in "[a-z_]{1,9}") {
            let variable = Variable { name, selector, label, values: Vec::new() };
            prop_assert_eq!(Variable::parse(&variable.to_string()), Some(variable));
        }
    }

    #[test]
    fn a_variable_is_read_as_people_write_it() {
        let read = |line: &str| Variable::parse(line).map(|variable| variable.to_string());

        assert_eq!(read("$pod=label_values(up,pod)").as_deref(), Some("pod = label_values(up, pod)"));
        assert_eq!(read("job = label_values( job )").as_deref(), Some("job = label_values(job)"));
        assert_eq!(read("stage=values( test,live b )").as_deref(), Some("stage = values(test, live b)"));
        for wrong in ["stage = values()", "stage = values(a,,b)", "stage = values(a", "stage = values(a(b))"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        for wrong in
            ["pod", "pod = up", "1 = label_values(a)", "pod = label_values(up, a b)", "= label_values(a)"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn values_that_are_said_are_few_and_fit_into_a_line() {
        let of = |values: Vec<String>| variable_problems(&[Variable::of("stage".into(), values)]).len();

        assert_eq!(of(vec!["test".into(), "live b".into()]), 0);
        assert_eq!(of(vec!["a".into(); 51]), 1);
        for wrong in ["", " a", "a,b", "a)", "a\nb"] {
            assert_eq!(of(vec![wrong.into()]), 1, "{wrong:?}");
        }
    }

    #[test]
    fn variables_have_names_of_their_own_and_namespace_is_taken() {
        let named = |names: &[&str]| -> Vec<Variable> {
            names.iter().map(|name| Variable::parse(&format!("{name} = label_values(a)")).unwrap()).collect()
        };

        assert!(variable_problems(&named(&["a", "b"])).is_empty());
        assert_eq!(variable_problems(&named(&["a", "a"])).len(), 1);
        assert_eq!(variable_problems(&named(&["namespace"])).len(), 1);
        assert_eq!(variable_problems(&named(&["a", "b", "c", "d", "e", "f"])).len(), 1);
    }
}
