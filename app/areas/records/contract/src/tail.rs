//! Following what is written.

use crate::field::Of;
use crate::record::Rows;
use crate::search::{KeptBy, Searched, Shortfall};
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What was written of what is looked for since the last time.
#[server(endpoint = "records/tail", input = Json)]
pub async fn tail_records(
    /// What, where, since when.
    request: TailRequest,
) -> Result<Searched<Tail>, ConsoleError> {
    model::port::<dyn crate::Records>()?.tail(request).await
}

/// What is looked for, where, and from which moment on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TailRequest {
    /// Where.
    pub cluster: ClusterName,
    /// What is followed.
    pub of: Of,
    /// What is looked for, as it was typed; [`crate::Query`] reads it.
    pub query: String,
    /// The newest moment that was shown, in milliseconds since 1970; none at the beginning.
    pub since_ms: Option<i64>,
}

/// The end of what was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// The newest first. Log stores learn of lines late and out of order, so what was written shortly before is there again:
    /// whoever shows them knows them by their ids.
    pub rows: Rows,
    /// Whether more was written since than there are rows.
    pub is_cut: bool,
    /// Why this may not be all.
    pub shortfall: Vec<Shortfall>,
    /// The namespaces to which it was confined; `None` when it was not.
    pub confined_to: Option<Vec<String>>,
    /// What keeps it.
    pub kept_by: KeptBy,
}

impl Tail {
    /// The most rows of one answer.
    pub const MOST: usize = 200;
    /// How far back the first answer looks, in milliseconds.
    pub const BEGINNING_MS: i64 = 15 * 60_000;
    /// By how much a log store may learn of a line later than of younger ones, in milliseconds.
    pub const LATE_MS: i64 = 30_000;
}
