//! `PrometheusRule` objects as they are written, and changes of one rule in them: what nobody asked about stays as it is.

use super::expression::OBJECT_LABELS;
use super::off::{self, OffRule, among};
use model::fault::RuleFault;
use model::{ConsoleError, Thing};
use monitoring_contract::{KeptRule, RuleGroup, RulePlan, RuleSource, hold_seconds};
use serde_json::{Map, Value, json};

/// The label that says what keeps an object as it is.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// What the console calls itself there.
pub const CONSOLE: &str = "orrery";

/// The groups of an object, in order, with the rules that are switched off at their places. Of an annotation that cannot be
/// read nothing is known here: that is told of the object.
pub fn groups(object: &Value) -> Vec<RuleGroup> {
    let off = off::read(object).unwrap_or_default();
    let groups = object.pointer("/spec/groups").and_then(Value::as_array).into_iter().flatten();
    let read = |group: &Value| {
        let name = text(group, "/name");
        let standing = group["rules"].as_array().into_iter().flatten().map(rule).collect();
        let rules = among(standing, &name, &off, switched_off);
        RuleGroup { interval: text(group, "/interval"), name, rules }
    };
    let mut groups: Vec<RuleGroup> = groups.map(read).collect();
    // Somebody has removed the group meanwhile, and not what was switched off of it.
    for lost in &off {
        if !groups.iter().any(|group| group.name == lost.group) {
            let name = lost.group.clone();
            let rules = among(Vec::new(), &name, &off, switched_off);
            groups.push(RuleGroup { name, interval: String::new(), rules });
        }
    }
    groups
}

fn switched_off(_: usize, off: &OffRule) -> KeptRule {
    KeptRule { is_off: true, ..rule(&off.rule) }
}

/// The text at a JSON pointer, or an empty one.
pub fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A rule as it is written.
pub fn rule(written: &Value) -> KeptRule {
    let is_alert = written["alert"].is_string();
    // A number is an expression too.
    let query = match &written["expr"] {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let described =
        ["/annotations/description", "/annotations/message"].map(|pointer| text(written, pointer));
    KeptRule {
        name: text(written, if is_alert { "/alert" } else { "/record" }),
        is_alert,
        query,
        severity: text(written, "/labels/severity"),
        hold: text(written, "/for"),
        summary: text(written, "/annotations/summary"),
        description: described.into_iter().find(|text| !text.is_empty()).unwrap_or_default(),
        runbook: text(written, "/annotations/runbook_url"),
        state: None,
        is_off: false,
    }
}

fn group<'o>(object: &'o Value, name: &str) -> Option<&'o Value> {
    object.pointer("/spec/groups")?.as_array()?.iter().find(|own| own["name"] == name)
}

/// Whether there is a group of this name.
pub fn has_group(object: &Value, name: &str) -> bool {
    group(object, name).is_some()
}

/// The rules of a group that are evaluated.
pub fn rules<'o>(object: &'o Value, name: &str) -> &'o [Value] {
    group(object, name).and_then(|own| own["rules"].as_array()).map_or(&[][..], Vec::as_slice)
}

/// A rule as it is wished, in place of what stood there.
pub fn written(before: Option<&Value>, plan: &RulePlan, query: &str, labels: &[(&str, String)]) -> Value {
    let mut rule = before.cloned().unwrap_or_else(|| json!({}));
    rule["alert"] = plan.name.as_str().into();
    rule["expr"] = query.into();
    set(&mut rule, "for", if hold_seconds(&plan.hold) == Some(0) { "" } else { &plan.hold });
    let mut own = fields(&rule["labels"]);
    if matches!(plan.source, RuleSource::Template { .. }) {
        // What it was about before, it is about no more.
        own.retain(|label, _| !OBJECT_LABELS.iter().any(|(_, known)| label == known));
    }
    own.insert("severity".into(), plan.severity.word().into());
    own.extend(labels.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())));
    rule["labels"] = own.into();
    let mut told = Value::from(fields(&rule["annotations"]));
    set(&mut told, "summary", &plan.summary);
    set(&mut told, "description", &plan.description);
    set(&mut told, "runbook_url", &plan.runbook);
    // What it was called before there were descriptions; left as it was it would be told instead of an empty one.
    set(&mut told, "message", "");
    if fields(&told).is_empty() {
        set(&mut rule, "annotations", "");
    } else {
        rule["annotations"] = told;
    }
    rule
}

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// Writes a text, or takes it away when it is empty.
fn set(value: &mut Value, key: &str, text: &str) {
    let Some(fields) = value.as_object_mut() else { return };
    if text.is_empty() {
        fields.remove(key);
    } else {
        fields.insert(key.to_owned(), text.into());
    }
}

