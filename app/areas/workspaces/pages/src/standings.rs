//! The table of a workspace's projects: how each is, and what it uses.

use crate::names::{row_link, titled};
use crate::pod_security;
use crate::projects::address;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, KindSlug, Level, Namespace, Status, TableQuery, Unit, link};
use std::cmp::Ordering;
use ui::quantity::{number, percent, quantity};
use ui::{Banner, Problem, Since, StatusMark, awaited, cause_words};
use workspaces_contract::{
    ProjectStanding, ProjectSummary, StandingOrder, Standings, Use, WorkspaceView, read_standings,
};

/// A project, and how it is as far as that is known.
type Known<'a> = (&'a ProjectSummary, Option<&'a ProjectStanding>);

/// The projects, and how they are as soon as their clusters have said it.
pub fn table(view: &WorkspaceView) -> AnyView {
    let name = view.summary.name.clone();
    let standings = Resource::new(move || name.clone(), read_standings);
    let query = use_query_map();
    let order = move || StandingOrder::parse(&query.read().get("sort").unwrap_or_default());
    let (whole, bare) = (view.clone(), view.clone());
    let content = move || {
        let (view, order) = (whole.clone(), order());
        Suspend::new(async move {
            match standings.await {
                Ok(standings) => {
                    view! { {told(&view, &standings)} {draw(&view, &standings, order)} }.into_any()
                }
                Err(error) => {
                    let on_retry = Callback::new(move |()| standings.refetch());
                    view! {
                        <Problem error here=link::workspace(&view.summary.name) on_retry/>
                        {draw(&view, &Standings::default(), order)}
                    }
                    .into_any()
                }
            }
        })
    };
    let waiting = move || draw(&bare, &Standings::default(), StandingOrder::Name);
    view! { <Transition fallback=waiting>{awaited(content)}</Transition> }.into_any()
}

/// What could not be asked. Of a cluster that is behind the page says already why.
fn told(view: &WorkspaceView, standings: &Standings) -> AnyView {
    let is_new = |cluster: &ClusterName| view.behind.iter().all(|(behind, _)| behind != cluster);
    let banner = |words: String| view! { <Banner level=Level::Warning>{words}</Banner> };
    let silent = standings.silent.iter().filter(|(cluster, _)| is_new(cluster));
    let silent = silent.map(|(cluster, why)| {
        banner(text_with("standing.silent", &[("cluster", cluster), ("why", &cause_words(why))]))
    });
    let unmeasured = standings.unmeasured.iter().filter(|(cluster, _)| is_new(cluster));
    let unmeasured = unmeasured.map(|(cluster, why)| {
        banner(text_with("standing.unmeasured", &[("cluster", cluster), ("why", &cause_words(why))]))
    });
    view! { {silent.collect_view()} {unmeasured.collect_view()} }.into_any()
}

fn draw(view: &WorkspaceView, standings: &Standings, order: StandingOrder) -> AnyView {
    let heading = |column: StandingOrder, is_number: bool| {
        let page = link::workspace(&view.summary.name);
        let href = format!("{page}?sort={}", column.word());
        let direction = (column == order).then_some(match column {
            StandingOrder::State | StandingOrder::Name => "ascending",
            StandingOrder::Cpu | StandingOrder::Memory => "descending",
        });
        let align = is_number.then_some("end");
        let title = text_of("standing", column.word());
        view! { <th scope="col" class="heading" aria-sort=direction data-align=align><a href=href>{title}</a></th> }
    };
    let plain = |title: &str| view! { <th scope="col" class="heading">{title.to_owned()}</th> };
    let rows = sorted(view, standings, order).into_iter().map(|known| row(view, known)).collect_view();
    view! {
        <div class="table-box">
            <table class="table plain-table stacking-table projects-table" aria-label=text("projects")>
                <thead>
                    <tr>
                        {heading(StandingOrder::Name, false)}
                        {plain(text("cluster"))}
                        {heading(StandingOrder::State, false)}
                        {heading(StandingOrder::Cpu, true)}
                        {heading(StandingOrder::Memory, true)}
                        {plain(text("members"))}
                        {plain(text("created"))}
                        {plain(text("manage"))}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What is not known stands behind what is; what is alike is in the order of names.
fn sorted<'a>(view: &'a WorkspaceView, standings: &'a Standings, order: StandingOrder) -> Vec<Known<'a>> {
    let of = |project: &ProjectSummary| {
        let is_it =
            |one: &&ProjectStanding| one.cluster == project.cluster && one.namespace == project.namespace;
        standings.projects.iter().find(is_it)
    };
    let mut known: Vec<Known<'a>> = view.projects.iter().map(|project| (project, of(project))).collect();
    let urgency = |(project, standing): &Known<'_>| match standing {
        _ if project.is_missing => 0,
        Some(standing) => standing.urgency() + 1,
        None => u8::MAX,
    };
    let most = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    known.sort_by(|a, b| {
        let first = match order {
            StandingOrder::Name => Ordering::Equal,
            StandingOrder::State => urgency(a).cmp(&urgency(b)),
            StandingOrder::Cpu => most(measured(a, |one| one.cpu), measured(b, |one| one.cpu)),
            StandingOrder::Memory => most(measured(a, |one| one.memory), measured(b, |one| one.memory)),
        };
        first.then_with(|| name(a).cmp(&name(b)))
    });
    known
}

fn name<'a>((project, _): &Known<'a>) -> (&'a Namespace, &'a ClusterName) {
    (&project.namespace, &project.cluster)
}

