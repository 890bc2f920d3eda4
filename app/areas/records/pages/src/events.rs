//! Events.

use crate::address::Address;
use crate::lines::marked;
use crate::words::text;
use leptos::prelude::*;
use model::{Level, Status, link};
use records_contract::{EventRecord, Field};
use ui::quantity::number;
use ui::{Moments, StatusMark, plain_table};

/// Events, the newest first.
pub fn table(rows: Vec<EventRecord>, address: &Address) -> AnyView {
    let moments = Moments::new();
    around(rows.into_iter().map(|event| row(event, address, &moments)).collect_view().into_any())
}

/// The table around events.
pub fn around(rows: AnyView) -> AnyView {
    let headings = [text("time"), text("field.reason"), text("message"), text("about"), text("times")];
    plain_table(text("of.events"), &headings, rows)
}

/// An event.
pub fn row(event: EventRecord, address: &Address, moments: &Moments) -> AnyView {
    let EventRecord {
        at_ms,
        namespace,
        kind,
        name,
        reason,
        is_warning,
        message,
        count,
        source,
        resource,
        ..
    } = event;
    let moments = moments.clone();
    let when = move || moments.write(at_ms.saturating_mul(1_000_000)).chars().take(19).collect::<String>();
    let level = if is_warning { Level::Warning } else { Level::Inactive };
    let words = format!("{kind} {name}");
    let about = match resource {
        Some(resource) => view! { <a href=link::object(&resource)>{words}</a> }.into_any(),
        None => words.into_any(),
    };
    let place = (!namespace.is_empty()).then(|| {
        let href = address.with_value(Field::Namespace, &namespace);
        view! { <a class="about" href=href>{namespace}</a> }
    });
    view! {
        <tr>
            <td class="record-when" data-heading=text("time")>{when}</td>
            <th scope="row"><StatusMark status=Status::new(level, reason)/></th>
            <td class="message" data-heading=text("message")>
                <span>{marked(message)}" "<span class="source">{source}</span></span>
            </td>
            <td class="record-about" data-heading=text("about")><span>{about}{place}</span></td>
            <td data-heading=text("times") data-align="end">{number(count as i64)}</td>
        </tr>
    }
    .into_any()
}