/// A new object without rules.
pub fn new(namespace: &str, name: &str, labels: &[(String, String)]) -> Value {
    let mut own: Map<String, Value> =
        labels.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    own.insert(MANAGED_BY.into(), CONSOLE.into());
    json!({
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": name, "namespace": namespace, "labels": own},
        "spec": {"groups": []},
    })
}

/// Adds a rule to a group, which is made when there is none of that name.
pub fn add(object: &mut Value, group: &str, rule: Value) -> Result<(), ConsoleError> {
    let rules = rules_of_made(object, group)?;
    if rules.iter().any(|other| other["alert"] == rule["alert"]) {
        return Err(ConsoleError::refused("name", RuleFault::NameTaken(group.to_owned())));
    }
    rules.push(rule);
    Ok(())
}

/// Puts a rule at a place of a group, which is made when there is none of that name.
pub fn put(object: &mut Value, group: &str, index: usize, rule: Value) -> Result<(), ConsoleError> {
    let rules = rules_of_made(object, group)?;
    rules.insert(index.min(rules.len()), rule);
    Ok(())
}

fn rules_of_made<'o>(object: &'o mut Value, group: &str) -> Result<&'o mut Vec<Value>, ConsoleError> {
    let groups = groups_mut(object)?;
    let place = match groups.iter().position(|own| own["name"] == group) {
        Some(place) => place,
        None => {
            groups.push(json!({"name": group, "rules": []}));
            groups.len() - 1
        }
    };
    let own = groups.get_mut(place).ok_or_else(unreadable)?;
    if own["rules"].is_null() {
        own["rules"] = json!([]);
    }
    own["rules"].as_array_mut().ok_or_else(unreadable)
}

/// Puts a rule where one stood.
pub fn replace(object: &mut Value, group: &str, index: usize, rule: Value) -> Result<(), ConsoleError> {
    *rules_mut(object, group)?.get_mut(index).ok_or_else(gone)? = rule;
    Ok(())
}

/// How often the rules of a group are evaluated, as it is written.
pub fn interval(object: &Value, group: &str) -> String {
    let groups = object.pointer("/spec/groups").and_then(Value::as_array).into_iter().flatten();
    let mut own = groups.filter(|own| own["name"] == group);
    own.next().map(|own| text(own, "/interval")).unwrap_or_default()
}

/// Says how often the rules of a group are evaluated; empty for as the monitoring decides.
pub fn pace(object: &mut Value, group: &str, interval: &str) -> Result<(), ConsoleError> {
    let own = groups_mut(object)?.iter_mut().find(|own| own["name"] == group).ok_or_else(gone)?;
    set(own, "interval", interval);
    Ok(())
}

/// Takes a rule out. Its group stays, though it may be without rules.
pub fn take(object: &mut Value, group: &str, index: usize) -> Result<Value, ConsoleError> {
    let rules = rules_mut(object, group)?;
    if index >= rules.len() {
        return Err(gone());
    }
    Ok(rules.remove(index))
}

/// Removes a group that is without rules.
pub fn drop_empty(object: &mut Value, group: &str) -> Result<(), ConsoleError> {
    if rules(object, group).is_empty() {
        groups_mut(object)?.retain(|own| own["name"] != group);
    }
    Ok(())
}

fn groups_mut(object: &mut Value) -> Result<&mut Vec<Value>, ConsoleError> {
    if !object["spec"].is_object() {
        object["spec"] = json!({});
    }
    if object["spec"]["groups"].is_null() {
        object["spec"]["groups"] = json!([]);
    }
    object["spec"]["groups"].as_array_mut().ok_or_else(unreadable)
}

fn rules_mut<'o>(object: &'o mut Value, group: &str) -> Result<&'o mut Vec<Value>, ConsoleError> {
    let own = groups_mut(object)?.iter_mut().find(|own| own["name"] == group).ok_or_else(gone)?;
    own["rules"].as_array_mut().ok_or_else(gone)
}

/// Why a rule cannot be changed that was looked at.
pub fn gone() -> ConsoleError {
    ConsoleError::unknown(Thing::Rule)
}

