//! A choice that brings fields of its own.

use super::controls::{Part, fields};
use crate::words::text_of;
use leptos::prelude::*;
use serde_json::{Value, json};
use workloads_contract::{Field, Variant, at};

/// Which of several things, and then its fields.
pub fn one_of(part: &Part, variants: &'static [Variant]) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let chosen = {
        let spot = spot.clone();
        Memo::new(move |_| {
            let draft = editing.draft.read();
            let around = draft.at(spot.object, &spot.path).unwrap_or(&Value::Null);
            let found = Variant::find(variants, around);
            found.and_then(|found| variants.iter().position(|variant| variant.key == found.key)).unwrap_or(0)
        })
    };
    let options: Vec<(String, String)> =
        variants.iter().map(|variant| (variant.id.to_owned(), text_of("variant", variant.id))).collect();
    let value =
        Signal::derive(move || variants.get(chosen.get()).map_or("", |variant| variant.id).to_owned());
    let on_change = {
        let spot = spot.clone();
        Callback::new(move |id: String| {
            let Some(wanted) = variants.iter().find(|variant| variant.id == id) else { return };
            let mut around = editing.at(spot.object, &spot.path).unwrap_or_else(|| json!({}));
            choose(&mut around, variants, wanted);
            let is_empty = around.as_object().is_some_and(serde_json::Map::is_empty);
            editing.set(spot.object, &spot.path, (!is_empty).then_some(around));
        })
    };
    let inner = move || {
        let variant = &variants[chosen.get().min(variants.len() - 1)];
        fields(editing, &spot.below(variant.key), variant.fields)
    };
    view! {
        <div class="form-one-of">
            <ui::Select
                name=format!("{}?", part.spot.place())
                label=part.label.clone()
                options=Signal::stored(options)
                value
                hint=part.hint.clone()
                problem=part.problem
                on_change
            />
            {inner}
        </div>
    }
    .into_any()
}

/// Takes away what the others need, and puts there what this one begins with. What is of none of them stays, but nothing
/// stays of a probe that asks nothing.
fn choose(around: &mut Value, variants: &[Variant], wanted: &Variant) {
    let was_there = at(around, wanted.key).is_some() && !wanted.key.is_empty();
    for variant in variants.iter().filter(|variant| variant.key != wanted.key) {
        match variant.key {
            "" => {
                // What stays of a selector without labels still says something.
                let first = |field: &Field| field.path.split('/').next().unwrap_or_default();
                variant.fields.iter().for_each(|field| workloads_contract::set(around, first(field), None));
            }
            key => workloads_contract::set(around, key, None),
        }
    }
    let begins_beside = wanted.key.is_empty() && !wanted.begin.is_empty();
    if wanted.id == "none" {
        *around = json!({});
    } else if let (true, Ok(Value::Object(begin))) = (begins_beside, serde_json::from_str(wanted.begin)) {
        for (key, value) in begin {
            if at(around, &key).is_none() {
                workloads_contract::set(around, &key, Some(value));
            }
        }
    } else if !was_there && !wanted.key.is_empty() {
        let begin = serde_json::from_str(wanted.begin).unwrap_or_else(|_| json!({}));
        workloads_contract::set(around, wanted.key, Some(begin));
        if let Some(kind) = METRIC_TYPES.iter().find(|(key, _)| *key == wanted.key) {
            workloads_contract::set(around, "type", Some(Value::from(kind.1)));
        }
    }
}

/// Metrics of autoscalers say twice which they are.
const METRIC_TYPES: [(&str, &str); 5] = [
    ("resource", "Resource"),
    ("containerResource", "ContainerResource"),
    ("pods", "Pods"),
    ("object", "Object"),
    ("external", "External"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use workloads_contract::Control;

    #[test]
    fn another_choice_takes_the_place_of_the_first_and_leaves_what_is_of_neither() {
        let variants = [
            Variant { key: "emptyDir", id: "empty-dir", begin: "{}", fields: &[] },
            Variant { key: "secret", id: "secret", begin: "{\"optional\":true}", fields: &[] },
        ];
        let mut volume = json!({"name": "a", "emptyDir": {"medium": "Memory"}});

        choose(&mut volume, &variants, &variants[1]);
        assert_eq!(volume, json!({"name": "a", "secret": {"optional": true}}));
        choose(&mut volume, &variants, &variants[1]);
        assert_eq!(volume, json!({"name": "a", "secret": {"optional": true}}), "it was that already");
    }

    #[test]
    fn a_metric_says_twice_which_it_is() {
        let form = workloads_contract::forms::find("horizontalpodautoscalers").expect("there is one");
        let fields = form.sections.iter().flat_map(|section| section.fields);
        let metrics = fields.filter(|field| field.path == "metrics").map(|field| field.control).next();
        let Some(Control::Items {
            begin, fields: &[Field { control: Control::OneOf(variants), .. }], ..
        }) = metrics
        else {
            panic!("metrics are one of several: {metrics:?}");
        };

        for variant in variants {
            let mut metric: Value = serde_json::from_str(begin).expect("it is JSON");
            choose(&mut metric, variants, variant);
            let said = metric["type"].as_str().expect("a text").to_owned();
            assert_eq!(said.to_lowercase(), variant.key.to_lowercase());
            assert_eq!(metric.as_object().map(serde_json::Map::len), Some(2), "{metric}");
        }
    }

    #[test]
    fn a_peer_is_pods_or_addresses_and_never_both() {
        const LABELS: &[Field] = &[Field::new("podSelector/matchLabels", "selector", Control::Pairs)];
        let variants = [
            Variant { key: "ipBlock", id: "addresses", begin: r#"{"cidr": ""}"#, fields: &[] },
            Variant { key: "", id: "pods-with", begin: r#"{"podSelector": {}}"#, fields: LABELS },
        ];
        let mut peer = json!({"podSelector": {"matchLabels": {"app": "web"}}});

        choose(&mut peer, &variants, &variants[0]);
        assert_eq!(peer, json!({"ipBlock": {"cidr": ""}}));
        choose(&mut peer, &variants, &variants[1]);
        assert_eq!(peer, json!({"podSelector": {}}));
    }
}
