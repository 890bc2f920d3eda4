//! Remembered choices, as a form that works without scripts.

use crate::console::Console;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Density, Language, Preferences, Theme};
use serde::Deserialize;
use sign_in_contract::safe_next;

/// How long a browser remembers.
const ONE_YEAR_SECONDS: u32 = 365 * 24 * 3600;

/// See `sign_in_contract::path::PREFERENCES`. What is missing stays as it is.
#[derive(Default, Deserialize)]
pub struct PreferencesForm {
    theme: Option<String>,
    density: Option<String>,
    language: Option<String>,
    zone: Option<String>,
    rail: Option<String>,
    #[serde(default)]
    next: String,
}

/// Sets the cookie and goes back.
pub async fn choose(
    State(console): State<Console>,
    headers: HeaderMap,
    Form(form): Form<PreferencesForm>,
) -> Response {
    let value = changed(from_headers(&headers), &form).to_cookie();
    let secure = if console.surroundings().public_url().is_https { "; Secure" } else { "" };
    // Scripts read it, to render the same as the server did; so it is not HttpOnly.
    let cookie =
        format!("{}={value}; Path=/; Max-Age={ONE_YEAR_SECONDS}; SameSite=Lax{secure}", Preferences::COOKIE);
    ([(SET_COOKIE, cookie)], Redirect::to(safe_next(&form.next))).into_response()
}

/// The choices that a request carries; the language is the browser's until one is chosen.
pub fn from_headers(headers: &HeaderMap) -> Preferences {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.find(|(name, _)| *name == Preferences::COOKIE).map_or("", |(_, value)| value);
    Preferences::from_cookie(value, language_of_browser(headers))
}

/// The first language that a browser asks for and that is known.
pub fn language_of_browser(headers: &HeaderMap) -> Language {
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(','));
    let known = |tag: &str| {
        let asked = tag.split([';', '-']).next().unwrap_or_default().trim();
        let speaks = |language: &Language| {
            language.tag().split('-').next().is_some_and(|own| own.eq_ignore_ascii_case(asked))
        };
        Language::ALL.into_iter().find(speaks)
    };
    tags.find_map(known).unwrap_or_default()
}

fn changed(mut preferences: Preferences, form: &PreferencesForm) -> Preferences {
    match form.theme.as_deref() {
        Some("system") => preferences.theme = Theme::System,
        Some("light") => preferences.theme = Theme::Light,
        Some("dark") => preferences.theme = Theme::Dark,
        _ => {}
    }
    match form.density.as_deref() {
        Some("compact") => preferences.density = Density::Compact,
        Some("comfortable") => preferences.density = Density::Comfortable,
        _ => {}
    }
    if let Some(tag) = &form.language
        && let Some(language) = Language::ALL.into_iter().find(|language| language.tag() == tag)
    {
        preferences.language = language;
    }
    if let Some(zone) = &form.zone {
        // Through the cookie's own reader, which knows what a zone may be.
        let asked = Preferences { time_zone: Some(zone.clone()), ..Preferences::default() };
        preferences.time_zone = Preferences::from_cookie(&asked.to_cookie(), asked.language).time_zone;
    }
    match form.rail.as_deref() {
        Some("wide") => preferences.rail_collapsed = false,
        Some("narrow") => preferences.rail_collapsed = true,
        _ => {}
    }
    preferences
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_choice_leaves_the_others_as_they_are() {
        let before = Preferences { theme: Theme::Dark, rail_collapsed: true, ..Preferences::default() };
        let form = PreferencesForm { language: Some("zh-Hans".into()), ..PreferencesForm::default() };

        let after = changed(before.clone(), &form);

        assert_eq!(after, Preferences { language: Language::Chinese, ..before });
    }

    #[test]
    fn a_browser_is_answered_in_the_first_language_that_both_know() {
        let asked = |line: &'static str| {
            language_of_browser(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(line))]))
        };

        assert_eq!(asked("fr-CH, zh-TW;q=0.9, en;q=0.8"), Language::Chinese);
        assert_eq!(asked("en-GB,zh;q=0.5"), Language::English);
        assert_eq!(asked("fr, *;q=0.1"), Language::English);
        assert_eq!(language_of_browser(&HeaderMap::new()), Language::English);
    }

    #[test]
    fn until_a_language_is_chosen_it_is_the_browsers() {
        let read = |cookie: &'static str| {
            from_headers(&HeaderMap::from_iter([
                (ACCEPT_LANGUAGE, HeaderValue::from_static("zh-CN,zh;q=0.9,en;q=0.8")),
                (COOKIE, HeaderValue::from_static(cookie)),
            ]))
        };
        let chinese = Preferences { language: Language::Chinese, ..Preferences::default() };

        assert_eq!(read("other=en"), chinese);
        assert_eq!(read("orrery-preferences=dark"), Preferences { theme: Theme::Dark, ..chinese });
        assert_eq!(read("orrery-preferences=en"), Preferences::default());
    }

    #[test]
    fn nonsense_changes_nothing() {
        let before = Preferences::default();
        let form = PreferencesForm {
            theme: Some("purple".into()),
            zone: Some("a; HttpOnly\r\nX: y".into()),
            language: Some("tlh".into()),
            ..PreferencesForm::default()
        };

        assert_eq!(changed(before.clone(), &form), before);
    }
}
