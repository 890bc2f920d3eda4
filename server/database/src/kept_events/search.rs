//! Looking for events that are kept.

use super::KeptEvent;
use super::words::pattern;
use crate::conditions::Conditions;
use crate::{Database, DatabaseError, Dialect};
use model::ClusterName;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFilter {
    /// In which cluster.
    pub cluster: ClusterName,
    /// The first moment, in milliseconds since 1970.
    pub from_milliseconds: i64,
    /// The moment behind the last one.
    pub until_milliseconds: i64,
    /// What must hold, all of it.
    pub all: Vec<EventCondition>,
    /// The namespaces that the reader may see, each from this moment on; `None` for the whole cluster.
    pub within: Option<BTreeMap<String, i64>>,
}

/// Tests of which one must hold, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventCondition {
    /// The tests.
    pub any: Vec<EventTest>,
    /// Whether none of them may hold.
    pub is_not: bool,
}

/// One test of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventTest {
    /// These words stand in its message, one behind the other.
    Words {
        /// The words.
        text: String,
        /// Whether the last of them may be the beginning of one.
        may_go_on: bool,
    },
    /// A column is just this.
    Is(EventColumn, String),
    /// A column begins so.
    Begins(EventColumn, String),
}

/// By what events are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum EventColumn {
    Namespace,
    Kind,
    Name,
    Reason,
    Sort,
    Source,
}

impl EventColumn {
    const fn name(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Kind => "kind",
            Self::Name => "name",
            Self::Reason => "reason",
            Self::Sort => "sort",
            Self::Source => "source",
        }
    }
}

/// How much happened in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventBar {
    /// When it begins, in milliseconds since 1970.
    pub from_milliseconds: i64,
    /// How many events.
    pub total: i64,
    /// How many of them are warnings.
    pub warned: i64,
}

const EVENT: &str = "uid, times, at_milliseconds, namespace, kind, name, reason, sort, source, message";
const NEWEST_FIRST: &str = "ORDER BY at_milliseconds DESC, place DESC, uid DESC, times DESC";

fn meeting(filter: &EventFilter) -> Conditions {
    let mut wanted = Conditions::default();
    wanted.text("cluster", filter.cluster.as_str());
    wanted.number("at_milliseconds >=", Some(filter.from_milliseconds));
    wanted.number("at_milliseconds <", Some(filter.until_milliseconds));
    if let Some(names) = &filter.within {
        confine(&mut wanted, names, filter.from_milliseconds);
    }
    for condition in &filter.all {
        let tests: Vec<String> = condition.any.iter().map(|test| tested(&mut wanted, test)).collect();
        if condition.is_not {
            tests.into_iter().for_each(|test| wanted.push(format!("NOT ({test})")));
        } else {
            wanted.any(&tests);
        }
    }
    wanted
}

/// What the reader may see: nothing, where they may see no namespace. Most namespaces are older than what is looked at.
fn confine(wanted: &mut Conditions, names: &BTreeMap<String, i64>, from: i64) {
    let (old, young): (Vec<_>, Vec<_>) = names.iter().partition(|(_, born)| **born <= from);
    let mut ways: Vec<String> = Vec::new();
    let old: Vec<String> = old.into_iter().map(|(name, _)| wanted.value(name.as_str())).collect();
    if !old.is_empty() {
        ways.push(format!("namespace IN ({})", old.join(", ")));
    }
    let young = young.into_iter().map(|(name, born)| {
        let (name, born) = (wanted.value(name.as_str()), wanted.value(*born));
        format!("(namespace = {name} AND at_milliseconds >= {born})")
    });
    ways.extend(young);
    wanted.any(&ways);
}

fn tested(wanted: &mut Conditions, test: &EventTest) -> String {
    match test {
        EventTest::Words { text, may_go_on } => match pattern(text, *may_go_on) {
            Some(pattern) => format!("words LIKE {}", wanted.value(pattern.as_str())),
            None => "1 = 0".to_owned(),
        },
        EventTest::Is(column, value) => format!("{} = {}", column.name(), wanted.value(value.as_str())),
        EventTest::Begins(column, value) => {
            let place = wanted.value(value.as_str());
            format!("SUBSTR({}, 1, LENGTH({place})) = {place}", column.name())
        }
    }
}

/// Whether everything that is looked for is in one namespace.
fn is_of_one_namespace(filter: &EventFilter) -> bool {
    let is_one = |condition: &EventCondition| {
        matches!(condition.any[..], [EventTest::Is(EventColumn::Namespace, _)]) && !condition.is_not
    };
    filter.all.iter().any(is_one)
}

