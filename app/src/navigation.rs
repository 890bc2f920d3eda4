//! What the rail and the top bar offer, from what the server knows about a cluster.

mod crumbs;
mod outside;
mod pages;
mod rail;

pub use crumbs::{Here, crumbs};
pub use rail::{glyph, groups};

use clusters_contract::{MenuKind, Navigation};
use model::ClusterName;
use resources_pages::KindFacts;

/// Pages of a cluster whose addresses stand where others name a kind.
const PAGES: [&str; 7] = ["create", "deleted", "logs", "members", "monitoring", "recordings", "sites"];

/// Those of them that show what the console keeps itself, also of a cluster that it no longer reaches.
const OF_CONSOLE: [&str; 3] = ["members", "recordings", "sites"];

/// What the addresses of forms for something new begin with, where others name a kind.
const NEW: &str = "new";

/// The address of the identity providers.
const PROVIDERS: &str = "/settings/providers";

/// The address of what is said of the platform.
const PLATFORM: &str = "/settings/platform";

/// The cluster that a page's path belongs to.
pub fn cluster_of(path: &str) -> Option<ClusterName> {
    let rest = path.strip_prefix("/clusters/")?;
    ClusterName::parse(rest.split('/').next()?).ok()
}

/// Whether a page of a cluster shows what the console keeps itself.
pub fn is_of_console(path: &str) -> bool {
    path.split('/').nth(3).is_some_and(|page| OF_CONSOLE.contains(&page))
}

/// The kind that a page's path belongs to.
pub fn kind_of(path: &str) -> Option<&str> {
    cluster_of(path)?;
    let mut parts = path.split('/').skip(3);
    let kind = parts.next().filter(|kind| !kind.is_empty() && !PAGES.contains(kind))?;
    // The form for something new stands beside the lists.
    if kind == NEW { parts.next() } else { Some(kind) }
}

/// The kinds as pages know them.
pub fn kinds(navigation: &Navigation) -> Vec<KindFacts> {
    let kinds = navigation.groups.iter().flat_map(|group| &group.kinds);
    let facts = |kind: &MenuKind| KindFacts {
        slug: kind.slug.clone(),
        title: kind.title.clone(),
        namespaced: kind.namespaced,
        creatable: kind.creatable,
        alertable: kind.alertable,
    };
    kinds.map(facts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_clusters_have_a_cluster() {
        assert_eq!(
            cluster_of("/clusters/harbour/pods").map(|name| name.to_string()).as_deref(),
            Some("harbour")
        );
        assert_eq!(cluster_of("/clusters/%2e%2e/pods"), None);
        assert_eq!(cluster_of("/search"), None);
    }

    #[test]
    fn what_the_console_keeps_is_shown_without_its_cluster() {
        assert!(is_of_console("/clusters/harbour/recordings/7"));
        assert!(!is_of_console("/clusters/harbour/pods/shop/members"));
        assert!(!is_of_console("/clusters/harbour"));
    }
}
