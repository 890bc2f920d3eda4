//! A panel of the grid that somebody holds: where it would go, and how large it would be.

use monitoring_contract::{
    GRID_COLUMNS, PanelHeight, PanelPlan, Spot, nearest_width, next_width, place_at, reordered, spots,
};

/// From the beginning of one line to that of the next one, in pixels: the style sheet has the same number.
pub const PITCH: f64 = 92.0;
/// What of that is no gap.
const LINE: f64 = 84.0;
/// So many columns beyond the edge of the grid, a panel is meant to have the whole line, wherever it begins.
const BEYOND: f64 = 0.4;

/// So near to an edge of the window, what is held scrolls the page, in pixels: a little more than what stays at its top.
const EDGE: f64 = 56.0;
/// How far the page is scrolled in a step where the edge is reached, in pixels.
const FARTHEST: f64 = 12.0;

/// How far the page is scrolled in a step while a pointer is so far below the upper edge of a window of this height; upwards it
/// is less than nothing. The nearer to an edge, the farther.
pub fn scrolled(from_top: f64, height: f64) -> f64 {
    let towards = |distance: f64| ((EDGE - distance) / EDGE).clamp(0.0, 1.0) * FARTHEST;
    towards(height - from_top) - towards(from_top)
}

/// What of such a step is left in a grid whose upper and lower edge are so far below the upper edge of the window: the page is
/// scrolled until they can be seen and no further, for beyond them there is no place.
pub fn within(step: f64, (top, bottom): (f64, f64), height: f64) -> f64 {
    let (above, below) = ((EDGE - top).max(0.0), (bottom + EDGE - height).max(0.0));
    step.clamp(-above, below)
}

/// A point in the grid, from where it begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// In columns.
    pub columns: f64,
    /// In lines.
    pub lines: f64,
}

/// What holds a panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// The keys of a keyboard.
    Keys,
    /// A pointer that moves it, so far from where it begins.
    Moved(Point),
    /// A pointer at its corner, which resizes it.
    Sized,
}

/// A panel that is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// Which one, counted from 0.
    pub index: usize,
    /// The place to which it would go.
    pub place: usize,
    /// How wide it would be.
    pub width: u8,
    /// How high it would be.
    pub height: PanelHeight,
    /// What holds it.
    pub by: By,
}

impl Held {
    /// A panel as it is.
    pub fn taken(panels: &[PanelPlan], index: usize, by: By) -> Option<Self> {
        let panel = panels.get(index)?;
        Some(Self { index, place: index, width: panel.width, height: panel.height, by })
    }

    /// A panel that a pointer took hold of at a point of the grid.
    pub fn pointed_at(panels: &[PanelPlan], index: usize, at: Point, is_corner: bool) -> Option<Self> {
        let spot = spots(&widths(panels)).get(index).copied()?;
        let by = if is_corner { By::Sized } else { By::Moved(at.seen_from(spot)) };
        Self::taken(panels, index, by)
    }

    /// Whether something would be another way than it is.
    pub fn changes(&self, panels: &[PanelPlan]) -> bool {
        Self::taken(panels, self.index, self.by) != Some(*self)
    }

    /// The place of each panel, were it put down.
    pub fn places(&self, count: usize) -> Vec<usize> {
        let order = reordered(&(0..count).collect::<Vec<_>>(), self.index, self.place);
        let mut places = vec![0; count];
        for (place, index) in order.into_iter().enumerate() {
            places[index] = place;
        }
        places
    }

    /// After its pointer went to a point of the grid.
    pub fn dragged(self, panels: &[PanelPlan], to: Point) -> Self {
        match self.by {
            By::Keys => self,
            By::Moved(from) => {
                let column = (to.columns - from.columns).round().clamp(0.0, f64::from(GRID_COLUMNS - 1));
                let line = (to.lines - from.lines).round().clamp(0.0, panels.len() as f64);
                let spot = Spot { line: line as usize, column: column as u8 };
                Self { place: place_at(&widths(panels), self.index, spot), ..self }
            }
            By::Sized => self.stretched(panels, to),
        }
    }

