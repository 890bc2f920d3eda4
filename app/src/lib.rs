#![doc = include_str!("../README.md")]

mod dock;
mod frame;
mod home;
mod navigation;
mod not_found;
mod object;
mod palette;
mod parts;
mod recent;
mod routes;
mod shell;
mod words;

pub use frame::{Around, NavigationAnswer, is_in_unknown_cluster};
pub use navigation::cluster_of;
pub use parts::come as part_comes;
pub use shell::{Assets, embedded, shell};
pub use workloads_pages::{PortClosed, PortPage, port_closed, port_opening};

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use model::CONSOLE;
use ui::TitlesOf;

/// The whole console. The same on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    ui::provide_preferences();
    ui::provide_clock();
    ui::provide_toasts();
    live::provide_live();
    ui::send_once();
    view! {
        <TitlesOf name=CONSOLE/>
        {routes::routes()}
    }
}
