//! Nobody opens a way into the account of who holds more than they do, wherever that is.

use crate::ForCaller;
use crate::actions::Where;
use crate::escalation::held;
use crate::members::Names;
use access::roles::Permissions;
use database::accounts::Account;
use database::members::Member;
use model::ConsoleError;
use model::fault::{HeldIn, PersonFault};

/// A role that allows somebody more in its place than the caller may do there.
pub(crate) struct Beyond<'m> {
    /// The role, and who holds it.
    pub member: &'m Member,
    place: Where,
    more: Permissions,
}

impl ForCaller {
    /// Those of these roles that allow more than the caller may do in their places.
    pub(crate) fn beyond<'m>(&self, members: &'m [Member], names: &Names) -> Vec<Beyond<'m>> {
        let beyond = |member: &'m Member| {
            let place = names.place_of(&member.place)?;
            let theirs = names.permissions(&member.role, member.place.tier());
            let more = theirs.without(held(&self.caller, &place));
            (!more.is_empty()).then_some(Beyond { member, place, more })
        };
        members.iter().filter_map(beyond).collect()
    }

    /// Refuses what would let the caller sign in as somebody who may do more than they in any cluster, workspace or
    /// project. The error stands at `field`.
    pub(crate) async fn check_way_in(
        &self,
        account: &Account,
        names: &Names,
        field: &str,
    ) -> Result<(), ConsoleError> {
        let members = self.tenants.database.memberships_of(account.id).await?;
        let beyond = self.beyond(&members, names);
        beyond.first().map_or(Ok(()), |beyond| Err(ConsoleError::refused(field, beyond.fault(names))))
    }
}

impl Beyond<'_> {
    fn fault(&self, names: &Names) -> PersonFault {
        let role = names.role(&self.member.role);
        let place = match &self.place {
            Where::Cluster(cluster) => HeldIn::Cluster(cluster.clone()),
            Where::Workspace(workspace) => HeldIn::Workspace(workspace.name.clone()),
            Where::Project(project) => HeldIn::Project(project.cluster.clone(), project.namespace.clone()),
        };
        let more = self.more.words().join(", ");
        PersonFault::Beyond { role: role.id, title: role.title, place, more }
    }
}
