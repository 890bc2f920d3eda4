//! Controls for keys and values.

use super::annotations::Ids;
use super::controls::Part;
use super::rows::{LAST, focus};
use super::scriptless::other_row;
use super::suggested;
use crate::words::{text, text_with};
use leptos::html::Fieldset;
use leptos::prelude::*;
use serde_json::Value;
use ui::{Button, ButtonKind, Glyph, IconButton, as_content};
use workloads_contract::posted::{key_name, value_name};
use workloads_contract::written::{read_rows, rows_of, sorted_rows, to_number_or_text, to_text};

/// What selects a key with its value.
const ROW: &str = ".form-pair";

/// Keys and short values.
pub fn pairs(part: &Part) -> AnyView {
    rows(part, false, to_text, &[])
}

/// Keys and short values beside those that have fields of their own.
pub fn others(part: &Part, own: &'static [&'static str]) -> AnyView {
    rows(part, false, to_text, own)
}

/// Keys and numbers.
pub fn number_pairs(part: &Part) -> AnyView {
    rows(part, false, to_number_or_text, &[])
}

/// Keys and values of many lines.
pub fn files(part: &Part) -> AnyView {
    rows(part, true, to_text, &[])
}

/// Rows of keys and values. They have an order of their own while they are typed, and a key may stand there twice until it
/// is typed to its end. Keys that are `own` have fields elsewhere: they are kept and not shown.
fn rows(part: &Part, is_long: bool, typed: fn(&str) -> Value, own: &'static [&'static str]) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let rows = RwSignal::new(untrack(|| rows_of(editing.draft.read().at(spot.object, &spot.path), own)));
    let stored = {
        let spot = spot.clone();
        Memo::new(move |_| rows_of(editing.draft.read().at(spot.object, &spot.path), own))
    };
    Effect::new(move |_| {
        let stored = stored.get();
        // What came from elsewhere; what was typed here is there already, with rows that are not complete yet.
        if sorted_rows(&rows.read_untracked(), own) != stored {
            rows.set(stored);
        }
    });
    let write = move || {
        let before = untrack(|| editing.at(spot.object, &spot.path));
        let map = read_rows(&rows.read_untracked(), before.as_ref(), typed, own);
        editing.set(spot.object, &spot.path, (!map.is_empty()).then_some(Value::Object(map)));
    };
    let write = StoredValue::new(write);
    let change = move |index: usize, change: &dyn Fn(&mut (String, String))| {
        rows.update(|rows| {
            if let Some(row) = rows.get_mut(index) {
                change(row);
            }
        });
        write.with_value(|write| write());
    };
    let count = Memo::new(move |_| rows.read().len());
    let list = NodeRef::<Fieldset>::new();
    let place = part.spot.place();
    let known = suggested::of(part);
    let suggested = known.map(|known| known.keys(&place));
    let row_place = place.clone();
    let other = other_row(&place, count.get_untracked(), is_long);
    let row = move |index: usize| {
        let of = move |part: fn(&(String, String)) -> &String| {
            Signal::derive(move || rows.read().get(index).map(|row| part(row).clone()).unwrap_or_default())
        };
        let (key, value) = (of(|row| &row.0), of(|row| &row.1));
        let ids = known.map(|_| Ids::of(&row_place, index));
        let about = known.zip(ids.as_ref()).map(|(known, ids)| known.about(ids, key));
        let id = |part: fn(Ids) -> String| ids.clone().map(part);
        let remove = move |()| {
            rows.update(|rows| {
                if index < rows.len() {
                    rows.remove(index);
                }
            });
            write.with_value(|write| write());
            focus(list, ROW, index);
        };
        let on_key = move |event| {
            let text = event_target_value(&event);
            change(index, &|row| row.0.clone_from(&text));
        };
        let on_value = move |event| {
            let text = event_target_value(&event);
            change(index, &|row| row.1.clone_from(&text));
        };
        let (key_name, value_name) = (key_name(&row_place, index), value_name(&row_place, index));
        let (first_key, first) = (key.get_untracked(), value.get_untracked());
        let value_input = if is_long {
            view! {
                <textarea class="input" data-code="" rows="4" spellcheck="false" aria-label=text("value") name=value_name prop:value=value on:input=on_value inner_html=as_content(&first)></textarea>
            }
            .into_any()
        } else {
            view! {
                <input class="input" data-code="" spellcheck="false" aria-label=text("value") name=value_name value=first list=id(|ids| ids.values) prop:value=value on:input=on_value/>
            }
            .into_any()
        };
        view! {
            <div class="form-pair" data-long=is_long.then_some("")>
                <input class="input" data-code="" spellcheck="false" aria-label=text("key") name=key_name value=first_key list=id(|ids| ids.keys) aria-describedby=id(|ids| ids.about) prop:value=key on:input=on_key/>
                {value_input}
                <span class="needs-scripts">
                    <IconButton glyph=Glyph::Trash title=text("remove") on_press=remove/>
                </span>
                {about}
            </div>
        }
    };
    let add = move |()| {
        rows.update(|rows| rows.push(Default::default()));
        focus(list, ROW, LAST);
    };
    let told = part.problem;
    let problem = move || told.get().or_else(|| has_own_field(&rows.read(), own));
    view! {
        <fieldset class="form-list" node_ref=list id=place on:focusin=move |_| suggested::ask(known) data-wrong=move || problem().is_some().then_some("")>
            <legend>{part.label.clone()}</legend>
            <p class="field-hint">{part.hint.clone()}</p>
            {suggested}
            {move || (0..count.get()).map(&row).collect_view()}
            {other}
            <p class="field-problem" aria-live="polite">{problem}</p>
            <span class="needs-scripts">
                <Button kind=ButtonKind::Quiet glyph=Glyph::Plus on_press=add>{text("add")}</Button>
            </span>
        </fieldset>
    }
    .into_any()
}

/// What is wrong with a row whose key has a field of its own: it is not written.
fn has_own_field(rows: &[(String, String)], own: &[&str]) -> Option<String> {
    let (key, _) = rows.iter().find(|(key, _)| own.contains(&key.as_str()))?;
    Some(text_with("pairs.own", &[("key", &key)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_has_a_field_of_its_own_is_told() {
        let rows =
            [("nvidia.com/gpu", "2"), ("cpu", "9")].map(|(key, value)| (key.to_owned(), value.to_owned()));

        assert_eq!(has_own_field(&rows, &["cpu"]).as_deref(), Some("cpu has a field of its own."));
        assert_eq!(has_own_field(&rows, &[]), None);
    }
}
