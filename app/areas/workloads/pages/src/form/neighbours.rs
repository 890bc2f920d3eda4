//! Where the pods of a workload run as seen from each other: a few ways, a button for each.

use super::controls::Part;
use super::scriptless::press;
use crate::words::{text, text_of};
use leptos::prelude::*;
use workloads_contract::{Neighbours, Press};

/// The ways that most need. Each writes its rules among the affinities.
pub fn neighbours(part: &Part) -> AnyView {
    let editing = part.editing;
    let form = editing.form;
    let chosen = Memo::new(move |_| editing.draft.read().neighbours(form));
    let has_labels = Memo::new(move |_| editing.draft.read().has_pod_labels(form));
    let button = move |way: Neighbours| {
        let is_blocked = move || way != Neighbours::Anywhere && !has_labels.get();
        let on_press = move |_| {
            editing.told.update(Vec::clear);
            editing.draft.update(|draft| draft.set_neighbours(form, way));
        };
        view! {
            <button
                class="needs-scripts"
                type="button"
                aria-pressed=move || (chosen.get() == Some(way)).to_string()
                disabled=is_blocked
                on:click=on_press
            >
                {text_of("neighbours", way.id())}
            </button>
        }
    };
    let below = move |way: Neighbours| {
        let is_chosen = chosen.get_untracked() == Some(way);
        let is_offered = way == Neighbours::Anywhere || has_labels.get_untracked();
        (is_offered && !is_chosen).then(|| press(&Press::Neighbours(way), text_of("neighbours", way.id())))
    };
    let hint = part.hint.clone();
    let said = move || match (chosen.get(), has_labels.get()) {
        (_, false) => text("neighbours.no-labels").to_owned(),
        (Some(Neighbours::Own), _) => text_of("neighbours", Neighbours::Own.id()),
        _ => hint.clone(),
    };
    view! {
        <div class="field form-neighbours">
            <fieldset class="segments">
                <legend>{part.label.clone()}</legend>
                {Neighbours::OFFERED.map(button).collect_view()}
                {Neighbours::OFFERED.map(below).collect_view()}
            </fieldset>
            <p class="field-hint" aria-live="polite">{said}</p>
        </div>
    }
    .into_any()
}
