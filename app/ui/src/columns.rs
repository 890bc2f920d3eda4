//! Which columns are shown.

use crate::words::text;
use crate::{Checkbox, Glyph, Menu};
use leptos::prelude::*;
use model::Column;

/// A menu that shows and hides columns. Needs scripts.
#[component]
pub fn ColumnChooser(
    /// All columns, shown or not.
    #[prop(into)]
    columns: Signal<Vec<Column>>,
    /// Called with a column's id and whether it is to be shown.
    #[prop(into)]
    on_change: Callback<(String, bool)>,
) -> impl IntoView {
    let line = move |column: Column| {
        let id = column.id.clone();
        view! {
            <Checkbox
                name=format!("column-{}", column.id)
                label=column.title
                checked=column.shown
                on_change=move |shown| on_change.run((id.clone(), shown))
            />
        }
    };
    view! {
        <div class="column-chooser needs-scripts">
            <Menu title=text("columns") glyph=Glyph::Columns compact=true>
                {move || columns.get().into_iter().map(line).collect_view()}
            </Menu>
        </div>
    }
}
