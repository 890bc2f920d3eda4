//! The form for a new dashboard.

use super::places;
use crate::cluster::use_cluster;
use crate::words::{text, text_of};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, ConsoleError, link};
use monitoring_contract::{DashboardList, SaveDashboard, TEMPLATES, read_dashboards};
use ui::{
    Card, Command, Empty, Field, Glyph, PageHeader, PageTitle, Problem, Select, SkeletonDetail, awaited,
    command_form,
};

/// What it is called, for whom it is, and with what it begins.
#[component]
pub fn NewDashboardPage() -> impl IntoView {
    let template = use_query_map().read_untracked().get("template").unwrap_or_default();
    let form = Callback::new(move |(list, cluster): (DashboardList, ClusterName)| {
        form(&list, &cluster, template.clone())
    });
    view! {
        <PageTitle text=text("dashboard.new")/>
        {where_allowed(text("dashboard.new"), form)}
    }
}

/// A page with a form for who may make dashboards somewhere in the cluster.
pub fn where_allowed(title: &'static str, form: Callback<(DashboardList, ClusterName), AnyView>) -> AnyView {
    let cluster = use_cluster();
    let found = Resource::new_blocking(
        move || cluster.get(),
        |cluster| async move { Ok::<_, ConsoleError>((read_dashboards(cluster.clone()?).await?, cluster?)) },
    );
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok((list, _)) if places(&list).is_empty() => {
                    let (title, explanation) = (text("dashboard.nowhere"), text("dashboard.nowhere.text"));
                    view! { <Empty glyph=Glyph::Lock title explanation/> }.into_any()
                }
                Ok((list, cluster)) => form.run((list, cluster)),
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageHeader title kind=cluster.get_untracked().map(|cluster| cluster.to_string()).unwrap_or_default()/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
    .into_any()
}

fn form(list: &DashboardList, cluster: &ClusterName, template: String) -> AnyView {
    let command = Command {
        hidden: vec![("fields[cluster]", cluster.to_string())],
        fields: &["name", "namespace", "template"],
        cancel: Some((text("cancel").to_owned(), link::dashboards(cluster))),
        ..Command::new(SaveDashboard::PATH, text("dashboard.make"))
    };
    let places = places(list);
    let first = places.first().map(|(value, _)| value.clone()).unwrap_or_default();
    let none = std::iter::once((String::new(), text("template.none").to_owned()));
    let templates = TEMPLATES.map(|word| (word.to_owned(), text_of("template", word)));
    let templates: Vec<_> = none.chain(templates).collect();
    let form = command_form(command, |problems| {
        view! {
            <Field
                name="fields[name]"
                label=text("dashboard.name")
                problem=problems.at("name")
                autocomplete="off"
                required=true
            />
            <Select
                name="fields[namespace]"
                label=text("dashboard.for")
                hint=text("dashboard.for.hint")
                options=Signal::stored(places)
                value=Signal::stored(first)
                problem=problems.at("namespace")
            />
            <Select
                name="fields[template]"
                label=text("dashboard.template")
                options=Signal::stored(templates)
                value=Signal::stored(template)
                problem=problems.at("template")
            />
        }
        .into_any()
    });
    view! { <Card title=text("dashboard.new")>{form}</Card> }.into_any()
}
