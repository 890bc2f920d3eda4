//! One workspace.

use crate::departments::departments_of;
use crate::members::members_of;
use crate::projects::projects;
use crate::quotas::quotas_of;
use crate::roles::roles_of;
use crate::settings::settings;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::{ConsoleError, Level, Thing, WorkspaceName, link};
use ui::{Banner, PageHeader, PageTitle, Problem, SkeletonTable, Tab, Tabs, awaited};
use workspaces_contract::{MemberPlace, RolePlace, WorkspaceView, read_workspace};

/// A workspace with its projects, members, roles and settings, each on a tab of its own.
#[component]
pub fn WorkspacePage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let name = Memo::new(move |_| params.read().get("workspace").unwrap_or_default());
    let workspace = Resource::new_blocking(
        move || name.get(),
        |name| async move {
            let unknown = || ConsoleError::unknown(Thing::Workspace(name.to_string()));
            read_workspace(WorkspaceName::parse(&name).map_err(|_| unknown())?).await
        },
    );
    let tab = Memo::new(move |_| query.read().get("tab").unwrap_or_else(|| "projects".to_owned()));
    let on_change = Callback::new(move |_: String| workspace.refetch());
    let content = move || {
        let tab = tab.get();
        Suspend::new(async move {
            match workspace.await {
                Ok(view) => page(&view, &tab, on_change),
                Err(error) => {
                    let here = link::workspace_named(&name.get_untracked(), "");
                    let on_retry = Callback::new(move |()| workspace.refetch());
                    view! { <Problem error here on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=move || name.get()/>
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn page(view: &WorkspaceView, tab: &str, on_change: Callback<String>) -> AnyView {
    let workspace = &view.summary;
    let title = if workspace.title.is_empty() { workspace.name.to_string() } else { workspace.title.clone() };
    let offered = [
        ("projects", true, Some(workspace.projects)),
        ("quotas", true, None),
        ("members", view.may.see_members, Some(workspace.members)),
        ("departments", view.may.see_members, None),
        ("roles", view.may.see_members, None),
        ("settings", view.may.change || view.may.remove, None),
    ];
    let tabs = offered.into_iter().filter(|(_, is_offered, _)| *is_offered).map(|(id, _, count)| Tab {
        id: id.to_owned(),
        title: text_of("tab", id),
        href: link::workspace_tab(&workspace.name, if id == "projects" { "" } else { id }),
        count,
    });
    let tabs: Vec<Tab> = tabs.collect();
    let behind = view.behind.iter().map(|(cluster, why)| {
        let words = text_with("behind", &[("cluster", cluster), ("why", why)]);
        view! { <Banner level=Level::Warning>{words}</Banner> }
    });
    let measured = workspace.clusters.iter().map(|cluster| {
        let board = link::monitoring_of(cluster, &workspace.name);
        let usage = link::workspace_usage(cluster, &workspace.name);
        view! {
            <a href=board>{text_with("measured", &[("cluster", cluster)])}</a>
            <a href=usage>{text_with("usage", &[("cluster", cluster)])}</a>
        }
    });
    let measured = (workspace.projects > 0).then(|| {
        view! { <p class="hint workspace-measured">{measured.collect_view()}</p> }
    });
    let content = match tab {
        "members" => members_of(MemberPlace::Workspace(workspace.name.clone())),
        "quotas" => quotas_of(workspace.name.clone()),
        "departments" => departments_of(RolePlace::Workspace(workspace.name.clone())),
        "roles" => roles_of(RolePlace::Workspace(workspace.name.clone())),
        "settings" => settings(view, on_change),
        _ => projects(view, on_change),
    };
    view! {
        <PageHeader title kind=text("workspace").to_owned() since=Signal::stored(Some(workspace.created))/>
        {(!workspace.description.is_empty()).then(|| view! { <p class="lead">{workspace.description.clone()}</p> })}
        {measured}
        {behind.collect_view()}
        <Tabs title=text("workspace") tabs=Signal::stored(tabs) current=Signal::stored(tab.to_owned())/>
        {content}
    }
    .into_any()
}
