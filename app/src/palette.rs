//! What the palette offers: pages of the cluster at once, saved searches and objects of all clusters after a moment.

use crate::navigation::{glyph, kinds};
use crate::words::{text, text_with};
use clusters_contract::Navigation;
use leptos::prelude::*;
use model::{ClusterName, Theme, link};
use records_contract::{Audience, FoundSearch, Of, find_saved_searches};
use records_pages::address_of_saved;
use resources_contract::{Hit, SearchGroup, SearchResults, search};
use resources_pages::{Creation, PageAction};
use std::time::Duration;
use ui::{Choice, Glyph, Palette, PaletteEntry};

/// Pause in typing after which the server is asked; pages are found at once.
const PAUSE: Duration = Duration::from_millis(120);

/// How many pages are offered before what the server finds.
const PAGES: usize = 8;

/// How many things to do are offered at once.
const ACTIONS: usize = 6;

/// The palette over everything that can be gone to.
#[component]
pub fn AnywherePalette(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The cluster of the page, or the one visited last, and what it serves.
    place: Signal<Option<(ClusterName, Navigation)>>,
    /// What can be done with the object that the page is about.
    actions: Signal<Vec<PageAction>>,
) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let mut ask = debounce(PAUSE, move |words: String| asked.set(words));
    Effect::new(move |_| ask(query.read().trim().to_owned()));
    let (saved, objects) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()));
    Effect::new(move |_| {
        let words = asked.get();
        if words.chars().count() < 2 {
            saved.set(Vec::new());
            objects.set(Vec::new());
            return;
        }
        // What cannot be found out is not offered; the pages of all searches and of all results say why.
        let named = find_saved_searches(words.clone());
        answer(words.clone(), asked, saved, async move { saved_searches(named.await.unwrap_or_default()) });
        let found = search(words.clone());
        answer(words, asked, objects, async move { hits(found.await.unwrap_or_default()) });
    });
    let entries = Signal::derive(move || {
        let query = query.read();
        let place = place.read();
        let place = place.as_ref().map(|(cluster, navigation)| (cluster, navigation));
        offered(query.trim(), place, &actions.read(), saved.get(), objects.get())
    });
    let busy = Signal::derive(move || query.read().trim() != asked.read().as_str());
    view! { <Palette open query entries busy/> }
}

/// Shows what was found for words, as soon as that is known.
fn answer(
    words: String,
    asked: RwSignal<String>,
    shown: RwSignal<Vec<PaletteEntry>>,
    found: impl Future<Output = Vec<PaletteEntry>> + 'static,
) {
    leptos::task::spawn_local(async move {
        let found = found.await;
        // What was typed meanwhile has its own answer.
        if asked.try_get_untracked() == Some(words) {
            let _ = shown.try_set(found);
        }
    });
}

/// All that is offered for what was typed, in its order; the last two are what was found for it.
fn offered(
    words: &str,
    place: Option<(&ClusterName, &Navigation)>,
    actions: &[PageAction],
    saved: Vec<PaletteEntry>,
    objects: Vec<PaletteEntry>,
) -> Vec<PaletteEntry> {
    // What one looks at is what one does something with.
    let mut entries = of_page(words, actions);
    entries.extend(pages(words, place));
    if !words.is_empty() {
        entries.extend(doing(words, place));
        entries.extend(saved);
        entries.extend(objects);
        entries.push(everything(words));
    }
    entries
}

/// An entry with the names it is found by.
type Named = (PaletteEntry, Vec<String>);

