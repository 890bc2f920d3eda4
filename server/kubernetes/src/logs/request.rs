//! Asking a cluster for one container's log, and reading what it answers.

use super::lines::Lines;
use crate::connection::{As, Call};
use crate::pods;
use crate::{Cluster, KubernetesError};
use access::Identity;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use model::live::LogSource;
use model::{Namespace, link};
use std::fmt::Write;

/// A line with its time, in nanoseconds since 1970.
pub(super) type Timed = (i64, String);

/// Which part of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub follow: bool,
    pub previous: bool,
    pub tail: Option<u32>,
    pub since_seconds: Option<u32>,
    /// Nanoseconds since 1970; clusters are asked to the second.
    pub since: Option<i64>,
    pub limit_bytes: Option<usize>,
}

/// Opens a log.
pub(super) async fn open(
    cluster: &Cluster,
    identity: &Identity,
    namespace: Option<&Namespace>,
    source: &LogSource,
    part: &Part,
) -> Result<impl Stream<Item = Result<Bytes, KubernetesError>> + Send + Unpin + use<>, KubernetesError> {
    let call = Call::get(path(namespace, source, part)).accepting("text/plain, */*");
    cluster.connection().stream(As::Caller(identity), &call).await
}

fn path(namespace: Option<&Namespace>, source: &LogSource, part: &Part) -> String {
    let pod = pods::path_in(namespace, &source.pod);
    let mut path = format!("{pod}/log?container={}&timestamps=true", link::escape(&source.container));
    if part.follow {
        path.push_str("&follow=true");
    }
    if part.previous {
        path.push_str("&previous=true");
    }
    if let Some(tail) = part.tail {
        let _ = write!(path, "&tailLines={tail}");
    }
    if let Some(seconds) = part.since_seconds {
        let _ = write!(path, "&sinceSeconds={}", seconds.max(1));
    }
    if let Some(since) = part.since {
        let moment = jiff::Timestamp::from_second(since.div_euclid(1_000_000_000)).unwrap_or_default();
        let _ = write!(path, "&sinceTime={}", link::escape(&moment.to_string()));
    }
    if let Some(limit) = part.limit_bytes {
        let _ = write!(path, "&limitBytes={limit}");
    }
    path
}

/// Takes the bytes of a log apart into lines with times.
#[derive(Default)]
pub(super) struct Reader {
    lines: Lines,
    /// The time of the line before: what has no time of its own was written with it.
    last: i64,
}

impl Reader {
    /// Takes a piece, calls back with each line that is complete.
    pub fn push(&mut self, piece: &[u8], mut found: impl FnMut(Timed)) {
        let last = &mut self.last;
        self.lines.push(piece, |line| found(timed(line, last)));
    }

    /// The line that the end of the log leaves without a line break.
    pub fn finish(&mut self) -> Option<Timed> {
        let line = self.lines.finish()?;
        Some(timed(line, &mut self.last))
    }
}

/// Reads the next lines of a stream; `None` at its end. Never empty.
pub(super) async fn next_lines<S>(
    stream: &mut S,
    reader: &mut Reader,
) -> Option<Result<Vec<Timed>, KubernetesError>>
where
    S: Stream<Item = Result<Bytes, KubernetesError>> + Send + Unpin,
{
    loop {
        let mut lines = Vec::new();
        match stream.next().await {
            Some(Ok(piece)) => reader.push(&piece, |line| lines.push(line)),
            Some(Err(error)) => return Some(Err(error)),
            None => return reader.finish().map(|line| Ok(vec![line])),
        }
        if !lines.is_empty() {
            return Some(Ok(lines));
        }
    }
}

/// `2026-11-26T09:00:00.123456789Z text`.
fn timed(mut line: String, last: &mut i64) -> Timed {
    let moment = line.split_once(' ').map_or(line.as_str(), |(moment, _)| moment);
    let parsed = moment.parse::<jiff::Timestamp>().ok();
    let nanoseconds = parsed.and_then(|moment| i64::try_from(moment.as_nanosecond()).ok());
    if let Some(nanoseconds) = nanoseconds {
        *last = nanoseconds;
        let rest = (moment.len() + 1).min(line.len());
        line.drain(..rest);
    }
    (*last, line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_its_time_and_one_without_keeps_the_time_before() {
        let mut reader = Reader::default();
        let mut found = Vec::new();
        let text = "2026-11-26T09:00:00.000000001Z one two\n2026-11-26T09:00:01Z\nno time\n2026-11-26T09:00:02Z  indented";

        reader.push(text.as_bytes(), |line| found.push(line));
        found.extend(reader.finish());

        let begin = 1_795_683_600_000_000_000;
        let second = 1_000_000_000;
        assert_eq!(
            found,
            [
                (begin + 1, "one two".to_owned()),
                (begin + second, String::new()),
                (begin + second, "no time".to_owned()),
                (begin + 2 * second, " indented".to_owned()),
            ]
        );
    }
}
