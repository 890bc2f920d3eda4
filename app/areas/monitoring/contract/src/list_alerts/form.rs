//! The form of an alert on a list.

use crate::{Severity, hold_seconds};
use model::fault::{EntryFault, ListAlertFault, RuleFault};
use model::{ClusterName, FieldProblem, KindSlug, Namespace, TableQuery};
use serde::{Deserialize, Serialize};

/// The durations that are offered.
pub const LIST_HOLDS: [&str; 8] = ["0s", "30s", "1m", "5m", "15m", "30m", "1h", "6h"];

/// The longest name, in characters.
pub const LONGEST_LIST_ALERT_NAME: usize = 80;

/// The highest least number of objects: so many are followed one by one.
pub const MOST_LEAST: u32 = 1000;

/// The longest search, in characters.
const LONGEST_SEARCH: usize = 500;

/// The most namespaces that are named one by one.
const MOST_NAMESPACES: usize = 50;

/// The fields of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAlertFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which one is changed; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// The version that was looked at.
    #[serde(default)]
    pub version: i64,
    /// The kind of objects. Of one that is there neither this nor the next two can be changed.
    #[serde(default)]
    pub kind: String,
    /// What was typed into the list's search box.
    #[serde(default)]
    pub search: String,
    /// The namespaces, separated by spaces; empty for the whole cluster.
    #[serde(default)]
    pub namespaces: String,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// The word for how bad it is.
    #[serde(default)]
    pub severity: String,
    /// How long an object must stay in the list, such as `5m`.
    #[serde(default)]
    pub hold: String,
    /// How many objects must be in it at least.
    #[serde(default)]
    pub least: String,
}

/// One as it was looked at, for removing and switching it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedAtListAlert {
    /// Where.
    pub cluster: ClusterName,
    /// Which one.
    #[serde(default)]
    pub id: String,
    /// The version that was looked at.
    #[serde(default)]
    pub version: i64,
}

/// What is said of an alert on a list, apart from the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewListAlert {
    /// What it is called.
    pub name: String,
    /// How bad it is.
    pub severity: Severity,
    /// How long an object must stay in the list, in seconds.
    pub hold_seconds: u32,
    /// How many objects must be in it at least.
    pub least: u32,
}

impl ListAlertFields {
    /// The form for a list, as it begins.
    pub fn of(query: &TableQuery) -> Self {
        let namespaces: Vec<&str> = query.namespaces.iter().map(Namespace::as_str).collect();
        Self {
            cluster: query.cluster.clone(),
            id: String::new(),
            version: 0,
            kind: query.kind.to_string(),
            search: query.search.clone(),
            namespaces: namespaces.join(" "),
            name: String::new(),
            severity: Severity::Warning.word().to_owned(),
            hold: "5m".to_owned(),
            least: "1".to_owned(),
        }
    }