impl Database {
    /// Where what is looked for is read. SQLite, which does not know how many events there are of what, would look for those of one
    /// namespace among those of all.
    fn read_from(&self, filter: &EventFilter) -> &'static str {
        match self.dialect() {
            Dialect::Sqlite if is_of_one_namespace(filter) => {
                "FROM kept_events INDEXED BY kept_events_by_namespace"
            }
            _ => "FROM kept_events",
        }
    }

    /// What is found, the newest first. With `behind`, only what comes behind the event of this moment and place, and of those
    /// that stand there itself without the first so many.
    pub async fn kept_events(
        &self,
        filter: &EventFilter,
        behind: Option<(i64, i64, u32)>,
        limit: u32,
    ) -> Result<Vec<KeptEvent>, DatabaseError> {
        let mut wanted = meeting(filter);
        let mut passed = 0;
        if let Some((at, place, skip)) = behind {
            let (at, place) = (wanted.value(at), wanted.value(place));
            wanted.push(format!("(at_milliseconds < {at} OR (at_milliseconds = {at} AND place <= {place}))"));
            passed = skip;
        }
        let rest = format!("{NEWEST_FIRST} LIMIT {limit} OFFSET {passed}");
        let select = format!("SELECT {EVENT} {}", self.read_from(filter));
        wanted.ask(self, &select, &rest).await?.iter().map(event).collect()
    }

    /// What is found, the oldest first, from behind an event on.
    pub async fn kept_events_after(
        &self,
        filter: &EventFilter,
        last: Option<&KeptEvent>,
        limit: u32,
    ) -> Result<Vec<KeptEvent>, DatabaseError> {
        let mut wanted = meeting(filter);
        if let Some(last) = last {
            let (at, uid) = (wanted.value(last.at_milliseconds), wanted.value(last.uid.as_str()));
            let times = wanted.value(last.times);
            wanted.push(format!(
                "(at_milliseconds > {at} OR (at_milliseconds = {at} AND (uid > {uid} OR (uid = {uid} AND times > {times}))))"
            ));
        }
        let rest = format!("ORDER BY at_milliseconds, uid, times LIMIT {limit}");
        let select = format!("SELECT {EVENT} {}", self.read_from(filter));
        wanted.ask(self, &select, &rest).await?.iter().map(event).collect()
    }

    /// How all that is found is spread over stretches of time of this length. Where nothing happened is no stretch.
    pub async fn event_bars(
        &self,
        filter: &EventFilter,
        step_milliseconds: i64,
    ) -> Result<Vec<EventBar>, DatabaseError> {
        let step = step_milliseconds.max(1);
        let select = format!(
            "SELECT at_milliseconds / {step} AS stretch, COUNT(*) AS total, \
             COUNT(CASE WHEN sort = 'Warning' THEN 1 END) AS warned {}",
            self.read_from(filter)
        );
        let rows = meeting(filter).ask(self, &select, "GROUP BY 1 ORDER BY 1").await?;
        let bar = |row: &AnyRow| -> Result<EventBar, DatabaseError> {
            Ok(EventBar {
                from_milliseconds: row.try_get::<i64, _>("stretch")?.saturating_mul(step),
                total: row.try_get("total")?,
                warned: row.try_get("warned")?,
            })
        };
        rows.iter().map(bar).collect()
    }

    /// The most frequent values of a column among all that is found, and how often each is there.
    pub async fn event_values(
        &self,
        filter: &EventFilter,
        column: EventColumn,
        most: u32,
    ) -> Result<Vec<(String, i64)>, DatabaseError> {
        let select =
            format!("SELECT {} AS said, COUNT(*) AS total {}", column.name(), self.read_from(filter));
        let rest = format!("GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}");
        let rows = meeting(filter).ask(self, &select, &rest).await?;
        let value = |row: &AnyRow| -> Result<(String, i64), DatabaseError> {
            Ok((row.try_get("said")?, row.try_get("total")?))
        };
        rows.iter().map(value).collect()
    }
}

fn event(row: &AnyRow) -> Result<KeptEvent, DatabaseError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(KeptEvent {
        uid: text("uid")?,
        times: row.try_get("times")?,
        at_milliseconds: row.try_get("at_milliseconds")?,
        namespace: text("namespace")?,
        kind: text("kind")?,
        name: text("name")?,
        reason: text("reason")?,
        sort: text("sort")?,
        source: text("source")?,
        message: text("message")?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    /// How SQLite looks for the newest.
    async fn plan(database: &Database, filter: &EventFilter) -> Vec<String> {
        let select = format!("EXPLAIN QUERY PLAN SELECT {EVENT} {}", database.read_from(filter));
        let steps =
            meeting(filter).ask(database, &select, &format!("{NEWEST_FIRST} LIMIT 101")).await.unwrap();
        steps.iter().map(|step| step.try_get("detail").unwrap()).collect()
    }

    #[tokio::test]
    async fn events_of_one_object_are_looked_for_in_its_project_alone() {
        let database = Database::in_memory().await.unwrap();
        let is = |column, value: &str| EventTest::Is(column, value.into());
        let begins = EventTest::Begins(EventColumn::Name, "web-".into());
        let of_web = vec![is(EventColumn::Name, "web"), begins];
        let all = [vec![is(EventColumn::Namespace, "shop")], of_web];
        let filter = EventFilter {
            cluster: ClusterName::parse("harbour").unwrap(),
            from_milliseconds: 1,
            until_milliseconds: 2,
            all: all.map(|any| EventCondition { any, is_not: false }).into(),
            within: None,
        };
        let within = [("shop".to_owned(), 0), ("bank".to_owned(), 0)].into();

        for filter in [filter.clone(), EventFilter { within: Some(within), ..filter }] {
            let plan = plan(&database, &filter).await;

            let is_narrow =
                |step: &String| step.contains("kept_events_by_namespace (cluster=? AND namespace=?");
            assert!(plan.iter().any(is_narrow), "{plan:?}");
        }
    }
}
