//! The lines of one or more logs, bounded.

use crate::Liveness;
use crate::follow::{Feed, follow};
use crate::signals::set_if_new;
use leptos::prelude::*;
use model::ConsoleError;
use model::live::{FeedNews, LogLines, LogSource, LogTopic, LoggedLine, Topic};
use std::collections::HashSet;
use std::sync::Arc;

/// How many lines are kept. More than anyone reads back by scrolling; ten thousand elements still scroll smoothly.
pub const LOG_LIMIT: usize = 10_000;
/// And how many bytes of text, because a line may have 64 KiB.
const BYTE_LIMIT: usize = 8 << 20;
/// What is told again reaches so far back behind the last line, in nanoseconds.
const AGAIN: i64 = 5 * 1_000_000_000;

/// A line with its number since the log was opened, which is its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Counted from 0, never used again.
    pub number: u64,
    /// When it was written, in nanoseconds since 1970.
    pub at_nanoseconds: i64,
    /// Who wrote it, as a place in [`LiveLog::sources`].
    pub source: u16,
    /// The line. Shared, because drawing takes all lines with each that is added.
    pub text: Arc<str>,
    /// Lines are missing right before this one.
    pub after_gap: bool,
}

/// Logs that are followed.
#[derive(Clone, Copy)]
pub struct LiveLog {
    lines: RwSignal<Vec<LogLine>>,
    sources: RwSignal<Vec<LogSource>>,
    dropped: RwSignal<u64>,
    feed: Feed,
}

impl LiveLog {
    /// Shows these lines and follows what comes after their revision, once the page lives. What is told again when a
    /// stream is opened again is known and stays as it is.
    pub fn new(topic: Option<LogTopic>, initial: LogLines, revision: Option<String>) -> Self {
        let mut log = Log::default();
        log.append(initial);
        let lines = RwSignal::new(log.lines.clone());
        let sources = RwSignal::new(log.sources.clone());
        let dropped = RwSignal::new(log.dropped);
        let log = StoredValue::new(log);
        let request = Signal::stored(topic.map(|topic| (Topic::Log(topic), revision)));
        let take = move |news| {
            let FeedNews::Lines { lines: new, .. } = news else { return };
            let shown = log.try_update_value(|log| {
                log.hear(new).then(|| (log.lines.clone(), log.sources.clone(), log.dropped))
            });
            let Some(Some((new, known, count))) = shown else { return };
            set_if_new(sources, known);
            lines.set(new);
            set_if_new(dropped, count);
        };
        let restart = move || {
            let _ = log.try_update_value(Log::rewind);
        };
        let feed = follow(request, take, restart);
        Self { lines, sources, dropped, feed }
    }

    /// The lines kept, oldest first.
    pub fn lines(self) -> Signal<Vec<LogLine>> {
        self.lines.into()
    }

    /// Who writes them.
    pub fn sources(self) -> Signal<Vec<LogSource>> {
        self.sources.into()
    }

    /// How many older lines were dropped.
    pub fn dropped(self) -> Signal<u64> {
        self.dropped.into()
    }

    /// How fresh the lines are.
    pub fn liveness(self) -> Signal<Liveness> {
        self.feed.liveness()
    }

    /// Why the log ended, once it has.
    pub fn ended(self) -> Signal<Option<ConsoleError>> {
        self.feed.ended()
    }
}

/// What is kept of logs.
#[derive(Default)]
struct Log {
    lines: Vec<LogLine>,
    sources: Vec<LogSource>,
    next_number: u64,
    dropped: u64,
    bytes: usize,
    told_again: Option<Again>,
}

/// A stream was opened again: some lines come twice.
struct Again {
    /// The last line known then.
    until: i64,
    known: HashSet<(u16, i64, Arc<str>)>,
}

impl Log {
    /// The last lines will be told again.
    fn rewind(&mut self) {
        let Some(until) = self.lines.iter().map(|line| line.at_nanoseconds).max() else { return };
        let recent = self.lines.iter().filter(|line| line.at_nanoseconds >= until - AGAIN);
        let known = recent.map(|line| (line.source, line.at_nanoseconds, Arc::clone(&line.text))).collect();
        self.told_again = Some(Again { until, known });
    }

    /// Takes lines; says whether anything is different now.
    fn hear(&mut self, mut new: LogLines) -> bool {
        self.place(&mut new);
        if let Some(again) = &self.told_again {
            let is_known = |line: &LoggedLine| {
                // A line further back than what was kept for comparing is one that was told.
                line.at_nanoseconds < again.until - AGAIN
                    || again.known.contains(&(line.source, line.at_nanoseconds, line.text.as_str().into()))
            };
            new.lines.retain(|line| line.at_nanoseconds > again.until || !is_known(line));
            // From here on nothing comes twice any more.
            if new.lines.iter().any(|line| line.at_nanoseconds > again.until + AGAIN) {
                self.told_again = None;
            }
        }
        if new.lines.is_empty() {
            return false;
        }
        self.add(new);
        true
    }

