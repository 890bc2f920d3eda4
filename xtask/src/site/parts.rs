//! Cuts the module that the compiler wrote into the one that every page loads and the parts that come with their pages.
//!
//! `app/src/parts.rs` says where to cut. A part is a file of what only it uses, and files of what it shares with others.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, SplitWasm, transform};

use super::{leftovers, shared};

/// Which files each part needs, by its name in `app/src/parts.rs`: names relative to the site.
pub const LIST: &str = "parts.json";

/// The script that loads the files of parts.
const LOADER: &str = "__wasm_split.js";

/// Writes the parts into `package`, with a script that loads them and a list of their files, and returns the module that is
/// left. `script` is the name of the script that the bindings of that module will have.
pub fn cut(wasm: &Path, package: &Path, script: &str) -> Result<PathBuf> {
    let input = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let main = package.join("whole.wasm");
    let script = format!("./{script}");
    // Once to see what is shared, and once with less of it in files of its own.
    let trial = package.join("trial");
    let cut = split(&input, &trial, &main, &script)?;
    let parts = cut.prefetch_map.iter().map(|(part, files)| (part.as_str(), files.as_slice()));
    let input = shared::exported(&input, &shared::small(&trial, parts)?)?;
    fs::remove_dir_all(&trial).with_context(|| format!("cannot delete {}", trial.display()))?;

    let mut parts: BTreeMap<_, _> =
        split(&input, package, &main, &script)?.prefetch_map.into_iter().collect();
    leftovers::take(package, &main, &package.join(LOADER), &mut parts)?;
    let list: BTreeMap<_, Vec<_>> =
        parts.iter().map(|(part, files)| (part, files.iter().map(|file| address(file)).collect())).collect();
    fs::write(package.join(LIST), serde_json::to_vec_pretty(&list)?)?;
    Ok(main)
}

fn split(input: &[u8], folder: &Path, main: &Path, script: &str) -> Result<SplitWasm> {
    let mut options = Options::new(input);
    options.output_dir = folder;
    options.main_out_path = main;
    options.main_module = script;
    transform(options).map_err(|error| anyhow!("{error:#}"))
}

/// The parts in a package.
pub fn files(package: &Path) -> Result<Vec<PathBuf>> {
    let list: BTreeMap<String, Vec<String>> = serde_json::from_slice(&fs::read(package.join(LIST))?)?;
    let mut files: Vec<_> = list.into_values().flatten().collect();
    files.sort();
    files.dedup();
    Ok(files.iter().filter_map(|file| Some(package.join(file.rsplit('/').next()?))).collect())
}

fn address(file: &str) -> String {
    format!("pkg/{file}.wasm")
}
