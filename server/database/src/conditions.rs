//! Conditions of a question that depend on what is looked for: nothing of what people type is ever part of the SQL.

use crate::{Database, DatabaseError};
use sqlx::any::AnyRow;

/// So many alternatives stand side by side: databases read long chains of them only to a certain depth.
const SIDE_BY_SIDE: usize = 100;

/// A value at a placeholder.
pub(crate) enum Value {
    Text(String),
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A text that stands for itself in a pattern whose escape is a backslash.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Conditions, all of which must hold, with their values beside them.
#[derive(Default)]
pub(crate) struct Conditions {
    all: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// The placeholder of a value.
    pub fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Another condition, whose values are placeholders.
    pub fn push(&mut self, condition: String) {
        self.all.push(condition);
    }

    /// One of these must hold; without any, nothing does.
    pub fn any(&mut self, conditions: &[String]) {
        let nothing = || String::from("1 = 0");
        let chain = |some: &[String]| format!("({})", some.join(" OR "));
        let chains: Vec<String> = conditions.chunks(SIDE_BY_SIDE).map(chain).collect();
        self.push(if chains.is_empty() { nothing() } else { chain(&chains) });
    }

    /// A column is exactly this text. An empty one asks for nothing.
    pub fn text(&mut self, column: &str, text: &str) {
        if !text.trim().is_empty() {
            let place = self.value(text.trim());
            self.push(format!("{column} = {place}"));
        }
    }

    /// A column names somebody of this name: as themselves, or as `name (…`, by a token or while they act as somebody else. An
    /// empty one asks for nothing.
    ///
    /// Case is what the database takes for it: for SQLite only that of the letters A to Z. A name that is spelled as it is
    /// written down is found by both.
    pub fn person(&mut self, column: &str, name: &str) {
        let name = name.trim();
        if name.is_empty() {
            return;
        }
        let column = format!("LOWER({column})");
        let (lower, lower_ascii) = (name.to_lowercase(), name.to_ascii_lowercase());
        let spellings = if lower == lower_ascii { vec![lower] } else { vec![lower, lower_ascii] };
        let mut ways = Vec::new();
        for name in spellings {
            let (plain, more) = (self.value(name.as_str()), self.value(format!("{name} (").as_str()));
            ways.push(format!("{column} = {plain}"));
            ways.push(format!("SUBSTR({column}, 1, LENGTH({more})) = {more}"));
        }
        self.any(&ways);
    }

    /// `comparison` is a column and how it compares, such as `began >=`.
    pub fn number(&mut self, comparison: &str, number: Option<i64>) {
        if let Some(number) = number {
            let place = self.value(number);
            self.push(format!("{comparison} {place}"));
        }
    }

    /// What comes behind a moment and id in a list whose newest is first.
    pub fn before(&mut self, moment: &str, id: &str, last: Option<&(i64, String)>) {
        if let Some((at, last)) = last {
            let (at, last) = (self.value(*at), self.value(last.as_str()));
            self.push(format!("({moment} < {at} OR ({moment} = {at} AND {id} < {last}))"));
        }
    }

    /// The first rows that meet all conditions. `select` and `order` stand before and behind them.
    pub async fn rows(
        mut self,
        database: &Database,
        select: &str,
        order: &str,
        limit: u32,
    ) -> Result<Vec<AnyRow>, DatabaseError> {
        let limit = self.value(i64::from(limit));
        self.ask(database, select, &format!("ORDER BY {order} LIMIT {limit}")).await
    }

    /// All rows that a question brings: `select` stands before the conditions, `rest` behind them.
    pub async fn ask(
        self,
        database: &Database,
        select: &str,
        rest: &str,
    ) -> Result<Vec<AnyRow>, DatabaseError> {
        let conditions = match self.all.as_slice() {
            [] => String::new(),
            all => format!(" WHERE {}", all.join(" AND ")),
        };
        let question = format!("{select}{conditions} {rest}");
        let mut query = sqlx::query(sqlx::AssertSqlSafe(question));
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        Ok(query.fetch_all(database.readers()).await?)
    }
}
