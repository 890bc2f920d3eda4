//! Builds and runs one test in the copy of the source tree.

use std::{
    collections::BTreeMap,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Message, MetadataCommand};

use super::{catalogue::Test, copy::TreeCopy};
use crate::{
    process::{self, Finished},
    test::counts::Counts,
    workspace::Workspace,
};

/// How long a test may run: without a guard it may wait for what never comes.
const PATIENCE: Duration = Duration::from_secs(180);

/// How much is shown of what the compiler says.
const SHOWN_LINES: usize = 30;

/// How a test ended.
pub enum Ending {
    /// It passed.
    Content,
    /// It failed.
    Failed,
    /// The compiler refused, and said this.
    DidNotCompile(String),
    /// It was stopped.
    Endless,
}

/// What came of building.
pub enum Built {
    /// This program.
    Program(PathBuf),
    /// Nothing: the compiler refused, and said this.
    Not(String),
}

/// Where tests are run.
pub struct Trial<'a> {
    workspace: &'a Workspace,
    copy: &'a TreeCopy,
    /// The folder of each package in the copy.
    folders: BTreeMap<String, PathBuf>,
}

impl<'a> Trial<'a> {
    /// Reads which packages the copy has.
    pub fn new(workspace: &'a Workspace, copy: &'a TreeCopy) -> Result<Self> {
        let metadata = MetadataCommand::new().current_dir(&copy.root).no_deps().exec()?;
        let folder = |package: &cargo_metadata::Package| {
            let folder = package.manifest_path.parent()?.as_std_path().to_path_buf();
            Some((package.name.to_string(), folder))
        };
        let folders = metadata.workspace_packages().into_iter().filter_map(folder).collect();
        Ok(Self { workspace, copy, folders })
    }

    /// Builds the program that holds a test from the copy as it is now, and runs the test.
    pub fn run(&self, test: &Test) -> Result<Ending> {
        match self.build(test)? {
            Built::Program(program) => self.run_in(&program, test),
            Built::Not(said) => Ok(Ending::DidNotCompile(said)),
        }
    }

    /// Builds the program that holds a test from the copy as it is now.
    pub fn build(&self, test: &Test) -> Result<Built> {
        let built = self.cargo(test)?;
        if !built.succeeded() {
            return Ok(Built::Not(refusal(&built.output()?)));
        }
        let found = program(&built.log).with_context(|| {
            format!("cargo does not say which program holds {test}: see {}", built.log.display())
        });
        Ok(Built::Program(found?))
    }

    /// Runs a test of a program.
    pub fn run_in(&self, program: &Path, test: &Test) -> Result<Ending> {
        let folder =
            self.folders.get(test.package()).context("cargo built a package that it does not have")?;
        let mut command = Command::new(program);
        command
            .args(["--exact", test.name()])
            .current_dir(folder)
            .env("CARGO_MANIFEST_DIR", folder)
            .env("INSTA_UPDATE", "no");
        let log = self.workspace.log("guards run");
        ending(test, &process::watch(&test.to_string(), &mut command, &log, Some(PATIENCE))?)
    }

    fn cargo(&self, test: &Test) -> Result<Finished> {
        let mut command = Command::new("cargo");
        command
            .args(["test", "--locked", "--no-run", "--message-format=json-render-diagnostics", "--package"])
            .arg(test.package())
            .args(test.target())
            .current_dir(&self.copy.root)
            .env("CARGO_TARGET_DIR", self.workspace.scratch().join("guards/target"));
        let title = format!("building {test}");
        process::watch(&title, &mut command, &self.workspace.log("guards build"), None)
    }
}

/// What the compiler says of what it refuses, without cargo's messages for programs and without warnings of what it takes.
fn refusal(output: &str) -> String {
    let said = output.lines().filter(|line| !line.starts_with("{\"reason\""));
    let refused = said.skip_while(|line| !line.starts_with("error"));
    refused.take(SHOWN_LINES).collect::<Vec<_>>().join("\n")
}

/// The program of the tests that cargo built, from its messages.
fn program(log: &Path) -> Result<PathBuf> {
    let messages = Message::parse_stream(BufReader::new(File::open(log)?));
    let programs = messages.filter_map(|message| match message.ok()? {
        Message::CompilerArtifact(artifact) if artifact.profile.test => artifact.executable,
        _ => None,
    });
    let path = programs.last().context("there is none")?;
    Ok(path.into_std_path_buf())
}

fn ending(test: &Test, finished: &Finished) -> Result<Ending> {
    let Some(status) = finished.status else { return Ok(Ending::Endless) };
    let counts = Counts::of_rust_tests(&finished.output()?);
    match (counts.passed, counts.failed) {
        (1, 0) => Ok(Ending::Content),
        (0, 1) => Ok(Ending::Failed),
        // It took the whole program down with it, as a stack that overflows does.
        (0, 0) if status.code().is_none() => Ok(Ending::Failed),
        _ => bail!("{test} is not the name of one test: see {}", finished.log.display()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn of_what_the_compiler_says_its_refusal_is_shown() {
        let output = "{\"reason\":\"x\"}\nwarning: unused\nerror[E0308]: mismatched\n  --> a.rs:1\n{\"reason\":\"y\"}\nend";

        assert_eq!(refusal(output), "error[E0308]: mismatched\n  --> a.rs:1\nend");
    }

    /// How the end of a shell script is read.
    fn ended(script: &str, limit: Duration) -> Result<Ending> {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let finished =
            process::watch("script", &mut command, &folder.path().join("log"), Some(limit)).unwrap();
        ending(&Test::Lib("package", "tests::one"), &finished)
    }

    #[test]
    fn only_a_test_that_ran_and_failed_has_failed() {
        let said = |line: &str| ended(&format!("echo '{line}'; exit 101"), PATIENCE);

        let failed = said("test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 9 filtered out");
        assert!(matches!(failed, Ok(Ending::Failed)));
        let passed = said("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out");
        assert!(matches!(passed, Ok(Ending::Content)));
        assert!(said("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 10 filtered out").is_err());
        assert!(said("error while loading shared libraries").is_err());
        assert!(matches!(ended("kill -ABRT $$", PATIENCE), Ok(Ending::Failed)));
        assert!(matches!(ended("exec sleep 30", Duration::from_millis(50)), Ok(Ending::Endless)));
    }
}