    fn stretched(self, panels: &[PanelPlan], to: Point) -> Self {
        let Some(spot) = spots(&widths(panels)).get(self.index).copied() else { return self };
        let size = to.seen_from(spot);
        let is_beyond = to.columns > f64::from(GRID_COLUMNS) + BEYOND;
        let width = if is_beyond { GRID_COLUMNS } else { nearest_width(size.columns) };
        let height = if self.has_height(panels) {
            PanelHeight::nearest(size.lines * PITCH / LINE)
        } else {
            self.height
        };
        Self { width, height, ..self }
    }

    /// After a key was pressed; none for keys that mean nothing here.
    pub fn pressed(self, panels: &[PanelPlan], key: &str, resizes: bool) -> Option<Self> {
        let next = match (key, resizes) {
            ("ArrowLeft", false) => Self { place: self.place.saturating_sub(1), ..self },
            ("ArrowRight", false) => {
                Self { place: (self.place + 1).min(panels.len().saturating_sub(1)), ..self }
            }
            ("ArrowUp", false) => self.in_line(panels, |line| line.saturating_sub(1)),
            ("ArrowDown", false) => self.in_line(panels, |line| line + 1),
            ("ArrowLeft" | "ArrowRight", true) => {
                Self { width: next_width(self.width, key == "ArrowRight"), ..self }
            }
            ("ArrowUp" | "ArrowDown", true) if self.has_height(panels) => {
                Self { height: self.height.next(key == "ArrowDown"), ..self }
            }
            ("ArrowUp" | "ArrowDown", true) => self,
            _ => return None,
        };
        Some(next)
    }

    /// In another line than it is now.
    fn in_line(self, panels: &[PanelPlan], to: impl FnOnce(usize) -> usize) -> Self {
        let mut widths = widths(panels);
        if let Some(own) = widths.get_mut(self.index) {
            *own = self.width;
        }
        let widths = reordered(&widths, self.index, self.place);
        let Some(spot) = spots(&widths).get(self.place).copied() else { return self };
        let spot = Spot { line: to(spot.line), ..spot };
        Self { place: place_at(&widths, self.place, spot), ..self }
    }

    fn has_height(&self, panels: &[PanelPlan]) -> bool {
        panels.get(self.index).is_some_and(|panel| panel.kind.has_height())
    }
}

impl Point {
    /// The same point, seen from where a panel begins.
    fn seen_from(self, spot: Spot) -> Self {
        Self { columns: self.columns - f64::from(spot.column), lines: self.lines - spot.line as f64 }
    }
}

