//! What alert rules have said before.
//!
//! A Prometheus writes down what each evaluation finds. Here nothing runs by itself, so a rule is evaluated when
//! somebody asks, and what is found is kept: whoever asks for a day of alerts again waits for its last minutes only.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use playground_promql::{Labels, MemorySeries, Problem, Range, Sample};

/// What is younger is looked at again, in milliseconds: not all of it may have been scraped.
const FRESH: i64 = 60_000;

/// So many pages at most: one for each expression and each distance between its evaluations.
const MOST: usize = 500;

/// What is older is forgotten.
const KEPT: i64 = 8 * 24 * 3_600_000;

type SharedPage = Arc<Mutex<Page>>;

/// The results of evaluations, by expression and by how far they are apart.
#[derive(Default)]
pub(crate) struct Remembered {
    pages: Mutex<HashMap<(String, i64), SharedPage>>,
}

impl Remembered {
    /// What an expression says at some times, the first of them a multiple of their step. Only those are evaluated of
    /// which nothing is known.
    pub(super) fn range(
        &self,
        expression: &str,
        range: Range,
        now: i64,
        evaluate: impl FnOnce(Range) -> Result<Vec<MemorySeries>, Problem>,
    ) -> Result<Vec<MemorySeries>, Problem> {
        let page = self.page(expression, range.step);
        // Who asks for the same meanwhile waits for it instead of evaluating it too.
        let mut page = page.lock();
        let start = page.first_unknown(range);
        if start <= range.end {
            let unknown = Range { start, ..range };
            page.add(unknown, evaluate(unknown)?);
        }
        let told = page.between(range.start, range.end);
        page.keep(now - KEPT, now - FRESH);
        Ok(told)
    }

    fn page(&self, expression: &str, step: i64) -> SharedPage {
        let mut pages = self.pages.lock();
        if pages.len() >= MOST {
            pages.clear();
        }
        pages.entry((expression.to_owned(), step)).or_default().clone()
    }
}

/// What an expression said at each multiple of a step in a span.
#[derive(Default)]
struct Page {
    /// From when until when it is known; nothing is at first.
    span: Option<(i64, i64)>,
    rows: HashMap<Labels, Vec<Sample>>,
}

impl Page {
    /// From when on it has to be evaluated to know a span; what does not join onto what is known is begun anew.
    fn first_unknown(&self, range: Range) -> i64 {
        match self.span {
            Some((from, until)) if from <= range.start && range.start <= until + range.step => {
                let known = (until - range.start).div_euclid(range.step);
                range.start + (known + 1) * range.step
            }
            _ => range.start,
        }
    }

    fn add(&mut self, Range { start, end, step }: Range, found: Vec<MemorySeries>) {
        let joined = self.span.filter(|(_, until)| (1..=step).contains(&(start - until)));
        if joined.is_none() {
            self.rows.clear();
        }
        for row in found {
            self.rows.entry(row.labels).or_default().extend(row.samples);
        }
        self.span = Some((joined.map_or(start, |(from, _)| from), end));
    }

    fn between(&self, start: i64, end: i64) -> Vec<MemorySeries> {
        let mut told: Vec<MemorySeries> = Vec::new();
        for (labels, samples) in &self.rows {
            let then = samples.iter().filter(|sample| (start..=end).contains(&sample.at));
            let samples: Vec<Sample> = then.copied().collect();
            if !samples.is_empty() {
                told.push(MemorySeries { labels: labels.clone(), samples });
            }
        }
        told.sort_by(|one, other| one.labels.cmp(&other.labels));
        told
    }

    /// Forgets what nobody asks for any more, and what may still change.
    fn keep(&mut self, oldest: i64, newest: i64) {
        let Some((from, until)) = self.span else { return };
        let kept = (from.max(oldest), until.min(newest));
        self.span = (kept.0 <= kept.1).then_some(kept);
        self.rows.retain(|_, samples| {
            samples.retain(|sample| (kept.0..=kept.1).contains(&sample.at));
            !samples.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    const MINUTE: i64 = 60_000;

    /// Asks for some minutes, of an expression that says of each which it is; which of them were evaluated, and what
    /// was told.
    fn asked(remembered: &Remembered, from: i64, to: i64, now: i64) -> (Option<(i64, i64)>, Vec<f64>) {
        let evaluated = RefCell::new(None);
        let range = Range { start: from * MINUTE, end: to * MINUTE, step: MINUTE };
        let told = remembered.range("minute()", range, now * MINUTE, |range| {
            *evaluated.borrow_mut() = Some((range.start / MINUTE, range.end / MINUTE));
            let times = (range.start..=range.end).step_by(MINUTE as usize);
            let samples = times.map(|at| Sample { at, value: (at / MINUTE) as f64 }).collect();
            Ok(vec![MemorySeries { labels: Labels::default(), samples }])
        });
        let rows = told.unwrap_or_default().into_iter().flat_map(|row| row.samples);
        (evaluated.into_inner(), rows.map(|sample| sample.value).collect())
    }

    fn minutes(from: i32, to: i32) -> Vec<f64> {
        (from..=to).map(f64::from).collect()
    }

    #[test]
    fn only_what_is_new_is_evaluated_again() {
        let remembered = Remembered::default();

        assert_eq!(asked(&remembered, 10, 20, 20), (Some((10, 20)), minutes(10, 20)));
        // The last minute may still change.
        assert_eq!(asked(&remembered, 12, 24, 24), (Some((20, 24)), minutes(12, 24)));
        assert_eq!(asked(&remembered, 11, 15, 24), (None, minutes(11, 15)));
    }

    #[test]
    fn what_does_not_join_is_begun_anew() {
        let remembered = Remembered::default();
        asked(&remembered, 10, 20, 20);

        assert_eq!(asked(&remembered, 5, 25, 25), (Some((5, 25)), minutes(5, 25)));
        assert_eq!(asked(&remembered, 40, 45, 45), (Some((40, 45)), minutes(40, 45)));
        assert_eq!(asked(&remembered, 30, 45, 45), (Some((30, 45)), minutes(30, 45)));
    }

    #[test]
    fn what_lies_ahead_is_not_kept() {
        let remembered = Remembered::default();
        asked(&remembered, 10, 30, 12);

        assert_eq!(asked(&remembered, 10, 30, 31), (Some((12, 30)), minutes(10, 30)));
    }

    #[test]
    fn what_cannot_be_evaluated_is_asked_again() {
        let remembered = Remembered::default();
        let range = Range { start: 0, end: MINUTE, step: MINUTE };
        let refused = remembered.range("minute()", range, 0, |_| Err(Problem::TooManySamples));

        assert_eq!(refused, Err(Problem::TooManySamples));
        assert_eq!(asked(&remembered, 0, 1, 2), (Some((0, 1)), minutes(0, 1)));
    }
}
