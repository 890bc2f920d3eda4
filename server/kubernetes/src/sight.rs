//! How much of a list somebody may see: which of its objects, and whether also who uses them.

use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::reads::ReadTable;
use crate::slug::built_in;
use access::{Granted, Scope};
use kinds::Kind;
use model::Namespace;

/// How much of a list somebody may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sight {
    /// Which of its objects.
    pub scope: Scope,
    /// Whether they may see all that may use these. Who sees only some of it is told nothing: that nobody uses an object could
    /// not be told from that they may not see who does.
    pub users: bool,
}

#[cfg(test)]
impl Sight {
    /// Objects, and not who uses them.
    pub fn of_objects(scope: Scope) -> Self {
        Self { scope, users: false }
    }
}

impl ForCaller {
    /// How much of a list the caller may see of which they may see these objects, and their right to see all that may use
    /// them, if they have it.
    pub(crate) async fn sight(
        &self,
        cluster: &Cluster,
        kind: &Kind,
        scope: &Scope,
        namespaces: &[Namespace],
    ) -> (Sight, Option<Granted<ReadTable>>) {
        let users = match kind.used_by() {
            Some((_, used_by)) => self.seen_in_all(cluster, used_by.slug, scope, namespaces).await,
            None => None,
        };
        (Sight { scope: scope.clone(), users: users.is_some() }, users)
    }

    async fn seen_in_all(
        &self,
        cluster: &Cluster,
        kind: &str,
        scope: &Scope,
        namespaces: &[Namespace],
    ) -> Option<Granted<ReadTable>> {
        let served = cluster.served(&built_in(kind)).await.ok()?;
        let action = ReadTable::new(cluster.name(), &served, namespaces);
        let granted = self.kubernetes.access().glance(&self.caller, action)?;
        scope.is_within(granted.scope()).then_some(granted)
    }
}
