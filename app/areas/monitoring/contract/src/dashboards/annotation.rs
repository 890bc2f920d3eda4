//! What happened, marked in the charts of a dashboard.

use super::{LONGEST_NAME, LONGEST_TEXT};
use model::FieldProblem;
use model::fault::DashboardFault;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Annotations of a dashboard: each is asked for with it.
pub const MOST_ANNOTATIONS: usize = 5;

/// What a query begins with that searches the cluster's events, with a space behind it: where PromQL would have the name of a
/// series, and nothing could follow.
const EVENTS: &str = "events:";
/// What a query begins with that tells of rollouts, alone or with a space behind it.
const ROLLOUTS: &str = "rollouts:";

/// Something that happens now and then, marked in all charts of a dashboard: where events tell of it, where workloads were
/// rolled out, or where it begins to be measured: where one of its series has a value that is not zero, and had none, or zero, the point before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// What it is called.
    pub name: String,
    /// When it is, in PromQL, or `events:` with what events are searched for, or `rollouts:` with whose.
    pub query: String,
}

impl Annotation {
    /// Reads `Restarts = changes(kube_pod_container_status_restarts_total[5m]) > 0`.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, query) = line.split_once('=')?;
        let (name, query) = (name.trim(), query.trim());
        // A query without a name has its first equal sign in braces, or twice.
        let is_name = !name.is_empty() && !name.contains(['{', '(', '[', '"', '!', '<', '>']);
        let is_query = !query.is_empty() && !query.starts_with('=');
        (is_name && is_query).then(|| Self { name: name.to_owned(), query: query.to_owned() })
    }

    /// What events are searched for, if it is about events: `reason:BackOff` of `events: reason:BackOff`.
    pub fn events(&self) -> Option<&str> {
        let search = self.query.strip_prefix(EVENTS).filter(|search| search.starts_with(char::is_whitespace));
        search.map(str::trim).filter(|search| !search.is_empty())
    }

    /// Whose rollouts are marked, if it is about rollouts: `namespace:shop` of `rollouts: namespace:shop`; nothing for all.
    pub fn rollouts(&self) -> Option<&str> {
        let whose = self.query.strip_prefix(ROLLOUTS)?;
        (whose.is_empty() || whose.starts_with(char::is_whitespace)).then(|| whose.trim())
    }

    /// Whether it is asked of what measures the cluster.
    pub fn is_measured(&self) -> bool {
        self.events().is_none() && self.rollouts().is_none()
    }
}

impl fmt::Display for Annotation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} = {}", self.name, self.query)
    }
}

pub(super) fn annotation_problems(annotations: &[Annotation]) -> Vec<FieldProblem> {
    let problem = |fault: DashboardFault| FieldProblem::of("annotations", fault);
    let mut problems = Vec::new();
    if annotations.len() > MOST_ANNOTATIONS {
        problems.push(problem(DashboardFault::ManyAnnotations(MOST_ANNOTATIONS)));
    }
    for (index, Annotation { name, query }) in annotations.iter().enumerate() {
        if annotations.iter().take(index).any(|other| other.name == *name) {
            problems.push(problem(DashboardFault::AnnotationTwice(name.clone())));
        }
        if name.chars().count() > LONGEST_NAME || query.chars().count() > LONGEST_TEXT {
            let (name, longest, query) = (name.clone(), LONGEST_NAME, LONGEST_TEXT);
            problems.push(problem(DashboardFault::LongAnnotation { name, longest, query }));
        }
    }
    problems
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_name_and_a_query() {
        let read = |line: &str| Annotation::parse(line).map(|one| (one.name, one.query));
        let both = |name: &str, query: &str| Some((name.to_owned(), query.to_owned()));

        assert_eq!(read(" Two words = up{a=\"b\"} == 0 "), both("Two words", "up{a=\"b\"} == 0"));
        for line in
            ["up", "up{a=\"b\"}", "up == 0", "up != 0", "= up", "Down =", "up >= 1", "rate(x[5m]) <= 2"]
        {
            assert_eq!(read(line), None, "{line}");
        }
        let events = |line: &str| Annotation::parse(line).and_then(|one| one.events().map(str::to_owned));
        assert_eq!(
            events("Kills = events: reason:OOMKilling -type:Normal").as_deref(),
            Some("reason:OOMKilling -type:Normal")
        );
        assert_eq!(
            (events("Kills = events:"), events("Kills = events:rate5m")),
            (None, None),
            "names of series"
        );
        let rollouts = |line: &str| Annotation::parse(line).and_then(|one| one.rollouts().map(str::to_owned));
        assert_eq!(rollouts("New = rollouts: namespace:$namespace").as_deref(), Some("namespace:$namespace"));
        assert_eq!(
            (rollouts("New = rollouts:").as_deref(), rollouts("New = rollouts:rate5m")),
            (Some(""), None)
        );
        let written = Annotation::parse("Down = up == 0").unwrap().to_string();
        assert_eq!(written, "Down = up == 0");
    }

    #[test]
    fn annotations_are_few_and_have_names_of_their_own() {
        let one = |name: String| Annotation { name, query: "up".into() };
        let many: Vec<Annotation> = (0..6).map(|index| one(index.to_string())).collect();

        assert_eq!(annotation_problems(&many[..5]), []);
        assert_eq!(annotation_problems(&many).len(), 1);
        assert_eq!(annotation_problems(&[one("a".into()), one("a".into())]).len(), 1);
        assert_eq!(annotation_problems(&[one("a".repeat(LONGEST_NAME + 1))]).len(), 1);
    }
}
