//! Styles and scripts, put together by esbuild.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{Profile, parts};
use crate::{npm, process, workspace::Workspace};

/// The browsers the site is for, in esbuild's words: the last two years, and Firefox's long-term release.
const BROWSERS: &str = "--target=chrome120,firefox128,safari17.4";

/// Writes `pkg/`: the console itself, the parts of it that come later, and its styles.
pub fn package(workspace: &Workspace, profile: Profile, package: &Path, site: &Path) -> Result<()> {
    let to = site.join("pkg");
    fs::create_dir_all(&to)?;
    fs::copy(package.join("orrery.wasm"), to.join("orrery.wasm"))?;
    for part in parts::files(package)? {
        fs::copy(&part, to.join(part.file_name().context("a part has a name")?))?;
    }
    fs::copy(package.join(parts::LIST), site.join(parts::LIST))?;
    let script = to.join("orrery.js");
    // As a bundle even though it is one file: it takes in the snippets that libraries bring along.
    bundle(workspace, profile, &package.join("orrery.js"), &script, "bundling the bindings")?;
    let styles = workspace.root.join("style/main.css");
    bundle(workspace, profile, &styles, &to.join("orrery.css"), "bundling the styles")
}

/// Writes `vendor/`: what pages load only when they need it.
pub fn vendor(workspace: &Workspace, profile: Profile, vendor: &Path, site: &Path) -> Result<()> {
    let to = site.join("vendor");
    fs::create_dir_all(&to)?;
    let files = [
        ("editor.ts", "editor.js"),
        ("editor.css", "editor.css"),
        ("terminal.ts", "terminal.js"),
        ("terminal.css", "terminal.css"),
    ];
    for (from, name) in files {
        bundle(workspace, profile, &vendor.join(from), &to.join(name), &format!("bundling {name}"))?;
    }
    Ok(())
}

fn bundle(workspace: &Workspace, profile: Profile, from: &Path, to: &Path, title: &str) -> Result<()> {
    let mut command = npm::program(&workspace.root.join("frontend/vendor"), "esbuild");
    command
        .arg(from)
        .args(["--bundle", "--format=esm", "--log-level=warning", "--legal-comments=none", BROWSERS])
        // Images and fonts are files of the site, not part of the styles.
        .args(["--external:*.svg", "--external:*.png"])
        .arg(format!("--outfile={}", to.display()));
    match profile {
        Profile::Development => command.arg("--sourcemap=inline"),
        Profile::Release => command.arg("--minify"),
    };
    let name = to.file_name().context("a bundle needs a name")?.to_string_lossy().into_owned();
    let finished = process::watch(title, &mut command, &workspace.log(&format!("esbuild {name}")), None)?;
    anyhow::ensure!(finished.succeeded(), "{title} failed\n{}", process::excerpt(&finished)?);
    Ok(())
}
