//! Jobs and pods as people fill them in.

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
        assert_eq!(indexed(json!({"backoffLimitPerIndex": 1, "maxFailedIndexes": 3})), Vec::<String>::new());
        assert_eq!(indexed(json!({"maxFailedIndexes": 3})), ["backoffLimitPerIndex fault.required "]);
        assert_eq!(
            indexed(json!({"backoffLimitPerIndex": 1, "maxFailedIndexes": 4})),
            ["maxFailedIndexes fault.most 3"]
        );
    }
}

#[test]
fn jobs_of_many_indexes_are_held_to_less() {
    let found = |completions: i64, more: Value| {
        let mut values = json!({"completionMode": "Indexed", "completions": completions});
        values.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let faults = told("jobs", &values).into_iter();
        faults.map(|(place, text, value)| format!("{place} {text} {value}")).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];

    assert_eq!(found(200_000, json!({"parallelism": 100_000})), none);
    assert_eq!(found(200_000, json!({"parallelism": 100_001})), ["parallelism fault.most 100000"]);
    let by_index = |parallelism: i64, failed: i64| json!({"parallelism": parallelism, "backoffLimitPerIndex": 1, "maxFailedIndexes": failed});
    assert_eq!(found(100_000, by_index(100_000, 100_000)), none);
    assert_eq!(found(100_001, by_index(10_000, 10_000)), none);
    assert_eq!(
        found(100_001, by_index(10_001, 10_001)),
        ["parallelism fault.most 10000", "maxFailedIndexes fault.most 10000"]
    );
    assert_eq!(found(100_001, json!({"backoffLimitPerIndex": 1})), ["maxFailedIndexes fault.required "]);
}

#[test]
fn rules_for_failed_pods_are_not_endless() {
    let rules = |count: usize, codes: i64| {
        let rule = json!({"action": "FailJob", "onExitCodes": {
            "operator": "In", "values": (1..=codes).collect::<Vec<_>>(),
        }});
        told("jobs", &json!({"podFailurePolicy": {"rules": vec![rule; count]}}))
    };
    let too_many = |place: &str, most: &str| (place.to_owned(), "fault.too-many", most.to_owned());

    assert_eq!(rules(20, 255), []);
    assert_eq!(rules(21, 1), [too_many("podFailurePolicy/rules", "20")]);
    let codes = "podFailurePolicy/rules/0/onExitCodes/values";
    assert_eq!(rules(1, 256), [too_many(codes, "255")]);
    let condition = json!({"type": "DisruptionTarget", "status": "True"});
    let conditions = json!([{"action": "Ignore", "onPodConditions": vec![condition; 21]}]);
    assert_eq!(
        told("jobs", &json!({"podFailurePolicy": {"rules": conditions}})),
        [too_many("podFailurePolicy/rules/0/onPodConditions", "20")]
    );
}

