//! What queries gave.

use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{Timestamp, link};
use monitoring_contract::{Explained, ExploreRequest, Explored, ExploredQuery, QUERY_LETTERS, QueryFault};
use ui::{Card, Chart, Empty, Glyph};

pub fn answered(
    explored: Explored,
    request: &ExploreRequest,
    on_zoom: Callback<(Timestamp, Timestamp)>,
) -> AnyView {
    let Explored { confined_to, queries, chart } = explored;
    let (wrong, right): (Vec<ExploredQuery>, Vec<ExploredQuery>) =
        queries.into_iter().partition(|query| query.fault.is_some());
    let is_alone = wrong.len() + right.len() < 2;
    let is_wrong = !wrong.is_empty();
    let faults = wrong.into_iter().filter_map(|query| {
        let words = if is_alone {
            text("explore.fault").to_owned()
        } else {
            text_with("explore.fault.of", &[("letter", &query.letter)])
        };
        Some(fault_view(words, typed(request, &query.letter), query.fault?))
    });
    let faults = faults.collect_view();
    let confined = confined_to.filter(|_| !right.is_empty()).map(|names| {
        let sent = right.iter().map(|query| view! { " "<code>{query.sent.clone()}</code> }).collect_view();
        view! { <p class="explore-sent">{text_with("explore.confined", &[("projects", &ui::listed(&names))])}{sent}</p> }
    });
    let content = match chart {
        None if is_wrong => ().into_any(),
        None => view! { <Empty glyph=Glyph::Activity title=text("explore.empty") explanation=text("explore.empty.text")/> }.into_any(),
        Some(chart) if chart.series.is_empty() => {
            view! { <Empty glyph=Glyph::Activity title=text("explore.none") explanation=text("explore.none.text")/> }.into_any()
        }
        Some(chart) => {
            let asked: Vec<&str> = right.iter().map(|query| typed(request, &query.letter)).collect();
            let title = asked.join(", ");
            let name = Callback::new(|key: String| key);
            let parts = if is_alone { Vec::new() } else { right.iter().map(|query| part_of(query, request)).collect() };
            view! { <Card title=text("explore.answer") wide=true><Chart title chart name on_zoom parts/></Card> }.into_any()
        }
    };
    let warn = (!right.is_empty()).then(|| warn(&right, request));
    let explained: Vec<Explained> = right.into_iter().filter_map(|query| query.explained).collect();
    let explained = (!explained.is_empty()).then(|| {
        view! {
            <details class="explore-explained">
                <summary>{text("promql")}</summary>
                <ul>{explained.into_iter().map(part).collect_view()}</ul>
            </details>
        }
    });
    view! { {confined}{faults}{content}{warn}{explained} }.into_any()
}

/// Links to rules that begin with the queries.
fn warn(right: &[ExploredQuery], request: &ExploreRequest) -> AnyView {
    let is_alone = right.len() < 2;
    let one = |query: &ExploredQuery| {
        let words = if is_alone {
            text("explore.warn").to_owned()
        } else {
            text_with("explore.warn.of", &[("letter", &query.letter)])
        };
        let href = link::new_rule_of(&request.cluster, typed(request, &query.letter));
        view! { <li><a href=href>{words}</a></li> }
    };
    view! { <ul class="explore-warn">{right.iter().map(one).collect_view()}</ul> }.into_any()
}

/// A query as it was typed.
fn typed<'r>(request: &'r ExploreRequest, letter: &str) -> &'r str {
    let mut all = QUERY_LETTERS.into_iter().zip(&request.queries);
    all.find(|(own, _)| *own == letter).map_or("", |(_, query)| query.as_str())
}

/// The part of the legend that is a query's.
fn part_of(query: &ExploredQuery, request: &ExploreRequest) -> (String, String) {
    let letter = query.letter.clone();
    let heading = format!("{letter}: {}", typed(request, &letter));
    (letter, heading)
}

/// A part of a query in words, with what it is made of below.
fn part(explained: Explained) -> AnyView {
    let words = if explained.is_known() {
        text_of("promql.known", &explained.word)
    } else {
        text_of("promql.how", explained.how.word())
    };
    let Explained { text, parts, .. } = explained;
    let parts = (!parts.is_empty()).then(|| view! { <ul>{parts.into_iter().map(part).collect_view()}</ul> });
    view! { <li><code>{text}</code>" "{words}{parts}</li> }.into_any()
}

/// What is wrong with a query, with the place marked in it.
fn fault_view(words: String, query: &str, fault: QueryFault) -> AnyView {
    let QueryFault { message, at } = fault;
    let marked = at.map(|at| {
        let at = at as usize;
        let before: String = query.chars().take(at).collect();
        let rest: String = query.chars().skip(at).collect();
        let end = rest
            .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .unwrap_or(rest.len());
        let (wrong, after) = rest.split_at(end.max(rest.chars().next().map_or(0, char::len_utf8)));
        // Nothing stands where something is missing.
        let wrong = if wrong.is_empty() { "␣".to_owned() } else { wrong.to_owned() };
        view! { <pre tabindex="0">{before}<mark>{wrong}</mark>{after.to_owned()}</pre> }
    });
    view! {
        <div class="query-fault" role="alert">
            <strong>{words}</strong>" "{message}
            {marked}
        </div>
    }
    .into_any()
}
