//! Lines that are cut off where an axis ends.

/// A point of time, and a value.
type Point = (f64, f64);

/// The parts of a stretch that lie between two values, which end where it leaves them.
pub fn cut(run: &[Point], (low, high): (f64, f64)) -> Vec<Vec<Point>> {
    if let [only] = run {
        return if (low..=high).contains(&only.1) { vec![vec![*only]] } else { Vec::new() };
    }
    let mut parts = vec![Vec::new()];
    for pair in run.windows(2) {
        let &[from, to] = pair else { continue };
        let at = |share: f64| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        let (begins, ends) = within(from.1, to.1, (low, high));
        let is_over = begins > ends;
        if let Some(part) = parts.last_mut().filter(|_| !is_over) {
            if part.is_empty() {
                part.push(if begins > 0.0 { at(begins) } else { from });
            }
            part.push(if ends < 1.0 { at(ends) } else { to });
        }
        if is_over || ends < 1.0 {
            parts.push(Vec::new());
        }
    }
    parts.retain(|part| part.len() > 1);
    parts
}

/// Which share of the way from a value to another lies between two others; it begins behind its end where none does.
fn within(from: f64, to: f64, (low, high): (f64, f64)) -> (f64, f64) {
    if from == to {
        return if (low..=high).contains(&from) { (0.0, 1.0) } else { (1.0, 0.0) };
    }
    let (one, other) = ((low - from) / (to - from), (high - from) / (to - from));
    (one.min(other).max(0.0), one.max(other).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Vec<Vec<Point>> {
        let run: Vec<Point> = values.iter().enumerate().map(|(at, value)| (at as f64, *value)).collect();
        cut(&run, (0.0, 10.0))
    }

    #[test]
    fn what_lies_within_stays_as_it_is() {
        assert_eq!(of(&[1.0, 10.0, 0.0]), [vec![(0.0, 1.0), (1.0, 10.0), (2.0, 0.0)]]);
        assert_eq!(of(&[5.0]), [vec![(0.0, 5.0)]]);
    }

    #[test]
    fn a_line_ends_where_it_leaves_and_begins_where_it_comes_back() {
        assert_eq!(
            of(&[5.0, 15.0, 15.0, 5.0]),
            [vec![(0.0, 5.0), (0.5, 10.0)], vec![(2.5, 10.0), (3.0, 5.0)]]
        );
        assert_eq!(of(&[-10.0, 20.0]), [vec![(1.0 / 3.0, 0.0), (2.0 / 3.0, 10.0)]]);
        assert!(of(&[20.0, 30.0, 11.0]).is_empty() && of(&[-1.0]).is_empty() && of(&[-1.0, -1.0]).is_empty());
    }
}
