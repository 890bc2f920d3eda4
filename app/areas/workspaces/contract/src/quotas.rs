//! How much workspaces and projects may have, how much they use, and who may reach them.

use leptos::prelude::*;
use model::fault::QuotaFault;
use model::quantity::thousandths;
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, Unit, WorkspaceName};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;
use std::collections::BTreeMap;

/// Kubernetes' quantities by the names of what they are of.
pub type Amounts = BTreeMap<String, String>;

/// What quotas can limit, in the order in which it is told.
pub const LIMITED: [(&str, Unit); 8] = [
    ("requests.cpu", Unit::Cores),
    ("limits.cpu", Unit::Cores),
    ("requests.memory", Unit::Bytes),
    ("limits.memory", Unit::Bytes),
    ("requests.storage", Unit::Bytes),
    ("persistentvolumeclaims", Unit::Count),
    ("pods", Unit::Count),
    ("services", Unit::Count),
];

/// What containers that say nothing themselves can be given, in the order in which it is told.
pub const DEFAULTED: [&str; 4] = ["requests.cpu", "limits.cpu", "requests.memory", "limits.memory"];

/// What is limited of one thing, in the words of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuotaLine {
    /// What it is of, such as `requests.cpu`.
    pub resource: String,
    /// The most that quotas of projects may add up to; none when there is no limit.
    pub limit: Option<String>,
    /// What they add up to.
    pub given: f64,
    /// What is used of them; none when the cluster does not say.
    pub used: Option<f64>,
}

/// Quotas of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quotas {
    /// By cluster.
    pub clusters: Vec<ClusterQuotas>,
    /// Whether pods in the workspace can be reached from it alone.
    pub is_isolated: bool,
    /// Whether the caller may set limits of the workspace.
    pub may_limit: bool,
    /// Whether the caller may isolate the workspace.
    pub may_isolate: bool,
}

/// Quotas of a workspace in one cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterQuotas {
    /// The cluster.
    pub cluster: ClusterName,
    /// Limits of the workspace.
    pub limits: Amounts,
    /// What is limited, of the workspace or in any of its projects.
    pub lines: Vec<QuotaLine>,
    /// Storage classes that its projects may make claims of, and those that they may not.
    pub classes: crate::StorageClasses,
    /// Its projects that the caller may see, by namespace.
    pub projects: Vec<ProjectQuotas>,
    /// Why it is not known what is used.
    pub problem: Option<String>,
}

/// What a project may have and uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectQuotas {
    /// Its namespace.
    pub namespace: Namespace,
    /// For people; may be empty.
    pub title: String,
    /// Its quota.
    pub quota: Amounts,
    /// How much of it is used, as far as the cluster has said.
    pub used: Amounts,
    /// What containers get that say nothing themselves.
    pub defaults: Amounts,
    /// Whether pods in it can be reached from it alone.
    pub is_isolated: bool,
    /// Whether the caller may change quota and defaults.
    pub may_limit: bool,
    /// Whether the caller may isolate it.
    pub may_isolate: bool,
}

/// The fields of the form for a workspace's limits in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceLimitFields {
    /// Which workspace.
    pub workspace: WorkspaceName,
    /// In which cluster.
    pub cluster: ClusterName,
    /// The limits; what is empty is not limited.
    #[serde(default)]
    pub limits: Amounts,
}

/// The fields of the form for a project's quota and defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectLimitFields {
    /// Its workspace.
    pub workspace: WorkspaceName,
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its namespace.
    pub namespace: Namespace,
    /// The quota; what is empty is not limited.
    #[serde(default)]
    pub quota: Amounts,
    /// What containers get that say nothing themselves; what is empty stays as they say.
    #[serde(default)]
    pub defaults: Amounts,
}

/// The fields of the form that isolates a workspace or one of its projects, or opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsolationFields {
    /// The workspace.
    pub workspace: WorkspaceName,
    /// The project, as `cluster/namespace`; empty for the workspace as a whole.
    #[serde(default)]
    pub project: String,
    /// Whether it is isolated from now on.
    #[serde(default)]
    pub isolated: bool,
}

/// Amounts as a form sent them, without what was left empty. What is none stands at its field, which has the name of what
/// it is of behind `stem`.
pub fn read_amounts(sent: &Amounts, known: &[&str], stem: &str) -> Result<Amounts, Vec<FieldProblem>> {
    let mut amounts = Amounts::new();
    let mut problems = Vec::new();
    for (name, text) in
        sent.iter().map(|(name, text)| (name, text.trim())).filter(|(_, text)| !text.is_empty())
    {
        if !known.contains(&name.as_str()) || thousandths(text).is_none() {
            problems.push(FieldProblem::of(format!("{stem}{name}"), QuotaFault::Amount));
        } else {
            amounts.insert(name.clone(), text.to_owned());
        }
    }
    if problems.is_empty() { Ok(amounts) } else { Err(problems) }
}

/// An amount as a number of cores, bytes or things.
pub fn as_number(amount: &str) -> Option<f64> {
    thousandths(amount).map(|amount| amount as f64 / 1000.0)
}

/// Quotas of a workspace, with what is used at this moment.
#[server(endpoint = "workspaces/quotas", input = Json)]
pub async fn read_quotas(
    /// The workspace.
    workspace: WorkspaceName,
) -> Result<Quotas, ConsoleError> {
    model::port::<dyn crate::Workspaces>()?.quotas(workspace).await
}

/// Sets how much a workspace may have in a cluster.
#[server(endpoint = "workspaces/limit")]
pub async fn limit_workspace(
    /// The fields of the form.
    fields: WorkspaceLimitFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace_tab(&fields.workspace, "quotas");
    model::port::<dyn crate::Workspaces>()?.limit_workspace(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Sets a project's quota and defaults.
#[server(endpoint = "workspaces/limit-project")]
pub async fn limit_project(
    /// The fields of the form.
    fields: ProjectLimitFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace_tab(&fields.workspace, "quotas");
    model::port::<dyn crate::Workspaces>()?.limit_project(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Isolates a workspace or one of its projects, or opens it.
#[server(endpoint = "workspaces/isolate")]
pub async fn isolate(
    /// The fields of the form.
    fields: IsolationFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace_tab(&fields.workspace, "quotas");
    model::port::<dyn crate::Workspaces>()?.isolate(fields).await?;
    model::go_to(&next);
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_what_is_none_stands_at_its_field() {
        let sent = |pairs: &[(&str, &str)]| -> Amounts {
            pairs.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect()
        };
        let known = LIMITED.map(|(name, _)| name);

        let good = read_amounts(&sent(&[("pods", " 10 "), ("requests.cpu", "")]), &known, "").unwrap();
        assert_eq!(good, sent(&[("pods", "10")]));
        let wrong = sent(&[("pods", "many"), ("secrets", "1"), ("limits.cpu", "-1")]);
        let problems = read_amounts(&wrong, &known, "quota.").unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["quota.limits.cpu", "quota.pods", "quota.secrets"]);
    }
}
