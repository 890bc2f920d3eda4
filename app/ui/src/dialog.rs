//! The browser's own dialog.

use crate::keys::focus;
use crate::words::text;
use crate::{Glyph, Icon};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement};

/// Fields that are written into or chosen from. Boxes that are ticked are none: a key too many would tick them.
const FIELDS: &str = "input:not([type=hidden], [type=checkbox], [type=radio], :disabled), \
                      textarea:not(:disabled), select:not(:disabled)";

/// What has the focus first: what is marked, else the first field, else what the dialog is for unless that cannot be taken
/// back, else the way out.
const FIRST: [&str; 4] = [
    "[data-first]",
    FIELDS,
    ":is(.form-actions, .dialog-footer) [data-kind=primary]",
    ":is(.form-actions, .dialog-footer) .button",
];

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
            show(&dialog);
            // What it holds may be drawn after this.
            request_animation_frame(move || focus_first(&dialog));
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
}

/// Opens a dialog whose content is there as a modal one, with the focus where work in it begins. Browser only.
pub fn open_modal(dialog: &HtmlDialogElement) {
    show(dialog);
    focus_first(dialog);
}

fn show(dialog: &HtmlDialogElement) {
    // It fails only for an element outside the document, which has nothing to show.
    let _ = dialog.show_modal();
}

/// Browsers give the focus to what comes first, which is the button that closes. A field that has it already keeps it.
fn focus_first(dialog: &Element) {
    let focused = document().active_element().filter(|focused| dialog.contains(Some(focused)));
    if focused.is_some_and(|focused| matches!(focused.matches(FIELDS), Ok(true))) {
        return;
    }
    let first = FIRST.into_iter().find_map(|selector| dialog.query_selector(selector).ok().flatten());
    let Some(first) = first else { return };
    focus(&first);
    // What stands there is mostly to be another; what was typed before the page came to life is not.
    if let Some(input) = first.dyn_ref::<HtmlInputElement>()
        && input.value() == input.default_value()
    {
        input.select();
    }
}
