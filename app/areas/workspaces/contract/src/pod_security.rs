//! How much the pods of a project may ask of their nodes.

use leptos::prelude::*;
use model::fault::ProjectFault;
use model::{
    ClusterName, ConsoleError, FieldProblem, Namespace, PodSecurity, PodSecurityLevel, WorkspaceName,
};
use serde::{Deserialize, Serialize};

/// The fields of the form that sets what is asked of a project's pods. What is empty is left to the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodSecurityFields {
    /// Its workspace.
    pub workspace: WorkspaceName,
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its namespace.
    pub namespace: Namespace,
    /// The level that pods must keep to.
    #[serde(default)]
    pub enforce: String,
    /// The level that is warned of.
    #[serde(default)]
    pub warn: String,
}

/// Levels as a form sent them. What is none stands at its field.
pub fn read_levels(enforce: &str, warn: &str) -> Result<PodSecurity, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut level = |word: &str, field: &str| {
        let level = PodSecurityLevel::parse(word);
        if level.is_none() && !word.is_empty() {
            problems.push(FieldProblem::of(field, ProjectFault::Level));
        }
        level
    };
    let asked = PodSecurity { enforce: level(enforce, "enforce"), warn: level(warn, "warn") };
    if problems.is_empty() { Ok(asked) } else { Err(problems) }
}

/// Sets what is asked of a project's pods.
#[server(endpoint = "workspaces/pod-security")]
pub async fn secure_pods(
    /// The fields of the form.
    fields: PodSecurityFields,
) -> Result<(), ConsoleError> {
    let next = model::link::workspace(&fields.workspace);
    model::port::<dyn crate::Workspaces>()?.secure_pods(fields).await?;
    model::go_to(&next);
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_and_what_is_none_stands_at_its_field() {
        let asked = read_levels("baseline", "restricted");
        let (enforce, warn) = (Some(PodSecurityLevel::Baseline), Some(PodSecurityLevel::Restricted));
        assert_eq!(asked, Ok(PodSecurity { enforce, warn }));
        assert_eq!(read_levels("", ""), Ok(PodSecurity::default()));

        let problems = read_levels("strict", "Baseline").unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["enforce", "warn"]);
    }
}
