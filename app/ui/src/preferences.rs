//! What this browser remembers: theme, density, language, time zone.

use crate::words::text;
use leptos::prelude::*;
use model::{Density, Language, Preferences, Theme};
use wasm_bindgen::JsValue;

/// Makes the reader's preferences known to everything below. On the server the request has already provided them; in
/// the browser they are read once from the cookie that the server rendered the page from.
pub fn provide_preferences() {
    if use_context::<Preferences>().is_none() {
        provide_context(preferences());
    }
    provide_context(Chosen(RwSignal::new(preferences())));
}

/// What is chosen by now, wherever on the page it was chosen. What is provided beside it stays as it was when the page was
/// loaded.
#[derive(Clone, Copy)]
struct Chosen(RwSignal<Preferences>);

/// What is chosen by now. For components: handlers have no context.
pub(crate) fn chosen() -> RwSignal<Preferences> {
    use_context::<Chosen>().map_or_else(|| RwSignal::new(preferences()), |chosen| chosen.0)
}

/// The reader's preferences. Works in handlers too, which have no context: there the browser's cookie answers.
pub fn preferences() -> Preferences {
    use_context::<Preferences>().unwrap_or_else(|| {
        // `is_browser` asks the context as well, so the target decides.
        if cfg!(target_arch = "wasm32") { from_cookie() } else { Preferences::default() }
    })
}

fn from_cookie() -> Preferences {
    let cookies = js_sys::Reflect::get(&document(), &JsValue::from_str("cookie"));
    let cookies = cookies.ok().and_then(|value| value.as_string()).unwrap_or_default();
    let ours = cookies.split("; ").find_map(|pair| pair.strip_prefix(Preferences::COOKIE)?.strip_prefix('='));
    Preferences::from_cookie(ours.unwrap_or_default(), language_of_page())
}

/// The language that the server rendered this page in, which is the browser's until one is chosen.
fn language_of_page() -> Language {
    let tag = document().document_element().and_then(|root| root.get_attribute("lang"));
    Language::ALL.into_iter().find(|language| tag.as_deref() == Some(language.tag())).unwrap_or_default()
}

/// Remembers the preferences for a year and shows them on the page. Browser only.
fn remember(preferences: &Preferences) {
    let secure =
        if location().protocol().is_ok_and(|protocol| protocol == "https:") { "; Secure" } else { "" };
    let cookie = format!(
        "{}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}",
        Preferences::COOKIE,
        preferences.to_cookie()
    );
    // Without a cookie the choice still holds for this page, so a refusal changes nothing here.
    let _ = js_sys::Reflect::set(&document(), &JsValue::from_str("cookie"), &JsValue::from_str(&cookie));
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme_word(preferences.theme));
        let _ = root.set_attribute("data-density", density_word(preferences.density));
    }
}

/// Changes the theme at once and remembers it. For handlers in the browser.
pub(crate) fn set_theme(chosen: RwSignal<Preferences>, theme: Theme) {
    remember(&Preferences { theme, ..from_cookie() });
    chosen.update(|chosen| chosen.theme = theme);
}

/// Changes the height of rows at once and remembers it. For handlers in the browser.
fn set_density(chosen: RwSignal<Preferences>, density: Density) {
    remember(&Preferences { density, ..from_cookie() });
    chosen.update(|chosen| chosen.density = density);
}

/// Remembers whether the rail shows icons only. For handlers in the browser.
pub(crate) fn set_rail_collapsed(rail_collapsed: bool) {
    remember(&Preferences { rail_collapsed, ..from_cookie() });
}

/// The word for `data-theme` on `<html>` and for the form field `theme`.
pub fn theme_word(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// The word for `data-density` on `<html>` and for the form field `density`.
pub fn density_word(density: Density) -> &'static str {
    match density {
        Density::Compact => "compact",
        Density::Comfortable => "comfortable",
    }
}

/// Chooses theme, density and language. Each choice is a button of a form that posts `theme`, `density` or `language`
/// and `next` to `/preferences`; with scripts, theme and density change at once without a request.
#[component]
pub fn PreferencesForm(
    /// The address to come back to.
    #[prop(into)]
    return_to: Signal<String>,
) -> impl IntoView {
    let chosen = chosen();
    let theme = move |theme| {
        choice(
            "theme",
            theme_word(theme),
            crate::words::text_of("theme", theme_word(theme)),
            move || chosen.read().theme == theme,
            move || set_theme(chosen, theme),
        )
    };
    let density = move |density| {
        let word = density_word(density);
        choice(
            "density",
            word,
            crate::words::text_of("density", word),
            move || chosen.read().density == density,
            move || set_density(chosen, density),
        )
    };
    let language = move |language: Language| {
        view! {
            <button
                type="submit"
                name="language"
                value=language.tag()
                lang=language.tag()
                aria-pressed=move || (chosen.read().language == language).to_string()
            >
                {language.own_name()}
            </button>
        }
    };
    view! {
        <form class="preferences" method="post" action="/preferences">
            <input type="hidden" name="next" prop:value=return_to value=move || return_to.get()/>
            <fieldset class="segments">
                <legend>{text("preferences.theme")}</legend>
                {[Theme::System, Theme::Light, Theme::Dark].map(theme).collect_view()}
            </fieldset>
            <fieldset class="segments">
                <legend>{text("preferences.density")}</legend>
                {[Density::Compact, Density::Comfortable].map(density).collect_view()}
            </fieldset>
            <fieldset class="segments">
                <legend>{text("preferences.language")}</legend>
                {Language::ALL.map(language).collect_view()}
            </fieldset>
        </form>
    }
}

/// One choice that scripts apply at once.
fn choice(
    name: &'static str,
    value: &'static str,
    title: String,
    is_chosen: impl Fn() -> bool + Send + Sync + 'static,
    apply: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    view! {
        <button
            type="submit"
            name=name
            value=value
            aria-pressed=move || is_chosen().to_string()
            on:click=move |event| {
                event.prevent_default();
                apply();
            }
        >
            {title}
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_shows_what_was_chosen_elsewhere_on_the_page() {
        let html = Owner::new().with(|| {
            provide_context(Preferences::default());
            provide_preferences();
            chosen().update(|chosen| chosen.theme = Theme::Dark);
            view! { <PreferencesForm return_to="/"/> }.to_html()
        });

        assert!(html.contains("value=\"dark\" aria-pressed=\"true\""), "{html}");
        assert!(html.contains("value=\"system\" aria-pressed=\"false\""), "{html}");
    }
}
