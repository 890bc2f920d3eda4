//! The order of panels.

use model::ClusterName;
use serde::{Deserialize, Serialize};

/// The fields of the buttons beside a panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrangePanelFields {
    /// Where.
    pub cluster: ClusterName,
    /// Of which dashboard.
    #[serde(default)]
    pub id: String,
    /// The version of the dashboard that was looked at.
    #[serde(default)]
    pub version: i64,
    /// Which panel, counted from 0.
    #[serde(default)]
    pub index: usize,
    /// What is done.
    pub act: Arrangement,
}

/// What is done to the place of a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arrangement {
    /// It goes before the one before it.
    Up,
    /// It goes behind the one behind it.
    Down,
    /// It goes away.
    Remove,
}

impl Arrangement {
    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "Up",
            Self::Down => "Down",
            Self::Remove => "Remove",
        }
    }

    /// Does it; `false` where it cannot be done.
    pub fn apply<T>(self, panels: &mut Vec<T>, index: usize) -> bool {
        let other = match self {
            Self::Remove if index < panels.len() => {
                panels.remove(index);
                return true;
            }
            Self::Remove => return false,
            Self::Up => index.checked_sub(1),
            Self::Down => index.checked_add(1),
        };
        match other.filter(|other| index.max(*other) < panels.len()) {
            Some(other) => {
                panels.swap(index, other);
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_move_and_stay_at_the_ends() {
        let after = |act: Arrangement, index: usize| {
            let mut panels = vec!["a", "b", "c"];
            let is_done = act.apply(&mut panels, index);
            (is_done, panels.concat())
        };

        assert_eq!(after(Arrangement::Up, 1), (true, "bac".into()));
        assert_eq!(after(Arrangement::Down, 1), (true, "acb".into()));
        assert_eq!(after(Arrangement::Remove, 1), (true, "ac".into()));
        assert_eq!(after(Arrangement::Up, 0), (false, "abc".into()));
        assert_eq!(after(Arrangement::Down, 2), (false, "abc".into()));
        for act in [Arrangement::Up, Arrangement::Down, Arrangement::Remove] {
            assert_eq!(after(act, usize::MAX), (false, "abc".into()));
        }
    }
}
