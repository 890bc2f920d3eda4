//! Passwords: hashing, checking, and which are too common.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use sign_in_contract::{PasswordProblem, check_password};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Memory of one hash in KiB. With [`PASSES`] this is OWASP's recommendation for argon2id, some 25 ms here: nobody
/// notices, and a graphics card gains little.
const MEMORY_KIBIBYTES: u32 = 19 * 1024;

/// Passes over that memory.
const PASSES: u32 = 2;

/// Hashes computed at once: 76 MiB at the most. More would not be faster on a small machine.
const PARALLEL: usize = 4;

/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Passwords of sufficient length that every list of guesses begins with.
const COMMON: &[&str] = &[
    "000000000000",
    "0123456789ab",
    "111111111111",
    "123123123123",
    "1234567890ab",
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789abc",
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u8i",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "abcdefghijkl",
    "abcdefghijklm",
    "administrator",
    "changemenow!",
    "changemeplease",
    "correcthorsebatterystaple",
    "correct horse battery staple",
    "iloveyouforever",
    "kubernetes123",
    "kubernetesadmin",
    "letmeinletmein",
    "password1234",
    "password12345",
    "password123456",
    "password123!",
    "passwordpassword",
    "p@ssw0rd1234",
    "qazwsxedcrfv",
    "qwerty123456",
    "qwerty1234567",
    "qwertyqwerty",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopas",
    "qwertyuiopasdfghjkl",
    "q1w2e3r4t5y6",
    "welcome12345",
    "zaq12wsxcde3",
];

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many others are waiting.
    #[error("too many passwords are being checked at the moment")]
    Busy,
    /// The library refused, which it does only for a damaged stored hash.
    #[error("a password hash cannot be computed or read: {0}")]
    Hash(String),
}

/// Computes and checks password hashes, a few at a time, however many are waiting. A turn is over when its hash is, also when
/// whoever asked for it has gone away. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hasher {
    turns: Arc<Semaphore>,
}

/// The hash of no password anybody has: what unknown names are compared with, so that they cost the same.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let secret = crate::Token::random();
    compute(secret.reveal()).expect("constant parameters are valid")
});

impl Default for Hasher {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(PARALLEL)) }
    }
}

impl Hasher {
    /// The hash under which a password is kept.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.in_turn(move || compute(&password)).await
    }

    /// One that never has a turn, to see who asks for one.
    #[cfg(test)]
    pub(crate) fn without_turns() -> Self {
        let turns = Semaphore::new(0);
        turns.close();
        Self { turns: Arc::new(turns) }
    }

    /// Whether the password is the one of this hash. With no hash it does the same work and answers no.
    pub async fn matches(&self, password: String, hash: Option<String>) -> Result<bool, PasswordError> {
        self.in_turn(move || {
            check(hash.as_deref(), |hash| argon2().verify_password(password.as_bytes(), hash).is_ok())
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(PasswordError::Busy) };
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        task.await.unwrap_or_else(|error| Err(PasswordError::Hash(error.to_string())))
    }
}

/// Whether somebody of this name may choose this password: what the form checks, and that it is not among those that are
/// tried first.
pub(crate) fn check_new(name: &str, password: &str) -> Result<(), PasswordProblem> {
    check_password(name, password)?;
    if is_common(password) { Err(PasswordProblem::Common) } else { Ok(()) }
}

/// Whether the password is among those that are tried first.
fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next();
    let is_one_character = characters.all(|character| Some(character) == first);
    is_one_character || COMMON.contains(&lower.as_str())
}

