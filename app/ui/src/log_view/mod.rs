//! Lines of a log, or of several.

mod find;
mod line;
mod look;
mod moments;
mod parse;
mod search;

use crate::words::{text, text_with};
use crate::{Glyph, IconButton};
use leptos::html::Div;
use leptos::prelude::*;
use line::Drawing;
use live::LogLine;
use look::Look;
use model::live::LogSource;
use search::Search;
use std::sync::atomic::{AtomicU32, Ordering};

pub use line::line_text;
pub use moments::Moments;

/// How far from the end, in pixels, still counts as the end: a line and a half.
const END: i32 = 30;

static NEXT_VIEW: AtomicU32 = AtomicU32::new(0);

/// The word of the level that a line says it has, if it says one.
pub fn line_level(text: &str) -> Option<&'static str> {
    parse::level(text).map(parse::LineLevel::word)
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
    let search = Search::of(lines, sources);
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
                on:scroll=move |_| notice_end(view, follows)
            >
                {move || dropped_words(dropped.get())}
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

/// Scrolls to the end with each new line.
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

/// Follows the end for as long as the reader is there.
fn notice_end(view: NodeRef<Div>, follows: RwSignal<bool>) {
    if let Some(view) = view.get_untracked() {
        let is_at_end = view.scroll_height() - view.scroll_top() - view.client_height() < END;
        if follows.get_untracked() != is_at_end {
            follows.set(is_at_end);
        }
    }
}

fn dropped_words(count: u64) -> Option<impl IntoView> {
    (count > 0).then(|| {
        let words = text_with("log.dropped", &[("count", &crate::quantity::number(count as i64))]);
        view! { <p class="log-dropped">{words}</p> }
    })
}

/// Brings an element of the page into view.
fn show(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Center);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
