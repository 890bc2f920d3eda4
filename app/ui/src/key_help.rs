//! All keys, behind `?`.

use crate::Dialog;
use crate::words::text;
use leptos::prelude::*;

/// A dialog with the keys of every page, opened by `?`.
#[component]
pub fn KeyHelp() -> impl IntoView {
    let open = RwSignal::new(false);
    crate::on_key(move |event| {
        let is_ours = event.key() == "?";
        if is_ours {
            open.set(true);
        }
        is_ours
    });
    let line = |(key, does): (&'static str, &'static str)| {
        view! { <div class="key-value-item"><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> }
    };
    view! {
        <Dialog open title=text("keys")>
            <dl class="key-value key-help">{keys().map(line).collect_view()}</dl>
        </Dialog>
    }
}

/// The keys as they are printed, and what they do.
fn keys() -> [(&'static str, &'static str); 13] {
    [
        ("Ctrl K", text("keys.palette")),
        ("/", text("keys.search")),
        ("j", text("keys.down")),
        ("k", text("keys.up")),
        ("Enter", text("keys.open")),
        ("x", text("keys.select")),
        ("e", text("keys.edit")),
        ("l", text("keys.logs")),
        ("t", text("keys.terminal")),
        ("Ctrl Shift X", text("keys.leave")),
        ("Ctrl Shift F", text("keys.find")),
        ("Esc", text("keys.close")),
        ("?", text("keys.help")),
    ]
}
