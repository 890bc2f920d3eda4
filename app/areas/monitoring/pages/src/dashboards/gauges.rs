//! Values within a range, as arcs.

use super::panels::mark;
use crate::words::{text_of, text_with};
use leptos::prelude::*;
use model::{Level, Unit};
use monitoring_contract::{ShownFigure, ShownGauge, ShownGauges, ShownValue, Thresholds};
use ui::LevelMark;
use ui::quantity::quantity;

/// Gauges beside each other, and below them from where on values are bad.
pub fn gauges(shown: ShownGauges, unit: Unit, thresholds: Thresholds) -> AnyView {
    let ShownGauges { min, max, gauges } = shown;
    let ends = [min, max].map(|end| quantity(end, unit));
    let each = gauges.into_iter().map(|one| gauge(one, &ends, unit)).collect_view();
    let marks: Vec<_> = thresholds.marks().into_iter().map(|one| threshold(one, unit, thresholds)).collect();
    let legend = (!marks.is_empty()).then(|| view! { <ul class="gauge-thresholds">{marks}</ul> });
    view! { <ul class="gauges">{each}</ul>{legend} }.into_any()
}

fn gauge(one: ShownGauge, [min, max]: &[String; 2], unit: Unit) -> AnyView {
    let ShownGauge { value: ShownValue { name, figure: ShownFigure { value, level, .. } }, svg } = one;
    let within = text_with("gauge.within", &[("min", min), ("max", max)]);
    let name = (!name.is_empty()).then(|| view! { <span class="dashboard-value-name">{name}</span> });
    view! {
        <li data-level=level.map(Level::word)>
            <div class="gauge-picture" aria-hidden="true" inner_html=svg></div>
            <span class="dashboard-value gauge-value">
                {mark(level)}{quantity(value, unit)}<span class="visually-hidden">" "{within}</span>
            </span>
            <div class="gauge-ends" aria-hidden="true"><span>{min.clone()}</span><span>{max.clone()}</span></div>
            {name}
        </li>
    }
    .into_any()
}

/// From where on values are bad, as a shape and in words.
fn threshold((bound, level): (f64, Level), unit: Unit, thresholds: Thresholds) -> AnyView {
    let pairs: [(&str, &dyn std::fmt::Display); 2] =
        [("level", &text_of("threshold", level.word())), ("value", &quantity(bound, unit))];
    let words = if thresholds.are_low_bad() {
        text_with("gauge.up-to", &pairs)
    } else {
        text_with("gauge.from", &pairs)
    };
    view! { <li><LevelMark level=Signal::stored(level)/>{words}</li> }.into_any()
}
