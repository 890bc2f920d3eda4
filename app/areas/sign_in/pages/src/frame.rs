//! What stands around a form of somebody who is not signed in.

use leptos::prelude::*;
use model::Level;
use ui::{Banner, Logo, PageTitle};

/// A heading, what went wrong, and the form.
pub(crate) fn frame(title: String, problem: Option<String>, form: AnyView) -> AnyView {
    let problem = problem.map(|problem| view! { <Banner level=Level::Failed>{problem}</Banner> });
    view! {
        <PageTitle text=title.clone()/>
        <main id="main" class="sign-in">
            <div class="sign-in-box">
                <p class="sign-in-brand"><Logo/>"Orrery"</p>
                <h1>{title}</h1>
                {problem}
                {form}
            </div>
        </main>
    }
    .into_any()
}
