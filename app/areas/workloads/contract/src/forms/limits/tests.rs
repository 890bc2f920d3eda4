//! Limits, and rules of network policies, as people fill them in.

use super::*;
use crate::{Draft, left_around};
use serde_json::{Value, json};

/// Directions, and where their peers stand.
const WAYS: [(&str, &str, &str); 2] =
    [("ingress", "from", "any-source"), ("egress", "to", "any-destination")];

fn with(way: &str, rule: &Value) -> Draft {
    let mut draft = Draft::begin(&NETWORK_POLICY, "door", "shop");
    draft.objects[0]["spec"]["policyTypes"] = json!(["Ingress", "Egress"]);
    draft.objects[0]["spec"][way] = json!([rule]);
    draft
}

fn missing(draft: &Draft) -> Vec<String> {
    let faults = draft.faults(&NETWORK_POLICY).into_iter();
    faults.filter(|fault| fault.text == "fault.required").map(|fault| fault.place).collect()
}

/// Chooses one of several as the controls do.
fn choose(draft: &mut Draft, path: &str, id: &str) {
    let fields = NETWORK_POLICY.sections.iter().flat_map(|section| section.fields);
    let rules = fields.filter_map(|field| match field.control {
        Control::Items { fields, .. } => Some(fields),
        _ => None,
    });
    let mut choices = rules.flatten().filter_map(|field| match field.control {
        Control::OneOf(variants) => Some(variants),
        _ => None,
    });
    let (wanted, variants) = choices
        .find_map(|variants| Some((variants.iter().find(|variant| variant.id == id)?, variants)))
        .unwrap();
    let mut around = draft.at(0, path).cloned().unwrap();
    wanted.choose(variants, &mut around);
    draft.set(&NETWORK_POLICY, 0, path, left_around(path, around));
}

#[test]
fn a_quota_of_a_priority_names_which() {
    let mut draft = Draft::begin(&RESOURCE_QUOTA, "urgent", "shop");
    draft.set(&RESOURCE_QUOTA, 0, "spec/hard/pods", Some(json!("5")));
    let place = "spec/scopeSelector/matchExpressions";
    let begin = json!([{"scopeName": "PriorityClass", "operator": "In", "values": []}]);
    draft.set(&RESOURCE_QUOTA, 0, place, Some(begin));

    let found: Vec<String> = draft.faults(&RESOURCE_QUOTA).into_iter().map(|fault| fault.place).collect();
    assert_eq!(found, [format!("0/{place}/0/values")]);
    draft.set(&RESOURCE_QUOTA, 0, &format!("{place}/0/values"), Some(json!(["urgent"])));
    assert_eq!(draft.faults(&RESOURCE_QUOTA), []);
    draft.set(&RESOURCE_QUOTA, 0, &format!("{place}/0/operator"), Some(json!("Exists")));
    let scope = json!([{"scopeName": "PriorityClass", "operator": "Exists"}]);
    assert_eq!(draft.at(0, place), Some(&scope));
}

#[test]
fn devices_have_a_usual_limit_beside_what_every_container_has() {
    let mut draft = Draft::begin(&LIMIT_RANGE, "usual", "shop");
    let place = "spec/limits/0/default/nvidia.com~1gpu";

    draft.set(&LIMIT_RANGE, 0, place, Some(json!("1 GPU")));
    assert_eq!(draft.faults(&LIMIT_RANGE)[0].place, "0/spec/limits/0/default");
    draft.set(&LIMIT_RANGE, 0, place, Some(json!("1")));
    assert_eq!(draft.faults(&LIMIT_RANGE), []);
    let expected = json!({"cpu": "500m", "memory": "500Mi", "nvidia.com/gpu": "1"});
    assert_eq!(draft.at(0, "spec/limits/0/default"), Some(&expected));
}

#[test]
fn a_rule_without_its_last_peer_or_port_is_not_one_for_everybody_until_that_is_chosen() {
    for (way, peers, anybody) in WAYS {
        let rule = json!({peers: [{"podSelector": {}}], "ports": [{"port": 80}]});
        let mut draft = with(way, &rule);
        let place = format!("spec/{way}/0");
        assert_eq!(missing(&draft), Vec::<String>::new());

        draft.set(&NETWORK_POLICY, 0, &format!("{place}/{peers}"), None);
        assert_eq!(missing(&draft), [format!("0/{place}/{peers}")]);
        draft.set(&NETWORK_POLICY, 0, &format!("{place}/ports"), None);
        assert_eq!(missing(&draft), [format!("0/{place}/{peers}"), format!("0/{place}/ports")]);

        choose(&mut draft, &place, "every-port");
        assert_eq!(missing(&draft), [format!("0/{place}/{peers}")]);
        choose(&mut draft, &place, anybody);
        assert_eq!(missing(&draft), Vec::<String>::new());
        assert_eq!(draft.at(0, &place), Some(&json!({})), "it is a rule still, for everybody");
    }
}

#[test]
fn what_is_for_everybody_stays_so_until_peers_are_chosen() {
    for (way, peers, _) in WAYS {
        let mut draft = with(way, &json!({}));
        let place = format!("spec/{way}/0");
        assert_eq!(missing(&draft), Vec::<String>::new());

        let named = if way == "ingress" { "sources-named" } else { "destinations-named" };
        choose(&mut draft, &place, named);
        assert_eq!(draft.at(0, &place), Some(&json!({peers: [{"podSelector": {}}]})));
        choose(&mut draft, &place, "ports-named");
        assert_eq!(draft.at(0, &format!("{place}/ports/0/port")), Some(&json!(80)));
    }
}