#[test]
fn a_job_keeps_what_it_was_made_with() {
    let (form, mut draft, _) = job("jobs");
    let step = |id: &str| form.sections.iter().position(|section| section.id == id).unwrap();
    let is_fixed = |draft: &Draft, path: &str| {
        let fields = form.sections[step("run")].fields;
        let field = fields.iter().find(|field| field.path == path).unwrap();
        field.is_fixed(draft.at(0, "spec").unwrap())
    };

    for path in [
        "completions",
        "completionMode",
        "backoffLimitPerIndex",
        "podFailurePolicy/rules",
        "successPolicy/rules",
    ] {
        assert!(is_fixed(&draft, path), "{path}");
    }
    for path in ["parallelism", "backoffLimit", "suspend", "ttlSecondsAfterFinished"] {
        assert!(!is_fixed(&draft, path), "{path}");
    }
    assert!(form.is_settled(&draft, step("containers")) && form.is_settled(&draft, step("placement")));
    assert!(!form.is_settled(&draft, step("run")));
    draft.set(form, 0, "spec/completionMode", Some(json!("Indexed")));
    draft.set(form, 0, "spec/suspend", Some(json!(true)));
    assert!(!is_fixed(&draft, "completions") && !is_fixed(&draft, "template/metadata/labels"));
    assert!(form.is_settled(&draft, step("containers")) && !form.is_settled(&draft, step("placement")));

    let (cron, draft, _) = job("cronjobs");
    let is_free =
        |section: &crate::Section| section.fields.iter().all(|field| field.id == "name" || !field.fixed);
    let rest = &cron.sections[1..];
    assert!(rest.iter().all(is_free) && (0..cron.sections.len()).all(|step| !cron.is_settled(&draft, step)));
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
    set(&mut draft, "successPolicy/rules", json!([{"succeededCount": 1}]));

    set(&mut draft, "completionMode", json!("NonIndexed"));

    assert_eq!(draft.at(0, &format!("{run}/backoffLimitPerIndex")), None);
    assert_eq!(draft.at(0, &format!("{run}/maxFailedIndexes")), None);
    assert_eq!(draft.at(0, &format!("{run}/successPolicy")), None);
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
        (rule(json!({"action": "FailIndex", "onExitCodes": of("main")})), "/action", "fault.fail-index", ""),
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

#[test]
fn a_job_has_succeeded_early_by_indexes_that_it_has() {
    let found = |rules: Value| {
        let values =
            json!({"completionMode": "Indexed", "completions": 5, "successPolicy": {"rules": rules}});
        let faults = told("jobs", &values).into_iter();
        faults.map(|(place, text, value)| format!("{place} {text} {value}")).collect::<Vec<_>>()
    };
    let place = "successPolicy/rules/0";
    for (rule, told) in [
        (json!({"succeededCount": 5}), None),
        (json!({"succeededIndexes": "0,2-4"}), None),
        (json!({"succeededIndexes": "0,2-4", "succeededCount": 4}), None),
        (json!({}), Some(format!("{place}/succeededCount fault.required "))),
        (json!({"succeededCount": 6}), Some(format!("{place}/succeededCount fault.most 5"))),
        (
            json!({"succeededIndexes": "0,2", "succeededCount": 3}),
            Some(format!("{place}/succeededCount fault.most 2")),
        ),
        (json!({"succeededIndexes": "2-5"}), Some(format!("{place}/succeededIndexes fault.index-past 4"))),
        (json!({"succeededIndexes": "2,1"}), Some(format!("{place}/succeededIndexes fault.indexes 2,1"))),
    ] {
        assert_eq!(found(json!([rule])), Vec::from_iter(told), "{rule}");
    }
    let many = vec![json!({"succeededCount": 1}); 21];
    assert_eq!(found(Value::Array(many)), ["successPolicy/rules fault.too-many 20"]);
    let rules = json!([{"succeededCount": 1}]);
    let not_indexed = told("jobs", &json!({"successPolicy": {"rules": rules}}));
    assert_eq!(not_indexed, [("completionMode".to_owned(), "fault.only-indexed", String::new())]);
}

fn rule() -> impl Strategy<Value = Value> {
    let codes = proptest::collection::btree_set(1_i32..300, 1..4);
    let on_codes = (prop_oneof!["In", "NotIn"], codes, any::<bool>()).prop_map(|(operator, codes, named)| {
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
            "successPolicy": {"rules": [{"succeededIndexes": "0-2,4", "succeededCount": 2}]},
        });
        for (key, value) in spec.as_object().unwrap() {
            draft.set(form, 0, &format!("{run}/{key}"), Some(value.clone()));
        }
        let before = draft.clone();

        prop_assert_eq!(draft.faults(form), vec![]);
        let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
        prop_assert_eq!(&kept, &before);
        for path in ["completions", "maxFailedIndexes", "podReplacementPolicy", "suspend", "podFailurePolicy/rules", "successPolicy/rules"] {
            let whole = format!("{run}/{path}");
            draft.set(form, 0, &whole, None);
            prop_assert_eq!(draft.at(0, &whole), None);
            draft.set(form, 0, &whole, at(&spec, path).cloned());
            prop_assert_eq!(&draft, &before, "{}", path);
        }
    }
}

