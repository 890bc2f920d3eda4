//! Questions to one log store.

use crate::answer::{Answer, Closed, FieldCaps, Opened, Root, read};
use crate::dsl::Search;
use crate::error::ElasticsearchError;
use crate::layout::Pattern;
use crate::transport::{Ask, Transport};
use bytes::Bytes;
use http::Method;
use model::link::escape;
use serde::Serialize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How many questions it is asked at once.
const AT_ONCE: usize = 8;
/// How long a question waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// What it had no room for is asked again after these pauses. There is one try more than pauses.
const PAUSES: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];
/// How long a point in time stays when nobody reads on.
pub const KEEP_ALIVE: &str = "2m";
/// An index that is gone, or closed, is no error; whoever asks the same gets it from the same copies.
const OPTIONS: &str = "ignore_unavailable=true&allow_no_indices=true&preference=orrery";

/// One log store.
pub struct Client {
    transport: Arc<dyn Transport>,
    turns: Semaphore,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Close<'p> {
    Elasticsearch { id: &'p str },
    OpenSearch { pit_id: [&'p str; 1] },
}

impl Client {
    /// The log store at the end of this way. Nothing is asked yet.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, turns: Semaphore::new(AT_ONCE) }
    }

    /// What it is called.
    pub fn name(&self) -> String {
        self.transport.name()
    }

    /// What it is.
    pub async fn root(&self) -> Result<Root, ElasticsearchError> {
        self.ask("root", Method::GET, "/".into(), None::<&()>).await
    }

    /// Which of these fields there are in some indices.
    pub async fn field_caps(
        &self,
        index: &Pattern,
        fields: &[String],
    ) -> Result<FieldCaps, ElasticsearchError> {
        let fields = fields.iter().map(|field| escape(field)).collect::<Vec<_>>().join(",");
        let index = index.as_str();
        let path =
            format!("/{index}/_field_caps?ignore_unavailable=true&allow_no_indices=true&fields={fields}");
        self.ask("fields", Method::GET, path, None::<&()>).await
    }

    /// Searches some indices.
    pub async fn search(&self, index: &Pattern, search: &Search) -> Result<Answer, ElasticsearchError> {
        let path = format!("/{}/_search?{OPTIONS}", index.as_str());
        self.ask("search", Method::GET, path, Some(search)).await
    }

    /// Searches a point in time, which knows its indices.
    pub async fn search_point(&self, search: &Search) -> Result<Answer, ElasticsearchError> {
        self.ask("export", Method::GET, "/_search".into(), Some(search)).await
    }

    /// Keeps some indices as they are now for as long as somebody reads on.
    pub async fn open_point(
        &self,
        index: &Pattern,
        is_opensearch: bool,
    ) -> Result<String, ElasticsearchError> {
        let index = index.as_str();
        let path = match is_opensearch {
            true => format!("/{index}/_search/point_in_time?keep_alive={KEEP_ALIVE}"),
            false => format!("/{index}/_pit?keep_alive={KEEP_ALIVE}&ignore_unavailable=true"),
        };
        match self.ask("export", Method::POST, path, None::<&()>).await? {
            Opened::Elasticsearch { id } | Opened::OpenSearch { pit_id: id } => Ok(id),
        }
    }

    /// Lets a point in time go. Failing that, it ends by itself.
    pub async fn close_point(&self, id: &str, is_opensearch: bool) -> Result<(), ElasticsearchError> {
        let (path, close) = match is_opensearch {
            true => ("/_search/point_in_time", Close::OpenSearch { pit_id: [id] }),
            false => ("/_pit", Close::Elasticsearch { id }),
        };
        let Closed {} = self.ask("export", Method::DELETE, path.into(), Some(&close)).await?;
        Ok(())
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        question: &'static str,
        method: Method,
        path: String,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<T, ElasticsearchError> {
        let unreadable =
            |error: serde_json::Error| ElasticsearchError::Unreadable { cause: error.to_string().into() };
        let body = body.map(serde_json::to_vec).transpose().map_err(unreadable)?.unwrap_or_default();
        let ask = Ask { method, path, body: Bytes::from(body) };
        for pause in PAUSES {
            match self.ask_once(question, &ask).await {
                Err(error) if error.is_for_want_of_room() => sleep(jittered(pause)).await,
                outcome => return outcome,
            }
        }
        self.ask_once(question, &ask).await
    }

    async fn ask_once<T: serde::de::DeserializeOwned>(
        &self,
        question: &'static str,
        ask: &Ask,
    ) -> Result<T, ElasticsearchError> {
        let turn = timeout(TURN, self.turns.acquire())
            .await
            .map_err(|_| ElasticsearchError::Busy { after: TURN })?;
        let began = Instant::now();
        let answer = self.transport.ask(ask).await;
        drop(turn);
        let outcome = if answer.is_ok() { "answered" } else { "failed" };
        metrics::histogram!("orrery_records_duration_seconds", "question" => question, "outcome" => outcome)
            .record(began.elapsed().as_secs_f64());
        read(&answer?)
    }
}

/// A pause, a little shorter or longer: who was refused together should not come back together.
pub fn jittered(pause: Duration) -> Duration {
    let spread = uuid::Uuid::new_v4().as_bytes().first().copied().unwrap_or_default();
    pause.mul_f64(0.75 + f64::from(spread) / 512.0)
}
