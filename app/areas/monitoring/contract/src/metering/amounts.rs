//! What is metered, and how much of it there was.

use serde::{Deserialize, Serialize};

/// What is metered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Measure {
    /// Processor time that was used.
    CpuUsed,
    /// Processor time that running pods had asked for.
    CpuRequested,
    /// The larger of both, pod by pod and hour by hour.
    CpuBilled,
    /// Memory that was used, without what the system could have taken back.
    MemoryUsed,
    /// Memory that running pods had asked for.
    MemoryRequested,
    /// The larger of both, pod by pod and hour by hour.
    MemoryBilled,
    /// Storage that claims had asked for.
    Storage,
    /// What pods received.
    Received,
    /// What pods sent.
    Sent,
}

impl Measure {
    /// All of them, in the order of columns.
    pub const ALL: [Self; 9] = [
        Self::CpuUsed,
        Self::CpuRequested,
        Self::CpuBilled,
        Self::MemoryUsed,
        Self::MemoryRequested,
        Self::MemoryBilled,
        Self::Storage,
        Self::Received,
        Self::Sent,
    ];

    /// Its word in addresses and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::CpuUsed => "cpu-used",
            Self::CpuRequested => "cpu-requested",
            Self::CpuBilled => "cpu-billed",
            Self::MemoryUsed => "memory-used",
            Self::MemoryRequested => "memory-requested",
            Self::MemoryBilled => "memory-billed",
            Self::Storage => "storage",
            Self::Received => "received",
            Self::Sent => "sent",
        }
    }

    /// Whether it is counted in core hours; everything else is in bytes, or bytes for an hour.
    pub fn is_cpu(self) -> bool {
        matches!(self, Self::CpuUsed | Self::CpuRequested | Self::CpuBilled)
    }

    /// An amount in the unit that people read - core hours, GiB hours, GiB -, as millionths of it.
    pub fn millionths(self, amount: u64) -> i64 {
        if self.is_cpu() {
            return i64::try_from(amount).unwrap_or(i64::MAX);
        }
        let millionths = ((u128::from(amount) * 1_000_000) + (1 << 29)) >> 30;
        i64::try_from(millionths).unwrap_or(i64::MAX)
    }
}

/// How much there was of each: millionths of a core hour, bytes for an hour, bytes. Nothing where nothing was measured.
/// They are whole numbers, so that parts add up to their whole whatever the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts([Option<u64>; Measure::ALL.len()]);

impl Amounts {
    /// How much there was.
    pub fn get(&self, of: Measure) -> Option<u64> {
        self.0[of as usize]
    }

    /// Adds so much.
    pub fn add(&mut self, of: Measure, amount: u64) {
        let known = &mut self.0[of as usize];
        *known = Some(known.unwrap_or(0).saturating_add(amount));
    }

    /// Adds all of something else.
    pub fn add_all(&mut self, other: &Self) {
        for of in Measure::ALL {
            if let Some(amount) = other.get(of) {
                self.add(of, amount);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_zero_and_stays_nothing_in_a_sum() {
        let mut sum = Amounts::default();
        let mut part = Amounts::default();
        part.add(Measure::Storage, 0);
        sum.add_all(&part);
        sum.add_all(&part);

        assert_eq!((sum.get(Measure::Storage), sum.get(Measure::CpuUsed)), (Some(0), None));
    }

    #[test]
    fn amounts_are_shown_in_the_units_of_prices() {
        assert_eq!(Measure::CpuUsed.millionths(1_500_000), 1_500_000);
        assert_eq!(Measure::Storage.millionths(3 << 29), 1_500_000);
        assert_eq!(Measure::Received.millionths(1), 0);
        assert_eq!(Measure::Received.millionths(1 << 20), 977);
    }

    #[test]
    fn measures_stand_in_their_order() {
        for (place, of) in Measure::ALL.into_iter().enumerate() {
            assert_eq!(of as usize, place);
        }
    }
}
