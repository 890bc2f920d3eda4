//! A button that opens a short list. It is `<details>`, so it works without scripts.

use crate::keys::close_details_outside;
use crate::{Glyph, Icon};
use leptos::html::Details;
use leptos::prelude::*;

/// A list of links and buttons behind a button. Closes on Escape and on a click elsewhere.
#[component]
pub fn Menu(
    /// The words of the button, and its tooltip when it shows only a picture.
    #[prop(into)]
    title: String,
    /// A picture; with `compact` it is all that shows.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// Shows only the picture.
    #[prop(optional)]
    compact: bool,
    /// [`MenuItem`]s, or anything else.
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    close_details_outside(details);
    let words = if compact {
        view! { <span class="visually-hidden">{title.clone()}</span> }.into_any()
    } else {
        view! { <span>{title.clone()}</span><Icon glyph=Glyph::ChevronDown/> }.into_any()
    };
    view! {
        <details class="menu" name="menu" node_ref=details>
            <summary class=if compact { "icon-button" } else { "button" } title=compact.then_some(title)>
                {glyph.map(|glyph| view! { <Icon glyph/> })}
                {words}
            </summary>
            <div class="menu-panel">
                <div class="menu-list">{children()}</div>
            </div>
        </details>
    }
}

/// One line of a menu: a link when it has an address, otherwise a button.
#[component]
pub fn MenuItem(
    /// The words.
    #[prop(into)]
    title: String,
    /// A picture before the words.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// Where it goes.
    #[prop(optional, into)]
    href: Option<String>,
    /// The key that does the same.
    #[prop(optional, into)]
    key: Option<String>,
    /// Marks what cannot be taken back.
    #[prop(optional)]
    danger: bool,
    /// Called when it is pressed and has no address.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let inner = view! {
        {glyph.map(|glyph| view! { <Icon glyph/> })}
        <span class="menu-words">{title}</span>
        {key.map(|key| view! { <kbd>{key}</kbd> })}
    };
    let danger = danger.then_some("");
    match href {
        Some(href) => view! { <a class="menu-item" data-danger=danger href=href>{inner}</a> }.into_any(),
        None => {
            let press = move |_| on_press.iter().for_each(|on_press| on_press.run(()));
            view! { <button class="menu-item" data-danger=danger type="button" on:click=press>{inner}</button> }
                .into_any()
        }
    }
}
