//! The environment of an object's containers, with what stands behind references.

use crate::address::ObjectAddress;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::{Level, ResourceRef, Status, link};
use resources_contract::{ContainerEnvironment, ContainerRole, Variable, VariableValue, read_environment};
use ui::{Badge, Card, CardGrid, Problem, StatusMark, awaited, plain_table};

/// The environment, while its tab is open.
pub(super) fn tab(address: Signal<ObjectAddress>) -> AnyView {
    let asked = Memo::new(move |_| {
        let address = address.read();
        (address.tab == "environment").then(|| address.resource.clone())
    });
    let environment = Resource::new_blocking(
        move || asked.get(),
        |asked| async move {
            match asked {
                Some(resource) => Some(read_environment(resource).await),
                None => None,
            }
        },
    );
    let content = move || {
        Suspend::new(async move {
            // The page may be gone before its turn comes, and again before the answer does.
            asked.try_get_untracked()?;
            let answer = environment.await?;
            asked.try_get_untracked()?;
            Some(match answer {
                Ok(containers) => shown(containers),
                Err(error) => {
                    let on_retry = Callback::new(move |()| environment.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            })
        })
    };
    view! { <Transition fallback=|| ()>{awaited(content)}</Transition> }.into_any()
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
