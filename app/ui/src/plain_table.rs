//! Small tables inside cards, whose rows are made by hand.

use leptos::prelude::*;

/// A table with these headings around rows.
pub fn plain_table(title: &str, headings: &[&str], rows: AnyView) -> AnyView {
    let heading = |heading: &&str| view! { <th scope="col" class="heading">{(*heading).to_owned()}</th> };
    view! {
        <div class="table-box">
            <table class="table plain-table" aria-label=title.to_owned()>
                <thead><tr>{headings.iter().map(heading).collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
