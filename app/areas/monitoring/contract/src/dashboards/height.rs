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
}

/// Whether nobody said how high.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
pub(super) fn is_usual(height: &PanelHeight) -> bool {
    *height == PanelHeight::Usual
}
