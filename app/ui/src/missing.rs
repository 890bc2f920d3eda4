//! Which right is missing, and who can give it, in the reader's language: the same words beside every button.

use crate::words::{text, text_with};
use model::{GrantedBy, Need};

/// Why a button cannot be pressed, for [`crate::Button`]'s `disabled_because`.
pub fn missing_right_words(need: &Need) -> String {
    let who = granted_by_words(&need.granted_by);
    text_with("missing", &[("verb", &need.verb), ("resource", &need.resource), ("who", &who)])
}

/// Who can give a right.
pub fn granted_by_words(by: &GrantedBy) -> String {
    match by {
        GrantedBy::Administrator => text("granted-by.administrator").to_owned(),
        GrantedBy::Cluster(name) => text_with("granted-by.cluster", &[("name", name)]),
        GrantedBy::Workspace => text("granted-by.workspace").to_owned(),
        GrantedBy::Project(name) => text_with("granted-by.project", &[("name", name)]),
        GrantedBy::ClusterItself => text("granted-by.cluster-itself").to_owned(),
    }
}
