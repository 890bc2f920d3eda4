//! Rules that are switched off: taken out of the groups of their object, so that nothing evaluates them, and kept in an annotation
//! of it. Here a rule's place counts those that are switched off.

use super::object;
use model::ConsoleError;
use model::fault::RuleFault;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The annotation with the rules of an object that are switched off, as JSON.
pub const OFF: &str = "orrery.dev/rules-off";

/// A rule that is switched off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OffRule {
    /// The group that it was taken from.
    pub group: String,
    /// Its place there.
    pub at: usize,
    /// The rule as it was.
    pub rule: Value,
}

/// A rule of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// As it is written.
    pub rule: Value,
    /// Whether it is switched off.
    pub is_off: bool,
}

/// Where a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    /// At this place of the group itself.
    On(usize),
    /// At this place of what is switched off.
    Off(usize),
}

/// What is switched off in an object. An annotation that cannot be read is an error: writing it anew would lose what it says.
pub fn read(object: &Value) -> Result<Vec<OffRule>, ConsoleError> {
    let unreadable = |_| ConsoleError::refused("object", RuleFault::UnreadableOff(OFF.to_owned()));
    note(object).map_or_else(|| Ok(Vec::new()), |text| serde_json::from_str(text).map_err(unreadable))
}

/// The annotation as it is written.
pub fn note(object: &Value) -> Option<&str> {
    object.get("metadata")?.get("annotations")?.get(OFF)?.as_str()
}

/// What stands in a group, with what is switched off of it at its places. Others may have made the group shorter meanwhile:
/// what stood behind its end now stands at its end.
pub fn among<T>(
    mut standing: Vec<T>,
    group: &str,
    off: &[OffRule],
    item: impl Fn(usize, &OffRule) -> T,
) -> Vec<T> {
    let mut own: Vec<(usize, &OffRule)> =
        off.iter().enumerate().filter(|(_, rule)| rule.group == group).collect();
    own.sort_by_key(|(_, rule)| rule.at);
    for (index, rule) in own {
        standing.insert(rule.at.min(standing.len()), item(index, rule));
    }
    standing
}

fn slots(object: &Value, group: &str, off: &[OffRule]) -> Vec<Slot> {
    let standing = (0..object::rules(object, group).len()).map(Slot::On).collect();
    among(standing, group, off, |index, _| Slot::Off(index))
}

fn slot(object: &Value, group: &str, off: &[OffRule], index: usize) -> Result<Slot, ConsoleError> {
    slots(object, group, off).get(index).copied().ok_or_else(object::gone)
}

/// A rule of a group.
pub fn find(object: &Value, group: &str, index: usize) -> Result<Found, ConsoleError> {
    let off = read(object)?;
    let (rule, is_off) = match slot(object, group, &off, index)? {
        Slot::On(place) => (object::rules(object, group).get(place), false),
        Slot::Off(place) => (off.get(place).map(|off| &off.rule), true),
    };
    Ok(Found { rule: rule.cloned().ok_or_else(object::gone)?, is_off })
}

/// Puts a rule where one stood, which stays on or off.
pub fn replace(object: &mut Value, group: &str, index: usize, rule: Value) -> Result<(), ConsoleError> {
    let mut off = read(object)?;
    match slot(object, group, &off, index)? {
        Slot::On(place) => object::replace(object, group, place, rule),
        Slot::Off(place) => {
            off.get_mut(place).ok_or_else(object::gone)?.rule = rule;
            write(object, &off);
            Ok(())
        }
    }
}

/// Takes a rule out for good; a group that is left with none, not even with one that is switched off, goes too.
pub fn remove(object: &mut Value, group: &str, index: usize) -> Result<(), ConsoleError> {
    let mut off = read(object)?;
    match slot(object, group, &off, index)? {
        Slot::On(place) => drop(object::take(object, group, place)?),
        Slot::Off(place) => drop(off.remove(place)),
    }
    close_gap(&mut off, group, index);
    if !off.iter().any(|off| off.group == group) {
        object::drop_empty(object, group)?;
    }
    write(object, &off);
    Ok(())
}

