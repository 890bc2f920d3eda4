//! How much work there is, and has been, at any time: functions of who does it and when.
//!
//! Work is told as a total that only grows, because that is what counters show; what is used at a moment is how fast
//! the total grows there. A total is made in two steps that both only grow: the hours of the week, in which people buy
//! or sleep, and then a restlessness that makes no two hours alike. So any sum over any range is exact, and nothing is
//! kept.

use std::sync::LazyLock;

/// Seconds in an hour.
const HOUR: f64 = 3600.0;

/// Hours in a week.
const WEEK: usize = 168;

/// The playground's clock on the wall is an hour ahead of UTC. The first of January 1970 was a Thursday.
const FIRST_HOUR: f64 = 3.0 * 24.0 + 1.0;

/// When somebody has to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Customers: busy at noon and in the evening, busier on Saturdays.
    Customers,
    /// People at their desks.
    Office,
    /// Work that is left for the night.
    Night,
    /// Machines among themselves.
    Steady,
}

/// How much is done in each hour of a day, in percent of the average.
const CUSTOMERS: [u16; 24] = [
    46, 31, 22, 18, 18, 25, 44, 71, 92, 104, 112, 121, 137, 126, 113, 110, 116, 131, 152, 170, 178, 163, 124,
    79,
];
const OFFICE: [u16; 24] = [
    34, 31, 30, 30, 31, 36, 58, 104, 168, 192, 184, 171, 118, 146, 186, 182, 168, 132, 88, 66, 54, 47, 41, 36,
];
const NIGHT: [u16; 24] =
    [196, 248, 271, 242, 188, 124, 78, 58, 52, 56, 60, 58, 61, 55, 57, 60, 62, 59, 56, 60, 72, 90, 120, 158];
const STEADY: [u16; 24] = [
    94, 92, 91, 91, 92, 94, 97, 100, 104, 106, 106, 105, 104, 104, 105, 105, 104, 103, 103, 103, 102, 101,
    99, 96,
];

/// How much is done on each day from Monday, in percent.
const DAYS: [[u16; 7]; 4] = [
    [92, 89, 94, 97, 108, 128, 92],
    [112, 118, 116, 114, 102, 22, 16],
    [102, 101, 99, 100, 104, 98, 96],
    [101, 101, 101, 101, 100, 98, 98],
];

/// The hours of a week: how fast work comes in at the beginning of each, on average 1, and how much there was before.
struct Week {
    speeds: [f64; WEEK],
    before: [f64; WEEK],
    total: f64,
}

static WEEKS: LazyLock<[Week; 4]> = LazyLock::new(|| {
    [(&CUSTOMERS, DAYS[0]), (&OFFICE, DAYS[1]), (&NIGHT, DAYS[2]), (&STEADY, DAYS[3])]
        .map(|(hours, days)| Week::new(hours, days))
});

impl Week {
    fn new(hours: &[u16; 24], days: [u16; 7]) -> Self {
        let raw = |hour: usize| f64::from(hours[hour % 24]) * f64::from(days[hour / 24 % 7]);
        let average = (0..WEEK).map(raw).sum::<f64>() / WEEK as f64;
        let speeds: [f64; WEEK] = std::array::from_fn(|hour| raw(hour) / average);
        let mut before = [0.0; WEEK];
        let mut total = 0.0;
        for hour in 0..WEEK {
            before[hour] = total;
            total += (speeds[hour] + speeds[(hour + 1) % WEEK]) / 2.0 * HOUR;
        }
        Self { speeds, before, total }
    }

    /// The work until a time in seconds since 1970, and how fast it grows there. Between the hours the speed changes
    /// evenly.
    fn at(&self, seconds: f64) -> (f64, f64) {
        let hours = seconds / HOUR + FIRST_HOUR;
        let weeks = (hours / WEEK as f64).floor();
        let hour = hours - weeks * WEEK as f64;
        let place = (hour as usize).min(WEEK - 1);
        let part = hour - place as f64;
        let (from, to) = (self.speeds[place], self.speeds[(place + 1) % WEEK]);
        let done = (from * part + (to - from) * part * part / 2.0) * HOUR;
        (weeks * self.total + self.before[place] + done, from + (to - from) * part)
    }
}

