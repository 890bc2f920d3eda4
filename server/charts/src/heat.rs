//! How much there was of what over time, as cells in rows.

use model::chart::HeatMap;
use std::fmt::Write;

/// Units of the drawing's width, which is stretched to its place.
const WIDTH: f64 = 1000.0;
/// Of a row.
const HEIGHT: usize = 20;

/// Draws the cells of a heat map: a shape for each colour.
pub fn heat_map(heat: &HeatMap) -> String {
    let mut svg = format!(
        "<svg class=\"chart-drawing\" viewBox=\"0 0 {WIDTH} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\" xmlns=\"http://www.w3.org/2000/svg\">",
        heat.rows.len() * HEIGHT
    );
    let mut shapes: [String; 9] = Default::default();
    for (row, values) in heat.rows.iter().enumerate() {
        let colors: Vec<Option<u8>> =
            values.values.iter().map(|value| value.map(|value| heat.color(value))).collect();
        let mut first = 0;
        for run in colors.chunk_by(|a, b| a == b) {
            let end = first + run.len();
            if let Some(shape) = run[0].and_then(|color| shapes.get_mut(usize::from(color))) {
                let (left, right) = (edge(heat, first), edge(heat, end));
                let width = ((right - left) * 10.0).round() / 10.0;
                let _ = write!(shape, "M{left} {}h{width}v{HEIGHT}h-{width}z", row * HEIGHT);
            }
            first = end;
        }
    }
    for (color, shape) in shapes.iter().enumerate().filter(|(_, shape)| !shape.is_empty()) {
        let _ = write!(svg, "<path class=\"heat-cell\" data-heat=\"{color}\" d=\"{shape}\"/>");
    }
    svg.push_str("</svg>");
    svg
}

/// Where the cell of a point begins. A point stands for half of the way to those beside it.
fn edge(heat: &HeatMap, point: usize) -> f64 {
    let last = heat.frame.points().saturating_sub(1).max(1) as f64;
    let at = ((point as f64 - 0.5) / last).clamp(0.0, 1.0) * WIDTH;
    (at * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Unit;
    use model::chart::{Frame, HeatOf, HeatRow};

    #[test]
    fn cells_of_one_colour_are_one_shape_and_gaps_are_none() {
        let row = |of, values: [Option<f64>; 5]| HeatRow { of, values: values.to_vec() };
        let heat = HeatMap {
            svg: String::new(),
            frame: Frame { start: 0, end: 240, step: 60 },
            unit: Unit::Seconds,
            low: 0.0,
            high: 16.0,
            rows: vec![
                row(HeatOf::Over(1.0), [Some(0.0), Some(0.0), None, Some(16.0), Some(0.0)]),
                row(HeatOf::UpTo(1.0), [Some(16.0), Some(16.0), Some(16.0), Some(16.0), Some(4.0)]),
            ],
            left_out: 0,
            warnings: Vec::new(),
        };

        insta::assert_snapshot!(heat_map(&heat).replace("><", ">\n<"));
    }
}
