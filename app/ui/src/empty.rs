//! Nothing there, on purpose.

use crate::{Glyph, Icon};
use leptos::prelude::*;

/// What a place shows when it is empty: what belongs here, and the one action that fills it.
#[component]
pub fn Empty(
    /// A picture of what is missing.
    #[prop(default = Glyph::Box)]
    glyph: Glyph,
    /// That there is none, in a few words.
    #[prop(into)]
    title: String,
    /// What this place is for.
    #[prop(optional, into)]
    explanation: Option<String>,
    /// The one action that fills it, as a button or link.
    #[prop(optional, into)]
    action: ViewFnOnce,
) -> impl IntoView {
    view! {
        <div class="empty">
            <div class="empty-picture"><Icon glyph/></div>
            <p class="empty-title">{title}</p>
            {explanation.map(|text| view! { <p class="empty-text">{text}</p> })}
            <div class="empty-action">{action.run()}</div>
        </div>
    }
}
