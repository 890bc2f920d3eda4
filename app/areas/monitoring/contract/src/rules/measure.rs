//! How a threshold is typed, and with what it is compared.

use model::Unit;

/// How a threshold is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleUnit {
    /// In hundredths of a whole; what is measured is a share between 0 and 1.
    Percent,
    /// As a number of something.
    Count,
    /// In processors.
    Cores,
    /// In mebibytes; what is measured are bytes.
    Mebibytes,
    /// In gibibytes; what is measured are bytes.
    Gibibytes,
    /// In millions of bits a second, as lines are sold; what is measured are bytes a second.
    MegabitsPerSecond,
    /// In millions of bytes a second, as disks are sold; what is measured are bytes a second.
    MegabytesPerSecond,
    /// As how often a second.
    PerSecond,
    /// Not at all: what is measured is either so or not.
    None,
}

impl RuleUnit {
    /// All that something is typed in.
    pub const TYPED: [Self; 8] = [
        Self::Percent,
        Self::Count,
        Self::Cores,
        Self::Mebibytes,
        Self::Gibibytes,
        Self::MegabitsPerSecond,
        Self::MegabytesPerSecond,
        Self::PerSecond,
    ];

    /// Its word in texts; none where nothing is typed.
    pub fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::Percent => "percent",
            Self::Count => "count",
            Self::Cores => "cores",
            Self::Mebibytes => "mebibytes",
            Self::Gibibytes => "gibibytes",
            Self::MegabitsPerSecond => "megabits",
            Self::MegabytesPerSecond => "megabytes",
            Self::PerSecond => "per-second",
            Self::None => return None,
        })
    }

    /// The number that an expression is compared with, of what was typed.
    pub fn to_measured(self, typed: f64) -> f64 {
        match self {
            Self::Percent => typed / 100.0,
            Self::Count | Self::Cores | Self::PerSecond => typed,
            Self::Mebibytes => typed * 1_048_576.0,
            Self::Gibibytes => typed * 1_073_741_824.0,
            Self::MegabitsPerSecond => typed * 125_000.0,
            Self::MegabytesPerSecond => typed * 1_000_000.0,
            Self::None => 0.0,
        }
    }

    /// What is typed for a number that an expression is compared with.
    pub fn to_typed(self, measured: f64) -> String {
        match self {
            // To the digits that the division keeps, and no further: 0.07 is 7 of a hundred, not 7.000000000000001.
            Self::Percent => ((measured * 1e14).round() / 1e12).to_string(),
            Self::Count | Self::Cores | Self::PerSecond => measured.to_string(),
            // Powers of two lose nothing.
            Self::Mebibytes => (measured / 1_048_576.0).to_string(),
            Self::Gibibytes => (measured / 1_073_741_824.0).to_string(),
            Self::MegabitsPerSecond => ((measured / 125_000.0 * 1e9).round() / 1e9).to_string(),
            Self::MegabytesPerSecond => ((measured / 1_000_000.0 * 1e9).round() / 1e9).to_string(),
            Self::None => String::new(),
        }
    }

    /// What the values of the expression count.
    pub fn of_values(self) -> Unit {
        match self {
            Self::Percent => Unit::Ratio,
            Self::Count | Self::None => Unit::Count,
            Self::Cores => Unit::Cores,
            Self::Mebibytes | Self::Gibibytes => Unit::Bytes,
            Self::MegabitsPerSecond | Self::MegabytesPerSecond => Unit::BytesPerSecond,
            Self::PerSecond => Unit::PerSecond,
        }
    }
}

/// On which side of a threshold it is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleComparison {
    /// Above it.
    Above,
    /// Above it, and at it.
    AtLeast,
    /// Below it.
    Below,
    /// Below it, and at it.
    AtMost,
}

impl RuleComparison {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Above, Self::AtLeast, Self::Below, Self::AtMost];

    /// Its word in forms and texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::AtLeast => "at-least",
            Self::Below => "below",
            Self::AtMost => "at-most",
        }
    }

    /// How PromQL writes it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.word() == word)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use RuleUnit::{Count, Gibibytes, Mebibytes, MegabitsPerSecond, MegabytesPerSecond, Percent};

    #[test]
    fn a_threshold_is_converted_once_and_nothing_is_one() {
        assert_eq!(Percent.to_measured(85.0), 0.85);
        assert_eq!(Count.to_measured(3.0), 3.0);
        assert_eq!(Mebibytes.to_measured(512.0), 536_870_912.0);
        assert_eq!(Gibibytes.to_measured(1.5), 1_610_612_736.0);
        // Eight bits are a byte.
        assert_eq!(MegabitsPerSecond.to_measured(100.0), 12_500_000.0);
        assert_eq!(MegabytesPerSecond.to_measured(0.5), 500_000.0);
        for unit in RuleUnit::TYPED {
            assert_eq!((unit.to_measured(0.0), unit.to_typed(0.0).as_str()), (0.0, "0"), "{unit:?}");
        }
        assert_eq!(RuleUnit::None.to_typed(0.0), "");
    }

    #[test]
    fn what_is_typed_is_shown_again_as_it_was_typed() {
        for unit in RuleUnit::TYPED {
            for tenths in 0..=2000_u32 {
                let typed = (f64::from(tenths) / 10.0).to_string();
                assert_eq!(unit.to_typed(unit.to_measured(typed.parse().unwrap())), typed, "{unit:?}");
            }
        }
    }

    #[test]
    fn what_is_typed_has_a_word_and_what_is_measured_a_unit() {
        let words: std::collections::BTreeSet<_> = RuleUnit::TYPED.into_iter().map(RuleUnit::word).collect();
        assert_eq!((words.len(), words.contains(&None)), (RuleUnit::TYPED.len(), false));
        assert_eq!(RuleUnit::None.word(), None);
        assert_eq!(Percent.of_values(), Unit::Ratio);
        assert_eq!(MegabitsPerSecond.of_values(), Unit::BytesPerSecond);
    }

    #[test]
    fn a_comparison_is_found_by_its_word() {
        for comparison in RuleComparison::ALL {
            assert_eq!(RuleComparison::parse(comparison.word()), Some(comparison));
        }
        assert_eq!(RuleComparison::parse("between"), None);
    }
}
