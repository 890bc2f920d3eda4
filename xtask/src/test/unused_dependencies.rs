//! Finds dependencies that a crate's sources never mention: they cost build time and say something untrue.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use cargo_metadata::Package;

use super::{Run, counts::Counts};

/// Dependencies that are needed without being named, with the reason.
const NEEDED_UNNAMED: &[(&str, &str)] = &[
    // The code that `#[server]` writes names these.
    ("serde", "server_fn"),
    ("server_fn", "leptos"),
    // The code that `#[wasm_bindgen]` writes for an async function names it.
    ("wasm_bindgen_futures", "wasm_bindgen"),
    // The stage that tests of several crates share stands beside one of them.
    ("kube", "playground_kubernetes"),
];

/// Looks for every dependency's name in the sources of the crate that asks for it.
pub fn check(run: &Run<'_>) -> Result<Counts> {
    let mut problems = Vec::new();
    for package in run.metadata.workspace_packages() {
        problems.extend(unused(package)?);
    }
    Ok(Counts::from_problems(problems))
}

fn unused(package: &Package) -> Result<Vec<String>> {
    let folder =
        package.manifest_path.parent().map_or_else(PathBuf::new, |path| path.as_std_path().to_path_buf());
    let sources = sources(&folder)?;
    let names = |dependency: &cargo_metadata::Dependency| {
        dependency.rename.clone().unwrap_or_else(|| dependency.name.clone()).replace('-', "_")
    };
    let is_needed = |dependency: &cargo_metadata::Dependency| {
        let name = names(dependency);
        let behind = |other: &str| package.dependencies.iter().any(|one| names(one) == other);
        mentions(&sources, &name)
            || NEEDED_UNNAMED.iter().any(|(needed, by)| name == *needed && behind(by))
            // Asked for only to say which half is built.
            || dependency.features.iter().any(|feature| feature == "ssr" || feature == "hydrate")
    };
    let unneeded = package.dependencies.iter().filter(|dependency| !is_needed(dependency));
    Ok(unneeded
        .map(|dependency| {
            format!("{} does not use {}: take it out of its Cargo.toml", package.name, dependency.name)
        })
        .collect())
}

/// The text of all sources of one crate; crates in folders below have manifests of their own.
fn sources(folder: &Path) -> Result<String> {
    let mut text = fs::read_to_string(folder.join("build.rs")).unwrap_or_default();
    for part in ["src", "tests", "examples", "benches"] {
        append(&folder.join(part), &mut text)?;
    }
    Ok(text)
}

fn append(folder: &Path, text: &mut String) -> Result<()> {
    if !folder.is_dir() || folder.join("Cargo.toml").exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            append(&path, text)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path)?);
            text.push('\n');
        }
    }
    Ok(())
}

/// Whether a word stands in a text, not as a part of a longer one.
fn mentions(text: &str, word: &str) -> bool {
    let part_of_word =
        |character: Option<char>| character.is_some_and(|one| one.is_alphanumeric() || one == '_');
    text.match_indices(word).any(|(start, _)| {
        !part_of_word(text[..start].chars().next_back())
            && !part_of_word(text[start + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_longer_word_is_not_a_mention() {
        assert!(mentions("use time::Duration;", "time"));
        assert!(!mentions("let runtime = timeout();", "time"));
    }
}
