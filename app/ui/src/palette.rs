//! One box to anywhere.

use crate::keys::{key_in_field, on_any_key};
use crate::status::shape;
use crate::words::text;
use crate::{Glyph, Icon};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use model::{Level, Preferences, Theme};
use wasm_bindgen::JsCast;

/// Somewhere to go, or something to do.
#[derive(Clone, Debug, PartialEq)]
pub struct PaletteEntry {
    /// What it is called.
    pub title: String,
    /// What sort of thing it is or where it lives, beside the title.
    pub detail: String,
    /// The heading it stands under; entries of one group are neighbours.
    pub group: String,
    /// Its picture.
    pub glyph: Glyph,
    /// How well it is, for objects.
    pub level: Option<Level>,
    /// What choosing it does.
    pub does: Choice,
}

/// What choosing an entry does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Goes to an address.
    Go(String),
    /// Changes the colours.
    Theme(Theme),
    /// Signs out.
    SignOut,
}

impl Choice {
    fn take(&self, preferences: RwSignal<Preferences>) {
        match self {
            Self::Go(_) => {}
            Self::Theme(theme) => crate::preferences::set_theme(preferences, *theme),
            Self::SignOut => {
                // The form of the user menu, which is on every page with a palette.
                let form = document().query_selector("form[action='/sign-out']").ok().flatten();
                if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
                    let _ = form.request_submit();
                }
            }
        }
    }
}

/// A dialog that goes anywhere: type, choose with the arrow keys, Enter. Opens with Ctrl+K or Cmd+K. Which entries
/// there are for what was typed is the page's business: it reads `query` and sets `entries`.
#[component]
pub fn Palette(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What was typed.
    query: RwSignal<String>,
    /// What was found for it, best first.
    #[prop(into)]
    entries: Signal<Vec<PaletteEntry>>,
    /// More is being looked for.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let chosen = RwSignal::new(0_usize);
    crate::dialog::follow(dialog, open);
    on_any_key(move |event| {
        let is_ours = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k");
        if is_ours {
            query.set(String::new());
            chosen.set(0);
            open.set(!open.get_untracked());
        }
        is_ours
    });
    let key = move |event: ev::KeyboardEvent| match key_in_field(&event).as_str() {
        "ArrowDown" => move_choice(&event, chosen, entries, 1),
        "ArrowUp" => move_choice(&event, chosen, entries, -1),
        "Enter" => {
            event.prevent_default();
            follow_choice(dialog);
        }
        _ => {}
    };
    view! {
        <dialog
            class="palette"
            aria-label=text("palette")
            node_ref=dialog
            on:close=move |_| open.set(false)
            on:click=move |event| close_on_backdrop(&event, dialog, open)
        >
            <div class="palette-box">
                <Icon glyph=Glyph::Search/>
                <input
                    class="palette-input"
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=move || format!("palette-{}", chosen.get())
                    aria-label=text("palette.placeholder")
                    placeholder=text("palette.placeholder")
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=query
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        chosen.set(0);
                    }
                    on:keydown=key
                />
                <kbd>"Esc"</kbd>
            </div>
            <div class="palette-list" id="palette-list" role="listbox" aria-label=text("palette.found") aria-busy=move || busy.get().to_string()>
                {move || list(entries.get(), chosen, open)}
            </div>
        </dialog>
    }
}

fn list(entries: Vec<PaletteEntry>, chosen: RwSignal<usize>, open: RwSignal<bool>) -> AnyView {
    if entries.is_empty() {
        return view! { <p class="palette-nothing" role="presentation">{text("palette.nothing")}</p> }
            .into_any();
    }
    let mut views = Vec::with_capacity(entries.len() + 4);
    let mut group = String::new();
    for (index, entry) in entries.into_iter().enumerate() {
        if entry.group != group {
            group.clone_from(&entry.group);
            views.push(
                view! { <p class="palette-group" role="presentation">{entry.group.clone()}</p> }.into_any(),
            );
        }
        views.push(line(index, entry, chosen, open));
    }
    views.into_any()
}

fn line(index: usize, entry: PaletteEntry, chosen: RwSignal<usize>, open: RwSignal<bool>) -> AnyView {
    let PaletteEntry { title, detail, glyph, level, does, .. } = entry;
    let preferences = crate::preferences::chosen();
    // A link even for what leads nowhere, so that all entries look and are chosen alike.
    let href = if let Choice::Go(href) = &does { href.clone() } else { "#".to_owned() };
    view! {
        <a
            class="palette-entry"
            id=format!("palette-{index}")
            role="option"
            tabindex="-1"
            href=href
            aria-selected=move || (chosen.get() == index).to_string()
            on:click=move |event| {
                if !matches!(does, Choice::Go(_)) {
                    event.prevent_default();
                    event.stop_propagation();
                }
                open.set(false);
                does.take(preferences);
            }
            on:pointermove=move |_| chosen.set(index)
        >
            <Icon glyph/>
            <span class="palette-title">{title}</span>
            {level.map(shape)}
            <span class="palette-detail">{detail}</span>
        </a>
    }
    .into_any()
}

fn move_choice(
    event: &ev::KeyboardEvent,
    chosen: RwSignal<usize>,
    entries: Signal<Vec<PaletteEntry>>,
    step: isize,
) {
    event.prevent_default();
    let count = entries.read_untracked().len();
    if count > 0 {
        chosen.update(|chosen| *chosen = chosen.saturating_add_signed(step).min(count - 1));
        if let Some(entry) = document().get_element_by_id(&format!("palette-{}", chosen.get_untracked())) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            entry.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }
}

/// Presses the chosen link, so that the page's router sees an ordinary click.
fn follow_choice(dialog: NodeRef<html::Dialog>) {
    let chosen = dialog
        .get_untracked()
        .and_then(|dialog| dialog.query_selector("[aria-selected=true]").ok().flatten());
    if let Some(link) = chosen.and_then(|entry| entry.dyn_into::<web_sys::HtmlElement>().ok()) {
        link.click();
    }
}

/// A click on the backdrop reaches the dialog itself.
fn close_on_backdrop(event: &ev::MouseEvent, dialog: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_backdrop = dialog.get_untracked().is_some_and(|dialog| target.as_deref() == Some(dialog.as_ref()));
    if is_backdrop {
        open.set(false);
    }
}
