//! The panels of a dashboard.

use super::gauges::gauges;
use super::lines::{lines, search};
use crate::address::TimeAddress;
use crate::aged::aged;
use crate::panel::{Zoom, explore, none};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use model::{ClusterName, Level, Unit};
use monitoring_contract::{ShownContent, ShownFigure, ShownPanel, ShownRow, ShownTable, ShownValue};
use ui::quantity::quantity;
use ui::{Card, Chart, HeatMap, LevelMark, Problem, StateTimeline, plain_table};

/// The page around panels that lead on: to their queries, and to other stretches of time.
pub struct Around<'a> {
    /// Where they are measured.
    pub cluster: &'a ClusterName,
    /// The address of the page.
    pub address: &'a TimeAddress,
    /// What is done with a stretch of time that was chosen in a chart.
    pub on_zoom: Zoom,
}

/// All of them, in a grid of twelve columns; they lead nowhere where nothing is around them.
pub fn panels(panels: Vec<ShownPanel>, around: Option<&Around<'_>>) -> AnyView {
    let cell = |shown: ShownPanel| {
        let (width, height) = (shown.width.to_string(), shown.height.word());
        view! { <div class="dashboard-cell" data-width=width data-height=height>{panel(shown, around)}</div> }
    };
    view! { <div class="dashboard board">{panels.into_iter().map(cell).collect_view()}</div> }.into_any()
}

fn panel(shown: ShownPanel, around: Option<&Around<'_>>) -> AnyView {
    let ShownPanel { title, unit, thresholds, queries, content, aged: old, .. } = shown;
    let old = aged(old, around.is_some());
    let link = around.and_then(|around| explore(queries.first(), &title, around.cluster, around.address));
    let on_zoom = around.map(|around| around.on_zoom);
    let body = match content {
        ShownContent::Text(words) => return written(title, words),
        ShownContent::Heading => return view! { <h2 class="dashboard-heading">{title}</h2> }.into_any(),
        ShownContent::Table(shown) => {
            let body = table(&title, shown, unit);
            return view! { <Card title actions=move || link flush=true>{old}{body}</Card> }.into_any();
        }
        ShownContent::Chart(chart) => {
            let name = Callback::new(|key: String| key);
            let marks = thresholds.marks();
            view! { <Chart title=title.clone() chart=*chart name on_zoom marks/> }.into_any()
        }
        ShownContent::Values(shown) => values(shown, unit),
        ShownContent::Gauges(shown) => gauges(shown, unit, thresholds),
        ShownContent::StateTimeline(timeline) => {
            view! { <StateTimeline title=title.clone() timeline=*timeline on_zoom/> }.into_any()
        }
        ShownContent::HeatMap(heat) => view! { <HeatMap title=title.clone() heat=*heat on_zoom/> }.into_any(),
        ShownContent::Logs(found) => {
            let link = around.and_then(|around| search(queries.first(), &title, around));
            let body = lines(found);
            return view! { <Card title actions=move || link flush=true>{body}</Card> }.into_any();
        }
        ShownContent::NoLogs => none(text("panel.no-logs").to_owned(), &[]),
        ShownContent::NoData => none(text("panel.none").to_owned(), &[]),
        ShownContent::Failed(error) => view! { <Problem error/> }.into_any(),
    };
    view! { <Card title actions=move || link>{old}{body}</Card> }.into_any()
}

/// A text as it is written. One without a title needs no heading.
fn written(title: String, words: String) -> AnyView {
    let words = view! { <p class="dashboard-text">{words}</p> };
    if title.is_empty() {
        view! { <div class="card dashboard-note">{words}</div> }.into_any()
    } else {
        view! { <Card title>{words}</Card> }.into_any()
    }
}

fn values(shown: Vec<ShownValue>, unit: Unit) -> AnyView {
    let one = |ShownValue { name, figure }: ShownValue| {
        view! {
            <li data-level=figure.level.map(Level::word)>
                <span class="dashboard-value">{mark(figure.level)}{called(&figure, unit)}</span>
                {(!name.is_empty()).then(|| view! { <span class="dashboard-value-name">{name}</span> })}
            </li>
        }
    };
    view! { <ul class="dashboard-values">{shown.into_iter().map(one).collect_view()}</ul> }.into_any()
}

/// What stands there for a number.
fn called(figure: &ShownFigure, unit: Unit) -> String {
    figure.text.clone().unwrap_or_else(|| quantity(figure.value, unit))
}

/// How bad a value is, as a shape and in words: colours alone tell not everybody.
pub fn mark(level: Option<Level>) -> Option<AnyView> {
    level.map(|level| {
        let words = text_of("threshold", level.word());
        view! { <LevelMark level=Signal::stored(level)/><span class="visually-hidden">{words}" "</span> }
            .into_any()
    })
}

fn table(title: &str, shown: ShownTable, unit: Unit) -> AnyView {
    let ShownTable { labels, columns, rows, left_out } = shown;
    let columns: Vec<String> = columns
        .into_iter()
        .map(|column| if column.is_empty() { text("panel.value").to_owned() } else { column })
        .collect();
    let headings: Vec<&str> = labels.iter().chain(&columns).map(String::as_str).collect();
    let row = |ShownRow { labels: own, values }: ShownRow| {
        let named = own.into_iter().zip(&labels).enumerate().map(|(index, (value, label))| {
            // A series without this label has an empty cell, which takes no line where rows are lists.
            let value = (!value.is_empty()).then_some(value);
            if index == 0 {
                view! { <th scope="row">{value}</th> }.into_any()
            } else {
                view! { <td data-heading=label.clone()>{value}</td> }.into_any()
            }
        });
        let named = named.collect_view();
        let measured = values.into_iter().zip(&columns).map(|(value, column)| {
            let level = value.as_ref().and_then(|figure| figure.level);
            let words = value.as_ref().map_or_else(|| "–".to_owned(), |figure| called(figure, unit));
            view! {
                <td class="dashboard-figure" data-heading=column.clone() data-level=level.map(Level::word)>
                    {mark(level)}{words}
                </td>
            }
        });
        let measured = measured.collect_view();
        view! { <tr>{named}{measured}</tr> }
    };
    let rows = rows.into_iter().map(row).collect_view().into_any();
    let more = (left_out > 0)
        .then(|| view! { <p class="card-note">{text_with("panel.left-out", &[("count", &left_out)])}</p> });
    let rows = plain_table(title, &headings, rows);
    // Many rows would make the panels beside it as high as all of them.
    view! { <div class="dashboard-table" tabindex="0" role="region" aria-label=title.to_owned()>{rows}</div>{more} }
        .into_any()
}
