//! Which value of its time a series is shown by.

use serde::{Deserialize, Serialize};

/// Which value of its time a series is shown by, where it is shown by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PanelFigure {
    /// The latest.
    #[default]
    Latest,
    /// The mean of all.
    Mean,
    /// The least.
    Least,
    /// The most.
    Most,
}

impl PanelFigure {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Latest, Self::Mean, Self::Least, Self::Most];

    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Latest => "Latest",
            Self::Mean => "Mean",
            Self::Least => "Least",
            Self::Most => "Most",
        }
    }

    /// It, of the values of a series; none where there are none. Gaps count for nothing.
    pub fn of(self, values: impl IntoIterator<Item = f64>) -> Option<f64> {
        let values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        match self {
            Self::Latest => values.last().copied(),
            Self::Mean => (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64),
            Self::Least => values.into_iter().reduce(f64::min),
            Self::Most => values.into_iter().reduce(f64::max),
        }
    }
}

/// Whether nobody said which.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
pub(super) fn is_latest(figure: &PanelFigure) -> bool {
    *figure == PanelFigure::Latest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_of_what_was_measured_and_nothing_of_gaps() {
        let values = [3.0, f64::NAN, 1.0, 2.0];

        let all = PanelFigure::ALL.map(|figure| figure.of(values));
        assert_eq!(all, [Some(2.0), Some(2.0), Some(1.0), Some(3.0)]);
        assert_eq!(PanelFigure::ALL.map(|figure| figure.of([f64::NAN])), [None; 4]);
    }
}
