#![doc = include_str!("../README.md")]

mod bench;
mod browser_target;
mod debian;
mod doctor;
mod guards;
mod kubectl;
mod npm;
mod peers;
mod playground;
mod process;
mod serve;
mod site;
mod test;
mod workspace;

use std::{ffi::OsString, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{site::Profile, workspace::Workspace};

/// Build, run, test and measure Orrery.
///
/// Needs Rust (rustup) and Node 20 or newer. Everything else is fetched when it is first needed: the browser target
/// of the compiler, npm packages, and for the end-to-end tests Debian's Chromium where this may be installed.
/// Downloads are kept in ~/.cache/orrery.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build both halves and run the console.
    ///
    /// Without further arguments the console starts with its playground, a small fleet of simulated clusters, and
    /// prints its address and a one-time link with which the first administrator chooses a password. Give it your
    /// own clusters with `-- --kubeconfig FILE`; `-- --help` shows everything it understands.
    #[command(
        after_help = "Examples:\n  cargo xtask serve\n  cargo xtask serve --kubeconfig ~/.kube/config\n  \
                            cargo xtask serve --release -- --listen 127.0.0.1:4000"
    )]
    Serve {
        /// Build small and fast instead of quickly.
        #[arg(long)]
        release: bool,
        /// Passed on to the console as they are.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "CONSOLE ARGUMENTS")]
        arguments: Vec<OsString>,
    },
    /// Run every check, cheapest first; the last line counts them.
    ///
    /// Goes on after a failure, so that one run finds everything. Exits with 1 when anything failed. What could not
    /// be checked, such as advisories without a network, is counted as skipped and named.
    Test(test::Options),
    /// Switch off what keeps attackers out, one guard after the other, and expect a test to fail for each.
    ///
    /// Works in a copy of the source tree below target/xtask/guards, so nothing of yours is touched. Exits with 1 when a
    /// guard can be off without a test that fails.
    Guards(guards::Options),
    /// Measure the release build and print the figures beside their targets.
    Bench(bench::Options),
    /// Build what the browser loads into target/site, and nothing else.
    Site {
        /// Small files with hashed names and compressed copies.
        #[arg(long)]
        release: bool,
    },
    /// Make the release binary with the site inside.
    Build,
    /// Take the pictures of the README anew, into docs/images.
    Screenshots,
    /// Start, list or stop the real systems that the tests are held against: a Kubernetes control plane, PostgreSQL.
    ///
    /// Each is built or unpacked once, under ~/.cache/orrery/peers, and starts empty. What this machine lacks the
    /// means for is named and left out.
    Peers {
        #[command(subcommand)]
        action: peers::Action,
    },
    /// Say what this machine has, what is missing and what to do about it.
    Doctor,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", explain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Takes a flag out of arguments and says whether it was there.
fn take(arguments: &mut Vec<OsString>, flag: &str) -> bool {
    let before = arguments.len();
    arguments.retain(|argument| argument != flag);
    arguments.len() < before
}

/// An error with its causes, one on each line. Where in these sources it arose helps nobody who reads it.
fn explain(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join("\n  because: ")
}

fn run(task: Task) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    match task {
        Task::Serve { mut release, mut arguments } => {
            // Behind one of the console's own flags everything is taken for the console's.
            release |= take(&mut arguments, "--release");
            serve::serve(&workspace, Profile::release_if(release), &arguments)?;
        }
        Task::Test(options) => return test::run(&workspace, &options),
        Task::Guards(options) => return guards::run(&workspace, &options),
        Task::Bench(options) => return bench::run(&workspace, &options),
        Task::Site { release } => {
            let site = site::build(&workspace, Profile::release_if(release))?;
            println!("The site is in {}", site.display());
        }
        Task::Build => {
            let binary = serve::build_release(&workspace)?;
            println!("The console with its site inside is {}", binary.display());
        }
        Task::Screenshots => test::end_to_end::take_pictures(&workspace)?,
        Task::Peers { action } => return peers::run(&workspace, &action),
        Task::Doctor => return doctor::run(&workspace),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Arguments, Task, take};

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_of_the_console_need_no_separator_and_release_may_stand_anywhere() {
        let words = "xtask serve --kubeconfig fleet.yaml --release --listen 127.0.0.1:4000";

        let parsed = Arguments::try_parse_from(words.split(' ')).unwrap();

        let Task::Serve { release: false, mut arguments } = parsed.command else { panic!("not the command") };
        assert!(take(&mut arguments, "--release"));
        assert_eq!(arguments, ["--kubeconfig", "fleet.yaml", "--listen", "127.0.0.1:4000"]);
    }
}
