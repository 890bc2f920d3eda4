//! What readers of a dashboard choose.

use super::{LONGEST_NAME, LONGEST_TEXT};
use model::FieldProblem;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Variables of a dashboard.
pub const MOST_VARIABLES: usize = 5;
/// The variable that every dashboard has: the namespaces that its reader may see.
pub const NAMESPACE_VARIABLE: &str = "namespace";

/// Something that readers choose, out of the values of a label. In queries it stands as the value of a matcher:
/// `{pod="$pod"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name, without the dollar sign.
    pub name: String,
    /// The series whose label it is, as a selector; empty for all series.
    #[serde(default)]
    pub selector: String,
    /// The label.
    pub label: String,
}

/// Whether a name can be a variable's or a label's: what PromQL lets labels be called.
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && name.len() <= LONGEST_NAME
}

impl Variable {
    /// Reads `pod = label_values(kube_pod_info, pod)`; the series may be left out.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('=')?;
        let (selector, label) = Self::parse_label_values(rest)?;
        let name = name.trim().trim_start_matches('$');
        is_variable_name(name).then(|| Self { name: name.to_owned(), selector, label })
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
        let Self { name, selector, label } = self;
        if selector.is_empty() {
            write!(formatter, "{name} = label_values({label})")
        } else {
            write!(formatter, "{name} = label_values({selector}, {label})")
        }
    }
}

pub(super) fn variable_problems(variables: &[Variable]) -> Vec<FieldProblem> {
    let problem = |words: String| FieldProblem::new("variables", words);
    let mut problems = Vec::new();
    if variables.len() > MOST_VARIABLES {
        problems.push(problem(format!("at most {MOST_VARIABLES} variables")));
    }
    for (index, variable) in variables.iter().enumerate() {
        let name = &variable.name;
        if name == NAMESPACE_VARIABLE {
            problems
                .push(problem("$namespace is there already: the namespaces that the reader may see".into()));
        } else if variables.iter().take(index).any(|other| other.name == *name) {
            problems.push(problem(format!("two variables are called {name}")));
        }
        if !is_variable_name(name) || !is_variable_name(&variable.label) {
            problems.push(problem(format!("{variable} is no variable")));
        }
        if variable.selector.chars().count() > LONGEST_TEXT {
            problems.push(problem(format!("{name} has a selector of more than {LONGEST_TEXT} characters")));
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
            let variable = Variable { name, selector, label };
            prop_assert_eq!(Variable::parse(&variable.to_string()), Some(variable));
        }
    }

    #[test]
    fn a_variable_is_read_as_people_write_it() {
        let read = |line: &str| Variable::parse(line).map(|variable| variable.to_string());

        assert_eq!(read("$pod=label_values(up,pod)").as_deref(), Some("pod = label_values(up, pod)"));
        assert_eq!(read("job = label_values( job )").as_deref(), Some("job = label_values(job)"));
        for wrong in
            ["pod", "pod = up", "1 = label_values(a)", "pod = label_values(up, a b)", "= label_values(a)"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
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