/// Verifies against a hash that costs the same whether or not somebody has this name.
fn check(hash: Option<&str>, verify: impl FnOnce(&PasswordHash) -> bool) -> Result<bool, PasswordError> {
    let parsed =
        PasswordHash::new(hash.unwrap_or(&NOBODY)).map_err(|error| PasswordError::Hash(error.to_string()))?;
    let matches = verify(&parsed);
    Ok(matches && hash.is_some())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIBIBYTES, PASSES, 1, None).expect("constant parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn compute(password: &str) -> Result<String, PasswordError> {
    let hash: PasswordHash = argon2()
        .hash_password(password.as_bytes())
        .map_err(|error| PasswordError::Hash(error.to_string()))?;
    Ok(hash.to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn all_bytes_of_a_password_count() {
        let hasher = Hasher::default();
        let long = "a".repeat(1000);
        let hash = hasher.hash(format!("{long}1")).await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.matches(format!("{long}1"), Some(hash.clone())).await.unwrap());
        assert!(!hasher.matches(format!("{long}2"), Some(hash)).await.unwrap());

        let with_nul = hasher.hash("twelve chars\0one".into()).await.unwrap();
        assert!(!hasher.matches("twelve chars\0two".into(), Some(with_nul)).await.unwrap());
    }

    #[tokio::test]
    async fn passwords_that_differ_at_any_length_are_different() {
        let hasher = Hasher::default();
        // Other hashes stop at 72 bytes, at a NUL, or at what is no ASCII.
        for length in [64, 71, 72, 73, 128, 1000] {
            let begin = "a".repeat(length - 1);
            let hash = hasher.hash(format!("{begin}b")).await.unwrap();
            assert!(!hasher.matches(format!("{begin}c"), Some(hash.clone())).await.unwrap(), "{length}");
            assert!(!hasher.matches(begin, Some(hash)).await.unwrap(), "{length}");
        }
        let hash = hasher.hash("密码很长但是只差最后一个字：甲".into()).await.unwrap();
        assert!(hasher.matches("密码很长但是只差最后一个字：甲".into(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.matches("密码很长但是只差最后一个字：乙".into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn of_five_hundred_at_once_all_have_their_turn_and_few_have_it_together() {
        let hasher = Hasher::default();
        let (together, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let turn = || {
            let (together, most) = (Arc::clone(&together), Arc::clone(&most));
            hasher.in_turn(move || {
                most.fetch_max(together.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(1));
                together.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            })
        };

        let ended = futures::future::join_all((0..500).map(|_| turn())).await;

        assert!(ended.iter().all(Result::is_ok), "{ended:?}");
        // Each takes the memory of one hash, so this is a cap on all of it.
        assert!(most.load(Ordering::SeqCst) <= PARALLEL, "{most:?} at once");
    }

    #[tokio::test]
    async fn who_goes_away_leaves_no_turn_to_others_before_the_work_is_done() {
        let hasher = Hasher::default();
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let wait = Arc::new(parking_lot::Mutex::new(wait));
        for _ in 0..PARALLEL {
            let wait = Arc::clone(&wait);
            let work = hasher.in_turn(move || {
                let _ = wait.lock().recv();
                Ok(())
            });
            let gone = tokio::time::timeout(Duration::from_millis(20), work).await;
            assert!(gone.is_err(), "it waits");
        }

        assert_eq!(hasher.turns.available_permits(), 0);
        drop(go_on);
        hasher.in_turn(|| Ok(())).await.unwrap();
    }

    #[test]
    fn an_unknown_name_costs_as_much_as_a_wrong_password_and_never_matches() {
        let known = compute("a password of somebody").unwrap();
        let mut asked = Vec::new();

        for hash in [Some(known.as_str()), None] {
            let verify = |hash: &PasswordHash| {
                asked.push((hash.algorithm, hash.version, hash.params.clone()));
                true
            };
            assert_eq!(check(hash, verify).unwrap(), hash.is_some());
        }

        assert_eq!(asked.len(), 2, "somebody was not verified");
        assert_eq!(asked[0], asked[1]);
    }

    #[test]
    fn what_everybody_tries_first_is_common() {
        assert!(is_common("Password1234") && is_common("aaaaaaaaaaaaaaa"));
        assert!(!is_common("a walk along the harbour"));
    }
}
