//! Where samples come from.

use std::sync::Arc;

use promql_parser::label::Matcher;

use crate::labels::Labels;

/// The value that says that a series has ended. It is one particular number that is none.
pub const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Whether a value says that its series has ended.
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE.to_bits()
}

/// A value at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Milliseconds since 1970.
    pub at: i64,
    /// The value.
    pub value: f64,
}

/// One series. Its samples are made or read only where they are asked for.
pub trait Series: Send + Sync {
    /// What it is called.
    fn labels(&self) -> &Labels;

    /// Appends its samples between two times, both included, in order of time.
    fn read(&self, from: i64, to: i64, into: &mut Vec<Sample>);

    /// Whether it has samples between two times, both included.
    fn is_there(&self, from: i64, to: i64) -> bool {
        let mut samples = Vec::new();
        self.read(from, to, &mut samples);
        !samples.is_empty()
    }

    /// The last of its samples between two times, both included.
    fn latest(&self, from: i64, to: i64) -> Option<Sample> {
        let mut samples = Vec::new();
        self.read(from, to, &mut samples);
        samples.pop()
    }
}

/// A store of series.
pub trait Storage: Send + Sync {
    /// The series that fit all matchers and may have samples between two times, in milliseconds, both included.
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Vec<Arc<dyn Series>>;
}

/// Whether a series is one of those that are asked for.
pub fn matches(labels: &Labels, matchers: &[Matcher]) -> bool {
    matchers.iter().all(|matcher| matcher.is_match(labels.get(&matcher.name)))
}
