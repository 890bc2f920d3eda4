//! The projects of a workspace.

use crate::quotas::{field_names, quota_fields};
use crate::words::{text, text_with};
use crate::{pod_security, standings};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{PodSecurity, link};
use ui::{
    ButtonKind, Card, CardGrid, Checkbox, Command, Empty, Field, FormProblems, Glyph, LinkButton, Problem,
    Select, awaited, command_form,
};
use workspaces_contract::{
    Amounts, CreateProject, FreeNamespace, MoveProject, ProjectSummary, RemoveProject, WorkspaceView,
    read_free_namespaces,
};

/// The tab of projects: a table, and the form that the address asks for.
pub fn projects(view: &WorkspaceView, on_change: Callback<String>) -> AnyView {
    let page = link::workspace(&view.summary.name);
    let asking = |what: &str| format!("{page}?{what}=1");
    let actions = view.may.create_projects.then(|| {
        view! {
            <div class="tab-actions">
                <LinkButton href=asking("new") kind=ButtonKind::Primary glyph=Glyph::Plus>
                    {text("project.create")}
                </LinkButton>
                <LinkButton href=asking("adopt")>{text("project.adopt")}</LinkButton>
            </div>
        }
    });
    let query = use_query_map();
    // Another order of the table changes nothing here, and is no reason to ask all clusters again.
    let asked = Memo::new(move |_| {
        let query = query.read();
        (query.get("new").is_some(), query.get("adopt").is_some(), query.get("project"))
    });
    let (is_new, is_adopted, project) = asked.get();
    let form = if is_new && view.may.create_projects {
        create(view, on_change)
    } else if is_adopted && view.may.create_projects {
        adopt(view, on_change)
    } else if let Some(project) = project.filter(|_| view.may.manage_projects) {
        let found = view.projects.iter().find(|one| address(one) == project);
        found.map_or_else(|| ().into_any(), |project| manage(view, project, on_change))
    } else {
        ().into_any()
    };
    let table = if view.projects.is_empty() {
        view! { <Empty glyph=Glyph::Namespace title=text("projects.none") explanation=text("projects.none.text")/> }
            .into_any()
    } else {
        standings::table(view)
    };
    view! {
        {actions}
        {form}
        {table}
    }
    .into_any()
}

pub(crate) fn address(project: &ProjectSummary) -> String {
    format!("{}/{}", project.cluster, project.namespace)
}

fn create(view: &WorkspaceView, on_change: Callback<String>) -> AnyView {
    let workspace = &view.summary;
    let clusters: Vec<(String, String)> =
        workspace.clusters.iter().map(|cluster| (cluster.to_string(), cluster.to_string())).collect();
    let command = Command {
        hidden: vec![("fields[workspace]", workspace.name.to_string())],
        cancel: Some((text("cancel").to_owned(), link::workspace(&workspace.name))),
        fields: &NEW_FIELDS,
        done: Some(text("done.project").to_owned()),
        on_done: Some(on_change),
        ..Command::new(CreateProject::PATH, text("create"))
    };
    let form = command_form(command, |problems| {
        view! {
            <Select
                name="fields[cluster]"
                label=text("cluster")
                options=Signal::stored(clusters)
                problem=problems.at("cluster")
            />
            <Field
                name="fields[namespace]"
                label=text("namespace")
                hint=text("project.namespace.hint")
                problem=problems.at("namespace")
                code=true
                required=true
            />
            <Field name="fields[title]" label=text("title") problem=problems.at("title")/>
            <Field name="fields[description]" label=text("description") problem=problems.at("description")/>
            {pod_security::fields(PodSecurity::default(), problems)}
            {quota(view, problems)}
        }
        .into_any()
    });
    view! { <Card title=text("project.create")>{form}</Card> }.into_any()
}

/// Fields that show what is wrong with them themselves.
const NEW_FIELDS: [&str; 14] = [
    "cluster",
    "namespace",
    "title",
    "description",
    "requests.cpu",
    "limits.cpu",
    "requests.memory",
    "limits.memory",
    "requests.storage",
    "persistentvolumeclaims",
    "pods",
    "services",
    "enforce",
    "warn",
];

/// The quota that a project needs to come into a workspace that is limited.
fn quota(view: &WorkspaceView, problems: FormProblems) -> AnyView {
    let clusters = ui::listed(&view.limited.keys().map(ToString::to_string).collect::<Vec<_>>());
    let limited: Vec<String> = view.limited.values().flatten().cloned().collect();
    if limited.is_empty() {
        return ().into_any();
    }
    let names = field_names(&limited);
    view! {
        <fieldset class="choices">
            <legend>{text("quota")}</legend>
            <p class="field-hint">{text_with("quota.needed", &[("clusters", &clusters)])}</p>
            <div class="amounts">{quota_fields("fields[quota]", &names, &Amounts::new(), problems)}</div>
        </fieldset>
    }
    .into_any()
}

