//! How values stand on the axis of a panel.

use super::{PanelKind, PanelPlan, ValueRange};
use model::Fault;
use model::fault::PanelFault;
use serde::{Deserialize, Serialize};

/// How values stand on the axis of a panel, where that can be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PanelAxis {
    /// Equal differences are equally far apart.
    #[default]
    Linear,
    /// Equal factors are, with labels at powers of ten.
    Log10,
    /// Equal factors are, with labels at powers of two.
    Log2,
}

impl PanelAxis {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Linear, Self::Log10, Self::Log2];

    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Linear => "Linear",
            Self::Log10 => "Log10",
            Self::Log2 => "Log2",
        }
    }

    /// Of which number there are powers at its labels; none where equal differences are equally far apart.
    pub fn base(self) -> Option<u8> {
        match self {
            Self::Linear => None,
            Self::Log10 => Some(10),
            Self::Log2 => Some(2),
        }
    }
}

/// Whether nobody said which.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
pub(super) fn is_linear(axis: &PanelAxis) -> bool {
    *axis == PanelAxis::Linear
}

impl PanelPlan {
    pub(super) fn axis_problems(&self, wrong: &mut impl FnMut(&str, Fault)) {
        if is_linear(&self.axis) {
            return;
        }
        if !self.kind.has_axis() {
            wrong("axis", PanelFault::NoAxis.into());
            return;
        }
        let ValueRange { min, max } = self.range;
        for (field, end) in [("min", min), ("max", max)] {
            if end.is_some_and(|end| end <= 0.0) {
                wrong(field, PanelFault::NotAboveZero.into());
            }
        }
    }
}

impl PanelKind {
    /// Whether it can be said how values stand on its axis. What stands on each other has heights that are added.
    pub fn has_axis(self) -> bool {
        self == Self::Lines
    }
}

#[cfg(test)]
mod tests {
    use super::super::PanelQuery;
    use super::*;

    #[test]
    fn only_lines_stand_on_a_logarithmic_axis_and_it_has_no_zero() {
        let problems = |kind, min| {
            let queries = vec![PanelQuery { query: "up".into(), legend: String::new() }];
            let range = ValueRange { min, max: None };
            let axis = PanelAxis::Log10;
            let panel = PanelPlan { title: "Up".into(), kind, queries, range, axis, ..PanelPlan::default() };
            panel.problems().into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };

        assert!(problems(PanelKind::Lines, Some(0.1)).is_empty());
        assert_eq!(problems(PanelKind::Lines, Some(0.0)), ["min"]);
        assert_eq!(problems(PanelKind::Stacked, None), ["axis"]);
    }
}
