//! Charts: what the server drew, with labels, a hover line, a legend and the figures behind it.

mod axis;
mod export;
mod heat;
mod legend;
mod marks;
mod overlay;
mod states;
mod zone;

pub use heat::HeatMap;
pub use marks::provide_chart_marks;
pub use overlay::provide_chart_pointer;
pub use states::StateTimeline;
pub use zone::ZoneName;

use crate::listed::{about_words, listed};
use crate::quantity::{quantity, quantity_on_axis};
use crate::since::moment_in_zone;
use crate::words::{text, text_with};
use axis::{day_labels, day_words, place, time_labels};
use legend::legend;
use leptos::prelude::*;
use model::chart::{Chart as Drawn, Frame, Scale, Series};
use model::{Level, Timestamp};
use overlay::{figure_box, overlay};
use std::collections::BTreeSet;
use std::sync::Arc;
use zone::zone_offset;

/// Marks a page that never has scripts.
#[derive(Clone, Copy)]
struct Still;

/// Leaves out of all charts below what only scripts can do.
pub fn provide_still_charts() {
    provide_context(Still);
}

fn is_still() -> bool {
    use_context::<Still>().is_some()
}

/// A chart. Without scripts: the drawing, its labels and the figures. With scripts also a hover line that all charts of a
/// page share, a legend that sorts and hides, and a stretch of time that is chosen by dragging.
#[component]
pub fn Chart(
    /// What it shows, for readers who do not see it and for the names of files.
    #[prop(into)]
    title: String,
    /// The chart.
    chart: Drawn,
    /// The words of a line's key.
    name: Callback<String, String>,
    /// Called with the first and the last moment that were chosen by dragging.
    #[prop(optional_no_strip, into)]
    on_zoom: Option<Callback<(Timestamp, Timestamp)>>,
    /// Values from where on things are bad, and how bad. Those outside of the scale are not drawn.
    #[prop(optional)]
    marks: Vec<(f64, Level)>,
    /// Parts of the legend, each with its heading: the lines with this key. All lines are in one where none is said.
    #[prop(optional)]
    parts: Vec<(String, String)>,
    /// Whether a point is a whole day in UTC, which is the same on every reader's clock, and not a moment.
    #[prop(optional)]
    days: bool,
) -> impl IntoView {
    let hidden = RwSignal::new(BTreeSet::<u8>::new());
    let names: Vec<String> = chart.series.iter().map(|series| line_name(series, name)).collect();
    let chart = StoredValue::new(chart);
    let names = StoredValue::new(names);
    let hidden_words = move || hidden.read().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let spoken = spoken(&title, &chart.read_value(), &names.read_value());
    let drawing = chart.read_value().svg.clone();
    let menu = (!is_still()).then(|| export::menu(title, chart, names, days));
    let frame = chart.read_value().scale.frame;
    let figures = move |moment: i64| {
        let at = if days { day_words(moment) } else { moment_in_zone(Timestamp(moment)) };
        figures(&chart.read_value(), &names.read_value(), &hidden.read(), (moment, at))
    };
    let overlay = (!is_still()).then(|| overlay(frame, on_zoom, Arc::new(figures)));
    view! {
        <figure class="chart" data-hidden=hidden_words>
            {menu}
            <div class="chart-frame">
                {value_labels(chart)}
                <div class="chart-plot">
                    <div class="chart-picture" role="img" aria-label=spoken inner_html=drawing></div>
                    {marked(&chart.read_value().scale, marks)}
                    {marks::lines(frame)}
                    {overlay}
                </div>
                {if days { day_axis(frame) } else { time_axis(frame) }}
            </div>
            {legend(chart, names, hidden, parts)}
        </figure>
    }
}

/// Lines across the drawing.
fn marked(scale: &Scale, marks: Vec<(f64, Level)>) -> Option<AnyView> {
    let line = |(value, level): (f64, Level)| {
        let y = place(scale.down(value)?);
        Some(view! { <line class="chart-mark" data-level=level.word() x1="0" x2="100%" y1=y.clone() y2=y/> })
    };
    let lines: Vec<_> = marks.into_iter().filter_map(line).collect();
    (!lines.is_empty())
        .then(|| view! { <svg class="chart-marks" aria-hidden="true">{lines}</svg> }.into_any())
}

