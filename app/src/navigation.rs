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
}
