//! How many streams each person has open.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The most streams of one person at a time: what a controller on somebody's desk needs, and few enough to notice a loop.
pub(super) const MOST_OF_ONE: u32 = 100;

/// How many watches, logs and shells each person has open through the API.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenStreams(Arc<Mutex<HashMap<Uuid, u32>>>);

/// A stream's place in the count; dropping it gives it back.
pub(super) struct Place {
    open: OpenStreams,
    account: Uuid,
}

impl OpenStreams {
    pub(super) fn admit(&self, account: Uuid) -> Option<Place> {
        let mut open = self.0.lock();
        let count = open.entry(account).or_default();
        if *count >= MOST_OF_ONE {
            return None;
        }
        *count += 1;
        metrics::gauge!("orrery_api_streams").increment(1);
        Some(Place { open: self.clone(), account })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("orrery_api_streams").decrement(1);
        let mut open = self.open.0.lock();
        if let Some(count) = open.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_only_so_many_streams() {
        let (open, ada, bob) = (OpenStreams::default(), Uuid::from_u128(1), Uuid::from_u128(2));

        let mut places: Vec<_> = (0..MOST_OF_ONE).filter_map(|_| open.admit(ada)).collect();
        assert_eq!(places.len(), MOST_OF_ONE as usize);
        assert!(open.admit(ada).is_none());
        assert!(open.admit(bob).is_some(), "others are not counted with her");

        places.pop();
        assert!(open.admit(ada).is_some(), "a closed one makes room");
        drop(places);
        assert!(open.0.lock().is_empty(), "nothing is left behind");
    }
}