/// Takes a rule out of its group and keeps it in the annotation. A group that is left with none stays, with what it says of
/// all of its rules.
pub fn switch_off(object: &mut Value, group: &str, index: usize) -> Result<(), ConsoleError> {
    let mut off = read(object)?;
    let Slot::On(place) = slot(object, group, &off, index)? else {
        return Err(ConsoleError::refused("", RuleFault::Off));
    };
    let rule = object::take(object, group, place)?;
    off.push(OffRule { group: group.to_owned(), at: index, rule });
    write(object, &off);
    Ok(())
}

/// Puts a rule back at its place, as it was. Where somebody has put the same rule back already, it is not put there twice.
pub fn switch_on(object: &mut Value, group: &str, index: usize) -> Result<(), ConsoleError> {
    let mut off = read(object)?;
    let slots = slots(object, group, &off);
    let Some(Slot::Off(place)) = slots.get(index).copied() else {
        return Err(ConsoleError::refused("", RuleFault::On));
    };
    let rule = off.remove(place).rule;
    if object::rules(object, group).contains(&rule) {
        close_gap(&mut off, group, index);
    } else {
        let before = slots.iter().take(index).filter(|slot| matches!(slot, Slot::On(_))).count();
        object::put(object, group, before, rule)?;
    }
    write(object, &off);
    Ok(())
}

/// Where a place is no more, those behind it come nearer.
fn close_gap(off: &mut [OffRule], group: &str, index: usize) {
    for behind in off.iter_mut().filter(|off| off.group == group && off.at > index) {
        behind.at -= 1;
    }
}

fn write(object: &mut Value, off: &[OffRule]) {
    let text = serde_json::to_string(off).expect("a rule has no keys that JSON lacks");
    set_note(object, (!off.is_empty()).then_some(text));
}

