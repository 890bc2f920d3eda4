//! Slugs of the kinds that the console asks for by itself.

use model::KindSlug;

/// The slug of a kind that Kubernetes itself brings, such as `pods`.
pub(crate) fn built_in(plural: &str) -> KindSlug {
    KindSlug::parse(plural).expect("the plurals of Kubernetes are slugs")
}
