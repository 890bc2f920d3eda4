//! Dashboards in the tables: found, checked, changed.

use crate::actions;
use crate::{ForCaller, document, records, rollouts};
use access::Command;
use database::dashboards::{Changed, Dashboard, MOST_DASHBOARDS, NewDashboard};
use model::fault::DashboardFault;
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, Thing};
use monitoring_contract::{Annotation, PanelPlan, PanelQuery, Plan, QUERY_FIELDS, QueryFault, Variable};
use records_contract::Of;
use uuid::Uuid;

impl ForCaller {
    /// Nothing, where the caller may know of the cluster.
    pub(crate) fn known(&self, cluster: &ClusterName) -> Result<(), ConsoleError> {
        let is_there = self.kubernetes.clusters().any(|known| known.name() == cluster);
        // Whoever may not see a cluster learns the same as if there were none.
        if is_there && self.caller.may_see_cluster(cluster) {
            return Ok(());
        }
        Err(ConsoleError::unknown(Thing::Cluster(cluster.to_string())))
    }

    pub(crate) async fn find(&self, cluster: &ClusterName, id: &str) -> Result<Dashboard, ConsoleError> {
        self.known(cluster)?;
        let found = match id.parse::<Uuid>() {
            Ok(id) => self.database.dashboard(cluster, id).await?,
            Err(_) => None,
        };
        found.ok_or_else(gone)
    }

    /// The project of a namespace for which the caller may make a dashboard. Any namespace that is there becomes one.
    async fn project(&self, cluster: &ClusterName, namespace: &Namespace) -> Result<Uuid, ConsoleError> {
        let known = self.database.project(cluster, namespace).await?;
        if let Some(project) = known {
            let uid = self.kubernetes.namespace_uid(cluster, namespace).await;
            if self.database.is_another_namespace(project.id, uid.as_deref()).await? {
                return Err(kubernetes::made_anew(cluster, namespace));
            }
            return Ok(project.id);
        }
        if !self.kubernetes.namespaces(cluster).await?.contains(namespace) {
            return Err(ConsoleError::refused("namespace", DashboardFault::NoProject));
        }
        self.database.ensure_project(cluster, namespace).await.map_err(ConsoleError::from)
    }

    /// Keeps a new dashboard, whose queries have been checked. Answers its id.
    pub(crate) async fn keep(
        &self,
        cluster: &ClusterName,
        namespace: Option<&Namespace>,
        plan: &Plan,
    ) -> Result<String, ConsoleError> {
        let action = actions::create(cluster, namespace, &plan.name);
        let project = match namespace {
            Some(namespace) => Some(self.project(cluster, namespace).await?),
            None => None,
        };
        let new = NewDashboard {
            cluster: cluster.clone(),
            project,
            name: plan.name.clone(),
            document: document::write(plan),
        };
        let (database, by) = (self.database.clone(), self.caller.name.clone());
        let work = async move |_| {
            let added = database.add_dashboard(&new, &by).await?;
            let full = || ConsoleError::refused("name", DashboardFault::Full(MOST_DASHBOARDS));
            added.map(|id| id.to_string()).ok_or_else(full)
        };
        self.access().perform(&self.caller, action, work).await
    }

    /// Changes a dashboard that was found, from the version that the caller looked at.
    pub(crate) async fn change(
        &self,
        action: Command,
        kept: Dashboard,
        version: i64,
        plan: &Plan,
    ) -> Result<(), ConsoleError> {
        refuse_older(&kept, version)?;
        let (name, text) = (plan.name.clone(), document::write(plan));
        let (database, by) = (self.database.clone(), self.caller.name.clone());
        let work = async move |_| {
            let changed = database.change_dashboard(kept.id, version, &name, &text, &by).await;
            told(changed?)
        };
        self.access().perform(&self.caller, action, work).await
    }

    /// Removes a dashboard that was found, at the version that the caller looked at.
    pub(crate) async fn remove(
        &self,
        action: Command,
        kept: Dashboard,
        version: i64,
    ) -> Result<(), ConsoleError> {
        let database = self.database.clone();
        let work = async move |_| {
            let removed = database.remove_dashboard(kept.id, version).await;
            told(removed?)
        };
        self.access().perform(&self.caller, action, work).await
    }

