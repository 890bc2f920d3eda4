//! That a table changes, without its rows.

use crate::follow::follow;
use leptos::prelude::*;
use model::TableQuery;
use model::live::{FeedNews, Topic};

/// Calls back whenever objects come or go in what a query matches, once the page lives. The rows themselves are not
/// kept, so a query for a page of one is enough.
pub fn on_change(query: Signal<Option<TableQuery>>, changed: Callback<()>) {
    let times = RwSignal::new(0_u32);
    let request = Signal::derive(move || {
        times.track();
        query.get().map(|query| (Topic::Table(query), None))
    });
    let total = StoredValue::new(None);
    Effect::new(move |_| {
        query.track();
        total.set_value(None);
    });
    let take = move |news| match news {
        FeedNews::Snapshot { total: now, .. } | FeedNews::Change { total: now, .. } => {
            let before = total.get_value();
            total.set_value(Some(now));
            if before.is_some_and(|before| before != now) {
                changed.run(());
            }
        }
        FeedNews::Redefined => times.update(|times| *times += 1),
        _ => {}
    };
    follow(request, take, || ());
}
