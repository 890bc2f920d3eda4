//! The person, their preferences, and the way out.

use crate::keys::close_details_outside;
use crate::words::{role_words, text};
use crate::{Glyph, Icon, Keep, PreferencesForm};
use leptos::html::Details;
use leptos::prelude::*;
use model::{Me, PlatformLink};

/// Who is signed in, theme, density and language, and signing out (a form that posts to `/sign-out`).
#[component]
pub fn UserMenu(
    /// The person; `None` while nobody is known.
    #[prop(into)]
    me: Signal<Option<Me>>,
    /// The address of the page, to come back to after a change of preferences.
    #[prop(into)]
    here: Signal<String>,
    /// Pages elsewhere that people are led to.
    #[prop(optional)]
    links: Vec<PlatformLink>,
) -> impl IntoView {
    let link = |link: PlatformLink| {
        view! {
            <a class="menu-item" href=link.href rel="noreferrer">
                <Icon glyph=Glyph::External/>
                <span class="menu-words">{link.title}</span>
            </a>
        }
    };
    let links = links.into_iter().map(link).collect_view();
    let details = NodeRef::<Details>::new();
    close_details_outside(details);
    let person = |me: Me| {
        view! {
            <div class="user-person">
                <strong>{me.name}</strong>
                <span>{role_words(&me.role, me.role_title.as_deref())}</span>
            </div>
        }
    };
    let way_out = move || {
        me.read().is_some().then(|| {
            view! {
                // What was typed in this tab is not for whoever comes next; the frame sees to it where a session ends by itself.
                <form method="post" action="/sign-out" on:submit=|_| Keep::Tab.forget_all()>
                    <button class="menu-item" type="submit">
                        <Icon glyph=Glyph::SignOut/>
                        <span class="menu-words">{text("sign-out")}</span>
                    </button>
                </form>
            }
        })
    };
    view! {
        <details class="menu user-menu" name="menu" node_ref=details>
            <summary class="icon-button" title=text("user-menu")>
                <Icon glyph=Glyph::User/>
                <span class="visually-hidden">{text("user-menu")}</span>
            </summary>
            <div class="menu-panel">
                {move || me.get().map(person)}
                <a class="menu-item" href="/account">
                    <Icon glyph=Glyph::User/>
                    <span class="menu-words">{text("account")}</span>
                </a>
                <PreferencesForm return_to=here/>
                <a class="menu-item" href="/preferences">
                    <Icon glyph=Glyph::Clock/>
                    <span class="menu-words">{text("time-zone")}</span>
                </a>
                {links}
                {way_out}
            </div>
        </details>
    }
}
