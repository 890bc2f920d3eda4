//! States over time.

use super::Frame;
use crate::{Level, Unit};
use serde::{Deserialize, Serialize};

/// A drawn state timeline with what stands behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateTimeline {
    /// The spans as an `<svg>` that fills its place; colours come from the page's style sheet.
    pub svg: String,
    /// The points of time, from the left edge to the right.
    pub frame: Frame,
    /// What values count that have no text.
    pub unit: Unit,
    /// The states that there are.
    pub states: Vec<State>,
    /// From top to bottom.
    pub rows: Vec<StateRow>,
    /// How many rows there were beyond those.
    pub left_out: u32,
    /// What the monitoring warned of, such as that a part of the data is missing.
    pub warnings: Vec<String>,
}

/// What something can be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// What it is called; empty where the value says it.
    pub text: String,
    /// The value, or one of them.
    pub value: f64,
    /// How bad it is, if that is known: then it has the colour of that.
    pub level: Option<Level>,
    /// Otherwise which colour of the palette, counted from 0.
    pub color: u8,
}

/// A row of a state timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateRow {
    /// What it is called.
    pub name: String,
    /// In the order of time; between them nothing was measured.
    pub spans: Vec<StateSpan>,
}

/// How long something was the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateSpan {
    /// The first point of the frame at which it was so.
    pub first: u32,
    /// The last one.
    pub last: u32,
    /// Which state.
    pub state: u32,
}

impl StateTimeline {
    /// Where a span begins and ends, in hundredths of the width. A point stands for half of the way to those beside it.
    pub fn place(&self, span: StateSpan) -> (f64, f64) {
        let last = self.frame.points().saturating_sub(1).max(1) as f64;
        let at = |point: f64| (point / last).clamp(0.0, 1.0) * 100.0;
        (at(f64::from(span.first) - 0.5), at(f64::from(span.last) + 0.5))
    }

    /// The state of a span.
    pub fn state(&self, span: StateSpan) -> Option<&State> {
        self.states.get(span.state as usize)
    }
}

impl StateRow {
    /// The span that a point is in.
    pub fn at(&self, point: usize) -> Option<StateSpan> {
        let is_in = |span: &&StateSpan| (span.first as usize..=span.last as usize).contains(&point);
        self.spans.iter().find(is_in).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_meet_between_their_points_and_end_at_the_edges() {
        let timeline = StateTimeline {
            svg: String::new(),
            frame: Frame { start: 0, end: 600, step: 60 },
            unit: Unit::Count,
            states: Vec::new(),
            rows: Vec::new(),
            left_out: 0,
            warnings: Vec::new(),
        };
        let span = |first, last| StateSpan { first, last, state: 0 };

        assert_eq!(timeline.place(span(0, 4)), (0.0, 45.0));
        assert_eq!(timeline.place(span(5, 10)), (45.0, 100.0));
        let row = StateRow { name: String::new(), spans: vec![span(0, 4), span(6, 10)] };
        assert_eq!((row.at(4), row.at(5), row.at(10)), (Some(span(0, 4)), None, Some(span(6, 10))));
    }
}
