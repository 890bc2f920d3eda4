//! How high a panel is.

use serde::{Deserialize, Serialize};

/// How high a panel is, where that can be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PanelHeight {
    /// For a glance.
    Low,
    /// As charts elsewhere.
    #[default]
    Usual,
    /// For looking closely.
    Tall,
}

impl PanelHeight {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Low, Self::Usual, Self::Tall];

    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Usual => "Usual",
            Self::Tall => "Tall",
        }
    }

    /// The height that is nearest to this share of a line in the grid, which a tall panel fills.
    pub fn nearest(share: f64) -> Self {
        let distance = |height: &Self| (height.share() - share).abs();
        let nearest = Self::ALL.into_iter().min_by(|one, other| distance(one).total_cmp(&distance(other)));
        nearest.unwrap_or_default()
    }

    fn share(self) -> f64 {
        match self {
            Self::Low => 1.0 / 3.0,
            Self::Usual => 2.0 / 3.0,
            Self::Tall => 1.0,
        }
    }

    /// The next height, where there is one.
    pub fn next(self, is_higher: bool) -> Self {
        match (self, is_higher) {
            (Self::Low | Self::Usual, false) => Self::Low,
            (Self::Low, true) | (Self::Tall, false) => Self::Usual,
            (Self::Usual | Self::Tall, true) => Self::Tall,
        }
    }
}

/// Whether nobody said how high.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
pub(super) fn is_usual(height: &PanelHeight) -> bool {
    *height == PanelHeight::Usual
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_snap_and_go_from_one_to_the_next() {
        let [low, usual, tall] = PanelHeight::ALL;

        assert_eq!(
            [-1.0, 0.4, 0.6, 0.8, 0.9, 7.0].map(PanelHeight::nearest),
            [low, low, usual, usual, tall, tall]
        );
        assert_eq!([low, usual, tall].map(|height| height.next(true)), [usual, tall, tall]);
        assert_eq!([low, usual, tall].map(|height| height.next(false)), [low, low, usual]);
    }
}