    /// Takes the lines that a page begins with.
    fn append(&mut self, mut new: LogLines) {
        self.place(&mut new);
        self.add(new);
    }

    /// Each news counts its sources by itself; from here on lines name theirs by its place among all.
    fn place(&mut self, new: &mut LogLines) {
        let places: Vec<u16> = new.sources.iter().map(|source| self.place_of(source)).collect();
        for line in &mut new.lines {
            line.source = places.get(line.source as usize).copied().unwrap_or(0);
        }
    }

    fn place_of(&mut self, source: &LogSource) -> u16 {
        let place = self.sources.iter().position(|known| known == source).unwrap_or_else(|| {
            self.sources.push(source.clone());
            self.sources.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// Adds lines at the end and drops the oldest beyond the limits.
    fn add(&mut self, new: LogLines) {
        let mut after_gap = new.gap;
        for line in new.lines {
            self.bytes += line.text.len();
            let line = LogLine {
                number: self.next_number,
                at_nanoseconds: line.at_nanoseconds,
                source: line.source,
                text: line.text.into(),
                after_gap: std::mem::take(&mut after_gap),
            };
            self.next_number += 1;
            self.lines.push(line);
        }
        let mut excess = self.lines.len().saturating_sub(LOG_LIMIT);
        let mut bytes = self.bytes - self.lines[..excess].iter().map(|line| line.text.len()).sum::<usize>();
        while bytes > BYTE_LIMIT && excess + 1 < self.lines.len() {
            bytes -= self.lines[excess].text.len();
            excess += 1;
        }
        self.bytes = bytes;
        self.lines.drain(..excess);
        self.dropped += excess as u64;
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    /// Lines of a pod, each with its moment in seconds.
    fn lines(pod: &str, lines: &[(i64, &str)]) -> LogLines {
        let source = LogSource { pod: pod.parse().unwrap(), container: "web".into() };
        let line = |(at, text): &(i64, &str)| LoggedLine {
            source: 0,
            at_nanoseconds: at * 1_000_000_000,
            text: (*text).to_owned(),
        };
        LogLines { sources: vec![source], lines: lines.iter().map(line).collect(), gap: false }
    }

    fn log(told: LogLines) -> Log {
        let mut log = Log::default();
        log.append(told);
        log
    }

    fn shown(log: &Log) -> Vec<(u64, &str)> {
        log.lines.iter().map(|line| (line.number, &*line.text)).collect()
    }

    #[test]
    fn a_long_log_keeps_its_end_and_its_numbers() {
        let many: Vec<(i64, &str)> = (0..LOG_LIMIT as i64).map(|at| (at, "old")).collect();
        let mut log = log(lines("a", &many));

        log.hear(lines("a", &[(1_000_000, "new")]));

        assert_eq!((log.lines.len(), log.dropped), (LOG_LIMIT, 1));
        assert_eq!(log.lines.first().map(|line| line.number), Some(1));
        assert_eq!(log.lines.last().map(|line| &*line.text), Some("new"));
    }

    #[test]
    fn long_lines_count_by_their_bytes() {
        let long = "x".repeat(1 << 20);
        let many: Vec<(i64, &str)> = (0..20).map(|at| (at, long.as_str())).collect();

        let log = log(lines("a", &many));

        assert!(log.bytes <= BYTE_LIMIT && log.dropped > 0);
        assert_eq!(log.bytes, log.lines.iter().map(|line| line.text.len()).sum::<usize>());
    }

    #[test]
    fn a_log_that_is_told_again_goes_on_where_it_was() {
        let mut log = log(lines("a", &[(1, "a"), (2, "b"), (3, "c")]));

        log.rewind();
        assert!(!log.hear(lines("a", &[(2, "b")])), "nothing is new yet");
        assert!(log.hear(lines("a", &[(3, "c"), (4, "d")])));

        assert_eq!(shown(&log), [(0, "a"), (1, "b"), (2, "c"), (3, "d")]);
    }

    #[test]
    fn a_line_that_comes_late_is_not_taken_for_one_that_was_told() {
        let mut log = log(lines("a", &[(10, "a")]));

        log.rewind();
        assert!(log.hear(lines("b", &[(9, "late")])), "another log wrote it");
        assert!(log.hear(lines("a", &[(10, "other words")])));

        assert_eq!(shown(&log), [(0, "a"), (1, "late"), (2, "other words")]);
        assert_eq!(log.sources.len(), 2);
    }

    #[test]
    fn lines_that_repeat_themselves_are_not_lost() {
        let mut log = log(lines("a", &[(1, "ok"), (2, "ok")]));

        assert!(log.hear(lines("a", &[(2, "ok")])), "no stream was opened again");
        assert_eq!(log.lines.len(), 3);
    }

    #[test]
    fn a_gap_is_marked_at_the_line_behind_it() {
        let mut log = log(lines("a", &[(1, "a")]));

        log.hear(LogLines { gap: true, ..lines("a", &[(60, "b"), (61, "c")]) });

        assert_eq!(log.lines.iter().map(|line| line.after_gap).collect::<Vec<_>>(), [false, true, false]);
    }
}
