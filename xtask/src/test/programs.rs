//! The steps that are other programs: cargo's own checks and Node's.

use std::{ffi::OsString, process::Command};

use anyhow::Result;

use super::{Run, counts::Counts};
use crate::{kubectl, npm, process};

/// Cargo's choice of packages for the tests. What is chosen together is built with the same features, and so once.
pub const TESTED: [&str; 5] = ["--workspace", "--exclude", "frontend", "--exclude", "xtask"];

/// rustfmt, over everything.
pub fn format(run: &Run<'_>) -> Result<Counts> {
    let mut command = Command::new("cargo");
    command.args(["fmt", "--all", "--check", "--", "--color=never"]).current_dir(&run.workspace.root);
    check(run, "cargo fmt", &mut command, "`cargo fmt` puts this right")
}

/// clippy over both halves at once, warnings as errors.
pub fn lints(run: &Run<'_>) -> Result<Counts> {
    let mut command = Command::new("cargo");
    command
        .args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
        .current_dir(&run.workspace.root);
    check(run, "cargo clippy", &mut command, "")
}

/// The tests of everything but the browser's entry: `frontend` switches Leptos to the browser for all it is built with.
///
/// The playground is tested with kubectl, which is fetched for that; where it cannot be had, those tests say so.
pub fn tests(run: &Run<'_>) -> Result<Counts> {
    let path = match kubectl::ensure(run.workspace) {
        Ok(kubectl) => kubectl::path_with(&kubectl)?,
        Err(reason) => {
            println!("  tests with kubectl will be skipped: {}", crate::explain(&reason));
            std::env::var_os("PATH").unwrap_or_default()
        }
    };
    rust_tests(run, "cargo test", &TESTED, Some(path))
}

/// The tests of these commands, apart from the rest, so that `cargo xtask` itself is not built anew after them.
pub fn tool_tests(run: &Run<'_>) -> Result<Counts> {
    rust_tests(run, "cargo test xtask", &["--package", "xtask"], None)
}

fn rust_tests(run: &Run<'_>, title: &str, packages: &[&str], path: Option<OsString>) -> Result<Counts> {
    let mut command = Command::new("cargo");
    command.args(["test", "--no-fail-fast", "--locked"]).args(packages).current_dir(&run.workspace.root);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    if let Some(filter) = run.filter {
        command.arg("--").arg(filter);
    }
    count_rust_tests(run, title, &mut command)
}

/// Runs `cargo test` and counts its tests.
pub fn count_rust_tests(run: &Run<'_>, title: &str, command: &mut Command) -> Result<Counts> {
    let finished = process::watch(title, command, &run.workspace.log(title), None)?;
    let mut counts = Counts::of_rust_tests(&finished.output()?);
    if !finished.succeeded() {
        // A program that does not compile or that crashed has no count of its own.
        counts.failed = counts.failed.max(1);
        counts.problems.push(process::excerpt(&finished)?);
    }
    Ok(counts)
}

/// TypeScript's compiler over the editor and the end-to-end tests.
pub fn script_types(run: &Run<'_>) -> Result<Counts> {
    let mut counts = Counts::default();
    for folder in ["frontend/vendor", "end2end"] {
        let path = run.workspace.root.join(folder);
        npm::ensure(run.workspace, &path)?;
        let mut command = npm::program(&path, "tsc");
        command.arg("--noEmit");
        counts.add(check(run, &format!("tsc {folder}"), &mut command, "")?);
    }
    Ok(counts)
}

/// The editor's own tests, under Node's test runner.
pub fn script_tests(run: &Run<'_>) -> Result<Counts> {
    let vendor = run.workspace.root.join("frontend/vendor");
    npm::ensure(run.workspace, &vendor)?;
    // Node 20 does not read TypeScript.
    let bundle = run.workspace.scratch().join("script-tests.mjs");
    let mut build = npm::program(&vendor, "esbuild");
    build
        .args(["schema.test.ts", "--bundle", "--platform=node", "--format=esm", "--log-level=warning"])
        .arg(format!("--outfile={}", bundle.display()));
    process::run("bundling the script tests", &mut build, &run.workspace.log("esbuild tests"))?;
    let mut command = Command::new("node");
    command.args(["--test", "--test-reporter=tap"]);
    if let Some(filter) = run.filter {
        command.arg(format!("--test-name-pattern={filter}"));
    }
    command.arg(&bundle);
    let finished = process::watch("node --test", &mut command, &run.workspace.log("node test"), None)?;
    let mut counts = Counts::of_node_tests(&finished.output()?);
    if !finished.succeeded() {
        counts.failed = counts.failed.max(1);
        counts.problems.push(process::excerpt(&finished)?);
    }
    Ok(counts)
}

/// One program that is content or not.
fn check(run: &Run<'_>, title: &str, command: &mut Command, advice: &str) -> Result<Counts> {
    let finished = process::watch(title, command, &run.workspace.log(title), None)?;
    if finished.succeeded() {
        return Ok(Counts::success());
    }
    Ok(Counts::failure(format!("{}\n{advice}", process::excerpt(&finished)?)))
}
