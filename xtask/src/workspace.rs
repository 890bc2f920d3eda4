//! Where things are: the source tree, what is built from it and what was downloaded for it.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The places every command works with.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's output folder; elsewhere when `CARGO_TARGET_DIR` says so.
    pub target: PathBuf,
    /// What was downloaded and may be deleted at any time.
    pub cache: PathBuf,
}

impl Workspace {
    /// Finds the workspace this program was built from.
    pub fn locate() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().context("xtask is not in a workspace")?.to_path_buf();
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path));
        Ok(Self { root, target, cache: cache_folder()? })
    }

    /// The site as the server reads it. Always inside the source tree, because the server embeds it from there.
    pub fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }

    /// A folder for what these commands remember between two runs.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The file that keeps the output of one step.
    pub fn log(&self, step: &str) -> PathBuf {
        self.scratch().join("logs").join(format!("{}.log", step.replace([' ', '/'], "-")))
    }
}

fn cache_folder() -> Result<PathBuf> {
    if let Some(cache) = env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        return Ok(PathBuf::from(cache).join("orrery"));
    }
    let home = env::home_dir().context("cannot tell your home folder: set HOME or XDG_CACHE_HOME")?;
    Ok(home.join(".cache/orrery"))
}
