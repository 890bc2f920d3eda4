//! Lines of a log, or of several.

mod find;
mod line;
mod moments;
mod parse;

use crate::words::{text, text_with};
use crate::{Glyph, IconButton, Keep};
use find::Query;
use leptos::html::Div;
use leptos::prelude::*;
use line::Drawing;
use live::LogLine;
use model::live::LogSource;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use wasm_bindgen::JsCast;

pub use line::line_text;
pub use moments::Moments;

/// How far from the end, in pixels, still counts as the end: a line and a half.
const END: i32 = 30;
/// Where this browser keeps how its reader likes logs.
const KEPT: &str = "orrery-log";

static NEXT_VIEW: AtomicU32 = AtomicU32::new(0);

/// The word of the level that a line says it has, if it says one.
pub fn line_level(text: &str) -> Option<&'static str> {
    parse::level(text).map(parse::LineLevel::word)
}

/// The switches of a log.
#[derive(Clone, Copy)]
struct Look {
    wraps: RwSignal<bool>,
    times: RwSignal<bool>,
    plain: RwSignal<bool>,
}

/// What is looked for.
#[derive(Clone, Copy)]
struct Search {
    typed: RwSignal<String>,
    is_expression: RwSignal<bool>,
    only_hits: RwSignal<bool>,
    hits: Memo<Result<BTreeSet<u64>, String>>,
    current: RwSignal<Option<u64>>,
}

/// A log: follows its end until the reader scrolls up, wraps lines or not, shows terminal colours, levels and fields,
/// finds lines.
#[component]
pub fn LogView(
    /// Whose log it is, for screen readers.
    #[prop(into)]
    title: String,
    /// The lines, oldest first.
    #[prop(into)]
    lines: Signal<Vec<LogLine>>,
    /// Who writes them; named at each line when there are several.
    #[prop(optional, into)]
    sources: Signal<Vec<LogSource>>,
    /// Lines before these were dropped to stay within bounds.
    #[prop(optional, into)]
    dropped: Signal<u64>,
    /// The moment, in nanoseconds, of the line that the address points at.
    #[prop(default = None)]
    pointed_at: Option<i64>,
    /// The address that points at a line, by its moment in nanoseconds.
    #[prop(optional, into)]
    line_link: Option<Callback<i64, String>>,
    /// Choices and links at the left of the bar: container, previous, download.
    #[prop(optional, into)]
    controls: ViewFnOnce,
) -> impl IntoView {
    // Another log in the same place has lines with the same numbers, and they are other lines.
    let view_number = NEXT_VIEW.fetch_add(1, Ordering::Relaxed);
    let look = Look::new();
    let follows = RwSignal::new(pointed_at.is_none());
    let view = NodeRef::<Div>::new();
    follow_end(view, lines, follows);
    if pointed_at.is_some() {
        Effect::new(move |_| request_animation_frame(|| show(".log-line[data-pointed]")));
    }
    let scrolled = move |_| {
        if let Some(view) = view.get_untracked() {
            let is_at_end = view.scroll_height() - view.scroll_top() - view.client_height() < END;
            if follows.get_untracked() != is_at_end {
                follows.set(is_at_end);
            }
        }
    };
    let search = Search::of(lines, sources);
    let dropped_words = move || {
        let count = dropped.get();
        (count > 0).then(|| {
            let words = text_with("log.dropped", &[("count", &crate::quantity::number(count as i64))]);
            view! { <p class="log-dropped">{words}</p> }
        })
    };
    let drawing =
        StoredValue::new(Drawing { sources, moments: Moments::new(), pointed_at, line_link, search });
    let is_several = Memo::new(move |_| sources.read().len() > 1);
    let lines_title = title.clone();
    view! {
        <section class="log" aria-label=title>
            <div class="log-bar">
                <div class="log-controls">{controls.run()}</div>
                {look.switches()}
                <IconButton
                    glyph=Glyph::Follow
                    title=text("log.follow")
                    pressed=follows
                    on_press=move |()| follows.update(|follows| *follows = !*follows)
                />
            </div>
            {search.bar(follows)}
            <div
                class="log-lines"
                data-wrap=move || look.wraps.get().then_some("")
                data-times=move || look.times.get().then_some("")
                data-plain=move || look.plain.get().then_some("")
                data-several=move || is_several.get().then_some("")
                data-only-hits=move || search.only_hits.get().then_some("")
                role="log"
                aria-label=lines_title
                aria-live="off"
                tabindex="0"
                node_ref=view
                on:scroll=scrolled
            >
                {dropped_words}
                <For
                    each=move || lines.get()
                    key=move |line| (view_number, line.number)
                    children=move |line| drawing.with_value(|drawing| drawing.line(&line))
                />
                <Show when=move || lines.read().is_empty()>
                    <p class="log-nothing">{text("log.nothing")}</p>
                </Show>
            </div>
        </section>
    }
}

