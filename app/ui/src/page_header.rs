//! The head of a page.

use crate::{Since, StatusMark};
use leptos::prelude::*;
use model::{Status, Timestamp};

/// What a page is about: name, status with its reason, age, owners, actions.
#[component]
pub fn PageHeader(
    /// The name.
    #[prop(into)]
    title: Signal<String>,
    /// What sort of thing it is, above the name.
    #[prop(optional, into)]
    kind: Option<String>,
    /// How well it is.
    #[prop(optional, into)]
    status: Signal<Option<Status>>,
    /// Since when it exists.
    #[prop(optional, into)]
    since: Signal<Option<Timestamp>>,
    /// What owns it, the outermost first: words and address.
    #[prop(optional, into)]
    owners: Signal<Vec<(String, String)>>,
    /// Small facts beside the age: badges, counts.
    #[prop(optional, into)]
    facts: ViewFnOnce,
    /// Buttons and menus.
    #[prop(optional, into)]
    actions: ViewFnOnce,
) -> impl IntoView {
    let owner = |(title, href): (String, String)| view! { <li><a href=href>{title}</a></li> };
    let owners = move || {
        let owners = owners.get();
        (!owners.is_empty())
            .then(|| view! { <ul class="owner-chain">{owners.into_iter().map(owner).collect_view()}</ul> })
    };
    view! {
        <header class="page-header">
            <div class="page-title">
                {kind.map(|kind| view! { <p class="page-kind">{kind}</p> })}
                <h1>{move || title.get()}</h1>
            </div>
            <div class="page-facts">
                {move || status.get().map(|status| view! { <StatusMark status with_reason=true/> })}
                {move || since.get().map(|at| view! { <Since at in_words=true/> })}
                {owners}
                {facts.run()}
            </div>
            <div class="page-actions">{actions.run()}</div>
        </header>
    }
}
