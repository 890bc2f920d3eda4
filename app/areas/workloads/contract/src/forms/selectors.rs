//! Which objects are meant, by what their labels have to be like.

use super::line;
use crate::field::{Control, Field};
use crate::rule::Rule;

/// What one label has to be like.
const EXPRESSION: &[Field] = &[
    line("key", "label").rule(Rule::Qualified).required(),
    Field::new("operator", "operator", Control::Choice(&["In", "NotIn", "Exists", "DoesNotExist"]))
        .required(),
    Field::new("values", "values", Control::Lines)
        .rule(Rule::LabelValue)
        .required()
        .when("operator=In|NotIn"),
];

/// What labels have to be like beyond having a value: the `matchExpressions` of a selector. Of one label there may be
/// several.
pub(super) const fn expressions(path: &'static str, id: &'static str) -> Field {
    let control = Control::Items {
        begin: r#"{"key": "", "operator": "In", "values": []}"#,
        title: "key",
        fields: EXPRESSION,
    };
    Field::new(path, id, control).rule(Rule::Repeats)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use crate::{Draft, at, forms};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// Where forms write selectors: the form, and the selector's place in a list of things or by itself.
    const PLACES: [(&str, &str, &str); 11] = [
        ("poddisruptionbudgets", "spec/selector", ""),
        ("networkpolicies", "spec/podSelector", ""),
        ("networkpolicies", "spec/ingress", "from/0/podSelector"),
        ("networkpolicies", "spec/egress", "to/0/namespaceSelector"),
        ("deployments", "spec/template/spec/topologySpreadConstraints", "labelSelector"),
        (
            "jobs",
            "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution",
            "labelSelector",
        ),
        (
            "pods",
            "spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution",
            "podAffinityTerm/labelSelector",
        ),
        (
            "statefulsets",
            "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution",
            "podAffinityTerm/namespaceSelector",
        ),
        ("persistentvolumeclaims", "spec/selector", ""),
        ("horizontalpodautoscalers", "spec/metrics", "pods/metric/selector"),
        ("gateways.gateway.networking.k8s.io", "spec/listeners", "allowedRoutes/namespaces/selector"),
    ];

    /// A thing of a list that is complete but for its selector.
    fn around(place: &str) -> Value {
        match place.rsplit('/').next().unwrap() {
            "ingress" => json!({"from": [{}]}),
            "egress" => json!({"to": [{}]}),
            "topologySpreadConstraints" => {
                json!({"topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"})
            }
            "requiredDuringSchedulingIgnoredDuringExecution" => json!({"topologyKey": "zone"}),
            "preferredDuringSchedulingIgnoredDuringExecution" => {
                json!({"weight": 1, "podAffinityTerm": {"topologyKey": "zone"}})
            }
            "metrics" => json!({"type": "Pods", "pods": {
                "metric": {"name": "requests"}, "target": {"type": "AverageValue", "averageValue": "1"},
            }}),
            _ => json!({"name": "http", "protocol": "HTTP", "port": 80,
                "allowedRoutes": {"namespaces": {"from": "Selector"}}}),
        }
    }

    /// A draft with this selector, and where it stands. What else is missing is missing before, too.
    fn with((slug, place, inner): (&str, &str, &str), selector: &Value) -> (Draft, String) {
        let form = forms::find(slug).unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        if inner.is_empty() {
            draft.set(form, 0, place, Some(selector.clone()));
            return (draft, place.to_owned());
        }
        draft.set(form, 0, place, Some(json!([around(place)])));
        let place = format!("{place}/0/{inner}");
        draft.set(form, 0, &place, Some(selector.clone()));
        (draft, place)
    }

    fn faults(slug: &str, draft: &Draft, below: &str) -> Vec<(String, &'static str)> {
        let faults = draft.faults(forms::find(slug).unwrap()).into_iter();
        let here = faults.filter_map(|fault| {
            let rest = fault.place.strip_prefix(&format!("0/{below}/"))?.to_owned();
            Some((rest, fault.text))
        });
        here.collect()
    }

    fn expression() -> impl Strategy<Value = Value> {
        let key = "([a-z]{1,5}\\.example/)?[a-zA-Z][a-zA-Z0-9_.]{0,5}[a-z]";
        let values = proptest::collection::vec("[a-z]{1,4}", 1..3);
        let with_values = (key, prop_oneof!["In", "NotIn"], values)
            .prop_map(|(key, operator, values)| json!({"key": key, "operator": operator, "values": values}));
        let without = (key, prop_oneof!["Exists", "DoesNotExist"])
            .prop_map(|(key, operator)| json!({"key": key, "operator": operator}));
        prop_oneof![with_values, without]
    }

    fn selector() -> impl Strategy<Value = Value> {
        let labels = proptest::collection::btree_map("[a-z]{1,4}", "[a-z]{0,4}", 1..3);
        let expressions = proptest::collection::vec(expression(), 1..4);
        (labels, expressions)
            .prop_map(|(labels, expressions)| json!({"matchLabels": labels, "matchExpressions": expressions}))
    }

    proptest! {
        #[test]
        fn what_selectors_say_is_good_and_nothing_of_it_is_lost(selector in selector(), place in 0..PLACES.len()) {
            let place = PLACES[place];
            let form = forms::find(place.0).unwrap();
            let (mut draft, at_selector) = with(place, &selector);
            let before = draft.clone();

            prop_assert_eq!(faults(place.0, &draft, &at_selector), vec![]);
            let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
            prop_assert_eq!(&kept, &before);

            for part in ["matchLabels", "matchExpressions"] {
                let path = format!("{at_selector}/{part}");
                draft.set(form, 0, &path, None);
                prop_assert_eq!(draft.at(0, &path), None);
                prop_assert_eq!(draft.at(0, &at_selector).and_then(Value::as_object).map(serde_json::Map::len), Some(1));
                draft.set(form, 0, &path, at(&selector, part).cloned());
                prop_assert_eq!(&draft, &before);
            }
        }
    }

    #[test]
    fn an_expression_that_the_server_would_refuse_is_told_at_its_field() {
        let values = |values: Value| json!({"key": "tier", "operator": "NotIn", "values": values});
        let of = |expression: Value| json!({"matchExpressions": [expression]});
        for (expression, told) in [
            (json!({"key": "", "operator": "Exists"}), Some(("key", "fault.required"))),
            (json!({"key": "a b", "operator": "Exists"}), Some(("key", "fault.qualified"))),
            (json!({"key": "tier"}), Some(("operator", "fault.required"))),
            (values(json!([])), Some(("values", "fault.required"))),
            (values(json!(["front", "back end"])), Some(("values", "fault.label-value"))),
            (values(json!(["front", ""])), None),
            (json!({"key": "example.com/tier", "operator": "DoesNotExist"}), None),
        ] {
            for place in PLACES {
                let (draft, at_selector) = with(place, &of(expression.clone()));

                let expected = told.map(|(field, text)| (format!("matchExpressions/0/{field}"), text));
                assert_eq!(faults(place.0, &draft, &at_selector), Vec::from_iter(expected), "{place:?}");
            }
        }
    }

    #[test]
    fn values_go_with_the_operator_that_has_none() {
        let expression = json!({"key": "tier", "operator": "In", "values": ["front"]});
        let form = forms::find("poddisruptionbudgets").unwrap();
        let (mut draft, place) = with(PLACES[0], &json!({"matchExpressions": [expression]}));

        draft.set(form, 0, &format!("{place}/matchExpressions/0/operator"), Some(json!("Exists")));

        assert_eq!(
            draft.at(0, &place),
            Some(&json!({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}))
        );
    }

    #[test]
    fn of_one_label_there_may_be_several_expressions() {
        let some = json!({"key": "tier", "operator": "Exists"});
        let other = json!({"key": "tier", "operator": "NotIn", "values": ["back"]});
        let (draft, place) = with(PLACES[0], &json!({"matchExpressions": [some, other]}));

        assert_eq!(faults("poddisruptionbudgets", &draft, &place), []);
    }
}
