//! Charts.

use super::specimen;
use crate::{Card, Chart, HeatMap, Histogram, HistogramBar, StateTimeline, ZoneName};
use leptos::prelude::*;
use model::chart::{
    Chart as Drawn, Frame, HeatMap as DrawnHeat, HeatOf, HeatRow, Scale, Series, State, StateRow, StateSpan,
    StateTimeline as DrawnTimeline,
};
use model::{Level, Unit};

/// What the server would have drawn.
const DRAWING: &str = "<svg class=\"chart-drawing\" viewBox=\"0 0 1000 250\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
    <polyline fill=\"none\" class=\"chart-grid\" points=\"0,0 1000,0\" vector-effect=\"non-scaling-stroke\"/>\
    <polyline fill=\"none\" class=\"chart-grid\" points=\"0,250 1000,250\" vector-effect=\"non-scaling-stroke\"/>\
    <polyline fill=\"none\" class=\"chart-earlier\" data-series=\"0\" points=\"0,200 500,150 1000,175\" vector-effect=\"non-scaling-stroke\"/>\
    <polyline fill=\"none\" class=\"chart-line\" data-series=\"1\" points=\"0,75 250,75\" vector-effect=\"non-scaling-stroke\"/>\
    <polyline fill=\"none\" class=\"chart-line\" data-series=\"1\" points=\"750,25 1000,50\" vector-effect=\"non-scaling-stroke\"/>\
    <polyline fill=\"none\" class=\"chart-line\" data-series=\"0\" points=\"0,175 250,125 500,150 750,100 1000,125\" vector-effect=\"non-scaling-stroke\"/></svg>";

pub fn charts() -> AnyView {
    let name = Callback::new(|key: String| key);
    view! {
        {specimen("Chart", view! { <Card title="CPU by pod"><Chart title="CPU by pod" chart=drawn() name/></Card> })}
        {specimen("StateTimeline", view! { <Card title="Pods that are ready"><StateTimeline title="Pods that are ready" timeline=timeline()/></Card> })}
        {specimen("HeatMap", view! { <Card title="How long answers take"><HeatMap title="How long answers take" heat=heat()/></Card> })}
        {specimen("Histogram", histogram())}
        {specimen("ZoneName", view! { <ZoneName/> })}
    }
    .into_any()
}

/// What the server would have drawn of two rows.
const SPANS: &str = "<svg class=\"chart-drawing\" viewBox=\"0 0 1000 48\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
    <path class=\"state-span\" data-level=\"healthy\" d=\"M0 2h375v20h-375zM875 2h125v20h-125z\" vector-effect=\"non-scaling-stroke\"/>\
    <path class=\"state-span\" data-level=\"failed\" d=\"M375 2h250v20h-250z\" vector-effect=\"non-scaling-stroke\"/>\
    <path class=\"state-span\" data-series=\"0\" d=\"M0 26h1000v20h-1000z\" vector-effect=\"non-scaling-stroke\"/></svg>";

fn timeline() -> DrawnTimeline {
    let state = |text: &str, value, level| State { text: text.into(), value, level, color: 0 };
    let span = |first, last, state| StateSpan { first, last, state };
    let row = |name: &str, spans| StateRow { name: name.into(), spans };
    DrawnTimeline {
        svg: SPANS.into(),
        frame: Frame { start: 1_795_405_680, end: 1_795_409_280, step: 900 },
        unit: Unit::Count,
        states: vec![
            state("Down", 0.0, Some(Level::Failed)),
            state("Up", 1.0, Some(Level::Healthy)),
            state("", 7.0, None),
        ],
        rows: vec![
            row("web-0", vec![span(0, 1, 1), span(2, 2, 0), span(4, 4, 1)]),
            row("web-1", vec![span(0, 4, 2)]),
        ],
        left_out: 0,
        warnings: Vec::new(),
    }
}

/// What the server would have drawn of two buckets.
const CELLS: &str = "<svg class=\"chart-drawing\" viewBox=\"0 0 1000 40\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
    <path class=\"heat-cell\" data-heat=\"0\" d=\"M0 0h375v20h-375z\"/>\
    <path class=\"heat-cell\" data-heat=\"4\" d=\"M375 0h250v20h-250zM875 20h125v20h-125z\"/>\
    <path class=\"heat-cell\" data-heat=\"8\" d=\"M0 20h875v20h-875z\"/></svg>";

fn heat() -> DrawnHeat {
    let row = |of, values: [Option<f64>; 5]| HeatRow { of, values: values.to_vec() };
    DrawnHeat {
        svg: CELLS.into(),
        frame: Frame { start: 1_795_405_680, end: 1_795_409_280, step: 900 },
        unit: Unit::Seconds,
        low: 0.0,
        high: 48.0,
        rows: vec![
            row(HeatOf::Over(0.5), [Some(0.0), Some(0.0), Some(12.0), None, None]),
            row(HeatOf::UpTo(0.5), [Some(48.0), Some(47.0), Some(48.0), Some(46.0), Some(12.0)]),
        ],
        left_out: 0,
        warnings: Vec::new(),
    }
}

fn histogram() -> AnyView {
    let frame = Frame { start: 1_795_405_680, end: 1_795_409_280, step: 60 };
    let bar = |index: u64| HistogramBar {
        total: 20 + index * 7 % 31,
        failed: if index % 9 == 4 { 6 } else { 0 },
        warned: index % 5,
        href: "#charts".into(),
    };
    let bars = (0..frame.points() as u64).map(bar).collect();
    view! { <Histogram title="Lines over time" frame bars failed="errors" warned="warnings"/> }.into_any()
}

fn drawn() -> Drawn {
    let frame = Frame { start: 1_795_405_680, end: 1_795_409_280, step: 900 };
    let line = |label: &str, color, is_earlier, values: [Option<f64>; 5]| Series {
        key: String::new(),
        label: label.into(),
        color,
        is_earlier,
        values: values.to_vec(),
    };
    Drawn {
        svg: DRAWING.into(),
        scale: Scale {
            frame,
            low: 0.0,
            high: 1.0,
            ticks: vec![0.0, 0.5, 1.0],
            unit: Unit::Cores,
            is_stacked: false,
            is_logarithmic: false,
        },
        series: vec![
            line("web-0", 0, false, [Some(0.3), Some(0.5), Some(0.4), Some(0.6), Some(0.5)]),
            line("web-0", 0, true, [Some(0.2), None, Some(0.4), None, Some(0.3)]),
            line(
                "web-1, whose name is longer than its place",
                1,
                false,
                [Some(0.7), Some(0.7), None, Some(0.9), Some(0.8)],
            ),
        ],
        left_out: 4,
        warnings: vec!["one of three stores does not answer".into()],
    }
}
