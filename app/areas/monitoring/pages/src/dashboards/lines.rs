//! Lines of logs in a panel.

use super::panels::Around;
use crate::address::with_pairs;
use crate::panel::none;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::link;
use monitoring_contract::{ShownLine, ShownLogs, Window};
use ui::{Moments, line_level, line_text};

/// Lines, the newest first, and how many more there are.
pub fn lines(found: ShownLogs) -> AnyView {
    let ShownLogs { lines, total } = found;
    if lines.is_empty() {
        return none(text("panel.no-lines").to_owned(), &[]);
    }
    let moments = Moments::new();
    let more = total.saturating_sub(lines.len() as u64);
    let more = (more > 0)
        .then(|| view! { <p class="card-note">{text_with("panel.more-lines", &[("count", &more)])}</p> });
    let lines = lines.into_iter().map(|shown| line(shown, &moments)).collect_view();
    view! { <ol class="record-lines dashboard-lines" aria-label=text("panel.lines") tabindex="0">{lines}</ol>{more} }
        .into_any()
}

fn line(shown: ShownLine, moments: &Moments) -> AnyView {
    let ShownLine { at_ms, origin, text } = shown;
    let moments = moments.clone();
    let when = move || moments.write(at_ms.saturating_mul(1_000_000));
    view! {
        <li class="record-line" data-level=line_level(&text)>
            <span class="record-time"><time>{when}</time></span>
            <span class="record-origin">{origin}</span>
            <code class="record-text">{line_text(&text)}</code>
        </li>
    }
    .into_any()
}

/// The way to a panel's search, over the same stretch of time.
pub fn search(query: Option<&String>, title: &str, around: &Around<'_>) -> Option<AnyView> {
    let mut pairs = vec![("query".to_owned(), query?.clone())];
    let (from, to) = around.address.window.to_texts();
    if around.address.window != Window::default() {
        pairs.extend([("from".to_owned(), from), ("to".to_owned(), to)]);
    }
    let href = with_pairs(&link::records(around.cluster, "logs"), &pairs);
    let spoken = text_with("panel.search.of", &[("title", &title)]);
    Some(view! { <a href=href aria-label=spoken>{text("panel.search")}</a> }.into_any())
}
