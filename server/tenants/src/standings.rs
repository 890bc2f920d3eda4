//! How the projects of a workspace are, and what they use.

use crate::ForCaller;
use access::Caller;
use database::limits::Limits;
use database::projects::Project;
use model::{ClusterName, ConsoleError, Language, Namespace, WorkspaceName};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use workspaces_contract::{Amounts, ProjectStanding, Standings, Use, WorkloadCount, as_number};

impl ForCaller {
    /// All clusters are asked at once, and each as often for a thousand projects as for one.
    pub(crate) async fn read_standings(&self, name: &WorkspaceName) -> Result<Standings, ConsoleError> {
        let workspace = self.find_workspace(name).await?;
        let limits = self.all_limits().await?;
        let all = self.tenants.database.projects().await?;
        let own = all.iter().filter(|project| project.workspace == Some(workspace.id));
        let mut by_cluster: BTreeMap<&ClusterName, Vec<&Project>> = BTreeMap::new();
        for project in own.filter(|project| self.sees_project(&workspace, project)) {
            by_cluster.entry(&project.cluster).or_default().push(project);
        }
        let asked =
            by_cluster.iter().map(|(cluster, projects)| self.standings_in(cluster, projects, &limits));
        let mut standings = Standings::default();
        for answer in futures::future::join_all(asked).await {
            standings.projects.extend(answer.projects);
            standings.silent.extend(answer.silent);
            standings.unmeasured.extend(answer.unmeasured);
        }
        Ok(standings)
    }

    async fn standings_in(&self, cluster: &ClusterName, projects: &[&Project], limits: &Limits) -> Standings {
        let namespaces: BTreeSet<Namespace> =
            projects.iter().map(|project| project.namespace.clone()).collect();
        let kubernetes = &self.tenants.kubernetes;
        let seen = kubernetes.for_caller(Caller::clone(&self.caller), Language::English);
        let measured = self.tenants.prometheus.for_caller(Arc::clone(&self.caller));
        // Each waits a few seconds at the most.
        let (statuses, workloads, uses) = futures::join!(
            kubernetes.namespace_statuses(cluster),
            seen.workloads_in(cluster, &namespaces),
            measured.use_of_projects(cluster),
        );
        let silent = statuses.as_ref().err().or(workloads.as_ref().err()).map(ConsoleError::cause);
        let unmeasured = uses.as_ref().err().map(ConsoleError::cause);
        let (statuses, workloads, uses) =
            (statuses.unwrap_or_default(), workloads.unwrap_or_default(), uses.unwrap_or_default());
        let standing = |project: &&Project| {
            let quota = limits.projects.get(&project.id).map(|limits| &limits.quota);
            let used = uses.get(&project.namespace).copied().unwrap_or_default();
            let count = workloads.get(&project.namespace);
            ProjectStanding {
                cluster: cluster.clone(),
                namespace: project.namespace.clone(),
                status: statuses.get(&project.namespace).cloned(),
                workloads: count.map(|count| WorkloadCount { unwell: count.unwell, all: count.all }),
                cpu: Use { measured: used.cpu, quota: allowed(quota, "cpu") },
                memory: Use { measured: used.memory, quota: allowed(quota, "memory") },
            }
        };
        Standings {
            projects: projects.iter().map(standing).collect(),
            silent: silent.map(|why| (cluster.clone(), why)).into_iter().collect(),
            unmeasured: unmeasured.map(|why| (cluster.clone(), why)).into_iter().collect(),
        }
    }
}

/// How much a quota allows: by limits, or where only those are limited, by requests.
fn allowed(quota: Option<&Amounts>, of: &str) -> Option<f64> {
    let quota = quota?;
    let amount = |kind: &str| quota.get(&format!("{kind}.{of}")).and_then(|text| as_number(text));
    amount("limits").or_else(|| amount("requests"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_allows_what_its_limits_say_or_else_its_requests() {
        let quota = |pairs: &[(&str, &str)]| -> Amounts {
            pairs.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect()
        };

        assert_eq!(allowed(Some(&quota(&[("limits.cpu", "4"), ("requests.cpu", "2")])), "cpu"), Some(4.0));
        assert_eq!(allowed(Some(&quota(&[("requests.cpu", "500m")])), "cpu"), Some(0.5));
        assert_eq!(allowed(Some(&quota(&[("requests.cpu", "2")])), "memory"), None);
        assert_eq!(allowed(None, "cpu"), None);
    }
}
