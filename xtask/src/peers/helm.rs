//! Helm, built from its Go module: a program rather than a server, so that it is up once it is there.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use super::{Fact, kubernetes::check_go};
use crate::{process, workspace::Workspace};

/// One that is made of the same release of Kubernetes as the control plane, so that both share most of their build.
const VERSION: &str = "4.3.2";

/// Builds it once.
pub fn build(workspace: &Workspace) -> Result<()> {
    let program = program(workspace);
    if !program.is_file() {
        check_go()?;
        let mut command = Command::new("go");
        command
            .args(["install", "-trimpath"])
            // Its own build puts the version there.
            .arg(format!("-ldflags=-s -w -X helm.sh/helm/v4/internal/version.version=v{VERSION}"))
            .arg(format!("helm.sh/helm/v4/cmd/helm@v{VERSION}"))
            .env("GOBIN", folder(workspace))
            .current_dir(&workspace.cache);
        process::run("building Helm", &mut command, &workspace.log("helm"))?;
    }
    Ok(())
}

/// It is up once it is built.
pub fn up(workspace: &Workspace) -> Result<Vec<Fact>> {
    build(workspace)?;
    Ok(vec![fact(&program(workspace))])
}

/// Where the program is.
pub fn facts(workspace: &Workspace) -> Option<Vec<Fact>> {
    let program = program(workspace);
    program.is_file().then(|| vec![fact(&program)])
}

/// There is nothing to stop.
#[expect(clippy::unnecessary_wraps, reason = "every peer can be stopped")]
pub fn down(_: &Workspace) -> Result<()> {
    Ok(())
}

fn fact(program: &Path) -> Fact {
    Fact { variable: "ORRERY_PEER_HELM", value: program.display().to_string() }
}

fn program(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("helm")
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.cache.join("peers/programs").join(format!("helm-{VERSION}"))
}
