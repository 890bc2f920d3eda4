//! `cargo xtask test`: every check there is, in the order of what it costs.

mod advisories;
pub mod counts;
mod dependency_rules;
mod documents;
pub mod end_to_end;
mod guards;
mod licences;
mod manifests;
mod peers;
pub mod programs;
mod unused_dependencies;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;
use cargo_metadata::{Metadata, MetadataCommand};

use self::counts::Counts;
use crate::{peers::Ahead, process::seconds, workspace::Workspace};

/// What to run.
#[derive(clap::Args)]
pub struct Options {
    /// Only what takes seconds once built: no lints, advisories or browser.
    #[arg(long)]
    quick: bool,
    /// Also start the real systems that this machine can have, and run the suites of the simulators against them.
    /// The first time this builds Kubernetes and others, which takes 20 to 30 minutes of processor time: beside the other
    /// steps, with what those leave.
    #[arg(long)]
    peers: bool,
    /// Leaves the real systems out, and counts them as skipped, when the steps before have taken longer than this: for
    /// machines that give a run only so much time.
    #[arg(long, value_name = "MINUTES", requires = "peers")]
    peers_within: Option<u64>,
    /// Only tests whose name contains this, and nothing that is not a test. Of real systems also the suites that are called so,
    /// such as `helm`.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only this step; may be given several times. The names are those printed by a whole run.
    #[arg(long = "step", value_name = "NAME")]
    steps: Vec<String>,
}

/// What the steps need to know.
pub struct Run<'a> {
    workspace: &'a Workspace,
    metadata: Metadata,
    filter: Option<&'a str>,
}

/// One line of the summary.
struct Step {
    name: &'static str,
    /// Part of the everyday loop.
    quick: bool,
    /// Consists of tests that have names.
    has_tests: bool,
    /// Needs the real systems.
    peers: bool,
    run: fn(&Run<'_>) -> Result<Counts>,
}

/// In order of price: what fails in a second is known after a second.
const STEPS: [Step; 15] = [
    Step { name: "format", quick: true, has_tests: false, peers: false, run: programs::format },
    Step {
        name: "dependency rules",
        quick: true,
        has_tests: false,
        peers: false,
        run: dependency_rules::check,
    },
    Step {
        name: "unused dependencies",
        quick: true,
        has_tests: false,
        peers: false,
        run: unused_dependencies::check,
    },
    Step { name: "documents", quick: true, has_tests: false, peers: false, run: documents::check },
    Step { name: "guards", quick: true, has_tests: false, peers: false, run: guards::check },
    Step { name: "licences", quick: true, has_tests: false, peers: false, run: licences::check },
    Step { name: "advisories", quick: false, has_tests: false, peers: false, run: advisories::check },
    Step { name: "script types", quick: true, has_tests: false, peers: false, run: programs::script_types },
    Step { name: "script tests", quick: true, has_tests: true, peers: false, run: programs::script_tests },
    Step { name: "tool tests", quick: true, has_tests: true, peers: false, run: programs::tool_tests },
    Step { name: "tests", quick: true, has_tests: true, peers: false, run: programs::tests },
    Step { name: "lints", quick: false, has_tests: false, peers: false, run: programs::lints },
    Step { name: "manifests", quick: false, has_tests: false, peers: false, run: manifests::check },
    Step { name: "end to end", quick: false, has_tests: true, peers: false, run: end_to_end::run },
    // Building them costs more than all else, which is why it begins with the first step.
    Step { name: "peers", quick: false, has_tests: true, peers: true, run: peers::run },
];

/// Runs the wanted steps; the last line printed is `N passed, N failed` and, if any, `, N skipped`.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if let Some(unknown) = options.steps.iter().find(|wanted| STEPS.iter().all(|step| step.name != **wanted))
    {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        anyhow::bail!("there is no step {unknown:?}; there are: {}", names.join(", "));
    }
    let metadata = MetadataCommand::new().current_dir(&workspace.root).exec()?;
    let run = Run { workspace, metadata, filter: options.filter.as_deref() };
    let start = Instant::now();
    let mut total = Counts::default();
    let mut failures = Vec::new();
    let mut left_out = Vec::new();
    let mut ahead = options.builds_ahead().then(|| Ahead::begin(workspace)).transpose()?;
    for step in &STEPS {
        if !options.wants(step) {
            left_out.push(step.name);
            continue;
        }
        println!("{}", step.name);
        let begin = Instant::now();
        let builder = ahead.take_if(|_| step.peers);
        let counts = match options.is_too_late_for(step, start.elapsed()) {
            Some(reason) => Counts::skip(reason),
            None => {
                let built = builder.map_or(Ok(()), Ahead::finish);
                let counts = built.and_then(|()| (step.run)(&run));
                counts.unwrap_or_else(|error| Counts::failure(crate::explain(&error)))
            }
        };
        report(step, &counts, begin.elapsed());
        if counts.failed > 0 {
            failures.push(step.name);
        }
        total.add(counts);
    }
    println!("\nTook {}.", seconds(start.elapsed()));
    if !left_out.is_empty() {
        println!("Left out: {}.", left_out.join(", "));
    }
    if !failures.is_empty() {
        println!("Failed: {}.", failures.join(", "));
    }
    for failure in &total.failures {
        println!("  {failure}");
    }
    println!("{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Options {
    fn wants(&self, step: &Step) -> bool {
        let named = self.steps.is_empty() || self.steps.iter().any(|wanted| wanted == step.name);
        let asked_for = !step.peers || self.peers || !self.steps.is_empty();
        named && asked_for && (step.quick || !self.quick) && (step.has_tests || self.filter.is_none())
    }

    /// Whether the real systems are built beside steps that come before theirs.
    fn builds_ahead(&self) -> bool {
        let mut wanted = STEPS.iter().filter(|step| self.wants(step));
        wanted.clone().any(|step| step.peers) && wanted.any(|step| !step.peers)
    }

    /// Why a step is not begun any more.
    fn is_too_late_for(&self, step: &Step, elapsed: Duration) -> Option<String> {
        let limit = self.peers_within.filter(|_| step.peers)?;
        let is_late = elapsed > Duration::from_secs(limit * 60);
        is_late.then(|| {
            format!(
                "{}: the steps before took {}, and more than {limit} min were not to pass",
                step.name,
                seconds(elapsed)
            )
        })
    }
}

fn report(step: &Step, counts: &Counts, elapsed: Duration) {
    for problem in &counts.problems {
        println!("{problem}");
    }
    for reason in &counts.skips {
        println!("  skipped: {reason}");
    }
    let mark = if counts.failed > 0 { "FAILED" } else { "ok" };
    println!("  {mark}: {}: {counts} ({})", step.name, seconds(elapsed));
}

#[cfg(test)]
mod tests {
    use super::{Options, STEPS};
    use std::time::Duration;

