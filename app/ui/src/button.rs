//! Buttons, and links that look like them.

use crate::words::text;
use crate::{Glyph, Icon, use_toasts};
use leptos::prelude::*;
use model::Level;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// How long a button says that it has copied.
const COPIED: Duration = Duration::from_millis(1500);

/// How much weight a button has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing that this page is for.
    Primary,
    /// Everything else.
    #[default]
    Plain,
    /// What cannot be taken back.
    Danger,
    /// What should not draw the eye.
    Quiet,
}

impl ButtonKind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Plain => "plain",
            Self::Danger => "danger",
            Self::Quiet => "quiet",
        }
    }
}

/// A button. When it cannot be pressed it stays reachable and says why.
#[component]
pub fn Button(
    /// Its weight.
    #[prop(optional)]
    kind: ButtonKind,
    /// A picture before the words.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// `submit` sends the form it stands in; `button` only calls `on_press`.
    #[prop(default = "button")]
    form_type: &'static str,
    /// The form field that this button sets when it sends its form.
    #[prop(optional)]
    name: Option<&'static str>,
    /// The value of that field.
    #[prop(optional, into)]
    value: Option<String>,
    /// The id of the form it sends when it does not stand in it.
    #[prop(optional, into)]
    form: Option<String>,
    /// Why it cannot be pressed now. Shown beside it while it is pointed at or focused, with a keyboard too, and read out
    /// with it.
    #[prop(optional, into)]
    disabled_because: Signal<Option<String>>,
    /// Shows that what it started is under way, and keeps it from being pressed twice.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Called when it is pressed and may be.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Whether a dialog begins on it.
    #[prop(optional)]
    first: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    let is_blocked = move || busy.get() || disabled_because.read().is_some();
    view! {
        <button
            class="button"
            data-kind=kind.word()
            type=form_type
            name=name
            value=value
            form=form
            data-first=first.then_some("")
            aria-disabled=move || is_blocked().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-description=move || disabled_because.get()
            data-because=move || disabled_because.get()
            on:click=move |event| {
                if busy.get_untracked() || disabled_because.read_untracked().is_some() {
                    event.prevent_default();
                } else if let Some(on_press) = on_press {
                    on_press.run(());
                }
            }
        >
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <span>{children()}</span>
        </button>
    }
}

/// A link that looks like a button: goes somewhere, works without scripts.
#[component]
pub fn LinkButton(
    /// Where it goes.
    #[prop(into)]
    href: Signal<String>,
    /// Its weight.
    #[prop(optional)]
    kind: ButtonKind,
    /// A picture before the words.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// Lets the browser store the answer instead of showing it.
    #[prop(optional)]
    download: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a
            class="button"
            data-kind=kind.word()
            href=move || href.get()
            download=download
            rel=download.then_some("external")
        >
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            <span>{children()}</span>
        </a>
    }
}

/// A button that is only a picture, for rows and toolbars. Its title is its name.
#[component]
pub fn IconButton(
    /// The picture.
    glyph: Glyph,
    /// What it does, for screen readers and as a tooltip.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is switched on, for buttons that switch something.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Called when it is pressed.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="icon-button"
            type="button"
            aria-label=move || title.get()
            title=move || title.get()
            aria-pressed=pressed.map(|pressed| move || pressed.get().to_string())
            on:click=move |_| on_press.run(())
        >
            <Icon glyph/>
        </button>
    }
}

/// Copies a text and says so, or that the browser refuses it. Shown only where scripts run.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    value: Signal<String>,
    /// What the button is called; "Copy" when not given.
    #[prop(optional, into)]
    title: Option<String>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let toasts = use_toasts();
    let title = title.unwrap_or_else(|| text("copy").to_owned());
    let copy = move |_| {
        let copy = value.get_untracked();
        leptos::task::spawn_local(async move {
            if is_copied(&copy).await {
                // The page may have been left.
                if copied.try_set(true).is_none() {
                    let again = move || {
                        let _ = copied.try_set(false);
                    };
                    set_timeout(again, COPIED);
                }
            } else {
                toasts.say(Level::Warning, text("copy.refused"));
            }
        });
    };
    let label = Signal::derive(move || if copied.get() { text("copied").to_owned() } else { title.clone() });
    view! {
        <button class="icon-button copy-button needs-scripts" type="button" title=move || label.get() on:click=copy>
            {move || view! { <Icon glyph=if copied.get() { Glyph::Check } else { Glyph::Copy }/> }}
            <span class="visually-hidden" aria-live="polite">{move || label.get()}</span>
        </button>
    }
}

/// Puts a text on the clipboard, if there is one: pages that came by plain HTTP have none.
async fn is_copied(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
