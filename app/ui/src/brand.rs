//! What is said of the platform that the console belongs to.

use crate::{Banner, Logo};
use leptos::prelude::*;
use model::{Level, Platform};

/// Its picture and its name.
#[component]
pub fn Brand(
    /// What is said of it.
    platform: Platform,
) -> impl IntoView {
    let name = platform.name().to_owned();
    let picture = match platform.logo {
        Some(logo) => view! { <img class="logo" src=logo alt=""/> }.into_any(),
        None => view! { <Logo/> }.into_any(),
    };
    view! { {picture}<span class="rail-words brand-words">{name}</span> }
}

/// What everybody is to know now, if anything.
#[component]
pub fn Announced(
    /// What is said of the platform.
    platform: Platform,
) -> impl IntoView {
    platform.announcement.map(|announcement| {
        let level = if announcement.is_warning { Level::Warning } else { Level::Inactive };
        view! { <Banner level><span class="announcement">{announcement.text}</span></Banner> }
    })
}
