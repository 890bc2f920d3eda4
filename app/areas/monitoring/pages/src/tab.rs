//! The tab with the measurements of one object.

use crate::address::TimeAddress;
use crate::board::board;
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ResourceRef, link};
use monitoring_contract::{BoardId, Subject};

/// What the tab is called.
pub fn metrics_title() -> String {
    text("tab").to_owned()
}

/// Whether there is something to measure of an object.
pub fn has_metrics(object: &ResourceRef) -> bool {
    BoardId::of_kind(object.kind.as_str()).is_some()
}

/// The board of an object; nothing for kinds of which nothing is measured.
pub fn metrics_tab(object: ResourceRef) -> AnyView {
    let Some(id) = BoardId::of_kind(object.kind.as_str()) else { return ().into_any() };
    let query = use_query_map();
    let path = link::object(&object);
    let address = Memo::new(move |_| {
        let kept = vec![("tab".to_owned(), "metrics".to_owned())];
        TimeAddress::parse(path.clone(), kept, &query.read())
    });
    board(Signal::stored(Ok(Subject::Object(object))), Signal::stored(id), address.into())
}
