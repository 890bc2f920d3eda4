//! Moments that are marked in all charts of a page.

use super::axis::place;
use leptos::prelude::*;
use model::chart::{Frame, Mark};
use std::sync::Arc;

/// What is marked.
#[derive(Clone)]
struct Marks(Arc<[Mark]>);

/// Marks these moments in all charts below.
pub fn provide_chart_marks(marks: Vec<Mark>) {
    provide_context(Marks(marks.into()));
}

fn marks() -> Arc<[Mark]> {
    use_context::<Marks>().map_or_else(|| Arc::from([]), |marks| marks.0)
}

/// A line across a drawing for each moment.
pub fn lines(frame: Frame) -> Option<AnyView> {
    let line = |mark: &Mark| {
        let x = place(frame.right(mark.at.0)?);
        Some(view! { <line class="chart-moment" x1=x.clone() x2=x y1="0" y2="100%"/> })
    };
    let lines: Vec<_> = marks().iter().filter_map(line).collect();
    (!lines.is_empty())
        .then(|| view! { <svg class="chart-marks" aria-hidden="true">{lines}</svg> }.into_any())
}

/// What is marked at the point of a moment.
pub fn told(frame: Frame, moment: i64) -> AnyView {
    let here = frame.nearest(moment);
    let marks = marks();
    let told = marks.iter().filter(|mark| here.is_some() && frame.nearest(mark.at.0) == here);
    let line = |Mark { name, text, .. }: &Mark| {
        view! {
            <li>
                <span class="chart-swatch chart-moment-swatch"></span>
                <span class="chart-name">{name.clone()}</span>
                <span>{text.clone()}</span>
            </li>
        }
    };
    told.map(line).collect_view().into_any()
}
