//! What stands around a line.

use crate::Searched;
use crate::record::LogRecord;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// One line of a log and what the same container wrote before and after it.
#[server(endpoint = "records/around", input = Json)]
pub async fn read_around(
    /// Which line.
    request: AroundRequest,
) -> Result<Searched<Around>, ConsoleError> {
    model::port::<dyn crate::Records>()?.around(request).await
}

/// Which line, and how much around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AroundRequest {
    /// Where.
    pub cluster: ClusterName,
    /// What the line is called in the log store.
    pub id: String,
    /// How many lines before it and after it.
    pub lines: u32,
}

impl AroundRequest {
    /// How many lines are shown before and after, and how many more with each wish for more.
    pub const LINES: u32 = 25;
    /// The most.
    pub const MOST_LINES: u32 = 500;
}

/// A line among its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    /// All lines, the oldest first.
    pub lines: Vec<LogRecord>,
    /// Which of them was asked for.
    pub at: u32,
    /// Whether there are more before and after these.
    pub more: (bool, bool),
    /// What answered, for people.
    pub source: String,
}