fn unreadable() -> ConsoleError {
    ConsoleError::refused("object", RuleFault::Unreadable)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use monitoring_contract::Severity;

    fn plan(name: &str) -> RulePlan {
        RulePlan {
            name: name.into(),
            source: RuleSource::Query("up == 0".into()),
            severity: Severity::Critical,
            hold: "5m".into(),
            summary: "It is down".into(),
            description: String::new(),
            runbook: String::new(),
        }
    }

    fn object() -> Value {
        json!({
            "metadata": {"name": "shop", "annotations": {"team": "storefront"}},
            "spec": {"other": 1, "groups": [
                {"name": "a", "interval": "1m", "limit": 3, "rules": [
                    {"record": "x:y", "expr": 1},
                    {"alert": "Slow", "expr": "a > 2\n", "for": "1h", "keep_firing_for": "5m",
                     "labels": {"severity": "page", "team": "storefront"},
                     "annotations": {"summary": "s", "message": "m", "dashboard": "d"}},
                ]},
                {"name": "b", "rules": [{"alert": "Last", "expr": "b"}]},
            ]},
        })
    }

    #[test]
    fn an_object_is_read_as_it_is_written() {
        let groups = groups(&object());

        assert_eq!((groups[0].name.as_str(), groups[0].interval.as_str()), ("a", "1m"));
        let [recorded, slow] = groups[0].rules.as_slice() else { panic!() };
        assert_eq!((recorded.name.as_str(), recorded.is_alert, recorded.query.as_str()), ("x:y", false, "1"));
        assert_eq!(
            (slow.query.as_str(), slow.severity.as_str(), slow.hold.as_str()),
            ("a > 2", "page", "1h")
        );
        assert_eq!(slow.description, "m");
    }

    #[test]
    fn a_change_is_about_one_rule_and_leaves_what_it_does_not_know() {
        let mut changed = object();
        let before = rules(&changed, "a").get(1);
        let rule = written(before, &plan("Down"), "up == 0", &[("namespace", "shop".into())]);
        replace(&mut changed, "a", 1, rule).unwrap();

        let expected = json!({
            "alert": "Down", "expr": "up == 0", "for": "5m", "keep_firing_for": "5m",
            "labels": {"severity": "critical", "team": "storefront", "namespace": "shop"},
            "annotations": {"summary": "It is down", "dashboard": "d"},
        });
        assert_eq!(rules(&changed, "a").get(1), Some(&expected));
        changed["spec"]["groups"][0]["rules"][1] = object()["spec"]["groups"][0]["rules"][1].clone();
        assert_eq!(changed, object(), "something else was changed");
    }

    #[test]
    fn how_often_a_group_is_evaluated_is_said_of_that_group_alone() {
        let mut changed = object();

        pace(&mut changed, "a", "30s").unwrap();

        assert_eq!((interval(&changed, "a"), interval(&changed, "none")), ("30s".into(), String::new()));
        assert_eq!(interval(&changed, "b"), interval(&object(), "b"));
        pace(&mut changed, "a", "").unwrap();
        assert_eq!(changed["spec"]["groups"][0].get("interval"), None);
        assert!(pace(&mut changed, "none", "30s").is_err());
    }

    #[test]
    fn what_a_rule_was_about_before_its_labels_no_longer_say() {
        let template = monitoring_contract::RuleTemplate::find("restarts").unwrap();
        let plan = RulePlan {
            source: RuleSource::Template {
                template,
                targets: None,
                threshold: 3.0,
                comparison: template.comparison,
            },
            ..plan("Restarts")
        };
        let before = json!({"labels": {"deployment": "web", "team": "storefront"}});

        let rule = written(Some(&before), &plan, "up > 3", &[("statefulset", "db".into())]);

        assert_eq!(
            rule["labels"],
            json!({"severity": "critical", "team": "storefront", "statefulset": "db"})
        );
    }

    #[test]
    fn what_lasts_no_time_and_tells_nothing_is_not_written() {
        let silent = RulePlan { hold: "0s".into(), summary: String::new(), ..plan("Down") };

        let rule = written(None, &silent, "up == 0", &[]);

        assert_eq!(rule, json!({"alert": "Down", "expr": "up == 0", "labels": {"severity": "critical"}}));
    }

    #[test]
    fn a_rule_is_added_to_its_group_which_is_made_when_there_is_none() {
        let mut new = new("shop", "orrery-alerts", &[("release".into(), "stack".into())]);
        let rule = |name: &str| written(None, &plan(name), "up == 0", &[]);

        add(&mut new, "alerts", rule("One")).unwrap();
        add(&mut new, "alerts", rule("Two")).unwrap();
        assert!(matches!(add(&mut new, "alerts", rule("Two")), Err(ConsoleError::Invalid { .. })));

        assert_eq!(new["metadata"]["labels"], json!({"release": "stack", MANAGED_BY: CONSOLE}));
        let names: Vec<String> = groups(&new)[0].rules.iter().map(|rule| rule.name.clone()).collect();
        assert_eq!(
            (groups(&new).len(), names.as_slice()),
            (1, ["One".to_owned(), "Two".to_owned()].as_slice())
        );
    }

    #[test]
    fn groups_that_are_no_list_are_told_of() {
        assert!(take(&mut json!({}), "a", 0).is_err() && !has_group(&json!({}), "a"));
        assert!(add(&mut json!({"spec": {"groups": 7}}), "a", json!({})).is_err());
    }
}