#[test]
fn a_daemon_set_renews_its_pods_one_way_or_the_other() {
    let form = forms::find("daemonsets").unwrap();
    let place = "spec/updateStrategy/rollingUpdate";
    for (rolling, told) in [
        (json!({"maxUnavailable": "20%"}), None),
        (json!({"maxUnavailable": "20%", "maxSurge": 0}), None),
        (json!({"maxUnavailable": 0, "maxSurge": "10%"}), None),
        (json!({"maxSurge": 1}), Some("fault.one-way")),
        (json!({"maxUnavailable": 1, "maxSurge": 1}), Some("fault.one-way")),
        (json!({"maxUnavailable": "0%"}), Some("fault.no-way")),
    ] {
        let mut draft = Draft::begin(form, "agent", "shop");
        draft.set(form, 0, "spec/template/spec/containers/0/image", Some(json!("agent:1")));
        draft.set(form, 0, place, Some(rolling.clone()));

        let found: Vec<(String, &str)> =
            draft.faults(form).into_iter().map(|fault| (fault.place, fault.text)).collect();
        let expected: Vec<(String, &str)> =
            told.map(|text| (format!("0/{place}/maxUnavailable"), text)).into_iter().collect();
        assert_eq!(found, expected, "{rolling}");
    }
    let mut draft = Draft::begin(form, "agent", "shop");
    draft.set(form, 0, "spec/updateStrategy/type", Some(json!("OnDelete")));
    assert!(!draft.faults(form).iter().any(|fault| fault.place.contains("maxUnavailable")));
}

#[test]
fn a_pod_that_asks_no_server_of_the_cluster_names_another() {
    let (form, mut draft) = deployment();
    let pod = "spec/template/spec";
    draft.set(form, 0, &format!("{pod}/containers/0/image"), Some(json!("nginx")));
    assert_eq!(draft.faults(form), []);

    draft.set(form, 0, &format!("{pod}/dnsPolicy"), Some(json!("None")));
    let servers = format!("{pod}/dnsConfig/nameservers");
    assert_eq!(draft.faults(form), [fault(&format!("0/{servers}"), "fault.required", "")]);
    draft.set(form, 0, &servers, Some(json!(["192.0.2.53"])));
    assert_eq!(draft.faults(form), []);
}

#[test]
fn a_stateful_set_that_is_renewed_is_never_without_a_pod_away() {
    let form = forms::find("statefulsets").unwrap();
    let place = "spec/updateStrategy/rollingUpdate/maxUnavailable";
    for (most, is_good) in [
        (json!(1), true),
        (json!("1%"), true),
        (json!("100%"), true),
        (json!(0), false),
        (json!("0%"), false),
        (json!("101%"), false),
    ] {
        let mut draft = Draft::begin(form, "db", "shop");
        draft.set(form, 0, "spec/template/spec/containers/0/image", Some(json!("db:1")));
        draft.set(form, 0, "spec/updateStrategy/type", Some(json!("RollingUpdate")));
        draft.set(form, 0, place, Some(most.clone()));

        let expected = (!is_good).then(|| fault(&format!("0/{place}"), "fault.most-away", ""));
        assert_eq!(draft.faults(form), Vec::from_iter(expected), "{most}");
    }
}

