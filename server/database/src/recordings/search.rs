//! Looking for recordings.

use super::{COLUMNS, StoredRecording, stored};
use crate::conditions::Conditions;
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
    /// All that began after a moment, in milliseconds since 1970: those before are of another cluster that had the name.
    After(i64),
    /// Those of these projects.
    Projects(Vec<Uuid>),
}

fn meeting(filter: &RecordingFilter) -> Conditions {
    let mut wanted = Conditions::default();
    wanted.text("cluster", filter.cluster.as_str());
    wanted.text("namespace", &filter.namespace);
    wanted.person("account_name", &filter.person);
    wanted.number("started_milliseconds >=", filter.from_milliseconds);
    wanted.number("started_milliseconds <", filter.until_milliseconds);
    wanted.before("started_milliseconds", "id", filter.before.as_ref());
    match &filter.scope {
        RecordingScope::All => {}
        RecordingScope::After(moment) => wanted.number("started_milliseconds >", Some(*moment)),
        RecordingScope::Projects(projects) => {
            equals_any(&mut wanted, "project_id", projects.iter().map(Uuid::to_string));
        }
    }
    wanted
}

fn equals_any(wanted: &mut Conditions, column: &str, texts: impl Iterator<Item = String>) {
    let any: Vec<String> = texts.map(|text| format!("{column} = {}", wanted.value(text.as_str()))).collect();
    wanted.any(&any);
}

async fn newest(
    database: &Database,
    wanted: Conditions,
    limit: u32,
) -> Result<Vec<StoredRecording>, DatabaseError> {
    let rows = wanted.rows(database, COLUMNS, "started_milliseconds DESC, id DESC", limit).await?;
    rows.iter().map(stored).collect()
}

impl Database {
    /// The newest recordings that meet a filter, newest first.
    pub async fn recordings(
        &self,
        filter: &RecordingFilter,
        limit: u32,
    ) -> Result<Vec<StoredRecording>, DatabaseError> {
        newest(self, meeting(filter), limit).await
    }

    /// The recordings of these requests, for who has found out already which of them the reader may see.
    pub async fn recordings_of_requests(
        &self,
        requests: &[String],
    ) -> Result<Vec<StoredRecording>, DatabaseError> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let mut wanted = Conditions::default();
        equals_any(&mut wanted, "request_id", requests.iter().cloned());
        let most = u32::try_from(requests.len()).unwrap_or(u32::MAX).saturating_mul(2);
        newest(self, wanted, most).await
    }
}
