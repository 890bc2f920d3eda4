//! What was done at the API server.

use crate::address::Address;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{Level, Status, link};
use records_contract::{AuditRecord, Field};
use ui::{Moments, StatusMark, plain_table};

/// Requests, the newest first.
pub fn table(rows: Vec<AuditRecord>, address: &Address) -> AnyView {
    let moments = Moments::new();
    around(rows.into_iter().map(|record| row(record, address, &moments)).collect_view().into_any())
}

/// The table around requests.
pub fn around(rows: AnyView) -> AnyView {
    let headings = [
        text("time"),
        text("field.user"),
        text("field.verb"),
        text("object"),
        text("answer"),
        text("address"),
    ];
    plain_table(text("of.audit"), &headings, rows)
}

/// A request.
pub fn row(record: AuditRecord, address: &Address, moments: &Moments) -> AnyView {
    let AuditRecord {
        at_ms,
        user,
        person,
        by,
        verb,
        resource,
        namespace,
        name,
        code,
        message,
        addresses,
        request,
        ..
    } = record;
    let moments = moments.clone();
    let when = move || moments.write(at_ms.saturating_mul(1_000_000)).chars().take(19).collect::<String>();
    let level = match code {
        Some(500..) => Level::Failed,
        Some(400..) => Level::Warning,
        Some(_) => Level::Healthy,
        None => Level::Unknown,
    };
    let word = code.map_or_else(|| text("unanswered").to_owned(), |code| code.to_string());
    let by =
        (!by.is_empty()).then(|| view! { <span class="about">{text_with("by", &[("user", &by)])}</span> });
    let place = (!namespace.is_empty()).then(|| {
        let href = address.with_value(Field::Namespace, &namespace);
        view! { <a class="about" href=href>{namespace}</a> }
    });
    let by_user = address.with_value(Field::User, &user);
    // The cluster knows people by a name that stays when theirs is changed.
    let known_as = person.as_ref().map(|_| user.clone());
    let who = person.unwrap_or(user);
    let trail = is_ours(&request).then(|| {
        view! { <span class="about"><a href=link::request_here(&request)>{text("trail")}</a></span> }
    });
    let from = |one: String| {
        let href = address.with_value(Field::Address, &one);
        view! { <a href=href>{one}</a>" " }
    };
    let addresses = addresses.into_iter().map(from).collect_view();
    let said = (!message.is_empty()).then(|| view! { <span class="about">{message}</span> });
    view! {
        <tr>
            <td class="record-when" data-heading=text("time")>{when}</td>
            <th scope="row"><span><a href=by_user title=known_as>{who}</a>{by}</span></th>
            <td class="record-when" data-heading=text("field.verb")>{verb}</td>
            <td data-heading=text("object")><span>{resource}" "{name}{place}</span></td>
            <td data-heading=text("answer")><span><StatusMark status=Status::new(level, word)/>{said}{trail}</span></td>
            <td class="record-when" data-heading=text("address")>{addresses}</td>
        </tr>
    }
    .into_any()
}

/// Whether a request is one of the console's: API servers make up UUIDs for those that have no id.
fn is_ours(request: &str) -> bool {
    request.len() == 16 && request.bytes().all(|byte| byte.is_ascii_hexdigit())
}
