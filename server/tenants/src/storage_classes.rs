//! Which storage classes the projects of a workspace may make claims of.

use crate::quotas::limit_workspace;
use crate::{ForCaller, Tenants};
use access::Granted;
use database::limits::Limits;
use database::workspaces::Workspace;
use model::fault::WorkspaceFault;
use model::{ClusterName, ConsoleError};
use provisioner::{ProvisionError, ReadUse};
use std::collections::BTreeSet;
use workspaces_contract::{StorageClassFields, StorageClasses};

impl ForCaller {
    /// The classes of a cluster as they are for a workspace.
    pub(crate) async fn storage_classes(
        &self,
        workspace: &Workspace,
        granted: &Granted<ReadUse>,
        limits: &Limits,
    ) -> Result<StorageClasses, ProvisionError> {
        let key = (workspace.id, granted.action().cluster.clone());
        let closed = limits.closed_classes.get(&key).cloned().unwrap_or_default();
        let served = self.tenants.provisioner.storage_classes(granted).await?;
        Ok(StorageClasses { open: served.difference(&closed).cloned().collect(), closed })
    }

    pub(crate) async fn set_storage_classes(&self, fields: StorageClassFields) -> Result<(), ConsoleError> {
        let workspace = self.find_workspace(&fields.workspace).await?;
        let action = limit_workspace(&workspace);
        self.require(&action).await?;
        if !workspace.clusters.contains(&fields.cluster) {
            return Err(ConsoleError::refused("cluster", WorkspaceFault::ForeignCluster));
        }
        if let Some(wrong) = fields.known.iter().find(|class| !is_name(class)) {
            return Err(ConsoleError::refused("known", WorkspaceFault::StorageClass(wrong.clone())));
        }
        let key = (workspace.id, fields.cluster.clone());
        let before = self.all_limits().await?.closed_classes.remove(&key).unwrap_or_default();
        let closed = fields.closed(&before);
        let (id, cluster) = key;
        let work = async move |tenants: Tenants, _| {
            let done = tenants.database.close_storage_classes(id, &cluster, &closed).await;
            done.map_err(ConsoleError::from)
        };
        self.perform(action, work).await?;
        self.caught_up(&fields.cluster).await;
        Ok(())
    }
}

/// Whether a text can be the name of a storage class.
fn is_name(class: &str) -> bool {
    model::ObjectName::parse(class).is_ok()
}

/// Closed classes of a workspace, where its cluster does not say which it has.
pub(crate) fn unknown(workspace: &Workspace, cluster: &ClusterName, limits: &Limits) -> StorageClasses {
    let closed = limits.closed_classes.get(&(workspace.id, cluster.clone())).cloned().unwrap_or_default();
    StorageClasses { open: BTreeSet::new(), closed }
}