    /// What is wrong with the queries of a panel, each at its field.
    pub(crate) async fn query_problems(
        &self,
        cluster: &ClusterName,
        panel: &PanelPlan,
        variables: &[Variable],
    ) -> Result<Vec<FieldProblem>, ConsoleError> {
        let queries: Vec<&str> = panel.queries.iter().map(|query| query.query.as_str()).collect();
        if !panel.kind.asks_monitoring() {
            let told = QUERY_FIELDS.into_iter().zip(queries).filter_map(|(field, query)| {
                Some(FieldProblem::of(field, records::fault(Of::Logs, query, variables)?))
            });
            return Ok(told.collect());
        }
        let faults = self.prometheus.query_faults(cluster, &queries, variables).await?;
        let told = QUERY_FIELDS.into_iter().zip(queries).zip(faults).filter_map(|((field, query), fault)| {
            fault.map(|fault| FieldProblem::new(field, fault_words(query, &fault)))
        });
        Ok(told.collect())
    }

    /// What is wrong with the queries of annotations.
    pub(crate) async fn annotation_problems(
        &self,
        cluster: &ClusterName,
        plan: &Plan,
    ) -> Result<Vec<FieldProblem>, ConsoleError> {
        let told = |name: &str, said: String| {
            FieldProblem::of("annotations", DashboardFault::InAnnotation { name: name.to_owned(), said })
        };
        let of_events = plan.annotations.iter().filter_map(|one| {
            Some(told(&one.name, records::fault(Of::Events, one.events()?, &plan.variables)?.to_string()))
        });
        let of_rollouts = plan
            .annotations
            .iter()
            .filter_map(|one| Some(told(&one.name, rollouts::fault(one.rollouts()?, &plan.variables)?)));
        let measured = plan.annotations.iter().filter(|one| one.is_measured());
        let queries: Vec<&str> = measured.clone().map(|one| one.query.as_str()).collect();
        let faults = self.prometheus.query_faults(cluster, &queries, &plan.variables).await?;
        let of_series = measured
            .zip(faults)
            .filter_map(|(Annotation { name, query }, fault)| Some(told(name, fault_words(query, &fault?))));
        Ok(of_events.chain(of_rollouts).chain(of_series).collect())
    }
}

/// A fault with its place, in words.
fn fault_words(query: &str, fault: &QueryFault) -> String {
    let QueryFault { message, at } = fault;
    let Some(at) = *at else { return message.clone() };
    let before: Vec<char> = query.chars().take(at as usize).collect();
    let near: String = before.iter().skip(before.len().saturating_sub(20)).collect();
    match near.trim() {
        "" => format!("at character {}: {message}", at + 1),
        near => format!("at character {}, after {near:?}: {message}", at + 1),
    }
}

/// What is wrong with a change of variables: with themselves, or with queries in which one that goes still stands.
pub(crate) fn variable_problems(plan: &Plan) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if let Some(words) = prometheus::variables_fault(&plan.variables) {
        problems.push(FieldProblem::new("variables", words));
    }
    for panel in &plan.panels {
        let fault = |query: &PanelQuery| match panel.kind.asks_monitoring() {
            true => prometheus::query_fault(&query.query, &plan.variables).map(|fault| fault.message),
            false => records::fault(Of::Logs, &query.query, &plan.variables).map(|fault| fault.to_string()),
        };
        if let Some(said) = panel.queries.iter().find_map(fault) {
            let fault = DashboardFault::InPanel { title: panel.title.clone(), said };
            problems.push(FieldProblem::of("variables", fault));
        }
    }
    problems
}

pub(crate) fn refuse_older(kept: &Dashboard, version: i64) -> Result<(), ConsoleError> {
    if kept.version == version { Ok(()) } else { Err(newer(&kept.changed_by)) }
}

fn told(changed: Changed) -> Result<(), ConsoleError> {
    match changed {
        Changed::Done => Ok(()),
        Changed::Newer(by) => Err(newer(&by)),
        Changed::Gone => Err(gone()),
    }
}

fn newer(by: &str) -> ConsoleError {
    ConsoleError::Conflict { problems: vec![FieldProblem::of("", DashboardFault::Changed(by.to_owned()))] }
}

fn gone() -> ConsoleError {
    ConsoleError::unknown(Thing::Dashboard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_it_is() {
        let words = |at| fault_words("sum(up", &QueryFault { message: "unclosed".into(), at });

        assert_eq!(words(Some(6)), "at character 7, after \"sum(up\": unclosed");
        assert_eq!(words(Some(0)), "at character 1: unclosed");
        assert_eq!(words(None), "unclosed");
    }
}
