//! What apps of chat services are given to show with their messages, for as long as it holds. It is kept in memory alone, by a
//! digest of what it was asked for with, so that another secret never finds the token of the one before.

use crate::channels::GivenToken;
use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use http::Request;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// So long before its end a token is used no more: clocks differ, and requests take their time.
const MARGIN: Duration = Duration::from_secs(300);
/// No token is kept longer, whatever is said of it.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// Apps whose tokens are kept: more than anybody has, few enough to be nothing in memory.
const MOST: usize = 256;

/// What a token was asked for with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// Of the request that asks for it.
    pub fn of(request: &Request<Bytes>) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(request.uri().to_string().as_bytes());
        context.update(&[0]);
        context.update(request.body());
        let mut key = [0; 32];
        key.copy_from_slice(context.finish().as_ref());
        Self(key)
    }
}

struct Kept {
    text: String,
    until: Instant,
}

/// Tokens that hold.
#[derive(Default)]
pub struct Tokens(Mutex<BTreeMap<Key, Kept>>);

impl Tokens {
    /// A token that holds.
    pub fn get(&self, key: Key, now: Instant) -> Option<String> {
        let kept = self.0.lock();
        kept.get(&key).filter(|kept| now < kept.until).map(|kept| kept.text.clone())
    }

    /// Keeps a token until shortly before its end, if it is said when that is. Where there are too many, the one goes that ends
    /// first.
    pub fn keep(&self, key: Key, given: &GivenToken, now: Instant) {
        let Some(lasts) = given.lasts.and_then(|lasts| lasts.min(LONGEST).checked_sub(MARGIN)) else {
            return;
        };
        let mut kept = self.0.lock();
        kept.retain(|_, other| now < other.until);
        while kept.len() >= MOST && !kept.contains_key(&key) {
            let Some(first) = kept.iter().min_by_key(|(_, other)| other.until).map(|(key, _)| *key) else {
                break;
            };
            kept.remove(&first);
        }
        kept.insert(key, Kept { text: given.text.clone(), until: now + lasts });
    }

    /// Forgets a token that does not hold any more; not another one that was given meanwhile.
    pub fn forget(&self, key: Key, text: &str) {
        let mut kept = self.0.lock();
        if kept.get(&key).is_some_and(|kept| kept.text == text) {
            kept.remove(&key);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn key(uri: &str, body: &'static str) -> Key {
        Key::of(&Request::get(uri).body(Bytes::from_static(body.as_bytes())).unwrap())
    }

    fn given(text: &str, seconds: u64) -> GivenToken {
        GivenToken { text: text.into(), lasts: Some(Duration::from_secs(seconds)) }
    }

    #[test]
    fn a_token_is_kept_until_shortly_before_its_end() {
        let (tokens, now, key) = (Tokens::default(), Instant::now(), key("https://x/token?secret=a", ""));

        tokens.keep(key, &given("t", 7200), now);

        assert_eq!(tokens.get(key, now + Duration::from_secs(6899)), Some("t".into()));
        assert_eq!(tokens.get(key, now + Duration::from_secs(6900)), None);
        tokens.keep(key, &given("forever", u64::MAX), now);
        assert_eq!(tokens.get(key, now + LONGEST), None);
        for short in [given("short", 300 - 1), GivenToken { text: "unsaid".into(), lasts: None }] {
            let tokens = Tokens::default();
            tokens.keep(key, &short, now);
            assert_eq!(tokens.get(key, now), None, "{}", short.text);
        }
    }

    #[test]
    fn another_secret_finds_no_token() {
        let keys =
            [key("https://x/a", ""), key("https://x/b", ""), key("https://x/a", "b"), key("https://x/", "a")];
        for (index, one) in keys.iter().enumerate() {
            assert!(keys.iter().skip(index + 1).all(|other| one != other));
        }
        assert_eq!(key("https://x/a", "b"), keys[2]);
    }

    #[test]
    fn a_token_that_was_given_meanwhile_is_not_forgotten() {
        let (tokens, now, key) = (Tokens::default(), Instant::now(), key("https://x/a", ""));
        tokens.keep(key, &given("new", 7200), now);

        tokens.forget(key, "old");
        assert_eq!(tokens.get(key, now), Some("new".into()));
        tokens.forget(key, "new");
        assert_eq!(tokens.get(key, now), None);
    }

    #[test]
    fn no_more_are_kept_than_fit() {
        let (tokens, now) = (Tokens::default(), Instant::now());
        let key = |number: usize| key(&format!("https://x/{number}"), "");

        for number in 0..=MOST {
            tokens.keep(key(number), &given("t", 7200 + number as u64), now);
        }

        assert_eq!(tokens.0.lock().len(), MOST);
        assert_eq!(tokens.get(key(0), now), None, "it would have ended first");
        assert!(tokens.get(key(MOST), now).is_some());
        tokens.keep(key(0), &given("t", 7200), now + LONGEST);
        assert_eq!(tokens.0.lock().len(), 1, "what has ended is forgotten");
    }
}
