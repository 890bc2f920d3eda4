//! Builds both halves and runs the console.

use std::{ffi::OsString, os::unix::process::CommandExt, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::{
    process,
    site::{self, Profile},
    test::programs::TESTED,
    workspace::Workspace,
};

/// Builds everything, then becomes the console: signals go to it, and its exit code is ours.
///
/// Returns only when something failed.
pub fn serve(workspace: &Workspace, profile: Profile, arguments: &[OsString]) -> Result<()> {
    let site = site::build(workspace, profile)?;
    let server = build_server(workspace, profile)?;
    println!();
    let error = Command::new(&server)
        .args(arguments)
        .env("ORRERY_SITE_ROOT", site)
        .current_dir(&workspace.root)
        .exec();
    Err(error).with_context(|| format!("cannot start {}", server.display()))
}

/// Makes the release binary with the site inside and returns its path.
pub fn build_release(workspace: &Workspace) -> Result<PathBuf> {
    site::build(workspace, Profile::Release)?;
    compile(workspace, Profile::Release, true)
}

/// Builds the server, which reads the site from a folder, and returns its path.
pub fn build_server(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    compile(workspace, profile, false)
}

fn compile(workspace: &Workspace, profile: Profile, embed_site: bool) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command.args(["build", "--bin", "orrery"]).current_dir(&workspace.root);
    let folder = match profile {
        // Beside a test cargo chooses the same features as for all tests: what they have built is not built again.
        Profile::Development => {
            command.args(TESTED).args(["--test", "rendering"]);
            "debug"
        }
        Profile::Release => {
            command.args(["--package", "server", "--release"]);
            "release"
        }
    };
    if embed_site {
        command.env("ORRERY_EMBED_SITE", "1");
    }
    process::run("compiling the server", &mut command, &workspace.log("cargo build server"))?;
    Ok(workspace.target.join(folder).join("orrery"))
}
