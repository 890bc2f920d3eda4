//! The latest values of series, each within the range of its panel.

use super::panels::Answers;
use super::values::values;
use model::Unit;
use monitoring_contract::{PanelPlan, ShownGauge, ShownGauges, ShownValue, Thresholds, ValueRange};

pub(super) fn gauges(answers: &Answers<'_>, plan: &PanelPlan) -> ShownGauges {
    let shown = values(answers, plan);
    let (min, max) = range(plan, &shown);
    let bounds: Vec<f64> = plan.thresholds.marks().into_iter().map(|(bound, _)| bound).collect();
    let drawn = |value: ShownValue| {
        let svg = charts::gauge((min, max), value.figure.value, &bounds, |at| plan.thresholds.level(at));
        ShownGauge { value, svg }
    };
    ShownGauges { min, max, gauges: shown.into_iter().map(drawn).collect() }
}

/// From where to where. What the panel does not say follows from the values and thresholds; a share is one of a whole.
fn range(plan: &PanelPlan, shown: &[ShownValue]) -> (f64, f64) {
    let ValueRange { min, max } = plan.range;
    let Thresholds { warning, critical } = plan.thresholds;
    let there = shown.iter().map(|one| one.figure.value).chain(warning).chain(critical);
    let there: Vec<f64> = there.filter(|value| value.is_finite()).collect();
    let (smallest, largest) =
        there.iter().fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(*value), high.max(*value)));
    let axis = charts::axis(smallest, largest, plan.unit);
    let end = match plan.unit {
        Unit::Ratio => axis.high.max(1.0),
        Unit::Percent => axis.high.max(100.0),
        _ => axis.high,
    };
    // An end that was said may lie before everything that there is.
    match (min, max) {
        (Some(min), Some(max)) => (min, max),
        (Some(min), None) => (min, if end > min { end } else { min + 1.0 }),
        (None, Some(max)) => (if axis.low < max { axis.low } else { max - 1.0 }, max),
        (None, None) => (axis.low, end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use monitoring_contract::ShownFigure;

    fn of(unit: Unit, min: Option<f64>, max: Option<f64>, values: &[f64]) -> (f64, f64) {
        let shown: Vec<ShownValue> = values
            .iter()
            .map(|value| ShownValue {
                name: String::new(),
                figure: ShownFigure { value: *value, text: None, level: None },
            })
            .collect();
        let thresholds = Thresholds { warning: Some(30.0), critical: None };
        let thresholds = if unit == Unit::Ratio { Thresholds::default() } else { thresholds };
        range(&PanelPlan { unit, thresholds, range: ValueRange { min, max }, ..PanelPlan::default() }, &shown)
    }

    #[test]
    fn a_range_is_as_it_is_said_and_otherwise_as_far_as_there_is_something() {
        assert_eq!(of(Unit::Count, Some(5.0), Some(7.0), &[100.0]), (5.0, 7.0));
        assert_eq!(of(Unit::Ratio, None, None, &[0.2]), (0.0, 1.0));
        assert_eq!(of(Unit::Ratio, None, None, &[1.5]).1, 1.5, "more than all of it");
        assert_eq!(of(Unit::Percent, None, None, &[20.0]), (0.0, 100.0));
        assert_eq!(of(Unit::Count, None, None, &[3.0]), (0.0, 30.0), "the threshold is inside");
        assert_eq!(of(Unit::Count, None, None, &[-4.0]).0, -10.0);
        assert_eq!(of(Unit::Count, None, Some(50.0), &[f64::NAN]), (0.0, 50.0));
        assert_eq!(of(Unit::Count, Some(40.0), None, &[3.0]), (40.0, 41.0));
    }

    #[test]
    fn a_range_is_never_empty() {
        for (min, max) in [(None, Some(-5.0)), (Some(9.0), None), (None, Some(0.0)), (Some(30.0), None)] {
            let (low, high) = of(Unit::Count, min, max, &[1.0]);
            assert!(low < high, "{min:?} {max:?}: {low} {high}");
        }
    }
}
