//! Keeps the clusters' objects in a file, so that a playground goes on where it was left.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Why a snapshot could not be saved or read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file could not be written.
    #[error("the playground's snapshot {path} could not be written: {source}")]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is there but could not be read.
    #[error("the playground's snapshot {path} could not be read; delete it to start a new world: {source}")]
    Unreadable {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// The bytes of each cluster under its name.
pub type Saved = Vec<(String, Vec<u8>)>;

/// Saves each cluster's bytes under its name. The file is complete or as it was before, whenever power fails.
pub fn save(path: &Path, clusters: &[(String, Vec<u8>)]) -> Result<(), SnapshotError> {
    write(path, clusters).map_err(|source| SnapshotError::Unwritable { path: path.to_owned(), source })
}

fn write(path: &Path, clusters: &[(String, Vec<u8>)]) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        fs::create_dir_all(directory)?;
    }
    let beside = path.with_extension("writing");
    let mut archive = tar::Builder::new(File::create(&beside)?);
    for (name, bytes) in clusters {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        archive.append_data(&mut header, name, bytes.as_slice())?;
    }
    let mut file = archive.into_inner()?;
    file.flush()?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Reads what was saved; none when there is no file yet.
pub fn load(path: &Path) -> Result<Option<Saved>, SnapshotError> {
    let unreadable = |source| SnapshotError::Unreadable { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(problem) => return Err(unreadable(problem)),
    };
    read(file).map(Some).map_err(unreadable)
}

fn read(file: File) -> io::Result<Saved> {
    tar::Archive::new(file)
        .entries()?
        .map(|entry| {
            let mut entry = entry?;
            let name = entry.path()?.to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            Ok((name, bytes))
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data/playground.tar");
        let clusters = vec![("harbour".to_owned(), b"ships".to_vec()), ("meadow".to_owned(), Vec::new())];

        assert!(load(&path).unwrap().is_none());
        save(&path, &clusters).unwrap();

        assert_eq!(load(&path).unwrap(), Some(clusters));
    }

    #[test]
    fn a_damaged_file_is_told_of() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("playground.tar");
        fs::write(&path, "not an archive, and long enough to be taken for one".repeat(40)).unwrap();

        assert!(matches!(load(&path), Err(SnapshotError::Unreadable { .. })));
    }
}
