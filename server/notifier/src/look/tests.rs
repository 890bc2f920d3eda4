#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use super::*;
use crate::tests::{alert, listed, receiver};
use model::Timestamp;
use monitoring_contract::Acknowledged;

const NOW: i64 = 1_800_000_000;

fn cluster() -> ClusterName {
    ClusterName::parse("harbour").unwrap()
}

/// What a receiver knows, and what it is told of look after look.
struct Story {
    receiver: Receiver,
    heard: Heard,
    known: BTreeMap<String, ToldAlert>,
}

impl Story {
    fn new() -> Self {
        Self { receiver: receiver("webhook", &[]), heard: Heard::Everything, known: BTreeMap::new() }
    }

    /// Reasons with the names of what they are about.
    fn look(&mut self, after: i64, rules: &[Alert]) -> Vec<(Reason, Vec<String>)> {
        let births = Some(births(&[("shop", 0), ("blog", 0)]));
        self.look_at(after, &Firing { rules: Some(rules.to_vec()), lists: Some(Vec::new()), births })
    }

    fn look_at(&mut self, after: i64, firing: &Firing) -> Vec<(Reason, Vec<String>)> {
        let known = self.known.values().cloned().collect();
        let (look, due) = look(&self.receiver, &cluster(), &self.heard, firing, known, NOW + after);
        for fingerprint in look.forgotten {
            self.known.remove(&fingerprint);
        }
        self.known.extend(look.known.into_iter().map(|known| (known.fingerprint.clone(), known)));
        let names = |message: Message| message.alerts.into_iter().map(|told| told.alert.name).collect();
        due.into_iter().map(|(reason, message)| (reason, names(message))).collect()
    }
}

