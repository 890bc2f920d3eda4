//! Which rows are selected: checkboxes of a form, and a bar of what to do with them.

use super::selected_words;
use crate::words::{text, text_with};
use leptos::prelude::*;
use live::LiveRow;
use model::Row;
use std::collections::BTreeSet;

/// Selects a row, or no longer.
pub(super) fn toggle(selection: RwSignal<BTreeSet<String>>, uid: &str) {
    selection.update(|selection| {
        if !selection.remove(uid) {
            selection.insert(uid.to_owned());
        }
    });
}

/// The heading of the checkboxes: selects every row of the page, or none.
pub(super) fn select_all(rows: Signal<Vec<LiveRow>>, selection: RwSignal<BTreeSet<String>>) -> AnyView {
    let are_all = move || {
        let (rows, selection) = (rows.read(), selection.read());
        !rows.is_empty() && rows.iter().all(|row| selection.contains(&row.uid))
    };
    let change = move |event| {
        let wanted = event_target_checked(&event);
        selection.update(|selection| {
            for row in rows.read_untracked().iter() {
                if wanted {
                    selection.insert(row.uid.clone());
                } else {
                    selection.remove(&row.uid);
                }
            }
        });
    };
    view! {
        <th class="heading heading-select" role="columnheader" scope="col">
            <span class="visually-hidden">{text("select")}</span>
            <input
                class="needs-scripts"
                type="checkbox"
                aria-label=text("select.all")
                prop:checked=are_all
                on:change=change
            />
        </th>
    }
    .into_any()
}

/// The checkbox of one row.
pub(super) fn checkbox(
    uid: String,
    row: &ArcRwSignal<Row>,
    selection: RwSignal<BTreeSet<String>>,
    form: &'static str,
) -> AnyView {
    let (value, name) = {
        let row = row.read_untracked();
        let name = row.name.to_string();
        (row.namespace.as_ref().map_or_else(|| name.clone(), |namespace| format!("{namespace}/{name}")), name)
    };
    let is_checked = {
        let uid = uid.clone();
        move || selection.read().contains(&uid)
    };
    view! {
        <td class="cell cell-select" role="cell">
            <input
                type="checkbox"
                name="select"
                value=value
                form=form
                aria-label=text_with("select.row", &[("name", &name)])
                prop:checked=is_checked
                on:change=move |_| toggle(selection, &uid)
            />
        </td>
    }
    .into_any()
}

/// What to do with the selected rows. It is the form that their checkboxes belong to; buttons in it send the form to
/// `action` without scripts. With scripts it shows only while something is selected.
#[component]
pub fn SelectionBar(
    /// The rows selected.
    selection: RwSignal<BTreeSet<String>>,
    /// Where the form goes without scripts.
    #[prop(into)]
    action: Signal<String>,
    /// The id of the form, as given to the table.
    #[prop(default = "selection")]
    form: &'static str,
    /// The buttons.
    children: Children,
) -> impl IntoView {
    let is_empty = move || selection.read().is_empty();
    let words = move || selected_words(selection.read().len());
    view! {
        <form
            class="selection-bar"
            id=form
            method="get"
            action=move || action.get()
            data-empty=move || is_empty().then_some("")
        >
            <span class="selection-count" aria-live="polite">{words}</span>
            {children()}
            <button class="button needs-scripts" data-kind="quiet" type="button" on:click=move |_| selection.update(BTreeSet::clear)>
                {text("select.none")}
            </button>
        </form>
    }
}
