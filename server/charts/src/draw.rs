//! The drawing itself.

use crate::axis::{Axis, Ends, axis_within};
use crate::cut::cut;
use crate::stack::bands;
use model::Unit;
use model::chart::{Frame, Scale, Series};
use plotters::prelude::*;
use std::fmt::Write;

/// Units of the drawing, which is stretched to its place: finer than pixels.
const SIZE: (u32, u32) = (1000, 250);

/// It cannot be drawn; happens only when writing to memory fails.
#[derive(Debug, thiserror::Error)]
#[error("the chart cannot be drawn: {0}")]
pub struct DrawingError(String);

/// What a shape is; the page's style sheet knows these words.
#[derive(Clone, Copy)]
enum Part {
    Grid,
    Line,
    Band,
    Earlier,
}

impl Part {
    const ALL: [Self; 4] = [Self::Grid, Self::Line, Self::Band, Self::Earlier];

    fn class(self) -> &'static str {
        match self {
            Self::Grid => "chart-grid",
            Self::Line => "chart-line",
            Self::Band => "chart-band",
            Self::Earlier => "chart-earlier",
        }
    }

    /// plotters knows colours, not classes: each part and series is drawn in one that stands for it.
    fn color(self, series: u8) -> RGBColor {
        RGBColor(0x01, self as u8, series)
    }
}

/// How series are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Lines,
    /// Filled lines that stand on each other.
    Bands,
    /// A bar at each point, whose parts stand on each other.
    Bars,
}

/// How wide half of a bar is, where points are one apart.
const HALF_BAR: f64 = 0.38;

/// Draws series over a frame. Answers the `<svg>` and what places in it mean.
pub fn draw(
    frame: Frame,
    unit: Unit,
    is_stacked: bool,
    series: &[Series],
) -> Result<(String, Scale), DrawingError> {
    draw_within(frame, unit, is_stacked, series, Ends::default())
}

/// Draws series over a frame on an axis whose ends are said. What lies beyond them is cut off.
pub fn draw_within(
    frame: Frame,
    unit: Unit,
    is_stacked: bool,
    series: &[Series],
    ends: Ends,
) -> Result<(String, Scale), DrawingError> {
    drawn(frame, unit, if is_stacked { Form::Bands } else { Form::Lines }, series, ends)
}

/// Draws series over a frame as bars whose parts stand on each other. Bars stand on their points: those of the first and the
/// last point are cut in half.
pub fn bars(frame: Frame, unit: Unit, series: &[Series]) -> Result<(String, Scale), DrawingError> {
    bars_within(frame, unit, series, Ends::default())
}

/// The same on an axis whose ends are said.
pub fn bars_within(
    frame: Frame,
    unit: Unit,
    series: &[Series],
    ends: Ends,
) -> Result<(String, Scale), DrawingError> {
    drawn(frame, unit, Form::Bars, series, ends)
}

fn drawn(
    frame: Frame,
    unit: Unit,
    form: Form,
    series: &[Series],
    ends: Ends,
) -> Result<(String, Scale), DrawingError> {
    let is_stacked = form != Form::Lines;
    let points = frame.points();
    let now: Vec<Series> = series.iter().filter(|series| !series.is_earlier).cloned().collect();
    let bands = if is_stacked { bands(&now, points) } else { Vec::new() };
    let upper = bands.iter().flatten().flatten().map(|(_, upper)| *upper);
    let single = series.iter().filter(|series| !is_stacked || series.is_earlier);
    let values = single.flat_map(|series| series.values.iter().flatten().copied());
    let values: Vec<f64> = values.chain(upper).filter(|value| value.is_finite()).collect();
    let smallest = values.iter().copied().fold(0.0, f64::min);
    let axis = axis_within(smallest, values.iter().copied().fold(0.0, f64::max), unit, ends);
    let Axis { low, high, ticks } = axis;
    let scale = Scale { frame, low, high, ticks, unit, is_stacked, is_logarithmic: false };
    let limits = (ends != Ends::default()).then_some((scale.low, scale.high));
    let svg =
        render(&scale, series, &bands, form, limits).map_err(|error| DrawingError(error.to_string()))?;
    Ok((svg, scale))
}

