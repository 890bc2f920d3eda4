//! Functions by name.

mod absent;
mod histogram;
mod numbers;
mod over_time;
mod rates;
mod relabel;
mod times;

use promql_parser::parser::{Call, Expr};

use super::Evaluation;
use super::windows::Window;
use crate::error::Problem;
use crate::labels::Labels;
use crate::number;
use crate::value::{Grid, Row, Value, distinct, merged};

impl Evaluation<'_> {
    pub(super) fn call(&self, call: &Call, grid: &Grid) -> Result<Value, Problem> {
        let arguments = Arguments { evaluation: self, call, grid };
        let name = call.func.name;
        if let Some(say) = over_time::by_name(name).or_else(|| rates::by_name(name)) {
            return arguments.each_window(0, Labels::nameless, |window| say(&window));
        }
        if let Some(change) = numbers::by_name(name) {
            return arguments.each_number(0, change);
        }
        if let Some(part) = times::by_name(name) {
            return arguments.each_moment(part);
        }
        match name {
            "last_over_time" => {
                arguments.each_window(0, Labels::clone, |window| window.samples.last().map(|last| last.value))
            }
            "quantile_over_time" => {
                let wanted = arguments.scalar(0)?;
                arguments.each_window(1, Labels::nameless, |window| {
                    let mut values: Vec<f64> = window.samples.iter().map(|sample| sample.value).collect();
                    Some(number::quantile(wanted[window.index], &mut values))
                })
            }
            "predict_linear" => {
                let ahead = arguments.scalar(1)?;
                arguments
                    .each_window(0, Labels::nameless, |window| rates::predict(&window, ahead[window.index]))
            }
            "holt_winters" => arguments.smoothed(),
            "absent" => absent::now(&arguments),
            "absent_over_time" => absent::over_time(&arguments),
            "histogram_quantile" => {
                let wanted = arguments.scalar(0)?;
                histogram::quantiles(&wanted, arguments.vector(1)?, grid).map(Value::Vector)
            }
            // Made of native histograms, which no series here has.
            "histogram_count" | "histogram_sum" | "histogram_fraction" => Ok(Value::Vector(Vec::new())),
            "label_replace" => relabel::replace(&arguments).map(Value::Vector),
            "label_join" => relabel::join(&arguments).map(Value::Vector),
            "round" | "clamp" | "clamp_min" | "clamp_max" => arguments.bounded(name),
            "sort" => Ok(Value::Vector(sorted(arguments.vector(0)?, |one, other| one.total_cmp(&other)))),
            "sort_desc" => {
                Ok(Value::Vector(sorted(arguments.vector(0)?, |one, other| other.total_cmp(&one))))
            }
            "scalar" => arguments.only_value(),
            "vector" => {
                let points = arguments.scalar(0)?.into_iter().map(Some).collect();
                Ok(Value::Vector(vec![Row { labels: Labels::default(), points }]))
            }
            "time" => Ok(Value::Scalar(grid.times().map(|at| at as f64 / 1000.0).collect())),
            "timestamp" => arguments.timestamps(),
            "pi" => Ok(Value::Scalar(vec![std::f64::consts::PI; grid.count])),
            _ => Err(Problem::Execution(format!("unknown function with name {name:?}"))),
        }
    }
}

/// The arguments of a call.
struct Arguments<'a> {
    evaluation: &'a Evaluation<'a>,
    call: &'a Call,
    grid: &'a Grid,
}

