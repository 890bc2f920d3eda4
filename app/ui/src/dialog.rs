//! The browser's own dialog.

use crate::words::text;
use crate::{Glyph, Icon};
use leptos::html;
use leptos::prelude::*;

/// A modal dialog. The browser keeps the focus inside, closes it on Escape and gives the focus back. Pages that must
/// work without scripts link to a page of their own instead.
#[component]
pub fn Dialog(
    /// Whether it is open; closing it by any means sets this to false.
    open: RwSignal<bool>,
    /// What it asks.
    #[prop(into)]
    title: Signal<String>,
    /// Gives it more width, for editors and diffs.
    #[prop(optional)]
    wide: bool,
    /// Buttons at its foot.
    #[prop(optional, into)]
    footer: ViewFn,
    /// What it holds; built each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    follow(dialog, open);
    let children = StoredValue::new(children);
    let footer = StoredValue::new(footer);
    let content = move || {
        view! {
            <header class="dialog-header">
                <h2>{move || title.get()}</h2>
                <button
                    class="icon-button"
                    type="button"
                    aria-label=text("close")
                    title=text("close")
                    on:click=move |_| open.set(false)
                >
                    <Icon glyph=Glyph::Cross/>
                </button>
            </header>
            <div class="dialog-body">{children.read_value()()}</div>
            <footer class="dialog-footer">{footer.read_value().run()}</footer>
        }
    };
    view! {
        <dialog
            class="dialog"
            data-wide=wide.then_some("")
            aria-label=move || title.get()
            node_ref=dialog
            on:close=move |_| open.set(false)
        >
            <Show when=move || open.get()>{content()}</Show>
        </dialog>
    }
}

/// Opens and closes the element as the signal says.
pub(crate) fn follow(dialog: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            // It fails only for an element outside the document, which has nothing to show.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
}
