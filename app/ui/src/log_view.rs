//! Lines of a log.

use crate::ansi::{Span, spans};
use crate::words::text;
use crate::{Glyph, IconButton};
use leptos::html::Div;
use leptos::prelude::*;
use live::LogLine;

/// How far from the end, in pixels, still counts as the end: a line and a half.
const END: i32 = 30;

/// A log: follows its end until the reader scrolls up, wraps lines or not, shows terminal colours.
#[component]
pub fn LogView(
    /// Whose log it is, for screen readers.
    #[prop(into)]
    title: String,
    /// The lines, oldest first.
    #[prop(into)]
    lines: Signal<Vec<LogLine>>,
    /// Lines before these were dropped to stay within bounds.
    #[prop(optional, into)]
    dropped: Signal<u64>,
    /// Choices and links at the left of the bar: container, previous, download.
    #[prop(optional, into)]
    controls: ViewFnOnce,
) -> impl IntoView {
    let wraps = RwSignal::new(true);
    let follows = RwSignal::new(true);
    let view = NodeRef::<Div>::new();
    Effect::new(move |_| {
        lines.track();
        if follows.get()
            && let Some(view) = view.get()
        {
            request_animation_frame(move || view.set_scroll_top(view.scroll_height()));
        }
    });
    let scrolled = move |_| {
        if let Some(view) = view.get_untracked() {
            let is_at_end = view.scroll_height() - view.scroll_top() - view.client_height() < END;
            if follows.get_untracked() != is_at_end {
                follows.set(is_at_end);
            }
        }
    };
    let dropped_words = move || {
        let count = dropped.get();
        (count > 0).then(|| {
            let words =
                crate::words::text_with("log.dropped", &[("count", &crate::quantity::number(count as i64))]);
            view! { <p class="log-dropped">{words}</p> }
        })
    };
    let lines_title = title.clone();
    view! {
        <section class="log" aria-label=title>
            <div class="log-bar">
                <div class="log-controls">{controls.run()}</div>
                <IconButton
                    glyph=Glyph::Wrap
                    title=text("log.wrap")
                    pressed=wraps
                    on_press=move |()| wraps.update(|wraps| *wraps = !*wraps)
                />
                <IconButton
                    glyph=Glyph::Follow
                    title=text("log.follow")
                    pressed=follows
                    on_press=move |()| follows.update(|follows| *follows = !*follows)
                />
            </div>
            <div
                class="log-lines"
                data-wrap=move || wraps.get().then_some("")
                role="log"
                aria-label=lines_title
                aria-live="off"
                tabindex="0"
                node_ref=view
                on:scroll=scrolled
            >
                {dropped_words}
                <For each=move || lines.get() key=|line| line.number children=|line| draw(&line.text)/>
                <Show when=move || lines.read().is_empty()>
                    <p class="log-nothing">{text("log.nothing")}</p>
                </Show>
            </div>
        </section>
    }
}

fn draw(line: &str) -> AnyView {
    let piece = |Span { text, look }: Span| {
        let class = look.class();
        if class.is_empty() { text.into_any() } else { view! { <span class=class>{text}</span> }.into_any() }
    };
    view! { <p class="log-line">{spans(line).into_iter().map(piece).collect_view()}</p> }.into_any()
}
