//! What is taken only together with something else, told at the field that has to change.

mod data;
mod label_keys;
mod pods;

use super::Draft;
use super::faults::fault;
use crate::field::Form;
use crate::place::joined;
use crate::rule::{Fault, indexes};
use serde_json::Value;

/// So long, in seconds, a pod has to end when nothing is said about it.
const USUAL_GRACE: i64 = 30;

/// So many pods of an indexed job may run at once, and so many of its indexes may fail.
const MOST_INDEXES: i64 = 100_000;
/// The same of a job that has more indexes than that, and counts failures by index.
const MOST_OF_MANY: i64 = 10_000;
/// So many rules there may be about failed pods, and conditions in one.
const MOST_RULES: usize = 20;
/// So many exit codes one of them may name.
const MOST_CODES: usize = 255;

/// What runs to an end.
const RUNNING: [&str; 2] = ["jobs", "cronjobs"];

impl Draft {
    /// Everything that does not go together.
    pub(super) fn not_together(&self, form: &Form) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(map) = self.objects.first().filter(|_| form.slug == "configmaps") {
            data::check(map, &mut faults);
        }
        if let Some(template) = form.template {
            let pod = joined(template, "spec");
            self.check_pauses(&pod, &mut faults);
            self.check_names(&pod, &mut faults);
            self.check_label_keys(&pod, &mut faults);
            if let Some(spec) = self.at(0, &pod) {
                pods::check(spec, &format!("0/{pod}"), &mut faults);
            }
            match form.slug {
                "daemonsets" => self.check_renewing(&mut faults),
                "statefulsets" => self.check_away(&mut faults),
                _ => {}
            }
            let run = template.strip_suffix("/template").filter(|_| RUNNING.contains(&form.slug));
            if let Some((run, spec)) = run.and_then(|run| Some((run, self.at(0, run)?))) {
                check_indexes(spec, &format!("0/{run}"), &mut faults);
                check_failures(spec, &format!("0/{run}"), &mut faults);
                check_success(spec, &format!("0/{run}"), &mut faults);
            }
        }
        faults
    }

    /// On a node either the new pod begins before the old one ends, or the other way round. Where nothing is said, one pod is
    /// away at a time.
    fn check_renewing(&self, faults: &mut Vec<Fault>) {
        const PLACE: &str = "spec/updateStrategy/rollingUpdate";
        let none = |value: &Value| value.as_i64() == Some(0) || matches!(value.as_str(), Some("0" | "0%"));
        let rolling = self.at(0, PLACE).unwrap_or(&Value::Null);
        let (away, more) = (&rolling["maxUnavailable"], &rolling["maxSurge"]);
        let (has_away, has_more) = (!none(away), !more.is_null() && !none(more));
        if has_away && has_more {
            faults.push(fault(&format!("0/{PLACE}/maxUnavailable"), "fault.one-way", ""));
        } else if !has_away && !has_more {
            faults.push(fault(&format!("0/{PLACE}/maxUnavailable"), "fault.no-way", ""));
        }
    }

    /// While a stateful set is renewed one pod is away at least, and all of them at most.
    fn check_away(&self, faults: &mut Vec<Fault>) {
        const PLACE: &str = "spec/updateStrategy/rollingUpdate/maxUnavailable";
        let is_good = match self.at(0, PLACE) {
            Some(Value::Number(number)) => number.as_i64() != Some(0),
            // What is no percentage is told by its rule.
            Some(Value::String(text)) => text
                .strip_suffix('%')
                .and_then(|percent| percent.parse::<i64>().ok())
                .is_none_or(|percent| (1..=100).contains(&percent)),
            _ => true,
        };
        if !is_good {
            faults.push(fault(&format!("0/{PLACE}"), "fault.most-away", ""));
        }
    }

    /// A pod that asks none of the cluster's name servers asks others.
    fn check_names(&self, pod: &str, faults: &mut Vec<Fault>) {
        let asks_nobody = self.at(0, &joined(pod, "dnsPolicy")).is_some_and(|policy| policy == "None");
        if asks_nobody && self.list(&joined(pod, "dnsConfig/nameservers")).is_empty() {
            faults.push(fault(&format!("0/{pod}/dnsConfig/nameservers"), "fault.required", ""));
        }
    }

    /// A pause of a container is part of the time that its pod has to end.
    fn check_pauses(&self, pod: &str, faults: &mut Vec<Fault>) {
        let grace = self.at(0, &joined(pod, "terminationGracePeriodSeconds")).and_then(Value::as_i64);
        let grace = grace.unwrap_or(USUAL_GRACE);
        for part in ["containers", "initContainers"] {
            let all = joined(pod, part);
            for (index, container) in self.list(&all).iter().enumerate() {
                for hook in ["postStart", "preStop"] {
                    let pause = container["lifecycle"][hook]["sleep"]["seconds"].as_i64();
                    if pause.is_some_and(|pause| pause > grace) {
                        let place = format!("0/{all}/{index}/lifecycle/{hook}/sleep/seconds");
                        faults.push(fault(&place, "fault.pause", &grace.to_string()));
                    }
                }
            }
        }
    }
}

