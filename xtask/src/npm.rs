//! Node packages: the code editor, the bundler and the browser tests, each locked by a `package-lock.json`.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{process, workspace::Workspace};

/// The oldest Node the packages work with.
const OLDEST_NODE: u32 = 20;

/// Installs the packages of a folder exactly as its lock file says, unless they are there already.
pub fn ensure(workspace: &Workspace, folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let wanted = hex(&Sha256::digest(&wanted));
    let stamp = folder.join("node_modules/.orrery-installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    check_node()?;
    let name = folder.strip_prefix(&workspace.root).unwrap_or(folder).display().to_string();
    let mut command = Command::new("npm");
    command
        .args(["ci", "--no-audit", "--no-fund", "--no-progress", "--ignore-scripts"])
        .current_dir(folder)
        // The tests use the machine's Chromium.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(
        &format!("installing the npm packages of {name}"),
        &mut command,
        &workspace.log(&format!("npm {name}")),
    )?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// A program that came with the packages of a folder.
pub fn program(folder: &Path, name: &str) -> Command {
    let mut command = Command::new(folder.join("node_modules/.bin").join(name));
    command.current_dir(folder);
    command
}

/// Node's version, or what to do about it.
pub fn check_node() -> Result<String> {
    let advice = format!("install Node {OLDEST_NODE} or newer, with npm");
    let version = process::capture(Command::new("node").arg("--version")).with_context(|| advice.clone())?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node {version} is too old: {advice}");
    }
    if process::find_program("npm").is_none() {
        bail!("npm is missing: {advice}");
    }
    Ok(version)
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
