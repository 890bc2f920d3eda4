//! The containers of a pod, or of a pod template.

use crate::words::{text, text_of};
use leptos::prelude::*;
use model::{ResourceRef, link};
use resources_contract::{Container, ContainerRole, ObjectView, Probe};
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
        command,
        probes,
        mounts,
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
    let more = more(command, probes, mounts);
    view! {
        <tr>
            <th scope="row">
                {name.clone()}
                {badge.map(|text| view! { " " <Badge text/> })}
                <span class="row-links">{logs}{previous}{terminal}{debug}</span>
                {more}
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

/// What few look at, folded away: what it runs, how it is asked whether it is well, and what is mounted in it.
fn more(command: String, probes: Vec<Probe>, mounts: Vec<String>) -> AnyView {
    if command.is_empty() && probes.is_empty() && mounts.is_empty() {
        return ().into_any();
    }
    let line = |title: String, what: String| {
        view! { <div><dt>{title}</dt><dd><code>{what}</code></dd></div> }
    };
    let command = (!command.is_empty()).then(|| line(text("container.command").to_owned(), command));
    let probes = probes.into_iter().map(|Probe { kind, what }| line(text_of("probe", &kind), what));
    let mounts = mounts.into_iter().map(|mount| line(text("container.mount").to_owned(), mount));
    view! {
        <details class="container-more">
            <summary>{text("container.more")}</summary>
            <dl>{command}{probes.collect_view()}{mounts.collect_view()}</dl>
        </details>
    }
    .into_any()
}

fn lines(items: Vec<String>) -> AnyView {
    items.into_iter().map(|item| view! { <div class="line">{item}</div> }).collect_view().into_any()
}
