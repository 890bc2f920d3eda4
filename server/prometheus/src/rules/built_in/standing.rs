//! The catalogue beside what a cluster has of it.

use super::written::{find, is_changed, is_named, kept, kept_as, label, written};
use crate::error::PrometheusError;
use crate::layout::Layout;
use crate::promql::Query;
use crate::rules::object::text;
use crate::rules::off::{self, OffRule};
use model::ResourceRef;
use model::fault::BuiltInFault;
use monitoring_contract::{
    BuiltInGroup, BuiltInGroupView, BuiltInKept, BuiltInRule, BuiltInRuleView, BuiltInStanding,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Which objects that hold no group of the catalogue have an alert of a name.
pub struct Elsewhere(BTreeMap<String, BTreeSet<String>>);

impl Elsewhere {
    /// Finds it out, of all objects that somebody may see.
    pub fn of(objects: &[Value]) -> Self {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for object in objects.iter().filter(|object| label(object).is_none()) {
            let place = format!("{}/{}", text(object, "/metadata/namespace"), text(object, "/metadata/name"));
            let groups = object.pointer("/spec/groups").and_then(Value::as_array).into_iter().flatten();
            let rules = groups.filter_map(|group| group.get("rules")?.as_array()).flatten();
            for alert in rules.filter_map(|rule| rule.get("alert")?.as_str()) {
                found.entry(alert.to_owned()).or_default().insert(place.clone());
            }
        }
        Self(found)
    }

    /// The objects that have it, as project and name.
    pub fn have(&self, alert: &str) -> Vec<String> {
        self.0.get(alert).map(|places| places.iter().cloned().collect()).unwrap_or_default()
    }

    fn is_there(&self, alert: &str) -> bool {
        self.0.contains_key(alert)
    }
}

/// The rules with which a group would be written over what there is of it. What another object warns of already is left out,
/// unless it is kept here as well, or wished twice; so is what somebody has switched off here.
pub fn wished(
    group: &BuiltInGroup,
    objects: &[Value],
    elsewhere: &Elsewhere,
    layout: &Layout,
    twice: bool,
) -> Result<Vec<Value>, PrometheusError> {
    let object = find(objects, group);
    let rules = object.map_or(&[][..], |object| kept(object, group));
    let off = off_of(object);
    let mut wished = Vec::new();
    for rule in group.rules {
        if is_off(&off, rule) {
            continue;
        }
        let kept = kept_as(rules, rule);
        if kept.is_some() || twice || !elsewhere.is_there(rule.alert) {
            wished.extend(written(rule, layout, kept)?);
        }
    }
    Ok(wished)
}

/// Why there is nothing that a group would be written with.
pub fn nothing(group: &BuiltInGroup, objects: &[Value]) -> BuiltInFault {
    let (off, word) = (off_of(find(objects, group)), group.word.to_owned());
    let has_off = group.rules.iter().any(|rule| is_off(&off, rule));
    if has_off { BuiltInFault::Off(word) } else { BuiltInFault::Nothing(word) }
}

/// What is switched off in the object of a group. What cannot be read of that is nothing: whoever writes the object leaves that
/// annotation as it is.
fn off_of(object: Option<&Value>) -> Vec<OffRule> {
    object.map_or_else(Vec::new, |object| off::read(object).unwrap_or_default())
}

fn is_off(off: &[OffRule], rule: &BuiltInRule) -> bool {
    off.iter().any(|off| is_named(&off.rule, rule))
}

/// A group as it is looked at; `resource` says what its object is called.
pub fn view(
    group: &BuiltInGroup,
    objects: &[Value],
    elsewhere: &Elsewhere,
    layout: &Layout,
    resource: impl Fn(&Value) -> Option<ResourceRef>,
) -> Result<BuiltInGroupView, PrometheusError> {
    let object = find(objects, group);
    let rules = object.map_or(&[][..], |object| kept(object, group));
    let off = off_of(object);
    let standing = match object {
        None => BuiltInStanding::Absent,
        Some(object) if is_changed(object, rules) => BuiltInStanding::Changed,
        Some(_) if wished(group, objects, elsewhere, layout, false)? == rules => BuiltInStanding::Current,
        Some(_) => BuiltInStanding::Older,
    };
    let is_own = |kept: &&Value| !group.rules.iter().any(|rule| is_named(kept, rule));
    let name = |kept: &Value| {
        let alert = text(kept, "/alert");
        if alert.is_empty() { text(kept, "/record") } else { alert }
    };
    Ok(BuiltInGroupView {
        word: group.word.to_owned(),
        standing,
        object: object.and_then(resource),
        own: rules.iter().filter(is_own).map(name).collect(),
        rules: group
            .rules
            .iter()
            .map(|rule| of_rule(rule, (rules, off.as_slice()), elsewhere, layout))
            .collect::<Result<_, _>>()?,
    })
}

fn of_rule(
    rule: &BuiltInRule,
    (rules, off): (&[Value], &[OffRule]),
    elsewhere: &Elsewhere,
    layout: &Layout,
) -> Result<BuiltInRuleView, PrometheusError> {
    let kept = kept_as(rules, rule);
    let written = written(rule, layout, kept)?;
    let lacking = if written.is_none() { lacking(rule, layout)? } else { Vec::new() };
    let is_kept = match (kept, &written) {
        (None, _) if is_off(off, rule) => BuiltInKept::Off,
        (None, _) => BuiltInKept::Absent,
        (Some(kept), Some(written)) if kept == written => BuiltInKept::Same,
        (Some(_), _) => BuiltInKept::Otherwise,
    };
    Ok(BuiltInRuleView {
        key: rule.key(),
        alert: rule.alert.to_owned(),
        severity: rule.severity.word().to_owned(),
        hold: rule.hold.to_owned(),
        summary: rule.summary.to_owned(),
        query: written.map(|written| text(&written, "/expr")),
        lacking,
        kept: is_kept,
        elsewhere: elsewhere.have(rule.alert),
    })
}

/// What is not measured and the best expression of a rule needs.
fn lacking(rule: &BuiltInRule, layout: &Layout) -> Result<Vec<String>, PrometheusError> {
    let Some(best) = rule.picks.first() else { return Ok(Vec::new()) };
    let metrics = Query::parse(best)?.metrics()?;
    Ok(metrics.into_iter().filter(|name| !layout.names.contains(BuiltInRule::sign_of(name))).collect())
}
