//! Lines of several logs in the order of their times, as far as those that come late allow.

use super::request::Timed;
use model::live::{LogLines, LogSource, LoggedLine};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A line and who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub at: i64,
    pub source: Arc<LogSource>,
    pub text: String,
}

/// Keeps lines for one round, so that those of a slower log can take their places among them.
#[derive(Debug, Default)]
pub(super) struct Merger {
    /// Arrived in the round before this.
    settled: Vec<Line>,
    /// Arrived in this round.
    young: Vec<Line>,
    bytes: usize,
}

impl Merger {
    pub fn push(&mut self, source: &Arc<LogSource>, lines: Vec<Timed>) {
        for (at, text) in lines {
            self.bytes += text.len();
            self.young.push(Line { at, source: Arc::clone(source), text });
        }
    }

    /// Bytes that wait.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn is_empty(&self) -> bool {
        self.settled.is_empty() && self.young.is_empty()
    }

    /// A round is over: answers the lines that waited for it, and those younger ones that belong among them.
    pub fn settle(&mut self) -> Vec<Line> {
        let mut out = std::mem::take(&mut self.settled);
        let latest = out.iter().map(|line| line.at).max();
        let young = std::mem::take(&mut self.young);
        let (due, wait): (Vec<_>, Vec<_>) =
            young.into_iter().partition(|line| latest.is_some_and(|latest| line.at <= latest));
        out.extend(due);
        self.settled = wait;
        self.hand_out(out)
    }

    /// Answers everything.
    pub fn flush(&mut self) -> Vec<Line> {
        let mut out = std::mem::take(&mut self.settled);
        out.append(&mut self.young);
        self.hand_out(out)
    }

    fn hand_out(&mut self, mut out: Vec<Line>) -> Vec<Line> {
        self.bytes -= out.iter().map(|line| line.text.len()).sum::<usize>();
        // Stable, so lines of one log stay in their order.
        out.sort_by_key(|line| line.at);
        out
    }
}

/// Lines as they are sent.
pub(super) fn to_lines(lines: Vec<Line>, gap: bool) -> LogLines {
    let mut known: BTreeMap<Arc<LogSource>, u16> = BTreeMap::new();
    let mut sources = Vec::new();
    let line = |Line { at, source, text }| {
        let place = *known.entry(source).or_insert_with_key(|source| {
            sources.push(LogSource::clone(source));
            u16::try_from(sources.len() - 1).unwrap_or(u16::MAX)
        });
        LoggedLine { source: place, at_nanoseconds: at, text }
    };
    let lines = lines.into_iter().map(line).collect();
    LogLines { sources, lines, gap }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn source(name: &str) -> Arc<LogSource> {
        Arc::new(LogSource { pod: name.parse().unwrap(), container: "web".into() })
    }

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn a_line_that_comes_a_round_late_still_takes_its_place() {
        let (a, b) = (source("a"), source("b"));
        let mut merger = Merger::default();

        merger.push(&a, vec![(1, "1".into()), (5, "5".into())]);
        assert_eq!(texts(&merger.settle()), Vec::<&str>::new());
        merger.push(&b, vec![(3, "3".into()), (9, "9".into())]);
        assert_eq!(texts(&merger.settle()), ["1", "3", "5"]);
        assert_eq!(texts(&merger.settle()), ["9"]);
        assert!(merger.is_empty() && merger.bytes() == 0);
    }

    #[test]
    fn lines_name_their_sources_once() {
        let (a, b) = (source("a"), source("b"));
        let line = |source: &Arc<LogSource>, at| Line { at, source: Arc::clone(source), text: String::new() };

        let sent = to_lines(vec![line(&a, 1), line(&b, 2), line(&a, 3)], false);

        assert_eq!(sent.sources.len(), 2);
        assert_eq!(sent.lines.iter().map(|line| line.source).collect::<Vec<_>>(), [0, 1, 0]);
    }

    proptest! {
        #[test]
        fn every_line_comes_out_once_and_logs_keep_their_order(
            rounds in proptest::collection::vec(proptest::collection::vec((0..3_usize, 0..4_i64), 0..6), 0..8)
        ) {
            let sources = [source("a"), source("b"), source("c")];
            let (mut merger, mut clock, mut put, mut got) = (Merger::default(), [0_i64; 3], Vec::new(), Vec::new());
            for round in &rounds {
                for (index, step) in round {
                    clock[*index] += step;
                    let text = format!("{index}-{}", put.len());
                    put.push(text.clone());
                    merger.push(&sources[*index], vec![(clock[*index], text)]);
                }
                got.extend(merger.settle());
            }
            got.extend(merger.flush());

            prop_assert_eq!(merger.bytes(), 0);
            for index in 0..3 {
                let own = |texts: Vec<String>| texts.into_iter().filter(|text| text.starts_with(&format!("{index}-"))).collect::<Vec<_>>();
                let out = got.iter().map(|line| line.text.clone()).collect();
                prop_assert_eq!(own(out), own(put.clone()));
            }
        }
    }
}
