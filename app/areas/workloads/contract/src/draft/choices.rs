//! What was chosen stays chosen while nothing of it is filled in: otherwise another choice would take its place under the
//! hands of whoever empties a field to fill it in anew.

use super::Draft;
use super::hanging::holds;
use crate::field::{Control, Field, Form, Variant};
use crate::place::{at, joined, set};
use serde_json::{Value, json};

impl Draft {
    /// The places of the choices that a place is in, or is.
    pub(super) fn choices_around(&self, form: &Form, object: usize, path: &str) -> Vec<String> {
        let mut found = Vec::new();
        for section in form.sections.iter().filter(|section| section.object == object) {
            let around = self.at(object, section.base).unwrap_or(&Value::Null);
            look(section.fields, around, section.base, path, &mut found);
        }
        found
    }
}

/// Writes down that these are chosen, where what was taken away at a path has left nothing of them.
pub(super) fn keep(target: &mut Value, choices: &[String], path: &str) {
    for place in choices {
        if at(target, place).is_none() {
            let nothing = if place == path { Value::Null } else { json!({}) };
            set(target, place, Some(nothing));
        }
    }
}

fn look(fields: &[Field], around: &Value, place: &str, path: &str, found: &mut Vec<String>) {
    for field in fields.iter().filter(|field| field.is_shown(around)) {
        let own = joined(place, field.path);
        let value = at(around, field.path).unwrap_or(&Value::Null);
        match field.control {
            Control::Group(inner) | Control::Object(inner) => look(inner, value, &own, path, found),
            Control::Items { fields: inner, .. } => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    look(inner, item, &joined(&own, &index.to_string()), path, found);
                }
            }
            Control::OneOf(variants) => {
                let Some(variant) = Variant::find(variants, value) else { continue };
                let chosen = joined(&own, variant.key);
                let inner = at(value, variant.key).unwrap_or(&Value::Null);
                look(variant.fields, inner, &chosen, path, found);
                if !variant.key.is_empty() && holds(&chosen, path) {
                    found.push(chosen);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::deployment;
    use super::*;
    use crate::forms;

    fn required(form: &Form, draft: &Draft) -> Vec<String> {
        let faults = draft.faults(form).into_iter().filter(|fault| fault.text == "fault.required");
        faults.map(|fault| fault.place).collect()
    }

    #[test]
    fn a_volume_stays_one_of_its_claim_while_another_claim_is_typed() {
        let (form, mut draft) = deployment();
        let pod = "spec/template/spec";
        let volume = json!({"name": "data", "persistentVolumeClaim": {"claimName": "old"}});
        draft.set(form, 0, &format!("{pod}/volumes"), Some(json!([volume])));
        let place = format!("{pod}/volumes/0/persistentVolumeClaim/claimName");

        draft.set(form, 0, &place, None);

        let expected = json!([{"name": "data", "persistentVolumeClaim": {}}]);
        assert_eq!(draft.at(0, &format!("{pod}/volumes")), Some(&expected));
        assert!(required(form, &draft).contains(&format!("0/{place}")));
        draft.set(form, 0, &place, Some(json!("new")));
        assert_eq!(draft.at(0, &place), Some(&json!("new")));
    }

    #[test]
    fn a_budget_means_what_it_meant_while_its_number_is_typed() {
        let form = forms::find("poddisruptionbudgets").unwrap();
        let mut draft = Draft::begin(form, "web", "shop");
        draft.objects[0]["spec"] = json!({"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}});

        draft.set(form, 0, "spec/minAvailable", None);

        assert_eq!(required(form, &draft), ["0/spec/minAvailable"]);
        draft.set(form, 0, "spec/minAvailable", Some(json!(3)));
        assert_eq!(
            (draft.at(0, "spec/minAvailable"), draft.at(0, "spec/maxUnavailable")),
            (Some(&json!(3)), None)
        );
    }

    #[test]
    fn what_need_not_be_filled_in_stays_too_and_what_is_taken_away_as_a_whole_goes() {
        let (form, mut draft) = deployment();
        let pod = "spec/template/spec";
        let volume = json!({"name": "cache", "emptyDir": {"sizeLimit": "1Gi"}});
        draft.set(form, 0, &format!("{pod}/volumes"), Some(json!([volume])));
        let probe = format!("{pod}/containers/0/livenessProbe");
        draft.set(form, 0, &probe, Some(json!({"exec": {"command": ["true"]}})));

        draft.set(form, 0, &format!("{pod}/volumes/0/emptyDir/sizeLimit"), None);
        draft.set(form, 0, &format!("{probe}/exec/command"), None);

        assert_eq!(draft.at(0, &format!("{pod}/volumes/0/emptyDir")), Some(&json!({})));
        assert_eq!(draft.at(0, &probe), Some(&json!({"exec": {}})));
        draft.set(form, 0, &probe, None);
        assert_eq!(draft.at(0, &probe), None);
    }
}
