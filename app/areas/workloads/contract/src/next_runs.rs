//! When a cron job would run next.

use leptos::prelude::*;
use model::{ConsoleError, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// When a cron job would run next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextRuns {
    /// At these times, the nearest first; none where there is none in the next five years.
    At(Vec<NextRun>),
    /// Every so often since the job was made.
    SinceItsStart,
    /// Nothing can be read from the time table.
    NoTable,
    /// There is no time zone of this name.
    NoZone,
}

/// A moment at which a cron job would run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextRun {
    /// The moment.
    pub at: Timestamp,
    /// What clocks show then in the time zone of the time table, and how far that is from UTC: `2026-11-23 04:20 +01:00`.
    pub there: String,
    /// How many seconds those clocks are before UTC then.
    pub offset_seconds: i64,
}

/// When a cron job would run next.
#[server(endpoint = "workloads/next-runs", input = Json)]
pub async fn read_next_runs(
    /// Its time table.
    schedule: String,
    /// The time zone by whose clocks it runs; empty for UTC.
    time_zone: String,
) -> Result<NextRuns, ConsoleError> {
    model::port::<dyn crate::Wizards>()?.next_runs(schedule, time_zone).await
}
