//! Controls for many of something: lines, ticks, things with fields of their own.

use super::controls::{Part, Spot, fields};
use super::plain::labelled;
use super::rows::{LAST, focus};
use super::scriptless::press;
use crate::words::text_with;
use leptos::html::Fieldset;
use leptos::prelude::*;
use serde_json::Value;
use ui::{Button, ButtonKind, Glyph, IconButton};
use workloads_contract::written::{lines_of, read_lines, text_of_value};
use workloads_contract::{Fault, Field, LogFiles, Press, at};

/// A list of texts, or of what is read from them, one on each line. An empty one is written as `empty`.
pub fn lines(part: &Part, required: bool, read: fn(&str) -> Value, empty: &'static str) -> AnyView {
    text_lines(part, required, move |value| lines_of(value, empty), move |text| read_lines(text, read))
}

/// Lines that stand for a value in a way of their own.
pub fn text_lines(
    part: &Part,
    required: bool,
    write: impl Fn(Option<&Value>) -> String + Send + Sync + 'static,
    read: impl Fn(&str) -> Option<Value> + Send + Sync + 'static,
) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let value = {
        let spot = spot.clone();
        Memo::new(move |_| write(editing.draft.read().at(spot.object, &spot.path)))
    };
    // A line break at the end is one that the next line is about to follow.
    let typed = RwSignal::new(None::<String>);
    let shown = Signal::derive(move || match typed.get() {
        Some(typed) if typed.trim_end_matches('\n') == *value.read() => typed,
        _ => value.get(),
    });
    let on_input = Callback::new(move |text: String| {
        let new = read(&text);
        typed.set(Some(text));
        editing.set(spot.object, &spot.path, new);
    });
    view! {
        <ui::TextArea
            name=part.spot.place()
            label=labelled(&part.label, required)
            value=shown
            hint=part.hint.clone()
            problem=part.problem
            lines=3
            on_input
        />
    }
    .into_any()
}

/// Any of some words. What others wrote besides is kept, and shown.
pub fn ticks(part: &Part, options: &'static [&'static str]) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    let chosen = {
        let spot = spot.clone();
        Memo::new(move |_| {
            let draft = editing.draft.read();
            let items = draft.at(spot.object, &spot.path).and_then(Value::as_array);
            items.into_iter().flatten().map(|item| text_of_value(Some(item))).collect::<Vec<_>>()
        })
    };
    let place = part.spot.place();
    let tick = move |word: String| {
        let checked = {
            let word = word.clone();
            Signal::derive(move || chosen.read().contains(&word))
        };
        let on_change = {
            let (spot, word) = (spot.clone(), word.clone());
            Callback::new(move |is_on: bool| {
                let mut words = chosen.get_untracked();
                words.retain(|other| *other != word);
                words.extend(is_on.then(|| word.clone()));
                let new = (!words.is_empty()).then(|| words.into_iter().map(Value::from).collect());
                editing.set(spot.object, &spot.path, new.map(Value::Array));
            })
        };
        view! { <ui::Checkbox name=format!("{place}/{word}") label=word checked on_change/> }
    };
    let words = move || {
        let others = chosen.get().into_iter().filter(|word| !options.contains(&word.as_str()));
        options.iter().map(|word| (*word).to_owned()).chain(others).map(&tick).collect_view()
    };
    let problem = part.problem;
    view! {
        <fieldset class="form-list" data-wrong=move || problem.read().is_some().then_some("")>
            <legend>{part.label.clone()}</legend>
            <p class="field-hint">{part.hint.clone()}</p>
            {words}
            <p class="field-problem" aria-live="polite">{move || problem.get()}</p>
        </fieldset>
    }
    .into_any()
}

/// What selects a thing with fields of its own.
pub(super) const ITEM: &str = ".form-item";

