//! Every component in every state: for people who build pages, for the accessibility checks and for screenshots.

mod charts;
mod forms;
mod lists;
mod objects;
mod parts;
mod states;

use crate::{PageHeader, Tab, Tabs};
use leptos::prelude::*;

/// The page of components. Its words are English only: it is a workbench, not part of the product.
#[component]
pub fn Gallery() -> impl IntoView {
    let subject = |id: &str, title: &str| Tab {
        id: id.into(),
        title: title.into(),
        href: format!("#{id}"),
        count: None,
    };
    let subjects = vec![
        subject("parts", "Small parts"),
        subject("lists", "Lists"),
        subject("objects", "Objects"),
        subject("charts", "Charts"),
        subject("forms", "Forms"),
        subject("states", "States"),
    ];
    view! {
        <PageHeader title="Components" kind="Design system"/>
        <Tabs title="Subjects" tabs=subjects current="parts"/>
        <div class="gallery">
            {section("parts", "Small parts", parts::parts())}
            {section("lists", "Lists", lists::lists())}
            {section("objects", "Objects", objects::objects())}
            {section("charts", "Charts", charts::charts())}
            {section("forms", "Forms", forms::forms())}
            {section("states", "States", states::states())}
        </div>
    }
}

fn section(id: &'static str, title: &'static str, content: AnyView) -> AnyView {
    let heading = format!("{id}-heading");
    let labelled_by = heading.clone();
    view! {
        <section class="gallery-section" id=id aria-labelledby=labelled_by>
            <h2 class="gallery-heading" id=heading>{title}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// One component in one state, with its name.
fn specimen(name: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! {
        <figure class="specimen">
            <figcaption>{name}</figcaption>
            <div class="specimen-body">{content.into_any()}</div>
        </figure>
    }
    .into_any()
}
