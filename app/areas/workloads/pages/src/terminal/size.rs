//! How much room the dock takes.

use crate::words::text;
use leptos::prelude::*;
use ui::Keep;

/// Where this browser keeps the height.
const KEPT: &str = "orrery-dock";
/// Pixels at first: some fifteen lines.
const USUAL: u32 = 320;
const LEAST: u32 = 140;
/// Room that is left for the page above, in pixels.
const LEFT: u32 = 120;
/// What one press of an arrow key adds.
const STEP: u32 = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Usual,
    Minimised,
    Full,
}

/// How much room the dock takes, in which form.
#[derive(Clone, Copy)]
pub(super) struct DockSize {
    height: RwSignal<u32>,
    form: RwSignal<Form>,
    is_dragged: RwSignal<bool>,
}

impl DockSize {
    pub fn new() -> Self {
        let size = Self {
            height: RwSignal::new(USUAL),
            form: RwSignal::new(Form::Usual),
            is_dragged: RwSignal::new(false),
        };
        Effect::new(move |_| {
            let kept = Keep::Browser.read(KEPT).and_then(|text| text.parse().ok());
            if let Some(kept) = kept {
                size.height.set(sensible(kept, screen()));
            }
        });
        size
    }

    pub fn word(self) -> &'static str {
        match self.form.get() {
            Form::Usual => "usual",
            Form::Minimised => "minimised",
            Form::Full => "full",
        }
    }

    /// The height, where it is the reader's choice.
    pub fn height(self) -> Option<String> {
        (self.form.get() == Form::Usual).then(|| format!("{}px", self.height.get()))
    }

    pub fn is_minimised(self) -> Signal<bool> {
        Signal::derive(move || self.form.get() == Form::Minimised)
    }

    pub fn is_full(self) -> Signal<bool> {
        Signal::derive(move || self.form.get() == Form::Full)
    }

    pub fn toggle_minimised(self) {
        self.toggle(Form::Minimised);
    }

    pub fn toggle_full(self) {
        self.toggle(Form::Full);
    }

    /// Makes it seen.
    pub fn restore(self) {
        if self.form.get_untracked() == Form::Minimised {
            self.form.set(Form::Usual);
        }
    }

    fn toggle(self, form: Form) {
        self.form.update(|now| *now = if *now == form { Form::Usual } else { form });
    }

    fn set(self, height: u32) {
        let height = sensible(height, screen());
        self.height.set(height);
        Keep::Browser.write(KEPT, &height.to_string());
    }

    /// The edge that is dragged, or moved with the arrow keys.
    pub fn handle(self) -> AnyView {
        let drag = move |event: web_sys::PointerEvent| {
            if self.is_dragged.get_untracked() {
                let y = u32::try_from(event.client_y()).unwrap_or_default();
                self.form.set(Form::Usual);
                self.set(screen().saturating_sub(y));
            }
        };
        let grab = move |event: web_sys::PointerEvent| {
            // The pointer may leave the edge, which is thin; without this the drag would end there.
            let edge = event_target::<web_sys::Element>(&event);
            let _ = edge.set_pointer_capture(event.pointer_id());
            event.prevent_default();
            self.is_dragged.set(true);
        };
        let key = move |event: web_sys::KeyboardEvent| {
            let height = self.height.get_untracked();
            let new = match event.key().as_str() {
                "ArrowUp" => height + STEP,
                "ArrowDown" => height.saturating_sub(STEP),
                _ => return,
            };
            event.prevent_default();
            self.form.set(Form::Usual);
            self.set(new);
        };
        view! {
            <div
                class="dock-edge"
                role="separator"
                tabindex="0"
                aria-orientation="horizontal"
                aria-label=text("terminal.height")
                aria-valuenow=move || self.height.get().to_string()
                aria-valuemin=LEAST.to_string()
                on:pointerdown=grab
                on:pointermove=drag
                on:pointerup=move |_| self.is_dragged.set(false)
                on:pointercancel=move |_| self.is_dragged.set(false)
                on:keydown=key
            ></div>
        }
        .into_any()
    }
}

/// The height of the window.
fn screen() -> u32 {
    window().inner_height().ok().and_then(|height| height.as_f64()).map_or(USUAL * 2, |height| height as u32)
}

/// A height that leaves room for both.
fn sensible(height: u32, screen: u32) -> u32 {
    height.clamp(LEAST, screen.saturating_sub(LEFT).max(LEAST))
}

#[cfg(test)]
mod tests {
    use super::sensible;

    #[test]
    fn the_dock_leaves_room_for_the_page_and_for_itself() {
        assert_eq!(sensible(300, 800), 300);
        assert_eq!(sensible(5_000, 800), 680);
        assert_eq!(sensible(0, 800), 140);
        assert_eq!(sensible(300, 200), 140);
    }
}
