//! Choices that a browser remembers in a cookie, so that the server renders the first byte right.

use serde::{Deserialize, Serialize};

/// How this browser likes the console.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Colours.
    pub theme: Theme,
    /// Height of rows.
    pub density: Density,
    /// Language of texts.
    pub language: Language,
    /// IANA name of the time zone for absolute times; `None` is the browser's own, which the server renders as UTC.
    pub time_zone: Option<String>,
    /// Whether the navigation shows icons only.
    pub rail_collapsed: bool,
}

/// Colours of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Height of table rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Density {
    /// 32 px.
    #[default]
    Compact,
    /// 40 px.
    Comfortable,
}

/// Language of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The BCP 47 tag, for `lang` attributes.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// The language in its own words.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }
}

impl Preferences {
    /// The name of the cookie.
    pub const COOKIE: &'static str = "orrery-preferences";

    /// Reads the cookie's value. Whatever is missing or unknown takes its default: the cookie is only a wish. Where it says
    /// no language, that is what the browser asks for.
    pub fn from_cookie(value: &str, language: Language) -> Self {
        let mut preferences = Self { language, ..Self::default() };
        for part in value.split('.') {
            match part {
                "light" => preferences.theme = Theme::Light,
                "dark" => preferences.theme = Theme::Dark,
                "comfortable" => preferences.density = Density::Comfortable,
                "en" => preferences.language = Language::English,
                "zh" => preferences.language = Language::Chinese,
                "rail" => preferences.rail_collapsed = true,
                _ => {
                    if let Some(zone) = part.strip_prefix("zone-") {
                        preferences.time_zone = Some(zone.replace('~', "/")).filter(|zone| is_zone(zone));
                    }
                }
            }
        }
        preferences
    }

    /// The cookie's value: words joined by dots, without any character that cookies treat specially.
    pub fn to_cookie(&self) -> String {
        let mut parts = Vec::new();
        match self.theme {
            Theme::System => {}
            Theme::Light => parts.push("light".to_owned()),
            Theme::Dark => parts.push("dark".to_owned()),
        }
        if self.density == Density::Comfortable {
            parts.push("comfortable".to_owned());
        }
        let language = match self.language {
            Language::English => "en",
            Language::Chinese => "zh",
        };
        parts.push(language.to_owned());
        if self.rail_collapsed {
            parts.push("rail".to_owned());
        }
        if let Some(zone) = &self.time_zone {
            parts.push(format!("zone-{}", zone.replace('/', "~")));
        }
        parts.join(".")
    }
}

/// The time zones that can be chosen, in order: those that places have in `zone.tab` and `zone1970.tab` of the IANA time
/// zone database, and UTC.
pub fn time_zones() -> impl Iterator<Item = &'static str> {
    include_str!("zones.txt").lines()
}

fn is_zone(text: &str) -> bool {
    time_zones().any(|zone| zone == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_survives_the_cookie() {
        let chosen = Preferences {
            theme: Theme::Dark,
            density: Density::Comfortable,
            language: Language::Chinese,
            time_zone: Some("Asia/Shanghai".into()),
            rail_collapsed: true,
        };

        assert_eq!(Preferences::from_cookie(&chosen.to_cookie(), Language::English), chosen);
        assert_eq!(Preferences::from_cookie("", Language::English), Preferences::default());
    }

    #[test]
    fn a_language_that_was_chosen_is_kept_whatever_the_browser_asks_for() {
        for language in Language::ALL {
            let chosen = Preferences { language, ..Preferences::default() };
            for asked in Language::ALL {
                assert_eq!(Preferences::from_cookie(&chosen.to_cookie(), asked), chosen);
                assert_eq!(Preferences::from_cookie("dark", asked).language, asked);
            }
        }
    }

    #[test]
    fn every_time_zone_can_be_chosen_and_no_other() {
        for zone in time_zones() {
            let chosen = Preferences { time_zone: Some(zone.to_owned()), ..Preferences::default() };
            assert_eq!(Preferences::from_cookie(&chosen.to_cookie(), Language::English), chosen);
        }
        for zone in ["zone-", "zone-Mars~Olympus", "zone-Europe~Berlin~"] {
            let read = Preferences::from_cookie(zone, Language::English);
            assert_eq!(read, Preferences::default(), "{zone} was taken");
        }
    }

    #[test]
    fn a_forged_cookie_changes_nothing_it_should_not() {
        let forged = Preferences::from_cookie("zone-<script>.purple;dark", Language::English);

        assert_eq!(forged, Preferences::default());
    }
}
