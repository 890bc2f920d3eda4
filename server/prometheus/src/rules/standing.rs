//! How rules are, as what evaluates them tells.

use super::expression::is_within;
use super::object::text;
use crate::alerts::{Group, Groups, Ruled, admits, state};
use crate::layout::Layout;
use crate::seen::Seen;
use model::Namespace;
use monitoring_contract::{KeptRule, RuleGroup, RuleState};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is told of a rule that cannot be evaluated to who may not see everything it reads: the whole sentence may name what
/// it met there.
const UNTOLD: &str = "it cannot be evaluated; why is told to who may see everything that is measured";

/// What evaluates the rules of a cluster, as one caller may hear of it.
pub struct Standing<'s> {
    /// What it told of all groups.
    pub groups: &'s Groups,
    /// How the cluster is measured.
    pub layout: &'s Layout,
    /// What the caller may see.
    pub seen: &'s Seen,
}

impl Standing<'_> {
    /// Says of the groups of an object how their rules are.
    pub fn tell(&self, object: &Value, groups: &mut [RuleGroup]) {
        let namespace = Namespace::parse(&text(object, "/metadata/namespace")).ok();
        for group in groups {
            let Some(told) = self.told(object, &group.name) else { continue };
            let again = known_again(&group.rules, &told.rules);
            for (rule, told) in group.rules.iter_mut().zip(again) {
                rule.state = told.map(|told| self.of_rule(told, &rule.query, namespace.as_ref()));
            }
        }
    }

    /// A group as it was told: found by the file that the operator writes of its object.
    fn told(&self, object: &Value, group: &str) -> Option<&Group> {
        self.groups.groups.iter().find(|told| told.name == group && is_of(object, told))
    }

    fn of_rule(&self, told: &Ruled, query: &str, namespace: Option<&Namespace>) -> RuleState {
        let sees_all_of_it = *self.seen == Seen::All
            || namespace.is_some_and(|namespace| {
                !self.seen.only(namespace).is_nothing() && is_within(query, namespace, self.layout)
            });
        match state(told, |alert| sees_all_of_it || admits(self.seen, alert)) {
            RuleState::Broken(_) if !sees_all_of_it => RuleState::Broken(UNTOLD.to_owned()),
            other => other,
        }
    }
}

/// What was told of each rule of a group. What evaluates them may not have read the group anew since some were switched off or
/// on, so they are known by their names, and several of one name by their order, as they stand now or stood with those that are
/// off.
fn known_again<'t>(rules: &[KeptRule], told: &'t [Ruled]) -> Vec<Option<&'t Ruled>> {
    let of_rule = |(index, rule): (usize, &KeptRule)| {
        // Those that record are not told.
        if !rule.is_alert || rule.is_off {
            return None;
        }
        let is_namesake = |other: &&KeptRule| other.is_alert && other.name == rule.name;
        let is_on = |other: &&KeptRule| is_namesake(other) && !other.is_off;
        let told: Vec<&Ruled> = told.iter().filter(|told| told.name == rule.name).collect();
        let before = || rules.iter().take(index);
        let place = if told.len() == rules.iter().filter(is_on).count() {
            before().filter(is_on).count()
        } else if told.len() == rules.iter().filter(is_namesake).count() {
            before().filter(is_namesake).count()
        } else {
            return None;
        };
        told.get(place).copied()
    };
    rules.iter().enumerate().map(of_rule).collect()
}

/// Whether a group was read from the file of an object: `…/shop-rules-<uid>.yaml`, without the uid in older operators.
fn is_of(object: &Value, group: &Group) -> bool {
    let [namespace, name, uid] =
        ["/metadata/namespace", "/metadata/name", "/metadata/uid"].map(|pointer| text(object, pointer));
    let file = group.file.rsplit('/').next().unwrap_or_default();
    file == format!("{namespace}-{name}-{uid}.yaml") || file == format!("{namespace}-{name}.yaml")
}

