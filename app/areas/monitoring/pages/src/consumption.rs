//! What was used in a cluster, and what it costs.

use crate::address::with_pairs;
use crate::bill;
use crate::budget::BudgetBeside;
use crate::cluster::{head, use_cluster};
use crate::missing::missing;
use crate::prices::PricesBeside;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{ClusterName, Level, Namespace, ResourceRef, Sort, link};
use monitoring_contract::{
    Breakdown, ChangedPrices, Consumer, Consumption, ConsumptionRequest, ConsumptionRow, Figures,
    InvalidPeriod, Measure, Measured, Money, OfWorkspace, Period, PodsOf, decimal, read_consumption,
};
use ui::quantity::number;
use ui::{
    Banner, Button, ButtonKind, Card, Chart, Empty, Field, Glyph, LinkButton, Menu, Problem, SkeletonTable,
    Tab, Tabs, awaited, provide_chart_pointer,
};

/// Workspaces, projects, machines, workloads or pods by what they used in a period, with what that costs.
#[component]
pub fn ConsumptionPage() -> impl IntoView {
    provide_chart_pointer();
    let cluster = use_cluster();
    let query = use_query_map();
    let asked = Memo::new(move |_| cluster.get().map(|cluster| parse(cluster, &query.read())));
    let request = Memo::new(move |_| asked.get().map(|(request, _)| request));
    let is_billed = Memo::new(move |_| query.read().get(bill::WISH).is_some());
    let answer =
        Resource::new(move || request.get(), |request| async move { read_consumption(request?).await });
    let budget = BudgetBeside::of(request);
    // Whoever sets prices gives what was used a cost. Until that is added up the page tells of the prices that hold now: no others can
    // be set beside those of before.
    let just_set = RwSignal::new(Vec::<ChangedPrices>::new());
    let on_change = Callback::new(move |said: String| {
        if let Ok(changed) = serde_json::from_str(&said) {
            just_set.update(|all| all.push(changed));
        }
        answer.refetch();
        budget.ask();
    });
    let content = move || {
        Suspend::new(async move {
            let (answer_now, request) = (answer.await, request.get_untracked());
            match (answer_now, request) {
                (Ok(Measured::Answered(view)), Ok(request)) => {
                    let prices = PricesBeside { just_set, on_change };
                    draw(*view, &request, is_billed, prices)
                }
                (Ok(Measured::Missing(found)), Ok(request)) => missing(&request.cluster, found),
                (Err(error), _) | (_, Err(error)) => {
                    let on_retry = Callback::new(move |()| answer.refetch());
                    view! { <Problem error on_retry/> }.into_any()
                }
            }
        })
    };
    view! {
        {head(cluster, Signal::stored("consumption".to_owned()))}
        {move || asked.get().ok().map(|(request, fault)| tools(&request, fault, is_billed.get()))}
        {budget.card()}
        <Transition fallback=|| view! { <SkeletonTable/> }>{awaited(content)}</Transition>
        {move || request.get().ok().and_then(|request| bill::section(&request, is_billed.get()))}
    }
}

fn parse(
    cluster: ClusterName,
    query: &leptos_router::params::ParamsMap,
) -> (ConsumptionRequest, Option<InvalidPeriod>) {
    ConsumptionRequest::parse(cluster, |name| query.get(name).unwrap_or_default())
}

/// The page of a request.
pub fn href(request: &ConsumptionRequest) -> String {
    with_pairs(&link::consumption(&request.cluster), &request.pairs())
}

/// The same page, with what all clusters came to where that is shown.
fn href_beside(request: &ConsumptionRequest, is_billed: bool) -> String {
    let mut pairs = request.pairs();
    pairs.extend(is_billed.then(bill::wish));
    with_pairs(&link::consumption(&request.cluster), &pairs)
}

/// The same over something else; how it is sorted belongs to what was looked at.
fn href_by(request: &ConsumptionRequest, by: Breakdown) -> String {
    href(&ConsumptionRequest { by, sort: None, ..request.clone() })
}

