//! A new alert on the list that the address names.

use super::form::{Opening, list_alert_page};
use crate::cluster::use_cluster;
use crate::words::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, TableQuery};
use monitoring_contract::{ListAlertFields, ListAlertPlan, plan_list_alert};
use ui::{Empty, Glyph, PageHeader, PageTitle, Problem, SkeletonDetail, awaited};

/// The form for an alert on a list.
#[component]
pub fn NewListAlertPage() -> impl IntoView {
    let (cluster, query) = (use_cluster(), use_query_map());
    let which = Memo::new(move |_| list(cluster.get()?, &query.read()));
    let found = Resource::new_blocking(
        move || which.get(),
        |query| async move { Ok::<_, ConsoleError>((plan_list_alert(query.clone()?).await?, query?)) },
    );
    let content = move || {
        Suspend::new(async move {
            match found.await {
                Ok((plan, query)) => draw(plan, query),
                // Nobody is led here without one.
                Err(_) if cluster.get_untracked().is_ok() && query.read_untracked().get("kind").is_none() => {
                    let (title, explanation) = (text("list-alert.which"), text("list-alerts.none.text"));
                    view! { <Empty glyph=Glyph::Search title explanation/> }.into_any()
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("list-alert.new")/>
        <PageHeader
            title=text("list-alert.new")
            kind=cluster.get_untracked().map(|cluster| cluster.to_string()).unwrap_or_default()
        />
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

/// The list that an address names, in the words of the list's own address.
fn list(cluster: ClusterName, query: &ParamsMap) -> Result<TableQuery, ConsoleError> {
    let kind = query.get("kind").unwrap_or_default();
    let kind = KindSlug::parse(&kind).map_err(|_| ConsoleError::missing(kind))?;
    let namespaces = query.get_all("namespace").unwrap_or_default();
    let namespaces = namespaces.iter().map(|name| Namespace::parse(name));
    let namespaces: Result<Vec<Namespace>, _> = namespaces.collect();
    let namespaces = namespaces.map_err(|error| ConsoleError::refused("namespaces", error.rule))?;
    let search = query.get("search").unwrap_or_default().trim().to_owned();
    Ok(TableQuery { namespaces, search, ..TableQuery::of(cluster, kind) })
}

fn draw(plan: ListAlertPlan, query: TableQuery) -> AnyView {
    if plan.places.is_empty() {
        let (title, explanation) = (text("list-alert.nowhere"), text("list-alert.nowhere.text"));
        return view! { <Empty glyph=Glyph::Lock title explanation/> }.into_any();
    }
    let ListAlertPlan { places, matched } = plan;
    let mut fields = ListAlertFields::of(&query);
    // Where the reader may not keep one for the list as it is, the first place where they may is chosen.
    if !places.contains(&query.namespaces)
        && let Some(first) = places.first()
    {
        fields.namespaces = first.iter().map(Namespace::as_str).collect::<Vec<_>>().join(" ");
    }
    list_alert_page(Opening { fields, query, places: Some(places), matched: Some(matched), standing: None })
}
