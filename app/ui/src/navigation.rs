//! The rail: groups of links.

use crate::words::text;
use crate::{Glyph, Icon};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Links that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct NavigationGroup {
    /// What they have in common.
    pub title: String,
    /// The links.
    pub items: Vec<NavigationItem>,
    /// Links that most readers never follow: shown on demand, and around the page that one of them leads to.
    pub more: Vec<NavigationItem>,
}

/// One link of the rail.
#[derive(Clone, Debug, PartialEq)]
pub struct NavigationItem {
    /// Its words.
    pub title: String,
    /// Its address.
    pub href: String,
    /// Its picture, which is all that shows when the rail is collapsed.
    pub glyph: Glyph,
    /// How many there are.
    pub count: Option<u64>,
}

/// The links to everything, in groups. The link whose address the page's path equals, or lies below, is marked.
#[component]
pub fn Navigation(
    /// All groups.
    #[prop(into)]
    groups: Signal<Vec<NavigationGroup>>,
    /// The path of the page.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let current = Memo::new(move |_| {
        let path = path.read();
        let groups = groups.read();
        let links =
            groups.iter().flat_map(|group| group.items.iter().chain(&group.more)).map(|item| &item.href);
        links.filter(|href| leads_to(href, &path)).max_by_key(|href| href.len()).cloned()
    });
    // By title: the groups are drawn anew when what they count changes.
    let opened = RwSignal::new(BTreeSet::<String>::new());
    let group = move |group: NavigationGroup| {
        let title = group.title.clone();
        let heading = (!title.is_empty()).then(|| view! { <h2 class="rail-title">{title}</h2> });
        view! {
            <div class="rail-group">
                {heading}
                <ul>{group.items.into_iter().map(|one| item(one, current)).collect_view()}</ul>
                {(!group.more.is_empty()).then(|| more(group.title, group.more, opened, current))}
            </div>
        }
    };
    view! {
        <nav class="rail-groups" aria-label=text("navigation")>
            {move || groups.get().into_iter().map(group).collect_view()}
        </nav>
    }
}

fn item(item: NavigationItem, current: Memo<Option<String>>) -> impl IntoView {
    let NavigationItem { title, href, glyph, count } = item;
    let (address, tooltip) = (href.clone(), title.clone());
    let is_current = move || (current.read().as_ref() == Some(&address)).then_some("page");
    view! {
        <li>
            <a class="rail-link" href=href title=tooltip aria-current=is_current>
                <Icon glyph/>
                <span class="rail-words">{title}</span>
                {count.map(|count| view! { <span class="count">{count}</span> })}
            </a>
        </li>
    }
}

/// The links of a group that are shown on demand. `opened` holds the titles of the groups that show theirs.
fn more(
    title: String,
    items: Vec<NavigationItem>,
    opened: RwSignal<BTreeSet<String>>,
    current: Memo<Option<String>>,
) -> impl IntoView {
    let hrefs: Vec<String> = items.iter().map(|item| item.href.clone()).collect();
    let of = title.clone();
    let is_open = move || {
        opened.read().contains(&of) || current.read().as_ref().is_some_and(|href| hrefs.contains(href))
    };
    let keep = move |event| {
        let title = title.clone();
        match event_target::<web_sys::Element>(&event).has_attribute("open") {
            true => opened.update(|opened| opened.extend([title])),
            false => opened.update(|opened| opened.retain(|other| *other != title)),
        }
    };
    view! {
        <details class="rail-more" open=is_open on:toggle=keep>
            <summary class="rail-link" title=text("navigation.more")>
                <Icon glyph=Glyph::ChevronDown/>
                <span class="rail-words">{text("navigation.more")}</span>
                <span class="count">{items.len()}</span>
            </summary>
            <ul>{items.into_iter().map(|one| item(one, current)).collect_view()}</ul>
        </details>
    }
}

/// Whether a page lies at or below an address.
fn leads_to(href: &str, path: &str) -> bool {
    match path.strip_prefix(href) {
        Some("") => true,
        Some(rest) => href != "/" && rest.starts_with('/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::leads_to;

    #[test]
    fn a_page_lies_below_its_list_and_not_below_a_longer_name() {
        assert!(leads_to("/clusters/harbour/pods", "/clusters/harbour/pods/shop/web-0"));
        assert!(leads_to("/clusters/harbour/pods", "/clusters/harbour/pods"));
        assert!(!leads_to("/clusters/harbour/pods", "/clusters/harbour/podsecurity"));
        assert!(!leads_to("/", "/clusters"));
    }
}
