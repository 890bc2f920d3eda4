//! The page of one object.

mod containers;
mod data;
mod environment;
mod events;
mod findings;
mod from_this;
mod header;
mod logs;
mod metadata;
mod outside;
mod overview;
mod pod_use;
mod pods;
mod revisions;
mod terminal;
mod timeline;
mod used_by;
mod while_open;
mod yaml;

pub use containers::containers;
pub use findings::findings;
pub use overview::{facts, tree_nodes};
pub use terminal::target as terminal_target;

use crate::act::{Asked, action_dialog, job_panel};
use crate::address::{ObjectAddress, use_object_address};
use crate::surroundings::ForeignTabs;
use crate::words::text;
use leptos::prelude::*;
use live::LiveValue;
use model::live::Topic;
use model::{ConsoleError, ResourceRef, link};
use resources_contract::{ActionKind, ObjectView, Target, read_object};
use ui::{
    Banner, Empty, Glyph, LinkButton, PageTitle, Problem, SkeletonDetail, StaleBanner, awaited, built,
    error_words,
};

/// One object: whether it is well and why not, what belongs to it, its YAML, and what can be done with it.
#[component]
pub fn DetailPage() -> impl IntoView {
    let address = use_object_address();
    let resource = Memo::new(move |_| {
        address.read().as_ref().map(|address| address.resource.clone()).map_err(Clone::clone)
    });
    let object = Resource::new_blocking(
        move || resource.get(),
        |resource| async move { read_object(resource?).await },
    );
    let page_title = move || match resource.get() {
        Ok(resource) => format!("{} · {}", resource.name, resource.cluster),
        Err(_) => text("not-found").to_owned(),
    };
    view! {
        <PageTitle text=page_title/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>
            {awaited(move || Suspend::new(async move {
                let on_retry = Callback::new(move |()| object.refetch());
                match (object.await, address.get_untracked()) {
                    (Ok(object), Ok(first)) => page(object, first, address),
                    (Err(error), Ok(first)) => failed(error, Some(&first.resource), on_retry),
                    (_, Err(error)) => failed(error, None, on_retry),
                }
            }))}
        </Transition>
    }
}

/// What stands in the place of an object. One that is not there leads on to those that are, and to what was deleted.
fn failed(error: ConsoleError, resource: Option<&ResourceRef>, on_retry: Callback<()>) -> AnyView {
    if let (ConsoleError::NotFound { thing: None, .. }, Some(resource)) = (&error, resource) {
        return missing(&error, resource);
    }
    view! { <Problem error on_retry is_page=true/> }.into_any()
}

fn missing(error: &ConsoleError, resource: &ResourceRef) -> AnyView {
    let (list, deleted) = (link::list(&resource.cluster, &resource.kind), link::deleted(&resource.cluster));
    let action = move || {
        view! {
            <LinkButton href=list>{text("gone.list")}</LinkButton>
            <LinkButton href=deleted>{text("gone.deleted")}</LinkButton>
        }
    };
    view! {
        <h1 class="visually-hidden">{text("not-found")}</h1>
        <Empty glyph=Glyph::Search title=text("not-found") explanation=error_words(error) action/>
    }
    .into_any()
}

fn page(
    object: ObjectView,
    first: ObjectAddress,
    address: Memo<Result<ObjectAddress, ConsoleError>>,
) -> AnyView {
    let resource = object.resource.clone();
    // While leaving for another page the last address stands.
    let address = Memo::new(move |last: Option<&ObjectAddress>| {
        let now = address.get().ok().filter(|now| now.resource == resource);
        now.or_else(|| last.cloned()).unwrap_or_else(|| first.clone())
    });
    let topic = Topic::Object(object.resource.clone());
    let revision = Some(object.resource_version.clone());
    let live = LiveValue::new(topic, object, revision);
    let object = live.value();
    header::lend_actions(object, address.into());
    let tab = Memo::new(move |_| address.read().tab.clone());
    let foreign = ForeignTabs::here();
    let job = Memo::new(move |_| address.read().job.clone());
    let log = logs::tab(address.into());
    let yaml = yaml::tab(object, address.into());
    let environment = environment::tab(address.into());
    let data = data::tab(object, address.into());
    let used_by = used_by::tab(address.into());
    let dialog = asked(object, address.into());
    let job = job_panel(job, Signal::derive(move || address.read().here()));
    // Last, as in the browser, which builds a closure when all around it stands: what is asked has the number of its turn.
    let body = built(move || body(&tab.read(), object, address.into(), foreign));
    view! {
        {header::header(object, live.liveness(), address.into())}
        <StaleBanner stale=live.stale()/>
        {move || live.ended().get().map(|error| ended(error, &address.read_untracked().resource))}
        {header::deleting(object)}
        {job}
        {header::tabs(object, address.into())}
        <div class="tab-body">
            {body}
            {log}
            {yaml}
            {environment}
            {data}
            {used_by}
        </div>
        {dialog}
    }
    .into_any()
}

/// The tabs that are drawn from what the page knows already; the others fetch more and stand for themselves.
fn body(
    tab: &str,
    object: Signal<ObjectView>,
    address: Signal<ObjectAddress>,
    foreign: ForeignTabs,
) -> AnyView {
    let resource = address.read_untracked().resource.clone();
    if let Some(foreign) = foreign.of(&resource).find(|foreign| foreign.id == tab) {
        return (foreign.view)(resource);
    }
    match tab {
        "pods" => pods::tab(object),
        "revisions" => revisions::tab(object, address),
        "events" => events::tab(object),
        "timeline" => timeline::tab(object, address),
        "data" | "environment" | "logs" | "used-by" | "yaml" => ().into_any(),
        "labels" => metadata::tab(object, address),
        _ => overview::tab(object),
    }
}

/// The feed has ended: the object is gone, or the right to see it is.
fn ended(error: ConsoleError, resource: &ResourceRef) -> AnyView {
    match error {
        ConsoleError::NotFound { .. } => {
            let list = link::list(&resource.cluster, &resource.kind);
            view! {
                <Banner
                    level=model::Level::Inactive
                    actions=move || view! { <LinkButton href=list>{text("gone.list")}</LinkButton> }
                >
                    {text("gone")}
                </Banner>
            }
            .into_any()
        }
        error => view! { <Problem error is_page=true/> }.into_any(),
    }
}

/// The dialog of what the address asks to do with the object.
fn asked(object: Signal<ObjectView>, address: Signal<ObjectAddress>) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        // Editing is a tab, not a dialog.
        let action =
            address.act.filter(|action| !matches!(action, ActionKind::Edit | ActionKind::SetMetadata))?;
        let object = object.read_untracked();
        let offered = object.actions.iter().find(|offered| offered.action == action);
        let close = address.here();
        let next = match action {
            ActionKind::Delete => link::list(&address.resource.cluster, &address.resource.kind),
            _ => close.clone(),
        };
        Some(Asked {
            action,
            targets: vec![Target { resource: address.resource.clone(), uid: Some(object.uid.clone()) }],
            many: None,
            current: offered.and_then(|offered| offered.current),
            revision: address.revision,
            close,
            next,
        })
    });
    action_dialog(asked, Callback::new(|()| ()))
}
