//! Pages of a list, as links.

use crate::quantity::number;
use crate::words::{text, text_with};
use crate::{Glyph, Icon};
use leptos::prelude::*;

/// Which rows are shown of how many, and links to the other pages.
#[component]
pub fn Pagination(
    /// The page, counted from 0.
    #[prop(into)]
    page: Signal<u32>,
    /// Rows on a page.
    #[prop(into)]
    size: Signal<u16>,
    /// Rows on all pages.
    #[prop(into)]
    total: Signal<u64>,
    /// The address of a page, counted from 0.
    #[prop(into)]
    link: Callback<u32, String>,
) -> impl IntoView {
    let range = move || {
        let (first, last) = bounds(page.get(), size.get(), total.get());
        let values = [number(first as i64), number(last as i64), number(total.get() as i64)];
        let [first, last, total] = &values;
        text_with("pagination.range", &[("first", first), ("last", last), ("total", total)])
    };
    let step = move |target: Option<u32>, title: &'static str, glyph: Glyph| {
        match target {
        Some(target) => {
            view! { <a class="icon-button" href=link.run(target) aria-label=title title=title><Icon glyph/></a> }
                .into_any()
        }
        None => view! { <span class="icon-button" aria-hidden="true"><Icon glyph/></span> }.into_any(),
    }
    };
    let previous = move || step(page.get().checked_sub(1), text("pagination.previous"), Glyph::ChevronLeft);
    let next = move || {
        let next = page.get() + 1;
        let exists = u64::from(next) * u64::from(size.get()) < total.get();
        step(exists.then_some(next), text("pagination.next"), Glyph::ChevronRight)
    };
    view! {
        <nav class="pagination" aria-label=text("pagination")>
            <span class="pagination-range">{range}</span>
            {previous}
            {next}
        </nav>
    }
}

/// The first and the last row of a page, counted from 1; 0 and 0 when there is none.
fn bounds(page: u32, size: u16, total: u64) -> (u64, u64) {
    let before = u64::from(page) * u64::from(size);
    if before >= total { (0, 0) } else { (before + 1, (before + u64::from(size)).min(total)) }
}

#[cfg(test)]
mod tests {
    use super::bounds;

    #[test]
    fn the_last_page_ends_with_the_last_row() {
        assert_eq!(bounds(0, 50, 120), (1, 50));
        assert_eq!(bounds(2, 50, 120), (101, 120));
        assert_eq!(bounds(3, 50, 120), (0, 0));
        assert_eq!(bounds(0, 50, 0), (0, 0));
    }
}
