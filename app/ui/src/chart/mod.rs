//! Charts: what the server drew, with labels, a hover line, a legend and the figures behind it.

mod axis;
mod export;
mod legend;
mod zone;

pub use zone::ZoneName;

use crate::quantity::quantity;
use crate::since::moment_in_zone;
use crate::words::{text, text_with};
use axis::{place, time_labels};
use legend::legend;
use leptos::prelude::*;
use model::chart::{Chart as Drawn, Scale, Series};
use model::{Level, Timestamp};
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};
use zone::zone_offset;

/// The moment that the pointer is at, shared by all charts of a page.
#[derive(Clone, Copy)]
struct Pointer(RwSignal<Option<i64>>);

/// Lets all charts below share one hover line.
pub fn provide_chart_pointer() {
    provide_context(Pointer(RwSignal::new(None)));
}

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

/// Less than this is a click, not a stretch of time, in pixels.
const CLICK: i32 = 5;

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
) -> impl IntoView {
    let hidden = RwSignal::new(BTreeSet::<u8>::new());
    let pointer = use_context::<Pointer>().unwrap_or_else(|| Pointer(RwSignal::new(None)));
    let names: Vec<String> = chart.series.iter().map(|series| line_name(series, name)).collect();
    let chart = StoredValue::new(chart);
    let names = StoredValue::new(names);
    let hidden_words = move || hidden.read().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let spoken = spoken(&title, &chart.read_value(), &names.read_value());
    let drawing = chart.read_value().svg.clone();
    let menu = (!is_still()).then(|| export::menu(title, chart, names));
    let overlay = (!is_still()).then(|| overlay(chart, names, hidden, pointer, on_zoom));
    view! {
        <figure class="chart" data-hidden=hidden_words>
            {menu}
            <div class="chart-frame">
                {value_labels(chart)}
                <div class="chart-plot">
                    <div class="chart-picture" role="img" aria-label=spoken inner_html=drawing></div>
                    {marked(&chart.read_value().scale, marks)}
                    {overlay}
                </div>
                {move || time_axis(chart, zone_offset(chart.read_value().scale.frame.end))}
            </div>
            {legend(chart, names, hidden)}
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
    format!("{title}: {}", lines.join(", "))
}

fn value_labels(chart: StoredValue<Drawn>) -> AnyView {
    let scale = chart.read_value().scale.clone();
    let label = |tick: &f64| {
        let y = scale.down(*tick)?;
        Some(view! { <text x="100%" y=place(y) dy="0.32em">{quantity(*tick, scale.unit)}</text> })
    };
    view! { <svg class="chart-values" aria-hidden="true">{scale.ticks.iter().filter_map(label).collect_view()}</svg> }
        .into_any()
}

fn time_axis(chart: StoredValue<Drawn>, offset: Signal<i64>) -> AnyView {
    let labels = move || {
        let chart = chart.read_value();
        let frame = chart.scale.frame;
        let label = |(moment, words): (i64, String)| {
            let x = chart.scale.right(moment)?;
            Some(view! { <text x=place(x) y="12">{words}</text> })
        };
        time_labels(frame.start, frame.end, offset.get()).into_iter().filter_map(label).collect_view()
    };
    view! { <svg class="chart-times" aria-hidden="true">{labels}</svg> }.into_any()
}

/// The hover line with its figures, and the stretch that is being chosen.
fn overlay(
    chart: StoredValue<Drawn>,
    names: StoredValue<Vec<String>>,
    hidden: RwSignal<BTreeSet<u8>>,
    pointer: Pointer,
    on_zoom: Option<Callback<(Timestamp, Timestamp)>>,
) -> AnyView {
    let is_here = RwSignal::new(false);
    let began = RwSignal::new(None::<(i32, i64)>);
    let moment = move |event: &PointerEvent| -> Option<i64> {
        let plot: HtmlElement = event.current_target()?.dyn_into().ok()?;
        let frame = chart.read_value().scale.frame;
        let share = f64::from(event.offset_x()) / f64::from(plot.offset_width().max(1));
        let point = (share.clamp(0.0, 1.0) * (frame.points().saturating_sub(1)) as f64).round() as usize;
        Some(frame.at(point).0)
    };
    let on_move = move |event: PointerEvent| {
        is_here.set(true);
        pointer.0.set(moment(&event));
    };
    let on_leave = move |_| {
        is_here.set(false);
        pointer.0.set(None);
        began.set(None);
    };
    let on_down = move |event: PointerEvent| {
        if on_zoom.is_some() && event.button() == 0 && event.pointer_type() == "mouse" {
            event.prevent_default();
            began.set(moment(&event).map(|moment| (event.offset_x(), moment)));
        }
    };
    let on_up = move |event: PointerEvent| {
        let Some((x, first)) = began.get_untracked() else { return };
        began.set(None);
        if let (Some(last), Some(on_zoom)) = (moment(&event), on_zoom)
            && (event.offset_x() - x).abs() > CLICK
        {
            on_zoom.run((Timestamp(first.min(last)), Timestamp(first.max(last))));
        }
    };
    let at = Memo::new(move |_| chart.read_value().scale.right(pointer.0.get()?).map(place));
    let line = move || {
        let x = at.get()?;
        Some(view! { <line class="chart-pointer" x1=x.clone() x2=x y1="0" y2="100%"/> })
    };
    let chosen = move || {
        let (_, first) = began.get()?;
        let chart = chart.read_value();
        let (one, other) = (chart.scale.right(first)?, chart.scale.right(pointer.0.get()?)?);
        let (x, width) = (place(one.min(other)), place((one - other).abs()));
        Some(view! { <rect class="chart-chosen" x=x y="0" width=width height="100%"/> })
    };
    let figures = move || {
        let moment = pointer.0.get().filter(|_| is_here.get())?;
        Some(figures(&chart.read_value(), &names.read_value(), &hidden.read(), moment))
    };
    view! {
        <div
            class="chart-overlay"
            class:zooms=on_zoom.is_some()
            on:pointermove=on_move
            on:pointerleave=on_leave
            on:pointerdown=on_down
            on:pointerup=on_up
        >
            <svg aria-hidden="true">{chosen}{line}</svg>
        </div>
        {figures}
    }
    .into_any()
}

/// The figures of a moment, largest first, on the side where the pointer is not.
fn figures(chart: &Drawn, names: &[String], hidden: &BTreeSet<u8>, moment: i64) -> AnyView {
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
    let side = chart.scale.right(moment).is_some_and(|share| share < 50.0);
    view! {
        <div class="chart-figures" data-side=if side { "end" } else { "start" } aria-hidden="true">
            <p>{moment_in_zone(Timestamp(moment))}</p>
            <ul>{shown.into_iter().map(line).collect_view()}</ul>
        </div>
    }
    .into_any()
}
