//! Addresses that lead nowhere.

use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::ClusterName;
use ui::{Empty, Glyph, LinkButton, PageTitle};

/// Inside the frame, for whoever is signed in.
#[component]
pub fn Unknown() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    view! {
        <PageTitle text=text("not-found")/>
        <h1 class="visually-hidden">{text("not-found")}</h1>
        <Empty
            glyph=Glyph::Globe
            title=text("not-found")
            explanation=text_with("not-found.text", &[("path", &path)])
            action=|| view! { <LinkButton href="/">{text("not-found.home")}</LinkButton> }
        />
    }
}

/// Inside the frame, in the place of every page of a cluster that is not there for who reads.
pub fn unknown_cluster(cluster: &ClusterName) -> AnyView {
    let title = text_with("unknown-cluster", &[("cluster", cluster)]);
    view! {
        <PageTitle text=title.clone()/>
        <h1 class="visually-hidden">{title.clone()}</h1>
        <Empty
            glyph=Glyph::Cluster
            title
            explanation=text("unknown-cluster.text")
            action=|| view! { <LinkButton href="/">{text("not-found.home")}</LinkButton> }
        />
    }
    .into_any()
}

/// Where no route matches at all.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <main id="main" class="main"><Unknown/></main> }
}
