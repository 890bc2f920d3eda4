//! Builds what the browser loads, into `target/site`.
//!
//! A development site has plain names, so that a change is seen after a reload. A release site has the hash of the
//! contents in each name under `pkg/`, so that browsers may keep them forever, and compressed copies
//! beside each file; its `manifest.json` maps plain names to the real ones.

mod assets;
mod bindings;
mod bundles;
mod leftovers;
mod parts;
mod shared;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{browser_target, npm, process, workspace::Workspace};

/// What the build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Development,
    /// Small and quick to load.
    Release,
}

impl Profile {
    /// The profile of `--release` or its absence.
    pub fn release_if(release: bool) -> Self {
        if release { Self::Release } else { Self::Development }
    }

    /// Cargo's options and output folder for the browser half.
    fn browser(self) -> (&'static [&'static str], &'static str) {
        match self {
            // Browsers compile the whole module for each page: half the size is worth more than a quicker build.
            Self::Development => (&["--config", "profile.dev.opt-level=1"], "debug"),
            Self::Release => (&["--profile", "wasm-release"], "wasm-release"),
        }
    }
}

/// Builds the site and returns its folder.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let vendor = workspace.root.join("frontend/vendor");
    browser_target::ensure(workspace)?;
    npm::ensure(workspace, &vendor)?;

    let wasm = compile(workspace, profile)?;
    let package = workspace.scratch().join("package").join(profile.browser().1);
    bindings::generate(workspace, profile, &wasm, &package)?;

    // Put together beside the old site, so that a running server always finds a whole one.
    let next = workspace.root.join("target/site.next");
    empty(&next)?;
    assets::copy_folder(&workspace.root.join("public"), &next)?;
    bundles::package(workspace, profile, &package, &next)?;
    bundles::vendor(workspace, profile, &vendor, &next)?;
    assets::finish(profile, &next)?;

    let site = workspace.site();
    if site.exists() {
        fs::remove_dir_all(&site).with_context(|| format!("cannot replace {}", site.display()))?;
    }
    fs::rename(&next, &site).with_context(|| format!("cannot replace {}", site.display()))?;
    Ok(site)
}

/// Compiles the browser half and returns the WebAssembly file.
fn compile(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let (options, folder) = profile.browser();
    let mut command = Command::new("cargo");
    command
        .args(["build", "--package", "frontend", "--target", browser_target::TARGET])
        .args(options)
        .current_dir(&workspace.root);
    process::run("compiling the browser half", &mut command, &workspace.log("cargo build frontend"))?;
    Ok(workspace.target.join(browser_target::TARGET).join(folder).join("frontend.wasm"))
}

/// Makes a folder that has nothing in it.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}
