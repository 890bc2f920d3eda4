//! The last lines of a container's log. [`model::live::Topic::Log`] follows it.

use leptos::prelude::*;
use model::{ConsoleError, ResourceRef};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The last lines of a container's log.
#[server(endpoint = "resources/log", input = Json)]
pub async fn read_log(
    /// Which log.
    request: LogRequest,
) -> Result<LogPage, ConsoleError> {
    model::port::<dyn crate::Resources>()?.log(request).await
}

/// Which log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRequest {
    /// The pod.
    pub pod: ResourceRef,
    /// The container; `None` takes the first that is unwell, else the first.
    pub container: Option<String>,
    /// The run before the present one.
    pub previous: bool,
    /// How many lines, at most 5,000.
    pub tail: u32,
}

/// The end of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// The container it is of.
    pub container: String,
    /// All containers of the pod that have one.
    pub containers: Vec<String>,
    /// The lines, oldest first.
    pub lines: Vec<String>,
    /// Whether there are older lines.
    pub more: bool,
}
