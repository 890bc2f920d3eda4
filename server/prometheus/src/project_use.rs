//! What the projects of a cluster use at this moment.

use crate::answer::Measurement;
use crate::reads::ReadMetrics;
use crate::seen::seen_of;
use crate::service::{ForCaller, PATIENCE, about, late, now};
use model::{ClusterName, ConsoleError, Namespace};
use monitoring_contract::cards::RANKED_NAMESPACES;
use std::collections::BTreeMap;
use tokio::time::timeout;

/// What a project uses. What was not measured is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProjectUse {
    /// Of CPU, in cores.
    pub cpu: Option<f64>,
    /// Of memory, in bytes.
    pub memory: Option<f64>,
}

/// By project.
pub type ProjectUses = BTreeMap<Namespace, ProjectUse>;

impl ForCaller {
    /// What the projects of a cluster use, as far as the caller may see them: two questions, however many projects there are.
    /// Nothing where nothing measures the cluster, or the caller may see none. Waits a few seconds at the most.
    pub async fn use_of_projects(&self, cluster: &ClusterName) -> Result<ProjectUses, ConsoleError> {
        timeout(PATIENCE, self.asked_of_projects(cluster)).await.unwrap_or_else(|_| Err(late(cluster)))
    }

    async fn asked_of_projects(&self, name: &ClusterName) -> Result<ProjectUses, ConsoleError> {
        let Some(granted) = self.access().glance(&self.caller, ReadMetrics::of_projects(name)) else {
            return Ok(ProjectUses::new());
        };
        let cluster = self.cluster(name)?;
        let Ok(source) = self.prometheus.source(&cluster).await? else { return Ok(ProjectUses::new()) };
        let seen = seen_of(&cluster, &granted).await?;
        let at = now();
        let ask = |id: &str| {
            let column = RANKED_NAMESPACES.iter().find(|column| column.id == id);
            source.column(column.map(|column| column.picks).unwrap_or_default(), &seen, at)
        };
        let (cpu, memory) = futures::join!(ask("cpu"), ask("memory"));
        let mut uses = ProjectUses::new();
        add(&mut uses, &cpu.map_err(about(name))?, |own, value| own.cpu = Some(value));
        add(&mut uses, &memory.map_err(about(name))?, |own, value| own.memory = Some(value));
        Ok(uses)
    }
}

fn add(uses: &mut ProjectUses, series: &[Measurement], set: impl Fn(&mut ProjectUse, f64)) {
    for one in series {
        let (Ok(namespace), Some((_, value))) =
            (Namespace::parse(one.label("namespace")), one.samples.last())
        else {
            continue;
        };
        set(uses.entry(namespace).or_default(), *value);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn series(namespace: &str, samples: &[(i64, f64)]) -> Measurement {
        let labels = [("namespace".to_owned(), namespace.to_owned())].into();
        Measurement { labels, samples: samples.to_vec() }
    }

    #[test]
    fn what_was_not_measured_is_not_zero() {
        let mut uses = ProjectUses::new();

        add(&mut uses, &[series("shop", &[(1, 0.5)]), series("bank", &[])], |own, value| {
            own.cpu = Some(value);
        });
        add(&mut uses, &[series("shop", &[(1, 7.0)]), series("", &[(1, 9.0)])], |own, value| {
            own.memory = Some(value);
        });

        let shop = Namespace::parse("shop").unwrap();
        assert_eq!(uses, [(shop, ProjectUse { cpu: Some(0.5), memory: Some(7.0) })].into());
    }

    #[test]
    fn both_are_columns_of_the_ranking() {
        for id in ["cpu", "memory"] {
            assert!(
                RANKED_NAMESPACES.iter().any(|column| column.id == id && !column.picks.is_empty()),
                "{id}"
            );
        }
    }
}
