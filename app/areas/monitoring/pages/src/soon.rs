//! What will soon be full or over, wherever it is.

use crate::cluster::ask_again;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{ResourceRef, Status, link};
use monitoring_contract::{Shortage, Soon, SoonList, UnreadCertificates, read_soon};
use ui::quantity::percent;
use ui::{Card, Problem, StatusMark, Until, awaited};

/// Volumes that are nearly full and certificates that end, in all clusters that the reader may see, and what is not known of
/// them. Nothing where there is nothing to tell.
#[component]
pub fn SoonCard() -> impl IntoView {
    let soon = Resource::new(|| (), |()| read_soon());
    ask_again(move || soon.refetch());
    let content = move || {
        Suspend::new(async move {
            match soon.await {
                Ok(SoonList { soon, unread }) if soon.is_empty() && unread.is_empty() => None,
                Ok(SoonList { soon, unread }) => {
                    let list = (!soon.is_empty()).then(|| {
                        let lines = soon.into_iter().map(line).collect_view();
                        view! { <ul class="troubles">{lines}</ul> }
                    });
                    let notes = unread.into_iter().flat_map(notes).collect_view();
                    let card = view! {
                        <Card title=text("soon") flush=true wide=true>
                            {list}
                            {notes}
                        </Card>
                    };
                    Some(card.into_any())
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| soon.refetch());
                    Some(view! { <Problem error on_retry/> }.into_any())
                }
            }
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }
}

/// What is not known of a cluster's certificates.
fn notes(unread: UnreadCertificates) -> Vec<AnyView> {
    let UnreadCertificates { cluster, refused, waiting } = unread;
    let note = |words: String| view! { <p class="card-note hint">{words}</p> }.into_any();
    let refused =
        (refused > 0).then(|| note(text_with("soon.refused", &[("cluster", &cluster), ("count", &refused)])));
    let waiting =
        (waiting > 0).then(|| note(text_with("soon.waiting", &[("cluster", &cluster), ("count", &waiting)])));
    refused.into_iter().chain(waiting).collect()
}

fn line(soon: Soon) -> AnyView {
    let level = soon.level();
    let Soon { resource, host, shortage } = soon;
    let (words, until, href) = match shortage {
        Shortage::Full(share) => {
            let share = percent(share, 1.0);
            let href = link::object_tab(&resource, "metrics");
            (text_with("soon.full", &[("share", &share)]), None, href)
        }
        Shortage::Ends(at, _) => (text("soon.ends").to_owned(), Some(at), link::object(&resource)),
    };
    let place = place(&resource);
    let status = Status::new(level, words).because(host);
    view! {
        <li class="trouble">
            <div class="trouble-object">
                <a href=href>{resource.name.to_string()}</a>
                <span class="trouble-namespace">{place}</span>
                {until.map(|at| view! { <Until at/> })}
            </div>
            <StatusMark status with_reason=true/>
        </li>
    }
    .into_any()
}

fn place(resource: &ResourceRef) -> String {
    let namespace = resource.namespace.as_ref().map(ToString::to_string);
    [Some(resource.cluster.to_string()), namespace].into_iter().flatten().collect::<Vec<_>>().join(" / ")
}