fn tools(request: &ConsumptionRequest, fault: Option<InvalidPeriod>, is_billed: bool) -> AnyView {
    let period = |period: Period| {
        let href = href_beside(&ConsumptionRequest { period, ..request.clone() }, is_billed);
        let is_chosen = (request.period == period).then_some("true");
        view! { <li><a href=href aria-current=is_chosen>{text_of("period", period.word())}</a></li> }
    };
    let tab = |by: Breakdown| Tab {
        id: by.word().to_owned(),
        title: text_of("consumption.by", by.word()),
        href: href_by(request, by),
        count: None,
    };
    let tabs = [Breakdown::Workspaces, Breakdown::Projects(OfWorkspace::Any), Breakdown::Nodes].map(tab);
    // The workloads of a project are reached from the projects, and their pods from them.
    let current = match request.by {
        Breakdown::Workloads(_) | Breakdown::Pods(..) => "projects",
        ref by => by.word(),
    };
    let csv = with_pairs(&format!("{}.csv", link::consumption(&request.cluster)), &request.pairs());
    let fault = fault.map(|fault| {
        let word = match fault {
            InvalidPeriod::Unreadable => "unreadable",
            InvalidPeriod::Backwards => "backwards",
            InvalidPeriod::TooLong => "too-long",
        };
        view! { <p class="field-problem" role="alert">{text_of("period.fault", word)}</p> }
    });
    view! {
        <div class="time-bar">
            <ul class="time-presets" aria-label=text("period")>{Period::NAMED.map(period).collect_view()}</ul>
            {between(request, is_billed)}
            <span class="time-zone">{text("period.utc")}</span>
        </div>
        {fault}
        <div class="rank-bar">
            <Tabs title=text("consumption.by") tabs=Signal::stored(tabs.to_vec()) current=Signal::stored(current.to_owned())/>
            <LinkButton href=Signal::stored(csv) glyph=Glyph::Download download=true>{text("rank.csv")}</LinkButton>
        </div>
        {place(request)}
    }
    .into_any()
}

/// A form for any other days.
fn between(request: &ConsumptionRequest, is_billed: bool) -> AnyView {
    let (title, from, to) = match request.period {
        Period::Days(from, to) => (format!("{from} – {to}"), from.to_string(), to.to_string()),
        _ => (text("time.between").to_owned(), String::new(), String::new()),
    };
    let kept =
        request.pairs().into_iter().filter(|(name, _)| !matches!(name.as_str(), "period" | "from" | "to"));
    let kept = kept.chain(is_billed.then(bill::wish));
    let kept =
        kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let action = link::consumption(&request.cluster);
    view! {
        <Menu title glyph=Glyph::Clock>
            <form class="time-form" method="get" action=action>
                {kept}
                <Field name="from" label=text("period.from") value=Signal::stored(from) input_type="date" required=true/>
                <Field name="to" label=text("period.to") value=Signal::stored(to) input_type="date" required=true/>
                <p class="field-hint">{text("period.days.hint")}</p>
                <Button kind=ButtonKind::Primary form_type="submit">{text("time.show")}</Button>
            </form>
        </Menu>
    }
    .into_any()
}

/// Of what a part is looked at, with the way back to the whole.
fn place(request: &ConsumptionRequest) -> Option<AnyView> {
    let (words, whole) = match &request.by {
        Breakdown::Projects(OfWorkspace::Named(name)) => {
            (text_with("consumption.of.workspace", &[("name", name)]), Breakdown::Workspaces)
        }
        Breakdown::Projects(OfWorkspace::None) => {
            (text("consumption.of.none").to_owned(), Breakdown::Workspaces)
        }
        Breakdown::Workloads(namespace) => (
            text_with("consumption.of.project", &[("name", namespace)]),
            Breakdown::Projects(OfWorkspace::Any),
        ),
        Breakdown::Pods(namespace, of) => (pods_of(of, namespace), Breakdown::Workloads(namespace.clone())),
        Breakdown::Workspaces | Breakdown::Nodes | Breakdown::Projects(OfWorkspace::Any) => return None,
    };
    let href = href_by(request, whole);
    let back = view! { <a href=href>{text("consumption.of.all")}</a> };
    let charts = measured_workload(request).map(|workload| {
        let href = link::object_tab(&workload, "metrics");
        view! { " "<a href=href>{text("consumption.of.charts")}</a> }
    });
    Some(view! { <p class="consumption-of">{words}" "{back}{charts}</p> }.into_any())
}

/// Of what pods are looked at, in words.
fn pods_of(of: &PodsOf, project: &Namespace) -> String {
    match of {
        PodsOf::Workload(kind, name) => {
            text_with("consumption.of.workload", &[("kind", kind), ("name", name), ("project", project)])
        }
        PodsOf::Other(name) => text_with("consumption.of.owner", &[("name", name), ("project", project)]),
        PodsOf::Nothing => text_with("consumption.of.nothing", &[("project", project)]),
    }
}

