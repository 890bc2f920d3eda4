//! Cards: one subject each.

use leptos::prelude::*;

/// A framed part of a page with a heading.
#[component]
pub fn Card(
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Buttons and links beside the heading.
    #[prop(optional, into)]
    actions: ViewFnOnce,
    /// Lets the content touch the frame, for tables and logs.
    #[prop(optional)]
    flush: bool,
    /// Takes the whole width of its grid.
    #[prop(optional)]
    wide: bool,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" data-flush=flush.then_some("") data-wide=wide.then_some("")>
            <header class="card-header">
                <h2>{move || title.get()}</h2>
                <div class="card-actions">{actions.run()}</div>
            </header>
            <div class="card-body">{children()}</div>
        </section>
    }
}

/// Cards side by side, as many as fit.
#[component]
pub fn CardGrid(
    /// The cards.
    children: Children,
) -> impl IntoView {
    view! { <div class="card-grid">{children()}</div> }
}