fn measured((_, standing): &Known<'_>, of: impl Fn(&ProjectStanding) -> Use) -> Option<f64> {
    standing.and_then(|standing| of(standing).measured)
}

fn row(view: &WorkspaceView, (project, standing): Known<'_>) -> AnyView {
    let deployments = KindSlug::parse("deployments").expect("a good name");
    let contents = link::table(&TableQuery {
        namespaces: vec![project.namespace.clone()],
        ..TableQuery::of(project.cluster.clone(), deployments)
    });
    let manage = view.may.manage_projects.then(|| {
        let page = link::workspace(&view.summary.name);
        let href = format!("{page}?project={}", link::escape(&address(project)));
        row_link(href, text("manage"), project.namespace.as_str())
    });
    let members = link::project_members(&project.cluster, &project.namespace);
    view! {
        <tr>
            <th scope="row">
                <a href=contents>{titled(&project.title, project.namespace.as_str())}</a>
                <span class="about">{project.description.clone()}</span>
                {pod_security::told(project.pod_security)}
            </th>
            <td data-heading=text("cluster")>{project.cluster.to_string()}</td>
            <td data-heading=text("standing.state")>{state(project, standing)}</td>
            {used(text("standing.cpu"), standing.map(|standing| standing.cpu), Unit::Cores)}
            {used(text("standing.memory"), standing.map(|standing| standing.memory), Unit::Bytes)}
            <td data-heading=text("members")><a href=members>{number(project.members as i64)}</a></td>
            <td data-heading=text("created")><Since at=project.created/></td>
            <td>{manage}</td>
        </tr>
    }
    .into_any()
}

/// What the cluster says of the namespace, and how many of its workloads are unwell.
fn state(project: &ProjectSummary, standing: Option<&ProjectStanding>) -> AnyView {
    if project.is_missing {
        let status = Status::new(Level::Failed, text("project.missing"));
        return view! { <StatusMark status/> }.into_any();
    }
    let status = standing.and_then(|standing| standing.status.clone());
    let count = standing.and_then(|standing| standing.workloads);
    if status.is_none() && count.is_none() {
        return nothing();
    }
    let is_active = status.as_ref().is_none_or(|status| status.level == Level::Healthy);
    let count = count.map(|count| {
        let (unwell, all) = (number(count.unwell as i64), number(count.all as i64));
        if count.unwell > 0 {
            let words = text_with("standing.unwell", &[("unwell", &unwell), ("all", &all)]);
            view! { <StatusMark status=Status::new(Level::Warning, words)/> }.into_any()
        } else {
            view! { <span class="about">{text_with("standing.workloads", &[("all", &all)])}</span> }
                .into_any()
        }
    });
    // Where something in it is unwell, that it is there is no news.
    let is_unwell = standing.is_some_and(|one| one.workloads.is_some_and(|count| count.unwell > 0));
    let status = status.filter(|_| !(is_active && is_unwell)).map(|status| view! { <StatusMark status/> });
    view! { {status} {count} }.into_any()
}

fn used(title: &str, used: Option<Use>, unit: Unit) -> AnyView {
    let title = title.to_owned();
    let content = match used.unwrap_or_default() {
        Use { measured: None, quota: None } => nothing(),
        Use { measured: Some(used), quota: None } => quantity(used, unit).into_any(),
        Use { measured: None, quota: Some(most) } => {
            text_with("quota.used", &[("used", &"–"), ("most", &quantity(most, unit))]).into_any()
        }
        Use { measured: Some(used), quota: Some(most) } => {
            let words =
                text_with("quota.used", &[("used", &quantity(used, unit)), ("most", &quantity(most, unit))]);
            view! { {words} <span class="about">{format!("{} %", percent(used, most))}</span> }.into_any()
        }
    };
    view! { <td data-heading=title data-align="end">{content}</td> }.into_any()
}

/// Nothing is known: that is no zero.
fn nothing() -> AnyView {
    view! { <span class="nothing">"–"</span> }.into_any()
}