/// The workload whose pods are looked at, if it has a page.
fn measured_workload(request: &ConsumptionRequest) -> Option<ResourceRef> {
    let Breakdown::Pods(namespace, PodsOf::Workload(kind, name)) = &request.by else { return None };
    let (cluster, namespace) = (request.cluster.clone(), Some(namespace.clone()));
    Some(ResourceRef { cluster, kind: kind.clone(), namespace, name: name.clone() })
}

fn draw(
    view: Consumption,
    request: &ConsumptionRequest,
    is_billed: Memo<bool>,
    beside: PricesBeside,
) -> AnyView {
    let notes = notes(&view);
    let Consumption { rows, total, totals, chart, chart_currency, prices: book, hours, source, .. } = view;
    let chart = chart.map(|chart| {
        let title = match chart_currency {
            Some(currency) => text_with("consumption.chart.cost", &[("currency", &currency)]),
            None => text("consumption.chart.cpu").to_owned(),
        };
        let word = request.by.word();
        let name = Callback::new(move |key: String| match key.as_str() {
            "rest" => text_of("consumption.rest", word),
            _ => text("consumption.others").to_owned(),
        });
        view! { <Card title=title.clone()><Chart title=title.clone() chart name days=true/></Card> }
    });
    let content = if rows.is_empty() {
        let (title, explanation) = if hours == 0 {
            (text("consumption.early"), text("consumption.early.text"))
        } else {
            (text("consumption.none"), text("consumption.none.text"))
        };
        view! { <Empty glyph=Glyph::Activity title explanation/> }.into_any()
    } else {
        table(rows, total, &totals, request, is_billed)
    };
    view! {
        {notes}
        {chart}
        {content}
        <p class="board-source">{text("consumption.how")}" "{text_with("consumption.source", &[("source", &source)])}</p>
        {beside.card(book, request.cluster.clone())}
    }
    .into_any()
}

/// How much of the period was measured, and what is not measured here.
fn notes(view: &Consumption) -> AnyView {
    let of = number(view.hours.into());
    let mut whole = vec![text_with("consumption.days", &[("first", &view.first), ("last", &view.last)])];
    let mut lacking = Vec::new();
    for (word, measured) in [("usage", view.hours_of_usage), ("objects", view.hours_of_objects)] {
        let Some(measured) = measured else { continue };
        let words = text_of("consumption.hours", word)
            .replace("{measured}", &number(measured.into()))
            .replace("{hours}", &of);
        if measured >= view.hours { whole.push(words) } else { lacking.push(words) }
    }
    if let Some(words) = partial(view) {
        lacking.push(words);
    }
    if !view.lacking.is_empty() {
        lacking.push(text_with("consumption.lacking", &[("names", &ui::listed(&view.lacking))]));
    }
    let banner = |words| view! { <Banner level=Level::Warning>{words}</Banner> };
    view! {
        <p class="ranking-note">{whole.join(" ")}</p>
        {lacking.into_iter().map(banner).collect_view()}
    }
    .into_any()
}

/// Of which days only a part was told; the first of them where they are many.
fn partial(view: &Consumption) -> Option<String> {
    const MOST_NAMED: usize = 7;
    if view.partial.is_empty() {
        return None;
    }
    let mut days: Vec<String> = view.partial.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    if view.partial.len() > MOST_NAMED {
        days.push("…".to_owned());
    }
    let said = ui::in_turn(&view.said);
    Some(text_with("consumption.partial", &[("days", &ui::listed(&days)), ("said", &said)]))
}

