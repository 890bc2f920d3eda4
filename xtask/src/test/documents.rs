//! Holds the documents against the tree: their links lead to files that are there, and the list of decisions names each by
//! its title.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{Run, counts::Counts};

/// Folders with documents of others.
const FOREIGN: [&str; 2] = ["node_modules", "target"];

/// One check for each document, and one for the list of decisions.
pub fn check(run: &Run<'_>) -> Result<Counts> {
    let root = run.workspace.root.as_path();
    let mut counts = Counts::default();
    for document in documents(root)? {
        let text = read(&document)?;
        let name = document.strip_prefix(root).unwrap_or(&document).display();
        let folder = document.parent().unwrap_or(root);
        let dead = links(&text).filter(|link| !folder.join(link).exists());
        let problems = dead.map(|link| format!("{name}: a link leads to {link}, which is not there"));
        counts.add(Counts::from_problems(problems.collect()));
    }
    counts.add(Counts::from_problems(unlisted(&root.join("docs/decisions"))?));
    Ok(counts)
}

/// Decisions that the list in their folder leaves out, or calls otherwise than they call themselves.
fn unlisted(folder: &Path) -> Result<Vec<String>> {
    let list = read(&folder.join("README.md"))?;
    let mut problems = Vec::new();
    for page in documents(folder)? {
        let name = page.file_name().unwrap_or_default().display().to_string();
        let text = read(&page)?;
        let title = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        if name != "README.md" && !list.contains(&format!("({name}) | {title} |")) {
            problems.push(format!("docs/decisions/README.md does not list {name} as {title:?}"));
        }
    }
    Ok(problems)
}

/// Where the links of a document lead that lead to files of the tree. What has a colon in it leads elsewhere, or to an item of
/// a crate.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter_map(|target| target.split('#').next());
    files.filter(|file| !file.is_empty() && !file.contains(':'))
}

/// The documents in a folder and below it.
fn documents(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            if is_ours(&path) {
                found.extend(documents(&path)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    Ok(found)
}

fn is_ours(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    !name.starts_with('.') && !FOREIGN.contains(&name)
}

fn read(document: &Path) -> Result<String> {
    fs::read_to_string(document).with_context(|| format!("cannot read {}", document.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_are_told_from_others() {
        let text = "See [the map](docs/MAP.md#rooms), [above](#top), [`Door`](house::Door) and [us](https://example.net/a).";

        assert_eq!(links(text).collect::<Vec<_>>(), ["docs/MAP.md"]);
    }

    #[test]
    fn a_decision_that_is_not_listed_or_was_renamed_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "README.md",
            "| [0001](0001-doors.md) | Doors are red |\n| [0002](0002-roof.md) | Roofs are flat |\n",
        );
        write("0001-doors.md", "# Doors are red\n");
        write("0002-roof.md", "# Roofs are steep\n");
        write("0003-cellar.md", "# There is no cellar\n");

        let mut problems = unlisted(folder.path()).unwrap();
        problems.sort();

        assert_eq!(
            problems,
            [
                "docs/decisions/README.md does not list 0002-roof.md as \"Roofs are steep\"",
                "docs/decisions/README.md does not list 0003-cellar.md as \"There is no cellar\"",
            ]
        );
    }

    #[test]
    fn documents_of_others_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["docs", "end2end/node_modules/library", ".git"] {
            fs::create_dir_all(folder.path().join(path)).unwrap();
            fs::write(folder.path().join(path).join("README.md"), "").unwrap();
        }

        assert_eq!(documents(folder.path()).unwrap(), [folder.path().join("docs/README.md")]);
    }
}