/// Lines between the ends of a scale, whose values are where they stand.
pub(crate) fn lines(
    scale: &Scale,
    series: &[Series],
    limits: Option<(f64, f64)>,
) -> Result<String, DrawingError> {
    render(scale, series, &[], Form::Lines, limits).map_err(|error| DrawingError(error.to_string()))
}

fn render(
    scale: &Scale,
    series: &[Series],
    bands: &[Vec<Option<(f64, f64)>>],
    form: Form,
    limits: Option<(f64, f64)>,
) -> Result<String, Box<dyn std::error::Error>> {
    let within = |edge: f64| limits.map_or(edge, |(low, high)| edge.clamp(low, high));
    let lines = lines_of(series, bands, form, limits);
    let mut text = String::new();
    {
        let last = scale.frame.points().saturating_sub(1).max(1) as f64;
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&area).build_cartesian_2d(0.0..last, scale.low..scale.high)?;
        let grid = scale
            .ticks
            .iter()
            .map(|tick| PathElement::new(vec![(0.0, *tick), (last, *tick)], Part::Grid.color(0)));
        chart.draw_series(grid)?;
        for (series, band) in series.iter().filter(|series| !series.is_earlier).zip(bands) {
            let cut_off =
                |edges: &Option<(f64, f64)>| edges.map(|(lower, upper)| (within(lower), within(upper)));
            let band: Vec<_> = band.iter().map(cut_off).collect();
            if form == Form::Bars {
                for (shape, top) in bars_of(&band, last, series.color) {
                    chart.draw_series([shape])?;
                    chart.draw_series([top])?;
                }
                continue;
            }
            chart.draw_series(areas_of(&band, series.color))?;
        }
        // The first line is the most important one, so it is drawn last.
        for line in lines.into_iter().rev() {
            chart.draw_series(line)?;
        }
        area.present()?;
    }
    Ok(classed(&text))
}

/// A part of a bar, and the line at its top.
type Bar = (Polygon<(f64, f64)>, PathElement<(f64, f64)>);

/// The parts of bars that are one series'.
fn bars_of(band: &[Option<(f64, f64)>], last: f64, color: u8) -> Vec<Bar> {
    let bar = |(point, (lower, upper)): (usize, (f64, f64))| {
        let (left, right) = ((point as f64 - HALF_BAR).max(0.0), (point as f64 + HALF_BAR).min(last));
        let corners = vec![(left, upper), (right, upper), (right, lower), (left, lower)];
        let top = PathElement::new(vec![(left, upper), (right, upper)], Part::Line.color(color));
        (Polygon::new(corners, Part::Band.color(color).filled()), top)
    };
    let there = band.iter().enumerate().filter_map(|(point, edges)| Some((point, (*edges)?)));
    there.filter(|(_, (lower, upper))| upper > lower).map(bar).collect()
}

/// The stretches between the edges of a band.
fn areas_of(band: &[Option<(f64, f64)>], color: u8) -> Vec<Polygon<(f64, f64)>> {
    let area = |run: Vec<(f64, (f64, f64))>| {
        let upper = run.iter().map(|(point, (_, upper))| (*point, *upper));
        let lower = run.iter().rev().map(|(point, (lower, _))| (*point, *lower));
        Polygon::new(upper.chain(lower).collect::<Vec<_>>(), Part::Band.color(color).filled())
    };
    runs(band).into_iter().map(area).collect()
}

/// The lines of series, each in as many pieces as it has without gaps. One that stands on others is the top of its band.
fn lines_of(
    series: &[Series],
    bands: &[Vec<Option<(f64, f64)>>],
    form: Form,
    limits: Option<(f64, f64)>,
) -> Vec<Vec<PathElement<(f64, f64)>>> {
    let top = |band: &Vec<Option<(f64, f64)>>| -> Vec<Option<f64>> {
        band.iter().map(|edges| edges.map(|(_, upper)| upper)).collect()
    };
    let mut tops = bands.iter().map(top);
    let mut lines = Vec::new();
    for series in series.iter().filter(|series| form != Form::Bars || series.is_earlier) {
        let top = if series.is_earlier { None } else { tops.next() };
        let part = if series.is_earlier { Part::Earlier } else { Part::Line };
        let pieces = runs(top.as_ref().unwrap_or(&series.values))
            .into_iter()
            .flat_map(|run| limits.map_or_else(|| vec![run.clone()], |limits| cut(&run, limits)))
            .map(|run| path(&thin(run), part.color(series.color)));
        lines.push(pieces.collect());
    }
    lines
}

