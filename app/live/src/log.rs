//! The lines of a log, bounded.

use crate::Liveness;
use crate::follow::{Feed, follow};
use leptos::prelude::*;
use model::ConsoleError;
use model::live::{FeedNews, LogTopic, Topic};
use std::collections::VecDeque;

/// How many lines are kept. More than anyone reads back by scrolling; ten thousand elements still scroll smoothly.
pub const LOG_LIMIT: usize = 10_000;

/// A line with its number since the log was opened, which is its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Counted from 0, never used again.
    pub number: u64,
    /// The line.
    pub text: String,
}

/// A log that is followed.
#[derive(Clone, Copy)]
pub struct LiveLog {
    lines: RwSignal<VecDeque<LogLine>>,
    feed: Feed,
}

impl LiveLog {
    /// Shows these lines and follows what comes, once the page lives. The server sends the last lines of
    /// the topic first and says that they begin anew, so `initial` is what stands there without scripts.
    pub fn new(topic: Signal<Option<LogTopic>>, initial: Vec<String>) -> Self {
        let lines = RwSignal::new(VecDeque::new());
        lines.update_untracked(|lines| append(lines, initial));
        let request = Signal::derive(move || topic.get().map(|topic| (Topic::Log(topic), None)));
        let take = move |news| match news {
            FeedNews::Anew => lines.update(VecDeque::clear),
            FeedNews::Lines(new) => lines.update(|lines| append(lines, new)),
            _ => {}
        };
        let feed = follow(request, take, || ());
        Self { lines, feed }
    }

    /// The lines kept, oldest first.
    pub fn lines(self) -> Signal<Vec<LogLine>> {
        Signal::derive(move || self.lines.read().iter().cloned().collect())
    }

    /// How many older lines were dropped.
    pub fn dropped(self) -> Signal<u64> {
        Signal::derive(move || self.lines.read().front().map_or(0, |line| line.number))
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

/// Adds lines at the end and drops the oldest beyond the limit.
fn append(lines: &mut VecDeque<LogLine>, new: Vec<String>) {
    let first = lines.back().map_or(0, |line| line.number + 1);
    lines.extend(new.into_iter().zip(first..).map(|(text, number)| LogLine { number, text }));
    let excess = lines.len().saturating_sub(LOG_LIMIT);
    lines.drain(..excess);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_keeps_its_end_and_its_numbers() {
        let mut lines = VecDeque::new();
        append(&mut lines, (0..LOG_LIMIT).map(|number| number.to_string()).collect());

        append(&mut lines, vec!["new".into()]);

        assert_eq!(lines.len(), LOG_LIMIT);
        assert_eq!(lines.front().map(|line| line.number), Some(1));
        assert_eq!(lines.back().map(|line| line.text.as_str()), Some("new"));
    }
}