/// A restlessness: so much of the speed at most, over so many seconds.
const RESTLESSNESS: [(f64, f64); 3] = [(0.38, 660.0), (0.34, 173.0), (0.20, 47.0)];

/// Somebody's work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// What is done on average, per second.
    pub average: f64,
    /// When.
    pub pattern: Pattern,
    /// Who shares the slow ups and downs.
    pub together: u64,
    /// Who has the quick ones alone.
    pub alone: u64,
}

impl Load {
    /// Everything done until a time in milliseconds since 1970.
    pub fn total(&self, at: i64) -> f64 {
        let (work, _) = WEEKS[self.pattern as usize].at(at as f64 / 1000.0);
        let restless =
            self.waves().map(|(strength, span, seed)| strength * span / 3.0 * noise(work / span, seed).0);
        self.average * (work + restless.iter().sum::<f64>())
    }

    /// What is done per second at a time.
    pub fn speed(&self, at: i64) -> f64 {
        let (work, speed) = WEEKS[self.pattern as usize].at(at as f64 / 1000.0);
        let restless = self.waves().map(|(strength, span, seed)| strength / 3.0 * noise(work / span, seed).1);
        self.average * speed * (1.0 + restless.iter().sum::<f64>())
    }

    fn waves(&self) -> [(f64, f64, u64); 3] {
        let seeds = [self.together, self.together ^ 0x5bd1, self.alone];
        std::array::from_fn(|place| (RESTLESSNESS[place].0, RESTLESSNESS[place].1, seeds[place]))
    }
}

/// The most that comes in at any hour, as a multiple of the average.
pub fn peak(pattern: Pattern) -> f64 {
    WEEKS[pattern as usize].speeds.iter().copied().fold(0.0, f64::max) * 1.3
}

/// A smooth value between -1 and 1 that wanders, and how fast it changes: three per unit at most.
pub fn noise(place: f64, seed: u64) -> (f64, f64) {
    let cell = place.floor();
    let part = place - cell;
    let at = |cell: f64| unit(seed ^ (cell as i64 as u64)) * 2.0 - 1.0;
    let (from, to) = (at(cell), at(cell + 1.0));
    (from + (to - from) * part * part * (3.0 - 2.0 * part), (to - from) * 6.0 * part * (1.0 - part))
}

/// A number from 0 to 1 that looks drawn by lot (the mixing of `SplitMix64`).
pub fn unit(seed: u64) -> f64 {
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    fn load(pattern: Pattern) -> Load {
        Load { average: 2.0, pattern, together: 7, alone: 99 }
    }

    #[test]
    fn totals_only_grow_and_grow_as_fast_as_is_said() {
        for pattern in [Pattern::Customers, Pattern::Office, Pattern::Night, Pattern::Steady] {
            let load = load(pattern);
            for step in 0..5_000 {
                let at = NOW + step * 7_919;
                let grown = (load.total(at + 500) - load.total(at - 500)) / load.speed(at);

                assert!(load.total(at + 1000) > load.total(at), "{pattern:?} at {at}");
                assert!((grown - 1.0).abs() < 0.02, "{pattern:?} at {at}: {grown}");
            }
        }
    }

    #[test]
    fn a_week_comes_to_its_average() {
        let week = 7 * 86_400_000;
        for pattern in [Pattern::Customers, Pattern::Night] {
            let done = load(pattern).total(NOW + week) - load(pattern).total(NOW);
            assert!((done / (7.0 * 86_400.0 * 2.0) - 1.0).abs() < 0.001, "{pattern:?}: {done}");
        }
    }

    #[test]
    fn evenings_are_busier_than_nights_for_those_who_sell() {
        let busy = load(Pattern::Customers);
        let hour = |hour: i64| {
            let start = 1_764_543_600_000 + hour * 3_600_000;
            busy.total(start + 3_600_000) - busy.total(start)
        };

        assert!(hour(20) > 4.0 * hour(3));
    }
}
