//! How a cluster is, in its reader's language.

use crate::words::{text, text_with};
use clusters_contract::ClusterSummary;
use model::{Level, Status};

/// How well a cluster is, by how many of its nodes and workloads are unwell.
pub fn standing(summary: &ClusterSummary) -> Status {
    let word = if summary.error.is_some() {
        text("standing.unreachable").to_owned()
    } else {
        unwell(count(&summary.nodes), count(&summary.workloads))
    };
    Status { word, ..summary.status.clone() }
}

fn count(levels: &[(Level, u64)]) -> u64 {
    levels
        .iter()
        .filter(|(level, _)| matches!(level, Level::Failed | Level::Warning))
        .map(|(_, count)| count)
        .sum()
}

fn unwell(nodes: u64, workloads: u64) -> String {
    let (some_nodes, some_workloads) = (
        text_with("standing.nodes", &[("count", &nodes)]),
        text_with("standing.workloads", &[("count", &workloads)]),
    );
    match (nodes, workloads) {
        (0, 0) => text("standing.well").to_owned(),
        (0, _) => text_with("standing.unwell", &[("what", &some_workloads)]),
        (_, 0) => text_with("standing.unwell", &[("what", &some_nodes)]),
        _ => text_with("standing.both", &[("nodes", &some_nodes), ("workloads", &some_workloads)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{Owner, provide_context};
    use model::{Language, Preferences};

    #[test]
    fn a_cluster_says_how_many_of_what_are_unwell() {
        assert_eq!(unwell(0, 0), "Healthy");
        assert_eq!(unwell(0, 2), "2 workloads unwell");
        assert_eq!(unwell(1, 0), "1 node unwell");
        assert_eq!(unwell(2, 16), "2 nodes, 16 workloads unwell");
    }

    #[test]
    fn it_says_so_in_its_readers_language() {
        let words = Owner::new().with(|| {
            provide_context(Preferences { language: Language::Chinese, ..Preferences::default() });
            unwell(2, 16)
        });

        assert_eq!(words, "2 个节点、16 个工作负载异常");
    }

    #[test]
    fn what_is_only_on_its_way_is_not_unwell() {
        let levels = [(Level::Failed, 3), (Level::Warning, 2), (Level::Progressing, 7), (Level::Healthy, 9)];

        assert_eq!(count(&levels), 5);
    }
}
