//! What a webhook made of a checked object gets into the store, unless somebody was faster.

use std::sync::Arc;

use serde_json::Value;

use crate::cluster::Cluster;
use crate::object::Object;
use crate::registry::Kind;
use crate::write::same;
use crate::{Status, collector};

impl Cluster {
    /// Stores a new object that was checked in another version.
    pub(crate) fn keep_new(&self, kind: &Arc<Kind>, object: &Value) -> Result<Arc<Object>, Status> {
        let _writing = self.inner.writer.lock();
        let (resource, metadata) = (kind.resource(), &object["metadata"]);
        let name = metadata["name"].as_str().unwrap_or_default();
        // The kind may have gone while its webhook was asked.
        self.kind(&resource)?;
        if self.get(&resource, metadata["namespace"].as_str(), name).is_some() {
            return Err(Status::already_exists(&resource, name));
        }
        let created = self.commit(kind, object)?;
        collector::after_create(self, kind, &created);
        Ok(created)
    }

    /// Stores what an object has become by a change that was checked in another version; none when somebody was faster.
    pub(crate) fn keep_changed(
        &self,
        kind: &Arc<Kind>,
        stored: &Arc<Object>,
        object: &Value,
    ) -> Result<Option<Arc<Object>>, Status> {
        let _writing = self.inner.writer.lock();
        let latest = self.get(&kind.resource(), stored.namespace(), stored.name());
        if latest.is_none_or(|latest| latest.resource_version() != stored.resource_version()) {
            return Ok(None);
        }
        if same(&stored.parse(), object) && stored.api_version() == kind.api_version() {
            return Ok(Some(Arc::clone(stored)));
        }
        self.keep_revised(kind, stored, object).map(Some)
    }
}
