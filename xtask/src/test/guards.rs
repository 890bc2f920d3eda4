//! Holds the catalogue of guards against the sources: each guard's text and each test's name must be there. That the tests
//! fail without the guards, `cargo xtask guards` finds out, which takes long.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::{Run, counts::Counts};
use crate::guards::catalogue::{self, Guard, Place, Test};

/// One check for each guard.
pub fn check(run: &Run<'_>) -> Result<Counts> {
    let mut folders = BTreeMap::new();
    for package in run.metadata.workspace_packages() {
        if let Some(folder) = package.manifest_path.parent() {
            folders.insert(package.name.to_string(), folder.as_std_path().to_path_buf());
        }
    }
    let mut counts = Counts::default();
    let mut names = BTreeSet::new();
    for guard in catalogue::all() {
        let mut problems = problems(&run.workspace.root, &folders, &guard);
        if !names.insert(guard.name) {
            problems.push("another guard has this name".to_owned());
        }
        counts.add(match problems.is_empty() {
            true => Counts::success(),
            false => Counts::failure(format!("the guard against {:?}: {}", guard.name, problems.join("; "))),
        });
    }
    Ok(counts)
}

fn problems(root: &Path, folders: &BTreeMap<String, PathBuf>, guard: &Guard) -> Vec<String> {
    let mut problems: Vec<String> = guard.places.iter().filter_map(|place| misplaced(root, place)).collect();
    match folders.get(guard.test.package()) {
        Some(folder) if !has_test(folder, &guard.test) => {
            problems.push(format!("there is no test {}", guard.test));
        }
        Some(_) => {}
        None => problems.push(format!("there is no package {}", guard.test.package())),
    }
    problems
}

/// What is wrong with a place of the catalogue.
fn misplaced(root: &Path, place: &Place) -> Option<String> {
    let Ok(text) = fs::read_to_string(root.join(place.file)) else {
        return Some(format!("there is no file {}", place.file));
    };
    match text.matches(place.guard).count() {
        1 => None,
        0 => Some(format!("{} does not hold {:?} any more", place.file, place.guard)),
        count => Some(format!("{} holds {:?} {count} times: name more of it", place.file, place.guard)),
    }
}

/// Whether a package has a function of the test's name, where cargo would look for it.
fn has_test(folder: &Path, test: &Test) -> bool {
    let name = test.name().rsplit("::").next().unwrap_or_default();
    let function = format!("fn {name}(");
    match test {
        Test::Lib(..) => holds(&folder.join("src"), &function),
        Test::File(_, file, _) => {
            // What several files of tests share stands in folders beside them.
            let tests = folder.join("tests");
            tests.join(format!("{file}.rs")).is_file() && holds(&tests, &function)
        }
    }
}

/// Whether a file, or one somewhere in a folder, holds a text.
fn holds(path: &Path, text: &str) -> bool {
    if path.is_file() {
        return fs::read_to_string(path).is_ok_and(|content| content.contains(text));
    }
    let Ok(entries) = fs::read_dir(path) else { return false };
    entries.flatten().any(|entry| holds(&entry.path(), text))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PLACE: Place = Place { file: "door.rs", guard: "if !may {", off: "if false {" };

    #[test]
    fn a_guard_that_was_rewritten_or_is_not_the_only_one_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let said = |text: &str| {
            fs::write(folder.path().join("door.rs"), text).unwrap();
            misplaced(folder.path(), &PLACE)
        };

        assert_eq!(said("if !may { refuse() }"), None);
        assert!(said("if !allowed { refuse() }").unwrap().contains("any more"));
        assert!(said("if !may {} if !may {}").unwrap().contains("2 times"));
        let gone = Place { file: "window.rs", ..PLACE };
        assert!(misplaced(folder.path(), &gone).unwrap().contains("window.rs"));
    }

    #[test]
    fn a_test_that_is_gone_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("src/deep")).unwrap();
        fs::create_dir_all(folder.path().join("tests/part")).unwrap();
        fs::write(folder.path().join("src/deep/door.rs"), "fn it_is_shut() {}").unwrap();
        fs::write(folder.path().join("tests/whole.rs"), "mod part;").unwrap();
        fs::write(folder.path().join("tests/part/mod.rs"), "async fn it_stays_shut() {}").unwrap();

        assert!(has_test(folder.path(), &Test::Lib("house", "deep::door::it_is_shut")));
        assert!(!has_test(folder.path(), &Test::Lib("house", "deep::door::it_stays_shut")));
        assert!(has_test(folder.path(), &Test::File("house", "whole", "part::it_stays_shut")));
        assert!(!has_test(folder.path(), &Test::File("house", "other", "it_stays_shut")));
    }
}
