//! Moving through rows without a mouse. The cursor is the focus itself, so screen readers follow it.

use leptos::prelude::*;
use live::LiveRow;
use model::Row;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Listens for the keys of a table while it is on the page.
pub fn listen(
    rows: Signal<Vec<LiveRow>>,
    selection: Option<RwSignal<BTreeSet<String>>>,
    on_peek: Option<Callback<Row>>,
    on_row_key: Option<Callback<(String, Row), bool>>,
    row_link: Callback<Row, String>,
) {
    let act = move |key: &str, current: &LiveRow| match key {
        "x" => selection.map(|selection| super::selection::toggle(selection, &current.uid)).is_some(),
        "Enter" => {
            let row = current.row.get_untracked();
            match on_peek {
                Some(on_peek) => on_peek.run(row),
                None => press_link(&row_link.run(row)),
            }
            true
        }
        _ => {
            on_row_key.is_some_and(|on_row_key| on_row_key.run((key.to_owned(), current.row.get_untracked())))
        }
    };
    crate::on_key(move |event: &KeyboardEvent| {
        let rows = rows.read_untracked();
        let current = focused_uid().and_then(|uid| rows.iter().position(|row| row.uid == uid));
        let key = event.key();
        match (key.as_str(), current) {
            ("j" | "k", _) => step(&rows, current, key == "j"),
            // Enter on a link or a button inside the row is the browser's.
            ("Enter", Some(_)) if !is_row_focused() => false,
            (key, Some(current)) => act(key, &rows[current]),
            _ => false,
        }
    });
}

fn focused() -> Option<Element> {
    document().active_element()
}

fn focused_uid() -> Option<String> {
    focused()?.closest("tr[data-uid]").ok()??.get_attribute("data-uid")
}

fn is_row_focused() -> bool {
    focused().is_some_and(|element| element.has_attribute("data-uid"))
}

fn step(rows: &[LiveRow], current: Option<usize>, is_down: bool) -> bool {
    let target = next(rows.len(), current, is_down).and_then(|index| rows.get(index));
    let Some(target) = target else { return false };
    let elements = document().query_selector_all("tr[data-uid]");
    let Ok(elements) = elements else { return false };
    let found =
        (0..elements.length()).filter_map(|index| elements.item(index)?.dyn_into::<HtmlElement>().ok());
    for element in found.filter(|element| element.get_attribute("data-uid").as_deref() == Some(&target.uid)) {
        let _ = element.focus();
    }
    true
}

/// The row to go to: the neighbour, or the first when no row has the cursor.
fn next(count: usize, current: Option<usize>, is_down: bool) -> Option<usize> {
    match current {
        _ if count == 0 => None,
        None => Some(0),
        Some(current) if is_down => Some((current + 1).min(count - 1)),
        Some(current) => Some(current.saturating_sub(1)),
    }
}

/// Presses the row's own link, so that the page's router sees an ordinary click.
fn press_link(href: &str) {
    let link = focused().and_then(|row| row.query_selector(".row-name").ok().flatten());
    match link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        Some(link) => link.click(),
        None => {
            let _ = window().location().set_href(href);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn the_cursor_stays_within_the_rows() {
        assert_eq!(next(0, None, true), None);
        assert_eq!(next(3, None, false), Some(0));
        assert_eq!(next(3, Some(2), true), Some(2));
        assert_eq!(next(3, Some(0), false), Some(0));
        assert_eq!(next(3, Some(0), true), Some(1));
    }
}
