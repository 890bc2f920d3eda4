//! Where panels stand in the grid of a dashboard, and where one goes that is dragged.
//!
//! Panels stand in lines, as words do: each behind the one before it, and in the next line where it has no room left. So
//! nothing overlaps and nothing sticks out, whatever is moved or made wider, on screens of any width.

use super::WIDTHS;

/// Columns of the grid.
pub const GRID_COLUMNS: u8 = 12;

/// Where a panel begins, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// In which line.
    pub line: usize,
    /// At which column.
    pub column: u8,
}

/// Where panels of these widths stand, in order.
pub fn spots(widths: &[u8]) -> Vec<Spot> {
    let mut next = Spot { line: 0, column: 0 };
    let stand = |width: &u8| {
        let width = (*width).clamp(1, GRID_COLUMNS);
        if next.column + width > GRID_COLUMNS {
            next = Spot { line: next.line + 1, column: 0 };
        }
        let spot = next;
        next.column += width;
        spot
    };
    widths.iter().map(stand).collect()
}

/// All of them after one went from a place to another; the others keep their order.
pub fn reordered<T: Clone>(all: &[T], from: usize, to: usize) -> Vec<T> {
    let mut all = all.to_vec();
    if from < all.len() && to < all.len() {
        let one = all.remove(from);
        all.insert(to, one);
    }
    all
}

/// The place to which a panel goes that is dragged to a spot: the one at which it stands nearest. Of two lines that are equally
/// near, it is the one beyond the spot, so that a drag is never for nothing; of places that are the same to it, the nearest.
pub fn place_at(widths: &[u8], index: usize, to: Spot) -> usize {
    let Some(from) = spots(widths).get(index).copied() else { return index };
    let distance = |place: &usize| {
        let spot = spots(&reordered(widths, index, *place)).get(*place).copied().unwrap_or(from);
        let falls_short =
            (to.line > from.line && spot.line < to.line) || (to.line < from.line && spot.line > to.line);
        (spot.line.abs_diff(to.line), falls_short, spot.column.abs_diff(to.column), place.abs_diff(index))
    };
    (0..widths.len()).min_by_key(distance).unwrap_or(index)
}

/// The width that is nearest to so many columns.
pub fn nearest_width(columns: f64) -> u8 {
    let distance = |width: &u8| (f64::from(*width) - columns).abs();
    let nearest = WIDTHS.into_iter().min_by(|one, other| distance(one).total_cmp(&distance(other)));
    nearest.unwrap_or(GRID_COLUMNS)
}

/// The next width, where there is one.
pub fn next_width(width: u8, is_wider: bool) -> u8 {
    let next = if is_wider {
        WIDTHS.into_iter().find(|other| *other > width)
    } else {
        WIDTHS.into_iter().rev().find(|other| *other < width)
    };
    next.unwrap_or(width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(line: usize, column: u8) -> Spot {
        Spot { line, column }
    }

    /// Widths of panels, and which of them is moved.
    fn moved() -> impl Strategy<Value = (Vec<u8>, usize)> {
        proptest::collection::vec(proptest::sample::select(WIDTHS.to_vec()), 1..40)
            .prop_flat_map(|widths| (Just(widths.clone()), 0..widths.len()))
    }

    proptest! {
        #[test]
        fn panels_stand_in_order_inside_the_columns_and_none_on_another((widths, _) in moved()) {
            let spots = spots(&widths);

            prop_assert_eq!(spots.first(), Some(&at(0, 0)));
            for (spot, width) in spots.iter().zip(&widths) {
                prop_assert!(spot.column + width <= GRID_COLUMNS);
            }
            for (pair, pair_widths) in spots.windows(2).zip(widths.windows(2)) {
                let behind = pair[0].column + pair_widths[0];
                let is_beside = pair[1].line == pair[0].line && pair[1].column == behind;
                // A line is left only by what has no room in it.
                let is_below = pair[1] == at(pair[0].line + 1, 0) && behind + pair_widths[1] > GRID_COLUMNS;
                prop_assert!(is_beside || is_below, "{pair:?} of {pair_widths:?}");
            }
        }

        #[test]
        fn a_panel_that_is_put_down_where_it_stands_stays((widths, index) in moved()) {
            prop_assert_eq!(place_at(&widths, index, spots(&widths)[index]), index);
        }

        #[test]
        fn a_drag_puts_nothing_else_out_of_order(
            (widths, index) in moved(),
            line in 0_usize..50,
            column in 0_u8..GRID_COLUMNS,
        ) {
            let place = place_at(&widths, index, at(line, column));
            let all: Vec<usize> = (0..widths.len()).collect();
            let after = reordered(&all, index, place);

            prop_assert_eq!(after[place], index);
            let others: Vec<usize> = after.into_iter().filter(|other| *other != index).collect();
            prop_assert!(others.is_sorted() && others.len() + 1 == widths.len());
        }

        #[test]
        fn a_panel_leaves_its_line_when_it_is_sent_to_the_next((widths, index) in moved()) {
            let from = spots(&widths)[index];
            let down = place_at(&widths, index, at(from.line + 1, from.column));
            let last = reordered(&widths, index, widths.len() - 1);
            let lowest = spots(&last)[widths.len() - 1].line;

            let after = spots(&reordered(&widths, index, down))[down];
            prop_assert!(after.line > from.line || lowest == from.line, "{from:?} to {after:?}");
        }
    }

    #[test]
    fn a_panel_goes_where_it_is_dragged_and_others_make_room() {
        // Two halves, a whole line, three thirds.
        let widths = [6, 6, 12, 4, 4, 4];

        assert_eq!(spots(&widths), [at(0, 0), at(0, 6), at(1, 0), at(2, 0), at(2, 4), at(2, 8)]);
        assert_eq!(place_at(&widths, 0, at(0, 5)), 1);
        assert_eq!(place_at(&widths, 0, at(1, 0)), 2, "what it is dragged onto moves up");
        assert_eq!(place_at(&widths, 2, at(0, 0)), 0);
        assert_eq!(place_at(&widths, 5, at(2, 0)), 3);
        assert_eq!(place_at(&widths, 5, at(9, 11)), 5, "below the last line is the end");
        assert_eq!(place_at(&widths, 9, at(0, 0)), 9);
    }

    #[test]
    fn widths_snap_and_go_from_one_to_the_next() {
        assert_eq!([0.2, 3.4, 3.6, 5.1, 8.9, 9.1, 40.0].map(nearest_width), [3, 3, 4, 6, 6, 12, 12]);
        assert_eq!([3, 4, 6, 12].map(|width| next_width(width, true)), [4, 6, 12, 12]);
        assert_eq!([3, 4, 6, 12].map(|width| next_width(width, false)), [3, 3, 4, 6]);
    }
}
