//! `cargo xtask guards`: switches off what keeps attackers out, one guard after the other, and expects a test to fail.
//!
//! All of it happens to a copy of the source tree, which is kept for the next run so that little is built again.

pub mod catalogue;
mod copy;
mod trial;

use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Result, bail};

use self::{
    catalogue::{Guard, Test},
    copy::TreeCopy,
    trial::{Built, Ending, Trial},
};
use crate::{process::seconds, workspace::Workspace};

/// Which guards.
#[derive(clap::Args)]
pub struct Options {
    /// Only guards whose name, package or source file contains one of these, in any case.
    names: Vec<String>,
    /// Print the catalogue and run nothing.
    #[arg(long)]
    list: bool,
}

/// What came of switching off one guard.
enum Verdict {
    /// The test failed, as it should.
    Held,
    /// The test was content all the same.
    NotHeld,
    /// The sources do not compile without the guard, so nothing is known about it.
    DidNotCompile(String),
    /// The test did not come to an end.
    Endless,
}

/// Switches off each wanted guard and says whether its test failed.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut guards: Vec<Guard> = catalogue::all().filter(|guard| options.want(guard)).collect();
    // What one program tests comes together, so that the packages below it are not built back and forth.
    guards.sort_by_key(|guard| (guard.test.package(), guard.test.target()));
    if guards.is_empty() {
        bail!("no guard is called {}: `cargo xtask guards --list` prints all", options.names.join(" or "));
    }
    if options.list {
        for guard in &guards {
            println!("{}\n    {}", guard.name, guard.test);
        }
        println!("{} guards", guards.len());
        return Ok(ExitCode::SUCCESS);
    }
    let start = Instant::now();
    let copy = TreeCopy::bring_up_to_date(workspace)?;
    let trial = Trial::new(workspace, &copy)?;
    expect_content(&trial, &guards)?;
    let mut weak = 0;
    for guard in &guards {
        let begin = Instant::now();
        let verdict = switch_off(&copy, &trial, guard)?;
        println!("{}: {} ({})", verdict.words(), guard.name, seconds(begin.elapsed()));
        if let Some(explanation) = verdict.explanation(guard) {
            println!("  {explanation}");
            weak += 1;
        }
    }
    println!("\n{} guards held, {weak} did not ({})", guards.len() - weak, seconds(start.elapsed()));
    Ok(if weak == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs every test with all guards on: one that fails anyway says nothing when it fails.
fn expect_content(trial: &Trial<'_>, guards: &[Guard]) -> Result<()> {
    let mut programs: BTreeMap<_, BTreeSet<Test>> = BTreeMap::new();
    for Guard { test, .. } in guards {
        programs.entry((test.package(), test.target())).or_default().insert(*test);
    }
    println!("with all guards on");
    for ((package, _), tests) in &programs {
        let Some(first) = tests.first() else { continue };
        let program = match trial.build(first)? {
            Built::Program(program) => program,
            Built::Not(said) => bail!("{package} does not compile with all guards on:\n{said}"),
        };
        for test in tests {
            if !matches!(trial.run_in(&program, test)?, Ending::Content) {
                bail!("{test} fails with all guards on, or does not end: put it right first");
            }
        }
        println!("  {package}: {} tests are content", tests.len());
    }
    Ok(())
}

fn switch_off(copy: &TreeCopy, trial: &Trial<'_>, guard: &Guard) -> Result<Verdict> {
    for place in guard.places {
        copy.replace(place)?;
    }
    let ending = trial.run(&guard.test);
    for place in guard.places {
        copy.put_back(place.file)?;
    }
    Ok(match ending? {
        Ending::Failed => Verdict::Held,
        Ending::Content => Verdict::NotHeld,
        Ending::DidNotCompile(said) => Verdict::DidNotCompile(said),
        Ending::Endless => Verdict::Endless,
    })
}

impl Options {
    fn want(&self, guard: &Guard) -> bool {
        let has = |wanted: &String| {
            let wanted = wanted.to_lowercase();
            guard.name.to_lowercase().contains(&wanted)
                || guard.test.package() == wanted
                || guard.places.iter().any(|place| place.file.contains(&wanted))
        };
        self.names.is_empty() || self.names.iter().any(has)
    }
}

impl Verdict {
    fn words(&self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::NotHeld => "NOT HELD",
            Self::DidNotCompile(_) => "did not compile",
            Self::Endless => "did not end",
        }
    }

    fn explanation(&self, guard: &Guard) -> Option<String> {
        let (test, file) = (guard.test, guard.places.first().map_or("", |place| place.file));
        match self {
            Self::Held => None,
            Self::NotHeld => Some(format!(
                "{test} passes although the guard in {file} is off: make a test fail, or delete what guards nothing"
            )),
            Self::DidNotCompile(said) => Some(format!(
                "{file} does not compile with what the catalogue puts in the place of the guard:\n{said}"
            )),
            Self::Endless => Some(format!("{test} has to fail by itself when the guard in {file} is off")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(names: &[&str]) -> Vec<Guard> {
        let names = names.iter().map(ToString::to_string).collect();
        let options = Options { names, list: false };
        catalogue::all().filter(|guard| options.want(guard)).collect()
    }

    #[test]
    fn guards_are_chosen_by_name_by_package_and_by_file() {
        let all = wanted(&[]);
        let first = all.first().map_or("", |guard| guard.name);

        assert_eq!(wanted(&[&first.to_uppercase()]).len(), 1);
        assert!(wanted(&["identity"]).len() > 1);
        assert!(wanted(&["outbound/src/dial.rs"]).iter().all(|guard| guard.test.package() == "outbound"));
        assert!(wanted(&["no such guard"]).is_empty());
    }
}
