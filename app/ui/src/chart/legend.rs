//! The legend of a chart, which is also its table.

use crate::cut::pieces;
use crate::quantity::quantity;
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::Unit;
use model::chart::{Chart, Series, Summary};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// By what the lines stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Last,
    Low,
    Mean,
    High,
}

impl Column {
    pub const FIGURES: [Self; 4] = [Self::Last, Self::Low, Self::Mean, Self::High];

    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Last => "last",
            Self::Low => "low",
            Self::Mean => "mean",
            Self::High => "high",
        }
    }

    pub fn of(self, summary: &Summary) -> f64 {
        match self {
            Self::Name | Self::Last => summary.last,
            Self::Low => summary.low,
            Self::Mean => summary.mean,
            Self::High => summary.high,
        }
    }
}

/// How many columns there are where there is little room: a heading that is wider would make more of them.
const NARROW: &str = "3";

/// The legend; with parts, each of them below its heading: the lines with its key.
pub fn legend(
    chart: StoredValue<Chart>,
    names: StoredValue<Vec<String>>,
    hidden: RwSignal<BTreeSet<u8>>,
    parts: Vec<(String, String)>,
) -> AnyView {
    let (order, is_still) = (RwSignal::new(None::<Column>), super::is_still());
    let heading = move |column: Column| heading(column, order, is_still);
    let rows = move |part: Option<&str>| {
        let (chart, names) = (chart.read_value(), names.read_value());
        let lines = chart.series.iter().zip(names.iter());
        let mut lines: Vec<(&Series, &String)> =
            lines.filter(|(series, _)| part.is_none_or(|key| series.key == key)).collect();
        if let Some(column) = order.get() {
            lines.sort_by(|a, b| compare(column, *a, *b));
        }
        lines
            .into_iter()
            .map(|(series, name)| row(series, name, chart.scale.unit, hidden, is_still))
            .collect_view()
    };
    let bodies = if parts.is_empty() {
        view! { <tbody>{move || rows(None)}</tbody> }.into_any()
    } else {
        let body = move |(key, heading): (String, String)| {
            view! {
                <tbody>
                    <tr>
                        <th class="chart-part" scope="rowgroup" colspan=NARROW>
                            <code>{heading}</code>
                        </th>
                    </tr>
                    {move || rows(Some(key.as_str()))}
                </tbody>
            }
        };
        parts.into_iter().map(body).collect_view().into_any()
    };
    view! {
        <div class="chart-legend">
            <table>
                <thead>
                    <tr>{heading(Column::Name)}{Column::FIGURES.map(heading).collect_view()}</tr>
                </thead>
                {bodies}
            </table>
            {what_lacks(&chart.read_value())}
        </div>
    }
    .into_any()
}

/// The head of a column, which puts the lines in its order and back.
fn heading(column: Column, order: RwSignal<Option<Column>>, is_still: bool) -> AnyView {
    let words = text_of("chart.column", column.word());
    if is_still {
        return view! { <th scope="col">{words}</th> }.into_any();
    }
    let is_chosen = move || order.get() == Some(column);
    let sorted =
        move || is_chosen().then_some(if column == Column::Name { "ascending" } else { "descending" });
    let press = move |_| order.update(|order| *order = (*order != Some(column)).then_some(column));
    view! {
        <th scope="col" aria-sort=sorted>
            <button type="button" on:click=press>{words}</button>
        </th>
    }
    .into_any()
}

/// What the drawing does not show of what was asked, and why.
fn what_lacks(chart: &Chart) -> AnyView {
    let left_out = (chart.left_out > 0)
        .then(|| view! { <p class="hint">{text_with("chart.left-out", &[("count", &chart.left_out)])}</p> });
    let gaps = chart.scale.is_logarithmic.then(|| view! { <p class="hint">{text("chart.logarithmic")}</p> });
    let warnings = super::partial(&chart.warnings);
    view! { {left_out}{gaps}{warnings} }.into_any()
}

fn compare(column: Column, a: (&Series, &String), b: (&Series, &String)) -> Ordering {
    if column == Column::Name {
        return a.1.cmp(b.1);
    }
    let figure = |series: &Series| series.summary().map(|summary| column.of(&summary));
    figure(b.0).partial_cmp(&figure(a.0)).unwrap_or(Ordering::Equal)
}

fn row(series: &Series, name: &str, unit: Unit, hidden: RwSignal<BTreeSet<u8>>, is_still: bool) -> AnyView {
    let color = series.color;
    let is_shown = move || !hidden.read().contains(&color);
    let toggle = move |_| {
        hidden.update(|hidden| {
            if !hidden.remove(&color) {
                hidden.insert(color);
            }
        });
    };
    let summary = series.summary();
    let figure = |column: Column| {
        let words = summary.map_or_else(|| "–".to_owned(), |summary| quantity(column.of(&summary), unit));
        view! { <td>{words}</td> }
    };
    let (start, end) = pieces(name);
    let named = view! {
        <svg class="chart-swatch" data-series=color.to_string() data-earlier=series.is_earlier.then_some("") aria-hidden="true">
            <rect width="100%" height="100%" rx="2"/>
        </svg>
        <span class="chart-name">
            <span class="chart-name-cut">{start.to_owned()}</span>
            {(!end.is_empty()).then(|| view! { <span>{end.to_owned()}</span> })}
        </span>
    };
    let named = if is_still {
        view! { <span class="chart-line-name">{named}</span> }.into_any()
    } else {
        view! {
            <button
                type="button"
                aria-label=name.to_owned()
                aria-pressed=move || is_shown().to_string()
                title=name.to_owned()
                on:click=toggle
            >
                {named}
            </button>
        }
        .into_any()
    };
    view! {
        <tr data-shown=move || is_shown().to_string()>
            <th scope="row">{named}</th>
            {Column::FIGURES.map(figure).collect_view()}
        </tr>
    }
    .into_any()
}
