//! All receivers that the reader may see.

use crate::mail_trial::servers;
use crate::names;
use crate::words::{text, text_of};
use leptos::prelude::*;
use model::link;
use notifications_contract::{ReceiverList, ReceiverRow, read_mail_servers, read_receivers};
use ui::{
    Badge, ButtonKind, Card, Empty, Glyph, LinkButton, PageHeader, PageTitle, Problem, Since, SkeletonTable,
    awaited, plain_table,
};

/// Who is told of alerts, and how the last message went.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let found = Resource::new_blocking(|| (), |()| read_receivers());
    let mail = Resource::new_blocking(|| (), |()| read_mail_servers());
    let content = move || {
        Suspend::new(async move {
            let (found_now, mail) = (found.await, mail.await);
            match found_now {
                Ok(list) => view! { {draw(&list)}{servers(mail)} }.into_any(),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error here=link::NOTIFICATIONS on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("notifications")/>
        <PageHeader title=text("notifications")/>
        <p class="lead">{text("notifications.text")}</p>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(list: &ReceiverList) -> AnyView {
    let may_add = !list.places.is_empty();
    let add = move || {
        may_add.then(|| view! { <LinkButton href=link::NEW_RECEIVER kind=ButtonKind::Primary>{text("receiver.add")}</LinkButton> })
    };
    if list.receivers.is_empty() {
        let explanation = if may_add { text("receivers.none.text") } else { text("receivers.none.ask") };
        return view! {
            <Empty glyph=Glyph::Bell title=text("receivers.none") explanation action=add/>
        }
        .into_any();
    }
    let headings = ["receiver", "channel", "place", "least", "last"];
    let rows = list.receivers.iter().map(row).collect_view().into_any();
    let table = plain_table(text("receivers"), &headings.map(text), rows);
    view! { <Card title=text("receivers") flush=true actions=add>{table}</Card> }.into_any()
}

fn row(receiver: &ReceiverRow) -> AnyView {
    let off = (!receiver.is_enabled).then(|| view! { " "<Badge text=text("off")/> });
    let is_quiet = receiver.is_enabled && receiver.quiet.as_ref().is_some_and(|quiet| quiet.is_now);
    let quiet_now = is_quiet.then(|| view! { " "<Badge text=text("quiet.now")/> });
    let quiet = receiver.quiet.as_ref().and_then(names::quiet);
    let quiet = quiet.map(|words| view! { <span class="about">{words}</span> });
    let last = match &receiver.last {
        Some(delivery) => {
            let (state, at) = (names::state(delivery), delivery.at);
            view! { {state}<span class="about"><Since at/></span> }.into_any()
        }
        None => view! { <span class="about">{text("last.none")}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a href=link::receiver(&receiver.id)>{receiver.name.clone()}</a>{off}{quiet_now}</th>
            <td data-heading=text("channel")>
                {names::channel(&receiver.channel)}<span class="about">{receiver.target.clone()}</span>
            </td>
            <td data-heading=text("place")>{names::place(&receiver.place)}</td>
            <td data-heading=text("least")><span>{text_of("least", receiver.least.word())}{quiet}</span></td>
            <td data-heading=text("last")><span>{last}</span></td>
        </tr>
    }
    .into_any()
}
