//! Lines of logs. [`model::live::Topic::Log`] follows them.

use leptos::prelude::*;
use model::live::{ContainerChoice, LogLines};
use model::{ConsoleError, ObjectName, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Lines of the logs of a pod, or of all pods of an object in the order of their times.
#[server(endpoint = "resources/log", input = Json)]
pub async fn read_log(
    /// Which logs.
    request: LogRequest,
) -> Result<LogPage, ConsoleError> {
    model::port::<dyn crate::Resources>()?.log(request).await
}

/// Which logs, and which of their lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRequest {
    /// A pod, or an object whose pods' logs are shown together.
    pub of: ResourceRef,
    /// Only this one of its pods.
    pub pod: Option<ObjectName>,
    /// Which of their containers.
    pub containers: ContainerChoice,
    /// The run before the present one.
    pub previous: bool,
    /// How many lines, at most 5,000.
    pub tail: u32,
    /// Only lines of the last so many seconds.
    pub since_seconds: Option<u32>,
    /// The lines around this moment, in nanoseconds since 1970, instead of the last ones.
    pub around_nanoseconds: Option<i64>,
}

/// Lines of logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// The container they are of, when they are of one.
    pub container: Option<String>,
    /// All containers that have a log.
    pub containers: Vec<String>,
    /// All pods that have one.
    pub pods: Vec<ObjectName>,
    /// The lines, oldest first.
    pub lines: LogLines,
    /// From where they are followed.
    pub revision: Option<String>,
    /// Whether there are older lines.
    pub more: bool,
    /// How many logs could not be read, and why the first of them could not.
    pub unread: Option<(u32, ConsoleError)>,
    /// How many logs are not shown because there are so many.
    pub left_out: u32,
}
