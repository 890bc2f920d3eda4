//! What a form edits: the manifest itself.

mod beside;
mod choices;
mod faults;
mod hanging;
mod mounts;
mod routes;
mod secrets;
mod together;

use crate::field::Form;
use crate::place::{at, set};
use crate::to_yaml;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The objects of a form, as they would be sent. The first is the one that the form is for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The objects.
    pub objects: Vec<Value>,
}

impl Draft {
    /// A new object of a form's kind.
    pub fn begin(form: &Form, name: &str, namespace: &str) -> Self {
        let mut object = serde_json::from_str(form.begin).unwrap_or_default();
        fill_in(&mut object, name, namespace);
        Self { objects: vec![object] }
    }

    /// What stands at a place of an object.
    pub fn at(&self, object: usize, path: &str) -> Option<&Value> {
        at(self.objects.get(object)?, path)
    }

    /// Writes something at a place of an object. What follows from a name or a label follows, and what another choice hides
    /// goes. What is chosen stays so, whatever of it is emptied.
    pub fn set(&mut self, form: &Form, object: usize, path: &str, new: Option<Value>) {
        let hanging = self.hanging_on(form, object, path);
        let choices = if new.is_none() { self.choices_around(form, object, path) } else { Vec::new() };
        let before = (object == 0).then(|| self.before(form)).flatten();
        let Some(target) = self.objects.get_mut(object) else { return };
        let old_name = at(target, "metadata/name").cloned();
        set(target, path, new);
        hanging.iter().for_each(|field| field.clear(target));
        choices::keep(target, &choices, path);
        if object == 0 && path == "metadata/name" {
            let name = at(target, "metadata/name").cloned();
            for place in form.follow_name {
                if at(target, place) == old_name.as_ref() {
                    set(target, place, name.clone());
                }
            }
        }
        if object == 0 && path == SOURCE_KIND {
            follow_source(target);
        }
        routes::follow_type(target, path);
        if let Some(before) = before {
            self.follow_labels(form, &before);
        }
        self.follow_beside(form);
    }

    /// The certificate and the key of a secret for TLS; nothing for anything else.
    pub fn certificate(&self) -> Option<(String, String)> {
        let part = |key: &str| self.at(0, key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let is_tls = part("type") == "kubernetes.io/tls";
        is_tls.then(|| (part("stringData/tls.crt"), part("stringData/tls.key")))
    }

    /// The manifest.
    pub fn to_yaml(&self) -> String {
        to_yaml(&self.objects)
    }
}

/// What kind of thing a new claim is filled from.
const SOURCE_KIND: &str = "spec/dataSource/kind";

/// A snapshot is named with its API group: without it the API server leaves the source out, and the claim is empty. Filled
/// from nothing, a claim names nothing.
fn follow_source(claim: &mut Value) {
    match at(claim, SOURCE_KIND).and_then(Value::as_str) {
        Some("VolumeSnapshot") => {
            set(claim, "spec/dataSource/apiGroup", Some(Value::from("snapshot.storage.k8s.io")));
        }
        Some(_) => {}
        None => set(claim, "spec/dataSource", None),
    }
}

/// Writes the name and the namespace wherever an object that begins stands for them.
fn fill_in(value: &mut Value, name: &str, namespace: &str) {
    match value {
        Value::String(text) if text == "NAME" => name.clone_into(text),
        Value::String(text) if text == "NAMESPACE" => namespace.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, name, namespace)),
        Value::Object(object) => object.values_mut().for_each(|value| fill_in(value, name, namespace)),
        _ => {}
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::forms;
    use serde_json::json;

    pub(super) fn deployment() -> (&'static Form, Draft) {
        let form = forms::find("deployments").unwrap();
        (form, Draft::begin(form, "web", "shop"))
    }

    #[test]
    fn what_every_form_begins_with_lacks_only_what_people_must_say() {
        for form in forms::ALL {
            let draft = Draft::begin(form, "web", "shop");

            assert_eq!(draft.at(0, "metadata/name"), Some(&json!("web")), "{}", form.slug);
            let other = draft.faults(form).into_iter().filter(|fault| fault.text != "fault.required");
            assert_eq!(other.collect::<Vec<_>>(), [], "{}", form.slug);
        }
    }

    #[test]
    fn labels_follow_the_name_until_they_are_changed() {
        let (form, mut draft) = deployment();

        draft.set(form, 0, "metadata/name", Some(json!("api")));
        assert_eq!(draft.at(0, "spec/template/metadata/labels/app"), Some(&json!("api")));
        draft.set(form, 0, "spec/template/metadata/labels/app", Some(json!("mine")));
        draft.set(form, 0, "metadata/name", Some(json!("other")));
        assert_eq!(draft.at(0, "spec/template/metadata/labels/app"), Some(&json!("mine")));
        assert_eq!(draft.at(0, "spec/selector/matchLabels/app"), Some(&json!("other")));
    }

    #[test]
    fn a_claim_filled_from_a_snapshot_says_whose_kind_that_is() {
        let form = forms::find("persistentvolumeclaims").unwrap();
        let mut draft = Draft::begin(form, "data", "shop");
        let source = |draft: &Draft| draft.at(0, "spec/dataSource").cloned();

        draft.set(form, 0, "spec/dataSource/kind", Some(json!("VolumeSnapshot")));
        draft.set(form, 0, "spec/dataSource/name", Some(json!("nightly")));
        let group = "snapshot.storage.k8s.io";
        assert_eq!(
            source(&draft),
            Some(json!({"kind": "VolumeSnapshot", "name": "nightly", "apiGroup": group}))
        );
        draft.set(form, 0, "spec/dataSource/apiGroup", None);
        assert_eq!(draft.faults(form)[0].place, "0/spec/dataSource/apiGroup");

        draft.set(form, 0, "spec/dataSource/kind", Some(json!("PersistentVolumeClaim")));
        assert_eq!(source(&draft), Some(json!({"kind": "PersistentVolumeClaim", "name": "nightly"})));
        draft.set(form, 0, "spec/dataSource/kind", None);
        assert_eq!(source(&draft), None);
    }

    #[test]
    fn what_no_field_shows_stays() {
        let (form, mut draft) = deployment();
        let strange = json!({"x-unknown": [1, {"a": null}], "y": {}});
        draft.objects[0]["spec"]["template"]["spec"]["strange"] = strange.clone();

        draft.set(form, 0, "spec/replicas", Some(json!(3)));
        draft.set(form, 0, "spec/template/spec/containers/0/image", None);

        assert_eq!(draft.objects[0]["spec"]["template"]["spec"]["strange"], strange);
        let kept: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
        assert_eq!(kept, draft);
    }
}
