//! How well something is: shape, colour and word.

use crate::words::text_of;
use leptos::prelude::*;
use model::{Level, Status};

/// A status: the shape and colour of its level, its word, and its reason as a tooltip.
#[component]
pub fn StatusMark(
    /// What it says.
    status: Status,
    /// Also writes the reason after the word.
    #[prop(optional)]
    with_reason: bool,
) -> impl IntoView {
    let Status { level, word, reason } = status;
    let hint = (!reason.is_empty() && !with_reason).then(|| reason.clone());
    let shown = (!reason.is_empty() && with_reason).then(|| reason.clone());
    view! {
        <span class="status" data-level=level.word() title=hint>
            {shape(level)}
            <span class="status-word">{word}</span>
            {shown.map(|reason| view! { <span class="status-reason">{reason}</span> })}
        </span>
    }
}

/// The shape of a level alone, for places where its word stands nearby.
pub(crate) fn shape(level: Level) -> AnyView {
    let drawing = match level {
        Level::Failed => view! { <path d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2z"></path><path class="cut" d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"></path> }.into_any(),
        Level::Warning => view! { <path d="M8 1.4 15.4 14.4H.6z"></path><path class="cut" d="M8 6v4M8 12v.4"></path> }.into_any(),
        Level::Progressing => view! { <path class="line" d="M8 2a6 6 0 1 1-6 6"></path> }.into_any(),
        Level::Unknown => view! { <circle class="line dashed" cx="8" cy="8" r="6"></circle> }.into_any(),
        Level::Healthy => view! { <circle cx="8" cy="8" r="6"></circle> }.into_any(),
        Level::Finished => view! { <circle cx="8" cy="8" r="7"></circle><path class="cut" d="m4.8 8.2 2.2 2.2 4.2-4.6"></path> }.into_any(),
        Level::Inactive => view! { <rect class="line" x="2.5" y="2.5" width="11" height="11" rx="2"></rect><path class="line" d="M5.5 8h5"></path> }.into_any(),
    };
    view! {
        <svg
            class="status-shape"
            data-level=level.word()
            viewBox="0 0 16 16"
            role="img"
            aria-label=text_of("level", level.word())
        >
            {drawing}
        </svg>
    }
    .into_any()
}

/// The shape of a level alone, where what it is of stands beside it.
#[component]
pub fn LevelMark(
    /// The level.
    #[prop(into)]
    level: Signal<Level>,
) -> impl IntoView {
    move || shape(level.get())
}

/// A short word in a frame: a version, a role, a count. Not for statuses.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    text: Signal<String>,
    /// Makes it stand out in the accent colour.
    #[prop(optional)]
    strong: bool,
) -> impl IntoView {
    view! { <span class="badge" data-strong=strong.then_some("")>{move || text.get()}</span> }
}