fn widths(panels: &[PanelPlan]) -> Vec<u8> {
    panels.iter().map(|panel| panel.width).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use monitoring_contract::PanelKind;

    fn panels() -> Vec<PanelPlan> {
        let panel = |width: u8, kind: PanelKind| PanelPlan { width, kind, ..PanelPlan::default() };
        vec![panel(6, PanelKind::Lines), panel(6, PanelKind::Value), panel(12, PanelKind::Lines)]
    }

    fn at(columns: f64, lines: f64) -> Point {
        Point { columns, lines }
    }

    #[test]
    fn a_panel_is_moved_by_where_it_was_taken_hold_of() {
        let panels = panels();
        // In the middle of the second one.
        let held = Held::pointed_at(&panels, 1, at(9.0, 0.5), false).unwrap();

        assert!(!held.dragged(&panels, at(9.4, 0.6)).changes(&panels));
        let first = held.dragged(&panels, at(3.1, 0.5));
        assert_eq!((first.place, first.places(3)), (0, vec![1, 0, 2]));
        let last = held.dragged(&panels, at(9.0, 1.5));
        assert_eq!((last.place, last.places(3)), (2, vec![0, 2, 1]));
        assert_eq!(held.dragged(&panels, at(-900.0, 900.0)).place, 2, "beyond the grid it goes to its end");
        assert_eq!(last.dragged(&panels, at(9.0, 0.5)), held, "the way back leads back");
    }

    #[test]
    fn a_corner_gives_a_size_that_there_is() {
        let panels = panels();
        let held = Held::pointed_at(&panels, 0, at(6.0, 0.6), true).unwrap();

        assert!(!held.dragged(&panels, at(6.2, 0.6)).changes(&panels));
        let small = held.dragged(&panels, at(3.2, 0.2));
        assert_eq!((small.width, small.height, small.place), (3, PanelHeight::Low, 0));
        let large = held.dragged(&panels, at(11.0, 1.0));
        assert_eq!((large.width, large.height), (12, PanelHeight::Tall));
        // A single value is as high as it is, and one that begins in the middle can still have a line for itself.
        let value = Held::pointed_at(&panels, 1, at(12.0, 0.6), true).unwrap();
        assert_eq!(value.dragged(&panels, at(12.1, 2.0)), value);
        assert_eq!(value.dragged(&panels, at(12.5, 0.6)).width, 12);
    }

    #[test]
    fn the_page_is_scrolled_at_the_edges_of_the_window_alone_and_farther_the_nearer_they_are() {
        assert_eq!((scrolled(56.0, 720.0), scrolled(360.0, 720.0), scrolled(664.0, 720.0)), (0.0, 0.0, 0.0));
        assert_eq!((scrolled(28.0, 720.0), scrolled(692.0, 720.0)), (-6.0, 6.0));
        // A pointer that is held is followed out of the window.
        assert_eq!((scrolled(-300.0, 720.0), scrolled(9000.0, 720.0)), (-12.0, 12.0));
        // Where both edges are near, the nearer one counts more.
        assert_eq!(scrolled(40.0, 80.0), 0.0);
    }

    #[test]
    fn the_page_is_not_scrolled_beyond_the_grid() {
        let (up, down) = (-12.0, 12.0);

        // All of it can be seen.
        let short = (100.0, 500.0);
        assert_eq!((within(up, short, 720.0), within(down, short, 720.0)), (0.0, 0.0));
        // It begins above the window and ends below it.
        let long = (-300.0, 2000.0);
        assert_eq!((within(up, long, 720.0), within(down, long, 720.0)), (up, down));
        // The last step is as long as what is left.
        assert_eq!((within(up, (50.0, 500.0), 720.0), within(down, (50.0, 668.0), 720.0)), (-6.0, 4.0));
        assert_eq!(within(0.0, long, 720.0), 0.0);
    }

    #[test]
    fn keys_do_what_a_pointer_does() {
        let panels = panels();
        let held = Held::taken(&panels, 0, By::Keys).unwrap();
        let after = |keys: &[(&str, bool)]| {
            let press = |held: Held, (key, resizes): &(&str, bool)| held.pressed(&panels, key, *resizes);
            keys.iter().try_fold(held, press).unwrap()
        };

        assert_eq!(after(&[("ArrowRight", false)]).place, 1);
        assert_eq!(after(&[("ArrowDown", false)]).place, 2);
        assert_eq!(after(&[("ArrowDown", false), ("ArrowUp", false)]), held);
        assert_eq!(after(&[("ArrowLeft", false)]), held);
        assert_eq!(after(&[("ArrowRight", true), ("ArrowDown", true)]).width, 12);
        assert_eq!(after(&[("ArrowRight", true), ("ArrowDown", true)]).height, PanelHeight::Tall);
        assert_eq!(after(&[("ArrowRight", true), ("ArrowLeft", true)]), held);
        assert_eq!(held.pressed(&panels, "a", false), None);
        let value = Held::taken(&panels, 1, By::Keys).unwrap();
        assert_eq!(value.pressed(&panels, "ArrowDown", true), Some(value));
        assert_eq!(held.dragged(&panels, at(12.0, 9.0)), held, "no pointer moves what keys hold");
    }
}
