//! Tabs as links: every tab has its own address.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Which tab, as in the address.
    pub id: String,
    /// Its words.
    pub title: String,
    /// Its address.
    pub href: String,
    /// A number beside the words.
    pub count: Option<u64>,
}

/// A row of tabs; the current one is marked.
#[component]
pub fn Tabs(
    /// What the tabs divide, for screen readers.
    #[prop(into)]
    title: String,
    /// All tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// The id of the current one.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    let tab = move |tab: Tab| {
        let Tab { id, title, href, count } = tab;
        let is_current = move || (*current.read() == id).then_some("page");
        view! {
            <li>
                <a href=href aria-current=is_current>
                    {title}
                    {count.map(|count| view! { <span class="count">{count}</span> })}
                </a>
            </li>
        }
    };
    view! {
        <nav class="tabs" aria-label=title>
            <ul>{move || tabs.get().into_iter().map(tab).collect_view()}</ul>
        </nav>
    }
}
