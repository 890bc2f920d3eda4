//! Which crate may know which: the borders of the architecture, as data.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::Result;
use cargo_metadata::{DependencyKind, Metadata};

use super::{Run, counts::Counts};

/// A border between crates. Names may begin or end with `*`; `!` in front takes names out again.
struct Rule {
    /// Our crates it is for.
    who: &'static [&'static str],
    /// What they must not reach, by themselves or through others of ours.
    never: &'static [&'static str],
    /// Why, as the end of the sentence "x must not depend on y: …".
    because: &'static str,
}

/// What is compiled for the browser.
const BROWSER: &[&str] = &["app", "frontend", "live", "model", "ui", "*-contract", "*-pages"];
/// What must never reach a browser: every crate below `server/`. One that is missing here is told by [`forgotten`].
const SERVER: &[&str] = &[
    "access",
    "charts",
    "dashboards",
    "database",
    "elasticsearch",
    "identity",
    "kinds",
    "kubernetes",
    "list_alerts",
    "metering",
    "notifier",
    "outbound",
    "playground",
    "playground-*",
    "prometheus",
    "provisioner",
    "rbac",
    "recordings",
    "recycle_bin",
    "server",
    "tenants",
    "test_stage",
];

const RULES: &[Rule] = &[
    Rule {
        who: BROWSER,
        never: SERVER,
        because: "what runs in the browser asks through contracts; the server's crates stay on the server",
    },
    Rule {
        who: BROWSER,
        never: &[
            "axum",
            "hyper",
            "k8s-openapi",
            "kube",
            "leptos_axum",
            "reqwest",
            "rustls",
            "sqlx",
            "tokio",
            "tower",
        ],
        because: "what runs in the browser speaks to no outside system itself",
    },
    Rule {
        who: BROWSER,
        never: &["chrono-tz", "plotters", "regex", "serde-saphyr", "serde_yaml"],
        because: "it would be downloaded by everybody who opens a page",
    },
    Rule {
        who: &["*-contract", "model"],
        never: &["*-pages", "live", "ui"],
        because: "contracts are what both halves agree on and know nothing of how it is shown",
    },
    Rule {
        who: &["*-pages"],
        never: &["*-pages"],
        because: "an area links to another area, it never imports it",
    },
    Rule {
        who: &["*", "!app", "!frontend", "!live", "!ui", "!*-pages", "!server"],
        never: &["*-pages", "app", "live", "ui"],
        because: "backends answer questions; only the binary renders pages",
    },
    Rule {
        who: &["*", "!server", "!playground", "!playground-*", "!test_stage"],
        never: &["playground", "playground-*"],
        because: "the console never knows that it talks to a playground",
    },
    Rule {
        who: &["*", "!test_stage"],
        never: &["test_stage"],
        because: "what tests stand on is no part of the console",
    },
    Rule {
        who: &["playground", "playground-*"],
        never: &["access", "database", "identity", "kinds", "kubernetes", "kube", "model"],
        because: "a simulator that shares code with the console would share its mistakes",
    },
];

/// Libraries that only some of our crates name, and why. Others reach them through these.
const OWNED: &[(&str, &[&str], &str)] = &[
    (
        "kube",
        &["kubernetes", "server", "test_stage"],
        "only `kubernetes` speaks to clusters, as the kubeconfig says that `server` reads, or the stage of tests",
    ),
    ("sqlx", &["database"], "only `database` speaks to the database"),
];

/// Features that must be switched on in one crate only: they say which half is being built.
const HALVES: &[(&str, &str)] = &[("ssr", "server"), ("hydrate", "frontend")];

/// Holds every rule against what cargo says.
pub fn check(run: &Run<'_>) -> Result<Counts> {
    let graph = graph(&run.metadata);
    let mut counts = Counts::default();
    for rule in RULES {
        counts.add(Counts::from_problems(rule.broken_in(&graph)));
    }
    for (library, owners, because) in OWNED {
        counts.add(Counts::from_problems(named_elsewhere(&graph, library, owners, because)));
    }
    counts.add(Counts::from_problems(forgotten(&run.metadata)));
    for (feature, owner) in HALVES {
        counts.add(Counts::from_problems(wrong_half(&run.metadata, feature, owner)));
    }
    Ok(counts)
}

/// Our crates, each with what its manifest names outside `[dev-dependencies]`.
type Graph = BTreeMap<String, BTreeSet<String>>;

fn graph(metadata: &Metadata) -> Graph {
    let edges = |package: &cargo_metadata::Package| {
        let dependencies = package.dependencies.iter();
        dependencies
            .filter(|one| one.kind != DependencyKind::Development)
            .map(|one| one.name.clone())
            .collect()
    };
    metadata.workspace_packages().iter().map(|package| (package.name.to_string(), edges(package))).collect()
}

