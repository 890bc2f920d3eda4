//! What is taken only together with something else, told at the field that has to change.

use super::Draft;
use super::faults::fault;
use crate::field::Form;
use crate::place::joined;
use crate::rule::Fault;
use serde_json::Value;

/// So long, in seconds, a pod has to end when nothing is said about it.
const USUAL_GRACE: i64 = 30;

/// What runs to an end.
const RUNNING: [&str; 2] = ["jobs", "cronjobs"];

impl Draft {
    /// Everything that does not go together.
    pub(super) fn not_together(&self, form: &Form) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(template) = form.template {
            self.check_pauses(&joined(template, "spec"), &mut faults);
            let run = template.strip_suffix("/template").filter(|_| RUNNING.contains(&form.slug));
            if let Some((run, spec)) = run.and_then(|run| Some((run, self.at(0, run)?))) {
                check_indexes(spec, &format!("0/{run}"), &mut faults);
                check_failures(spec, &format!("0/{run}"), &mut faults);
            }
        }
        faults
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
        if has("backoffLimitPerIndex") || has("maxFailedIndexes") {
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
    if let (Some(failed), Some(all)) = (job["maxFailedIndexes"].as_i64(), job["completions"].as_i64())
        && failed > all
    {
        tell("maxFailedIndexes", "fault.most", &all.to_string());
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
        if let Some((text, code)) = wrong_codes(codes) {
            tell(&format!("{place}/onExitCodes/values"), text, &code);
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
mod tests {
    use super::super::tests::deployment;
    use super::*;
    use crate::{at, forms};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_pause_is_not_longer_than_a_pod_has_to_end() {
        let (form, mut draft) = deployment();
        let base = "spec/template/spec";
        draft.set(form, 0, &format!("{base}/containers/0/image"), Some(json!("nginx")));
        let pause = format!("{base}/containers/0/lifecycle/preStop");
        let found = |draft: &Draft| {
            let faults = draft.faults(form).into_iter();
            faults.map(|fault| (fault.place, fault.text, fault.value)).collect::<Vec<_>>()
        };

        draft.set(form, 0, &pause, Some(json!({"sleep": {"seconds": 45}})));
        let told = (format!("0/{pause}/sleep/seconds"), "fault.pause", "30".to_owned());
        assert_eq!(found(&draft), [told]);
        draft.set(form, 0, &format!("{base}/terminationGracePeriodSeconds"), Some(json!(60)));
        assert_eq!(found(&draft), []);
        draft.set(form, 0, &pause, Some(json!({"sleep": {}})));
        assert_eq!(found(&draft)[0].1, "fault.required");
    }

    /// A job or a cron job with one container, and where its spec is.
    fn job(slug: &str) -> (&'static Form, Draft, &'static str) {
        let form = forms::find(slug).unwrap();
        let mut draft = Draft::begin(form, "count", "shop");
        let run = form.template.unwrap().strip_suffix("/template").unwrap();
        draft.set(form, 0, &format!("{run}/template/spec/containers/0/image"), Some(json!("counter:1")));
        (form, draft, run)
    }

    /// The faults of a job with these values in its spec.
    fn told(slug: &str, values: &Value) -> Vec<(String, &'static str, String)> {
        let (form, mut draft, run) = job(slug);
        for (path, value) in values.as_object().unwrap() {
            draft.set(form, 0, &format!("{run}/{path}"), Some(value.clone()));
        }
        let faults = draft.faults(form).into_iter();
        let rest = |place: String| place.strip_prefix(&format!("0/{run}/")).unwrap().to_owned();
        faults.map(|fault| (rest(fault.place), fault.text, fault.value)).collect()
    }

    fn codes(operator: &str, values: &Value) -> Value {
        json!([{"action": "FailJob", "onExitCodes": {"operator": operator, "values": values}}])
    }

    #[test]
    fn what_only_indexed_jobs_have_demands_indexes_and_completions() {
        for slug in RUNNING {
            let found = |values: Value| {
                let faults = told(slug, &values).into_iter();
                faults.map(|(place, text, value)| format!("{place} {text} {value}")).collect::<Vec<_>>()
            };

            let indexed = |more: Value| {
                let mut values = json!({"completionMode": "Indexed", "completions": 3});
                values.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                found(values)
            };
            assert_eq!(found(json!({"completionMode": "Indexed"})), Vec::<String>::new());
            assert_eq!(
                found(json!({"completionMode": "Indexed", "parallelism": 2})),
                ["completions fault.required "]
            );
            assert_eq!(found(json!({"backoffLimitPerIndex": 1})), ["completionMode fault.only-indexed "]);
            assert_eq!(
                indexed(json!({"backoffLimitPerIndex": 1, "maxFailedIndexes": 3})),
                Vec::<String>::new()
            );
            assert_eq!(indexed(json!({"maxFailedIndexes": 3})), ["backoffLimitPerIndex fault.required "]);
            assert_eq!(
                indexed(json!({"backoffLimitPerIndex": 1, "maxFailedIndexes": 4})),
                ["maxFailedIndexes fault.most 3"]
            );
        }
    }

    #[test]
    fn what_indexed_jobs_have_goes_with_the_indexes() {
        let (form, mut draft, run) = job("cronjobs");
        let set = |draft: &mut Draft, path: &str, value: Value| {
            draft.set(form, 0, &format!("{run}/{path}"), Some(value));
        };
        set(&mut draft, "completionMode", json!("Indexed"));
        set(&mut draft, "backoffLimitPerIndex", json!(1));
        set(&mut draft, "maxFailedIndexes", json!(1));

        set(&mut draft, "completionMode", json!("NonIndexed"));

        assert_eq!(draft.at(0, &format!("{run}/backoffLimitPerIndex")), None);
        assert_eq!(draft.at(0, &format!("{run}/maxFailedIndexes")), None);
        assert_eq!(draft.faults(form), []);
    }

    #[test]
    fn rules_for_failed_pods_demand_that_they_are_not_started_again() {
        let rules = codes("In", &json!([3, 42]));
        let found = |more: &Value| {
            let mut values = json!({"podFailurePolicy": {"rules": &rules}});
            values.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            told("jobs", &values)
        };
        let one = |place: &str, text: &'static str| vec![(place.to_owned(), text, String::new())];

        assert_eq!(found(&json!({"podReplacementPolicy": "Failed"})), []);
        let place = "template/spec/restartPolicy";
        assert_eq!(found(&json!({place: "OnFailure"})), one(place, "fault.only-never"));
        let place = "podReplacementPolicy";
        assert_eq!(found(&json!({place: "TerminatingOrFailed"})), one(place, "fault.only-failed"));
        assert_eq!(told("jobs", &json!({"template/spec/restartPolicy": "OnFailure"})), []);
    }

    #[test]
    fn what_a_rule_for_failed_pods_cannot_be_is_told_at_its_field() {
        let rule = |rule: Value| json!([rule]);
        let conditions = json!([{"type": "DisruptionTarget", "status": "True"}]);
        let of = |name: &str| json!({"containerName": name, "operator": "In", "values": [1]});
        for (rules, place, text, value) in [
            (codes("In", &json!([1, 2])), "", "", ""),
            (codes("NotIn", &json!([0, 1])), "", "", ""),
            (rule(json!({"action": "Ignore", "onPodConditions": &conditions})), "", "", ""),
            (rule(json!({"action": "Count", "onExitCodes": of("main")})), "", "", ""),
            (codes("In", &json!([])), "/onExitCodes/values", "fault.required", ""),
            (codes("In", &json!([0, 1])), "/onExitCodes/values", "fault.exit-zero", ""),
            (codes("In", &json!([2, 1])), "/onExitCodes/values", "fault.exit-order", ""),
            (codes("In", &json!([1, 1])), "/onExitCodes/values", "fault.twice", "1"),
            (codes("In", &json!(["one"])), "/onExitCodes/values", "fault.integer", r#"["one"]"#),
            (
                rule(json!({"action": "FailIndex", "onExitCodes": of("main")})),
                "/action",
                "fault.fail-index",
                "",
            ),
            (rule(json!({"action": "FailJob"})), "", "fault.required", ""),
            (
                rule(json!({"action": "FailJob", "onExitCodes": of("main"), "onPodConditions": &conditions})),
                "",
                "fault.codes-and-conditions",
                "",
            ),
            (
                rule(json!({"action": "FailJob", "onExitCodes": of("other")})),
                "/onExitCodes/containerName",
                "fault.no-container",
                "other",
            ),
            (
                rule(json!({"action": "Ignore", "onPodConditions": [{"type": "a b", "status": "True"}]})),
                "/onPodConditions/0/type",
                "fault.qualified",
                "a b",
            ),
        ] {
            let found = told("jobs", &json!({"podFailurePolicy": {"rules": &rules}}));

            let expected = (format!("podFailurePolicy/rules/0{place}"), text, value.to_owned());
            assert_eq!(found, Vec::from_iter((!text.is_empty()).then_some(expected)), "{rules}");
        }
    }

    fn rule() -> impl Strategy<Value = Value> {
        let codes = proptest::collection::btree_set(1_i32..300, 1..4);
        let on_codes =
            (prop_oneof!["In", "NotIn"], codes, any::<bool>()).prop_map(|(operator, codes, named)| {
                let mut found = json!({"operator": operator, "values": codes});
                if named {
                    found["containerName"] = json!("main");
                }
                json!({"onExitCodes": found})
            });
        let status = prop_oneof!["True", "False", "Unknown"];
        let condition =
            ("[A-Z][a-zA-Z]{0,8}", status).prop_map(|(kind, status)| json!({"type": kind, "status": status}));
        let on_conditions = proptest::collection::vec(condition, 1..3)
            .prop_map(|conditions| json!({"onPodConditions": conditions}));
        let action = prop_oneof!["FailJob", "FailIndex", "Ignore", "Count"];
        (action, prop_oneof![on_codes, on_conditions]).prop_map(|(action, mut rule)| {
            rule["action"] = json!(action);
            rule
        })
    }

    proptest! {
        #[test]
        fn any_job_that_the_server_takes_is_good_and_nothing_of_it_is_lost(
            rules in proptest::collection::vec(rule(), 1..4),
            slug in proptest::sample::select(RUNNING.to_vec()),
            suspended in any::<bool>(),
            unknown in "[a-z]{1,8}",
        ) {
            let (form, mut draft, run) = job(slug);
            let spec = json!({
                "completions": 5, "completionMode": "Indexed", "backoffLimitPerIndex": 1, "maxFailedIndexes": 5,
                "podReplacementPolicy": "Failed", "suspend": suspended, "x-unknown": {"kept": unknown},
                "podFailurePolicy": {"rules": rules, "x-unknown": []},
            });
            for (key, value) in spec.as_object().unwrap() {
                draft.set(form, 0, &format!("{run}/{key}"), Some(value.clone()));
            }
            let before = draft.clone();

            prop_assert_eq!(draft.faults(form), vec![]);
            let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
            prop_assert_eq!(&kept, &before);
            for path in ["completions", "maxFailedIndexes", "podReplacementPolicy", "suspend", "podFailurePolicy/rules"] {
                let whole = format!("{run}/{path}");
                draft.set(form, 0, &whole, None);
                prop_assert_eq!(draft.at(0, &whole), None);
                draft.set(form, 0, &whole, at(&spec, path).cloned());
                prop_assert_eq!(&draft, &before, "{}", path);
            }
        }
    }
}
