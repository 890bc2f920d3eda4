//! What stands around a form of somebody who is not signed in.

use leptos::prelude::*;
use model::{Level, Platform};
use sign_in_contract::read_ways;
use ui::{Announced, Banner, Brand, PageTitle, TitlesOf};

/// What is said of the platform, for pages that ask for nothing else of how people get in; nothing where it cannot be read.
pub(crate) fn said_of_platform() -> Resource<Platform> {
    Resource::new_blocking(|| (), |()| async { read_ways().await.unwrap_or_default().platform })
}

/// A heading, what went wrong, and the form, with what is said of the platform.
pub(crate) fn frame(platform: &Platform, title: String, problem: Option<String>, form: AnyView) -> AnyView {
    let problem = problem.map(|problem| view! { <Banner level=Level::Failed>{problem}</Banner> });
    view! {
        <TitlesOf name=platform.name()/>
        <PageTitle text=title.clone()/>
        <main id="main" class="sign-in">
            <div class="sign-in-box">
                <p class="sign-in-brand"><Brand platform=platform.clone()/></p>
                <h1>{title}</h1>
                <Announced platform=platform.clone()/>
                {problem}
                {form}
            </div>
        </main>
    }
    .into_any()
}