fn path(run: &[(f64, f64)], color: RGBColor) -> PathElement<(f64, f64)> {
    match run {
        // A point alone would be no line at all.
        [(x, y)] => PathElement::new(vec![(x - 0.3, *y), (x + 0.3, *y)], color),
        run => PathElement::new(run.to_vec(), color),
    }
}

/// The stretches without gaps.
fn runs<T: Copy>(values: &[Option<T>]) -> Vec<Vec<(f64, T)>> {
    let mut runs = vec![Vec::new()];
    for (point, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push((point as f64, *value)),
            (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// No more points than the drawing has columns: of those that share one, the lowest and the highest.
fn thin(run: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let columns = SIZE.0 as usize / 2;
    let run: Vec<_> = run.into_iter().filter(|(_, value)| value.is_finite()).collect();
    if run.len() <= columns {
        return run;
    }
    let each = run.len().div_ceil(columns);
    let extremes = |some: &[(f64, f64)]| {
        let low = some.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1));
        let high = some.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
        let mut both: Vec<_> = low.into_iter().chain(high).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0));
        both.dedup();
        both
    };
    run.chunks(each).flat_map(extremes).collect()
}

/// The drawing with classes for the colours that stand for them, stretched without thickening its lines.
fn classed(text: &str) -> String {
    let head = format!(
        "<svg class=\"chart-drawing\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\" xmlns=\"http://www.w3.org/2000/svg\">",
        SIZE.0, SIZE.1
    );
    let body = text.split_once(">\n").map_or(text, |(_, body)| body);
    let mut drawing = head + &body.replace("opacity=\"1\" ", "").replace(" \"/>", "\"/>").replace('\n', "");
    for part in Part::ALL {
        for series in 0..=u8::try_from(PALETTE).unwrap_or(u8::MAX) {
            let RGBColor(red, green, blue) = part.color(series);
            let color = format!("#{red:02X}{green:02X}{blue:02X}");
            if !drawing.contains(&color) {
                continue;
            }
            let mut words = format!("class=\"{}\"", part.class());
            if !matches!(part, Part::Grid) {
                let _ = write!(words, " data-series=\"{series}\"");
            }
            drawing = drawing
                .replace(
                    &format!("stroke=\"{color}\" stroke-width=\"1\""),
                    &format!("{words} vector-effect=\"non-scaling-stroke\""),
                )
                .replace(&format!("fill=\"{color}\""), &words);
        }
    }
    drawing
}

