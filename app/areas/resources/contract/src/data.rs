//! What config maps and secrets hold, key by key.

use leptos::prelude::*;
use model::{ConsoleError, ResourceRef, link};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// What a config map or a secret holds. Values of secrets are left out unless `reveal`, which is audited.
#[server(endpoint = "resources/data", input = Json)]
pub async fn read_data(
    /// The config map or secret.
    resource: ResourceRef,
    /// Values of secrets too.
    reveal: bool,
) -> Result<Vec<DataEntry>, ConsoleError> {
    model::port::<dyn crate::Resources>()?.data(resource, reveal).await
}

/// Where what a key of a config map holds is taken away as a file.
pub fn value_address(map: &ResourceRef, key: &str) -> String {
    format!("{}/value?key={}", link::object(map), link::escape(key))
}

/// One key of a config map or a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataEntry {
    /// The key.
    pub key: String,
    /// How much it holds, in bytes.
    pub size_bytes: u64,
    /// What it holds.
    pub value: DataValue,
}

/// What a key holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataValue {
    /// This.
    Text(String),
    /// Bytes that are no text.
    Bytes,
    /// A value of a secret that was not asked for.
    Hidden,
}
