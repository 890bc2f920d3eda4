//! How long a thousand lines take to draw, and the few of a panel. Prints figures as `name<TAB>value` lines.
#![expect(clippy::unwrap_used, reason = "a measurement that fails should stop")]

use model::Unit;
use model::chart::{Frame, Series};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Points of a chart on a board.
const POINTS: u32 = 180;
const STEP: u32 = 30;
/// How often each is drawn: the first times are warming up, the middle one is told.
const ROUNDS: usize = 21;

fn main() {
    for (count, what) in [(1_000, "1 000 series"), (10, "10 series")] {
        let series: Vec<Series> = (0..count).map(line).collect();
        for (how, is_stacked) in [("lines", false), ("areas", true)] {
            let (median, bytes) = drawn(&series, is_stacked);
            println!("draw {what} as {how}, median ms\t{:.3}", median.as_secs_f64() * 1e3);
            println!("draw {what} as {how}, bytes\t{bytes}");
        }
    }
}

/// A line that goes up and down, with a gap.
fn line(number: u32) -> Series {
    let value = |point: u32| {
        let wave = f64::from(point.wrapping_mul(7).wrapping_add(number.wrapping_mul(13)) % 97);
        (point % 60 != number % 60).then_some(f64::from(number) + wave / 10.0)
    };
    Series {
        key: String::new(),
        label: format!("web-{number}"),
        color: u8::try_from(number % 12).unwrap(),
        is_earlier: false,
        values: (0..POINTS).map(value).collect(),
    }
}

/// How long drawing takes, and how large the drawing is.
fn drawn(series: &[Series], is_stacked: bool) -> (Duration, usize) {
    let end = i64::from((POINTS - 1) * STEP);
    let frame = Frame { start: 0, end, step: STEP };
    let mut bytes = 0;
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let (svg, _) = black_box(charts::draw(frame, Unit::Cores, is_stacked, black_box(series)).unwrap());
        times.push(began.elapsed());
        bytes = svg.len();
    }
    times.sort_unstable();
    (times.get(ROUNDS / 2).copied().unwrap(), bytes)
}
