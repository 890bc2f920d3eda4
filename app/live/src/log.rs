//! The lines of a log, bounded.

use crate::Liveness;
use crate::follow::{Feed, follow};
use leptos::prelude::*;
use model::ConsoleError;
use model::live::{FeedNews, LogTopic, Topic};
use std::sync::Arc;

/// How many lines are kept. More than anyone reads back by scrolling; ten thousand elements still scroll smoothly.
pub const LOG_LIMIT: usize = 10_000;

/// A line with its number since the log was opened, which is its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Counted from 0, never used again.
    pub number: u64,
    /// The line. Shared, because drawing takes all lines with each that is added.
    pub text: Arc<str>,
}

/// A log that is followed.
#[derive(Clone, Copy)]
pub struct LiveLog {
    lines: RwSignal<Vec<LogLine>>,
    dropped: RwSignal<u64>,
    feed: Feed,
}

impl LiveLog {
    /// Shows these lines and follows what comes, once the page lives. The server sends the last lines of the topic
    /// first, also when a stream is opened again; those that are there already stay as they are.
    pub fn new(topic: Signal<Option<LogTopic>>, initial: Vec<String>) -> Self {
        let mut log = Log::default();
        log.append(initial);
        let (lines, dropped) = (RwSignal::new(log.lines.clone()), RwSignal::new(log.dropped));
        let log = StoredValue::new(log);
        let request = Signal::derive(move || topic.get().map(|topic| (Topic::Log(topic), None)));
        let take = move |news| match news {
            FeedNews::Anew => log.update_value(Log::rewind),
            FeedNews::Lines(new) => {
                let shown = log.try_update_value(|log| {
                    let has_changed = log.hear(new);
                    has_changed.then(|| (log.lines.clone(), log.dropped))
                });
                if let Some(Some((new, count))) = shown {
                    lines.set(new);
                    if *dropped.read_untracked() != count {
                        dropped.set(count);
                    }
                }
            }
            _ => {}
        };
        let feed = follow(request, take, || ());
        Self { lines, dropped, feed }
    }

    /// The lines kept, oldest first.
    pub fn lines(self) -> Signal<Vec<LogLine>> {
        self.lines.into()
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

/// What is kept of a log, and where a stream that tells its last lines again stands in it.
#[derive(Default)]
struct Log {
    lines: Vec<LogLine>,
    next_number: u64,
    dropped: u64,
    told_again: Option<Place>,
}

/// Where in the lines kept a log that is told again stands.
#[derive(Clone, Copy)]
enum Place {
    /// Nothing of it was told yet.
    Unknown,
    /// The next line should be this one of those kept.
    At(usize),
}

impl Log {
    /// The last lines will be told again.
    fn rewind(&mut self) {
        self.told_again = Some(Place::Unknown);
    }

    /// Takes lines; says whether anything is different now.
    fn hear(&mut self, new: Vec<String>) -> bool {
        let from = match self.told_again {
            None => self.lines.len(),
            Some(Place::At(place)) if self.is_at(place, &new) => place,
            // It goes on differently: what is told is what there is.
            Some(Place::At(place)) => {
                self.lines.truncate(place);
                place
            }
            Some(Place::Unknown) if new.is_empty() => return false,
            Some(Place::Unknown) => {
                let places = 0..self.lines.len();
                let found = places.into_iter().find(|place| self.is_at(*place, &new));
                // Another log, or so much was missed that nothing joins: a gap must not look like none.
                found.unwrap_or_else(|| {
                    self.lines.clear();
                    0
                })
            }
        };
        let known = self.lines.len() - from;
        if known > new.len() {
            self.told_again = Some(Place::At(from + new.len()));
            return false;
        }
        self.told_again = None;
        self.append(new.into_iter().skip(known));
        true
    }

    /// Whether the lines kept from a place on and the new ones are the same, as far as both go.
    fn is_at(&self, place: usize, new: &[String]) -> bool {
        self.lines[place..].iter().zip(new).all(|(kept, new)| *kept.text == **new)
    }

    /// Adds lines at the end and drops the oldest beyond the limit.
    fn append(&mut self, new: impl IntoIterator<Item = String>) {
        for text in new {
            self.lines.push(LogLine { number: self.next_number, text: text.into() });
            self.next_number += 1;
        }
        let excess = self.lines.len().saturating_sub(LOG_LIMIT);
        self.lines.drain(..excess);
        self.dropped += excess as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: &[&str]) -> Log {
        let mut log = Log::default();
        log.append(lines.iter().map(ToString::to_string));
        log
    }

    fn hear(log: &mut Log, lines: &[&str]) -> bool {
        log.hear(lines.iter().map(ToString::to_string).collect())
    }

    fn shown(log: &Log) -> Vec<(u64, &str)> {
        log.lines.iter().map(|line| (line.number, &*line.text)).collect()
    }

    #[test]
    fn a_long_log_keeps_its_end_and_its_numbers() {
        let mut log = Log::default();
        log.append((0..LOG_LIMIT).map(|number| number.to_string()));

        log.append(["new".to_owned()]);

        assert_eq!((log.lines.len(), log.dropped), (LOG_LIMIT, 1));
        assert_eq!(log.lines.first().map(|line| line.number), Some(1));
        assert_eq!(log.lines.last().map(|line| &*line.text), Some("new"));
    }

    #[test]
    fn a_log_that_is_told_again_goes_on_where_it_was() {
        let mut log = log(&["a", "b", "c"]);

        log.rewind();
        assert!(!hear(&mut log, &["b"]), "nothing is new yet");
        assert!(hear(&mut log, &["c", "d"]));
        assert!(hear(&mut log, &["e"]));

        assert_eq!(shown(&log), [(0, "a"), (1, "b"), (2, "c"), (3, "d"), (4, "e")]);
    }

    #[test]
    fn lines_that_repeat_themselves_are_not_lost() {
        let mut log = log(&["ok", "ok"]);

        log.rewind();
        hear(&mut log, &["ok", "ok", "ok"]);

        assert_eq!(shown(&log), [(0, "ok"), (1, "ok"), (2, "ok")]);
    }

    #[test]
    fn a_log_that_does_not_join_replaces_what_is_shown_under_new_numbers() {
        let mut log = log(&["a", "b"]);

        log.rewind();
        assert!(hear(&mut log, &["x", "y"]));

        assert_eq!(shown(&log), [(2, "x"), (3, "y")]);
    }

    #[test]
    fn a_log_that_goes_on_differently_is_what_is_told() {
        let mut log = log(&["a", "b", "c"]);

        log.rewind();
        hear(&mut log, &["a"]);
        hear(&mut log, &["z"]);

        assert_eq!(shown(&log), [(0, "a"), (3, "z")]);
    }
}
