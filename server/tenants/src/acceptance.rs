//! Which cluster is meant by a name.

use crate::{ForCaller, Tenants};
use async_trait::async_trait;
use clusters_contract::{AcceptFields, Acceptance, KEEP, REMOVE};
use kubernetes::accept;
use model::fault::ClusterFault;
use model::{ConsoleError, FieldProblem};

#[async_trait]
impl Acceptance for ForCaller {
    async fn accept(&self, fields: AcceptFields) -> Result<(), ConsoleError> {
        let AcceptFields { cluster, found, old, confirm } = fields;
        let action = accept(&cluster);
        self.require(&action).await?;
        let another = self.tenants.access.identities().another(&cluster);
        let another = another.filter(|another| another.found == found).ok_or_else(changed)?;
        let mut problems = Vec::new();
        if old != KEEP && old != REMOVE {
            problems.push(FieldProblem::of("old", ClusterFault::Old));
        }
        if confirm.trim() != cluster.as_str() {
            problems.push(FieldProblem::of("confirm", ClusterFault::Confirm(cluster.to_string())));
        }
        crate::valid(problems)?;
        let detail = format!("{found} instead of {}; {old} what that had", another.known);
        let keep = old == KEEP;
        let name = cluster.clone();
        let work = async move |tenants: Tenants, _| {
            let accepted = tenants.database.accept_cluster(&name, &another.known, &found, keep).await;
            if accepted? { Ok(()) } else { Err(changed()) }
        };
        self.perform(action.saying(detail), work).await?;
        self.caught_up(&cluster).await;
        Ok(())
    }
}

fn changed() -> ConsoleError {
    ConsoleError::refused("", ClusterFault::Changed)
}
