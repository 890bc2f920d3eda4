//! The only table of objects: columns are data, rows are signals, everything that can be a link is one.

mod keyboard;
mod selection;

pub use selection::SelectionBar;

use crate::cell::{ObjectLink, class, draw};
use crate::cut::{cut_name, whole};
use crate::sorted_table::{order_word, sort_link};
use crate::words::{text, text_with};
use leptos::prelude::*;
use live::LiveRow;
use model::{Align, Cell, Column, Row, Sort};
use std::collections::BTreeSet;

/// A table of objects. Sorting and opening are links, so both work without scripts; with scripts `j`, `k`, `x` and
/// Enter work as well, rows change in place, and a click on a status peeks.
#[component]
pub fn DataTable(
    /// What the table lists, for screen readers.
    #[prop(into)]
    title: Signal<String>,
    /// The columns in order; those not `shown` are left out. `name` and `namespace` are filled from the row itself, every
    /// other column takes the next of the row's cells.
    #[prop(into)]
    columns: Signal<Vec<Column>>,
    /// The rows, in order.
    #[prop(into)]
    rows: Signal<Vec<LiveRow>>,
    /// The address of a row's object.
    #[prop(into)]
    row_link: Callback<Row, String>,
    /// The order shown.
    #[prop(optional, into)]
    sort: Signal<Option<Sort>>,
    /// The address of another order; without it headings are plain.
    #[prop(optional, into)]
    sort_link: Option<Callback<Sort, String>>,
    /// Addresses for cells that name another object of the same cluster.
    #[prop(optional, into)]
    object_link: Option<ObjectLink>,
    /// The uids that are selected; without it rows have no checkboxes.
    #[prop(optional, into)]
    selection: Option<RwSignal<BTreeSet<String>>>,
    /// The id of the form that checkboxes belong to: each sends `select` with `namespace/name`, or the name alone.
    #[prop(default = "selection")]
    form: &'static str,
    /// The uid of the row that is peeked at.
    #[prop(optional, into)]
    peeked: Signal<Option<String>>,
    /// Called to peek at a row; without it a click on a status follows the row's link.
    #[prop(optional, into)]
    on_peek: Option<Callback<Row>>,
    /// Called for other keys pressed while a row has the cursor, such as `e` or `l`; says whether it used the key. One
    /// that it did not use stays the browser's: the space bar ticks, a letter finds.
    #[prop(optional, into)]
    on_row_key: Option<Callback<(String, Row), bool>>,
    /// Called with whether the pointer is over the rows, while changes of order should wait.
    #[prop(optional, into)]
    on_hover: Option<Callback<bool>>,
) -> impl IntoView {
    let parts = Parts { columns, row_link, object_link, selection, form, peeked, on_peek };
    let parts = StoredValue::new(parts);
    keyboard::listen(rows, selection, on_peek, on_row_key, row_link);
    let hover = move |is_over| on_hover.iter().for_each(|on_hover| on_hover.run(is_over));
    view! {
        <div class="table-box">
            <table
                class="table"
                role="table"
                aria-label=move || title.get()
                on:pointerenter=move |_| hover(true)
                on:pointerleave=move |_| hover(false)
            >
                <thead role="rowgroup">
                    <tr role="row">
                        {selection.map(|selection| selection::select_all(rows, selection))}
                        {move || headings(&columns.read(), sort.get().as_ref(), sort_link)}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For
                        each=move || rows.get()
                        key=|row| row.uid.clone()
                        children=move |row| parts.read_value().row(row)
                    />
                </tbody>
            </table>
        </div>
    }
}

fn headings(columns: &[Column], sort: Option<&Sort>, link: Option<Callback<Sort, String>>) -> AnyView {
    let shown = columns.iter().filter(|column| column.shown).enumerate();
    shown.map(|(rank, column)| heading(rank, column, sort, link)).collect_view().into_any()
}

fn heading(
    rank: usize,
    column: &Column,
    sort: Option<&Sort>,
    link: Option<Callback<Sort, String>>,
) -> AnyView {
    let Column { id, title, .. } = column;
    let order = link.is_some().then(|| order_word(id, sort));
    let words = match link {
        Some(link) => sort_link(title, id, sort, |sort| link.run(sort)),
        None => title.clone().into_any(),
    };
    view! {
        <th
            scope="col"
            role="columnheader"
            class="heading"
            data-column=id.clone()
            data-rank=rank
            data-align=align_word(column.align)
            aria-sort=order
        >
            {words}
        </th>
    }
    .into_any()
}

