//! When a rule would have fired.

/// A stretch in which a series would have fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// The first point at which it fires.
    pub from: usize,
    /// For how long, in seconds: until the first point at which it does not, or the last that there is.
    pub seconds: u32,
    /// Whether it still fires at the last point.
    pub is_open: bool,
}

/// The stretches in which a rule would have fired for one series: of those points, `step` seconds apart, at which it gives
/// the series, where it has done so for `hold` seconds. A gap ends a stretch, and what comes after waits again.
pub fn episodes(series: &[Option<f64>], step: u32, hold: u32) -> Vec<Burst> {
    let mut bursts = Vec::new();
    let wait = hold.div_ceil(step.max(1)) as usize;
    let mut began: Option<usize> = None;
    let mut close = |began: Option<usize>, end: usize, is_open: bool| {
        let Some(from) = began.map(|began| began + wait).filter(|from| *from < end) else { return };
        let until = if is_open { end - 1 } else { end };
        bursts.push(Burst { from, seconds: (until - from) as u32 * step, is_open });
    };
    for (point, value) in series.iter().enumerate() {
        match (value, began) {
            (Some(_), None) => began = Some(point),
            (None, Some(_)) => close(began.take(), point, false),
            _ => {}
        }
    }
    close(began, series.len(), true);
    bursts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A value where there is a mark, a gap where there is none.
    fn line(text: &str) -> Vec<Option<f64>> {
        text.chars().map(|mark| (mark == 'x').then_some(1.0)).collect()
    }

    fn burst(from: usize, seconds: u32, is_open: bool) -> Burst {
        Burst { from, seconds, is_open }
    }

    #[test]
    fn what_lasts_fires_until_the_gap() {
        assert_eq!(episodes(&line("..xxxx.."), 60, 0), [burst(2, 240, false)]);
        assert_eq!(episodes(&line("..xxxx.."), 60, 120), [burst(4, 120, false)]);
        // As long as it had to last, and no longer.
        assert_eq!(episodes(&line("..xxxx.."), 60, 180), [burst(5, 60, false)]);
        assert_eq!(episodes(&line("..xxxx.."), 60, 181), []);
        assert_eq!(episodes(&[], 60, 0), []);
    }

    #[test]
    fn a_gap_ends_a_stretch_and_what_comes_after_waits_again() {
        assert_eq!(episodes(&line("xxx.xxx"), 60, 60), [burst(1, 120, false), burst(5, 60, true)]);
        assert_eq!(episodes(&line("xx.xx.xx"), 60, 120), []);
    }

    #[test]
    fn what_still_fires_is_open_and_has_lasted_until_now() {
        assert_eq!(episodes(&line("..xx"), 30, 0), [burst(2, 30, true)]);
        assert_eq!(episodes(&line("...x"), 30, 0), [burst(3, 0, true)]);
    }

    fn any_line() -> impl Strategy<Value = Vec<Option<f64>>> {
        proptest::collection::vec(proptest::option::of(-1.0_f64..1.0), 0..200)
    }

    fn total(bursts: &[Burst]) -> u32 {
        bursts.iter().map(|burst| burst.seconds).sum()
    }

    proptest! {
        #[test]
        fn who_must_wait_longer_never_fires_for_longer(series in any_line(), hold in 0_u32..2000, more in 0_u32..2000) {
            let (short, long) = (episodes(&series, 60, hold), episodes(&series, 60, hold + more));

            prop_assert!(total(&long) <= total(&short) && long.len() <= short.len());
            prop_assert!(total(&short) <= series.len() as u32 * 60);
        }

        #[test]
        fn a_rule_fires_only_where_it_has_been_so_for_long_enough(series in any_line(), hold in 0_u32..1000) {
            let wait = hold.div_ceil(60) as usize;
            for Burst { from, seconds, .. } in episodes(&series, 60, hold) {
                let until = from + (seconds / 60) as usize;
                prop_assert!(series[from - wait..until].iter().all(Option::is_some));
            }
        }

        #[test]
        fn what_stands_on_two_sides_of_a_gap_has_nothing_to_do_with_each_other(
            before in any_line(), after in any_line(), hold in 0_u32..1000,
        ) {
            let gap = || std::iter::once(None);
            let whole: Vec<_> = before.iter().copied().chain(gap()).chain(after.iter().copied()).collect();
            let first: Vec<_> = before.iter().copied().chain(gap()).collect();
            let mut apart = episodes(&first, 60, hold);
            let shift = first.len();
            apart.extend(episodes(&after, 60, hold).into_iter().map(|burst| Burst { from: burst.from + shift, ..burst }));

            prop_assert_eq!(episodes(&whole, 60, hold), apart);
        }
    }
}