/// What a line is called: the words of its key, its labels, and that it is of before.
fn line_name(series: &Series, name: Callback<String, String>) -> String {
    let key = if series.key.is_empty() { String::new() } else { name.run(series.key.clone()) };
    let both = [key.as_str(), series.label.as_str()].into_iter().filter(|part| !part.is_empty());
    let words = both.collect::<Vec<_>>().join(" ");
    let words = if words.is_empty() { text("chart.value").to_owned() } else { words };
    if series.is_earlier { text_with("chart.earlier", &[("name", &words)]) } else { words }
}

/// The chart in a sentence.
fn spoken(title: &str, chart: &Drawn, names: &[String]) -> String {
    let line = |(series, name): (&Series, &String)| {
        let last = quantity(series.summary()?.last, chart.scale.unit);
        Some(format!("{name} {last}"))
    };
    let lines: Vec<String> = chart.series.iter().zip(names).filter_map(line).take(5).collect();
    format!("{title}{}", about_words(&listed(&lines)))
}

fn value_labels(chart: StoredValue<Drawn>) -> AnyView {
    let scale = chart.read_value().scale.clone();
    let label = |tick: &f64| {
        let y = scale.down(*tick)?;
        Some(view! { <text x="100%" y=place(y) dy="0.32em">{quantity_on_axis(*tick, scale.unit)}</text> })
    };
    view! { <svg class="chart-values" aria-hidden="true">{scale.ticks.iter().filter_map(label).collect_view()}</svg> }
        .into_any()
}

/// Rows that are not shown.
fn rows_left_out(count: u32) -> Option<AnyView> {
    let words = || text_with("states.left-out", &[("count", &count)]);
    (count > 0).then(|| view! { <p class="hint">{words()}</p> }.into_any())
}

/// What the monitoring warned of.
fn partial(warnings: &[String]) -> AnyView {
    let warning = |warning: &String| {
        view! { <p class="chart-warning"><strong>{text("chart.partial")}</strong>" "{warning.clone()}</p> }
    };
    warnings.iter().map(warning).collect_view().into_any()
}

/// Round times below a drawing.
fn time_axis(frame: Frame) -> AnyView {
    let offset = zone_offset(frame.end);
    let labels = move || written(frame, time_labels(frame.start, frame.end, offset.get()));
    view! { <svg class="chart-times" aria-hidden="true">{labels}</svg> }.into_any()
}

/// Days below a drawing.
fn day_axis(frame: Frame) -> AnyView {
    let labels = written(frame, day_labels(frame.start, frame.end));
    view! { <svg class="chart-times" aria-hidden="true">{labels}</svg> }.into_any()
}

fn written(frame: Frame, labels: Vec<(i64, String)>) -> AnyView {
    let label = |(moment, words): (i64, String)| {
        let x = frame.right(moment)?;
        Some(view! { <text x=place(x) y="12">{words}</text> })
    };
    labels.into_iter().filter_map(label).collect_view().into_any()
}

/// The figures of a moment, which is told in these words, largest first.
fn figures(chart: &Drawn, names: &[String], hidden: &BTreeSet<u8>, (moment, at): (i64, String)) -> AnyView {
    let point = chart.scale.frame.point(moment);
    let value = |series: &Series| series.values.get(point?).copied().flatten();
    let shown = chart.series.iter().zip(names).filter(|(series, _)| !hidden.contains(&series.color));
    let mut shown: Vec<_> =
        shown.map(|(series, name)| (series.clone(), name.clone(), value(series))).collect();
    shown.sort_by(|a, b| b.2.partial_cmp(&a.2).unwrap_or(std::cmp::Ordering::Equal));
    let unit = chart.scale.unit;
    let line = |(series, name, value): (Series, String, Option<f64>)| {
        let value = value.map_or_else(|| "–".to_owned(), |value| quantity(value, unit));
        view! {
            <li>
                <svg class="chart-swatch" data-series=series.color.to_string() data-earlier=series.is_earlier.then_some("") aria-hidden="true">
                    <rect width="100%" height="100%" rx="2"/>
                </svg>
                <span class="chart-name">{name}</span>
                <span class="chart-figure">{value}</span>
            </li>
        }
    };
    figure_box(chart.scale.frame, moment, at, shown.into_iter().map(line).collect_view().into_any())
}
