//! The panel beside a list: one object at a glance, without leaving the list.

use super::Address;
use crate::detail::{containers, facts, findings};
use crate::words::text;
use leptos::prelude::*;
use live::LiveValue;
use model::live::Topic;
use model::link;
use resources_contract::{ObjectView, read_object};
use ui::{ButtonKind, Glyph, Icon, LinkButton, Problem, SkeletonDetail, StatusMark};

/// The panel, while the address names an object to peek at.
pub(super) fn peek(address: Address) -> AnyView {
    let resource = Memo::new(move |_| address.read().peek.clone().map(|target| target.resource));
    let close = Signal::derive(move || address.read().with(|other| other.peek = None));
    (move || resource.get().map(|resource| view! { <Panel resource close/> })).into_any()
}

#[component]
fn Panel(resource: model::ResourceRef, close: Signal<String>) -> impl IntoView {
    let page = link::object(&resource);
    let name = resource.name.to_string();
    let object = Resource::new_blocking(|| (), move |()| read_object(resource.clone()));
    let content = move || {
        Suspend::new(async move {
            match object.await {
                Ok(object) => glance(object),
                Err(error) => {
                    view! { <Problem error on_retry=Callback::new(move |()| object.refetch())/> }.into_any()
                }
            }
        })
    };
    view! {
        <aside class="peek" aria-label=name.clone()>
            <header class="peek-header">
                <h2><a href=page.clone()>{name.clone()}</a></h2>
                <LinkButton href=page kind=ButtonKind::Quiet glyph=Glyph::External>{text("peek.open")}</LinkButton>
                <a class="icon-button" href=move || close.get() aria-label=text("close") title=text("close")>
                    <Icon glyph=Glyph::Cross/>
                </a>
            </header>
            <div class="peek-body">
                <Transition fallback=|| view! { <SkeletonDetail/> }>{content}</Transition>
            </div>
        </aside>
    }
}

fn glance(object: ObjectView) -> AnyView {
    let topic = Topic::Object(object.resource.clone());
    let revision = Some(object.resource_version.clone());
    let object = LiveValue::new(topic, object, revision).value();
    let status = move || object.read().status.clone().map(|status| view! { <StatusMark status with_reason=true/> });
    view! {
        <div class="peek-status">{status}</div>
        {findings(object)}
        {facts(object)}
        {containers(object)}
    }
    .into_any()
}
