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
    /// Where it goes, counted from 0, when it goes to a place that is said.
    #[serde(default)]
    pub to: usize,
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
    /// It goes to a place that is said; what stands between comes nearer.
    To,
    /// Another one like it comes behind it.
    Copy,
    /// It goes away.
    Remove,
}

impl Arrangement {
    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "Up",
            Self::Down => "Down",
            Self::To => "To",
            Self::Copy => "Copy",
            Self::Remove => "Remove",
        }
    }

    /// Does it; `false` where it cannot be done.
    pub fn apply<T: Clone>(self, panels: &mut Vec<T>, index: usize, to: usize) -> bool {
        let Some(panel) = panels.get(index).cloned() else { return false };
        let other = match self {
            Self::Remove => {
                panels.remove(index);
                return true;
            }
            Self::Copy => {
                panels.insert(index + 1, panel);
                return true;
            }
            Self::To if to < panels.len() => {
                panels.remove(index);
                panels.insert(to, panel);
                return true;
            }
            Self::To => return false,
            Self::Up => index.checked_sub(1),
            Self::Down => index.checked_add(1),
        };
        match other.filter(|other| *other < panels.len()) {
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
            let is_done = act.apply(&mut panels, index, 0);
            (is_done, panels.concat())
        };

        assert_eq!(after(Arrangement::Up, 1), (true, "bac".into()));
        assert_eq!(after(Arrangement::Down, 1), (true, "acb".into()));
        assert_eq!(after(Arrangement::Remove, 1), (true, "ac".into()));
        assert_eq!(after(Arrangement::Up, 0), (false, "abc".into()));
        assert_eq!(after(Arrangement::Down, 2), (false, "abc".into()));
        assert_eq!(after(Arrangement::Copy, 1), (true, "abbc".into()));
        assert_eq!(after(Arrangement::Copy, 2), (true, "abcc".into()));
        let all =
            [Arrangement::Up, Arrangement::Down, Arrangement::To, Arrangement::Copy, Arrangement::Remove];
        for act in all {
            assert_eq!(after(act, usize::MAX), (false, "abc".into()));
        }
    }

    #[test]
    fn a_panel_goes_to_its_place_and_the_others_keep_their_order() {
        let moved = |index: usize, to: usize| {
            let mut panels = vec!["a", "b", "c", "d"];
            let is_done = Arrangement::To.apply(&mut panels, index, to);
            (is_done, panels.concat())
        };

        assert_eq!(moved(0, 2), (true, "bcad".into()));
        assert_eq!(moved(3, 0), (true, "dabc".into()));
        assert_eq!(moved(1, 1), (true, "abcd".into()));
        assert_eq!(moved(1, 4), (false, "abcd".into()));
    }
}
