//! All built-in kinds.

use crate::{Kind, builtin};
use std::sync::{Arc, LazyLock};

static KINDS: LazyLock<Vec<Arc<Kind>>> =
    LazyLock::new(|| builtin::kinds().into_iter().map(Arc::new).collect());

/// All built-in kinds, in the order of the navigation.
pub fn all() -> &'static [Arc<Kind>] {
    &KINDS
}

/// The built-in kind with this slug.
pub fn find(slug: &str) -> Option<&'static Arc<Kind>> {
    all().iter().find(|kind| kind.slug == slug)
}

/// The built-in kind that an API group serves under this plural.
pub fn of_resource(group: &str, plural: &str) -> Option<&'static Arc<Kind>> {
    all().iter().find(|kind| kind.group == group && kind.plural == plural)
}

/// The built-in kind that manifests call so.
pub fn of_manifest(group: &str, kind: &str) -> Option<&'static Arc<Kind>> {
    all().iter().find(|known| known.group == group && known.kind == kind)
}
