//! A work queue: each key at most once, later dates, and ever longer pauses after failures.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use jiff::Timestamp;

use crate::clock::seconds_after;
use crate::objects::Key;

/// The first pause after a failure; each further one is twice as long.
const FIRST_PAUSE_SECONDS: f64 = 0.5;
const LONGEST_PAUSE_SECONDS: f64 = 120.0;

/// Keys to look at, now and later.
#[derive(Default)]
pub struct Queue {
    ready: VecDeque<Key>,
    waiting: HashSet<Key>,
    later: BTreeSet<(Timestamp, Key)>,
    due: HashMap<Key, Timestamp>,
    failures: HashMap<Key, u32>,
}

impl Queue {
    /// Wants a key looked at as soon as possible.
    pub fn add(&mut self, key: Key) {
        if self.waiting.insert(key.clone()) {
            self.ready.push_back(key);
        }
    }

    /// When the next date comes.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.later.first().map(|(due, _)| *due)
    }

    /// Makes the keys ready whose date has come.
    pub fn wake(&mut self, now: Timestamp) {
        while self.later.first().is_some_and(|(due, _)| *due <= now) {
            let (_, key) = self.later.pop_first().expect("the loop condition saw one");
            self.due.remove(&key);
            self.add(key);
        }
    }

    /// The next key to look at.
    pub fn pop(&mut self) -> Option<Key> {
        let key = self.ready.pop_front()?;
        self.waiting.remove(&key);
        Some(key)
    }

    /// A look went well; the date replaces an earlier one.
    pub fn done(&mut self, key: Key, again: Option<Timestamp>) {
        self.failures.remove(&key);
        self.postpone(key, again);
    }

    /// A look went wrong; it will be repeated.
    pub fn failed(&mut self, key: Key, now: Timestamp) {
        let failures = self.failures.entry(key.clone()).or_default();
        let pause = (FIRST_PAUSE_SECONDS * 2f64.powi((*failures).min(30) as i32)).min(LONGEST_PAUSE_SECONDS);
        *failures += 1;
        self.postpone(key, Some(seconds_after(now, pause)));
    }

    fn postpone(&mut self, key: Key, again: Option<Timestamp>) {
        if let Some(due) = self.due.remove(&key) {
            self.later.remove(&(due, key.clone()));
        }
        if let Some(again) = again {
            self.due.insert(key.clone(), again);
            self.later.insert((again, key));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn pauses_grow_with_each_failure_and_end_with_a_success() {
        let mut queue = Queue::default();
        let key = Key::new("shop", "checkout");

        queue.failed(key.clone(), at(0));
        queue.failed(key.clone(), at(10));
        assert_eq!(queue.next_due(), Some(at(11)));

        queue.done(key.clone(), None);
        queue.failed(key, at(20));
        assert_eq!(queue.next_due(), Some(Timestamp::from_millisecond(20_500).unwrap()));
    }

    #[test]
    fn a_key_is_ready_once_however_often_it_is_added() {
        let mut queue = Queue::default();
        queue.add(Key::new("shop", "checkout"));
        queue.add(Key::new("shop", "checkout"));

        assert!(queue.pop().is_some());
        assert!(queue.pop().is_none());
    }
}