/// Writes the annotation, or takes it away.
pub fn set_note(object: &mut Value, text: Option<String>) {
    let annotations = &mut object["metadata"]["annotations"];
    if !annotations.is_object() {
        *annotations = json!({});
    }
    let Some(own) = annotations.as_object_mut() else { return };
    match text {
        Some(text) => drop(own.insert(OFF.to_owned(), text.into())),
        None => drop(own.remove(OFF)),
    }
    if own.is_empty()
        && let Some(metadata) = object["metadata"].as_object_mut()
    {
        metadata.remove("annotations");
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn rule(name: &str) -> Value {
        json!({"alert": name, "expr": "up == 0", "keep_firing_for": "5m"})
    }

    fn object(names: &[&str]) -> Value {
        let rules: Vec<Value> = names.iter().map(|name| rule(name)).collect();
        json!({
            "metadata": {"name": "shop"},
            "spec": {"groups": [{"name": "a", "interval": "1m", "rules": rules}]},
        })
    }

    /// The names of what is evaluated.
    fn evaluated(object: &Value) -> Vec<String> {
        object::rules(object, "a").iter().map(|rule| object::text(rule, "/alert")).collect()
    }

    /// The names of all, with brackets around what is switched off.
    fn all(object: &Value) -> Vec<String> {
        let groups = object::groups(object);
        let named = |rule: &monitoring_contract::KeptRule| {
            if rule.is_off { format!("({})", rule.name) } else { rule.name.clone() }
        };
        groups.first().map(|group| group.rules.iter().map(named).collect()).unwrap_or_default()
    }

    #[test]
    fn what_is_switched_off_is_evaluated_by_nobody_and_comes_back_as_it_was_in_whatever_order() {
        let before = object(&["A", "B", "C", "D"]);
        for order in [[1, 2, 3], [3, 2, 1], [2, 1, 3], [1, 3, 2]] {
            let mut changed = before.clone();
            switch_off(&mut changed, "a", 2).unwrap();
            switch_off(&mut changed, "a", 1).unwrap();
            switch_off(&mut changed, "a", 3).unwrap();
            assert_eq!(evaluated(&changed), ["A"]);
            assert_eq!(all(&changed), ["A", "(B)", "(C)", "(D)"]);

            for index in order {
                switch_on(&mut changed, "a", index).unwrap();
            }
            assert_eq!(changed, before, "{order:?}");
        }
    }

    #[test]
    fn a_group_stays_with_what_it_says_though_all_its_rules_are_off() {
        let mut changed = object(&["A"]);

        switch_off(&mut changed, "a", 0).unwrap();

        assert_eq!(changed["spec"]["groups"], json!([{"name": "a", "interval": "1m", "rules": []}]));
        assert!(note(&changed).unwrap().contains("keep_firing_for"), "kubectl shows the whole rule");
        assert!(switch_off(&mut changed, "a", 0).is_err() && switch_on(&mut changed, "a", 1).is_err());
        switch_on(&mut changed, "a", 0).unwrap();
        assert_eq!(changed, object(&["A"]));
        assert!(switch_on(&mut changed, "a", 0).is_err());
    }

    #[test]
    fn what_others_do_meanwhile_loses_nothing() {
        let off = || {
            let mut object = object(&["A", "B", "C"]);
            switch_off(&mut object, "a", 1).unwrap();
            object
        };
        // The whole object is written again from somewhere else: the rule is there twice, and then once.
        let mut restored = off();
        restored["spec"] = object(&["A", "B", "C"])["spec"].clone();
        assert_eq!(all(&restored), ["A", "(B)", "B", "C"]);
        switch_on(&mut restored, "a", 1).unwrap();
        assert_eq!(restored, object(&["A", "B", "C"]));
        // Another one of its name is not the same rule.
        let mut named = off();
        named["spec"]["groups"][0]["rules"][0] = json!({"alert": "B", "expr": "up == 1"});
        switch_on(&mut named, "a", 1).unwrap();
        assert_eq!(evaluated(&named), ["B", "B", "C"]);
        // The group is shorter, or gone.
        let mut shorter = off();
        shorter["spec"] = object(&[])["spec"].clone();
        switch_on(&mut shorter, "a", 0).unwrap();
        assert_eq!(evaluated(&shorter), ["B"]);
        let mut gone = off();
        gone["spec"]["groups"] = json!([]);
        assert_eq!(all(&gone), ["(B)"]);
        switch_on(&mut gone, "a", 0).unwrap();
        assert_eq!(gone["spec"]["groups"], json!([{"name": "a", "rules": [rule("B")]}]));
    }

    #[test]
    fn what_is_off_is_changed_and_removed_as_what_is_on() {
        let mut changed = object(&["A", "B", "C"]);
        switch_off(&mut changed, "a", 1).unwrap();

        replace(&mut changed, "a", 1, rule("New")).unwrap();
        assert_eq!(find(&changed, "a", 1).unwrap(), Found { rule: rule("New"), is_off: true });
        replace(&mut changed, "a", 2, rule("Last")).unwrap();
        assert_eq!(all(&changed), ["A", "(New)", "Last"]);
        remove(&mut changed, "a", 0).unwrap();
        assert_eq!(all(&changed), ["(New)", "Last"]);
        remove(&mut changed, "a", 1).unwrap();
        assert_eq!(all(&changed), ["(New)"], "its group waits for it");
        remove(&mut changed, "a", 0).unwrap();
        assert_eq!(changed, json!({"metadata": {"name": "shop"}, "spec": {"groups": []}}));
    }

    #[test]
    fn a_group_goes_with_its_last_rule_and_what_is_not_there_is_not_changed() {
        let mut changed = object(&["A"]);

        for (group, index) in [("b", 0), ("a", 1)] {
            let not_there =
                |done: Result<(), ConsoleError>| matches!(done, Err(ConsoleError::NotFound { .. }));
            assert!(not_there(remove(&mut changed, group, index)));
            assert!(not_there(replace(&mut changed, group, index, json!({}))));
            assert!(not_there(switch_off(&mut changed, group, index)));
        }
        remove(&mut changed, "a", 0).unwrap();
        assert_eq!(changed["spec"]["groups"], json!([]));
    }

    #[test]
    fn an_annotation_that_cannot_be_read_is_not_written_over() {
        let mut broken = object(&["A"]);
        broken["metadata"]["annotations"] = json!({OFF: "[{"});
        let before = broken.clone();

        for done in [
            switch_off(&mut broken, "a", 0),
            switch_on(&mut broken, "a", 0),
            replace(&mut broken, "a", 0, rule("B")),
            remove(&mut broken, "a", 0),
        ] {
            assert!(matches!(done, Err(ConsoleError::Invalid { .. })), "{done:?}");
        }
        assert_eq!(broken, before);
        assert_eq!(all(&broken), ["A"]);
    }
}