fn align_word(align: Align) -> &'static str {
    match align {
        Align::Start => "start",
        Align::End => "end",
    }
}

/// What every row needs.
struct Parts {
    columns: Signal<Vec<Column>>,
    row_link: Callback<Row, String>,
    object_link: Option<ObjectLink>,
    selection: Option<RwSignal<BTreeSet<String>>>,
    form: &'static str,
    peeked: Signal<Option<String>>,
    on_peek: Option<Callback<Row>>,
}

impl Parts {
    fn row(&self, live: LiveRow) -> AnyView {
        let LiveRow { uid, row } = live;
        let Self { columns, row_link, object_link, selection, form, peeked, on_peek } = *self;
        let checkbox = selection.map(|selection| selection::checkbox(uid.clone(), &row, selection, form));
        let is_selected = {
            let uid = uid.clone();
            move || selection.map(|selection| selection.read().contains(&uid).to_string())
        };
        let is_peeked = {
            let uid = uid.clone();
            move || (peeked.read().as_ref() == Some(&uid)).then_some("")
        };
        let cells = move || {
            let row = row.get();
            let columns = columns.read();
            let pairs = filled(&columns, &row).into_iter().filter(|(column, _)| column.shown).enumerate();
            let cell = |(rank, (column, cell)): (usize, (&Column, Cell))| {
                let content = content(&row, column, &cell, row_link, object_link, on_peek);
                td(rank, column, &cell, content)
            };
            pairs.map(cell).collect_view()
        };
        view! {
            <tr role="row" data-uid=uid tabindex="-1" aria-selected=is_selected data-peeked=is_peeked>
                {checkbox}
                {cells}
            </tr>
        }
        .into_any()
    }
}

/// Each column with what stands in it.
fn filled<'columns>(columns: &'columns [Column], row: &Row) -> Vec<(&'columns Column, Cell)> {
    let mut rest = row.cells.iter().cloned();
    let cell = |column: &'columns Column| {
        let cell = match column.id.as_str() {
            "name" => Cell::Text(row.name.to_string()),
            "namespace" => {
                row.namespace.as_ref().map_or(Cell::None, |namespace| Cell::Text(namespace.to_string()))
            }
            _ => rest.next().unwrap_or_default(),
        };
        (column, cell)
    };
    columns.iter().map(cell).collect()
}

/// One cell in its place; the name heads its row.
fn td(rank: usize, column: &Column, cell: &Cell, content: AnyView) -> AnyView {
    let (id, title, align) = (column.id.clone(), column.title.clone(), align_word(column.align));
    let content = match cell {
        // What may be long stands in a box that is cut, so that its length is no reason for a table wider than its page.
        Cell::Text(_) | Cell::List(_) | Cell::Labels(_) | Cell::Object(..) | Cell::Users(..) => {
            view! { <div class="cell-cut">{content}</div> }.into_any()
        }
        _ => content,
    };
    if id == "name" {
        view! {
            <th scope="row" role="rowheader" class=class(cell) data-column=id data-rank=rank data-title=title>
                {content}
            </th>
        }
        .into_any()
    } else {
        view! {
            <td role="cell" class=class(cell) data-column=id data-rank=rank data-align=align data-title=title>
                {content}
            </td>
        }
        .into_any()
    }
}

fn content(
    row: &Row,
    column: &Column,
    cell: &Cell,
    row_link: Callback<Row, String>,
    object_link: Option<ObjectLink>,
    on_peek: Option<Callback<Row>>,
) -> AnyView {
    match (column.id.as_str(), cell) {
        ("name", _) => {
            let name = row.name.to_string();
            let href = row_link.run(row.clone());
            view! {
                <a class="row-name" href=href title=name.clone() aria-label=whole(&name)>{cut_name(&name)}</a>
            }
            .into_any()
        }
        (_, Cell::Status(status)) if on_peek.is_some() => {
            let name = text_with("peek", &[("name", &row.name), ("status", &status.word)]);
            let peek = {
                let row = row.clone();
                move |event: leptos::ev::MouseEvent| {
                    event.prevent_default();
                    event.stop_propagation();
                    on_peek.iter().for_each(|on_peek| on_peek.run(row.clone()));
                }
            };
            view! {
                <a class="row-status" href=row_link.run(row.clone()) aria-label=name on:click=peek>
                    {draw(cell, object_link)}
                </a>
            }
            .into_any()
        }
        _ => draw(cell, object_link),
    }
}

/// The words for how many are selected.
fn selected_words(count: usize) -> String {
    if count == 0 { text("selected.none").to_owned() } else { text_with("selected", &[("count", &count)]) }
}
