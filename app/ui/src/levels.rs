//! How many are how well.

use crate::quantity::number;
use crate::status::shape;
use crate::words::{text, text_of};
use leptos::prelude::*;
use model::Level;

/// Counts by level, worst first; each is a link that shows only those.
#[component]
pub fn LevelChips(
    /// How many are at each level.
    #[prop(into)]
    levels: Signal<Vec<(Level, u64)>>,
    /// The address that shows one level, or all again when it is already the one shown.
    #[prop(into)]
    link: Callback<Level, String>,
    /// The level shown, if only one is.
    #[prop(optional, into)]
    current: Signal<Option<Level>>,
) -> impl IntoView {
    let chip = move |(level, count): (Level, u64)| {
        let is_current = current.get() == Some(level);
        let word = text_of("level", level.word());
        let title = word.clone();
        view! {
            <li>
                <a
                    class="level-chip"
                    data-level=level.word()
                    href=link.run(level)
                    title=title
                    aria-current=is_current.then_some("true")
                >
                    {shape(level)}
                    <span class="level-count">{number(count as i64)}</span>
                    <span class="level-word">{word}</span>
                </a>
            </li>
        }
    };
    let chips = move || levels.get().into_iter().filter(|(_, count)| *count > 0).map(chip).collect_view();
    view! { <ul class="level-chips" aria-label=text("levels")>{chips}</ul> }
}
