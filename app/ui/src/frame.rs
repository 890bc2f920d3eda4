//! What stands around every page.

use crate::keys::focus_main;
use crate::words::{text, text_with};
use crate::{
    Announced, Brand, Breadcrumbs, Crumb, Glyph, Icon, Navigation, NavigationGroup, ToastRegion, UserMenu,
};
use leptos::prelude::*;
use model::{Me, Platform};

/// The frame: skip link, rail, top bar, page, messages. On narrow screens the rail folds into a sheet at the top, which
/// is `<details>` and needs no scripts.
#[component]
pub fn Frame(
    /// The links of the rail.
    #[prop(into)]
    navigation: Signal<Vec<NavigationGroup>>,
    /// The path of the page, which marks its link in the rail.
    #[prop(into)]
    path: Signal<String>,
    /// The address of the page with its query, to come back to after changing preferences.
    #[prop(into)]
    here: Signal<String>,
    /// The path to the page.
    #[prop(into)]
    crumbs: Signal<Vec<Crumb>>,
    /// Who is signed in.
    #[prop(into)]
    me: Signal<Option<Me>>,
    /// What is said of the platform.
    #[prop(optional)]
    platform: Platform,
    /// Opens the palette; without scripts its button is a link to `/search`.
    palette_open: RwSignal<bool>,
    /// What stays at the bottom while pages come and go.
    #[prop(optional, into)]
    below: ViewFnOnce,
    /// The page.
    children: Children,
) -> impl IntoView {
    crate::lost_focus::watch();
    let is_collapsed = RwSignal::new(crate::preferences().rail_collapsed);
    // The router would take it for a way to another page, and leave the focus where it is.
    let skip = |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        focus_main();
    };
    view! {
        <a class="skip-link" href="#main" on:click=skip>{text("skip")}</a>
        <div class="frame" data-rail=move || if is_collapsed.get() { "narrow" } else { "wide" }>
            {rail(navigation, path, here, is_collapsed, platform.clone())}
            <div class="frame-column">
                <header class="top-bar">
                    {sheet(navigation, path, platform.clone())}
                    <Breadcrumbs crumbs/>
                    {palette_link(palette_open)}
                    <UserMenu me here links=platform.links.clone()/>
                </header>
                <main id="main" class="main" tabindex="-1"><Announced platform/>{children()}</main>
                {below.run()}
            </div>
        </div>
        <ToastRegion/>
    }
}

fn home(platform: Platform) -> AnyView {
    let title = text_with("home", &[("name", &platform.name())]);
    view! {
        <a class="brand" href="/" aria-label=title>
            <Brand platform/>
        </a>
    }
    .into_any()
}

fn rail(
    navigation: Signal<Vec<NavigationGroup>>,
    path: Signal<String>,
    here: Signal<String>,
    is_collapsed: RwSignal<bool>,
    platform: Platform,
) -> AnyView {
    view! {
        <aside class="rail" aria-label=text("rail")>
            {home(platform)}
            <Navigation groups=navigation path/>
            {rail_switch(here, is_collapsed)}
        </aside>
    }
    .into_any()
}

/// Makes the rail narrow or wide: at once where scripts run, otherwise by a form.
fn rail_switch(here: Signal<String>, is_collapsed: RwSignal<bool>) -> AnyView {
    let title = move || if is_collapsed.get() { text("rail.wide") } else { text("rail.narrow") };
    let switch = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        is_collapsed.update(|is_collapsed| *is_collapsed = !*is_collapsed);
        crate::preferences::set_rail_collapsed(is_collapsed.get_untracked());
    };
    view! {
        <form class="rail-switch" method="post" action="/preferences" on:submit=switch>
            <input type="hidden" name="next" value=move || here.get()/>
            <input type="hidden" name="rail" value=move || if is_collapsed.get() { "wide" } else { "narrow" }/>
            <button class="icon-button" type="submit" aria-label=title title=title>
                {move || {
                    let glyph = if is_collapsed.get() { Glyph::ChevronRight } else { Glyph::ChevronLeft };
                    view! { <Icon glyph/> }
                }}
            </button>
        </form>
    }
    .into_any()
}

/// The rail of narrow screens. Only one of the two is ever displayed, so a screen reader meets only one.
fn sheet(navigation: Signal<Vec<NavigationGroup>>, path: Signal<String>, platform: Platform) -> AnyView {
    let details = NodeRef::<leptos::html::Details>::new();
    Effect::new(move |_| {
        path.track();
        if let Some(details) = details.get() {
            details.set_open(false);
        }
    });
    view! {
        <details class="sheet" node_ref=details>
            <summary class="icon-button" title=text("navigation")>
                <Icon glyph=Glyph::Menu/>
                <span class="visually-hidden">{text("navigation")}</span>
            </summary>
            <div class="sheet-panel">{home(platform)}<Navigation groups=navigation path/></div>
        </details>
    }
    .into_any()
}

fn palette_link(open: RwSignal<bool>) -> AnyView {
    view! {
        <a
            class="palette-link"
            href="/search"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=move |event| {
                event.prevent_default();
                event.stop_propagation();
                open.set(true);
            }
        >
            <Icon glyph=Glyph::Search/>
            <span>{text("palette.open")}</span>
            <kbd class="needs-scripts" aria-hidden="true">"Ctrl K"</kbd>
        </a>
    }
    .into_any()
}