/// What only jobs have that count their pods by index, and what these need.
fn check_indexes(job: &Value, place: &str, faults: &mut Vec<Fault>) {
    let has = |key: &str| !job[key].is_null();
    let mut tell = |field: &str, text: &'static str, value: &str| {
        faults.push(fault(&format!("{place}/{field}"), text, value));
    };
    if job["completionMode"] != "Indexed" {
        if has("backoffLimitPerIndex") || has("maxFailedIndexes") || has("successPolicy") {
            tell("completionMode", "fault.only-indexed", "");
        }
        return;
    }
    // Where neither is said the server takes one of each.
    if !has("completions") && has("parallelism") {
        tell("completions", "fault.required", "");
    }
    if has("maxFailedIndexes") && !has("backoffLimitPerIndex") {
        tell("backoffLimitPerIndex", "fault.required", "");
    }
    let all = job["completions"].as_i64();
    let is_many = all.is_some_and(|all| all > MOST_INDEXES) && has("backoffLimitPerIndex");
    if is_many && !has("maxFailedIndexes") {
        tell("maxFailedIndexes", "fault.required", "");
    }
    let most = if is_many { MOST_OF_MANY } else { MOST_INDEXES };
    let most_failed = all.map_or(most, |all| all.min(most));
    for (field, most) in [("parallelism", most), ("maxFailedIndexes", most_failed)] {
        if job[field].as_i64().is_some_and(|number| number > most) {
            tell(field, "fault.most", &most.to_string());
        }
    }
}

/// Rules about failed pods, and what they need.
fn check_failures(job: &Value, place: &str, faults: &mut Vec<Fault>) {
    if job["podFailurePolicy"].is_null() {
        return;
    }
    let mut tell = |field: &str, text: &'static str, value: &str| {
        faults.push(fault(&format!("{place}/{field}"), text, value));
    };
    if job["template"]["spec"]["restartPolicy"] != "Never" {
        tell("template/spec/restartPolicy", "fault.only-never", "");
    }
    if job["podReplacementPolicy"].as_str().is_some_and(|policy| policy != "Failed") {
        tell("podReplacementPolicy", "fault.only-failed", "");
    }
    if list(&job["podFailurePolicy"]["rules"]).count() > MOST_RULES {
        tell("podFailurePolicy/rules", "fault.too-many", &MOST_RULES.to_string());
    }
    for (index, rule) in list(&job["podFailurePolicy"]["rules"]).enumerate() {
        let place = format!("podFailurePolicy/rules/{index}");
        let (codes, conditions) = (&rule["onExitCodes"], &rule["onPodConditions"]);
        match (codes.is_null(), list(conditions).next().is_none()) {
            (true, true) => tell(&place, "fault.required", ""),
            (false, false) => tell(&place, "fault.codes-and-conditions", ""),
            _ => {}
        }
        if rule["action"] == "FailIndex" && job["backoffLimitPerIndex"].is_null() {
            tell(&format!("{place}/action"), "fault.fail-index", "");
        }
        if let Some(name) = codes["containerName"].as_str().filter(|name| !has_container(job, name)) {
            tell(&format!("{place}/onExitCodes/containerName"), "fault.no-container", name);
        }
        if list(conditions).count() > MOST_RULES {
            tell(&format!("{place}/onPodConditions"), "fault.too-many", &MOST_RULES.to_string());
        }
        if let Some((text, code)) = wrong_codes(codes) {
            tell(&format!("{place}/onExitCodes/values"), text, &code);
        }
    }
}

/// Rules about when a job has succeeded, and what they may name of it.
fn check_success(job: &Value, place: &str, faults: &mut Vec<Fault>) {
    let rules = &job["successPolicy"]["rules"];
    let mut tell = |field: &str, text: &'static str, value: &str| {
        faults.push(fault(&format!("{place}/{field}"), text, value));
    };
    // Whether a job is indexed is told at its mode.
    if job["completionMode"] != "Indexed" {
        return;
    }
    if list(rules).count() > MOST_RULES {
        tell("successPolicy/rules", "fault.too-many", &MOST_RULES.to_string());
    }
    // The server takes one of each where nothing is said.
    let all = job["completions"].as_i64().unwrap_or(1);
    for (index, rule) in list(rules).enumerate() {
        let place = format!("successPolicy/rules/{index}");
        let (named, count) = (rule["succeededIndexes"].as_str(), rule["succeededCount"].as_i64());
        if rule["succeededIndexes"].is_null() && rule["succeededCount"].is_null() {
            tell(&format!("{place}/succeededCount"), "fault.required", "");
        }
        let found = named.and_then(indexes);
        if found.is_some_and(|(_, last)| last >= all) {
            tell(&format!("{place}/succeededIndexes"), "fault.index-past", &(all - 1).to_string());
        }
        let most = found.map_or(all, |(named, _)| named.min(all));
        if count.is_some_and(|count| count > most) {
            tell(&format!("{place}/succeededCount"), "fault.most", &most.to_string());
        }
    }
}

fn has_container(job: &Value, name: &str) -> bool {
    let pod = &job["template"]["spec"];
    let mut all = ["containers", "initContainers"].into_iter().flat_map(|part| list(&pod[part]));
    name.is_empty() || all.any(|container| container["name"] == *name)
}

/// Exit codes stand in their order, each once, and no container fails with 0.
fn wrong_codes(codes: &Value) -> Option<(&'static str, String)> {
    let values: Vec<i64> = list(&codes["values"]).filter_map(Value::as_i64).collect();
    if codes["operator"] == "In" && values.contains(&0) {
        return Some(("fault.exit-zero", String::new()));
    }
    if values.len() > MOST_CODES {
        return Some(("fault.too-many", MOST_CODES.to_string()));
    }
    values.windows(2).find_map(|pair| match pair {
        [one, next] if one == next => Some(("fault.twice", one.to_string())),
        [one, next] if one > next => Some(("fault.exit-order", String::new())),
        _ => None,
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