/// The labels that all objects have whose rules were taken up: what a Prometheus selects its rules by is among them.
pub fn selecting_labels(objects: &[Value], groups: &Groups) -> Vec<(String, String)> {
    let taken = objects.iter().filter(|object| groups.groups.iter().any(|group| is_of(object, group)));
    let labels = |object: &Value| -> BTreeMap<String, String> {
        let labels = object.pointer("/metadata/labels").and_then(Value::as_object).into_iter().flatten();
        labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
    };
    let common = taken.map(labels).reduce(|mut common, own| {
        common.retain(|name, value| own.get(name) == Some(value));
        common
    });
    // Those say what an object is a part of, which ours is not, or which group of ready-made rules it holds.
    let is_foreign = |name: &str| {
        ["app.kubernetes.io/", "helm.sh/", "orrery.dev/"].iter().any(|begin| name.starts_with(begin))
    };
    common.unwrap_or_default().into_iter().filter(|(name, _)| !is_foreign(name)).collect()
}

/// The labels by which the first of the operator's `Prometheus` objects that asks for some selects its rules.
pub fn selected_by(servers: &[Value]) -> Vec<(String, String)> {
    let of = |server: &Value| {
        let selector = server.pointer("/spec/ruleSelector")?;
        let equal = selector["matchLabels"].as_object().into_iter().flatten();
        let equal = equal.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        let any = selector["matchExpressions"].as_array().into_iter().flatten();
        let any = any.filter_map(|one| {
            let value = match one["operator"].as_str()? {
                "In" => one["values"].get(0)?.as_str()?,
                "Exists" => "true",
                _ => return None,
            };
            Some((one["key"].as_str()?.to_owned(), value.to_owned()))
        });
        let labels: Vec<(String, String)> = equal.chain(any).collect();
        (!labels.is_empty()).then_some(labels)
    };
    servers.iter().find_map(of).unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::object::groups;
    use super::*;
    use crate::answer::read_data;
    use serde_json::json;

    fn told() -> Groups {
        let alert =
            |namespace: &str, state: &str| json!({"labels": {"namespace": namespace}, "state": state});
        let rule = |name: &str, alerts: Value, error: &str| json!({"name": name, "alerts": alerts, "lastError": error});
        let answer = json!({"status": "success", "data": {"groups": [
            {"name": "g", "file": "/etc/rules/shop-own-u1.yaml", "rules": [
                rule("Fenced", json!([alert("shop", "firing"), {"labels": {}, "state": "firing"}]), ""),
                rule("Open", json!([alert("shop", "pending"), alert("bank", "firing")]), ""),
                rule("Broken", json!([]), "found duplicate series {namespace=\"bank\"}"),
                rule("Renamed", json!([]), ""),
            ]},
            {"name": "g", "file": "/etc/rules/shop-own-u2.yaml", "rules": [rule("Fenced", json!([]), "")]},
        ]}});
        read_data(answer.to_string().as_bytes()).unwrap()
    }

    fn object(labels: &Value) -> Value {
        json!({
            "metadata": {"namespace": "shop", "name": "own", "uid": "u1", "labels": labels},
            "spec": {"groups": [{"name": "g", "rules": [
                {"record": "x", "expr": "1"},
                {"alert": "Fenced", "expr": "up{namespace=\"shop\"} == 0"},
                {"alert": "Open", "expr": "up == 0"},
                {"alert": "Broken", "expr": "up + up"},
                {"alert": "New", "expr": "up"},
            ]}]},
        })
    }

    fn states(seen: &Seen) -> Vec<Option<RuleState>> {
        let object = object(&json!({}));
        let mut groups = groups(&object);
        Standing { groups: &told(), layout: &Layout::default(), seen }.tell(&object, &mut groups);
        groups[0].rules.iter().map(|rule| rule.state.clone()).collect()
    }

    #[test]
    fn rules_are_known_again_by_file_and_group_and_name() {
        let [recorded, fenced, open, broken, new] = states(&Seen::All).try_into().unwrap();

        assert_eq!((recorded, new), (None, None));
        assert_eq!((fenced, open), (Some(RuleState::Firing(2)), Some(RuleState::Firing(1))));
        assert!(matches!(broken, Some(RuleState::Broken(why)) if why.contains("bank")));
    }

    #[test]
    fn what_is_switched_off_has_no_state_and_the_others_keep_theirs_until_the_group_is_read_anew() {
        let mut object = object(&json!({}));
        super::super::off::switch_off(&mut object, "g", 1).unwrap();
        let mut groups = groups(&object);

        Standing { groups: &told(), layout: &Layout::default(), seen: &Seen::All }.tell(&object, &mut groups);

        let [recorded, fenced, open, broken, new] = groups[0].rules.as_slice() else { panic!("{groups:?}") };
        assert!(fenced.is_off && !open.is_off && !recorded.is_off);
        assert_eq!((&fenced.state, &open.state), (&None, &Some(RuleState::Firing(1))));
        assert!(matches!(broken.state, Some(RuleState::Broken(_))) && new.state.is_none());
    }

    #[test]
    fn rules_of_one_name_are_not_taken_for_each_other() {
        let mut object = object(&json!({}));
        let twice = json!({"alert": "Twice", "expr": "up == 0"});
        object["spec"]["groups"][0]["rules"] = json!([{"record": "x", "expr": "1"}, twice, twice]);
        // Which of those that were told is which rule.
        let known = |object: &Value, count: usize| -> Vec<Option<usize>> {
            let told: Vec<Ruled> =
                (0..count).map(|_| serde_json::from_value(json!({"name": "Twice"})).unwrap()).collect();
            let place = |one: &Ruled| told.iter().position(|other| std::ptr::eq(one, other));
            known_again(&groups(object)[0].rules, &told).into_iter().map(|one| one.and_then(place)).collect()
        };

        assert_eq!(known(&object, 2), [None, Some(0), Some(1)]);
        assert_eq!(known(&object, 1), [None, None, None], "it may be either");
        super::super::off::switch_off(&mut object, "g", 1).unwrap();
        assert_eq!(known(&object, 2), [None, None, Some(1)], "before it is read anew");
        assert_eq!(known(&object, 1), [None, None, Some(0)], "and afterwards");
    }

    #[test]
    fn a_member_hears_of_other_projects_nothing_but_what_the_rule_may_see_itself() {
        let seen = Seen::All.only(&Namespace::parse("shop").unwrap());

        let [_, fenced, open, broken, _] = states(&seen).try_into().unwrap();

        assert_eq!(fenced, Some(RuleState::Firing(2)));
        assert_eq!(open, Some(RuleState::Pending(1)));
        assert!(matches!(broken, Some(RuleState::Broken(why)) if why == UNTOLD));
    }

    #[test]
    fn a_new_object_gets_the_labels_that_all_have_that_are_taken_up() {
        let taken = object(&json!({"release": "stack", "team": "a", "app.kubernetes.io/managed-by": "Helm"}));
        let mut other =
            object(&json!({"release": "stack", "team": "b", "app.kubernetes.io/managed-by": "Helm"}));
        other["metadata"]["uid"] = "u2".into();
        let mut ignored = object(&json!({"release": "none"}));
        ignored["metadata"]["uid"] = "u3".into();

        let labels = selecting_labels(&[taken, other, ignored], &told());

        assert_eq!(labels, [("release".to_owned(), "stack".to_owned())]);
        let ready_made = object(&json!({"release": "stack", "orrery.dev/built-in-rules": "nodes"}));
        assert_eq!(selecting_labels(&[ready_made], &told()), labels);
        assert!(selecting_labels(&[], &told()).is_empty());
    }

    #[test]
    fn where_nothing_is_taken_up_yet_the_server_says_what_it_selects() {
        let server = |selector: Value| json!({"spec": {"ruleSelector": selector}});
        let expressions = json!([
            {"key": "team", "operator": "In", "values": ["a", "b"]},
            {"key": "rules", "operator": "Exists"},
            {"key": "old", "operator": "DoesNotExist"},
        ]);
        let labels = json!({"role": "alert-rules"});

        let selected = selected_by(&[
            server(json!({})),
            server(json!({"matchLabels": labels, "matchExpressions": expressions})),
        ]);

        let expected = [("role", "alert-rules"), ("team", "a"), ("rules", "true")];
        assert_eq!(selected, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(selected_by(&[json!({}), server(json!(null))]).is_empty());
    }
}
