//! Lists.

use leptos::prelude::*;
use model::{ConsoleError, Table, TableQuery};
use server_fn::codec::Json;

/// A page of a kind's objects, from the console's own store: complete, sorted and filtered over all of them.
#[server(endpoint = "resources/table", input = Json)]
pub async fn read_table(
    /// Which rows.
    query: TableQuery,
) -> Result<Table, ConsoleError> {
    model::port::<dyn crate::Resources>()?.table(query).await
}
