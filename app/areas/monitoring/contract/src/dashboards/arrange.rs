//! The order and the size of panels.

use super::PanelPlan;
use super::grid::reordered;
use super::height::PanelHeight;
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
    /// How wide it becomes, when that is said.
    #[serde(default)]
    pub width: u8,
    /// How high it becomes, when that is said.
    #[serde(default)]
    pub height: PanelHeight,
    /// What is done.
    pub act: Arrangement,
}

impl ArrangePanelFields {
    /// Does it; `false` where it cannot be done. Whether a size can be had is for [`PanelPlan::problems`] to say.
    pub fn apply(&self, panels: &mut Vec<PanelPlan>) -> bool {
        let (index, to) = (self.index, self.to);
        let Some(panel) = panels.get_mut(index) else { return false };
        let other = match self.act {
            Arrangement::Remove => {
                panels.remove(index);
                return true;
            }
            Arrangement::Copy => {
                let copy = panel.clone();
                panels.insert(index + 1, copy);
                return true;
            }
            Arrangement::Place => {
                panel.width = self.width;
                panel.height = self.height;
                Some(to)
            }
            Arrangement::To => Some(to),
            Arrangement::Up => index.checked_sub(1),
            Arrangement::Down => index.checked_add(1),
        };
        let Some(to) = other.filter(|other| *other < panels.len()) else { return false };
        *panels = reordered(panels, index, to);
        true
    }
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
    /// The same, and it becomes as wide and high as is said: what a drag comes to.
    Place,
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
            Self::Place => "Place",
            Self::Copy => "Copy",
            Self::Remove => "Remove",
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn fields(act: Arrangement, index: usize, to: usize) -> ArrangePanelFields {
        ArrangePanelFields {
            cluster: ClusterName::parse("harbour").unwrap(),
            id: String::new(),
            version: 1,
            index,
            to,
            width: 12,
            height: PanelHeight::Low,
            act,
        }
    }

    fn panels(titles: &str) -> Vec<PanelPlan> {
        let titled = |title: char| PanelPlan { title: title.to_string(), ..PanelPlan::default() };
        titles.chars().map(titled).collect()
    }

    fn after(titles: &str, fields: &ArrangePanelFields) -> (bool, String) {
        let mut panels = panels(titles);
        let is_done = fields.apply(&mut panels);
        (is_done, panels.into_iter().map(|panel| panel.title).collect())
    }

    #[test]
    fn panels_move_and_stay_at_the_ends() {
        let after = |act: Arrangement, index: usize| after("abc", &fields(act, index, 0));

        assert_eq!(after(Arrangement::Up, 1), (true, "bac".into()));
        assert_eq!(after(Arrangement::Down, 1), (true, "acb".into()));
        assert_eq!(after(Arrangement::Remove, 1), (true, "ac".into()));
        assert_eq!(after(Arrangement::Up, 0), (false, "abc".into()));
        assert_eq!(after(Arrangement::Down, 2), (false, "abc".into()));
        assert_eq!(after(Arrangement::Copy, 1), (true, "abbc".into()));
        assert_eq!(after(Arrangement::Copy, 2), (true, "abcc".into()));
        let all = [
            Arrangement::Up,
            Arrangement::Down,
            Arrangement::To,
            Arrangement::Place,
            Arrangement::Copy,
            Arrangement::Remove,
        ];
        for act in all {
            assert_eq!(after(act, usize::MAX), (false, "abc".into()));
        }
    }

    #[test]
    fn a_panel_goes_to_its_place_and_the_others_keep_their_order() {
        for act in [Arrangement::To, Arrangement::Place] {
            let moved = |index: usize, to: usize| after("abcd", &fields(act, index, to));

            assert_eq!(moved(0, 2), (true, "bcad".into()));
            assert_eq!(moved(3, 0), (true, "dabc".into()));
            assert_eq!(moved(1, 1), (true, "abcd".into()));
            assert_eq!(moved(1, 4), (false, "abcd".into()));
        }
    }

    #[test]
    fn a_panel_that_is_placed_has_the_size_that_was_said_and_no_other_one_has() {
        let mut panels = panels("abc");

        assert!(fields(Arrangement::Place, 0, 1).apply(&mut panels));

        let sizes = panels.iter().map(|panel| (panel.title.as_str(), panel.width, panel.height));
        let (usual, low) = (PanelHeight::Usual, PanelHeight::Low);
        assert_eq!(sizes.collect::<Vec<_>>(), [("b", 6, usual), ("a", 12, low), ("c", 6, usual)]);
    }
}
