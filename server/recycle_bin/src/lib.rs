#![doc = include_str!("../README.md")]

mod port;

use async_trait::async_trait;
use database::deleted_objects::DeletedObject as Row;
use database::{Database, now_seconds};
use identity::Seal;
use kubernetes::{Bin, Deleted, DeletedObject};
use model::ConsoleError;
use resources_contract::KEPT_DAYS;
use uuid::Uuid;

/// For what manifests are sealed.
const PURPOSE: &str = "deleted object";

/// Keeps what is deleted, in the console's tables. Cheap to clone.
#[derive(Clone)]
pub struct RecycleBin {
    database: Database,
    seal: Seal,
}

/// The recycle bin as one caller may see it: the backend of the contract.
pub struct ForCaller {
    bin: RecycleBin,
    clusters: kubernetes::ForCaller,
}

impl RecycleBin {
    /// One in these tables.
    pub fn new(database: Database, seal: Seal) -> Self {
        Self { database, seal }
    }

    /// As whoever sees these clusters so may see it.
    pub fn for_caller(&self, clusters: kubernetes::ForCaller) -> ForCaller {
        ForCaller { bin: self.clone(), clusters }
    }

    fn row(deletion: Uuid, place: i64, deleted: &Deleted, object: &DeletedObject) -> Row {
        let now = now_seconds();
        Row {
            id: Uuid::new_v4(),
            deletion,
            place,
            left_out: if place == 0 { i64::try_from(deleted.left_out).unwrap_or(i64::MAX) } else { 0 },
            cluster: deleted.cluster.clone(),
            group: object.group.clone(),
            plural: object.plural.clone(),
            kind: object.kind.clone(),
            slug: object.resource.kind.to_string(),
            namespace: object.resource.namespace.as_ref().map(ToString::to_string),
            name: object.resource.name.to_string(),
            deleted_by: deleted.by.clone(),
            deleted_at: now,
            kept_until: now + i64::from(KEPT_DAYS) * 86_400,
        }
    }
}

#[async_trait]
impl Bin for RecycleBin {
    async fn keep(&self, deleted: Deleted) -> Result<Uuid, ConsoleError> {
        // In the order of time, so that the newest comes first within a second too.
        let deletion = Uuid::now_v7();
        let objects = (0..).zip(&deleted.objects).map(|(place, object)| {
            let row = Self::row(deletion, place, &deleted, object);
            (row, self.seal.seal_value(PURPOSE, &object.manifest))
        });
        let objects: Vec<_> = objects.collect();
        self.database.keep_deleted(&objects).await?;
        Ok(deletion)
    }

    async fn forget(&self, kept: Uuid) {
        if let Err(error) = self.database.forget_deletion(kept).await {
            // It says that it was deleted; making it again will say that it is there.
            tracing::error!(error = &error as &dyn std::error::Error, "An object stays in the recycle bin");
        }
    }
}
