//! What the cluster said about an object and what it owns.

use crate::words::text;
use leptos::prelude::*;
use model::{Status, link};
use resources_contract::{EventView, ObjectView};
use ui::{Card, Empty, Glyph, LinkButton, Since, StatusMark, plain_table};

/// How many events the overview shows: enough to see what goes on, few enough to leave room.
const RECENT: usize = 8;

/// The newest events, as a card of the overview.
pub(super) fn recent(object: Signal<ObjectView>) -> AnyView {
    let events = Memo::new(move |_| object.read().events.iter().take(RECENT).cloned().collect::<Vec<_>>());
    let card = move || {
        let events = events.get();
        (!events.is_empty()).then(|| {
            view! { <Card title=text("events.recent") flush=true wide=true>{table(events)}</Card> }
        })
    };
    card.into_any()
}

/// All events that the cluster still has, and the way to those that it has not.
pub(super) fn tab(object: Signal<ObjectView>) -> AnyView {
    let events = Memo::new(move |_| object.read().events.clone());
    let older = link::past_events(&object.read_untracked().resource);
    let content = move || {
        let events = events.get();
        if events.is_empty() {
            view! { <Empty glyph=Glyph::Event title=text("events.none") explanation=text("events.none.text")/> }
                .into_any()
        } else {
            table(events)
        }
    };
    view! {
        {content}
        <div class="tab-actions">
            <LinkButton href=older glyph=Glyph::Search>{text("events.past")}</LinkButton>
        </div>
    }
    .into_any()
}

fn table(events: Vec<EventView>) -> AnyView {
    let headings = [text("last-seen"), text("reason"), text("message"), text("event.about"), text("times")];
    plain_table(text("events"), &headings, events.into_iter().map(row).collect_view().into_any())
}

fn row(event: EventView) -> AnyView {
    let EventView { level, reason, message, count, last_seen, source, about } = event;
    let about = about.map(|about| view! { <a href=link::object(&about)>{about.to_string()}</a> });
    view! {
        <tr>
            <td><Since at=last_seen with_time=true/></td>
            <th scope="row"><StatusMark status=Status::new(level, reason)/></th>
            <td class="message">{message}" "<span class="source">{source}</span></td>
            <td>{about}</td>
            <td data-heading=text("times") data-align="end">{ui::quantity::number(count)}</td>
        </tr>
    }
    .into_any()
}
