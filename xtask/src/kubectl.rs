//! The official command line for clusters, with which the playground and the manifests are tested.

use std::{env, ffi::OsString, path::PathBuf};

use anyhow::{Context, Result};

use crate::{debian, process, workspace::Workspace};

/// Debian's packaging of the version the playground promises to understand.
const VERSION: &str = "1.32.3";

/// Finds kubectl in `PATH` or in the cache, or takes it from Debian.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(installed) = process::find_program("kubectl") {
        return Ok(installed);
    }
    let folder = workspace.cache.join(format!("kubectl-{VERSION}"));
    let program = folder.join("usr/bin/kubectl");
    if !program.is_file() {
        debian::unpack(workspace, "kubectl", VERSION, &folder)
            .with_context(|| format!("kubectl is not in PATH; install kubectl {VERSION}"))?;
    }
    Ok(program)
}

/// `PATH` with the folder of a program in front.
pub fn path_with(program: &std::path::Path) -> Result<OsString> {
    let folder = program.parent().context("a program is in a folder")?.to_path_buf();
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(std::iter::once(folder).chain(env::split_paths(&path)))?)
}
