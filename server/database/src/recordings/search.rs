//! Looking for recordings.

use super::{COLUMNS, StoredRecording, stored};
use crate::{Database, DatabaseError};
use model::ClusterName;
use uuid::Uuid;

/// What to look for. Empty fields ask for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingFilter {
    /// In which cluster.
    pub cluster: ClusterName,
    /// In which namespace; empty for all, and for nodes.
    pub namespace: String,
    /// The name of the account, whole, in any case.
    pub person: String,
    /// The first moment.
    pub from_milliseconds: Option<i64>,
    /// The moment behind the last one.
    pub until_milliseconds: Option<i64>,
    /// Only what began before the recording of this moment and id.
    pub before: Option<(i64, String)>,
    /// What the reader may see.
    pub scope: RecordingScope,
}

/// Which recordings a reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordingScope {
    /// All of the cluster.
    All,
    /// Those of these projects.
    Projects(Vec<Uuid>),
}

enum Value {
    Text(String),
    Number(i64),
}

/// Conditions, all of which must hold, with their values beside them.
#[derive(Default)]
struct Where {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Where {
    fn place(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn text(&mut self, column: &str, text: &str) {
        if !text.trim().is_empty() {
            let place = self.place(Value::Text(text.trim().to_owned()));
            self.conditions.push(format!("{column} = {place}"));
        }
    }

    fn number(&mut self, condition: &str, number: Option<i64>) {
        if let Some(number) = number {
            let place = self.place(Value::Number(number));
            self.conditions.push(format!("{condition} {place}"));
        }
    }

    fn any_of(&mut self, column: &str, texts: Vec<String>) {
        let places: Vec<String> = texts.into_iter().map(|text| self.place(Value::Text(text))).collect();
        let nothing = String::from("1 = 0");
        let condition =
            if places.is_empty() { nothing } else { format!("{column} IN ({})", places.join(", ")) };
        self.conditions.push(condition);
    }

    fn of(filter: &RecordingFilter) -> Self {
        let mut wanted = Self::default();
        wanted.text("cluster", filter.cluster.as_str());
        wanted.text("namespace", &filter.namespace);
        wanted.text("LOWER(account_name)", &filter.person.to_lowercase());
        wanted.number("started_milliseconds >=", filter.from_milliseconds);
        wanted.number("started_milliseconds <", filter.until_milliseconds);
        if let Some((at, id)) = &filter.before {
            let (at, id) = (wanted.place(Value::Number(*at)), wanted.place(Value::Text(id.clone())));
            wanted.conditions.push(format!(
                "(started_milliseconds < {at} OR (started_milliseconds = {at} AND id < {id}))"
            ));
        }
        if let RecordingScope::Projects(projects) = &filter.scope {
            wanted.any_of("project_id", projects.iter().map(Uuid::to_string).collect());
        }
        wanted
    }

    async fn find(mut self, database: &Database, limit: u32) -> Result<Vec<StoredRecording>, DatabaseError> {
        let limit = self.place(Value::Number(limit.into()));
        let conditions = self.conditions.join(" AND ");
        let question =
            format!("{COLUMNS} WHERE {conditions} ORDER BY started_milliseconds DESC, id DESC LIMIT {limit}");
        let mut query = sqlx::query(sqlx::AssertSqlSafe(question));
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        let rows = query.fetch_all(database.readers()).await?;
        rows.iter().map(stored).collect()
    }
}

impl Database {
    /// The newest recordings that meet a filter, newest first.
    pub async fn recordings(
        &self,
        filter: &RecordingFilter,
        limit: u32,
    ) -> Result<Vec<StoredRecording>, DatabaseError> {
        Where::of(filter).find(self, limit).await
    }

    /// The recordings of these requests, for who has found out already which of them the reader may see.
    pub async fn recordings_of_requests(
        &self,
        requests: &[String],
    ) -> Result<Vec<StoredRecording>, DatabaseError> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let mut wanted = Where::default();
        wanted.any_of("request_id", requests.to_vec());
        wanted.find(self, u32::try_from(requests.len()).unwrap_or(u32::MAX).saturating_mul(2)).await
    }
}
