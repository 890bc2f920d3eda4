//! Where the focus goes while rows of a form come and go: to the row that is to be filled in, or to a neighbour of the one that
//! is gone.

use leptos::html::Fieldset;
use leptos::prelude::*;

/// The place of a row that was added at the end.
pub const LAST: usize = usize::MAX;

/// Gives the focus to the row at this place, as soon as the page shows the rows as they are now; where there are none, to the
/// button that adds one. `rows` selects them among the children of the list.
pub fn focus(list: NodeRef<Fieldset>, rows: &'static str, place: usize) {
    request_animation_frame(move || {
        // The step may be left by then.
        if let Some(list) = list.try_get_untracked().flatten() {
            ui::focus_row(&list, rows, place);
        }
    });
}
