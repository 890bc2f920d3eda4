//! The browser tests: a server with its playground, a real Chromium, and Playwright between them.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use super::{Run, counts::Counts};
use crate::{
    debian, kubectl, npm, process, serve,
    site::{self, Profile},
    workspace::Workspace,
};

/// What it is called, the one without windows first: with it the suite takes a sixth less time.
const CHROMIUM: [&str; 4] = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
/// With fonts for the languages the console speaks: without them screenshots show boxes.
const PACKAGES: [&str; 3] = ["chromium-headless-shell", "fonts-liberation", "fonts-noto-cjk"];

/// The configuration of the suite that needs a real control plane.
const ON_PEER: &str = "--config=real.config.ts";

/// Builds both halves and lets Playwright loose on them.
pub fn run(run: &Run<'_>) -> Result<Counts> {
    let mut command = playwright(run.workspace)?;
    command.arg("test");
    count(run, "end to end", command)
}

/// The main flows on the real control plane whose kubeconfig is in one of these variables. What has `left_out` in its title
/// is not run.
pub fn run_on_peer<'a>(
    run: &Run<'_>,
    variables: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    left_out: Option<&str>,
) -> Result<Counts> {
    // Who looks for tests of another suite does not wait for two builds.
    if !has_wanted_tests_on_peer(run, variables.clone())? {
        return Ok(Counts::default());
    }
    let mut command = playwright(run.workspace)?;
    // With the one that started the control plane: people use it through the console.
    let path = kubectl::path_with(&kubectl::ensure(run.workspace)?)?;
    command.args(["test", ON_PEER]).envs(variables).env("PATH", path);
    if let Some(mark) = left_out {
        command.args(["--grep-invert", mark]);
    }
    count(run, "end to end on Kubernetes", command)
}

fn has_wanted_tests_on_peer<'a>(
    run: &Run<'_>,
    variables: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<bool> {
    let Some(filter) = run.filter else { return Ok(true) };
    let folder = folder(run.workspace);
    npm::ensure(run.workspace, &folder)?;
    let mut command = npm::program(&folder, "playwright");
    command.args(["test", ON_PEER, "--list", "--pass-with-no-tests", "--grep", filter]).envs(variables);
    Ok(!process::capture(&mut command)?.contains("Total: 0 tests"))
}

/// Runs Playwright and counts what passed, by its report.
fn count(run: &Run<'_>, name: &str, mut command: Command) -> Result<Counts> {
    let report = run.workspace.scratch().join(format!("{name}.json"));
    // A report of an earlier run would count as this one's.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    command.arg("--reporter=list,json").env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    if let Some(filter) = run.filter {
        command.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    let finished = process::watch("browser tests", &mut command, &run.workspace.log(name), None)?;
    let mut counts = match fs::read_to_string(&report) {
        Ok(report) => Counts::of_browser_tests(&report)?,
        Err(_) => Counts::default(),
    };
    if !finished.succeeded() {
        counts.failed = counts.failed.max(1);
        counts.problems.push(process::excerpt(&finished)?);
    }
    Ok(counts)
}

/// Takes the pictures of the README anew.
pub fn take_pictures(workspace: &Workspace) -> Result<()> {
    let mut command = playwright(workspace)?;
    command.args(["test", "--config=pictures.config.ts", "--reporter=list"]);
    process::run("taking pictures", &mut command, &workspace.log("pictures"))?;
    Ok(())
}

/// Playwright, with both halves built and a browser to start.
fn playwright(workspace: &Workspace) -> Result<Command> {
    let folder = folder(workspace);
    npm::ensure(workspace, &folder)?;
    let chromium = ensure_chromium(workspace)?;
    let site = site::build(workspace, Profile::Development)?;
    let server = serve::build_server(workspace, Profile::Development)?;
    let mut command = npm::program(&folder, "playwright");
    command
        .env("ORRERY_BINARY", server)
        .env("ORRERY_SITE_ROOT", site)
        .env("ORRERY_CHROMIUM", chromium)
        .env("FORCE_COLOR", "0");
    Ok(command)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("end2end")
}

/// The browser for the tests: `ORRERY_CHROMIUM`, or the system's.
pub fn find_chromium() -> Option<PathBuf> {
    let chosen = env::var_os("ORRERY_CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    chosen.or_else(|| CHROMIUM.iter().find_map(|name| process::find_program(name)))
}

/// The browser, installed by apt where it is missing and may be; else what to install.
pub fn ensure_chromium(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    let names = PACKAGES.join(" ");
    if process::find_program("apt-get").is_none() || !debian::is_root() {
        bail!(
            "the end-to-end tests need Chromium. On Debian: `sudo apt-get install {names}`; elsewhere install your \
             system's Chromium, or name its binary in ORRERY_CHROMIUM"
        );
    }
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    process::run("apt-get update", apt().arg("update"), &workspace.log("apt update"))?;
    process::run(
        "installing Chromium",
        apt().args(["install", "--yes", "--no-install-recommends"]).args(PACKAGES),
        &workspace.log("apt chromium"),
    )?;
    find_chromium().context("apt-get installed Chromium, but it is not in PATH")
}
