//! Labels of which pods have to have one value, or other values, beside those that choose the pods.

use super::{Draft, fault, joined, list};
use crate::rule::Fault;
use serde_json::Value;

impl Draft {
    /// They narrow down what a selector chooses: without one they say nothing, and a label that it names has its value there.
    pub(super) fn check_label_keys(&self, pod: &str, faults: &mut Vec<Fault>) {
        let spread = joined(pod, "topologySpreadConstraints");
        for (index, constraint) in self.list(&spread).iter().enumerate() {
            check(constraint, &format!("0/{spread}/{index}"), faults);
        }
        for part in ["podAffinity", "podAntiAffinity"] {
            let required =
                joined(pod, &format!("affinity/{part}/requiredDuringSchedulingIgnoredDuringExecution"));
            for (index, term) in self.list(&required).iter().enumerate() {
                check(term, &format!("0/{required}/{index}"), faults);
            }
            let preferred =
                joined(pod, &format!("affinity/{part}/preferredDuringSchedulingIgnoredDuringExecution"));
            for (index, preference) in self.list(&preferred).iter().enumerate() {
                let place = format!("0/{preferred}/{index}/podAffinityTerm");
                check(&preference["podAffinityTerm"], &place, faults);
            }
        }
    }
}

fn check(term: &Value, place: &str, faults: &mut Vec<Fault>) {
    let (same, other) = ("matchLabelKeys", "mismatchLabelKeys");
    // Into the selector of a pod the API server itself writes that each has the value that it has there, or another one.
    for (keys, written) in [(same, "In"), (other, "NotIn")] {
        check_keys((&term[keys], written), &term["labelSelector"], &format!("{place}/{keys}"), faults);
    }
    let twice = texts(&term[other]).find(|key| texts(&term[same]).any(|same| same == *key));
    faults.extend(twice.map(|key| fault(&format!("{place}/{other}"), "fault.twice", key)));
}

fn check_keys((keys, written): (&Value, &str), selector: &Value, place: &str, faults: &mut Vec<Fault>) {
    if list(keys).next().is_none() {
        return;
    }
    if selector.is_null() {
        return faults.push(fault(place, "fault.keys-alone", ""));
    }
    let is_written =
        |expression: &Value| expression["operator"] == *written && list(&expression["values"]).count() == 1;
    let is_named = |key: &str| {
        let mut expressions = list(&selector["matchExpressions"]);
        !selector["matchLabels"][key].is_null()
            || expressions.any(|expression| expression["key"] == *key && !is_written(expression))
    };
    let twice = texts(keys).find(|key| is_named(key));
    faults.extend(twice.map(|key| fault(place, "fault.key-named", key)));
}

fn texts(keys: &Value) -> impl Iterator<Item = &str> {
    list(keys).filter_map(Value::as_str)
}