fn follow_end(view: NodeRef<Div>, lines: Signal<Vec<LogLine>>, follows: RwSignal<bool>) {
    Effect::new(move |_| {
        lines.track();
        if follows.get()
            && let Some(view) = view.get()
        {
            request_animation_frame(move || view.set_scroll_top(view.scroll_height()));
        }
    });
}

/// Brings an element of the page into view.
fn show(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Center);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

impl Look {
    fn new() -> Self {
        let look =
            Self { wraps: RwSignal::new(true), times: RwSignal::new(false), plain: RwSignal::new(false) };
        Effect::new(move |before: Option<()>| {
            let parts = [("wrap", look.wraps), ("times", look.times), ("plain", look.plain)];
            if before.is_none()
                && let Some(kept) = Keep::Browser.read(KEPT)
            {
                let kept: Vec<&str> = kept.split(' ').collect();
                parts.iter().for_each(|(word, signal)| signal.set(kept.contains(word)));
            }
            let now: Vec<&str> =
                parts.iter().filter(|(_, signal)| signal.get()).map(|(word, _)| *word).collect();
            Keep::Browser.write(KEPT, &now.join(" "));
        });
        look
    }

    fn switches(self) -> AnyView {
        let toggle = |signal: RwSignal<bool>| move |()| signal.update(|is_on| *is_on = !*is_on);
        let is_formatted = Signal::derive(move || !self.plain.get());
        view! {
            <IconButton glyph=Glyph::Clock title=text("log.times") pressed=self.times on_press=toggle(self.times)/>
            <IconButton glyph=Glyph::Table title=text("log.fields") pressed=is_formatted on_press=toggle(self.plain)/>
            <IconButton glyph=Glyph::Wrap title=text("log.wrap") pressed=self.wraps on_press=toggle(self.wraps)/>
        }
        .into_any()
    }
}

impl Search {
    fn of(lines: Signal<Vec<LogLine>>, sources: Signal<Vec<LogSource>>) -> Self {
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
    fn has(self, number: u64) -> bool {
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

    fn bar(self, follows: RwSignal<bool>) -> AnyView {
        let found = move || {
            if self.typed.read().trim().is_empty() {
                return String::new();
            }
            match &*self.hits.read() {
                Err(words) => text_with("log.find.wrong", &[("words", words)]),
                Ok(hits) if hits.is_empty() => text("log.find.none").to_owned(),
                Ok(hits) => {
                    let count = crate::quantity::number(hits.len() as i64);
                    let place = self.current.get().and_then(|now| hits.iter().position(|hit| *hit == now));
                    match place {
                        Some(place) => {
                            text_with("log.find.place", &[("place", &(place + 1)), ("count", &count)])
                        }
                        None => text_with("log.find.count", &[("count", &count)]),
                    }
                }
            }
        };
        let key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                self.step(!event.shift_key(), follows);
            }
            "Escape" => {
                self.typed.set(String::new());
                if let Some(input) =
                    event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
                {
                    input.set_value("");
                }
            }
            _ => {}
        };
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
                    on:keydown=key
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
                <span class="hint" role="status">{found}</span>
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
