//! The environment of an object's containers, with what stands behind references.

use super::while_open::while_open;
use crate::address::ObjectAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{Level, ResourceRef, Status, link};
use resources_contract::{ContainerEnvironment, ContainerRole, Variable, VariableValue, read_environment};
use ui::{Badge, Card, CardGrid, StatusMark, plain_table};

/// The environment, while its tab is open.
pub(super) fn tab(address: Signal<ObjectAddress>) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        (address.tab == "environment").then(|| address.resource.clone())
    });
    while_open(asked, read_environment, shown)
}

fn shown(containers: Vec<ContainerEnvironment>) -> AnyView {
    view! {
        <p class="hint">{text("environment.hint")}</p>
        <CardGrid>{containers.into_iter().map(container).collect_view()}</CardGrid>
    }
    .into_any()
}

fn container(environment: ContainerEnvironment) -> AnyView {
    let ContainerEnvironment { container, role, variables, untold } = environment;
    let badge = match role {
        ContainerRole::Main => None,
        ContainerRole::Init => Some(text("init")),
        ContainerRole::Sidecar => Some(text("sidecar")),
    };
    let is_empty = variables.is_empty() && untold.is_empty();
    let untold = untold.into_iter().map(|(source, why)| {
        let name = text_with("environment.all-of", &[("name", &source.name)]);
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td>{value(why)}</td>
                <td>{origin(&source, None)}</td>
            </tr>
        }
    });
    let rows = view! { {untold.collect_view()}{variables.into_iter().map(variable).collect_view()} };
    let headings = [text("environment.variable"), text("environment.value"), text("environment.from")];
    let table = if is_empty {
        view! { <p class="hint">{text("environment.none")}</p> }.into_any()
    } else {
        plain_table(&container, &headings, rows.into_any())
    };
    view! {
        <Card
            title=container
            flush=true
            wide=true
            actions=move || badge.map(|text| view! { <Badge text/> })
        >
            {table}
        </Card>
    }
    .into_any()
}

fn variable(variable: Variable) -> AnyView {
    let Variable { name, value: held, from } = variable;
    view! {
        <tr>
            <th scope="row"><code>{name}</code></th>
            <td class="environment-value">{value(held)}</td>
            <td>{from.map(|(source, key)| origin(&source, Some(key)))}</td>
        </tr>
    }
    .into_any()
}

/// What a variable holds, or why that is not told.
fn value(value: VariableValue) -> AnyView {
    match value {
        VariableValue::Text(text) => view! { <code>{text}</code> }.into_any(),
        VariableValue::Secret => view! { <span class="hint">{text("environment.secret")}</span> }.into_any(),
        VariableValue::Unseen => view! { <span class="hint">{text("environment.unseen")}</span> }.into_any(),
        VariableValue::OfPod(field) => {
            let words = text_with("environment.of-pod", &[("field", &field)]);
            view! { <span class="hint">{words}</span> }.into_any()
        }
        VariableValue::Missing { is_optional } => {
            let status = if is_optional {
                Status::new(Level::Inactive, text("environment.missing-optional"))
            } else {
                Status::new(Level::Failed, text("environment.missing"))
            };
            view! { <StatusMark status/> }.into_any()
        }
    }
}

/// The object that it comes from, and the key there.
fn origin(source: &ResourceRef, key: Option<String>) -> AnyView {
    let href = link::object(source);
    let key = key.map(|key| view! { " "<code>{key}</code> });
    view! { <a href=href>{source.name.to_string()}</a>{key} }.into_any()
}