/// Namespaces with the moments at which they were made, in seconds since 1970.
fn births(of: &[(&str, i64)]) -> Births {
    let born = |(name, at): &(&str, i64)| (Namespace::parse(name).unwrap(), at * 1000);
    of.iter().map(born).collect::<BTreeMap<_, _>>().into()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn an_alert_is_told_once_when_it_begins_and_once_when_it_has_ended() {
    let mut story = Story::new();
    let both = [alert("A", "shop"), alert("B", "shop")];

    assert_eq!(story.look(0, &both), [(Reason::Firing, names(&["A", "B"]))]);
    assert_eq!(story.look(15, &both), []);
    assert_eq!(story.look(30, &both[..1]), [], "it may only flicker");
    assert_eq!(story.look(45, &both), []);
    assert_eq!(story.look(60, &both[..1]), []);
    assert_eq!(story.look(119, &both[..1]), []);
    assert_eq!(story.look(120, &both[..1]), [(Reason::Resolved, names(&["B"]))]);
    assert_eq!(story.look(135, &both), [(Reason::Firing, names(&["B"]))], "it is new again");
}

#[test]
fn programs_hear_of_each_alert_and_of_the_end_of_each() {
    for (channel, begun) in [("pagerduty", 12), ("webhook", 3), ("slack", 1)] {
        let mut story = Story { receiver: receiver(channel, &[]), ..Story::new() };
        let many: Vec<Alert> = (0..120).map(|number| alert(&format!("A{number:03}"), "shop")).collect();

        let told = story.look(0, &many);
        story.look(15, &[]);
        let ended = story.look(75, &[]);

        assert_eq!((told.len(), ended.len()), (begun, begun), "{channel}");
        let all = |told: Vec<(Reason, Vec<String>)>| told.into_iter().flat_map(|(_, names)| names).count();
        // People read the first of them, and how many more there are.
        let wanted = if channel == "slack" { 50 } else { 120 };
        assert_eq!((all(told), all(ended)), (wanted, wanted), "{channel}");
    }
}

#[test]
fn what_still_fires_is_told_again_after_the_hours_that_were_chosen() {
    let mut story = Story::new();
    story.receiver.said.repeat_hours = 4;
    let one = [alert("A", "shop")];

    story.look(0, &one);
    assert_eq!(story.look(4 * 3600 - 1, &one), []);
    assert_eq!(story.look(4 * 3600, &one), [(Reason::Repeat, names(&["A"]))]);
    assert_eq!(story.look(4 * 3600 + 15, &one), []);

    story.receiver.said.repeat_hours = 0;
    assert_eq!(story.look(400 * 3600, &one), []);
}

#[test]
fn what_is_held_back_is_neither_told_nor_said_to_have_ended() {
    let mut story = Story::new();
    let silenced = [Alert { silenced_by: vec!["1".into()], ..alert("A", "shop") }];
    let inhibited = [Alert { is_inhibited: true, ..alert("A", "shop") }];

    assert_eq!(story.look(0, &silenced), []);
    assert_eq!(story.look(15, &inhibited), []);
    assert_eq!(story.look(30, &[alert("A", "shop")]), [(Reason::Firing, names(&["A"]))]);
    for after in [45, 300, 100 * 3600] {
        assert_eq!(story.look(after, &silenced), []);
    }
}

#[test]
fn what_somebody_looks_after_is_not_told_again_and_its_end_is() {
    let mut story = Story::new();
    story.receiver.said.repeat_hours = 4;
    let by_ada = Acknowledged { by: "ada".into(), note: String::new(), at: Timestamp(60) };
    let looked_after = [Alert { acknowledged: Some(by_ada), ..alert("A", "shop") }];

    assert_eq!(story.look(0, &[alert("A", "shop")]), [(Reason::Firing, names(&["A"]))]);
    assert_eq!(story.look(8 * 3600, &looked_after), []);
    story.look(8 * 3600 + 15, &[]);
    assert_eq!(story.look(8 * 3600 + 90, &[]), [(Reason::Resolved, names(&["A"]))]);
}

#[test]
fn a_receiver_hears_its_own_namespaces_and_what_is_bad_enough() {
    let mut story = Story::new();
    story.heard = Heard::Namespaces([Namespace::parse("shop").unwrap()].into());
    let begun = |alert: Alert| Alert { since: Some(Timestamp(NOW)), ..alert };
    let nowhere = Alert { labels: Vec::new(), ..alert("Node", "") };
    let all = [alert("A", "shop"), alert("B", "blog"), nowhere].map(begun);
    assert_eq!(story.look(0, &all), [(Reason::Firing, names(&["A"]))]);

    let mut story = Story::new();
    story.receiver.said.least = notifications_contract::Least::Critical;
    assert_eq!(story.look(0, &[alert("A", "shop")]), [], "it is a warning");

    let mut story = Story::new();
    story.receiver.said.matchers = "namespace=~\"sh.*\"".into();
    let both = [alert("A", "shop"), alert("B", "blog")];
    assert_eq!(story.look(0, &both), [(Reason::Firing, names(&["A"]))]);
    story.receiver.said.matchers = "namespace=\"blog\"".into();
    assert_eq!(story.look(15, &both), [(Reason::Firing, names(&["B"]))], "A still fires: it did not end");
    assert_eq!(story.look(300, &both), []);
}

#[test]
fn what_began_before_a_namespace_was_made_is_about_another_one() {
    let mut story = Story::new();
    story.heard = Heard::Namespaces([Namespace::parse("shop").unwrap()].into());
    let begun = |name: &str, at| Alert { since: Some(Timestamp(at)), ..alert(name, "shop") };
    let nobody_knows = Alert { since: None, ..alert("C", "shop") };
    let mut firing = Firing {
        rules: Some(vec![begun("A", NOW - 61), begun("B", NOW - 60), nobody_knows]),
        lists: Some(Vec::new()),
        births: None,
    };

    assert_eq!(story.look_at(0, &firing), [], "it is not known whose they are");
    firing.births = Some(births(&[("shop", NOW - 60)]));
    assert_eq!(story.look_at(15, &firing), [(Reason::Firing, names(&["B"]))]);
    // The namespace is made anew: what was told is another one's now, and its end is nobody's business.
    firing.births = Some(births(&[("shop", NOW + 20)]));
    assert_eq!(story.look_at(30, &firing), []);
    assert_eq!(story.look_at(300, &firing), []);
    assert!(story.known.is_empty());
}

#[test]
fn who_does_not_want_to_know_of_ends_is_not_told_of_them() {
    let mut story = Story::new();
    story.receiver.said.tells_resolved = false;

    story.look(0, &[alert("A", "shop")]);
    story.look(15, &[]);
    assert_eq!(story.look(300, &[]), []);
    assert!(story.known.is_empty());
}

#[test]
fn of_what_is_not_known_nothing_ends_and_nothing_begins() {
    let mut story = Story::new();
    let firing = |rules: Option<&[&str]>, lists: Option<&[&str]>| Firing {
        rules: rules.map(|names| names.iter().map(|name| alert(name, "shop")).collect()),
        lists: lists.map(|names| names.iter().map(|name| listed(name)).collect()),
        births: None,
    };

    let both = firing(Some(&["A"]), Some(&["B"]));
    assert_eq!(story.look_at(0, &both), [(Reason::Firing, names(&["A", "B"]))]);
    for after in [15, 300, 600] {
        assert_eq!(story.look_at(after, &firing(None, None)), []);
    }
    // What measures the cluster has failed, and lists go on.
    assert_eq!(story.look_at(700, &firing(None, Some(&["C"]))), [(Reason::Firing, names(&["C"]))]);
    let ended = story.look_at(800, &firing(None, Some(&["C"])));
    assert_eq!(ended, [(Reason::Resolved, names(&["B"]))]);
    // And the other way round.
    assert_eq!(story.look_at(900, &firing(Some(&[]), None)), []);
    assert_eq!(story.look_at(1000, &firing(Some(&[]), None)), [(Reason::Resolved, names(&["A"]))]);
    assert_eq!(story.known.len(), 1, "C is not known to have ended");
}

#[test]
fn in_a_quiet_time_nothing_is_told_and_afterwards_what_is_still_so() {
    // The story begins on a Friday at eight in the morning.
    let mut story = Story::new();
    story.receiver.said.repeat_hours = 1;
    story.receiver.said.quiet = "fri 09:00-12:00".into();
    story.receiver.said.quiet_zone = "UTC".into();
    let all = ["Stays", "Ends", "Flickers", "Comes", "Passes"].map(|name| alert(name, "shop"));
    let [stays, ends, flickers, comes, passes] = &all;
    let (nine, noon) = (3600, 4 * 3600);
    let firing = |alerts: &[&Alert]| alerts.iter().copied().cloned().collect::<Vec<_>>();

    let told = story.look(nine - 15, &firing(&[stays, ends, flickers]));
    assert_eq!(told, [(Reason::Firing, names(&["Ends", "Flickers", "Stays"]))]);
    assert_eq!(story.look(nine, &firing(&[stays, comes, passes])), []);
    assert_eq!(story.look(nine + 600, &firing(&[stays, flickers, comes])), []);
    assert_eq!(story.look(noon - 15, &firing(&[stays, flickers, comes])), []);

    let told = story.look(noon, &firing(&[stays, flickers, comes]));
    let again = (Reason::Repeat, names(&["Flickers", "Stays"]));
    let expected = [(Reason::Firing, names(&["Comes"])), again, (Reason::Resolved, names(&["Ends"]))];
    assert_eq!(told, expected);
}
