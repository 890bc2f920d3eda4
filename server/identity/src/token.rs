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

/// SHA-256 in hexadecimal. Secrets are found by it, and never compared: how long that takes depends on the hash of what was
/// presented, which says nothing of how much of it was right.
pub(crate) fn hash(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_up_does_not_begin_as_what_it_is_looked_up_for() {
        let secret = Token::random();
        let right = secret.hash();
        let alike = |index: usize| {
            let mut letters: Vec<char> = secret.reveal().chars().collect();
            letters[index] = if letters[index] == 'A' { 'B' } else { 'A' };
            let near = hash(&letters.into_iter().collect::<String>());
            near.chars().zip(right.chars()).take_while(|(near, right)| near == right).count()
        };

        let longest = (0..secret.reveal().len()).map(alike).max();

        // Of 43 that are made by chance, one in millions has as much in common; a comparison letter by letter would have 42.
        assert!(longest < Some(8), "{longest:?}");
    }
}
