//! What people say of a workspace, and its end.

use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::ClusterName;
use ui::{ButtonKind, Card, CardGrid, Checkbox, Command, Field, FormProblems, command_form};
use workspaces_contract::{ChangeWorkspace, RemoveWorkspace, WorkspaceFields, WorkspaceView};

/// The fields of a workspace's form.
pub fn fields(
    now: WorkspaceFields,
    clusters: &[ClusterName],
    is_new: bool,
    problems: FormProblems,
) -> AnyView {
    let name = if is_new {
        view! {
            <Field
                name="fields[name]"
                label=text("name")
                hint=text("workspace.name.hint")
                problem=problems.at("name")
                code=true
                required=true
            />
        }
        .into_any()
    } else {
        view! { <input type="hidden" name="fields[name]" value=now.name/> }.into_any()
    };
    let cluster = |cluster: &ClusterName| {
        let is_chosen = now.clusters.iter().any(|chosen| chosen == cluster.as_str());
        view! {
            <Checkbox
                name="fields[clusters][]"
                value=cluster.to_string()
                label=cluster.to_string()
                checked=Signal::stored(is_chosen)
            />
        }
    };
    let wrong = problems.at("clusters");
    view! {
        {name}
        <Field name="fields[title]" label=text("title") value=Signal::stored(now.title) problem=problems.at("title")/>
        <Field
            name="fields[description]"
            label=text("description")
            value=Signal::stored(now.description)
            problem=problems.at("description")
        />
        <fieldset class="choices">
            <legend>{text("workspace.clusters")}</legend>
            {clusters.iter().map(cluster).collect_view()}
            <p class="field-problem" aria-live="polite">{move || wrong.get()}</p>
        </fieldset>
    }
    .into_any()
}

/// The tab of settings. What was saved stands in the page around it too.
pub fn settings(view: &WorkspaceView, on_change: Callback<String>) -> AnyView {
    let workspace = &view.summary;
    let now = WorkspaceFields {
        name: workspace.name.to_string(),
        title: workspace.title.clone(),
        description: workspace.description.clone(),
        clusters: workspace.clusters.iter().map(ToString::to_string).collect(),
    };
    let change = view.may.change.then(|| {
        let command = Command {
            fields: &["name", "title", "description", "clusters"],
            done: Some(text("done.saved").to_owned()),
            on_done: Some(on_change),
            ..Command::new(ChangeWorkspace::PATH, text("save"))
        };
        let form = command_form(command, |problems| fields(now, &view.clusters, false, problems));
        view! { <Card title=text("settings")>{form}</Card> }
    });
    let remove = view.may.remove.then(|| {
        let name = workspace.name.to_string();
        let command = Command {
            kind: ButtonKind::Danger,
            hidden: vec![("fields[workspace]", name.clone())],
            fields: &["confirm"],
            done: Some(text("done.workspace-removed").to_owned()),
            ..Command::new(RemoveWorkspace::PATH, text("workspace.remove"))
        };
        let form = command_form(command, |problems| {
            view! {
                <p>{text("workspace.remove.text")}</p>
                <Field
                    name="fields[confirm]"
                    label=text_with("confirm", &[("name", &name)])
                    problem=problems.at("confirm")
                    code=true
                    required=true
                />
            }
            .into_any()
        });
        view! { <Card title=text("workspace.remove")>{form}</Card> }
    });
    view! { <CardGrid>{change}{remove}</CardGrid> }.into_any()
}
