//! From what an expression says at each evaluation to when its alerts were pending and firing.

/// A span in which an alert was active without a gap. Times are milliseconds since 1970, those of evaluations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The first evaluation that found it.
    pub(crate) since: i64,
    /// The last.
    pub(crate) until: i64,
}

/// The runs in the times of evaluations that are `step` apart.
pub(crate) fn runs(times: impl IntoIterator<Item = i64>, step: i64) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for at in times {
        match runs.last_mut() {
            Some(run) if at - run.until <= step => run.until = at,
            _ => runs.push(Run { since: at, until: at }),
        }
    }
    runs
}

/// The whole multiple of a step at or before a time.
pub(crate) fn aligned(at: i64, step: i64) -> i64 {
    at.div_euclid(step) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_evaluation_begins_a_new_run() {
        let runs = runs([0, 30, 60, 120, 150], 30);

        assert_eq!(runs, [Run { since: 0, until: 60 }, Run { since: 120, until: 150 }]);
    }

    #[test]
    fn times_are_aligned_downwards() {
        assert_eq!(aligned(95, 30), 90);
        assert_eq!(aligned(-5, 30), -30);
    }
}
