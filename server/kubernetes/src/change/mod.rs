//! Everything that changes a cluster or reads live from it, always as the caller.

mod act;
mod apply;
mod batch;
mod bin;
mod delete;
mod diff;
mod document;
mod drain;
mod evictions;
mod grants;
mod jobs;
mod labels;
mod live;
mod manifest;
mod many;
mod owners;
mod preview;
mod restarts;
mod restorable;
mod restore;
mod rollback;
mod schema;
mod text;
mod trigger;
mod yaml;

pub(crate) use batch::Commands;
pub use bin::{Bin, Deleted, DeletedObject};
pub(crate) use delete::{DeletionFacts, plan as plan_deletion};
pub(crate) use diff::of_parts as difference;
pub(crate) use grants::{ReadManifest, need_of};
pub(crate) use jobs::Jobs;
pub(crate) use manifest::{read_manifest, read_value};
pub(crate) use restarts::concerns;
pub use restore::SeenDeleted;
pub(crate) use schema::Schemas;
pub(crate) use yaml::read_plain as read_yaml;