    /// The list, or what is wrong with it. Whether its kind is served and its search can be read is for the cluster to say.
    pub fn check_list(&self) -> Result<TableQuery, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let kind = KindSlug::parse(self.kind.trim());
        if kind.is_err() {
            problems.push(FieldProblem::of("kind", ListAlertFault::Kind));
        }
        let names: Vec<&str> = self.namespaces.split_whitespace().collect();
        let mut namespaces: Vec<Namespace> =
            names.iter().filter_map(|name| Namespace::parse(name).ok()).collect();
        if namespaces.len() < names.len() || names.len() > MOST_NAMESPACES {
            problems.push(FieldProblem::of("namespaces", ListAlertFault::Namespaces(MOST_NAMESPACES)));
        }
        namespaces.sort();
        namespaces.dedup();
        let search = self.search.trim();
        if search.chars().count() > LONGEST_SEARCH || search.chars().any(char::is_control) {
            problems.push(FieldProblem::of("search", ListAlertFault::Search(LONGEST_SEARCH)));
        }
        match kind {
            Ok(kind) if problems.is_empty() => {
                let search = search.to_owned();
                Ok(TableQuery { namespaces, search, ..TableQuery::of(self.cluster.clone(), kind) })
            }
            _ => Err(problems),
        }
    }

    /// What is said of it, or what is wrong at which field.
    pub fn check(&self) -> Result<NewListAlert, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let name = self.name.trim();
        if name.is_empty()
            || name.chars().count() > LONGEST_LIST_ALERT_NAME
            || name.contains(char::is_control)
        {
            problems.push(FieldProblem::of("name", EntryFault::Line(LONGEST_LIST_ALERT_NAME)));
        }
        let severity = Severity::parse(&self.severity);
        if severity.is_none() {
            problems.push(FieldProblem::of("severity", RuleFault::Severity));
        }
        let hold_seconds = hold_seconds(&self.hold);
        if hold_seconds.is_none() {
            problems.push(FieldProblem::of("hold", RuleFault::Hold(self.hold.clone())));
        }
        let least = self.least.trim().parse::<u32>().ok().filter(|least| (1..=MOST_LEAST).contains(least));
        if least.is_none() {
            problems.push(FieldProblem::of("least", ListAlertFault::Least(MOST_LEAST)));
        }
        match (severity, hold_seconds, least) {
            (Some(severity), Some(hold_seconds), Some(least)) if problems.is_empty() => {
                Ok(NewListAlert { name: name.to_owned(), severity, hold_seconds, least })
            }
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn fields() -> ListAlertFields {
        let mut query =
            TableQuery::of(ClusterName::parse("lantern").unwrap(), KindSlug::parse("pods").unwrap());
        query.search = "status:failed".into();
        query.namespaces = vec![Namespace::parse("shop").unwrap(), Namespace::parse("blog").unwrap()];
        ListAlertFields { name: " Pods that fail ".into(), ..ListAlertFields::of(&query) }
    }

    #[test]
    fn a_form_of_a_list_says_which_list() {
        let query = fields().check_list().unwrap();

        assert_eq!((query.kind.as_str(), query.search.as_str()), ("pods", "status:failed"));
        let namespaces: Vec<&str> = query.namespaces.iter().map(Namespace::as_str).collect();
        assert_eq!(namespaces, ["blog", "shop"], "one list is written in one way");
        let everywhere = ListAlertFields { namespaces: " ".into(), ..fields() };
        assert_eq!(everywhere.check_list().unwrap().namespaces, []);
        let kept = fields().check().unwrap();
        assert_eq!((kept.name.as_str(), kept.hold_seconds, kept.least), ("Pods that fail", 300, 1));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        let wrong = |change: fn(&mut ListAlertFields)| {
            let mut fields = fields();
            change(&mut fields);
            let list = fields.check_list().err().into_iter().flatten();
            let said = fields.check().err().into_iter().flatten();
            list.chain(said).map(|problem| problem.field).collect::<Vec<_>>()
        };

        assert_eq!(wrong(|fields| fields.name = "  ".into()), ["name"]);
        assert_eq!(wrong(|fields| fields.name = "a\nb".into()), ["name"]);
        assert_eq!(wrong(|fields| fields.kind = "Pods/..".into()), ["kind"]);
        assert_eq!(wrong(|fields| fields.namespaces = "shop ../x".into()), ["namespaces"]);
        assert_eq!(wrong(|fields| fields.search = "x".repeat(501)), ["search"]);
        assert_eq!(wrong(|fields| fields.severity = "loud".into()), ["severity"]);
        assert_eq!(wrong(|fields| fields.hold = "soon".into()), ["hold"]);
        for least in ["", "0", "-1", "1001", "many"] {
            let fields = ListAlertFields { least: least.into(), ..fields() };
            assert_eq!(fields.check().unwrap_err()[0].field, "least", "{least:?}");
        }
        assert!(LIST_HOLDS.into_iter().all(|hold| hold_seconds(hold).is_some()));
    }
}
