//! A strip above what it speaks of.

use crate::Since;
use crate::error_words::error_words;
use crate::status::shape;
use crate::words::text;
use leptos::prelude::*;
use model::{Level, Stale};

/// Something to know about everything below it.
#[component]
pub fn Banner(
    /// How bad it is.
    level: Level,
    /// Buttons and links at the end of the strip.
    #[prop(optional, into)]
    actions: ViewFnOnce,
    /// What to know.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="banner" data-level=level.word() role="status">
            {shape(level)}
            <div class="banner-words">{children()}</div>
            <div class="banner-actions">{actions.run()}</div>
        </div>
    }
}

/// Says that what follows is only what was last known: since when, and why.
#[component]
pub fn StaleBanner(
    /// What is wrong; nothing is shown while all is well.
    #[prop(into)]
    stale: Signal<Option<Stale>>,
) -> impl IntoView {
    let strip = |Stale { since, error }: Stale| {
        view! {
            <Banner level=Level::Warning>
                <strong>{text("stale")}</strong>
                " "
                <Since at=since in_words=true/>
                <span class="banner-cause">{error_words(&error)}</span>
            </Banner>
        }
    };
    move || stale.get().map(strip)
}
