//! Heat maps: how much there was of what, over time.

use super::legend::Column;
use super::overlay::{figure_box, overlay};
use super::{is_still, marks, partial, rows_left_out, time_axis};
use crate::listed::{about_words, listed};
use crate::quantity::quantity;
use crate::since::moment_in_zone;
use crate::words::{text, text_of};
use leptos::prelude::*;
use model::Timestamp;
use model::chart::{HeatMap as Drawn, HeatOf, HeatRow, Summary};
use std::sync::Arc;

/// A heat map: a row for each series, or for each bucket of a histogram, with a cell for each point of time whose colour says
/// how much. What the colours stand for is in the legend, and the rows in figures in the table behind it.
#[component]
pub fn HeatMap(
    /// What it shows, for readers who do not see it.
    #[prop(into)]
    title: String,
    /// The heat map.
    heat: Drawn,
    /// Called with the first and the last moment that were chosen by dragging.
    #[prop(optional_no_strip, into)]
    on_zoom: Option<Callback<(Timestamp, Timestamp)>>,
) -> impl IntoView {
    let (frame, drawing) = (heat.frame, heat.svg.clone());
    let spoken = spoken(&title, &heat);
    let names = heat.rows.iter().map(|row| name(row, &heat));
    let names = names.map(|name| view! { <li title=name.clone()>{name.clone()}</li> }).collect_view();
    let (legend, table) = (legend(&heat), table(title, &heat));
    let heat = StoredValue::new(heat);
    let figures = move |moment: i64| figures(&heat.read_value(), moment);
    let overlay = (!is_still()).then(|| overlay(frame, on_zoom, Arc::new(figures)));
    view! {
        <figure class="chart">
            <div class="chart-frame state-frame heat-frame">
                <ol class="state-names" aria-hidden="true">{names}</ol>
                <div class="chart-plot">
                    <div class="chart-picture" role="img" aria-label=spoken inner_html=drawing></div>
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

/// What a row is called.
fn name(row: &HeatRow, heat: &Drawn) -> String {
    match &row.of {
        HeatOf::Series(name) if name.is_empty() => text("chart.value").to_owned(),
        HeatOf::Series(name) => name.clone(),
        HeatOf::UpTo(bound) => format!("≤ {}", quantity(*bound, heat.unit)),
        HeatOf::Over(bound) => format!("> {}", quantity(*bound, heat.unit)),
    }
}

fn figure(value: Option<f64>, heat: &Drawn) -> String {
    value.map_or_else(|| "–".to_owned(), |value| quantity(value, heat.value_unit()))
}

/// The rows as they are now, in a sentence.
fn spoken(title: &str, heat: &Drawn) -> String {
    let rows = heat.rows.iter().filter_map(|row| {
        let last = Summary::of(&row.values)?.last;
        Some(format!("{} {}", name(row, heat), figure(Some(last), heat)))
    });
    format!("{title}{}", about_words(&listed(&rows.take(5).collect::<Vec<_>>())))
}

fn swatch(color: u8) -> AnyView {
    view! {
        <svg class="chart-swatch heat-cell" data-heat=color.to_string() aria-hidden="true">
            <rect width="100%" height="100%"/>
        </svg>
    }
    .into_any()
}

/// From the least to the most, and what there is to know about the whole.
fn legend(heat: &Drawn) -> AnyView {
    let colors = (0..heat.legend().len() as u8).map(swatch).collect_view();
    let (low, high) = (figure(Some(heat.low), heat), figure(Some(heat.high), heat));
    view! {
        <p class="heat-legend">
            <span>{low}</span>
            <span class="heat-scale">{colors}</span>
            <span>{high}</span>
        </p>
        {rows_left_out(heat.left_out)}
        {partial(&heat.warnings)}
    }
    .into_any()
}

/// Every row in figures.
fn table(title: String, heat: &Drawn) -> AnyView {
    let row = |row: &HeatRow| {
        let summary = Summary::of(&row.values);
        let figures = Column::FIGURES.map(|column| summary.map(|summary| column.of(&summary)));
        let figures = figures.map(|value| view! { <td>{figure(value, heat)}</td> }).collect_view();
        view! { <tr><th scope="row">{name(row, heat)}</th>{figures}</tr> }
    };
    let rows = heat.rows.iter().map(row).collect_view();
    let heading = |column: Column| view! { <th scope="col">{text_of("chart.column", column.word())}</th> };
    let headings = Column::FIGURES.map(heading).collect_view();
    view! {
        <details class="chart-table">
            <summary>{text("chart.table")}</summary>
            <div class="chart-table-box" tabindex="0" role="region" aria-label=title>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{text("states.row")}</th>
                            {headings}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// How much each row has at a moment.
fn figures(heat: &Drawn, moment: i64) -> AnyView {
    let point = heat.frame.nearest(moment);
    let line = |row: &HeatRow| {
        let value = point.and_then(|point| row.values.get(point).copied().flatten());
        let mark = value.map(|value| heat.color(value)).map(swatch);
        let mark = mark.unwrap_or_else(|| view! { <span class="chart-swatch"></span> }.into_any());
        view! {
            <li>
                {mark}
                <span class="chart-name">{name(row, heat)}</span>
                <span class="chart-figure">{figure(value, heat)}</span>
            </li>
        }
    };
    let at = moment_in_zone(Timestamp(moment));
    figure_box(heat.frame, moment, at, heat.rows.iter().map(line).collect_view().into_any())
}