impl Arguments<'_> {
    fn expression(&self, place: usize) -> Result<&Expr, Problem> {
        let expression = self.call.args.args.get(place);
        expression.map(|expression| &**expression).ok_or_else(|| Problem::execution("an argument is missing"))
    }

    fn count(&self) -> usize {
        self.call.args.len()
    }

    fn vector(&self, place: usize) -> Result<Vec<Row>, Problem> {
        self.evaluation.vector(self.expression(place)?, self.grid)
    }

    fn scalar(&self, place: usize) -> Result<Vec<f64>, Problem> {
        self.evaluation.scalar(self.expression(place)?, self.grid)
    }

    fn text(&self, place: usize) -> Result<String, Problem> {
        self.evaluation.text(self.expression(place)?, self.grid)
    }

    /// A row for each series of a range vector.
    fn each_window(
        &self,
        place: usize,
        name: impl Fn(&Labels) -> Labels,
        say: impl FnMut(Window) -> Option<f64>,
    ) -> Result<Value, Problem> {
        let windows = self.evaluation.windows(self.expression(place)?, self.grid)?;
        distinct(windows.rows(self.evaluation, name, say)?).map(Value::Vector)
    }

    /// The same rows with other numbers and no name.
    fn each_number(&self, place: usize, change: impl Fn(f64) -> f64) -> Result<Value, Problem> {
        self.each_point(place, |value, _| Some(change(value)))
    }

    fn each_point(&self, place: usize, change: impl Fn(f64, usize) -> Option<f64>) -> Result<Value, Problem> {
        let changed = self.vector(place)?.into_iter().map(|row| {
            let points = row.points.iter().enumerate();
            let points = points.map(|(index, point)| change((*point)?, index)).collect();
            Row { labels: row.labels.nameless(), points }
        });
        merged(changed.collect()).map(Value::Vector)
    }

    /// `round`, `clamp` and its halves.
    fn bounded(&self, name: &str) -> Result<Value, Problem> {
        let second = if self.count() > 1 { self.scalar(1)? } else { vec![1.0; self.grid.count] };
        match name {
            "round" => self.each_point(0, |value, index| {
                // Divided twice, which rounds like Prometheus does.
                let inverse = 1.0 / second[index];
                Some((value * inverse + 0.5).floor() / inverse)
            }),
            "clamp_min" => self.each_point(0, |value, index| Some(number::most(second[index], value))),
            "clamp_max" => self.each_point(0, |value, index| Some(number::least(second[index], value))),
            _ => {
                let highest = self.scalar(2)?;
                self.each_point(0, |value, index| {
                    let (low, high) = (second[index], highest[index]);
                    (high >= low || high.is_nan() || low.is_nan())
                        .then(|| number::most(low, number::least(high, value)))
                })
            }
        }
    }

    /// The parts of times: of the argument's values, or of the step itself.
    fn each_moment(&self, part: fn(f64) -> f64) -> Result<Value, Problem> {
        if self.count() > 0 {
            return self.each_number(0, part);
        }
        let points = self.grid.times().map(|at| Some(part(at as f64 / 1000.0))).collect();
        Ok(Value::Vector(vec![Row { labels: Labels::default(), points }]))
    }

    fn smoothed(&self) -> Result<Value, Problem> {
        let (smoothing, trend) = (self.scalar(1)?, self.scalar(2)?);
        let is_factor = |value: f64| value > 0.0 && value < 1.0;
        for (name, short, values) in [("smoothing", "sf", &smoothing), ("trend", "tf", &trend)] {
            if let Some(wrong) = values.iter().find(|value| !is_factor(**value)) {
                return Err(Problem::Execution(format!(
                    "invalid {name} factor. Expected: 0 < {short} < 1, got: {wrong:.6}"
                )));
            }
        }
        self.each_window(0, Labels::nameless, |window| {
            over_time::smoothed(window.samples, smoothing[window.index], trend[window.index])
        })
    }

    /// `scalar`: the value where there is exactly one series.
    fn only_value(&self) -> Result<Value, Problem> {
        let rows = self.vector(0)?;
        let at = |index: usize| {
            let mut present = rows.iter().filter_map(|row| row.points[index]);
            match (present.next(), present.next()) {
                (Some(only), None) => only,
                _ => f64::NAN,
            }
        };
        Ok(Value::Scalar((0..self.grid.count).map(at).collect()))
    }

    /// `timestamp`: when a selector's samples were taken; anything else is made at the step itself.
    fn timestamps(&self) -> Result<Value, Problem> {
        let mut inner = self.expression(0)?;
        while let Expr::Paren(paren) = inner {
            inner = &paren.expr;
        }
        if let Expr::VectorSelector(selector) = inner {
            let rows = self.evaluation.sampled_at(selector, self.grid)?.into_iter();
            let rows = rows.map(|row| Row { labels: row.labels.nameless(), points: row.points });
            return merged(rows.collect()).map(Value::Vector);
        }
        self.each_point(0, |_, index| Some(self.grid.at(index) as f64 / 1000.0))
    }
}

/// Rows in the order of their only value; what is no number comes last. At many times there is no such order.
fn sorted(mut rows: Vec<Row>, compare: fn(f64, f64) -> std::cmp::Ordering) -> Vec<Row> {
    let value = |row: &Row| row.points.first().copied().flatten().unwrap_or(f64::NAN);
    rows.sort_by(|one, other| {
        let (one, other) = (value(one), value(other));
        one.is_nan().cmp(&other.is_nan()).then_with(|| compare(one, other))
    });
    rows
}
