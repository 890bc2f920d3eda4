//! A stretch of time, part by part: documents are made for one part at a time.

/// How long the first part is, and every part where there is much, in milliseconds.
const SHORT: i64 = 10 * 60_000;
/// The longest part.
const LONG: i64 = 86_400_000;
/// Where fewer documents than this are made for a part, the next one is twice as long: to ask for documents costs more then than to
/// make them.
const FEW: usize = 500;
/// Where more than this are, the next one is half as long.
const MANY: usize = 4 * FEW;

/// The parts that are left of a stretch of time.
pub(crate) struct Slices {
    from: i64,
    to: i64,
    newest_first: bool,
    length: i64,
}

impl Slices {
    /// Those between two moments, both included.
    pub(crate) fn between(from: i64, to: i64, newest_first: bool) -> Self {
        Self { from, to, newest_first, length: SHORT }
    }

    /// The first and the last moment of the next part.
    pub(crate) fn step(&mut self) -> Option<(i64, i64)> {
        if self.from > self.to {
            return None;
        }
        if self.newest_first {
            let part = (self.from.max(self.to - self.length + 1), self.to);
            self.to = part.0 - 1;
            Some(part)
        } else {
            let part = (self.from, self.to.min(self.from + self.length - 1));
            self.from = part.1 + 1;
            Some(part)
        }
    }

    /// Heeds how many documents were made for a part.
    pub(crate) fn heed(&mut self, made: usize) {
        self.length = match made {
            0..FEW => (self.length * 2).min(LONG),
            FEW..=MANY => self.length,
            _ => (self.length / 2).max(SHORT),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of a week in each of which so many documents are made.
    fn parts(made: usize, newest_first: bool) -> Vec<(i64, i64)> {
        let mut slices = Slices::between(7, 7 * LONG, newest_first);
        std::iter::from_fn(|| {
            let part = slices.step()?;
            slices.heed(made);
            Some(part)
        })
        .collect()
    }

    #[test]
    fn parts_follow_each_other_without_a_gap() {
        for made in [0, FEW, MANY + 1] {
            let (mut newest, oldest) = (parts(made, true), parts(made, false));
            assert_eq!((newest[0].1, oldest[0].0), (7 * LONG, 7));
            newest.reverse();
            for parts in [newest, oldest] {
                assert!(parts.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0), "{parts:?}");
                assert_eq!(parts.last().map(|last| last.1), Some(7 * LONG));
            }
        }
    }

    #[test]
    fn a_week_in_which_little_happened_is_few_parts() {
        assert!(parts(0, true).len() < 20);
        assert_eq!(parts(FEW, true).len(), 7 * 144);
    }
}
