//! State timelines: what was how, for how long.

use super::axis::place;
use super::overlay::{figure_box, overlay};
use super::{is_still, marks, partial, rows_left_out, time_axis};
use crate::listed::{about_words, listed};
use crate::log_view::Moments;
use crate::quantity::quantity;
use crate::since::moment_in_zone;
use crate::status::shape;
use crate::words::{text, text_with};
use leptos::prelude::*;
use model::Timestamp;
use model::chart::{State, StateSpan, StateTimeline as Drawn};
use std::sync::Arc;

/// Height of a row, as the server draws it, in pixels.
const ROW: usize = 24;
/// How much of the width a letter takes where a panel is narrow, in hundredths.
const LETTER: f64 = 1.6;
/// Spans in the table: more are read by nobody.
const MOST_SPANS: usize = 100;
/// States in the legend: more are told apart by nobody.
const MOST_STATES: usize = 12;

/// A state timeline: a row for each series, with a span for as long as it was the same. What a span is stands in it where
/// there is room, in the legend, and in the table behind it.
#[component]
pub fn StateTimeline(
    /// What it shows, for readers who do not see it.
    #[prop(into)]
    title: String,
    /// The timeline.
    timeline: Drawn,
    /// Called with the first and the last moment that were chosen by dragging.
    #[prop(optional_no_strip, into)]
    on_zoom: Option<Callback<(Timestamp, Timestamp)>>,
) -> impl IntoView {
    let (frame, drawing) = (timeline.frame, timeline.svg.clone());
    let spoken = spoken(&title, &timeline);
    let (names, labels) = (names(&timeline), labels(&timeline));
    let (legend, table) = (legend(&timeline), table(title, &timeline));
    let timeline = StoredValue::new(timeline);
    let figures = move |moment: i64| figures(&timeline.read_value(), moment);
    let overlay = (!is_still()).then(|| overlay(frame, on_zoom, Arc::new(figures)));
    view! {
        <figure class="chart">
            <div class="chart-frame state-frame">
                {names}
                <div class="chart-plot">
                    <div class="chart-picture" role="img" aria-label=spoken inner_html=drawing></div>
                    {labels}
                    {marks::lines(frame)}
                    {overlay}
                </div>
                {time_axis(frame)}
            </div>
            {legend}
            {table}
        </figure>
    }
}

/// What a state is called.
fn word(state: &State, timeline: &Drawn) -> String {
    if state.text.is_empty() { quantity(state.value, timeline.unit) } else { state.text.clone() }
}

fn word_of(span: StateSpan, timeline: &Drawn) -> String {
    timeline.state(span).map(|state| word(state, timeline)).unwrap_or_default()
}

/// The rows as they are now, in a sentence.
fn spoken(title: &str, timeline: &Drawn) -> String {
    let rows = timeline.rows.iter().filter_map(|row| {
        let now = word_of(*row.spans.last()?, timeline);
        Some(format!("{} {now}", row.name))
    });
    format!("{title}{}", about_words(&listed(&rows.take(5).collect::<Vec<_>>())))
}

fn names(timeline: &Drawn) -> AnyView {
    let name = |name: String| view! { <li title=name.clone()>{name.clone()}</li> };
    let names = timeline.rows.iter().map(|row| name(row.name.clone())).collect_view();
    view! { <ol class="state-names" aria-hidden="true">{names}</ol> }.into_any()
}

/// The words of spans that have room for them.
fn labels(timeline: &Drawn) -> AnyView {
    let label = |row: usize, span: StateSpan| {
        let (begin, end) = timeline.place(span);
        let words = word_of(span, timeline);
        let has_room = words.chars().count() as f64 * LETTER + 2.0 <= end - begin;
        has_room.then(|| {
            let (x, width) = (place(begin), place(end - begin));
            view! {
                <svg x=x y=(row * ROW).to_string() width=width height=ROW.to_string()>
                    <text x="6" y="16">{words}</text>
                </svg>
            }
        })
    };
    let labels = timeline.rows.iter().enumerate();
    let labels: Vec<_> = labels
        .flat_map(|(index, row)| row.spans.iter().filter_map(move |span| label(index, *span)))
        .collect();
    view! { <svg class="state-labels" aria-hidden="true">{labels}</svg> }.into_any()
}

