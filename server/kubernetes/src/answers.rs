//! What recent questions to a state have in common: which rows a filter selects under a scope, and how all rows stand by
//! a column. Whoever asks again, or asks for the next page, finds it brought up to date by the few changes since, at the
//! price of these and not of all rows.

use crate::bits::Bits;
use crate::order::Order;
use crate::view::Question;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Orders of all rows that are kept, four bytes a row each.
const MOST_ORDERS: usize = 16;
/// Selections that are kept, a bit a row each.
const MOST_SELECTIONS: usize = 64;
/// What nobody asked for so long is dropped.
const IDLE: Duration = Duration::from_secs(120);

/// Places of rows in some order.
pub(crate) type Sorted = Arc<Vec<u32>>;

/// What recent questions have in common.
#[derive(Default)]
pub(crate) struct Answers {
    orders: Recent<Order, Sorted>,
    selections: Recent<Question, Arc<Bits>>,
}

impl Answers {
    /// All rows in this order, by `renew` from what was known at a revision, if anything was.
    pub fn order(
        &self,
        order: Order,
        revision: u64,
        renew: impl FnOnce(Option<(u64, &Sorted)>) -> Sorted,
    ) -> Sorted {
        self.orders.get(&order, MOST_ORDERS, revision, renew)
    }

    /// The rows that a question selects, by `renew` from what was known at a revision, if anything was. Two questions
    /// are one only if their scopes are equal, so nobody finds what another may see.
    pub fn selection(
        &self,
        question: &Question,
        revision: u64,
        renew: impl FnOnce(Option<(u64, &Arc<Bits>)>) -> Arc<Bits>,
    ) -> Arc<Bits> {
        self.selections.get(question, MOST_SELECTIONS, revision, renew)
    }

    /// Drops what nobody asked for lately.
    pub fn let_go(&self) {
        self.orders.let_go();
        self.selections.let_go();
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.orders.sum(|order| order.len() * size_of::<u32>())
            + self.selections.sum(|bits| bits.heap_bytes())
    }

    /// How many orders and selections are kept.
    #[cfg(test)]
    pub fn kept(&self) -> (usize, usize) {
        (self.orders.0.lock().len(), self.selections.0.lock().len())
    }
}

/// The values asked for last, each with its own lock: who waits for one does not keep others waiting.
struct Recent<K, V>(Mutex<Vec<Kept<K, V>>>);

struct Kept<K, V> {
    key: K,
    asked_at: Instant,
    known: Known<V>,
}

/// A value and the revision it is of, once there is one.
type Known<V> = Arc<Mutex<Option<(u64, V)>>>;

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + PartialEq, V: Clone> Recent<K, V> {
    fn get(&self, key: &K, most: usize, revision: u64, renew: impl FnOnce(Option<(u64, &V)>) -> V) -> V {
        let known = self.known(key, most);
        let mut known = known.lock();
        match &*known {
            Some((of, value)) if *of == revision => value.clone(),
            known_before => {
                let value = renew(known_before.as_ref().map(|(of, value)| (*of, value)));
                *known = Some((revision, value.clone()));
                value
            }
        }
    }

    fn known(&self, key: &K, most: usize) -> Known<V> {
        let mut all = self.0.lock();
        let now = Instant::now();
        if let Some(kept) = all.iter_mut().find(|kept| kept.key == *key) {
            kept.asked_at = now;
            return Arc::clone(&kept.known);
        }
        if all.len() >= most
            && let Some((oldest, _)) = all.iter().enumerate().min_by_key(|(_, kept)| kept.asked_at)
        {
            all.swap_remove(oldest);
        }
        let known = Known::default();
        all.push(Kept { key: key.clone(), asked_at: now, known: Arc::clone(&known) });
        known
    }

    fn let_go(&self) {
        self.0.lock().retain(|kept| kept.asked_at.elapsed() < IDLE);
    }

    fn sum(&self, bytes: impl Fn(&V) -> usize) -> usize {
        // One that is being made is counted the next time.
        let all = self.0.lock();
        let known = all.iter().filter_map(|kept| kept.known.try_lock());
        known.filter_map(|known| known.as_ref().map(|(_, value)| bytes(value))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_last_is_kept_and_renewed_from_what_it_was() {
        let recent: Recent<u32, u32> = Recent::default();
        assert_eq!(recent.get(&1, 2, 10, |known| known.map_or(7, |_| unreachable!("nothing is known"))), 7);
        assert_eq!(recent.get(&1, 2, 10, |_| unreachable!("it is known")), 7);
        assert_eq!(recent.get(&1, 2, 11, |known| known.map_or(0, |(of, value)| of as u32 + value)), 17);

        recent.get(&2, 2, 11, |_| 0);
        recent.get(&1, 2, 11, |_| unreachable!("it is known"));
        recent.get(&3, 2, 11, |_| 0);
        assert_eq!(recent.get(&1, 2, 11, |_| unreachable!("it was asked for after 2")), 17);
        assert_eq!(recent.0.lock().len(), 2);
    }
}
