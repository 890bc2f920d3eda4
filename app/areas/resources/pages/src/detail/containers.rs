//! The containers of a pod, or of a pod template.

use crate::words::text;
use leptos::prelude::*;
use model::{ResourceRef, link};
use resources_contract::{Container, ContainerRole, ObjectView};
use ui::{Badge, Card, StatusMark, plain_table};

/// A card with all containers; nothing for objects that have none.
pub fn containers(object: Signal<ObjectView>) -> AnyView {
    let containers = Memo::new(move |_| object.read().containers.clone());
    let may_open =
        Memo::new(move |_| object.read().terminal.as_ref().is_some_and(|offer| offer.missing.is_none()));
    let resource = object.read_untracked().resource.clone();
    let card = move || {
        let mut containers = containers.get();
        let resource = resource.clone();
        // What the reader may not open is not offered row by row; the head of the page says what is missing.
        if !may_open.get() {
            containers.iter_mut().for_each(|container| container.runs = false);
        }
        (!containers.is_empty()).then(move || {
            let rows = containers.into_iter().map(|container| row(container, &resource)).collect_view();
            view! {
                <Card title=text("containers") flush=true wide=true>
                    {plain_table(
                        text("containers"),
                        &[text("container"), text("image"), text("status"), text("resources"), text("ports")],
                        rows.into_any(),
                    )}
                </Card>
            }
        })
    };
    card.into_any()
}

fn row(container: Container, resource: &ResourceRef) -> AnyView {
    let Container {
        name,
        image,
        role,
        status,
        restarts,
        last_end,
        ports,
        resources,
        runs,
        has_log,
        has_previous_log,
    } = container;
    let log = |previous: bool| {
        let previous = if previous { "&previous=1" } else { "" };
        format!("{}&container={}{previous}", link::object_tab(resource, "logs"), link::escape(&name))
    };
    let logs = has_log.then(|| view! { <a href=log(false)>{text("logs")}</a> });
    let previous = has_previous_log.then(|| view! { <a href=log(true)>{text("logs.previous")}</a> });
    let terminal = runs.then(|| super::terminal::link(resource, &name));
    // What has run before the others is over, or holds them up by itself.
    let debug = (role != ContainerRole::Init).then(|| super::terminal::debug_link(resource, &name));
    let badge = match role {
        ContainerRole::Main => None,
        ContainerRole::Init => Some(text("init")),
        ContainerRole::Sidecar => Some(text("sidecar")),
    };
    let restarts = (restarts > 0).then(|| {
        view! { <span class="restarts">{crate::words::text_with("restarts", &[("count", &restarts)])}</span> }
    });
    view! {
        <tr>
            <th scope="row">
                {name.clone()}
                {badge.map(|text| view! { " " <Badge text/> })}
                <span class="row-links">{logs}{previous}{terminal}{debug}</span>
            </th>
            <td class="image"><code title=image.clone()>{image.clone()}</code></td>
            <td>
                {status.map(|status| view! { <StatusMark status with_reason=true/> })}
                {restarts}
                {last_end.map(|end| view! { <p class="last-end">{text("last-end")}" "{end}</p> })}
            </td>
            <td>{lines(resources)}</td>
            <td>{lines(ports)}</td>
        </tr>
    }
    .into_any()
}

fn lines(items: Vec<String>) -> AnyView {
    items.into_iter().map(|item| view! { <div class="line">{item}</div> }).collect_view().into_any()
}
