//! How well a cluster is, in the reader's words.

use crate::words::{text, text_with};
use clusters_contract::{ClusterSummary, unwell};
use model::Status;

/// How well a cluster is. Why one cannot be reached stands beside it wherever that is shown.
pub(crate) fn standing(cluster: &ClusterSummary) -> Status {
    let level = cluster.level();
    if cluster.error.is_some() {
        return Status::new(level, text("standing.unreachable"));
    }
    let (nodes, workloads) = (unwell(&cluster.nodes), unwell(&cluster.workloads));
    let nodes_in_words = text_with("standing.nodes", &[("count", &nodes)]);
    let workloads_in_words = text_with("standing.workloads", &[("count", &workloads)]);
    let what = match (nodes, workloads) {
        (0, 0) => return Status::new(level, text("standing.well")),
        (0, _) => workloads_in_words,
        (_, 0) => nodes_in_words,
        _ => text_with("standing.both", &[("nodes", &nodes_in_words), ("workloads", &workloads_in_words)]),
    };
    Status::new(level, text_with("standing.unwell", &[("what", &what)]))
}
