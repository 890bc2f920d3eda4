//! States over time, as spans in rows.

use model::chart::{State, StateSpan, StateTimeline};
use std::fmt::Write;

/// Units of the drawing's width, which is stretched to its place.
const WIDTH: f64 = 1000.0;
/// Of a row.
const HEIGHT: usize = 24;
/// What is left free above and below spans.
const MARGIN: usize = 2;

/// Draws the rows of a timeline.
pub fn state_timeline(timeline: &StateTimeline) -> String {
    let mut svg = format!(
        "<svg class=\"chart-drawing\" viewBox=\"0 0 {WIDTH} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\" xmlns=\"http://www.w3.org/2000/svg\">",
        timeline.rows.len() * HEIGHT
    );
    for (row, spans) in timeline.rows.iter().enumerate() {
        for (index, state) in timeline.states.iter().enumerate() {
            let of_state = spans.spans.iter().filter(|span| span.state as usize == index);
            let shape: String = of_state.map(|span| rectangle(timeline, *span, row)).collect();
            if !shape.is_empty() {
                let _ = write!(
                    svg,
                    "<path class=\"state-span\" {} d=\"{shape}\" vector-effect=\"non-scaling-stroke\"/>",
                    color(state)
                );
            }
        }
    }
    svg.push_str("</svg>");
    svg
}

fn color(state: &State) -> String {
    match state.level {
        Some(level) => format!("data-level=\"{}\"", level.word()),
        None => format!("data-series=\"{}\"", state.color),
    }
}

fn rectangle(timeline: &StateTimeline, span: StateSpan, row: usize) -> String {
    let (begin, end) = timeline.place(span);
    let at = |hundredths: f64| (hundredths / 100.0 * WIDTH * 10.0).round() / 10.0;
    let (x, width) = (at(begin), ((at(end) - at(begin)) * 10.0).round() / 10.0);
    format!("M{x} {}h{width}v{}h-{width}z", row * HEIGHT + MARGIN, HEIGHT - 2 * MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::chart::{Frame, StateRow};
    use model::{Level, Unit};

    #[test]
    fn two_rows_with_a_gap() {
        let state = |text: &str, level, color| State { text: text.into(), value: 0.0, level, color };
        let span = |first, last, state| StateSpan { first, last, state };
        let row = |name: &str, spans: Vec<StateSpan>| StateRow { name: name.into(), spans };
        let timeline = StateTimeline {
            svg: String::new(),
            frame: Frame { start: 0, end: 600, step: 60 },
            unit: Unit::Count,
            states: vec![state("Down", Some(Level::Failed), 0), state("Odd", None, 3)],
            rows: vec![
                row("web-0", vec![span(0, 2, 0), span(3, 5, 1), span(8, 10, 0)]),
                row("web-1", vec![span(0, 10, 1)]),
            ],
            left_out: 0,
            warnings: Vec::new(),
        };

        let svg = state_timeline(&timeline);

        insta::assert_snapshot!(svg.replace("><", ">\n<"));
    }
}
