//! What was deleted, and making it again.

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ClusterName, ConsoleError, ResourceRef, Timestamp};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// For how many days deleted objects are kept.
pub const KEPT_DAYS: u32 = 7;

/// Questions and commands about deleted objects, on behalf of one caller.
#[async_trait]
pub trait RecycleBin: Send + Sync {
    /// What was deleted in a cluster, as far as the caller may see such objects now.
    async fn deleted(&self, query: DeletedQuery) -> Result<DeletedList, ConsoleError>;
    /// Makes a deleted object again, as the caller. Answers which.
    async fn restore(&self, fields: RestoreFields) -> Result<ResourceRef, ConsoleError>;
}

/// What was deleted in a cluster.
#[server(endpoint = "resources/deleted", input = Json)]
pub async fn read_deleted(
    /// Where, and what is looked for.
    query: DeletedQuery,
) -> Result<DeletedList, ConsoleError> {
    model::port::<dyn RecycleBin>()?.deleted(query).await
}

/// Makes a deleted object again.
#[server(endpoint = "resources/restore")]
pub async fn restore(
    /// The fields of the form.
    fields: RestoreFields,
) -> Result<(), ConsoleError> {
    let resource = model::port::<dyn RecycleBin>()?.restore(fields).await?;
    model::go_to(&model::link::object(&resource));
    Ok(())
}

/// What is looked for among deleted objects.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeletedQuery {
    /// Where.
    pub cluster: ClusterName,
    /// Words of kinds, namespaces, names and people, all of which must be there.
    pub search: String,
}

/// Deleted objects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeletedList {
    /// The newest first.
    pub lines: Vec<DeletedLine>,
    /// How many more there are.
    pub more: u32,
}

/// A deleted object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeletedLine {
    /// Its id among those that are kept.
    pub id: String,
    /// Which it was.
    pub resource: ResourceRef,
    /// Its kind, as manifests say it.
    pub kind: String,
    /// Who deleted it.
    pub deleted_by: String,
    /// When.
    pub deleted: Timestamp,
    /// Until when it is kept.
    pub until: Timestamp,
    /// How many objects that were in it are kept too.
    pub along: u32,
    /// How many more there were than could be kept.
    pub left_out: u32,
    /// Whether the caller may make it again.
    pub may_restore: bool,
    /// Whether it had data that is not kept.
    pub loses_data: bool,
}

/// The fields of the form that makes a deleted object again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which.
    #[serde(default)]
    pub id: String,
    /// Whether what was in it is made again too.
    #[serde(default)]
    pub along: bool,
}
