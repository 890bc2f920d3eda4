//! The suites whose other half is the simulator, against the real systems.
//!
//! Systems that ran before go on running; those that were started for this end with it.

use std::{os::unix::process::CommandExt, process::Command};

use anyhow::{Context, Result};

use super::{Run, counts::Counts, end_to_end, programs};
use crate::peers::{self, Fact, Outcome};

/// Who runs the commands of KWOK's pods, by `end2end/peers/kubernetes/kwok.yaml`.
const NOBODY: u32 = 65534;
/// In the title of tests in browsers that run commands in pods.
const COMMANDS: &str = "@commands";
/// The variable that leads to the control plane.
const KUBECONFIG: &str = "ORRERY_PEER_KUBECONFIG";
/// The variable that leads to Helm.
const HELM: &str = "ORRERY_PEER_HELM";

/// A suite, and what it needs.
struct Suite {
    name: &'static str,
    /// The variables with which it finds its peers.
    variables: &'static [&'static str],
    /// Cargo's options that choose it.
    target: &'static [&'static str],
    /// Which of its tests, where not all are about the peer.
    tests: Option<&'static str>,
    /// Which of them run commands in pods.
    commands: Option<&'static str>,
}

const SUITES: [Suite; 14] = [
    Suite {
        name: "Kubernetes",
        variables: &[KUBECONFIG],
        target: &["--test", "kubernetes"],
        tests: None,
        commands: Some("exec::"),
    },
    Suite {
        name: "Console on Kubernetes",
        variables: &[KUBECONFIG],
        target: &["--test", "real_cluster"],
        tests: None,
        commands: Some("a_shell_"),
    },
    Suite {
        name: "Who may do what, on Kubernetes",
        variables: &[KUBECONFIG],
        target: &["--lib"],
        tests: Some("routes::tests::matrix"),
        commands: None,
    },
    Suite {
        name: "Helm on the playground",
        variables: &[HELM],
        target: &["--test", "helm"],
        tests: Some("on_the_playground"),
        commands: None,
    },
    Suite {
        name: "Helm on Kubernetes",
        variables: &[HELM, KUBECONFIG],
        target: &["--test", "helm"],
        tests: Some("on_kubernetes"),
        commands: None,
    },
    Suite {
        name: "Helm through the console",
        variables: &[HELM],
        target: &["--lib"],
        tests: Some("works_with_helm"),
        commands: None,
    },
    Suite {
        name: "PostgreSQL",
        variables: &["ORRERY_TEST_POSTGRES"],
        target: &["--lib"],
        tests: Some("everything_works_on_postgresql"),
        commands: None,
    },
    Suite {
        name: "OpenLDAP",
        variables: &["ORRERY_PEER_LDAP"],
        target: &["--test", "ldap"],
        tests: None,
        commands: None,
    },
    Suite {
        name: "Prometheus",
        variables: &["ORRERY_PEER_PROMETHEUS"],
        target: &["--test", "prometheus"],
        tests: None,
        commands: None,
    },
    Suite {
        name: "Monitoring of Kubernetes",
        variables: &[KUBECONFIG, "ORRERY_PEER_MONITORING"],
        target: &["--test", "real_monitoring"],
        tests: None,
        commands: None,
    },
    Suite {
        name: "Alertmanager",
        variables: &["ORRERY_PEER_ALERTMANAGER"],
        target: &["--test", "alertmanager"],
        tests: None,
        commands: None,
    },
    Suite {
        name: "OpenSearch",
        variables: &["ORRERY_PEER_OPENSEARCH"],
        target: &["--lib"],
        tests: Some("everything_works_on_opensearch"),
        commands: None,
    },
    Suite {
        name: "SMTP",
        variables: &["ORRERY_PEER_SMTP"],
        target: &["--lib"],
        tests: Some("on_a_real_mail_server"),
        commands: None,
    },
    Suite {
        name: "OpenID",
        variables: &["ORRERY_PEER_OPENID"],
        target: &["--test", "openid"],
        tests: None,
        commands: None,
    },
];

/// Starts what can be had, runs the suites, and counts as skipped what cannot.
pub fn run(run: &Run<'_>) -> Result<Counts> {
    let outcomes = peers::up(run.workspace, &[])?;
    let mut counts = Counts::default();
    let mut facts = Vec::new();
    let mut started = Vec::new();
    for (name, outcome) in outcomes {
        match outcome {
            Outcome::Up { facts: of_peer, started: is_new } => {
                facts.extend(of_peer);
                started.extend(is_new.then(|| name.to_owned()));
            }
            Outcome::LeftOut(reason) => counts.add(Counts::skip(format!("{name}: {reason}"))),
            Outcome::Broken(error) => {
                counts.add(Counts::failure(format!("{name} does not start: {}", crate::explain(&error))));
            }
        }
    }
    for suite in &SUITES {
        let is_there = |variable: &&str| facts.iter().any(|fact| fact.variable == *variable);
        if let Some(tests) = suite.wanted(run.filter)
            && suite.variables.iter().all(is_there)
        {
            counts.add(suite.run(run, &tests, &facts)?);
        }
    }
    if facts.iter().any(|fact| fact.variable == KUBECONFIG) {
        counts.add(in_browsers(run, &facts)?);
    }
    if !started.is_empty() {
        peers::down(run.workspace, &started).context("the peers that were started for this do not stop")?;
    }
    Ok(counts)
}

