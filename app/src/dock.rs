//! The dock, which comes when the first terminal is asked for: most visits open none.

use crate::words::text;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use live::{Terminals, use_terminals};
use model::Level;
use ui::use_toasts;

#[wasm_split(dock, wasm_split_path = leptos::wasm_split, fallible, preload(load))]
fn draw() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <workloads_pages::Dock/> }.into_any())
}

/// The terminals that pages ask for. Nothing until one does.
#[component]
pub fn Dock() -> impl IntoView {
    let is_here = RwSignal::new(false);
    if let Some(terminals) = use_terminals() {
        fetch(terminals, is_here);
    }
    move || is_here.get().then(|| Suspend::new(async move { draw().await.ok() }))
}

/// Has the dock come when it is wanted. One that does not come is said, and tried again with the next terminal: what was asked for
/// meanwhile is forgotten, so that it does not open long after.
fn fetch(terminals: Terminals, is_here: RwSignal<bool>) {
    let toasts = use_toasts();
    Effect::new(move |_| {
        if terminals.wanted().read().is_empty() || is_here.get_untracked() {
            return;
        }
        leptos::task::spawn_local(async move {
            match load().await {
                // Two that were asked for at once have waited for the same.
                Ok(()) if is_here.try_get_untracked() == Some(false) => is_here.set(true),
                Ok(()) => {}
                Err(_) => {
                    terminals.take();
                    toasts.say(Level::Failed, text("dock.missing"));
                }
            }
        });
    });
}