#[test]
fn labels_of_one_value_narrow_down_what_a_selector_chooses() {
    let (form, mut draft) = deployment();
    let pod = "spec/template/spec";
    draft.set(form, 0, &format!("{pod}/containers/0/image"), Some(json!("nginx")));
    let term = |selector: Value| {
        let mut term = json!({"topologyKey": "zone", "matchLabelKeys": ["pod-template-hash"]});
        if !selector.is_null() {
            term["labelSelector"] = selector;
        }
        term
    };
    let expression = json!({"matchExpressions": [{"key": "pod-template-hash", "operator": "Exists"}]});
    let by_server = json!({"matchExpressions": [
        {"key": "pod-template-hash", "operator": "In", "values": ["6b54c8"]},
    ]});
    for (selector, told) in [
        (by_server, None),
        (json!({"matchLabels": {"app": "web"}}), None),
        (Value::Null, Some(("fault.keys-alone", ""))),
        (json!({"matchLabels": {"pod-template-hash": "1"}}), Some(("fault.key-named", "pod-template-hash"))),
        (expression, Some(("fault.key-named", "pod-template-hash"))),
    ] {
        let mut constraint = term(selector.clone());
        constraint["maxSkew"] = json!(1);
        constraint["whenUnsatisfiable"] = json!("ScheduleAnyway");
        let near = json!({
            "requiredDuringSchedulingIgnoredDuringExecution": [term(selector.clone())],
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": 1, "podAffinityTerm": term(selector.clone())},
            ],
        });
        draft.set(form, 0, &format!("{pod}/topologySpreadConstraints"), Some(json!([constraint])));
        draft.set(form, 0, &format!("{pod}/affinity"), Some(json!({"podAffinity": near})));

        let near = format!("0/{pod}/affinity/podAffinity");
        let places = [
            format!("0/{pod}/topologySpreadConstraints/0"),
            format!("{near}/requiredDuringSchedulingIgnoredDuringExecution/0"),
            format!("{near}/preferredDuringSchedulingIgnoredDuringExecution/0/podAffinityTerm"),
        ];
        let expected: Vec<Fault> = told.map_or_else(Vec::new, |(text, key)| {
            places.iter().map(|place| fault(&format!("{place}/matchLabelKeys"), text, key)).collect()
        });
        assert_eq!(draft.faults(form), expected, "{selector}");
    }
}

#[test]
fn labels_of_other_values_narrow_it_down_in_the_same_way_and_are_not_those_of_one_value() {
    let (form, mut draft) = deployment();
    let pod = "spec/template/spec";
    draft.set(form, 0, &format!("{pod}/containers/0/image"), Some(json!("nginx")));
    let all = "requiredDuringSchedulingIgnoredDuringExecution";
    let chosen = || json!({"matchLabels": {"app": "web"}});
    let one = |operator: &str| json!([{"key": "tenant", "operator": operator, "values": ["1"]}]);
    for (term, told) in [
        (json!({"labelSelector": chosen(), "matchLabelKeys": ["a"]}), None),
        (json!({"labelSelector": {"matchExpressions": one("NotIn")}}), None),
        (json!({"labelSelector": {"matchExpressions": one("In")}}), Some(("fault.key-named", "tenant"))),
        (json!({}), Some(("fault.keys-alone", ""))),
        (json!({"labelSelector": {"matchLabels": {"tenant": "1"}}}), Some(("fault.key-named", "tenant"))),
        (
            json!({"labelSelector": chosen(), "matchLabelKeys": ["a", "tenant"]}),
            Some(("fault.twice", "tenant")),
        ),
    ] {
        let mut term = term;
        term["topologyKey"] = json!("zone");
        term["mismatchLabelKeys"] = json!(["tenant"]);
        draft.set(form, 0, &format!("{pod}/affinity"), Some(json!({"podAntiAffinity": {all: [&term]}})));

        let place = format!("0/{pod}/affinity/podAntiAffinity/{all}/0/mismatchLabelKeys");
        let expected: Vec<Fault> = told.map_or_else(Vec::new, |(text, key)| vec![fault(&place, text, key)]);
        assert_eq!(draft.faults(form), expected, "{term}");
    }
}

#[test]
fn a_config_map_has_each_key_once_and_is_not_endless() {
    let form = forms::find("configmaps").unwrap();
    let found = |data: Value, files: Value| {
        let mut draft = Draft::begin(form, "web", "shop");
        draft.set(form, 0, "data", Some(data));
        draft.set(form, 0, "binaryData", Some(files));
        draft.faults(form)
    };
    let large = |bytes: usize| json!({"a": "x".repeat(bytes)});
    let logo = || json!({"logo.png": "iVBORw=="});

    assert_eq!(found(large((1 << 20) - 4), logo()), []);
    assert_eq!(found(large((1 << 20) - 3), logo()), [fault("0/data", "fault.data-size", "")]);
    assert_eq!(found(json!({"logo.png": ""}), logo()), [fault("0/binaryData", "fault.twice", "logo.png")]);
    assert_eq!(found(json!({"a": ""}), json!({"a b": ""})), [fault("0/binaryData", "fault.key", "a b")]);
}
