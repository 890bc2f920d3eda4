//! Fields that are folded away.

use super::controls::{Part, fields};
use leptos::prelude::*;
use workloads_contract::{Field, at};

/// Fields that few need: folded away unless something stands in them.
pub fn group(part: &Part, inner: &'static [Field]) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let is_filled = untrack(|| {
        let draft = editing.draft.read();
        let around = draft.at(spot.object, &spot.path);
        around.is_some_and(|around| {
            inner.iter().any(|field| !field.path.is_empty() && at(around, field.path).is_some())
        }) || (around.is_some_and(|around| around.as_object().is_some_and(|object| !object.is_empty()))
            && !spot.path.is_empty()
            && inner.iter().any(|field| field.path.is_empty()))
    });
    let place = spot.place();
    let has_fault = Memo::new(move |_| {
        let faults = editing.faults.read();
        editing.shows_all.get()
            && faults
                .iter()
                .any(|fault| fault.place.starts_with(&place) && is_of(inner, &fault.place[place.len()..]))
    });
    let is_open = RwSignal::new(is_filled);
    let has_been_told = {
        let place = spot.place();
        Memo::new(move |_| {
            let told = editing.told.read();
            let below =
                told.iter().filter_map(|problem| problem.field.strip_prefix(place.split_once('/')?.1));
            below.into_iter().any(|rest| is_of(inner, rest))
        })
    };
    Effect::new(move |_| {
        if has_fault.get() || has_been_told.get() {
            is_open.set(true);
        }
    });
    view! {
        <details class="form-group" prop:open=is_open open=is_filled>
            <summary>{part.label.clone()}<span class="hint">{part.hint.clone()}</span></summary>
            <div class="form-fields">{fields(editing, &spot, inner)}</div>
        </details>
    }
    .into_any()
}

/// Whether a path below a group is one of its fields'.
fn is_of(fields: &[Field], path: &str) -> bool {
    let path = path.trim_start_matches('/');
    fields.iter().any(|field| field.path.is_empty() || path.starts_with(field.path))
}
