//! Metrics by who shows them. A family is a line of a table and a function that makes its series.

mod api_server;
mod containers;
mod control_plane;
mod etcd;
mod ingress;
mod kubelet;
mod nodes;
mod objects;
mod pods;
mod relist;
mod servers;
mod state;
mod targets;
mod workloads;

use std::cell::OnceCell;
use std::sync::{Arc, LazyLock};

use playground_prometheus::Metadata;
use playground_promql::{Matcher, NAME, Series};

use super::inventory::Inventory;
use super::series::Rows;
pub use containers::pod_usage;
pub use nodes::usage as node_usage;
pub use targets::{Scraped, all as targets};

/// What is asked for.
pub struct Ask<'a> {
    pub inventory: &'a Inventory,
    /// The span that is asked for, in milliseconds since 1970.
    pub from: i64,
    pub to: i64,
    /// The metric to make.
    pub metric: &'static str,
    /// What is scraped, found out once.
    targets: &'a OnceCell<Vec<Scraped>>,
}

impl Ask<'_> {
    /// What is scraped.
    pub fn targets(&self) -> &[Scraped] {
        self.targets.get_or_init(|| targets::all(self.inventory))
    }
}

/// A metric.
pub struct Family {
    pub metric: &'static str,
    /// `counter`, `gauge`, `histogram` or `summary`.
    pub kind: &'static str,
    pub help: &'static str,
    pub make: fn(&Ask, &mut Rows),
}

impl Family {
    const fn counter(metric: &'static str, help: &'static str, make: fn(&Ask, &mut Rows)) -> Self {
        Self { metric, kind: "counter", help, make }
    }

    const fn gauge(metric: &'static str, help: &'static str, make: fn(&Ask, &mut Rows)) -> Self {
        Self { metric, kind: "gauge", help, make }
    }

    /// The three metrics of a histogram are three families.
    const fn histogram(metric: &'static str, help: &'static str, make: fn(&Ask, &mut Rows)) -> Self {
        Self { metric, kind: "histogram", help, make }
    }
}

static ALL: LazyLock<Vec<&'static Family>> = LazyLock::new(|| {
    let tables: [&[Family]; 13] = [
        targets::FAMILIES,
        containers::FAMILIES,
        kubelet::FAMILIES,
        relist::FAMILIES,
        nodes::FAMILIES,
        pods::FAMILIES,
        objects::FAMILIES,
        workloads::FAMILIES,
        workloads::jobs::FAMILIES,
        api_server::FAMILIES,
        etcd::FAMILIES,
        control_plane::FAMILIES,
        ingress::FAMILIES,
    ];
    let mut all: Vec<&Family> = tables.into_iter().flatten().collect();
    all.sort_by_key(|family| family.metric);
    all
});

/// The series that are asked for.
pub fn select(inventory: &Inventory, matchers: &[Matcher], from: i64, to: i64) -> Vec<Arc<dyn Series>> {
    let mut rows = Rows::new(matchers, from, to);
    let targets = OnceCell::new();
    for family in ALL.iter().filter(|family| {
        matchers.iter().filter(|matcher| matcher.name == NAME).all(|matcher| matcher.is_match(family.metric))
    }) {
        (family.make)(&Ask { inventory, from, to, metric: family.metric, targets: &targets }, &mut rows);
    }
    rows.into_series()
}

/// What each metric means. A histogram is told once, by its base name.
pub fn metadata() -> Vec<Metadata> {
    let mut all: Vec<Metadata> = ALL
        .iter()
        .map(|family| {
            let base = ["_bucket", "_count", "_sum"].iter().find_map(|end| family.metric.strip_suffix(end));
            let metric = base.filter(|_| family.kind == "histogram").unwrap_or(family.metric);
            Metadata { metric, kind: family.kind, help: family.help }
        })
        .collect();
    all.dedup_by_key(|one| one.metric);
    all
}
