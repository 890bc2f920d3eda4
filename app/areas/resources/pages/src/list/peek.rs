//! The panel beside a list: one object at a glance, without leaving the list.

use super::Address;
use crate::detail::{containers, facts, findings};
use crate::words::text;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use live::LiveValue;
use model::live::Topic;
use model::{ResourceRef, link};
use resources_contract::{ObjectView, read_object};
use ui::{ButtonKind, Glyph, Icon, LinkButton, Problem, StatusMark, awaited};

/// The panel, while the address names an object to peek at.
pub(super) fn peek(address: Address) -> AnyView {
    let resource = Memo::new(move |_| address.read().peek.clone().map(|target| target.resource));
    let object = Resource::new_blocking(
        move || resource.get(),
        |resource| async move {
            match resource {
                Some(resource) => Some(read_object(resource).await),
                None => None,
            }
        },
    );
    let go = use_navigate();
    ui::on_key(move |event| {
        let closes = event.key() == "Escape" && resource.get_untracked().is_some();
        if closes {
            let href = address.read_untracked().with(|other| other.peek = None);
            go(&href, NavigateOptions { scroll: false, ..Default::default() });
        }
        closes
    });
    let content = move || {
        Suspend::new(async move {
            // The page may be gone before its turn comes, and again before the answer does.
            resource.try_get_untracked()?;
            let answer = object.await;
            let resource = resource.try_get_untracked()?;
            answer.zip(resource).map(|(answer, resource)| {
                let body = match answer {
                    Ok(object) => glance(object),
                    Err(error) => {
                        view! { <Problem error on_retry=Callback::new(move |()| object.refetch())/> }
                            .into_any()
                    }
                };
                panel(&resource, address, body)
            })
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
}

fn panel(resource: &ResourceRef, address: Address, body: AnyView) -> AnyView {
    let page = link::object(resource);
    let name = resource.name.to_string();
    let close = move || address.read().with(|other| other.peek = None);
    let row = format!("a.row-name[href=\"{page}\"]");
    Effect::new(move |_| {
        let row = row.clone();
        // Closed with the focus in it, it gives the focus back to its row.
        on_cleanup(move || request_animation_frame(move || ui::rescue_focus(&row)));
    });
    view! {
        <aside class="peek" aria-label=name.clone()>
            <header class="peek-header">
                <h2><a href=page.clone()>{name.clone()}</a></h2>
                <LinkButton href=page kind=ButtonKind::Quiet glyph=Glyph::External>{text("peek.open")}</LinkButton>
                <a class="icon-button" href=close aria-label=text("close") title=text("close")>
                    <Icon glyph=Glyph::Cross/>
                </a>
            </header>
            <div class="peek-body">{body}</div>
        </aside>
    }
    .into_any()
}

fn glance(object: ObjectView) -> AnyView {
    let topic = Topic::Object(object.resource.clone());
    let revision = Some(object.resource_version.clone());
    let object = LiveValue::new(topic, object, revision).value();
    let toasts = ui::use_toasts();
    Effect::new(move |_| {
        let object = object.read_untracked();
        let words = object.status.as_ref().map(|status| status.word.clone()).unwrap_or_default();
        toasts.read_out(format!("{} {}{}", object.kind_title, object.resource.name, ui::about_words(&words)));
    });
    let status =
        move || object.read().status.clone().map(|status| view! { <StatusMark status with_reason=true/> });
    view! {
        <div class="peek-status">{status}</div>
        {findings(object)}
        {facts(object)}
        {containers(object)}
    }
    .into_any()
}
