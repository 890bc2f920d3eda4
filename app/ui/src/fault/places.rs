//! What is wrong with workspaces, their projects, and what these may use.

use crate::words::{text, text_with};
use model::fault::{ProjectFault, QuotaFault, WorkspaceFault};

pub(super) fn workspace_words(fault: &WorkspaceFault) -> String {
    let words = match fault {
        WorkspaceFault::NoCluster(cluster) => {
            return text_with("fault.workspace.no-cluster", &[("cluster", cluster)]);
        }
        WorkspaceFault::StorageClass(class) => {
            let class = format!("{class:?}");
            return text_with("fault.workspace.storage-class", &[("class", &class)]);
        }
        WorkspaceFault::NameTaken => text("fault.workspace.name-taken"),
        WorkspaceFault::ClusterInUse => text("fault.workspace.cluster-in-use"),
        WorkspaceFault::HasProjects => text("fault.workspace.has-projects"),
        WorkspaceFault::ForeignCluster => text("fault.workspace.foreign-cluster"),
    };
    words.to_owned()
}

pub(super) fn project_words(fault: &ProjectFault) -> String {
    let words = match fault {
        ProjectFault::Replaced { cluster, namespace } => {
            return text_with("fault.project.replaced", &[("cluster", cluster), ("namespace", namespace)]);
        }
        ProjectFault::MadeAnew { cluster, namespace } => {
            return text_with("fault.project.made-anew", &[("cluster", cluster), ("namespace", namespace)]);
        }
        ProjectFault::NotToGive(chosen) => {
            return text_with("fault.project.not-to-give", &[("chosen", chosen)]);
        }
        ProjectFault::NoWayTo { workspace, cluster } => {
            return text_with("fault.project.no-way-to", &[("workspace", workspace), ("cluster", cluster)]);
        }
        ProjectFault::LevelSet { level, label } => {
            return text_with("fault.project.level-set", &[("level", level), ("label", label)]);
        }
        ProjectFault::NoRoom(over) => return text_with("fault.project.no-room", &[("over", over)]),
        ProjectFault::Cluster => text("fault.project.cluster"),
        ProjectFault::OfTheCluster => text("fault.project.of-the-cluster"),
        ProjectFault::NameTaken => text("fault.project.name-taken"),
        ProjectFault::QuotaTaken => text("fault.project.quota-taken"),
        ProjectFault::Level => text("fault.project.level"),
    };
    words.to_owned()
}

pub(super) fn quota_words(fault: &QuotaFault) -> String {
    match fault {
        QuotaFault::Amount => text("fault.quota.amount").to_owned(),
        QuotaFault::AboveLimit => text("fault.quota.above-limit").to_owned(),
        QuotaFault::Sum(limit) => text_with("fault.quota.sum", &[("limit", limit)]),
        QuotaFault::Needed { limit, without } => {
            text_with("fault.quota.needed", &[("limit", limit), ("without", without)])
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::reads_as_it_says;
    use super::*;
    use model::{ClusterName, Fault, Namespace, WorkspaceName};

    #[test]
    fn faults_of_workspaces_projects_and_quotas_read_as_they_say() {
        let cluster = ClusterName::parse("harbour").unwrap();
        let (namespace, workspace) =
            (Namespace::parse("shop").unwrap(), WorkspaceName::parse("garden").unwrap());
        let workspaces = [
            WorkspaceFault::NoCluster(cluster.clone()),
            WorkspaceFault::StorageClass("no/class".into()),
            WorkspaceFault::NameTaken,
            WorkspaceFault::ClusterInUse,
            WorkspaceFault::HasProjects,
            WorkspaceFault::ForeignCluster,
        ];
        let projects = [
            ProjectFault::Replaced { cluster: cluster.clone(), namespace: namespace.clone() },
            ProjectFault::MadeAnew { cluster: cluster.clone(), namespace },
            ProjectFault::NotToGive("harbour/kube-system".into()),
            ProjectFault::NoWayTo { workspace, cluster },
            ProjectFault::NoRoom("pods 10, requests.cpu 4".into()),
            ProjectFault::Cluster,
            ProjectFault::OfTheCluster,
            ProjectFault::NameTaken,
            ProjectFault::QuotaTaken,
            ProjectFault::Level,
            ProjectFault::LevelSet { level: "restricted".into(), label: model::ENFORCE_LABEL.into() },
        ];
        let quotas = [
            QuotaFault::Amount,
            QuotaFault::AboveLimit,
            QuotaFault::Sum("10".into()),
            QuotaFault::Needed { limit: "10".into(), without: "bank, shop".into() },
        ];

        reads_as_it_says(workspaces.map(Fault::from));
        reads_as_it_says(projects.map(Fault::from));
        reads_as_it_says(quotas.map(Fault::from));
    }
}
