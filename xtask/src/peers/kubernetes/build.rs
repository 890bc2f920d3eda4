//! Builds the Go modules, each once for each state of its sources.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::super::LeftOut;
use crate::{npm::hex, process, workspace::Workspace};

/// The module's folder; the files that configure the programs are in it, too.
pub fn sources(workspace: &Workspace) -> PathBuf {
    workspace.root.join("end2end/peers/kubernetes")
}

/// Which release the control plane is of: `ORRERY_PEER_KUBERNETES` says `1.34`, or another minor release that there is a
/// module for, when it is not to be the newest.
const CHOICE: &str = "ORRERY_PEER_KUBERNETES";

/// The module whose control plane was asked for. The newest has the programs around it, too.
pub fn chosen(workspace: &Workspace) -> Result<PathBuf> {
    choose(&sources(workspace), &env::var(CHOICE).unwrap_or_default())
}

fn choose(newest: &Path, release: &str) -> Result<PathBuf> {
    let modules = [newest.to_owned(), newest.join("older")];
    if release.is_empty() {
        let [newest, _] = modules;
        return Ok(newest);
    }
    let mut known = Vec::new();
    for module in modules {
        let version = version(&module)?;
        if version.strip_prefix('v').is_some_and(|version| version.starts_with(&format!("{release}."))) {
            return Ok(module);
        }
        known.push(version);
    }
    bail!("{CHOICE} is {release:?}, and there are modules for {} only", known.join(" and "))
}

/// Where the programs of a module are once they are built.
pub fn binary(workspace: &Workspace, sources: &Path) -> Result<PathBuf> {
    let name = format!("kubernetes-{}-{}", version(sources)?, fingerprint(sources)?);
    Ok(workspace.cache.join("peers/programs").join(name).join("cluster"))
}

/// Builds the programs of a module unless they are there, and returns their binary.
pub fn ensure(workspace: &Workspace, sources: &Path) -> Result<PathBuf> {
    let binary = binary(workspace, sources)?;
    if binary.is_file() {
        return Ok(binary);
    }
    check_go()?;
    let folder = binary.parent().context("a program is in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let partial = folder.join("cluster.partial");
    let mut command = Command::new("go");
    command
        .args(["build", "-trimpath", "-mod=readonly"])
        .arg(format!("-ldflags={}", link_options(&version(sources)?)))
        .arg("-o")
        .arg(&partial)
        .arg(".")
        .current_dir(sources);
    process::run("building Kubernetes", &mut command, &workspace.log("go build kubernetes"))?;
    fs::rename(&partial, &binary).with_context(|| format!("cannot write {}", binary.display()))?;
    Ok(binary)
}

pub fn check_go() -> Result<()> {
    if process::find_program("go").is_none() {
        let reason =
            "Go is not in PATH: install the version that end2end/peers/kubernetes/go.mod names, or newer";
        return Err(LeftOut(reason.to_owned()).into());
    }
    Ok(())
}

/// The version the programs say they are; their own build would put it there.
fn link_options(version: &str) -> String {
    let numbers: Vec<&str> = version.trim_start_matches('v').split('.').collect();
    let set = |name: &str, value: &str| format!(" -X k8s.io/component-base/version.{name}={value}");
    // Without tables for debuggers the file is a third smaller, and linked sooner.
    let mut options = "-s -w".to_owned();
    options += &set("gitVersion", version);
    options += &set("gitMajor", numbers.first().copied().unwrap_or_default());
    options += &set("gitMinor", numbers.get(1).copied().unwrap_or_default());
    options
}

/// The version of Kubernetes that `go.mod` asks for.
fn version(sources: &Path) -> Result<String> {
    let file = sources.join("go.mod");
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    version_in(&text).with_context(|| format!("{} does not require k8s.io/kubernetes", file.display()))
}

fn version_in(text: &str) -> Option<String> {
    let mut lines = text.lines().map(|line| line.trim().trim_start_matches("require "));
    lines.find_map(|line| line.strip_prefix("k8s.io/kubernetes ")).map(str::to_owned)
}

/// Changes with everything in a module that goes into its binary.
pub fn fingerprint(sources: &Path) -> Result<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(sources)?.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| {
        file.extension().is_some_and(|end| ["go", "mod", "sum"].iter().any(|known| end == *known))
    });
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        digest.update(fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    Ok(hex(&digest.finalize()[..6]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_the_module_requires() {
        let text = "module a\n\nrequire (\n\tk8s.io/component-base v0.37.2\n\tk8s.io/kubernetes v1.37.2\n)\n";

        assert_eq!(version_in(text).as_deref(), Some("v1.37.2"));
        assert!(link_options("v1.37.2").contains("version.gitMinor=37"));
    }

    #[test]
    fn a_release_is_chosen_by_its_number_among_those_that_there_are() {
        let newest = tempfile::tempdir().unwrap();
        let older = newest.path().join("older");
        fs::create_dir(&older).unwrap();
        fs::write(newest.path().join("go.mod"), "require k8s.io/kubernetes v1.37.2\n").unwrap();
        fs::write(older.join("go.mod"), "require k8s.io/kubernetes v1.34.4\n").unwrap();
        let choose = |release| choose(newest.path(), release);

        assert_eq!(choose("").unwrap(), newest.path());
        assert_eq!(choose("1.37").unwrap(), newest.path());
        assert_eq!(choose("1.34").unwrap(), older);
        assert!(choose("1.3").unwrap_err().to_string().contains("v1.37.2 and v1.34.4 only"));
    }

    #[test]
    fn a_change_of_the_sources_is_another_binary() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.go"), "a").unwrap();
        let before = fingerprint(folder.path()).unwrap();

        fs::write(folder.path().join("notes.txt"), "a").unwrap();
        assert_eq!(fingerprint(folder.path()).unwrap(), before);

        fs::write(folder.path().join("main.go"), "b").unwrap();
        assert_ne!(fingerprint(folder.path()).unwrap(), before);
    }
}
