//! Whether the pods of a project pull their images with a secret by default.

use crate::caller::ForCaller;
use crate::change::pull_secrets;
use crate::cluster::Cluster;
use crate::state::RowData;
use crate::store::Store;
use kinds::Field;
use model::ResourceRef;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a page waits for a kind that nobody looked at before.
const PATIENCE: Duration = Duration::from_secs(2);
/// Secrets that hold a login to a registry.
const LOGINS: [&str; 2] = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

impl ForCaller {
    /// Whether the pods of a secret's project pull with it by default. `None` for what is no login to a registry, and where the
    /// caller may not see the account that says so.
    pub(super) async fn pulled_by_default(
        &self,
        cluster: &Arc<Cluster>,
        store: &Store,
        resource: &ResourceRef,
        row: &RowData,
    ) -> Option<bool> {
        if resource.kind.as_str() != "secrets" || !is_login(store, row) {
            return None;
        }
        let account = pull_secrets::account(resource);
        let accounts = timeout(PATIENCE, cluster.loaded(&account.kind)).await.ok()?.ok()?;
        let scope = self.glance(cluster, &accounts)?;
        let state = accounts.read();
        let found = state.row_of(&account).filter(|row| row.is_within(&scope))?;
        Some(pull_secrets::names(&state.value(&found.uid)?, resource.name.as_str()))
    }
}

fn is_login(store: &Store, secret: &RowData) -> bool {
    let column = store.served().kind.columns.iter().position(|spec| spec.id == "type");
    let field = column.and_then(|column| secret.fields.get(column));
    matches!(field, Some(Field::Text(text)) if LOGINS.contains(&&**text))
}
