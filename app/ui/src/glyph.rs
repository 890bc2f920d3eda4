//! Icons: one sprite, one enum.

use leptos::prelude::*;

macro_rules! glyphs {
    ($($name:ident = $word:literal),* $(,)?) => {
        /// A picture of the sprite `public/icons.svg`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each is named after what it shows")]
        pub enum Glyph { $($name),* }

        impl Glyph {
            /// Every picture there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The id of its symbol in the sprite.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }
    };
}

glyphs! {
    Activity = "activity",
    ArrowDown = "arrow-down",
    ArrowUp = "arrow-up",
    Bell = "bell",
    Box = "box",
    Chart = "chart",
    Check = "check",
    ChevronDown = "chevron-down",
    ChevronLeft = "chevron-left",
    ChevronRight = "chevron-right",
    Clock = "clock",
    Cluster = "cluster",
    Columns = "columns",
    Configuration = "configuration",
    Copy = "copy",
    Cross = "cross",
    Custom = "custom",
    Diff = "diff",
    Download = "download",
    Edit = "edit",
    Event = "event",
    Expand = "expand",
    External = "external",
    File = "file",
    Filter = "filter",
    Fleet = "fleet",
    Folder = "folder",
    Follow = "follow",
    Globe = "globe",
    Help = "help",
    Home = "home",
    Key = "key",
    Keyboard = "keyboard",
    Lock = "lock",
    Logs = "logs",
    Menu = "menu",
    Minus = "minus",
    Moon = "moon",
    More = "more",
    Namespace = "namespace",
    Network = "network",
    Node = "node",
    Pause = "pause",
    Play = "play",
    Plus = "plus",
    Policy = "policy",
    Refresh = "refresh",
    Rollback = "rollback",
    Scale = "scale",
    Search = "search",
    Settings = "settings",
    Shield = "shield",
    SignOut = "sign-out",
    Storage = "storage",
    Sun = "sun",
    System = "system",
    Table = "table",
    Terminal = "terminal",
    Trash = "trash",
    Tree = "tree",
    Upload = "upload",
    User = "user",
    Warning = "warning",
    Workload = "workload",
    Wrap = "wrap",
    Yaml = "yaml",
}

/// A picture beside a word. It says nothing to a screen reader: the word does.
#[component]
pub fn Icon(
    /// Which picture.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("/icons.svg#{}", glyph.word())></use>
        </svg>
    }
}

/// The mark of the console: a sun, two orbits, two planets.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <circle class="logo-orbit" cx="12" cy="12" r="10"></circle>
            <circle class="logo-orbit" cx="12" cy="12" r="5.75"></circle>
            <circle class="logo-sun" cx="12" cy="12" r="2.25"></circle>
            <circle class="logo-planet" cx="19.07" cy="4.93" r="2"></circle>
            <circle class="logo-moon" cx="7.93" cy="16.07" r="1.5"></circle>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::Glyph;

    const SPRITE: &str = include_str!("../../../public/icons.svg");

    #[test]
    fn every_glyph_is_drawn_and_every_drawing_is_a_glyph() {
        let drawn: Vec<&str> =
            SPRITE.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let named: Vec<&str> = Glyph::ALL.iter().map(|glyph| glyph.word()).collect();

        assert_eq!(drawn, named);
    }
}
