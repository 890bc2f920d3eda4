//! Files of a config map that are no text: their names and sizes. Their bytes are kept, and never shown as text.

use super::controls::Part;
use super::rows::focus;
use crate::words::{text, text_with};
use leptos::html::Fieldset;
use leptos::prelude::*;
use model::{Unit, base64};
use serde_json::{Map, Value};
use ui::quantity::quantity;
use ui::{ByteFile, ChosenFile, Glyph, IconButton};

/// What selects a file.
const ROW: &str = ".form-binary";
/// So much all values of a config map may hold.
const MOST_BYTES: u32 = 1 << 20;

/// The files, what takes one away, and what adds one or puts another in its place.
pub fn binaries(part: &Part) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let files = {
        let spot = spot.clone();
        Memo::new(move |_| sizes(editing.draft.read().at(spot.object, &spot.path)))
    };
    let change = StoredValue::new(move |change: &dyn Fn(&mut Map<String, Value>)| {
        let mut all = match untrack(|| editing.at(spot.object, &spot.path)) {
            Some(Value::Object(all)) => all,
            _ => Map::new(),
        };
        change(&mut all);
        editing.set(spot.object, &spot.path, (!all.is_empty()).then_some(Value::Object(all)));
    });
    let list = NodeRef::<Fieldset>::new();
    let too_large = RwSignal::new(None::<String>);
    let row = move |(index, (key, size)): (usize, (String, u64))| {
        let words = text_with("remove.one", &[("what", &key)]);
        let name = key.clone();
        let remove = move |()| {
            change.with_value(|change| {
                change(&|all| {
                    all.remove(&key);
                });
            });
            focus(list, ROW, index);
        };
        view! {
            <div class="form-binary">
                <code>{name}</code>
                <span class="hint">{quantity(size as f64, Unit::Bytes)}</span>
                <span class="needs-scripts">
                    <IconButton glyph=Glyph::Trash title=Signal::stored(words) on_press=remove/>
                </span>
            </div>
        }
    };
    let on_file = move |file: ChosenFile| {
        too_large.set(file.bytes.is_none().then(|| text_with("binary.large", &[("file", &file.name)])));
        let Some(bytes) = file.bytes else { return };
        let (key, value) = (key_of(&file.name), base64::encode(&bytes));
        change.with_value(|change| {
            change(&|all| {
                all.insert(key.clone(), Value::from(value.clone()));
            });
        });
    };
    let told = part.problem;
    let problem = move || too_large.get().or_else(|| told.get());
    view! {
        <fieldset class="form-list" node_ref=list data-wrong=move || problem().is_some().then_some("")>
            <legend>{part.label.clone()}</legend>
            <p class="field-hint">{part.hint.clone()}</p>
            {move || files.get().into_iter().enumerate().map(&row).collect_view()}
            <p class="field-problem" aria-live="polite">{problem}</p>
            <ByteFile label=text("binary.add") most_bytes=MOST_BYTES on_file/>
        </fieldset>
    }
    .into_any()
}

/// The keys with how many bytes they hold.
fn sizes(all: Option<&Value>) -> Vec<(String, u64)> {
    let all = all.and_then(Value::as_object).into_iter().flatten();
    let size = |value: &Value| value.as_str().and_then(base64::decode).map_or(0, |bytes| bytes.len() as u64);
    all.map(|(key, value)| (key.clone(), size(value))).collect()
}

/// The key for a file: its name, with dashes for what no key may have.
fn key_of(name: &str) -> String {
    let is_good = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    name.chars().map(|letter| if is_good(letter) { letter } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_are_told_by_their_size_and_have_keys_that_kubernetes_takes() {
        let sizes = sizes(Some(&json!({"empty": "", "logo.png": "iVBORw=="})));

        assert_eq!(sizes, [("empty".to_owned(), 0), ("logo.png".to_owned(), 4)]);
        assert_eq!(key_of("my logo (1).png"), "my-logo--1-.png");
    }
}