fn table(
    rows: Vec<ConsumptionRow>,
    total: u64,
    totals: &Figures,
    request: &ConsumptionRequest,
    is_billed: Memo<bool>,
) -> AnyView {
    let has_cost = !totals.costs.is_empty();
    let usual = if has_cost { "cost" } else { Measure::CpuBilled.word() };
    let usual = Sort { column: usual.to_owned(), descending: true };
    let sort = request.sort.clone().unwrap_or(usual);
    let heading = |id: &str, title: String| {
        let is_chosen = sort.column == id;
        let descending = if is_chosen { !sort.descending } else { id != "name" };
        let next = Some(Sort { column: id.to_owned(), descending });
        let request = ConsumptionRequest { sort: next, ..request.clone() };
        let href = move || href_beside(&request, is_billed.get());
        let direction = is_chosen.then_some(if sort.descending { "descending" } else { "ascending" });
        let align = (id != "name").then_some("end");
        view! { <th scope="col" class="heading" aria-sort=direction data-align=align><a href=href>{title}</a></th> }
    };
    let name = heading("name", text_of("consumption.one", request.by.word()));
    let measures = Measure::ALL.map(|measure| heading(measure.word(), column(measure))).collect_view();
    let cost = has_cost.then(|| heading("cost", text("consumption.cost").to_owned()));
    let shown = rows.len() as u64;
    let note = (total > shown).then(|| {
        let words = text_with(
            "consumption.more",
            &[("shown", &number(shown as i64)), ("total", &number(total as i64))],
        );
        view! { <p class="ranking-note">{words}</p> }
    });
    let lines = rows
        .into_iter()
        .map(|row| {
            let cells = cells(&row.figures, has_cost);
            view! { <tr><th scope="row">{named(&row.of, request)}</th>{cells}</tr> }
        })
        .collect_view();
    let sums = cells(totals, has_cost);
    view! {
        <div class="table-box">
            <table class="table plain-table stacking-table rank-table consumption-table" aria-label=text("board.consumption")>
                <thead><tr>{name}{measures}{cost}</tr></thead>
                <tbody>{lines}</tbody>
                <tfoot><tr><th scope="row">{text("consumption.total")}</th>{sums}</tr></tfoot>
            </table>
        </div>
        {note}
    }
    .into_any()
}

/// What the column of a measure is called.
pub fn column(measure: Measure) -> String {
    text_of("consumption.column", measure.word())
}

/// What a row is called, with the way into it.
fn named(of: &Consumer, request: &ConsumptionRequest) -> AnyView {
    let into = match (of, &request.by) {
        (Consumer::Workspace(name), _) => {
            Some(href_by(request, Breakdown::Projects(OfWorkspace::Named(name.clone()))))
        }
        (Consumer::Rest, Breakdown::Workspaces) => {
            Some(href_by(request, Breakdown::Projects(OfWorkspace::None)))
        }
        (Consumer::Object(object), Breakdown::Projects(_)) => Namespace::parse(object.name.as_str())
            .ok()
            .map(|namespace| href_by(request, Breakdown::Workloads(namespace))),
        (of, Breakdown::Workloads(namespace)) => match (PodsOf::row(of), of) {
            (Some(pods), _) => Some(href_by(request, Breakdown::Pods(namespace.clone(), pods))),
            (None, Consumer::Object(claim)) => Some(link::object_tab(claim, "metrics")),
            (None, _) => None,
        },
        (Consumer::Object(object), _) => Some(link::object_tab(object, "metrics")),
        _ => None,
    };
    let name = match of {
        Consumer::Rest => text_of("consumption.rest", request.by.word()),
        of => of.name().to_owned(),
    };
    let kind = match (of, &request.by) {
        (Consumer::Object(object), Breakdown::Workloads(_)) => {
            Some(view! { <span class="about">{object.kind.to_string()}</span> })
        }
        _ => None,
    };
    match into {
        Some(href) => view! { <a href=href>{name}</a>{kind} }.into_any(),
        None => view! { {name}{kind} }.into_any(),
    }
}

/// The cells of a row.
pub fn cells(figures: &Figures, has_cost: bool) -> AnyView {
    let cell = |measure: Measure| {
        let title = column(measure);
        match figures.amounts.get(measure) {
            Some(amount) => {
                // To the nearest hundredth.
                let amount = decimal(measure.millionths(amount).saturating_add(5_000), 2);
                view! { <td data-heading=title data-align="end">{amount}</td> }.into_any()
            }
            None => view! { <td data-heading=title data-align="end" class="nothing">"–"</td> }.into_any(),
        }
    };
    let cost = has_cost.then(|| {
        let costs: Vec<String> = figures.costs.iter().map(money).collect();
        let words = if costs.is_empty() { "–".to_owned() } else { costs.join(" + ") };
        view! { <td data-heading=text("consumption.cost") data-align="end">{words}</td> }
    });
    view! { {Measure::ALL.map(cell).collect_view()}{cost} }.into_any()
}

/// An amount of money in words.
pub fn money(money: &Money) -> String {
    format!("{} {}", decimal(money.millionths, money.currency.digits()), money.currency)
}