/// Things with fields of their own, each folded under what names it.
pub fn items(part: &Part, begin: &'static str, title: &'static str, inner: &'static [Field]) -> AnyView {
    let (editing, spot) = (part.editing, part.spot.clone());
    // Log files have a control of their own.
    let shown = {
        let spot = spot.clone();
        Memo::new(move |_| {
            let draft = editing.draft.read();
            let items = draft.at(spot.object, &spot.path).and_then(Value::as_array);
            let items = items.into_iter().flatten().enumerate();
            let shown = items.filter(|(_, item)| LogFiles::read(item).is_none());
            shown.map(|(index, _)| index).collect::<Vec<_>>()
        })
    };
    let change = {
        let spot = spot.clone();
        move |change: &dyn Fn(&mut Vec<Value>)| {
            let mut items = match editing.at(spot.object, &spot.path) {
                Some(Value::Array(items)) => items,
                _ => Vec::new(),
            };
            change(&mut items);
            editing.set(spot.object, &spot.path, (!items.is_empty()).then_some(Value::Array(items)));
        }
    };
    let change = StoredValue::new(change);
    let list = NodeRef::<Fieldset>::new();
    // The one that was added last is what is filled in next.
    let added = RwSignal::new(None::<usize>);
    let add = move |()| {
        change.with_value(|change| {
            change(&|items| {
                added.set(Some(items.len()));
                items.push(serde_json::from_str(begin).unwrap_or_default());
            });
        });
        focus(list, ITEM, LAST);
    };
    let label = part.name().to_owned();
    let item = move |index: usize| {
        let inner_spot = spot.below(&index.to_string());
        let name = name(editing, inner_spot.clone(), title, label.clone(), index);
        let of_remove = name.clone();
        let remove_words = Signal::derive(move || text_with("remove.one", &[("what", &of_remove())]));
        let is_only = shown.with_untracked(Vec::len) == 1;
        let is_open = is_only || added.get_untracked() == Some(index);
        let place = inner_spot.place();
        let remove_below = press(&Press::Remove(place.clone()), remove_words.get_untracked());
        let has_fault = Memo::new(move |_| {
            let is_here = |fault: &Fault| {
                fault.place.strip_prefix(&place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            editing.shows_all.get() && editing.faults.read().iter().any(is_here)
                || editing.is_told_below(&place)
        });
        let open = RwSignal::new(is_open);
        Effect::new(move |_| {
            if has_fault.get() {
                open.set(true);
            }
        });
        let remove = move |()| {
            let place = shown.with_untracked(|shown| shown.iter().position(|one| *one == index));
            change.with_value(|change| {
                change(&|items| {
                    if index < items.len() {
                        items.remove(index);
                    }
                });
            });
            focus(list, ITEM, place.unwrap_or(LAST));
        };
        view! {
            <div class="form-item">
                <details prop:open=open open=is_open>
                    <summary><span class="form-item-name">{name}</span></summary>
                    <div class="form-fields">{fields(editing, &inner_spot, inner)}</div>
                </details>
                {remove_below}
                <span class="form-item-tools needs-scripts">
                    <IconButton glyph=Glyph::Trash title=remove_words on_press=remove/>
                </span>
            </div>
        }
    };
    let problem = part.problem;
    let add_words = text_with("add.one", &[("what", &part.name())]);
    let add_below = press(&Press::Add(part.spot.place()), add_words.clone());
    view! {
        <fieldset class="form-list" node_ref=list data-wrong=move || problem.read().is_some().then_some("")>
            <legend>{part.label.clone()}</legend>
            <p class="field-hint">{part.hint.clone()}</p>
            {move || shown.get().into_iter().map(&item).collect_view()}
            <p class="field-problem" aria-live="polite">{move || problem.get()}</p>
            {add_below}
            <span class="needs-scripts">
                <Button kind=ButtonKind::Quiet glyph=Glyph::Plus on_press=add>{add_words}</Button>
            </span>
        </fieldset>
    }
    .into_any()
}

/// What an item is called: by what names it, else by its first text.
fn name(
    editing: super::editing::Editing,
    spot: Spot,
    title: &'static str,
    label: String,
    index: usize,
) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    move || {
        let draft = editing.draft.read();
        let item = draft.at(spot.object, &spot.path);
        let named = item.and_then(|item| at(item, title)).filter(|_| !title.is_empty());
        let first = || {
            let fields = item.and_then(Value::as_object).into_iter().flatten();
            fields.filter_map(|(_, value)| value.as_str()).find(|text| !text.is_empty()).map(str::to_owned)
        };
        let words = Some(text_of_value(named)).filter(|text| !text.is_empty()).or_else(first);
        words.unwrap_or_else(|| format!("{label} {}", index + 1))
    }
}
