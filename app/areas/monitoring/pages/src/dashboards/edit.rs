//! The forms of one dashboard.

use super::grid::grid;
use super::panel_form::panel_form;
use super::removal::{REMOVE, removal};
use super::{place_words, use_id};
use crate::cluster::use_cluster;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, link};
use monitoring_contract::{ArrangePanel, Arrangement, KeptDashboard, PanelPlan, SaveDashboard, read_plan};
use ui::{
    ButtonKind, Card, Command, Field, Glyph, LinkButton, PageHeader, PageTitle, Problem, SkeletonDetail,
    TextArea, awaited, command_form, plain_table,
};

/// The form of the panel that the address names; otherwise what the dashboard is called, its variables, and its panels.
#[component]
pub fn EditDashboardPage() -> impl IntoView {
    let (cluster, id, query) = (use_cluster(), use_id(), use_query_map());
    let panel = Memo::new(move |_| query.read().get("panel"));
    let is_asked = Memo::new(move |_| query.read().get(REMOVE).is_some());
    let found = Resource::new_blocking(
        move || (cluster.get(), id.get()),
        |(cluster, id)| async move {
            let cluster = cluster?;
            Ok::<_, model::ConsoleError>((read_plan(cluster.clone(), id).await?, cluster))
        },
    );
    let on_change = Callback::new(move |_: String| found.refetch());
    let moved = RwSignal::new(None);
    let content = move || {
        let (panel, is_asked) = (panel.get(), is_asked.get());
        Suspend::new(async move {
            match (found.await, panel) {
                (Ok((kept, cluster)), Some(panel)) => panel_form(&kept, &cluster, &panel, on_change),
                (Ok((kept, cluster)), None) => draw(&kept, &cluster, moved, is_asked, on_change),
                (Err(error), _) => {
                    let on_retry = Callback::new(move |()| found.refetch());
                    view! { <Problem error on_retry is_page=true/> }.into_any()
                }
            }
        })
    };
    view! {
        <PageTitle text=text("dashboard.edit")/>
        <Transition fallback=|| view! { <SkeletonDetail/> }>{awaited(content)}</Transition>
    }
}

/// What stands hidden in each form of a dashboard.
pub fn which(kept: &KeptDashboard, cluster: &ClusterName) -> Vec<(&'static str, String)> {
    vec![
        ("fields[cluster]", cluster.to_string()),
        ("fields[id]", kept.id.clone()),
        ("fields[version]", kept.version.to_string()),
    ]
}

fn draw(
    kept: &KeptDashboard,
    cluster: &ClusterName,
    moved: RwSignal<Option<usize>>,
    is_asked: bool,
    on_change: Callback<String>,
) -> AnyView {
    let show = link::dashboard(cluster, &kept.id);
    let actions =
        move || view! { <LinkButton href=show glyph=Glyph::Chart>{text("dashboard.show")}</LinkButton> };
    let kind = format!("{cluster} / {}", place_words(kept.namespace.as_ref()));
    view! {
        <PageTitle text=text_with("dashboard.edit.of", &[("name", &kept.plan.name)])/>
        <PageHeader title=kept.plan.name.clone() kind actions/>
        {grid(kept, cluster, moved, on_change)}
        {panels(kept, cluster, on_change)}
        {about(kept, cluster, on_change)}
        {removal(kept, cluster, is_asked)}
    }
    .into_any()
}

fn about(kept: &KeptDashboard, cluster: &ClusterName, on_change: Callback<String>) -> AnyView {
    let command = Command {
        hidden: which(kept, cluster),
        fields: &["name", "variables", "annotations"],
        done: Some(text("dashboard.saved").to_owned()),
        on_done: Some(on_change),
        ..Command::new(SaveDashboard::PATH, text("dashboard.save"))
    };
    let lines = kept.plan.variables.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let marked = kept.plan.annotations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let name = kept.plan.name.clone();
    let form = command_form(command, |problems| {
        view! {
            <Field
                name="fields[name]"
                label=text("dashboard.name")
                value=Signal::stored(name)
                problem=problems.at("name")
                autocomplete="off"
                required=true
            />
            <TextArea
                name="fields[variables]"
                label=text("dashboard.variables")
                hint=text("dashboard.variables.hint")
                value=Signal::stored(lines)
                problem=problems.at("variables")
                lines=4
            />
            <TextArea
                name="fields[annotations]"
                label=text("dashboard.annotations")
                hint=text("dashboard.annotations.hint")
                value=Signal::stored(marked)
                problem=problems.at("annotations")
                lines=3
            />
        }
        .into_any()
    });
    view! { <div class="wide-form"><Card title=text("dashboard.about")>{form}</Card></div> }.into_any()
}

