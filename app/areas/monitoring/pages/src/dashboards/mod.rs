//! Dashboards that people make and keep: the list, one of them, and the forms that make and change them.

pub mod annotations;
mod edit;
mod embedded;
mod embeds;
mod gauges;
mod grid;
mod import;
mod lines;
mod list;
mod new;
mod panel_form;
mod panels;
mod removal;
mod show;
mod variables;

pub use edit::EditDashboardPage;
pub use embedded::embedded;
pub use embeds::EmbedDashboardPage;
pub use import::ImportDashboardPage;
pub use list::DashboardsPage;
pub use new::NewDashboardPage;
pub use show::DashboardPage;

use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::Namespace;
use monitoring_contract::DashboardList;

/// The id in the page's path.
fn use_id() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("id").unwrap_or_default())
}

/// For what a dashboard is, in words.
fn place_words(namespace: Option<&Namespace>) -> String {
    namespace.map_or_else(|| text("dashboards.cluster").to_owned(), ToString::to_string)
}

/// The places for which the reader may make one, for choosing.
fn places(list: &DashboardList) -> Vec<(String, String)> {
    let cluster = list.may_make_for_cluster.then(|| (String::new(), place_words(None)));
    let projects = list.may_make_for.iter().map(|name| (name.to_string(), name.to_string()));
    cluster.into_iter().chain(projects).collect()
}
