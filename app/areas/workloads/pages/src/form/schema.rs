//! Forms of kinds that nobody wrote one for: made in the browser, from what the cluster says of the kind. The server draws
//! what stands around them, and says why where there can be none.

use super::editing::Beginning;
use super::{by_hand_new, head, inside};
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ClusterName, KindSlug, Level, link};
use resources_contract::Base;
use serde_json::Value;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use ui::{Banner, LinkButton, SkeletonDetail};
use workloads_contract::{Draft, Form, KindSchema};

/// What is asked for at the address of a form.
#[derive(Clone)]
pub struct Asked {
    pub cluster: ClusterName,
    pub kind: KindSlug,
    pub of: Of,
}

/// Whether it is for something new.
#[derive(Clone)]
pub enum Of {
    /// In a namespace, with what the address fills in.
    New { namespace: String, filled: Vec<(String, String)> },
    /// Something that exists, as it was read.
    Existing { objects: Vec<Value>, base: Base },
}

/// The page of a form that is made from a schema.
pub fn page(asked: Asked, schema: KindSchema) -> AnyView {
    let (title, by_hand) = match &asked.of {
        Of::New { namespace, .. } => {
            let namespace = if schema.namespaced { namespace } else { "" };
            let title = text_with("new.kind", &[("kind", &schema.kind)]);
            (title, by_hand_new(&asked.cluster, asked.kind.as_str(), namespace))
        }
        Of::Existing { base, .. } => {
            let title = text_with("edit.title", &[("name", &base.resource.name)]);
            (title, link::object_tab(&base.resource, "yaml"))
        }
    };
    let above = head(title, by_hand.clone(), text("no-scripts"));
    if !schema.has_form() {
        return view! { {above}{without(&schema.kind, by_hand)} }.into_any();
    }
    let lives = RwSignal::new(false);
    Effect::new(move |_| lives.set(true));
    let made = StoredValue::new((asked, schema));
    let content = move || match lives.get() {
        true => inside(made.with_value(|(asked, schema)| asked.beginning(schema))),
        false => view! { <div class="needs-scripts"><SkeletonDetail/></div> }.into_any(),
    };
    view! { {above}{content} }.into_any()
}

/// Why there is no form, and what there is.
fn without(kind: &str, by_hand: String) -> AnyView {
    let words = text_with("no-schema", &[("kind", &kind)]);
    let actions = move || view! { <LinkButton href=by_hand.clone()>{text("by-hand")}</LinkButton> };
    view! { <Banner level=Level::Inactive actions>{words}</Banner> }.into_any()
}

impl Asked {
    fn beginning(&self, schema: &KindSchema) -> Beginning {
        let form = made(&self.kind, schema);
        let Self { cluster, kind, of } = self.clone();
        match of {
            Of::New { namespace, filled } => Beginning::new(form, cluster, kind.as_str(), &namespace, filled),
            Of::Existing { objects, base } => Beginning {
                form,
                cluster,
                draft: Draft { objects },
                kept_as: format!("orrery-form {} {}", base.resource, base.uid),
                base: Some(base),
            },
        }
    }
}

/// The form of a kind. Forms stay in memory, so each is made once, however often its page is opened.
fn made(kind: &KindSlug, schema: &KindSchema) -> &'static Form {
    static MADE: Mutex<BTreeMap<(KindSlug, u64), &'static Form>> = Mutex::new(BTreeMap::new());
    let mut hasher = DefaultHasher::new();
    (&schema.api_version, schema.namespaced, schema.schema.to_string()).hash(&mut hasher);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry((kind.clone(), hasher.finish())).or_insert_with(|| schema.form(kind.as_str()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_form_is_made_once_for_each_schema() {
        let kind = KindSlug::parse("things.example").unwrap();
        let of = |properties: Value| KindSchema {
            api_version: "example/v1".into(),
            kind: "Thing".into(),
            namespaced: true,
            schema: json!({ "properties": properties }),
        };
        let one = of(json!({"a": {"type": "string"}}));
        let other = of(json!({"b": {"type": "string"}}));

        assert!(std::ptr::eq(made(&kind, &one), made(&kind, &one.clone())));
        assert!(!std::ptr::eq(made(&kind, &one), made(&kind, &other)));
    }
}
