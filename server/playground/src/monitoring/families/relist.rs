//! How long kubelets take to look at what runs on their nodes, which they do once in a second.

use playground_promql::format_number;

use super::kubelet::each;
use super::servers::within;
use super::{Ask, Family};
use crate::monitoring::facts::Node;
use crate::monitoring::load::{Load, Pattern};
use crate::monitoring::series::{Curve, Rows};
use crate::objects::hash;

/// The bounds of its histogram, in seconds.
const BOUNDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// How long a look takes, in seconds: mostly, and now and then.
const TIMES: (f64, f64) = (0.004, 0.021);

pub static FAMILIES: &[Family] = &[
    Family::histogram(
        "kubelet_pleg_relist_duration_seconds_bucket",
        "Duration in seconds for relisting pods in PLEG.",
        buckets,
    ),
    Family::histogram(
        "kubelet_pleg_relist_duration_seconds_sum",
        "Duration in seconds for relisting pods in PLEG.",
        |ask, rows| {
            // The mean of the distribution of `within`.
            of_looks(ask, rows, None, |(usual, rare)| 0.903 * (usual * TIMES.0 + rare * TIMES.1));
        },
    ),
    Family::histogram(
        "kubelet_pleg_relist_duration_seconds_count",
        "Duration in seconds for relisting pods in PLEG.",
        |ask, rows| of_looks(ask, rows, None, |(usual, rare)| (usual + rare).floor()),
    ),
];

fn buckets(ask: &Ask, rows: &mut Rows) {
    for bound in BOUNDS.iter().copied().chain([f64::INFINITY]) {
        of_looks(ask, rows, Some(bound), move |(usual, rare)| {
            (usual * within(bound, TIMES.0) + rare * within(bound, TIMES.1)).floor()
        });
    }
}

/// A series of each kubelet, of how often it looked: as fast as usual, and slower.
fn of_looks(
    ask: &Ask,
    rows: &mut Rows,
    bound: Option<f64>,
    value: impl Fn((f64, f64)) -> f64 + Copy + Send + Sync + 'static,
) {
    let labels = |_: &Node| -> Vec<(&'static str, String)> {
        bound.map(|bound| ("le", format_number(bound))).into_iter().collect()
    };
    let curve = |node: &Node| -> Curve {
        let until = looks(node);
        Box::new(move |at| Some(value(until(at))))
    };
    each(ask, rows, &labels, curve);
}

/// How often a kubelet has looked since its node was switched on.
fn looks(node: &Node) -> impl Fn(i64) -> (f64, f64) + Send + Sync + use<> {
    let (node, seed) = (node.clone(), hash(node.uid.as_bytes()));
    let load = |average: f64, shift: u64| Load {
        average,
        pattern: Pattern::Steady,
        together: seed ^ shift,
        alone: seed.rotate_left(13) ^ shift,
    };
    let (usual, rare) = (load(0.93, 1), load(0.07, 2));
    move |at| {
        let since = node.booted(at);
        (usual.total(at) - usual.total(since), rare.total(at) - rare.total(since))
    }
}
