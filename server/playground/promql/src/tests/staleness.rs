//! When a series has ended, and for how long its last sample counts.

use super::{ask, named, values};
use crate::{Answer, Memory, STALE};

#[test]
fn a_sample_counts_for_five_minutes() {
    let storage = Memory::new([named("one", &[7.0])]);

    assert_eq!(values(&storage, "one", 300_000), [7.0]);
    assert!(values(&storage, "one", 300_001).is_empty());
}

#[test]
fn a_mark_ends_a_series_at_once() {
    let storage = Memory::new([named("one", &[1.0, 2.0, STALE])]);

    assert_eq!(values(&storage, "one", 59_999), [2.0]);
    assert!(values(&storage, "one", 60_000).is_empty());
    assert_eq!(values(&storage, "count_over_time(one[5m])", 60_000), [2.0]);
}

#[test]
fn a_series_may_begin_again_after_a_mark() {
    let storage = Memory::new([named("one", &[1.0, STALE, 3.0])]);

    assert_eq!(values(&storage, "one", 60_000), [3.0]);
    assert_eq!(values(&storage, "sum_over_time(one[2m])", 60_000), [4.0]);
}

#[test]
fn no_number_is_no_mark() {
    let storage = Memory::new([named("one", &[f64::NAN])]);

    let Answer::Vector(rows) = ask(&storage, "one", 0).unwrap() else { panic!("no vector") };
    assert!(rows[0].1.value.is_nan());
}