    fn names(options: &Options) -> Vec<&'static str> {
        STEPS.iter().filter(|step| options.wants(step)).map(|step| step.name).collect()
    }

    const WHOLE: Options =
        Options { quick: false, peers: true, peers_within: None, filter: None, steps: Vec::new() };

    #[test]
    fn a_whole_run_leaves_nothing_out() {
        assert_eq!(names(&WHOLE).len(), STEPS.len());
    }

    #[test]
    fn real_systems_are_started_only_on_request() {
        let usual = Options { peers: false, ..WHOLE };
        let named = Options { peers: false, steps: vec!["peers".to_owned()], ..WHOLE };

        assert!(!names(&usual).contains(&"peers"));
        assert_eq!(names(&named), ["peers"]);
    }

    #[test]
    fn real_systems_are_left_out_of_a_run_that_has_taken_long_and_nothing_else_is() {
        let options = Options { peers_within: Some(40), ..WHOLE };
        let late = |minutes: u64| {
            let is_late = |step: &&super::Step| {
                options.is_too_late_for(step, Duration::from_secs(minutes * 60 + 1)).is_some()
            };
            STEPS.iter().filter(is_late).map(|step| step.name).collect::<Vec<_>>()
        };

        assert!(late(39).is_empty());
        assert_eq!(late(40), ["peers"]);
        assert_eq!(
            STEPS.last().map(|step| step.name),
            Some("peers"),
            "what comes after them has no time left"
        );
    }

    #[test]
    fn real_systems_are_built_beside_other_steps_where_there_are_some() {
        let alone = Options { steps: vec!["peers".to_owned()], ..WHOLE };
        let without = Options { peers: false, ..WHOLE };

        assert!(WHOLE.builds_ahead());
        assert!(!alone.builds_ahead());
        assert!(!without.builds_ahead());
    }

    #[test]
    fn the_everyday_loop_needs_no_browser() {
        let options = Options { quick: true, peers: false, ..WHOLE };

        assert!(!names(&options).contains(&"end to end"));
        assert!(names(&options).contains(&"tests"));
    }

    #[test]
    fn a_filter_leaves_only_steps_with_named_tests() {
        let options = Options { peers: false, filter: Some("pods".into()), ..WHOLE };

        assert_eq!(names(&options), ["script tests", "tool tests", "tests", "end to end"]);
    }
}
