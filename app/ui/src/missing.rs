//! Which right is missing, and who can give it, in the reader's language: the same words beside every button.

use crate::LinkButton;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{GrantedBy, Need};

/// Why a button cannot be pressed, for [`crate::Button`]'s `disabled_because`.
pub fn missing_right_words(need: &Need) -> String {
    let who = granted_by_words(&need.granted_by);
    text_with("missing", &[("verb", &need.verb), ("resource", &need.resource), ("who", &who)])
}

/// Who can give a right.
pub(crate) fn granted_by_words(by: &GrantedBy) -> String {
    match by {
        GrantedBy::Administrator => text("granted-by.administrator").to_owned(),
        GrantedBy::Cluster(name) => text_with("granted-by.cluster", &[("name", name)]),
        GrantedBy::Workspace => text("granted-by.workspace").to_owned(),
        GrantedBy::Project(name) => text_with("granted-by.project", &[("name", name)]),
        GrantedBy::ClusterItself => text("granted-by.cluster-itself").to_owned(),
        GrantedBy::WhileActingAs(name) => text_with("granted-by.acting", &[("name", name)]),
        GrantedBy::OutsideOfToken(place) if place.is_empty() => text("granted-by.token.gone").to_owned(),
        GrantedBy::OutsideOfToken(place) => text_with("granted-by.token", &[("place", place)]),
    }
}

/// The way to ask for a role that gives the right; nothing where people give none: on the platform, and in what a cluster
/// itself refuses.
pub fn ask_for(need: &Need) -> Option<AnyView> {
    let href = match need.granted_by {
        GrantedBy::Project(_) | GrantedBy::Cluster(_) => model::link::new_request(&place_of(need)),
        GrantedBy::Workspace => model::link::new_request(""),
        GrantedBy::Administrator
        | GrantedBy::ClusterItself
        | GrantedBy::WhileActingAs(_)
        | GrantedBy::OutsideOfToken(_) => return None,
    };
    Some(view! { <LinkButton href=href>{text("ask-access")}</LinkButton> }.into_any())
}

/// The place that a right belongs to, as addresses write it.
pub(crate) fn place_of(need: &Need) -> String {
    match (&need.cluster, &need.namespace) {
        (Some(cluster), Some(namespace)) if !namespace.contains(',') => {
            format!("project/{cluster}/{namespace}")
        }
        (Some(cluster), _) => format!("cluster/{cluster}"),
        (None, _) => String::new(),
    }
}
