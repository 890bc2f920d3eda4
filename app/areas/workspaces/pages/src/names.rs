//! What things are called.

use crate::words::{text, text_with};
use leptos::prelude::*;
use model::Timestamp;
use ui::Until;
use workspaces_contract::{MemberPlace, RoleSummary};

/// The words for a role.
pub fn role(role: &RoleSummary) -> String {
    ui::role_words(&role.id, role.title.as_deref())
}

/// The words for a place.
pub fn place_words(place: &MemberPlace) -> String {
    match place {
        MemberPlace::Cluster(cluster) => text_with("place.cluster", &[("name", cluster)]),
        MemberPlace::Workspace(name) => text_with("place.workspace", &[("name", name)]),
        MemberPlace::Project(cluster, namespace) => {
            text_with("place.project", &[("name", namespace), ("cluster", cluster)])
        }
    }
}

/// The words for a place, as a link to its members.
pub fn place(place: &MemberPlace) -> AnyView {
    view! { <a href=place.page()>{place_words(place)}</a> }.into_any()
}

/// A title with the name behind it, or the name alone.
pub fn titled(title: &str, name: &str) -> AnyView {
    if title.is_empty() {
        return view! { <span>{name.to_owned()}</span> }.into_any();
    }
    view! { <span>{title.to_owned()}</span>" "<span class="also">{name.to_owned()}</span> }.into_any()
}

/// A link that stands with the same words in each row of a table: what its row is about is read out behind them.
pub fn row_link(href: String, words: &'static str, about: &str) -> AnyView {
    let about = ui::about_words(about);
    view! { <a href=href>{words}<span class="visually-hidden">{about}</span></a> }.into_any()
}

/// Until when something is held.
pub fn until(at: Timestamp) -> AnyView {
    view! {
        {text("member.until")}
        " "
        <Until at/>
    }
    .into_any()
}