/// How many colours the palette has; series beyond are not drawn.
const PALETTE: usize = 12;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(points: i64) -> Frame {
        Frame { start: 0, end: (points - 1) * 60, step: 60 }
    }

    fn series(color: u8, values: &[Option<f64>]) -> Series {
        Series {
            key: String::new(),
            label: format!("{color}"),
            color,
            is_earlier: false,
            values: values.to_vec(),
        }
    }

    #[test]
    fn what_lies_beyond_the_ends_of_an_axis_is_cut_off() {
        let all = [
            series(0, &[Some(0.0), Some(100.0), Some(0.0)]),
            series(1, &[Some(500.0), Some(500.0), Some(500.0)]),
        ];
        let ends = Ends { low: Some(0.0), high: Some(50.0) };

        let (svg, scale) = draw_within(frame(3), Unit::Count, false, &all, ends).unwrap();

        assert_eq!((scale.low, scale.high), (0.0, 50.0));
        assert_eq!(svg.matches("chart-line").count(), 2, "up and down, and nothing of the other: {svg}");
        let (bands, _) = draw_within(frame(3), Unit::Count, true, &all, ends).unwrap();
        let (bars, _) = bars_within(frame(3), Unit::Count, &all, ends).unwrap();
        for drawing in [svg, bands, bars] {
            let words = drawing.split(['"', ' ', ',']);
            let numbers = words.filter_map(|word| word.parse::<f64>().ok());
            assert!(numbers.into_iter().all(|number| (0.0..=1000.0).contains(&number)), "{drawing}");
        }
    }

    #[test]
    fn lines_with_a_gap() {
        let all = [
            series(0, &[Some(0.5), Some(0.7), None, Some(0.6), Some(0.9)]),
            series(1, &[None, Some(0.2), None, None, Some(0.1)]),
            Series { is_earlier: true, ..series(0, &[Some(0.4), Some(0.4), Some(0.5), None, Some(0.6)]) },
        ];

        let (svg, scale) = draw(frame(5), Unit::Cores, false, &all).unwrap();

        assert_eq!((scale.low, scale.high), (0.0, 1.0));
        insta::assert_snapshot!(svg.replace("><", ">\n<"));
    }

    #[test]
    fn bands_that_stand_on_each_other() {
        let all = [
            series(0, &[Some(100.0), Some(300.0), Some(200.0)]),
            series(1, &[Some(50.0), None, Some(700.0)]),
        ];

        let (svg, scale) = draw(frame(3), Unit::Bytes, true, &all).unwrap();

        assert_eq!(scale.high, 1024.0);
        insta::assert_snapshot!(svg.replace("><", ">\n<"));
    }

    #[test]
    fn bars_stand_on_each_other_and_leave_gaps() {
        let all = [
            series(0, &[None, Some(100.0), Some(300.0), None, Some(0.0), None]),
            series(1, &[None, Some(50.0), None, None, Some(700.0), None]),
        ];

        let (svg, scale) = bars(frame(6), Unit::Count, &all).unwrap();

        assert_eq!((scale.high, scale.is_stacked), (800.0, true));
        // Nothing is no bar, and neither is zero.
        assert_eq!(svg.matches("chart-band").count(), 4);
        let of = |series: u8| svg.matches(&format!("chart-band\" data-series=\"{series}\"")).count();
        assert_eq!((of(0), of(1)), (2, 2));
    }

    #[test]
    fn nothing_is_drawn_as_an_empty_grid() {
        let (svg, _) = draw(frame(3), Unit::Ratio, false, &[series(0, &[None, None, None])]).unwrap();

        assert!(svg.contains("chart-grid") && !svg.contains("chart-line"), "{svg}");
    }

    fn points_of(svg: &str) -> usize {
        let lines = svg.split("<polyline").skip(1).filter(|line| line.contains("chart-line"));
        let points = lines.filter_map(|line| line.split_once("points=\"")?.1.split_once('"'));
        points.map(|(points, _)| points.split(' ').filter(|point| !point.is_empty()).count()).sum()
    }

    #[test]
    fn there_are_never_more_points_than_columns_and_the_peak_stays() {
        let mut values: Vec<Option<f64>> = (0..20_000).map(|point| Some(f64::from(point % 7))).collect();
        values[12_345] = Some(99.0);

        let (svg, scale) = draw(frame(20_000), Unit::Count, false, &[series(0, &values)]).unwrap();

        assert!(points_of(&svg) <= SIZE.0 as usize, "{}", points_of(&svg));
        let top = (1.0 - 99.0 / scale.high) * f64::from(SIZE.1);
        assert!(svg.contains(&format!(",{} ", top.round())), "the peak at {top} is gone");
    }

    proptest! {
        #[test]
        fn whatever_is_measured_can_be_drawn_and_is_drawn_alike(
            values in proptest::collection::vec(
                proptest::option::of(prop_oneof![any::<f64>(), -1e6..1e6, Just(f64::NAN), Just(f64::INFINITY)]), 1..40),
            is_stacked in any::<bool>(),
        ) {
            let all = [series(0, &values), series(1, &values)];
            let frame = frame(values.len() as i64);

            let (first, _) = draw(frame, Unit::Bytes, is_stacked, &all).unwrap();

            prop_assert!(!first.contains("#01"), "{}", first);
            prop_assert_eq!(first, draw(frame, Unit::Bytes, is_stacked, &all).unwrap().0);
        }
    }
}
