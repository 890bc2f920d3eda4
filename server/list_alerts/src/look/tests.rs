use super::*;
use proptest::prelude::*;

fn terms(hold_seconds: i64, least: i64) -> ListAlertTerms {
    ListAlertTerms { name: "Pods".into(), severity: "warning".into(), hold_seconds, least }
}

fn key(name: &str) -> ListedKey {
    ("shop".into(), name.into())
}

fn found(names: &[&str]) -> BTreeSet<ListedKey> {
    names.iter().map(|name| key(name)).collect()
}

/// What people are told of.
fn told(objects: &Objects) -> Vec<&str> {
    objects.iter().filter(|(_, one)| one.fired_at.is_some()).map(|((_, name), _)| name.as_str()).collect()
}

#[test]
fn an_object_is_told_of_once_it_has_lasted_and_no_more_when_it_is_gone() {
    let terms = terms(30, 1);
    let first = step(&terms, &Objects::new(), None, &found(&["a"]), 100);
    assert_eq!(told(&first), [""; 0]);
    let second = step(&terms, &first, Some(100), &found(&["a", "b"]), 115);
    assert_eq!(told(&second), [""; 0]);
    let third = step(&terms, &second, Some(115), &found(&["a", "b"]), 130);
    assert_eq!(told(&third), ["a"]);
    assert_eq!(third[&key("a")], Listed { since: 100, fired_at: Some(130) });
    let fourth = step(&terms, &third, Some(130), &found(&["b"]), 145);
    assert_eq!(told(&fourth), ["b"]);
    assert_eq!(step(&terms, &fourth, Some(145), &found(&[]), 160), Objects::new());
}

#[test]
fn fewer_than_the_least_number_are_nothing() {
    let terms = terms(0, 2);
    let one = step(&terms, &Objects::new(), None, &found(&["a"]), 100);
    assert_eq!(told(&one), [""; 0]);
    let two = step(&terms, &one, Some(100), &found(&["a", "b"]), 115);
    assert_eq!(told(&two), ["a", "b"]);
    let again = step(&terms, &two, Some(115), &found(&["b"]), 130);
    assert_eq!(told(&again), [""; 0]);
    assert_eq!(again[&key("b")].since, 115, "how long it is in the list is still known");
}

#[test]
fn a_restart_forgets_nothing_and_a_long_silence_begins_anew() {
    let terms = terms(60, 1);
    let before = step(&terms, &Objects::new(), None, &found(&["a"]), 100);
    assert_eq!(told(&step(&terms, &before, Some(100), &found(&["a"]), 400)), ["a"]);
    let late = step(&terms, &before, Some(100), &found(&["a"]), 100 + LONGEST_GAP_SECONDS + 1);
    assert_eq!((told(&late), late[&key("a")].since), (vec![], 100 + LONGEST_GAP_SECONDS + 1));

    let fired = step(&terms, &before, Some(100), &found(&["a"]), 400);
    assert_eq!(told(&step(&terms, &fired, Some(400), &found(&["a"]), 40_000)), ["a"], "it goes on");
}

#[test]
fn what_is_followed_stays_followed_among_many() {
    let many = |from: usize, to: usize| (from..to).map(|number| key(&format!("pod-{number:05}")));
    let first = followed(many(500, 500 + 2 * MOST_FOLLOWED), &Objects::new());
    assert_eq!(first.len(), MOST_FOLLOWED);

    let before = step(&terms(0, 1), &Objects::new(), None, &first, 100);
    let next = followed(many(0, 500 + 2 * MOST_FOLLOWED), &before);

    assert_eq!(next, first, "what comes earlier in the list pushes nothing out");
    let fewer = followed(many(0, 501), &before);
    assert_eq!(fewer.len(), 501);
}

#[test]
fn only_what_is_new_is_kept() {
    let terms = terms(30, 1);
    let before = step(&terms, &Objects::new(), None, &found(&["a", "b"]), 100);
    let after = step(&terms, &before, Some(100), &found(&["a", "c"]), 115);

    let (put, gone) = difference(&before, &after);

    assert_eq!(put, [(key("c"), Listed { since: 115, fired_at: None })]);
    assert_eq!(gone, [key("b")]);
    assert_eq!(difference(&after, &after), (vec![], vec![]));
}

/// One look: seconds since the one before, and which of five objects it finds; none when the cluster did not answer.
type Round = (i64, Option<[bool; 5]>);

fn rounds() -> impl Strategy<Value = Vec<Round>> {
    let pause = prop_oneof![9 => 1..60i64, 1 => 60..2_000i64];
    let finds = prop_oneof![8 => any::<[bool; 5]>().prop_map(Some), 1 => Just(None)];
    proptest::collection::vec((pause, finds), 1..60)
}

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

proptest! {
    /// An observer who only counts: since when each object was found by every look, without a long pause between two.
    #[test]
    fn nothing_is_told_too_early_or_ended_too_early_or_told_twice(
        rounds in rounds(), hold in 0..300i64, least in 1..4i64,
    ) {
        let terms = terms(hold, least);
        let (mut now, mut last, mut objects) = (1_000_000, None, Objects::new());
        let mut lasts: BTreeMap<ListedKey, i64> = BTreeMap::new();
        for (pause, finds) in rounds {
            now += pause;
            // A cluster that does not answer is not looked at: nothing begins, nothing ends.
            let Some(finds) = finds else { continue };
            let names: Vec<&str> = NAMES.into_iter().zip(finds).filter(|(_, is)| *is).map(|(name, _)| name).collect();
            let found = found(&names);
            let is_gap = last.is_none_or(|last| now - last > LONGEST_GAP_SECONDS);
            lasts.retain(|key, _| {
                found.contains(key) && (!is_gap || objects.get(key).is_some_and(|one| one.fired_at.is_some()))
            });
            found.iter().for_each(|key| { lasts.entry(key.clone()).or_insert(now); });

            let after = step(&terms, &objects, last, &followed(found.clone(), &objects), now);

            prop_assert_eq!(after.keys().collect::<Vec<_>>(), found.iter().collect::<Vec<_>>());
            let enough = found.iter().filter(|key| now - lasts[*key] >= hold).count() as i64 >= least;
            for (key, one) in &after {
                let was = objects.get(key).and_then(|one| one.fired_at);
                if one.fired_at.is_some() {
                    prop_assert!(enough && now - lasts[key] >= hold, "{key:?} is told too early");
                } else {
                    prop_assert!(was.is_none() || !enough, "{key:?} ends while it goes on");
                    prop_assert!(!(enough && now - lasts[key] >= hold), "{key:?} is not told");
                }
                if let (Some(at), Some(before)) = (one.fired_at, was) {
                    prop_assert_eq!(at, before, "it is told of again");
                }
            }
            // A message begins or ends something: one for each change of what is told, and none without.
            for key in after.keys().chain(objects.keys()).collect::<BTreeSet<_>>() {
                let is = |objects: &Objects| objects.get(key).is_some_and(|one| one.fired_at.is_some());
                let (put, gone) = difference(&objects, &after);
                let changes = i64::from(put.iter().any(|(one, listed)| {
                    one == key && listed.fired_at.is_some() && !is(&objects)
                })) + i64::from(is(&objects) && (gone.contains(key) || put.iter().any(|(one, listed)| {
                    one == key && listed.fired_at.is_none()
                })));
                prop_assert_eq!(changes, i64::from(is(&objects) != is(&after)));
            }
            (objects, last) = (after, Some(now));
        }
    }
}
