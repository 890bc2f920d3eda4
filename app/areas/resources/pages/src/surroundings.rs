//! What the frame lends to pages.

use leptos::prelude::*;
use model::{KindSlug, Namespace, ResourceRef};

/// A kind that the cluster of the page serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindFacts {
    /// The kind.
    pub slug: KindSlug,
    /// Plural, in the reader's language.
    pub title: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether the cluster creates objects of it on request, and the reader may ask for that.
    pub creatable: bool,
    /// Whether the reader may keep alerts on lists of it.
    pub alertable: bool,
}

/// Something that can be done with what a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageAction {
    /// What it does, and with what.
    pub title: String,
    /// The address that asks for it.
    pub href: String,
}

/// What the frame knows about the cluster of the page. Empty until it is known; pages do without.
#[derive(Clone, Copy)]
pub struct Surroundings {
    /// Its kinds.
    pub kinds: Signal<Vec<KindFacts>>,
    /// Namespaces that the reader may see.
    pub namespaces: Signal<Vec<Namespace>>,
    /// The name of the reader.
    pub person: Signal<String>,
    /// What can be done with the object that the page is about. The page writes it, the frame offers it.
    pub actions: RwSignal<Vec<PageAction>>,
}

/// Lends them to every page below.
pub fn provide_surroundings(surroundings: Surroundings) {
    provide_context(surroundings);
}

impl Surroundings {
    /// Those of the frame around this component; empty ones without a frame.
    pub(crate) fn here() -> Self {
        use_context().unwrap_or_else(|| Self {
            kinds: Signal::stored(Vec::new()),
            namespaces: Signal::stored(Vec::new()),
            person: Signal::stored(String::new()),
            actions: RwSignal::new(Vec::new()),
        })
    }

    /// The plural of a kind in the reader's language; its slug while that is not known.
    pub(crate) fn title(self, kind: &KindSlug) -> String {
        self.find(kind).map_or_else(|| kind.to_string(), |facts| facts.title)
    }

    /// What is known about a kind.
    pub(crate) fn find(self, kind: &KindSlug) -> Option<KindFacts> {
        self.kinds.read().iter().find(|facts| facts.slug == *kind).cloned()
    }
}

/// A tab on the pages of objects that another area draws.
#[derive(Debug)]
pub struct ForeignTab {
    /// Its word in addresses.
    pub id: &'static str,
    /// Its title in the reader's language.
    pub title: fn() -> String,
    /// Whether the page of an object has it.
    pub fits: fn(&ResourceRef) -> bool,
    /// The tab of an object.
    pub view: fn(ResourceRef) -> AnyView,
}

/// The tabs that other areas draw.
#[derive(Clone, Copy, Debug)]
pub struct ForeignTabs(pub &'static [ForeignTab]);

impl ForeignTabs {
    /// Those of the frame around this component; none without a frame.
    pub(crate) fn here() -> Self {
        use_context().unwrap_or(Self(&[]))
    }

    /// Those that an object's page has.
    pub(crate) fn of(self, object: &ResourceRef) -> impl Iterator<Item = &'static ForeignTab> + use<> {
        let object = object.clone();
        self.0.iter().filter(move |tab| (tab.fits)(&object))
    }
}
