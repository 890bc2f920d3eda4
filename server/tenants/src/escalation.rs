//! Nobody gives what they do not have.

use crate::actions::Where;
use access::Caller;
use access::roles::Permissions;
use model::fault::MemberFault;
use model::{ConsoleError, Tier};

/// Everything that somebody holds in a place, however they hold it.
pub fn held(caller: &Caller, place: &Where) -> Permissions {
    let rights = &caller.rights;
    match place {
        Where::Cluster(cluster) => rights.in_cluster(cluster),
        Where::Workspace(workspace) => {
            let manages = rights.platform.has("workspaces.manage");
            let all = if manages { Permissions::all(Tier::Workspace) } else { Permissions::NONE };
            all.and(rights.in_workspace(workspace.id))
        }
        Where::Project(project) => {
            let manages = rights.is_administrator() || rights.platform.has("workspaces.manage");
            let all = if manages { Permissions::all(Tier::Project) } else { Permissions::NONE };
            all.and(rights.in_namespace(&project.cluster, &project.namespace))
        }
    }
}

/// Refuses to give more than the giver has. The error stands at `field`.
pub fn check(given: Permissions, giver: Permissions, field: &str) -> Result<(), ConsoleError> {
    let missing = given.without(giver);
    if missing.is_empty() {
        return Ok(());
    }
    let words = missing.words().join(", ");
    Err(ConsoleError::refused(field, MemberFault::More(words)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_giver_gives_no_more_than_they_have() {
        let viewer = Permissions::of(Tier::Project, ["workloads.view"]);
        let editor = Permissions::of(Tier::Project, ["workloads.edit"]);

        assert_eq!(check(viewer, editor, "role"), Ok(()));
        let refused = check(editor, viewer, "role").unwrap_err().to_string();
        assert!(refused.contains("workloads.operate, workloads.edit"), "{refused}");
    }
}