impl Suite {
    /// Which of its tests a filter leaves, as cargo takes it; nothing when it leaves none. One that is a part of the suite's own
    /// name, or of what names its tests, leaves all of them.
    fn wanted<'f>(&self, filter: Option<&'f str>) -> Option<Vec<&'f str>> {
        let own = self.tests.into_iter().collect();
        let Some(filter) = filter else { return Some(own) };
        if self.name.to_lowercase().contains(&filter.to_lowercase()) {
            return Some(own);
        }
        match self.tests {
            None => Some(vec![filter]),
            Some(tests) if tests.contains(filter) => Some(own),
            Some(tests) => filter.contains(tests).then(|| vec![filter]),
        }
    }

    fn run(&self, run: &Run<'_>, tests: &[&str], facts: &[Fact]) -> Result<Counts> {
        let mut command = Command::new("cargo");
        command
            .args(["test", "--no-fail-fast", "--locked"])
            // Chosen like this, they share everything with the build of all other tests.
            .args(programs::TESTED)
            .args(self.target)
            .args(["--", "--include-ignored"])
            .current_dir(&run.workspace.root)
            .envs(facts.iter().map(|fact| (fact.variable, &fact.value)));
        command.args(tests);
        let mut left_out = Counts::default();
        if let Some(commands) = self.commands.filter(|_| !may_become_nobody()) {
            command.args(["--skip", commands]);
            left_out.add(without_commands(&format!("{} suite, {commands}*", self.name)));
        }
        let mut counts = programs::count_rust_tests(run, &format!("{} suite", self.name), &mut command)?;
        counts.add(left_out);
        Ok(counts)
    }
}

/// The main flows in a browser, where one can be had.
fn in_browsers(run: &Run<'_>, facts: &[Fact]) -> Result<Counts> {
    if let Err(reason) = end_to_end::ensure_chromium(run.workspace) {
        return Ok(Counts::skip(format!("browsers on Kubernetes: {}", crate::explain(&reason))));
    }
    let left_out = (!may_become_nobody()).then_some(COMMANDS);
    let variables = facts.iter().map(|fact| (fact.variable, fact.value.as_str()));
    let mut counts = end_to_end::run_on_peer(run, variables, left_out)?;
    if let Some(mark) = left_out {
        counts.add(without_commands(&format!("browsers on Kubernetes, {mark}")));
    }
    Ok(counts)
}

fn without_commands(what: &str) -> Counts {
    Counts::skip(format!("{what}: KWOK may not run commands as nobody here"))
}

/// Whether commands may run as nobody, as KWOK runs those of its pods.
fn may_become_nobody() -> bool {
    Command::new("true").uid(NOBODY).gid(NOBODY).status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::SUITES;

    /// The suites that a filter leaves, each with what it leaves of their tests.
    fn left(filter: &str) -> Vec<(&str, Vec<&str>)> {
        let wanted = SUITES.iter().filter_map(|suite| Some((suite.name, suite.wanted(Some(filter))?)));
        wanted.collect()
    }

    #[test]
    fn without_a_filter_every_suite_runs_its_own_tests() {
        for suite in &SUITES {
            let own: Vec<&str> = suite.tests.into_iter().collect();
            assert_eq!(suite.wanted(None), Some(own), "{}", suite.name);
        }
    }

    #[test]
    fn a_filter_leaves_a_suite_by_its_name_whole() {
        assert!(left("openldap").contains(&("OpenLDAP", vec![])));
        assert!(left("Who may").contains(&("Who may do what, on Kubernetes", vec!["routes::tests::matrix"])));
        assert!(left("matrix").contains(&("Who may do what, on Kubernetes", vec!["routes::tests::matrix"])));
    }

    #[test]
    fn a_filter_leaves_tests_by_their_names_and_no_suite_that_is_about_others() {
        let left = left("routes::tests::matrix::nobody");

        assert!(left.contains(&("Kubernetes", vec!["routes::tests::matrix::nobody"])));
        let matrix = "Who may do what, on Kubernetes";
        assert!(left.contains(&(matrix, vec!["routes::tests::matrix::nobody"])));
        assert!(left.iter().all(|(name, _)| *name != "PostgreSQL"));
    }
}
