//! Whether what is shown follows what is.

use crate::Since;
use crate::words::{text, text_with};
use leptos::prelude::*;
use live::Liveness;

/// Live, reconnecting or paused, with the age of what is shown.
#[component]
pub fn LiveMark(
    /// How fresh it is.
    #[prop(into)]
    state: Signal<Liveness>,
) -> impl IntoView {
    let words = move || match state.get() {
        Liveness::Waiting => "",
        Liveness::Live => text("live"),
        Liveness::Reconnecting(_) => text("reconnecting"),
        Liveness::Paused(_) => text("paused"),
    };
    let since = move || match state.get() {
        Liveness::Waiting | Liveness::Live => None,
        Liveness::Reconnecting(at) | Liveness::Paused(at) => Some(view! { " "<Since at/> }),
    };
    let state_word = move || match state.get() {
        Liveness::Waiting => "waiting",
        Liveness::Live => "live",
        Liveness::Reconnecting(_) => "reconnecting",
        Liveness::Paused(_) => "paused",
    };
    view! {
        <span class="live-mark" data-state=state_word>
            <span class="live-dot"></span>
            // Only the word is read out when it changes; the age beside it changes each second.
            <span role="status">{words}</span>
            {since}
        </span>
    }
}

/// Appears while changes of order wait for the pointer to leave the table; pressing it applies them now.
#[component]
pub fn PendingPill(
    /// How many changes wait.
    #[prop(into)]
    count: Signal<usize>,
    /// Applies them.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let words = move || text_with("pending", &[("count", &count.get())]);
    view! {
        <Show when=move || { count.get() > 0 }>
            <button class="pending-pill" type="button" on:click=move |_| on_press.run(())>{words}</button>
        </Show>
    }
}
