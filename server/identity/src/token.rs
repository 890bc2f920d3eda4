//! Secrets that are given out once and kept only as hashes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A secret of 256 random bits. Not `Debug`, so that it cannot get into a log by accident.
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn random() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// One that somebody presents.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret itself, for giving it out.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it. A fast hash is enough: nobody guesses 256 bits.
    pub fn hash(&self) -> String {
        hash(&self.0)
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn hash(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret))
}
