//! The dashboards of a cluster and of its projects.

use super::{place_words, places};
use crate::cluster::{head, use_cluster};
use crate::words::{text, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, Namespace, SortKey, link};
use monitoring_contract::{DashboardLine, DashboardList, read_dashboards};
use std::collections::BTreeMap;
use ui::{
    ButtonKind, Card, Empty, Glyph, LinkButton, Problem, Since, SkeletonTable, Sorting, awaited, sorted_table,
};

/// All dashboards that the reader may look at, by what they are for.
#[component]
pub fn DashboardsPage() -> impl IntoView {
    let cluster = use_cluster();
    let found = Resource::new_blocking(
        move || cluster.get(),
        |cluster| async move {
            Ok::<_, model::ConsoleError>((read_dashboards(cluster.clone()?).await?, cluster?))
        },
    );
    let query = use_query_map();
    let content = move || {
        let said = query.read().get("sort");
        Suspend::new(async move {
            match found.await {
                Ok((list, cluster)) => draw(list, &cluster, said.as_deref()),
                Err(error) => {
                    let here = cluster.get_untracked().as_ref().map(link::dashboards).unwrap_or_default();
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error here on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("dashboards".to_owned()))}
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn draw(list: DashboardList, cluster: &ClusterName, said: Option<&str>) -> AnyView {
    let may_make = !places(&list).is_empty();
    let (new, import) = (link::new_dashboard(cluster, ""), link::import_dashboard(cluster));
    let make = move || {
        view! {
            <LinkButton href=new kind=ButtonKind::Primary glyph=Glyph::Plus>{text("dashboard.new")}</LinkButton>
            <LinkButton href=import>{text("dashboard.import")}</LinkButton>
        }
    };
    if list.dashboards.is_empty() {
        let (title, explanation) = (text("dashboards.none"), text("dashboards.none.text"));
        let action = move || may_make.then(make);
        return view! { <Empty glyph=Glyph::Chart title explanation action/> }.into_any();
    }
    let mut places: BTreeMap<Option<Namespace>, Vec<DashboardLine>> = BTreeMap::new();
    for line in list.dashboards {
        places.entry(line.namespace.clone()).or_default().push(line);
    }
    let sorting = Sorting::of(said, &["name", "panels", "changed"], link::dashboards(cluster));
    let cards =
        places.into_iter().map(|(namespace, lines)| card(namespace.as_ref(), lines, cluster, &sorting));
    let cards = cards.collect_view();
    view! {
        {may_make.then(|| view! { <div class="dashboard-actions">{make()}</div> })}
        {cards}
    }
    .into_any()
}

fn key(column: &str, line: &DashboardLine) -> Option<SortKey> {
    match column {
        "panels" => SortKey::number(line.panels),
        "changed" => SortKey::number(line.changed.0),
        _ => SortKey::text(&line.name),
    }
}

/// The dashboards of a place. One order is for all places.
fn card(
    namespace: Option<&Namespace>,
    mut lines: Vec<DashboardLine>,
    cluster: &ClusterName,
    sorting: &Sorting,
) -> AnyView {
    let title = match namespace {
        Some(namespace) => text_with("dashboards.of", &[("project", namespace)]),
        None => place_words(None),
    };
    let headings = [
        ("name", text("dashboard.name")),
        ("panels", text("dashboard.panels")),
        ("changed", text("dashboard.changed")),
        ("", text("dashboard.change")),
    ];
    sorting.arrange(&mut lines, key);
    let rows = lines.into_iter().map(|line| row(line, cluster)).collect_view().into_any();
    let table = sorted_table(&title, &headings, sorting, rows);
    view! { <Card title flush=true>{table}</Card> }.into_any()
}

fn row(line: DashboardLine, cluster: &ClusterName) -> AnyView {
    let DashboardLine { id, name, panels, changed_by, changed, may_change, .. } = line;
    let edit = may_change.then(|| {
        let spoken = text_with("dashboard.edit.of", &[("name", &name)]);
        view! { <a href=link::edit_dashboard(cluster, &id) aria-label=spoken>{text("dashboard.edit")}</a> }
    });
    view! {
        <tr>
            <th scope="row"><a href=link::dashboard(cluster, &id)>{name.clone()}</a></th>
            <td data-heading=text("dashboard.panels")>{panels}</td>
            <td data-heading=text("dashboard.changed")><Since at=changed/><span class="about">{changed_by}</span></td>
            <td>{edit}</td>
        </tr>
    }
    .into_any()
}
