//! What stands around a form of somebody who is not signed in.

use leptos::prelude::*;
use model::{Level, Platform};
use ui::{Announced, Banner, Brand, PageTitle, TitlesOf};

/// A heading, what went wrong, and the form.
pub(crate) fn frame(title: String, problem: Option<String>, form: AnyView) -> AnyView {
    framed(&Platform::default(), title, problem, form)
}

/// The same with what is said of the platform.
pub(crate) fn framed(platform: &Platform, title: String, problem: Option<String>, form: AnyView) -> AnyView {
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