impl Rule {
    fn broken_in(&self, graph: &Graph) -> Vec<String> {
        let names = graph.keys().filter(|name| matches(self.who, name));
        names.filter_map(|name| self.broken_by(name, graph)).collect()
    }

    /// The shortest way from a crate to something it must not reach, as a sentence.
    fn broken_by(&self, start: &str, graph: &Graph) -> Option<String> {
        let mut seen = BTreeSet::from([start]);
        let mut ways = VecDeque::from([vec![start]]);
        while let Some(way) = ways.pop_front() {
            let last = way.last().copied().unwrap_or(start);
            // Only our own crates are walked: libraries have features that cargo counts here for both halves.
            for next in graph.get(last).into_iter().flatten() {
                let mut longer = way.clone();
                longer.push(next);
                if next != start && matches(self.never, next) {
                    let way = longer.join(" → ");
                    return Some(format!("{start} must not depend on {next}: {} ({way})", self.because));
                }
                if seen.insert(next) {
                    ways.push_back(longer);
                }
            }
        }
        None
    }
}

fn matches(patterns: &[&str], name: &str) -> bool {
    let one = |pattern: &str| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (_, Some(start)) => name.starts_with(start),
        _ => name == pattern,
    };
    let excluded = patterns.iter().filter_map(|pattern| pattern.strip_prefix('!')).any(one);
    !excluded && patterns.iter().copied().any(one)
}

fn named_elsewhere(graph: &Graph, library: &str, owners: &[&str], because: &str) -> Vec<String> {
    let others = graph.iter().filter(|(name, _)| !matches(owners, name));
    others
        .filter(|(_, named)| named.contains(library))
        .map(|(name, _)| format!("{name} must not name {library}: {because}"))
        .collect()
}

/// Crates of the server that the rules for the browser do not know.
fn forgotten(metadata: &Metadata) -> Vec<String> {
    let server = metadata.workspace_root.join("server");
    let packages = metadata.workspace_packages().into_iter();
    packages
        .filter(|package| {
            package.manifest_path.starts_with(&server) && !matches(SERVER, package.name.as_str())
        })
        .map(|package| format!("{} is below server/, but not in SERVER of dependency_rules.rs", package.name))
        .collect()
}

fn wrong_half(metadata: &Metadata, feature: &str, owner: &str) -> Vec<String> {
    let switches_on = |package: &&cargo_metadata::Package| {
        package.dependencies.iter().any(|dependency| {
            dependency.kind != DependencyKind::Development
                && dependency.name.starts_with("leptos")
                && dependency.features.iter().any(|one| one == feature)
        })
    };
    let packages = metadata.workspace_packages();
    let others = packages.into_iter().filter(|package| package.name.as_str() != owner).filter(switches_on);
    others
        .map(|package| format!("{} must not switch on leptos/{feature}: only {owner} says so", package.name))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn graph_of(edges: &[(&str, &[&str])]) -> Graph {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        edges.iter().map(|(name, dependencies)| ((*name).to_owned(), set(dependencies))).collect()
    }

    const NO_CLUSTERS: Rule =
        Rule { who: &["*-pages"], never: &["kube"], because: "pages run in the browser" };

    #[test]
    fn a_page_that_reaches_kube_through_another_crate_is_told_the_way() {
        let graph = graph_of(&[("pods-pages", &["helper", "leptos"]), ("helper", &["kube"])]);

        let broken = NO_CLUSTERS.broken_in(&graph);

        assert_eq!(
            broken,
            ["pods-pages must not depend on kube: pages run in the browser (pods-pages → helper → kube)"]
        );
    }

    #[test]
    fn crates_that_keep_the_rule_are_not_mentioned() {
        let graph = graph_of(&[("pods-pages", &["leptos"]), ("backend", &["kube"])]);

        assert!(NO_CLUSTERS.broken_in(&graph).is_empty());
    }

    #[test]
    fn a_library_is_named_by_its_owners_alone() {
        let graph = graph_of(&[
            ("database", &["sqlx"]),
            ("access", &["database"]),
            ("tenants", &["database", "sqlx"]),
        ]);

        let broken = named_elsewhere(&graph, "sqlx", &["database"], "one crate speaks to the database");

        assert_eq!(broken, ["tenants must not name sqlx: one crate speaks to the database"]);
    }

    #[test]
    fn an_area_may_know_itself_but_no_other_area() {
        let rule = Rule { who: &["*-pages"], never: &["*-pages"], because: "areas link" };
        let graph = graph_of(&[("a-pages", &["ui"]), ("b-pages", &["a-pages"]), ("ui", &[])]);

        assert_eq!(rule.broken_in(&graph).len(), 1);
    }

    #[test]
    fn a_name_can_be_taken_out_of_a_pattern() {
        assert!(matches(&["*", "!server"], "model"));
        assert!(!matches(&["*", "!server"], "server"));
    }
}
