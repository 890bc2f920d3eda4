//! The copy of the source tree in which guards are switched off.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use super::catalogue::Place;
use crate::{process, workspace::Workspace};

/// A copy of everything that git knows or would add.
pub struct TreeCopy {
    /// Where it is.
    pub root: PathBuf,
    original: PathBuf,
}

impl TreeCopy {
    /// Makes the copy, or writes into an earlier one what differs. A file that is the same keeps its time, and so what was
    /// built from it; whatever an earlier run left switched off is put back.
    pub fn bring_up_to_date(workspace: &Workspace) -> Result<Self> {
        let root = workspace.scratch().join("guards/tree");
        let copy = Self { root, original: workspace.root.clone() };
        let files = copy.original_files()?;
        for file in &files {
            copy.put_back(file)?;
        }
        copy.remove_others(&copy.root, &files)?;
        Ok(copy)
    }

    /// Switches a guard off in the copy.
    pub fn replace(&self, place: &Place) -> Result<()> {
        let path = self.root.join(place.file);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        if text.matches(place.guard).count() != 1 {
            bail!(
                "{} does not hold exactly once what the catalogue calls its guard: {}",
                place.file,
                place.guard
            );
        }
        write(&path, text.replace(place.guard, place.off).as_bytes())
    }

    /// Makes one file what it is in the source tree, unless it is that already.
    pub fn put_back(&self, file: &str) -> Result<()> {
        let (from, to) = (self.original.join(file), self.root.join(file));
        let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        // Written now, so that it is newer than what was built without the guard.
        if fs::read(&to).is_ok_and(|before| before == bytes) { Ok(()) } else { write(&to, &bytes) }
    }

    fn original_files(&self) -> Result<BTreeSet<String>> {
        let mut command = Command::new("git");
        command
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
            .current_dir(&self.original);
        let listed = process::capture(&mut command)?;
        let is_there = |file: &&str| self.original.join(file).is_file();
        Ok(listed.split('\0').filter(|file| !file.is_empty()).filter(is_there).map(str::to_owned).collect())
    }

    /// Takes out of the copy what the source tree does not have.
    fn remove_others(&self, folder: &Path, files: &BTreeSet<String>) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let name = path.strip_prefix(&self.root)?.to_string_lossy().into_owned();
            if path.is_dir() {
                self.remove_others(&path, files)?;
            } else if !files.contains(&name) {
                fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(())
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let saved = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)
    };
    saved().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A source tree with git, and where its copy goes.
    fn workspace(folder: &Path) -> Workspace {
        fs::create_dir_all(folder.join("source/src")).unwrap();
        fs::write(folder.join("source/src/door.rs"), "if !may { refuse() }").unwrap();
        fs::write(folder.join("source/.gitignore"), "secret").unwrap();
        fs::write(folder.join("source/secret"), "not git's").unwrap();
        process::capture(Command::new("git").args(["init", "-q"]).current_dir(folder.join("source")))
            .unwrap();
        Workspace { root: folder.join("source"), target: folder.join("target"), cache: folder.join("cache") }
    }

    fn changed(copy: &TreeCopy) -> std::time::SystemTime {
        fs::metadata(copy.root.join("src/door.rs")).unwrap().modified().unwrap()
    }

    #[test]
    fn a_copy_is_what_git_would_have_and_nothing_else_even_after_a_run_that_was_broken_off() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = workspace(folder.path());
        let copy = TreeCopy::bring_up_to_date(&workspace).unwrap();
        assert!(!copy.root.join("secret").exists());
        fs::write(copy.root.join("src/door.rs"), "if false { refuse() }").unwrap();
        fs::write(copy.root.join("src/old.rs"), "").unwrap();

        let copy = TreeCopy::bring_up_to_date(&workspace).unwrap();

        assert_eq!(fs::read_to_string(copy.root.join("src/door.rs")).unwrap(), "if !may { refuse() }");
        assert!(!copy.root.join("src/old.rs").exists());
    }

    #[test]
    fn a_file_keeps_its_time_until_it_differs() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = workspace(folder.path());
        let copy = TreeCopy::bring_up_to_date(&workspace).unwrap();
        let first = changed(&copy);

        let copy = TreeCopy::bring_up_to_date(&workspace).unwrap();
        assert_eq!(changed(&copy), first);

        let place = Place { file: "src/door.rs", guard: "if !may {", off: "if false {" };
        copy.replace(&place).unwrap();
        assert_eq!(fs::read_to_string(copy.root.join("src/door.rs")).unwrap(), "if false { refuse() }");
        assert!(copy.replace(&place).is_err(), "it is off already");
        copy.put_back(place.file).unwrap();
        assert!(changed(&copy) > first, "what was built without the guard would be taken for new");
    }
}
