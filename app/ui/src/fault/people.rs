//! What is wrong with accounts and with what is done to them.

use super::fault_words;
use super::roles::permissions;
use crate::words::{role_words, text, text_with};
use model::fault::{HeldIn, PersonFault};

pub(super) fn words(fault: &PersonFault) -> String {
    let words = match fault {
        PersonFault::Beyond { role, title, place, more } => {
            return beyond(&role_words(role, title.as_deref()), place, more);
        }
        PersonFault::OneOf { name, fault } => {
            let fault = fault_words(fault);
            return text_with("fault.person.one-of", &[("name", name), ("fault", &fault)]);
        }
        PersonFault::Name => text("fault.person.name"),
        PersonFault::FullName => text("fault.person.full-name"),
        PersonFault::Email => text("fault.person.email"),
        PersonFault::NameTaken => text("fault.person.name-taken"),
        PersonFault::Role => text("fault.person.role"),
        PersonFault::LastAdministrator => text("fault.person.last-administrator"),
        PersonFault::Administrator => text("fault.person.administrator"),
        PersonFault::Own => text("fault.person.own"),
        PersonFault::Provider => text("fault.person.provider"),
        PersonFault::Subject => text("fault.person.subject"),
        PersonFault::Linked => text("fault.person.linked"),
        PersonFault::OnlyWayIn => text("fault.person.only-way-in"),
        PersonFault::NoEmail => text("fault.person.no-email"),
        PersonFault::NoPassword => text("fault.person.no-password"),
        PersonFault::Act => text("fault.person.act"),
        PersonFault::OneAtATime => text("fault.person.one-at-a-time"),
        PersonFault::Nobody => text("fault.person.nobody"),
        PersonFault::Reason => text("fault.person.reason"),
        PersonFault::NotToActAs => text("fault.person.not-to-act-as"),
    };
    words.to_owned()
}

fn beyond(role: &str, place: &HeldIn, more: &str) -> String {
    let place = match place {
        HeldIn::Cluster(cluster) => text_with("fault.in-cluster", &[("cluster", cluster)]),
        HeldIn::Workspace(workspace) => text_with("fault.in-workspace", &[("workspace", workspace)]),
        HeldIn::Project(cluster, project) => {
            text_with("fault.in-project", &[("cluster", cluster), ("project", project)])
        }
    };
    text_with("fault.person.beyond", &[("role", &role), ("place", &place), ("more", &permissions(more))])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::fault::EntryFault;
    use model::{ClusterName, Fault, Namespace, WorkspaceName};

    #[test]
    fn faults_of_people_read_as_they_say() {
        let one_of = PersonFault::OneOf {
            name: "ada".into(),
            fault: Box::new(EntryFault::Exactly("ada".into()).into()),
        };
        let all = [
            one_of,
            PersonFault::Name,
            PersonFault::FullName,
            PersonFault::Email,
            PersonFault::NameTaken,
            PersonFault::Role,
            PersonFault::LastAdministrator,
            PersonFault::Administrator,
            PersonFault::Own,
            PersonFault::Provider,
            PersonFault::Subject,
            PersonFault::Linked,
            PersonFault::OnlyWayIn,
            PersonFault::NoEmail,
            PersonFault::NoPassword,
            PersonFault::Act,
            PersonFault::OneAtATime,
            PersonFault::Nobody,
            PersonFault::Reason,
            PersonFault::NotToActAs,
        ];

        reads_as_it_says(all.map(Fault::from));
    }

    #[test]
    fn roles_and_permissions_are_called_as_on_their_pages() {
        let cluster = ClusterName::parse("harbour").unwrap();
        let beyond = |place, role: &str, title: Option<&str>| {
            let (role, title) = (role.to_owned(), title.map(str::to_owned));
            PersonFault::Beyond { role, title, place, more: "workloads.edit, workloads.exec".into() }
        };
        let more = permissions("workloads.edit, workloads.exec");
        let project = HeldIn::Project(cluster.clone(), Namespace::parse("shop").unwrap());
        let workspace = HeldIn::Workspace(WorkspaceName::parse("garden").unwrap());

        for (fault, role, place) in [
            (
                beyond(HeldIn::Cluster(cluster), "cluster-admin", None),
                "Cluster administrator",
                "cluster harbour",
            ),
            (beyond(workspace, "7", Some("Night shift")), "Night shift", "workspace garden"),
            (
                beyond(project, "project-admin", None),
                "Project administrator",
                "project shop in cluster harbour",
            ),
        ] {
            let said = words(&fault);
            assert!(
                said.starts_with(&format!("holds the role {role} in {place}, which allows more")),
                "{said}"
            );
            assert!(said.contains(&more) && !said.contains("workloads.edit"), "{said}");
            assert!(fault.to_string().contains("workloads.edit"), "programs read the words: {fault}");
        }
    }
}
