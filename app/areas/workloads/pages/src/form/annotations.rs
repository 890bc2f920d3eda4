//! What is suggested to whoever annotates an object: what programs of many clusters read, and what each of it means.

use super::controls::Part;
use crate::words::{text_of, text_with};
use leptos::prelude::*;
use workloads_contract::{Annotation, annotations_of};

/// Where the annotations of the object stand that a form is for.
const ANNOTATIONS: &str = "metadata/annotations";

/// What is known of the keys of a field.
#[derive(Clone, Copy)]
pub struct Known(StoredValue<Vec<Annotation>>);

/// What is known of the keys that a field holds; nothing for fields that hold no annotations, and for kinds of whose
/// annotations nothing is known.
pub fn of(part: &Part) -> Option<Known> {
    let is_of_object = part.spot.object == 0 && part.spot.path == ANNOTATIONS;
    let all = is_of_object.then(|| annotations_of(part.editing.form.slug))?;
    (!all.is_empty()).then(|| Known(StoredValue::new(all)))
}

/// The ids of what belongs to a row: what is suggested for its key and for its value, and what is said of the key.
#[derive(Clone)]
pub struct Ids {
    pub keys: String,
    pub values: String,
    pub about: String,
}

impl Ids {
    pub fn of(place: &str, index: usize) -> Self {
        let part = |part: &str| format!("{place}/{index}-{part}");
        Self { keys: keys_id(place), values: part("values"), about: part("about") }
    }
}

/// The id of what is suggested for the keys of a field.
pub fn keys_id(place: &str) -> String {
    format!("{place}-keys")
}

impl Known {
    /// All keys, for the rows of a field.
    pub fn keys(self, id: String) -> AnyView {
        let option = |known: &Annotation| view! { <option value=known.key.clone()></option> };
        let options = self.0.with_value(|all| all.iter().map(option).collect_view());
        view! { <datalist id=id>{options}</datalist> }.into_any()
    }

    /// Who reads the key of a row and what it means there, and what its value may be.
    pub fn about(self, ids: &Ids, key: Signal<String>) -> AnyView {
        let found = Memo::new(move |_| {
            let key = key.read();
            self.0.with_value(|all| all.iter().find(|known| known.key == *key).cloned())
        });
        let words = move || {
            found.get().map(|known| {
                let what = text_of("annotation", &known.id);
                text_with("annotation-of", &[("program", &known.reader), ("what", &what)])
            })
        };
        let options = move || {
            let values = found.get().map_or(&[][..], |known| known.values);
            values.iter().map(|value| view! { <option value=*value></option> }).collect_view()
        };
        view! {
            <p class="field-hint" id=ids.about.clone() aria-live="polite">{words}</p>
            <datalist id=ids.values.clone()>{options}</datalist>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workloads_contract::forms;

    #[test]
    fn every_annotation_is_explained() {
        for form in forms::ALL {
            for known in annotations_of(form.slug) {
                let words = text_of("annotation", &known.id);
                assert_ne!(words, format!("annotation.{}", known.id));
            }
        }
    }
}
