//! How many of something each person may have open at a time.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The places of everybody.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    most_of_one: u32,
    gauge: &'static str,
    taken: Arc<Mutex<HashMap<Uuid, u32>>>,
}

/// One that is taken, until it is dropped.
pub(crate) struct Place {
    places: Places,
    account: Uuid,
}

impl Places {
    /// So many for each; all that are taken are measured under this name.
    pub fn new(most_of_one: u32, gauge: &'static str) -> Self {
        Self { most_of_one, gauge, taken: Arc::default() }
    }

    /// The most of one person.
    pub fn most_of_one(&self) -> u32 {
        self.most_of_one
    }

    /// Takes a place; `None` when this person has taken all of theirs.
    pub fn take(&self, account: Uuid) -> Option<Place> {
        let mut taken = self.taken.lock();
        let count = taken.entry(account).or_default();
        if *count >= self.most_of_one {
            return None;
        }
        *count += 1;
        metrics::gauge!(self.gauge).increment(1);
        Some(Place { places: self.clone(), account })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!(self.places.gauge).decrement(1);
        let mut taken = self.places.taken.lock();
        if let Some(count) = taken.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_only_so_many_places() {
        let (places, ada, bob) = (Places::new(3, "places"), Uuid::from_u128(1), Uuid::from_u128(2));

        let mut taken: Vec<_> = (0..3).filter_map(|_| places.take(ada)).collect();
        assert_eq!(taken.len(), 3);
        assert!(places.take(ada).is_none());
        assert!(places.take(bob).is_some(), "others are not counted with her");

        taken.pop();
        assert!(places.take(ada).is_some(), "a closed one makes room");
        drop(taken);
        assert!(places.taken.lock().is_empty(), "nothing is left behind");
    }
}
