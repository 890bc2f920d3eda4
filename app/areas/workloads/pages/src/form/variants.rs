//! A choice that brings fields of its own.

use super::controls::{Part, fields};
use super::scriptless::press;
use crate::words::{text, text_of};
use leptos::prelude::*;
use serde_json::{Value, json};
use workloads_contract::posted::choice_name;
use workloads_contract::{Press, Variant, left_around};

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
            wanted.choose(variants, &mut around);
            editing.set(spot.object, &spot.path, left_around(&spot.path, around));
        })
    };
    let inner = move || {
        let variant = &variants[chosen.get().min(variants.len() - 1)];
        fields(editing, &spot.below(variant.key), variant.fields)
    };
    view! {
        <div class="form-one-of">
            <ui::Select
                name=choice_name(&part.spot.place(), variants)
                label=part.label.clone()
                options=Signal::stored(options)
                value
                hint=part.hint.clone()
                problem=part.problem
                on_change
            />
            {press(&Press::Stay, text("scriptless.show").to_owned())}
            {inner}
        </div>
    }
    .into_any()
}
