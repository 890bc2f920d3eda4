//! Charts.

use super::specimen;
use crate::{Card, Chart, Histogram, HistogramBar, ZoneName};
use leptos::prelude::*;
use model::Unit;
use model::chart::{Chart as Drawn, Frame, Scale, Series};

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
        {specimen("Histogram", histogram())}
        {specimen("ZoneName", view! { <ZoneName/> })}
    }
    .into_any()
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
