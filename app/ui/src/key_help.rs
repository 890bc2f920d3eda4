//! All keys, behind `?`.

use crate::Dialog;
use crate::words::text;
use leptos::prelude::*;

/// What a key does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHint {
    /// The key, as it is printed.
    pub key: String,
    /// What it does.
    pub does: String,
}

impl KeyHint {
    /// A key and what it does.
    pub fn new(key: impl Into<String>, does: impl Into<String>) -> Self {
        Self { key: key.into(), does: does.into() }
    }
}

/// A dialog with all keys, opened by `?`. The keys of every table and of the palette are always in it.
#[component]
pub fn KeyHelp(
    /// Keys of this page only.
    #[prop(optional, into)]
    hints: Signal<Vec<KeyHint>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    crate::on_key(move |event| {
        let is_ours = event.key() == "?";
        if is_ours {
            open.set(true);
        }
        is_ours
    });
    let line = |hint: KeyHint| {
        view! { <div class="key-value-item"><dt><kbd>{hint.key}</kbd></dt><dd>{hint.does}</dd></div> }
    };
    view! {
        <Dialog open title=text("keys")>
            <dl class="key-value key-help">
                {common().into_iter().chain(hints.get()).map(line).collect_view()}
            </dl>
        </Dialog>
    }
}

fn common() -> Vec<KeyHint> {
    vec![
        KeyHint::new("Ctrl K", text("keys.palette")),
        KeyHint::new("/", text("keys.search")),
        KeyHint::new("j", text("keys.down")),
        KeyHint::new("k", text("keys.up")),
        KeyHint::new("Enter", text("keys.open")),
        KeyHint::new("x", text("keys.select")),
        KeyHint::new("e", text("keys.edit")),
        KeyHint::new("l", text("keys.logs")),
        KeyHint::new("t", text("keys.terminal")),
        KeyHint::new("Esc", text("keys.close")),
        KeyHint::new("?", text("keys.help")),
    ]
}
