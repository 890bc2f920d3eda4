//! A list of names and what they are.

use leptos::prelude::*;

/// A definition list: names to the left, values to the right.
#[component]
pub fn KeyValue(
    /// [`KeyValueItem`]s.
    children: Children,
) -> impl IntoView {
    view! { <dl class="key-value">{children()}</dl> }
}

/// One name and its value.
#[component]
pub fn KeyValueItem(
    /// The name.
    #[prop(into)]
    name: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="key-value-item">
            <dt>{name}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
