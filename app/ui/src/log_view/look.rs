//! How a log is shown, as its reader likes it.

use crate::words::text;
use crate::{Glyph, IconButton, Keep};
use leptos::prelude::*;

/// Where this browser keeps how its reader likes logs.
const KEPT: &str = "orrery-log";

/// The switches of a log.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub wraps: RwSignal<bool>,
    pub times: RwSignal<bool>,
    pub plain: RwSignal<bool>,
}

impl Look {
    /// As this browser remembers it, and remembered from now on.
    pub fn new() -> Self {
        let look =
            Self { wraps: RwSignal::new(true), times: RwSignal::new(false), plain: RwSignal::new(false) };
        Effect::new(move |before: Option<()>| {
            let parts = [("wrap", look.wraps), ("times", look.times), ("plain", look.plain)];
            if before.is_none()
                && let Some(kept) = Keep::Browser.read(KEPT)
            {
                let kept: Vec<&str> = kept.split(' ').collect();
                parts.iter().for_each(|(word, signal)| signal.set(kept.contains(word)));
            }
            let now: Vec<&str> =
                parts.iter().filter(|(_, signal)| signal.get()).map(|(word, _)| *word).collect();
            Keep::Browser.write(KEPT, &now.join(" "));
        });
        look
    }

    /// A button for each.
    pub fn switches(self) -> AnyView {
        let toggle = |signal: RwSignal<bool>| move |()| signal.update(|is_on| *is_on = !*is_on);
        let is_formatted = Signal::derive(move || !self.plain.get());
        view! {
            <IconButton glyph=Glyph::Clock title=text("log.times") pressed=self.times on_press=toggle(self.times)/>
            <IconButton glyph=Glyph::Table title=text("log.fields") pressed=is_formatted on_press=toggle(self.plain)/>
            <IconButton glyph=Glyph::Wrap title=text("log.wrap") pressed=self.wraps on_press=toggle(self.wraps)/>
        }
        .into_any()
    }
}