/// A state in its colour, and with the shape of its level.
fn swatch(state: &State) -> AnyView {
    match state.level {
        Some(level) => shape(level),
        None => view! {
            <svg class="chart-swatch" data-series=state.color.to_string() aria-hidden="true">
                <rect width="100%" height="100%" rx="2"/>
            </svg>
        }
        .into_any(),
    }
}

/// The states with the share of what was measured.
fn legend(timeline: &Drawn) -> AnyView {
    let spans = || timeline.rows.iter().flat_map(|row| &row.spans);
    let length = |span: &StateSpan| f64::from(span.last + 1 - span.first);
    let all: f64 = spans().map(length).sum();
    let state = |(index, state): (usize, &State)| {
        let own: f64 = spans().filter(|span| span.state as usize == index).map(length).sum();
        let share = quantity(own / all.max(1.0), model::Unit::Ratio);
        view! { <li>{swatch(state)}<span class="chart-name">{word(state, timeline)}</span><span class="chart-figure">{share}</span></li> }
    };
    let states = timeline.states.iter().enumerate().take(MOST_STATES).map(state).collect_view();
    let more = timeline.states.len().saturating_sub(MOST_STATES);
    let more =
        (more > 0).then(|| view! { <p class="hint">{text_with("states.more", &[("count", &more)])}</p> });
    view! {
        <ul class="state-legend" aria-label=text("states.legend")>{states}</ul>
        {more}
        {rows_left_out(timeline.left_out)}
        {partial(&timeline.warnings)}
    }
    .into_any()
}

/// Every span in words, the latest first.
fn table(title: String, timeline: &Drawn) -> AnyView {
    let moments = Moments::new();
    let all = timeline.rows.iter().flat_map(|row| row.spans.iter().map(|span| (row.name.clone(), *span)));
    let mut all: Vec<(String, StateSpan)> = all.collect();
    all.sort_by(|a, b| b.1.last.cmp(&a.1.last).then_with(|| b.1.first.cmp(&a.1.first)));
    let left_out = all.len().saturating_sub(MOST_SPANS);
    let row = |(name, span): (String, StateSpan)| {
        let [from, to] = [span.first, span.last].map(|point| {
            let (at, moments) = (timeline.frame.at(point as usize), moments.clone());
            move || moments.write(at.0 * 1_000_000_000).chars().take(16).collect::<String>()
        });
        let state = timeline.state(span).map(|state| view! { {swatch(state)}" "{word(state, timeline)} });
        view! { <tr><th scope="row">{name}</th><td>{state}</td><td>{from}</td><td>{to}</td></tr> }
    };
    let rows = all.into_iter().take(MOST_SPANS).map(row).collect_view();
    let more = (left_out > 0)
        .then(|| view! { <p class="hint">{text_with("states.spans.left-out", &[("count", &left_out)])}</p> });
    view! {
        <details class="chart-table">
            <summary>{text("chart.table")}</summary>
            <div class="chart-table-box" tabindex="0" role="region" aria-label=title>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{text("states.row")}</th>
                            <th scope="col">{text("states.state")}</th>
                            <th scope="col">{text("states.from")}</th>
                            <th scope="col">{text("states.to")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                {more}
            </div>
        </details>
    }
    .into_any()
}

/// What each row is at a moment.
fn figures(timeline: &Drawn, moment: i64) -> AnyView {
    let point = timeline.frame.point(moment);
    let line = |row: &model::chart::StateRow| {
        let state = point.and_then(|point| row.at(point)).and_then(|span| timeline.state(span));
        let words = state.map_or_else(|| "–".to_owned(), |state| word(state, timeline));
        let mark = state.map_or_else(|| view! { <span class="chart-swatch"></span> }.into_any(), swatch);
        view! { <li>{mark}<span class="chart-name">{row.name.clone()}</span><span class="chart-figure">{words}</span></li> }
    };
    let at = moment_in_zone(Timestamp(moment));
    figure_box(timeline.frame, moment, at, timeline.rows.iter().map(line).collect_view().into_any())
}
