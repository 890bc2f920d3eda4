//! The shape of what is on its way, so that nothing moves when it arrives.

use crate::words::text;
use leptos::prelude::*;

fn waiting(class: &'static str, inner: AnyView) -> AnyView {
    view! {
        <div class=class role="status">
            <span class="visually-hidden">{text("loading")}</span>
            {inner}
        </div>
    }
    .into_any()
}

fn bar() -> AnyView {
    view! { <span class="skeleton-bar"></span> }.into_any()
}

/// A table on its way.
#[component]
pub fn SkeletonTable(
    /// How many rows.
    #[prop(default = 12)]
    rows: usize,
    /// How many columns.
    #[prop(default = 6)]
    columns: usize,
) -> impl IntoView {
    let row = move |_| {
        view! { <div class="skeleton-row">{(0..columns).map(|_| bar()).collect_view()}</div> }.into_any()
    };
    waiting("skeleton skeleton-table", (0..=rows).map(row).collect_view().into_any())
}

/// An object's page on its way: header, tabs, cards.
#[component]
pub fn SkeletonDetail() -> impl IntoView {
    let lines = |count: usize| (0..count).map(|_| bar()).collect_view();
    let inner = view! {
        <div class="skeleton-header">{lines(2)}</div>
        <div class="skeleton-tabs">{lines(5)}</div>
        <div class="card-grid">
            <div class="card skeleton-card">{lines(6)}</div>
            <div class="card skeleton-card">{lines(6)}</div>
        </div>
    };
    waiting("skeleton skeleton-detail", inner.into_any())
}

/// A grid of cards on its way.
#[component]
pub fn SkeletonCards(
    /// How many cards.
    #[prop(default = 3)]
    count: usize,
) -> impl IntoView {
    let card =
        |_| view! { <div class="card skeleton-card">{(0..5).map(|_| bar()).collect_view()}</div> }.into_any();
    let cards = (0..count).map(card).collect_view();
    waiting("skeleton", view! { <div class="card-grid">{cards}</div> }.into_any())
}
