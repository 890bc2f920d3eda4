//! What is shown by a choice, and goes when another is chosen: a value that no field shows would be sent unseen.

use super::Draft;
use crate::field::{Control, Field, Form, Section, Variant};
use crate::place::{at, joined, set};
use serde_json::Value;

/// A field that a choice shows.
pub(super) struct Hanging {
    /// Where what is around it stands.
    around: String,
    /// All fields there.
    fields: &'static [Field],
    field: &'static Field,
}

impl Draft {
    /// The fields that are shown because of what is chosen at a place.
    pub(super) fn hanging_on(&self, form: &Form, object: usize, choice: &str) -> Vec<Hanging> {
        let sections: &'static [Section] = form.sections;
        let mut found = Vec::new();
        for section in sections.iter().filter(|section| section.object == object) {
            let around = self.at(object, section.base).unwrap_or(&Value::Null);
            look(section.fields, around, section.base, choice, &mut found);
        }
        found
    }
}

impl Hanging {
    /// Takes the value away, unless a field that is shown still holds it.
    pub(super) fn clear(&self, target: &mut Value) {
        let around = at(target, &self.around).unwrap_or(&Value::Null);
        let mut others = self.fields.iter().filter(|other| other.is_shown(around));
        if !others.any(|other| holds(other.path, self.field.path)) {
            set(target, &joined(&self.around, self.field.path), None);
        }
    }
}

fn look(fields: &'static [Field], around: &Value, place: &str, choice: &str, found: &mut Vec<Hanging>) {
    for field in fields.iter().filter(|field| field.is_shown(around)) {
        if is_shown_by(field, fields, place, choice) {
            found.push(Hanging { around: place.to_owned(), fields, field });
        }
        let value = at(around, field.path).unwrap_or(&Value::Null);
        let own = joined(place, field.path);
        match field.control {
            Control::Group(inner) | Control::Object(inner) => look(inner, value, &own, choice, found),
            Control::Items { fields: inner, .. } => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    look(inner, item, &joined(&own, &index.to_string()), choice, found);
                }
            }
            Control::OneOf(variants) => {
                if let Some(variant) = Variant::find(variants, value) {
                    let inner = at(value, variant.key).unwrap_or(&Value::Null);
                    look(variant.fields, inner, &joined(&own, variant.key), choice, found);
                }
            }
            _ => {}
        }
    }
}

/// Whether it is a choice that shows a field. A line is none: while it is typed it is one thing and then another.
fn is_shown_by(field: &Field, fields: &[Field], place: &str, choice: &str) -> bool {
    let is_choice = |path: &str| {
        let mut others = fields.iter().filter(|other| other.path == path);
        others.any(|other| matches!(other.control, Control::Choice(_) | Control::ChoiceOrText(_)))
    };
    let mut paths = field.when.split('&').filter_map(|condition| {
        let (path, _) = condition.split_once('=')?;
        Some(path.trim_end_matches('!'))
    });
    !field.path.is_empty() && paths.any(|path| is_choice(path) && joined(place, path) == choice)
}

/// Whether what stands at a path is, or is in, what stands at another.
pub(super) fn holds(path: &str, inner: &str) -> bool {
    let rest = inner.strip_prefix(path).filter(|_| !path.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::super::tests::deployment;
    use super::*;
    use crate::forms;
    use serde_json::json;

    #[test]
    fn what_another_choice_hides_is_not_sent() {
        let (form, mut draft) = deployment();
        let usual =
            json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}});
        draft.set(form, 0, "spec/strategy", Some(usual));

        draft.set(form, 0, "spec/strategy/type", Some(json!("Recreate")));

        assert_eq!(draft.at(0, "spec/strategy"), Some(&json!({"type": "Recreate"})));
    }

    #[test]
    fn a_choice_in_a_list_is_about_its_own_item() {
        let form = forms::find("limitranges").unwrap();
        let mut draft = Draft::begin(form, "usual", "shop");
        let limit = json!({"type": "Container", "default": {"cpu": "500m"}, "max": {"cpu": "2"}});
        draft.set(form, 0, "spec/limits", Some(json!([limit, limit])));

        draft.set(form, 0, "spec/limits/1/type", Some(json!("Pod")));

        let expected = json!([limit, {"type": "Pod", "max": {"cpu": "2"}}]);
        assert_eq!(draft.at(0, "spec/limits"), Some(&expected));
    }

    #[test]
    fn what_another_field_still_shows_stays() {
        let form = forms::find("secrets").unwrap();
        let mut draft = Draft::begin(form, "door", "shop");
        draft.set(form, 0, "type", Some(json!("kubernetes.io/tls")));
        draft.set(form, 0, "stringData/tls.key", Some(json!("a key")));

        draft.set(form, 0, "type", Some(json!("Opaque")));
        assert_eq!(draft.at(0, "stringData"), Some(&json!({"tls.key": "a key"})));
        draft.set(form, 0, "type", Some(json!("example.com/licence")));
        assert_eq!(draft.at(0, "stringData"), Some(&json!({"tls.key": "a key"})));
        draft.set(form, 0, "type", Some(json!("kubernetes.io/basic-auth")));
        assert_eq!(draft.at(0, "stringData"), None);

        let form = forms::find("storageclasses").unwrap();
        let mut draft = Draft::begin(form, "fast", "");
        draft.set(form, 0, "provisioner", Some(json!("ebs.csi.aws.com")));
        draft.set(form, 0, "parameters/type", Some(json!("gp3")));
        draft.set(form, 0, "provisioner", Some(json!("ebs.csi.aws.co")));
        assert_eq!(draft.at(0, "parameters/type"), Some(&json!("gp3")), "a line is being typed");
    }
}
