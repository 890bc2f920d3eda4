//! Which storage classes the projects of a workspace may make claims of in a cluster.

use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::{WorkspaceName, link};
use ui::{Card, Checkbox, Command, command_form};
use workspaces_contract::{ClusterQuotas, OpenStorageClasses};

/// What is closed, and the way to the form for who may open and close.
pub fn told(cluster: &ClusterQuotas, form: Option<String>) -> AnyView {
    let closed: Vec<&str> = cluster.classes.closed.iter().map(String::as_str).collect();
    let words = if closed.is_empty() {
        text("classes.all").to_owned()
    } else {
        text_with("classes.closed", &[("names", &ui::listed(&closed))])
    };
    let change = form.map(|href| view! { " "<a href=href>{text("classes.change")}</a> });
    view! { <p class="card-note also">{words}{change}</p> }.into_any()
}

/// The form: ticked is what may be used.
pub fn form(workspace: &WorkspaceName, cluster: &ClusterQuotas, on_change: Callback<String>) -> AnyView {
    let classes = &cluster.classes;
    let known: Vec<(String, bool)> = classes
        .open
        .iter()
        .map(|class| (class.clone(), true))
        .chain(classes.closed.iter().map(|class| (class.clone(), false)))
        .collect();
    let mut hidden =
        vec![("fields[workspace]", workspace.to_string()), ("fields[cluster]", cluster.cluster.to_string())];
    hidden.extend(known.iter().map(|(class, _)| ("fields[known][]", class.clone())));
    let command = Command {
        hidden,
        cancel: Some((text("cancel").to_owned(), link::workspace_tab(workspace, "quotas"))),
        done: Some(text("done.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(OpenStorageClasses::PATH, text("save"))
    };
    let tick = |(class, is_open): (String, bool)| {
        view! { <Checkbox name="fields[open][]" value=class.clone() label=class checked=is_open/> }
    };
    let form = command_form(command, |_| {
        view! {
            <p>{text("classes.text")}</p>
            <fieldset class="choices">
                <legend>{text("classes")}</legend>
                {known.into_iter().map(tick).collect_view()}
            </fieldset>
        }
        .into_any()
    });
    let title = text_with("classes.title", &[("name", &cluster.cluster)]);
    view! { <Card title>{form}</Card> }.into_any()
}
