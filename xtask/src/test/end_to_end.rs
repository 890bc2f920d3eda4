//! The browser tests: a server with its playground, a real Chromium, and Playwright between them.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use super::{Run, counts::Counts};
use crate::{
    debian, npm, process, serve,
    site::{self, Profile},
    workspace::Workspace,
};

/// Where distributions put it.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// With fonts for the languages the console speaks: without them screenshots show boxes.
const PACKAGES: [&str; 3] = ["chromium", "fonts-liberation", "fonts-noto-cjk"];

/// Builds both halves and lets Playwright loose on them.
pub fn run(run: &Run<'_>) -> Result<Counts> {
    let workspace = run.workspace;
    let report = workspace.scratch().join("end-to-end.json");
    // A report of an earlier run would count as this one's.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = playwright(workspace)?;
    command.args(["test", "--reporter=list,json"]).env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    if let Some(filter) = run.filter {
        command.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    let finished = process::watch("browser tests", &mut command, &workspace.log("end to end"), None)?;
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
    let folder = workspace.root.join("end2end");
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
