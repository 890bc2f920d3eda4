//! What a console shows of the platform that it belongs to.

use serde::{Deserialize, Serialize};

/// What stands on every page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// What people call it; empty for the console's own name.
    #[serde(default)]
    pub name: String,
    /// What everybody is to know now.
    #[serde(default)]
    pub announcement: Option<Announcement>,
    /// Where people find more, in their order.
    #[serde(default)]
    pub links: Vec<PlatformLink>,
    /// Where its picture is; `None` for the console's own.
    #[serde(default)]
    pub logo: Option<String>,
}

/// What everybody is to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Plain text.
    pub text: String,
    /// Whether it warns of something.
    pub is_warning: bool,
}

/// A link to a page elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformLink {
    /// Its words.
    pub title: String,
    /// Its address, by `https`.
    pub href: String,
}

/// What the console calls itself.
pub const CONSOLE: &str = "Orrery";

impl Platform {
    /// What people call it.
    pub fn name(&self) -> &str {
        if self.name.is_empty() { CONSOLE } else { &self.name }
    }
}
