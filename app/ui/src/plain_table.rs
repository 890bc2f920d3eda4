//! Small tables inside cards, whose rows are made by hand.

use leptos::prelude::*;

/// A table with these headings around rows. Where it is narrow each row becomes a list: its cells say what they are with
/// `data-heading`, and those without one keep to themselves.
pub fn plain_table(title: &str, headings: &[&str], rows: AnyView) -> AnyView {
    let heading = |heading: &&str| view! { <th scope="col" class="heading">{(*heading).to_owned()}</th> };
    framed(title, headings.iter().map(heading).collect_view().into_any(), rows)
}

pub(crate) fn framed(title: &str, headings: AnyView, rows: AnyView) -> AnyView {
    view! {
        <div class="table-box">
            <table class="table plain-table stacking-table" aria-label=title.to_owned()>
                <thead><tr>{headings}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
