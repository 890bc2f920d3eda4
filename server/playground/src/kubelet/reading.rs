//! A log on its way to whoever reads it.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use playground_kubernetes::LogOptions;
use serde_json::Value;

use super::logs::Run;
use crate::clock::seconds_after;
use crate::objects::{Key, precise_time, uid};
use crate::site::Site;

/// Lines sent in one piece.
const LINES_AT_ONCE: usize = 400;
/// How long who follows a log waits for its next line before they look at the container again.
const SHORTEST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Where a reader is in a log.
pub struct Reading {
    site: Site,
    key: Key,
    uid: String,
    container: String,
    options: LogOptions,
    run: Run,
    next: usize,
    sent_bytes: usize,
    ended: bool,
}

impl Reading {
    /// At the beginning of what is asked for.
    pub fn begin(site: &Site, pod: &Value, container: &str, options: LogOptions, run: Run) -> Self {
        let now = site.clock.now();
        let since = match (options.since_time, options.since_seconds) {
            (Some(since), _) => Some(since),
            (None, Some(seconds)) => Some(seconds_after(now, -(seconds as f64))),
            (None, None) => None,
        };
        let mut next = since.map_or(0, |since| run.first_since(since, now));
        if let Some(tail) = options.tail_lines {
            next = next.max(run.count(now).saturating_sub(tail));
        }
        Self {
            site: site.clone(),
            key: Key::of(pod),
            uid: uid(pod).to_owned(),
            container: container.to_owned(),
            options,
            run,
            next,
            sent_bytes: 0,
            ended: false,
        }
    }

    /// The next piece of the log; waits for it when following.
    pub async fn read(&mut self) -> Option<Bytes> {
        loop {
            if self.ended {
                return None;
            }
            let now = self.site.clock.now();
            let count = self.run.count(now);
            if self.next < count {
                return Some(self.lines(count, now));
            }
            if !self.options.follow || self.run.is_over() {
                return None;
            }
            let next = self.site.clock.wait_until(self.run.next_after(now));
            tokio::time::sleep(next.clamp(SHORTEST_WAIT, LONGEST_WAIT)).await;
            self.look_again();
        }
    }

    fn lines(&mut self, count: usize, now: Timestamp) -> Bytes {
        let mut piece = String::new();
        let end = count.min(self.next + LINES_AT_ONCE);
        for index in self.next..end {
            let (at, line) = self.run.line(index, now);
            if self.options.timestamps {
                piece.push_str(&precise_time(at));
                piece.push(' ');
            }
            piece.push_str(&line);
            piece.push('\n');
        }
        self.next = end;
        let mut bytes = piece.into_bytes();
        if let Some(limit) = self.options.limit_bytes {
            bytes.truncate(limit - self.sent_bytes.min(limit));
            self.ended = self.sent_bytes + bytes.len() >= limit;
        }
        self.sent_bytes += bytes.len();
        Bytes::from(bytes)
    }

    /// Whether the container still runs is for its status to say.
    fn look_again(&mut self) {
        let Some(pod) = self.site.at("pods", &self.key).filter(|pod| uid(pod) == self.uid) else {
            self.ended = true;
            return;
        };
        let present = Run::find(&self.site.images, &pod, &self.container, false);
        match present {
            Ok(run) if run.is_same_as(&self.run) => self.run = run,
            // Started anew: the rest of this run's log is in the last state.
            _ => match Run::find(&self.site.images, &pod, &self.container, true) {
                Ok(run) if run.is_same_as(&self.run) => self.run = run,
                _ => self.ended = true,
            },
        }
    }
}