fn panels(kept: &KeptDashboard, cluster: &ClusterName, on_change: Callback<String>) -> AnyView {
    let add = link::edit_panel(cluster, &kept.id, "new");
    let actions = move || view! { <LinkButton href=add kind=ButtonKind::Primary glyph=Glyph::Plus>{text("panel.add")}</LinkButton> };
    let body = if kept.plan.panels.is_empty() {
        view! { <p class="card-note">{text("dashboard.empty")}</p> }.into_any()
    } else {
        let headings = [text("panel.title"), text("panel.kind"), text("panel.width"), text("panel.arrange")];
        let each = kept.plan.panels.iter().enumerate();
        let rows = each.map(|(index, panel)| row(kept, cluster, index, panel, on_change));
        plain_table(text("dashboard.panels"), &headings, rows.collect_view().into_any())
    };
    view! { <Card title=text("dashboard.panels") flush=true actions>{body}</Card> }.into_any()
}

fn row(
    kept: &KeptDashboard,
    cluster: &ClusterName,
    index: usize,
    panel: &PanelPlan,
    on_change: Callback<String>,
) -> AnyView {
    let title = if panel.title.is_empty() { text("panel.untitled").to_owned() } else { panel.title.clone() };
    let arrange = |act: Arrangement, fields: AnyView| {
        let mut hidden = which(kept, cluster);
        hidden.push(("fields[index]", index.to_string()));
        hidden.push(("fields[act]", act.word().to_owned()));
        let command = Command {
            kind: ButtonKind::Plain,
            hidden,
            on_done: Some(on_change),
            ..Command::new(ArrangePanel::PATH, text_of("arrange", act.word()))
        };
        let spoken =
            text_with("panel.arrange.of", &[("act", &text_of("arrange", act.word())), ("title", &title)]);
        view! { <div class="in-row" role="group" aria-label=spoken>{command_form(command, |_| fields)}</div> }
    };
    let alone = |act: Arrangement| arrange(act, ().into_any());
    let last = kept.plan.panels.len().saturating_sub(1);
    let up = (index > 0).then(|| alone(Arrangement::Up));
    let down = (index < last).then(|| alone(Arrangement::Down));
    // Among three, the others are a step away.
    let to = (last > 2).then(|| arrange(Arrangement::To, places(index, last, &title)));
    let (copy, remove) = (alone(Arrangement::Copy), alone(Arrangement::Remove));
    view! {
        <tr>
            <th scope="row"><a href=link::edit_panel(cluster, &kept.id, &index.to_string())>{title}</a></th>
            <td data-heading=text("panel.kind")>{text_of("panel.kind", panel.kind.word())}</td>
            <td data-heading=text("panel.width")>{text_of("panel.width", &panel.width.to_string())}</td>
            <td><div class="panel-arrange">{up}{down}{to}{copy}{remove}</div></td>
        </tr>
    }
    .into_any()
}

/// The places that a panel can go to, as they are counted by people.
fn places(index: usize, last: usize, title: &str) -> AnyView {
    let option = |place: usize| {
        let is_here = place == index;
        view! { <option value=place.to_string() selected=is_here>{(place + 1).to_string()}</option> }
    };
    let spoken = text_with("panel.place.of", &[("title", &title)]);
    view! {
        <select class="input" name="fields[to]" aria-label=spoken>
            {(0..=last).map(option).collect_view()}
        </select>
    }
    .into_any()
}
