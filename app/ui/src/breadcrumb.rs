//! Where one is, and the way to anywhere beside it.

use crate::keys::close_details_outside;
use crate::words::text;
use crate::{Glyph, Icon};
use leptos::prelude::*;

/// One step of the path to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What the step is called.
    pub title: String,
    /// Its page; `None` for the page one is on.
    pub href: Option<String>,
    /// What stands beside it: other clusters, other namespaces. Title and address; empty for no choice.
    pub siblings: Vec<(String, String)>,
}

impl Crumb {
    /// A step with a page and nothing beside it.
    pub fn link(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self { title: title.into(), href: Some(href.into()), siblings: Vec::new() }
    }

    /// The page one is on.
    pub fn here(title: impl Into<String>) -> Self {
        Self { title: title.into(), href: None, siblings: Vec::new() }
    }

    /// The same step with a choice of what stands beside it.
    #[must_use]
    pub fn beside(mut self, siblings: Vec<(String, String)>) -> Self {
        self.siblings = siblings;
        self
    }
}

/// The path to the page. A step with siblings opens a list of them, to be narrowed by typing.
#[component]
pub fn Breadcrumbs(
    /// From the widest to the page itself.
    #[prop(into)]
    crumbs: Signal<Vec<Crumb>>,
) -> impl IntoView {
    view! {
        <nav class="breadcrumbs" aria-label=text("breadcrumbs")>
            <ol>{move || crumbs.get().into_iter().map(crumb).collect_view()}</ol>
        </nav>
    }
}

fn crumb(crumb: Crumb) -> AnyView {
    let Crumb { title, href, siblings } = crumb;
    let words = match href {
        Some(href) => view! { <a href=href>{title.clone()}</a> }.into_any(),
        None => view! { <span aria-current="page">{title.clone()}</span> }.into_any(),
    };
    let choice = (!siblings.is_empty()).then(|| switcher(title, siblings));
    view! { <li>{words}{choice}</li> }.into_any()
}

/// A list that typing narrows; without scripts it is simply a list.
fn switcher(current: String, siblings: Vec<(String, String)>) -> AnyView {
    let details = NodeRef::<leptos::html::Details>::new();
    close_details_outside(details);
    let typed = RwSignal::new(String::new());
    let needs_filter = siblings.len() > 8;
    let item = move |(title, href): (String, String)| {
        let lower = title.to_lowercase();
        let is_hidden = move || !lower.contains(&typed.read().to_lowercase());
        let is_current = (title == current).then_some("true");
        view! { <li hidden=is_hidden><a href=href aria-current=is_current>{title}</a></li> }
    };
    let filter = needs_filter.then(|| {
        view! {
            <input
                class="input needs-scripts"
                type="search"
                aria-label=text("filter")
                placeholder=text("filter")
                prop:value=typed
                on:input=move |event| typed.set(event_target_value(&event))
            />
        }
    });
    view! {
        <details class="menu switcher" name="menu" node_ref=details>
            <summary aria-label=text("switch") title=text("switch")><Icon glyph=Glyph::ChevronDown/></summary>
            <div class="menu-panel">
                {filter}
                <ul class="menu-list">{siblings.into_iter().map(item).collect_view()}</ul>
            </div>
        </details>
    }
    .into_any()
}
