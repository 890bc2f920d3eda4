//! Lines of logs.

use crate::address::Address;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::link;
use records_contract::{Field, LogRecord, Piece};
use ui::{Moments, line_level, line_text};

/// Lines, each with when and by whom it was written; the one that was pointed at is marked.
pub fn list(rows: Vec<LogRecord>, address: &Address, pointed: Option<&str>) -> AnyView {
    let moments = Moments::new();
    around(rows.into_iter().map(|row| line(row, address, &moments, pointed)).collect_view().into_any())
}

/// The list around lines.
pub fn around(rows: AnyView) -> AnyView {
    view! { <ol class="record-lines" aria-label=text("lines")>{rows}</ol> }.into_any()
}

/// A line.
pub fn line(row: LogRecord, address: &Address, moments: &Moments, pointed: Option<&str>) -> AnyView {
    let LogRecord { id, at_ms, namespace, pod, container, node, text: pieces, is_cut, resource } = row;
    let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let is_pointed = (pointed == Some(id.as_str())).then_some("true");
    let moments = moments.clone();
    let when = move || moments.write(at_ms.saturating_mul(1_000_000));
    let href = address.with(|address| address.line = Some(id.clone()));
    let origin = if node.is_empty() { String::new() } else { text_with("line.node", &[("node", &node)]) };
    let named = match resource {
        Some(resource) => {
            view! { <a href=link::object_tab(&resource, "logs") title=origin>{pod}</a> }.into_any()
        }
        None => view! { <span title=origin>{pod}</span> }.into_any(),
    };
    let in_namespace = address.with_value(Field::Namespace, &namespace);
    let of_container = address.with_value(Field::Container, &container);
    let cut = is_cut.then(|| view! { <span class="record-cut">{text("line.cut")}</span> });
    view! {
        <li class="record-line" data-level=line_level(&whole) aria-current=is_pointed>
            <a class="record-time" href=href title=text("line.around")><time>{when}</time></a>
            <span class="record-origin">
                <a href=in_namespace>{namespace}</a>"/"{named}"/"<a href=of_container>{container}</a>
            </span>
            <code class="record-text">{marked(pieces)}{cut}</code>
        </li>
    }
    .into_any()
}

/// A text with what was looked for marked in it.
pub fn marked(pieces: Vec<Piece>) -> AnyView {
    let piece = |Piece { text, is_hit }: Piece| match is_hit {
        true => view! { <mark>{line_text(&text)}</mark> }.into_any(),
        false => line_text(&text),
    };
    pieces.into_iter().map(piece).collect_view().into_any()
}
