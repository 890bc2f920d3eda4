//! Looking for lines of a log.

use super::find::Query;
use super::show;
use crate::keys::key_in_field;
use crate::quantity::number;
use crate::words::{text, text_with};
use crate::{Glyph, IconButton};
use leptos::prelude::*;
use live::LogLine;
use model::live::LogSource;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) struct Search {
    typed: RwSignal<String>,
    is_expression: RwSignal<bool>,
    pub only_hits: RwSignal<bool>,
    hits: Memo<Result<BTreeSet<u64>, String>>,
    pub current: RwSignal<Option<u64>>,
}

impl Search {
    /// A search in these lines, in which nothing is looked for yet.
    pub fn of(lines: Signal<Vec<LogLine>>, sources: Signal<Vec<LogSource>>) -> Self {
        let (typed, is_expression) = (RwSignal::new(String::new()), RwSignal::new(false));
        let hits = Memo::new(move |_| {
            let query = Query::read(&typed.read(), is_expression.get())?;
            if query.is_nothing() {
                return Ok(BTreeSet::new());
            }
            let (lines, sources) = (lines.read(), sources.read());
            Ok(lines.iter().filter(|line| query.finds(line, &sources)).map(|line| line.number).collect())
        });
        Self { typed, is_expression, only_hits: RwSignal::new(false), hits, current: RwSignal::new(None) }
    }

    /// Whether a line is among those found.
    pub fn has(self, number: u64) -> bool {
        self.hits.read().as_ref().is_ok_and(|hits| hits.contains(&number))
    }

    /// Goes to the next line found, or the one before.
    fn step(self, back: bool, follows: RwSignal<bool>) {
        let hits = self.hits.read_untracked();
        let Ok(hits) = hits.as_ref() else { return };
        let next = match (self.current.get_untracked(), back) {
            (Some(now), false) => hits.range(now + 1..).next().or_else(|| hits.first()),
            (Some(now), true) => hits.range(..now).next_back().or_else(|| hits.last()),
            // The newest is what a reader at the end of a log looks for.
            (None, _) => hits.last(),
        };
        if let Some(next) = next.copied() {
            follows.set(false);
            self.current.set(Some(next));
            show(&format!("[data-line=\"{next}\"]"));
        }
    }

    /// What came of it, in words.
    fn found(self) -> String {
        if self.typed.read().trim().is_empty() {
            return String::new();
        }
        let hits = self.hits.read();
        let hits = match &*hits {
            Err(words) => return text_with("log.find.wrong", &[("words", words)]),
            Ok(hits) if hits.is_empty() => return text("log.find.none").to_owned(),
            Ok(hits) => hits,
        };
        let count = number(hits.len() as i64);
        let place = self.current.get().and_then(|now| hits.iter().position(|hit| *hit == now));
        match place {
            Some(place) => text_with("log.find.place", &[("place", &(place + 1)), ("count", &count)]),
            None => text_with("log.find.count", &[("count", &count)]),
        }
    }

    /// Enter goes back in time, as the newest is found first, and forward with Shift; Escape looks for nothing.
    fn key(self, event: &KeyboardEvent, follows: RwSignal<bool>) {
        match key_in_field(event).as_str() {
            "Enter" => {
                event.prevent_default();
                self.step(!event.shift_key(), follows);
            }
            "Escape" => {
                self.typed.set(String::new());
                let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
                if let Some(input) = input {
                    input.set_value("");
                }
            }
            _ => {}
        }
    }

    /// Where it is typed, with its switches and what came of it.
    pub fn bar(self, follows: RwSignal<bool>) -> AnyView {
        let toggle = |signal: RwSignal<bool>| move |_| signal.update(|is_on| *is_on = !*is_on);
        view! {
            <div class="log-find needs-scripts" role="search" aria-label=text("log.find")>
                <input
                    class="input"
                    type="search"
                    data-code=""
                    aria-label=text("log.find")
                    placeholder=text("log.find.placeholder")
                    spellcheck="false"
                    aria-invalid=move || self.hits.read().is_err().then_some("true")
                    on:input=move |event| {
                        self.current.set(None);
                        self.typed.set(event_target_value(&event));
                    }
                    on:keydown=move |event| self.key(&event, follows)
                />
                <button
                    class="icon-button"
                    type="button"
                    title=text("log.find.expression")
                    aria-label=text("log.find.expression")
                    aria-pressed=move || self.is_expression.get().to_string()
                    on:click=toggle(self.is_expression)
                >
                    <span class="log-expression" aria-hidden="true">".*"</span>
                </button>
                <IconButton
                    glyph=Glyph::Filter
                    title=text("log.find.only")
                    pressed=self.only_hits
                    on_press=move |()| self.only_hits.update(|is_on| *is_on = !*is_on)
                />
                <span class="hint" role="status">{move || self.found()}</span>
                <IconButton
                    glyph=Glyph::ArrowUp
                    title=text("log.find.back")
                    on_press=move |()| self.step(true, follows)
                />
                <IconButton
                    glyph=Glyph::ArrowDown
                    title=text("log.find.next")
                    on_press=move |()| self.step(false, follows)
                />
            </div>
        }
        .into_any()
    }
}
