//! How far a value has come within a range, as an arc.

use model::Level;
use std::f64::consts::PI;
use std::fmt::Write;

/// The middle of the half circle.
const MIDDLE: (f64, f64) = (100.0, 96.0);
/// The line on which the value grows.
const RADIUS: f64 = 76.0;
/// The line around it, which says where values become bad.
const OUTER: f64 = 92.0;
/// Between two stretches of that line, as a share of it: the eye finds the place without its colours.
const GAP: f64 = 0.008;

/// Draws a value within a range. `bounds` are where `level` changes; they become stretches of a second arc. Values outside
/// of the range stand at its end.
pub fn gauge(
    (low, high): (f64, f64),
    value: f64,
    bounds: &[f64],
    level: impl Fn(f64) -> Option<Level>,
) -> String {
    let share = |value: f64| ((value - low) / (high - low)).clamp(0.0, 1.0);
    let mut svg =
        "<svg class=\"gauge-drawing\" viewBox=\"0 0 200 104\" aria-hidden=\"true\" focusable=\"false\">"
            .to_owned();
    arc(&mut svg, "gauge-track", None, RADIUS, (0.0, 1.0));
    let reached = share(value);
    if reached > 0.0 {
        arc(&mut svg, "gauge-fill", level(value), RADIUS, (0.0, reached));
    }
    let mut inside: Vec<f64> = bounds.iter().copied().filter(|bound| *bound > low && *bound < high).collect();
    inside.sort_by(f64::total_cmp);
    inside.dedup();
    if !bounds.is_empty() {
        let begins = std::iter::once(low).chain(inside.iter().copied());
        for (begin, end) in begins.zip(inside.iter().copied().chain([high])) {
            let (from, to) = (share(begin), share(end));
            let from = if begin > low { from + GAP / 2.0 } else { from };
            let to = if end < high { to - GAP / 2.0 } else { to };
            if to > from {
                arc(&mut svg, "gauge-step", level(f64::midpoint(begin, end)), OUTER, (from, to));
            }
        }
    }
    svg.push_str("</svg>");
    svg
}

/// A stretch of a half circle, from the left over the top.
fn arc(svg: &mut String, class: &str, level: Option<Level>, radius: f64, (from, to): (f64, f64)) {
    let at = |share: f64| {
        let angle = PI * (1.0 - share);
        (MIDDLE.0 + radius * angle.cos(), MIDDLE.1 - radius * angle.sin())
    };
    let ((x, y), (to_x, to_y)) = (at(from), at(to));
    let level = level.map(|level| format!(" data-level=\"{}\"", level.word())).unwrap_or_default();
    let _ = write!(
        svg,
        "<path class=\"{class}\"{level} d=\"M{x:.2} {y:.2}A{radius} {radius} 0 0 1 {to_x:.2} {to_y:.2}\"/>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(value: f64) -> Option<Level> {
        match value {
            value if value >= 0.9 => Some(Level::Failed),
            value if value >= 0.8 => Some(Level::Warning),
            _ => None,
        }
    }

    #[test]
    fn a_gauge_with_two_thresholds() {
        let svg = gauge((0.0, 1.0), 0.85, &[0.9, 0.8], level);

        insta::assert_snapshot!(svg.replace("><", ">\n<"));
    }

    #[test]
    fn what_is_outside_stands_at_the_end() {
        let full = gauge((0.0, 1.0), 1.0, &[], |_| None);

        assert_eq!(gauge((0.0, 1.0), 7.0, &[], |_| None), full);
        assert!(!gauge((0.0, 1.0), -7.0, &[], |_| None).contains("gauge-fill"));
        assert!(!gauge((0.0, 1.0), f64::NAN, &[], |_| None).contains("gauge-fill"));
        assert!(!full.contains("gauge-step"), "nothing says where values become bad");
    }

    #[test]
    fn thresholds_outside_of_the_range_cut_nothing() {
        let svg = gauge((0.0, 0.5), 0.1, &[0.8, 0.9], level);

        assert_eq!(svg.matches("gauge-step").count(), 1, "{svg}");
        assert!(!svg.contains("data-level"), "{svg}");
    }
}
