//! Choosing one of several things that may be there.

use crate::field::{Field, Variant};
use crate::place::{at, set};
use serde_json::{Map, Value, json};

/// Metrics of autoscalers say twice which they are.
const METRIC_TYPES: [(&str, &str); 5] = [
    ("resource", "Resource"),
    ("containerResource", "ContainerResource"),
    ("pods", "Pods"),
    ("object", "Object"),
    ("external", "External"),
];

impl Variant {
    /// Takes away what the others of these need, and puts there what this one begins with. What is of none of them stays,
    /// but nothing stays of a probe that asks nothing.
    pub fn choose(&self, variants: &[Self], around: &mut Value) {
        let was_there = at(around, self.key).is_some() && !self.key.is_empty();
        for variant in variants.iter().filter(|variant| variant.key != self.key) {
            match variant.key {
                "" => {
                    // What stays of a selector without labels still says something.
                    let first = |field: &Field| field.path.split('/').next().unwrap_or_default();
                    variant.fields.iter().for_each(|field| set(around, first(field), None));
                }
                key => set(around, key, None),
            }
        }
        let begins_beside = self.key.is_empty() && !self.begin.is_empty();
        if self.id == "none" {
            *around = json!({});
        } else if let (true, Ok(Value::Object(begin))) = (begins_beside, serde_json::from_str(self.begin)) {
            for (key, value) in begin {
                if at(around, &key).is_none() {
                    set(around, &key, Some(value));
                }
            }
        } else if !was_there && !self.key.is_empty() {
            let begin = serde_json::from_str(self.begin).unwrap_or_else(|_| json!({}));
            set(around, self.key, Some(begin));
            if let Some(kind) = METRIC_TYPES.iter().find(|(key, _)| *key == self.key) {
                set(around, "type", Some(Value::from(kind.1)));
            }
        }
    }
}

/// What is left at a path where another of several things was chosen: nothing, where that is empty. A thing in a list goes
/// only when somebody takes it out, so that it stays, and may say everything by saying nothing.
pub fn left_around(path: &str, around: Value) -> Option<Value> {
    let is_item = path.rsplit('/').next().is_some_and(|last| last.parse::<usize>().is_ok());
    let is_empty = around.as_object().is_some_and(Map::is_empty);
    (is_item || !is_empty).then_some(around)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Control;

    #[test]
    fn another_choice_takes_the_place_of_the_first_and_leaves_what_is_of_neither() {
        let variants = [
            Variant { key: "emptyDir", id: "empty-dir", begin: "{}", fields: &[] },
            Variant { key: "secret", id: "secret", begin: "{\"optional\":true}", fields: &[] },
        ];
        let mut volume = json!({"name": "a", "emptyDir": {"medium": "Memory"}});

        variants[1].choose(&variants, &mut volume);
        assert_eq!(volume, json!({"name": "a", "secret": {"optional": true}}));
        variants[1].choose(&variants, &mut volume);
        assert_eq!(volume, json!({"name": "a", "secret": {"optional": true}}), "it was that already");
    }

    #[test]
    fn a_metric_says_twice_which_it_is() {
        let form = crate::forms::find("horizontalpodautoscalers").expect("there is one");
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
            variant.choose(variants, &mut metric);
            let said = metric["type"].as_str().expect("a text").to_owned();
            assert_eq!(said.to_lowercase(), variant.key.to_lowercase());
            assert_eq!(metric.as_object().map(Map::len), Some(2), "{metric}");
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

        variants[0].choose(&variants, &mut peer);
        assert_eq!(peer, json!({"ipBlock": {"cidr": ""}}));
        variants[1].choose(&variants, &mut peer);
        assert_eq!(peer, json!({"podSelector": {}}));
    }
}
