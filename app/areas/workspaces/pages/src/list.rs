//! All workspaces.

use crate::names::titled;
use crate::settings::fields;
use crate::words::text;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{SortKey, link};
use ui::quantity::number;
use ui::{
    ButtonKind, Card, Command, Empty, Glyph, LinkButton, PageHeader, PageTitle, Problem, Since,
    SkeletonTable, Sorting, awaited, command_form, sorted_table,
};
use workspaces_contract::{
    CreateWorkspace, WorkspaceFields, WorkspaceList, WorkspaceSummary, read_workspaces,
};

/// The workspaces that the reader may see, and the form for another one.
#[component]
pub fn WorkspacesPage() -> impl IntoView {
    let list = Resource::new_blocking(|| (), |()| read_workspaces());
    let query = use_query_map();
    let content = move || {
        let sorting = sorting(query.read().get("sort").as_deref());
        Suspend::new(async move {
            match list.await {
                Ok(list) => {
                    let is_asked = query.read().get("new").is_some();
                    page(list, is_asked, &sorting)
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| list.refetch());
                    view! { <Problem error here=link::WORKSPACES on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("workspaces")/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

/// How workspaces stand, and how they could.
fn sorting(said: Option<&str>) -> Sorting {
    let columns = ["name", "clusters", "projects", "members", "created"];
    Sorting::of(said, &columns, link::WORKSPACES.to_owned())
}

fn key(column: &str, workspace: &WorkspaceSummary) -> Option<SortKey> {
    match column {
        "clusters" => SortKey::text(&cluster_words(workspace)),
        "projects" => SortKey::number(workspace.projects),
        "members" => SortKey::number(workspace.members),
        "created" => SortKey::number(workspace.created.0),
        _ => SortKey::text(&workspace.title).or_else(|| SortKey::text(workspace.name.as_str())),
    }
}

fn cluster_words(workspace: &WorkspaceSummary) -> String {
    ui::listed(&workspace.clusters.iter().map(ToString::to_string).collect::<Vec<_>>())
}

fn page(list: WorkspaceList, is_asked: bool, sorting: &Sorting) -> AnyView {
    let WorkspaceList { mut workspaces, may_create, clusters } = list;
    let create = move || {
        may_create.then(|| {
            let href = format!("{}?new=1", link::WORKSPACES);
            view! {
                <LinkButton href kind=ButtonKind::Primary glyph=Glyph::Plus>{text("workspace.create")}</LinkButton>
            }
        })
    };
    let form = (may_create && is_asked).then(|| {
        let command = Command {
            cancel: Some((text("cancel").to_owned(), link::WORKSPACES.to_owned())),
            fields: &["name", "title", "description", "clusters"],
            ..Command::new(CreateWorkspace::PATH, text("create"))
        };
        let chosen = WorkspaceFields {
            clusters: clusters.iter().map(ToString::to_string).collect(),
            ..WorkspaceFields::default()
        };
        let form = command_form(command, |problems| fields(chosen, &clusters, true, problems));
        view! { <Card title=text("workspace.create")>{form}</Card> }
    });
    let table = if workspaces.is_empty() {
        let explanation = if may_create { text("workspaces.none.text") } else { text("workspaces.none.ask") };
        view! { <Empty glyph=Glyph::Fleet title=text("workspaces.none") explanation/> }.into_any()
    } else {
        sorting.arrange(&mut workspaces, key);
        let headings = [
            ("name", text("workspace")),
            ("clusters", text("clusters")),
            ("projects", text("projects")),
            ("members", text("members")),
            ("created", text("created")),
        ];
        let rows = workspaces.into_iter().map(row).collect_view().into_any();
        sorted_table(text("workspaces"), &headings, sorting, rows)
    };
    view! {
        <PageHeader title=text("workspaces") actions=create/>
        {form}
        {table}
    }
    .into_any()
}

fn row(workspace: WorkspaceSummary) -> AnyView {
    let clusters = cluster_words(&workspace);
    view! {
        <tr>
            <th scope="row">
                <a href=link::workspace(&workspace.name)>{titled(&workspace.title, workspace.name.as_str())}</a>
                <span class="about">{workspace.description}</span>
            </th>
            <td data-heading=text("clusters")>{clusters}</td>
            <td data-heading=text("projects")>{number(workspace.projects as i64)}</td>
            <td data-heading=text("members")>{number(workspace.members as i64)}</td>
            <td data-heading=text("created")><Since at=workspace.created/></td>
        </tr>
    }
    .into_any()
}
