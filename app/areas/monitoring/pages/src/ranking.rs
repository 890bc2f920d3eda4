//! Who uses most.

use crate::address::with_pairs;
use crate::aged::aged;
use crate::cluster::{head, use_cluster};
use crate::missing::missing;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use model::{ClusterName, Sort, Unit, WorkspaceName, link};
use monitoring_contract::{Measured, RankColumn, RankOf, RankRow, Ranking, RankingRequest, read_ranking};
use ui::quantity::{number, percent, quantity};
use ui::{Empty, Glyph, LinkButton, Problem, SearchBox, SkeletonTable, Tab, Tabs, awaited};

/// Machines, projects, workloads or pods by what they use, largest first.
#[component]
pub fn RankingPage() -> impl IntoView {
    let cluster = use_cluster();
    let query = use_query_map();
    let request = Memo::new(move |_| cluster.get().map(|cluster| parse(cluster, &query.read())));
    let answer = Resource::new(move || request.get(), |request| async move { read_ranking(request?).await });
    let content = move || {
        Suspend::new(async move {
            let (answer_now, request) = (answer.await, request.get_untracked());
            match (answer_now, request) {
                (Ok(Measured::Answered(ranking)), Ok(request)) => table(*ranking, &request),
                (Ok(Measured::Missing(found)), Ok(request)) => missing(&request.cluster, found),
                (Err(error), _) | (_, Err(error)) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("ranking".to_owned()))}
        {move || request.get().ok().map(|first| tools(&first, request))}
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
    }
}

fn parse(cluster: ClusterName, query: &ParamsMap) -> RankingRequest {
    RankingRequest {
        cluster,
        of: query.get("of").and_then(|word| RankOf::parse(&word)).unwrap_or(RankOf::Namespaces),
        search: query.get("search").unwrap_or_default(),
        workspace: query.get("workspace").and_then(|name| WorkspaceName::parse(&name).ok()),
        sort: query.get("sort").and_then(|text| Sort::parse(&text)),
    }
}

fn pairs(request: &RankingRequest) -> Vec<(String, String)> {
    let sort = request.sort.as_ref().map(ToString::to_string);
    vec![
        ("of".to_owned(), request.of.word().to_owned()),
        ("search".to_owned(), request.search.trim().to_owned()),
        ("workspace".to_owned(), request.workspace.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("sort".to_owned(), sort.unwrap_or_default()),
    ]
}

fn href(request: &RankingRequest) -> String {
    with_pairs(&link::ranking(&request.cluster), &pairs(request))
}

type Asked = Memo<Result<RankingRequest, model::ConsoleError>>;

fn tools(first: &RankingRequest, request: Asked) -> AnyView {
    let of = first.of.word().to_owned();
    let tab = |of: RankOf| Tab {
        id: of.word().to_owned(),
        title: text_of("rank", of.word()),
        href: href(&RankingRequest { of, sort: None, ..first.clone() }),
        count: None,
    };
    let tabs: Vec<Tab> = RankOf::ALL.into_iter().map(tab).collect();
    let go = use_navigate();
    let searched = {
        let first = first.clone();
        move |search: String| href(&RankingRequest { search, ..first.clone() })
    };
    let link_to = Callback::new(searched.clone());
    let on_search = Callback::new(move |search: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        go(&searched(search), options);
    });
    let keep: Vec<(String, String)> =
        pairs(first).into_iter().filter(|(name, value)| name != "search" && !value.is_empty()).collect();
    let csv = with_pairs(&format!("{}.csv", link::ranking(&first.cluster)), &pairs(first));
    let confined = first.workspace.as_ref().map(|name| {
        let title = text_with("rank.workspace", &[("name", name)]);
        let all = href(&RankingRequest { workspace: None, ..first.clone() });
        view! {
            <p class="ranking-note">
                <a href=link::workspace(name)>{title}</a>
                " "
                <a href=all>{text("rank.workspace.all")}</a>
            </p>
        }
    });
    let value = Signal::derive(move || request.get().map(|request| request.search).unwrap_or_default());
    view! {
        <div class="rank-bar">
            <Tabs title=text("rank") tabs=Signal::stored(tabs) current=Signal::stored(of)/>
            <SearchBox
                action=Signal::stored(link::ranking(&first.cluster))
                value
                placeholder=text("rank.search")
                keep=Signal::stored(keep)
                link=link_to
                on_search
            />
            <LinkButton href=Signal::stored(csv) glyph=Glyph::Download download=true>{text("rank.csv")}</LinkButton>
        </div>
        {confined}
    }
    .into_any()
}

fn table(ranking: Ranking, request: &RankingRequest) -> AnyView {
    let Ranking { columns, rows, total, sums, aged: old, .. } = ranking;
    let old = aged(old, true);
    if rows.is_empty() {
        return view! {
            {old}
            <Empty glyph=Glyph::Activity title=text("rank.none") explanation=text("rank.none.text")/>
        }
        .into_any();
    }
    let usual = Sort {
        column: columns.first().map(|column| column.id.clone()).unwrap_or_default(),
        descending: true,
    };
    let sort = request.sort.clone().unwrap_or(usual);
    let heading = |id: &str, title: String| {
        let is_chosen = sort.column == id;
        let descending = if is_chosen { !sort.descending } else { id != "name" };
        let next = Some(Sort { column: id.to_owned(), descending });
        let href = href(&RankingRequest { sort: next, ..request.clone() });
        let direction = is_chosen.then_some(if sort.descending { "descending" } else { "ascending" });
        let align = (id != "name").then_some("end");
        view! { <th scope="col" class="heading" aria-sort=direction data-align=align><a href=href>{title}</a></th> }
    };
    let headings =
        columns.iter().map(|column| heading(&column.id, text_of("rank.column", &column.id))).collect_view();
    let largest: Vec<f64> = (0..columns.len())
        .map(|place| {
            rows.iter().filter_map(|row| row.values.get(place).copied().flatten()).fold(0.0, f64::max)
        })
        .collect();
    let shown = rows.len() as u64;
    let note = (total > shown).then(|| {
        let words =
            text_with("rank.more", &[("shown", &number(shown as i64)), ("total", &number(total as i64))]);
        view! { <p class="ranking-note">{words}</p> }
    });
    let rows = rows.into_iter().map(|row| line(row, request, &columns, &largest)).collect_view();
    let name = heading("name", text_of("rank.one", request.of.word()));
    view! {
        {old}
        <div class="table-box">
            <table class="table plain-table stacking-table rank-table" aria-label=text_of("rank", request.of.word())>
                <thead><tr>{name}{headings}</tr></thead>
                <tbody>{rows}</tbody>
                {footing(&columns, &sums)}
            </table>
        </div>
        {note}
    }
    .into_any()
}

/// What all of them come to.
fn footing(columns: &[RankColumn], sums: &[Option<f64>]) -> Option<AnyView> {
    let cell = |(sum, column): (&Option<f64>, &RankColumn)| {
        let sum = sum.map(|sum| quantity(sum, column.unit));
        view! { <td data-heading=text_of("rank.column", &column.id) data-align="end">{sum}</td> }
    };
    let cells = sums.iter().zip(columns).map(cell).collect_view();
    (!sums.is_empty())
        .then(|| view! { <tfoot><tr><th scope="row">{text("rank.sum")}</th>{cells}</tr></tfoot> }.into_any())
}

fn line(row: RankRow, request: &RankingRequest, columns: &[RankColumn], largest: &[f64]) -> AnyView {
    let RankRow { name, namespace, resource, values } = row;
    let workspace = (request.of == RankOf::Workspaces).then(|| WorkspaceName::parse(&name).ok()).flatten();
    let href = match (resource, workspace) {
        (Some(resource), _) => Some(link::object_tab(&resource, "metrics")),
        (None, Some(workspace)) => Some(link::monitoring_of(&request.cluster, &workspace)),
        (None, None) => None,
    };
    let name = if name.is_empty() { text("consumption.rest.workspaces").to_owned() } else { name };
    let name = match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let about = (!namespace.is_empty()).then(|| view! { <span class="about">{namespace}</span> });
    let cell = |((value, column), largest): ((Option<f64>, &RankColumn), &f64)| {
        let title = text_of("rank.column", &column.id);
        let Some(value) = value else {
            return view! { <td data-heading=title data-align="end" class="nothing">"–"</td> }.into_any();
        };
        // A share fills its bar at 100 %, anything else where the largest is.
        let of = if column.unit == Unit::Ratio { 1.0 } else { *largest };
        let share = percent(value, of).to_string();
        view! {
            <td data-heading=title data-align="end">
                {quantity(value, column.unit)}
                <svg class="rank-share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="rank-ground" width="100" height="4"></rect>
                    <rect class="rank-fill" width=share height="4"></rect>
                </svg>
            </td>
        }
        .into_any()
    };
    let cells = values.into_iter().zip(columns).zip(largest).map(cell).collect_view();
    view! { <tr><th scope="row">{name}{about}</th>{cells}</tr> }.into_any()
}
