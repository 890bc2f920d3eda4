//! What follows from one look at a list. Pure.

use database::list_alerts::{ListAlertTerms, Listed, ListedKey};
use std::collections::{BTreeMap, BTreeSet};

/// So many objects of a list are followed one by one; of others it is known how many they are.
pub const MOST_FOLLOWED: usize = monitoring_contract::MOST_LEAST as usize;

/// A restart, or another replica that takes over, takes less than so many seconds. After a longer time nobody knows whether
/// something was in the list meanwhile: what people were not told of begins anew.
const LONGEST_GAP_SECONDS: i64 = 600;

/// What is known of a list's objects.
pub type Objects = BTreeMap<ListedKey, Listed>;

/// The objects that are followed, of all that are in the list: those that were before, and others as long as there is room.
pub fn followed(found: impl IntoIterator<Item = ListedKey>, before: &Objects) -> BTreeSet<ListedKey> {
    let (known, new): (BTreeSet<_>, BTreeSet<_>) =
        found.into_iter().partition(|key| before.contains_key(key));
    let room = MOST_FOLLOWED.saturating_sub(known.len());
    known.into_iter().chain(new.into_iter().take(room)).collect()
}

/// What is known of the objects after a look that has found these. `last` is when something was found out before.
pub fn step(
    terms: &ListAlertTerms,
    before: &Objects,
    last: Option<i64>,
    found: &BTreeSet<ListedKey>,
    now: i64,
) -> Objects {
    let goes_on = last.is_some_and(|last| now - last <= LONGEST_GAP_SECONDS);
    let listed = |key: &ListedKey| match before.get(key) {
        Some(known) if goes_on || known.fired_at.is_some() => *known,
        _ => Listed { since: now, fired_at: None },
    };
    let mut after: Objects = found.iter().map(|key| (key.clone(), listed(key))).collect();
    let lasts = |one: &Listed| one.fired_at.is_some() || now - one.since >= terms.hold_seconds;
    let lasting = after.values().filter(|one| lasts(one)).count();
    let are_enough = i64::try_from(lasting).is_ok_and(|lasting| lasting >= terms.least.max(1));
    for one in after.values_mut() {
        one.fired_at = if are_enough && lasts(one) { one.fired_at.or(Some(now)) } else { None };
    }
    after
}

/// What is to be kept: the objects of which something else is known than before, and those that are gone.
pub fn difference(before: &Objects, after: &Objects) -> (Vec<(ListedKey, Listed)>, Vec<ListedKey>) {
    let put = after.iter().filter(|(key, listed)| before.get(*key) != Some(*listed));
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    (put.map(|(key, listed)| (key.clone(), *listed)).collect(), gone.cloned().collect())
}

#[cfg(test)]
mod tests;
