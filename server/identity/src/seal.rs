//! Keeping secrets that must be read again: sealed with a key that is not in the database.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// The longest key file that is read.
const MAX_FILE_BYTES: u64 = 4096;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("the key file {} cannot be read or made", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file holds no key.
    #[error("the key file {} does not hold 32 bytes in base64: make one with `openssl rand -base64 32`", .0.display())]
    Content(PathBuf),
}

/// What was sealed with another key, for something else, or is no seal at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed cannot be opened with this key")]
pub struct Unopened;

/// Seals and opens. Every seal names its purpose, so that one cannot be used as another. Cheap to clone.
#[derive(Clone)]
pub struct Seal(Arc<RandomizedNonceKey>);

impl std::fmt::Debug for Seal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seal")
    }
}

impl Seal {
    /// A key that is forgotten when the program ends. For tests.
    pub fn random() -> Self {
        Self::new(&rand::random::<[u8; KEY_BYTES]>())
    }

    /// Reads the key in this file, or makes the file with a new one where it is missing. Only its owner can read it.
    pub fn of_file(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File { path: path.into(), source };
        let text = match File::open(path) {
            Ok(file) => {
                let mut text = String::new();
                file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(failed)?;
                text
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(path).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        };
        let key = STANDARD.decode(text.trim()).ok().filter(|key| key.len() == KEY_BYTES);
        Ok(Self::new(&key.ok_or_else(|| KeyError::Content(path.into()))?))
    }

    fn new(key: &[u8]) -> Self {
        Self(Arc::new(
            RandomizedNonceKey::new(&AES_256_GCM, key).expect("the key has the algorithm's length"),
        ))
    }

    /// Seals a secret for a purpose.
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> String {
        let mut bytes = secret.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut bytes);
        let nonce = nonce.expect("sealing fails only without random numbers or for gigabytes");
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut bytes);
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// Opens what was sealed for this purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, Unopened> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Unopened)?;
        if bytes.len() < NONCE_LEN {
            return Err(Unopened);
        }
        let mut content = bytes.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&bytes).map_err(|_| Unopened)?;
        let opened = self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut content);
        Ok(opened.map_err(|_| Unopened)?.to_vec())
    }

    /// Seals a value for a purpose.
    pub fn seal_value<T: Serialize>(&self, purpose: &str, value: &T) -> String {
        let bytes = serde_json::to_vec(value).expect("our own values have no keys that JSON lacks");
        self.seal(purpose, &bytes)
    }

    /// Opens a value that was sealed for this purpose.
    pub fn open_value<T: DeserializeOwned>(&self, purpose: &str, sealed: &str) -> Result<T, Unopened> {
        serde_json::from_slice(&self.open(purpose, sealed)?).map_err(|_| Unopened)
    }
}

/// Makes the file. Of two programs that start at once one makes it and the other reads it: the file appears whole.
fn make(path: &Path) -> std::io::Result<String> {
    let text = STANDARD.encode(rand::random::<[u8; KEY_BYTES]>());
    let own = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&own)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&own, path);
    std::fs::remove_file(&own)?;
    match linked {
        Ok(()) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => std::fs::read_to_string(path),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_and_for_its_purpose() {
        let (seal, other) = (Seal::random(), Seal::random());
        let sealed = seal.seal("provider one", b"hush");

        assert_eq!(seal.open("provider one", &sealed).unwrap(), b"hush");
        assert_eq!(seal.open("provider two", &sealed), Err(Unopened));
        assert_eq!(other.open("provider one", &sealed), Err(Unopened));
        assert_ne!(seal.seal("provider one", b"hush"), sealed, "equal secrets look equal");
    }

    #[test]
    fn a_seal_that_was_touched_does_not_open() {
        let seal = Seal::random();
        let sealed = seal.seal("x", b"hush");
        for index in 0..sealed.len() {
            let mut touched = sealed.clone().into_bytes();
            touched[index] = if touched[index] == b'A' { b'B' } else { b'A' };
            let touched = String::from_utf8(touched).unwrap();
            assert!(seal.open("x", &touched).is_err(), "position {index}");
        }
        assert!(seal.open("x", "").is_err() && seal.open("x", "AAAA").is_err());
    }

    #[test]
    fn the_file_is_made_once_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secrets.key");

        let sealed = Seal::of_file(&path).unwrap().seal("x", b"hush");

        assert_eq!(Seal::of_file(&path).unwrap().open("x", &sealed).unwrap(), b"hush");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777,
            0o600
        );
        std::fs::write(&path, "too short").unwrap();
        assert!(matches!(Seal::of_file(&path), Err(KeyError::Content(_))));
    }
}
