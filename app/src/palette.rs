//! What the palette offers: pages of the cluster at once, objects of all clusters after a moment.

use crate::navigation::{cluster_of, glyph};
use crate::words::text;
use clusters_contract::Navigation;
use leptos::prelude::*;
use model::{ClusterName, link};
use resources_contract::{Hit, SearchGroup, SearchResults, search};
use std::time::Duration;
use ui::{Glyph, Palette, PaletteEntry};

/// Pause in typing after which objects are searched for; pages are found at once.
const PAUSE: Duration = Duration::from_millis(120);

/// How many pages are offered before the objects.
const PAGES: usize = 8;

/// The palette over everything that can be gone to.
#[component]
pub fn AnywherePalette(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What the cluster of the page serves.
    navigation: Memo<Option<Navigation>>,
    /// The path of the page.
    path: Signal<String>,
) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let asked = RwSignal::new(String::new());
    let mut ask = debounce(PAUSE, move |words: String| asked.set(words));
    Effect::new(move |_| ask(query.read().trim().to_owned()));
    let objects = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        let words = asked.get();
        if words.chars().count() < 2 {
            objects.set(Vec::new());
            return;
        }
        leptos::task::spawn_local(async move {
            let found = search(words.clone()).await.unwrap_or_default();
            // What was typed meanwhile has its own answer.
            if asked.try_get_untracked() == Some(words) {
                let _ = objects.try_set(hits(found));
            }
        });
    });
    let entries = Signal::derive(move || {
        let cluster = cluster_of(&path.read());
        let mut entries = pages(query.read().trim(), cluster.as_ref(), navigation.read().as_ref());
        if !query.read().trim().is_empty() {
            entries.extend(objects.get());
            entries.push(everything(query.read().trim()));
        }
        entries
    });
    let busy = Signal::derive(move || query.read().trim() != asked.read().as_str());
    view! { <Palette open query entries busy/> }
}

/// Pages whose title, kind or short name begins with or contains the words; the better match first.
fn pages(words: &str, cluster: Option<&ClusterName>, navigation: Option<&Navigation>) -> Vec<PaletteEntry> {
    let words = words.to_lowercase();
    let mut found: Vec<(u8, PaletteEntry)> = all_pages(cluster, navigation)
        .into_iter()
        .filter_map(|(entry, names)| Some((names.iter().filter_map(|name| rank(name, &words)).min()?, entry)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(PAGES).map(|(_, entry)| entry).collect()
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
fn all_pages(
    cluster: Option<&ClusterName>,
    navigation: Option<&Navigation>,
) -> Vec<(PaletteEntry, Vec<String>)> {
    let page = |title: &str, detail: String, glyph: Glyph, href: String| PaletteEntry {
        title: title.to_owned(),
        detail,
        group: text("palette.pages").to_owned(),
        glyph,
        level: None,
        href,
    };
    let named = |entry: PaletteEntry| {
        let names = vec![entry.title.clone()];
        (entry, names)
    };
    let mut pages = Vec::new();
    if let (Some(cluster), Some(navigation)) = (cluster, navigation) {
        for group in &navigation.groups {
            for kind in &group.kinds {
                let href = link::list(cluster, &kind.slug);
                let entry = page(&kind.title, group.title.clone(), glyph(&group.id, kind), href);
                let mut names = vec![kind.title.clone(), kind.slug.to_string()];
                names.extend(kind.aliases.iter().cloned());
                pages.push((entry, names));
            }
        }
        let create = format!("{}/create", link::cluster(cluster));
        pages.push(named(page(text("create"), cluster.to_string(), Glyph::Plus, create)));
    }
    for cluster in navigation.map(|navigation| navigation.clusters.as_slice()).unwrap_or_default() {
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
        href: link::object(&resource),
    }
}

/// The last line: all results on a page of their own.
fn everything(words: &str) -> PaletteEntry {
    PaletteEntry {
        title: crate::words::text_with("palette.everything", &[("words", &words)]),
        detail: String::new(),
        group: text("search").to_owned(),
        glyph: Glyph::Search,
        level: None,
        href: link::search(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_itself_comes_before_what_begins_with_it() {
        assert_eq!(rank("po", "po"), Some(0));
        assert_eq!(rank("Pods", "po"), Some(1));
        assert_eq!(rank("ReplicaSets endpoints", "po"), Some(2));
        assert_eq!(rank("Nodes", "po"), None);
    }

    #[test]
    fn without_a_cluster_there_are_still_pages() {
        assert_eq!(pages("clu", None, None).len(), 1);
    }
}