/// Of all entries those whose names begin with or contain the words; the better match first.
fn matching(words: &str, all: impl IntoIterator<Item = Named>, count: usize) -> Vec<PaletteEntry> {
    let words = words.to_lowercase();
    let mut found: Vec<(u8, PaletteEntry)> = all
        .into_iter()
        .filter_map(|(entry, names)| Some((names.iter().filter_map(|name| rank(name, &words)).min()?, entry)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(count).map(|(_, entry)| entry).collect()
}

/// Pages whose title, kind or short name matches.
fn pages(words: &str, place: Option<(&ClusterName, &Navigation)>) -> Vec<PaletteEntry> {
    matching(words, all_pages(place), PAGES)
}

/// What can be done with the object that the page is about.
fn of_page(words: &str, actions: &[PageAction]) -> Vec<PaletteEntry> {
    let all = actions.iter().map(|action| {
        let does = Choice::Go(action.href.clone());
        (act(action.title.clone(), Glyph::Play, does), vec![action.title.clone()])
    });
    matching(words, all, ACTIONS)
}

/// What can be done anywhere.
fn doing(words: &str, place: Option<(&ClusterName, &Navigation)>) -> Vec<PaletteEntry> {
    let mut all = Vec::new();
    if let Some((cluster, navigation)) = place {
        for kind in kinds(navigation) {
            // What their definitions say is not known of all kinds.
            let creation = Creation::of(cluster, &kind, None, &navigation.namespaces, None);
            let Some(Creation { href, .. }) = creation else { continue };
            let title = text_with("palette.create", &[("kind", &kind.title)]);
            let names = vec![title.clone(), format!("create {}", kind.slug)];
            all.push((act(title, Glyph::Plus, Choice::Go(href)), names));
        }
    }
    let themes = [
        (Theme::Light, text("palette.theme.light")),
        (Theme::Dark, text("palette.theme.dark")),
        (Theme::System, text("palette.theme.system")),
    ];
    let mut named =
        |title: &str, glyph, does| all.push((act(title.to_owned(), glyph, does), vec![title.to_owned()]));
    for (theme, title) in themes {
        named(title, Glyph::Settings, Choice::Theme(theme));
    }
    named(text("palette.sign-out"), Glyph::SignOut, Choice::SignOut);
    matching(words, all, ACTIONS)
}

fn act(title: String, glyph: Glyph, does: Choice) -> PaletteEntry {
    let group = text("palette.actions").to_owned();
    PaletteEntry { title, detail: String::new(), group, glyph, level: None, does }
}

/// 0 is the name itself, 1 begins with the words, 2 contains them.
fn rank(name: &str, words: &str) -> Option<u8> {
    let name = name.to_lowercase();
    match name.find(words)? {
        0 if name.len() == words.len() => Some(0),
        0 => Some(1),
        _ => Some(2),
    }
}

/// Every page with the names it is found by.
fn all_pages(place: Option<(&ClusterName, &Navigation)>) -> Vec<Named> {
    let page = |title: &str, detail: String, glyph: Glyph, href: String| PaletteEntry {
        title: title.to_owned(),
        detail,
        group: text("palette.pages").to_owned(),
        glyph,
        level: None,
        does: Choice::Go(href),
    };
    let named = |entry: PaletteEntry| {
        let names = vec![entry.title.clone()];
        (entry, names)
    };
    let mut pages = Vec::new();
    if let Some((cluster, navigation)) = place {
        for group in &navigation.groups {
            for kind in &group.kinds {
                let href = link::list(cluster, &kind.slug);
                let detail = format!("{} · {cluster}", group.title);
                let entry = page(&kind.title, detail, glyph(&group.id, kind), href);
                let mut names = vec![kind.title.clone(), kind.slug.to_string()];
                names.extend(kind.aliases.iter().cloned());
                pages.push((entry, names));
            }
        }
        let create = format!("{}/create", link::cluster(cluster));
        pages.push(named(page(text("create"), cluster.to_string(), Glyph::Plus, create)));
    }
    for cluster in place.map(|(_, navigation)| navigation.clusters.as_slice()).unwrap_or_default() {
        pages.push(named(page(
            cluster.as_str(),
            text("cluster").to_owned(),
            Glyph::Cluster,
            link::cluster(cluster),
        )));
    }
    pages.push(named(page(text("fleet"), String::new(), Glyph::Fleet, "/".to_owned())));
    pages.push(named(page(text("preferences"), String::new(), Glyph::Settings, "/preferences".to_owned())));
    pages
}

/// Searches that are kept, with what they search and where, and the project that shares them.
fn saved_searches(found: Vec<FoundSearch>) -> Vec<PaletteEntry> {
    let entry = |FoundSearch { cluster, search }: FoundSearch| {
        let of = match search.of {
            Of::Logs => text("logs"),
            Of::Events => text("logs.events"),
            Of::Audit => text("logs.audit"),
        };
        let detail = match &search.audience {
            Audience::Project(namespace) => format!("{of} · {cluster} · {namespace}"),
            Audience::Own | Audience::Cluster => format!("{of} · {cluster}"),
        };
        PaletteEntry {
            does: Choice::Go(address_of_saved(&cluster, &search)),
            title: search.name,
            detail,
            group: text("logs.saved").to_owned(),
            glyph: Glyph::Search,
            level: None,
        }
    };
    found.into_iter().map(entry).collect()
}

fn hits(found: SearchResults) -> Vec<PaletteEntry> {
    let entries = |group: SearchGroup| {
        let SearchGroup { cluster, kind_title, hits, .. } = group;
        let heading = format!("{kind_title} · {cluster}");
        hits.into_iter().map(move |hit| entry(hit, heading.clone()))
    };
    found.groups.into_iter().flat_map(entries).collect()
}

fn entry(hit: Hit, group: String) -> PaletteEntry {
    let Hit { resource, status, matched } = hit;
    let namespace = resource.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    PaletteEntry {
        title: resource.name.to_string(),
        detail: matched.unwrap_or(namespace),
        group,
        glyph: Glyph::Box,
        level: status.map(|status| status.level),
        does: Choice::Go(link::object(&resource)),
    }
}

/// The last line: all results on a page of their own.
fn everything(words: &str) -> PaletteEntry {
    PaletteEntry {
        title: text_with("palette.everything", &[("words", &words)]),
        detail: String::new(),
        group: text("search").to_owned(),
        glyph: Glyph::Search,
        level: None,
        does: Choice::Go(link::search(words)),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests;