/// Namespaces that exist already, as far as the reader may give them away.
fn adopt(view: &WorkspaceView, on_change: Callback<String>) -> AnyView {
    let whole = view.clone();
    let workspace = view.summary.name.clone();
    let free = Resource::new(
        {
            let workspace = workspace.clone();
            move || workspace.clone()
        },
        read_free_namespaces,
    );
    let content = move || {
        let (workspace, view) = (workspace.clone(), whole.clone());
        Suspend::new(async move {
            match free.await {
                Ok(free) if free.is_empty() => view! { <p>{text("project.adopt.none")}</p> }.into_any(),
                Ok(free) => {
                    let command = Command {
                        hidden: vec![("fields[workspace]", workspace.to_string())],
                        cancel: Some((text("cancel").to_owned(), link::workspace(&workspace))),
                        fields: &NEW_FIELDS,
                        done: Some(text("done.adopted").to_owned()),
                        on_done: Some(on_change),
                        ..Command::new(CreateProject::PATH, text("project.adopt"))
                    };
                    command_form(command, |problems| {
                        let choices = free.iter().map(choice).collect_view();
                        view! { {choices} {quota(&view, problems)} }.into_any()
                    })
                }
                Err(error) => view! { <Problem error/> }.into_any(),
            }
        })
    };
    view! {
        <Card title=text("project.adopt")>
            <Transition fallback=|| ()>{awaited(content)}</Transition>
        </Card>
    }
    .into_any()
}

fn choice(free: &FreeNamespace) -> AnyView {
    let value = format!("{}/{}", free.cluster, free.namespace);
    view! { <Checkbox name="fields[existing][]" value=value.clone() label=value/> }.into_any()
}

/// What can be done with a project as a whole.
fn manage(view: &WorkspaceView, project: &ProjectSummary, on_change: Callback<String>) -> AnyView {
    let moving = (!view.others.is_empty()).then(|| moving(view, project, on_change));
    let ending = ending(view, project, on_change);
    let levels = pod_security::card(view, project, on_change);
    view! {
        <CardGrid>
            {levels}
            {moving}
            {ending}
        </CardGrid>
    }
    .into_any()
}

/// The fields that say which project is meant.
fn meant(view: &WorkspaceView, project: &ProjectSummary) -> Vec<(&'static str, String)> {
    vec![
        ("fields[workspace]", view.summary.name.to_string()),
        ("fields[cluster]", project.cluster.to_string()),
        ("fields[namespace]", project.namespace.to_string()),
    ]
}

/// Giving it to another workspace.
fn moving(view: &WorkspaceView, project: &ProjectSummary, on_change: Callback<String>) -> AnyView {
    let others: Vec<(String, String)> =
        view.others.iter().map(|other| (other.to_string(), other.to_string())).collect();
    let command = Command {
        hidden: meant(view, project),
        fields: &["to"],
        done: Some(text("done.moved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(MoveProject::PATH, text("project.move"))
    };
    let form = command_form(command, |problems| {
        view! {
            <p>{text("project.move.text")}</p>
            <Select
                name="fields[to]"
                label=text("project.move.to")
                options=Signal::stored(others)
                problem=problems.at("to")
            />
        }
        .into_any()
    });
    let title = text_with("project.move.title", &[("name", &project.namespace)]);
    view! { <Card title>{form}</Card> }.into_any()
}

/// Ending it, with its namespace or without.
fn ending(view: &WorkspaceView, project: &ProjectSummary, on_change: Callback<String>) -> AnyView {
    let command = Command {
        kind: ButtonKind::Danger,
        hidden: meant(view, project),
        cancel: Some((text("cancel").to_owned(), link::workspace(&view.summary.name))),
        fields: &["confirm"],
        done: Some(text("done.ended").to_owned()),
        on_done: Some(on_change),
        ..Command::new(RemoveProject::PATH, text("project.end"))
    };
    let confirm = text_with("confirm", &[("name", &project.namespace)]);
    let form = command_form(command, |problems| {
        view! {
            <p>{text("project.end.text")}</p>
            <Checkbox
                name="fields[with_namespace]"
                value="true"
                label=text("project.end.namespace")
                hint=text("project.end.namespace.hint")
            />
            <Field
                name="fields[confirm]"
                label=confirm
                problem=problems.at("confirm")
                code=true
                required=true
            />
        }
        .into_any()
    });
    let title = text_with("project.end.title", &[("name", &project.namespace)]);
    view! { <Card title>{form}</Card> }.into_any()
}
