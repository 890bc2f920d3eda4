//! Lines of logs, at once.

use super::ReadLog;
use super::merge::{Line, to_lines};
use super::request::{Part, Reader, Timed, next_lines, open};
use super::sources::{Sources, Wanted};
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::error::KubernetesError;
use access::Identity;
use futures::StreamExt;
use model::live::LogSource;
use model::{ConsoleError, Namespace};
use resources_contract::{LogPage, LogRequest};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The most lines that are asked for at once.
pub(super) const MOST_LINES: u32 = 5_000;
/// The most text that is kept of one log; what is older is left out.
const MOST_BYTES: usize = 8 << 20;
/// And of all together.
const MOST_BYTES_OF_ALL: usize = 24 << 20;
/// The API server stops here, whatever the lines are like.
const LIMIT_BYTES: usize = 64 << 20;
/// How many logs are read at the same time.
const AT_ONCE: usize = 16;
/// How long a whole page may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// So long before a moment is looked for lines that are shown with it.
const BEFORE: i64 = 60 * 1_000_000_000;
/// What is read until there are enough lines after it: a log that writes more than this in a minute does not come so far.
const AROUND_BYTES: usize = 16 << 20;

/// The lines of one log, and whether there are older ones, and later ones.
struct Read {
    lines: Vec<Timed>,
    is_cut: bool,
    is_full: bool,
}

/// What is kept of one log.
#[derive(Clone, Copy)]
struct Most {
    lines: usize,
    bytes: usize,
    /// What stands around this moment, instead of the last lines.
    around: Option<i64>,
}

impl ForCaller {
    /// Lines of the logs that are asked for.
    pub(crate) async fn read_log(&self, request: LogRequest) -> Result<LogPage, ConsoleError> {
        let cluster = self.cluster(&request.of.cluster).await?;
        let granted = self.kubernetes.access().grant(&self.caller, ReadLog(request.of.clone())).await?;
        let identity = granted.identity();
        let wanted = Wanted { of: &request.of, pod: request.pod.as_ref(), containers: &request.containers };
        let sources = self.log_sources(&cluster, &identity, &wanted).await?;
        let tail = request.tail.clamp(1, MOST_LINES);
        let around = request.around_nanoseconds;
        // Around a moment, a log alone may have written everything that is shown.
        let of_one = if around.is_some() { tail } else { share(tail, sources.chosen.len()) };
        let bytes = (MOST_BYTES_OF_ALL / sources.chosen.len().max(1)).min(MOST_BYTES);
        let most = Most { lines: of_one as usize, bytes, around };
        let part = part(&request, of_one);
        let (found, unread) = read_all(&cluster, &identity, &sources, &part, most).await;
        if let (1.., 0, Some((_, error))) = (sources.chosen.len(), found.len(), &unread) {
            return Err(error.clone());
        }
        let (lines, more) = merge(found, tail as usize, around);
        let revision = lines.last().map(|line| line.at.to_string());
        let container = match sources.chosen.as_slice() {
            [only] => Some(only.container.clone()),
            _ => None,
        };
        Ok(LogPage {
            container,
            containers: sources.containers,
            pods: sources.pods,
            lines: to_lines(lines, false),
            revision,
            more,
            unread,
            left_out: sources.left_out,
        })
    }
}

/// Reads every log; those that cannot be are counted, with why the first of them could not.
async fn read_all(
    cluster: &Arc<Cluster>,
    identity: &Identity,
    sources: &Sources,
    part: &Part,
    most: Most,
) -> (Vec<(Arc<LogSource>, Read)>, Option<(u32, ConsoleError)>) {
    let until = Instant::now() + PATIENCE;
    let mut reads = Vec::new();
    for source in &sources.chosen {
        let (cluster, identity) = (Arc::clone(cluster), identity.clone());
        let (namespace, part) = (sources.namespace.clone(), part.clone());
        reads.push(read_until(cluster, identity, namespace, Arc::new(source.clone()), part, most, until));
    }
    let mut reads = futures::stream::iter(reads).buffered(AT_ONCE);
    let (mut found, mut unread) = (Vec::new(), None::<(u32, ConsoleError)>);
    while let Some((source, read)) = reads.next().await {
        match (read, &mut unread) {
            (Ok(read), _) => found.push((source, read)),
            (Err(_), Some((count, _))) => *count += 1,
            (Err(error), none) => *none = Some((1, error.into())),
        }
    }
    (found, unread)
}

/// How many lines are asked of each log, so that all together are not many times what is shown.
fn share(tail: u32, logs: usize) -> u32 {
    let logs = u32::try_from(logs.max(1)).unwrap_or(u32::MAX);
    if logs <= 4 { tail } else { (tail * 4 / logs).max(50).min(tail) }
}

fn part(request: &LogRequest, tail: u32) -> Part {
    match request.around_nanoseconds {
        Some(moment) => Part {
            previous: request.previous,
            since: Some(moment.saturating_sub(BEFORE)),
            limit_bytes: Some(AROUND_BYTES),
            ..Part::default()
        },
        // One more than wished tells whether there are older ones.
        None => Part {
            previous: request.previous,
            tail: Some(tail + 1),
            since_seconds: request.since_seconds,
            limit_bytes: Some(LIMIT_BYTES),
            ..Part::default()
        },
    }
}

async fn read_until(
    cluster: Arc<Cluster>,
    identity: Identity,
    namespace: Option<Namespace>,
    source: Arc<LogSource>,
    part: Part,
    most: Most,
    until: Instant,
) -> (Arc<LogSource>, Result<Read, KubernetesError>) {
    let read = read_one(&cluster, &identity, namespace.as_ref(), &source, &part, most);
    let read =
        timeout_at(until, read).await.map_err(|_| cluster.connection().late(PATIENCE, false)).flatten();
    (source, read)
}

async fn read_one(
    cluster: &Cluster,
    identity: &Identity,
    namespace: Option<&Namespace>,
    source: &LogSource,
    part: &Part,
    most: Most,
) -> Result<Read, KubernetesError> {
    let mut stream = open(cluster, identity, namespace, source, part).await?;
    let mut reader = Reader::default();
    let mut kept = Kept::new(most);
    while let Some(lines) = next_lines(&mut stream, &mut reader).await {
        lines?.into_iter().for_each(|line| kept.push(line));
        if kept.is_full() {
            break;
        }
    }
    Ok(kept.read())
}

/// The last lines, or those around a moment: half of them from before it.
struct Kept {
    most: Most,
    before: End,
    after: Vec<Timed>,
    after_bytes: usize,
}

impl Kept {
    fn new(most: Most) -> Self {
        let parts = if most.around.is_some() { 2 } else { 1 };
        let before = End { most_lines: most.lines / parts, most_bytes: most.bytes / parts, ..End::default() };
        Self { most, before, after: Vec::new(), after_bytes: 0 }
    }

    fn push(&mut self, line: Timed) {
        let is_before = self.most.around.is_none_or(|moment| line.0 < moment);
        if is_before && self.after.is_empty() {
            self.before.push(line);
        } else if !self.is_full() {
            self.after_bytes += line.1.len();
            self.after.push(line);
        }
    }

    /// Whether nothing of what follows is shown.
    fn is_full(&self) -> bool {
        self.after.len() >= self.most.lines || self.after_bytes >= self.most.bytes / 2
    }

    fn read(self) -> Read {
        let (is_cut, is_full) = (self.before.left_out, self.is_full());
        let mut lines = Vec::from(self.before.lines);
        lines.extend(self.after);
        Read { lines, is_cut, is_full }
    }
}

/// The last lines that fit.
#[derive(Default)]
struct End {
    lines: VecDeque<Timed>,
    bytes: usize,
    most_lines: usize,
    most_bytes: usize,
    left_out: bool,
}

impl End {
    fn push(&mut self, line: Timed) {
        self.bytes += line.1.len();
        self.lines.push_back(line);
        while self.lines.len() > self.most_lines || self.bytes > self.most_bytes {
            self.bytes -= self.lines.pop_front().map_or(0, |(_, text)| text.len());
            self.left_out = true;
        }
    }
}

/// The lines in the order of their times, and whether there are older ones. Where the beginning of a log was left out, what
/// others wrote before that is left out too, and likewise at the end: a page has no holes.
fn merge(found: Vec<(Arc<LogSource>, Read)>, tail: usize, around: Option<i64>) -> (Vec<Line>, bool) {
    let cuts = found.iter().filter(|(_, read)| read.is_cut);
    let cut = cuts.filter_map(|(_, read)| Some(read.lines.first()?.0)).max();
    let ends = found.iter().filter(|(_, read)| read.is_full);
    let end = ends.filter_map(|(_, read)| Some(read.lines.last()?.0)).min();
    let is_whole = |at: i64| cut.is_none_or(|cut| at >= cut) && end.is_none_or(|end| at <= end);
    let mut lines = Vec::new();
    for (source, read) in found {
        let whole = read.lines.into_iter().filter(|(at, _)| is_whole(*at));
        lines.extend(whole.map(|(at, text)| Line { at, source: Arc::clone(&source), text }));
    }
    lines.sort_by_key(|line| line.at);
    let excess = match around {
        None => lines.len().saturating_sub(tail),
        Some(moment) => lines.partition_point(|line| line.at < moment).saturating_sub(tail / 2),
    };
    lines.drain(..excess);
    lines.truncate(tail);
    (lines, cut.is_some() || excess > 0 || around.is_some())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn read(name: &str, times: &[i64], is_cut: bool) -> (Arc<LogSource>, Read) {
        let source = LogSource { pod: name.parse().unwrap(), container: "web".into() };
        let lines = times.iter().map(|at| (*at, format!("{name}{at}"))).collect();
        (Arc::new(source), Read { lines, is_cut, is_full: false })
    }

    fn texts(found: Vec<(Arc<LogSource>, Read)>, tail: usize) -> (Vec<String>, bool) {
        let (lines, more) = merge(found, tail, None);
        (lines.into_iter().map(|line| line.text).collect(), more)
    }

    #[test]
    fn a_page_begins_where_the_beginning_of_no_log_is_missing() {
        let found = vec![read("a", &[1, 5, 9], false), read("b", &[4, 6], true)];

        assert_eq!(texts(found, 100), (["b4", "a5", "b6", "a9"].map(str::to_owned).into(), true));
    }

    #[test]
    fn the_last_lines_of_all_are_shown() {
        let found = vec![read("a", &[1, 3], false), read("b", &[2], false)];

        assert_eq!(texts(found, 2), (["b2", "a3"].map(str::to_owned).into(), true));
        assert_eq!(texts(vec![read("a", &[1], false)], 2), (vec!["a1".to_owned()], false));
    }

    #[test]
    fn a_log_that_is_too_long_loses_its_oldest_lines() {
        let mut end = End { most_lines: 2, most_bytes: 100, ..End::default() };
        ["a", "b", "c"].into_iter().enumerate().for_each(|(at, text)| end.push((at as i64, text.to_owned())));
        assert_eq!((end.lines.len(), end.left_out), (2, true));

        end.push((9, "x".repeat(100)));
        assert_eq!(end.lines.iter().map(|line| line.0).collect::<Vec<_>>(), [9]);
    }

    #[test]
    fn what_stands_around_a_moment_is_shown_however_much_was_written_before_it() {
        let kept = |lines: usize| {
            let mut kept = Kept::new(Most { lines, bytes: 1_000, around: Some(50) });
            (0..100).for_each(|at| kept.push((at, "x".to_owned())));
            kept
        };
        let times = |lines: &[Timed]| lines.iter().map(|line| line.0).collect::<Vec<_>>();

        let read = kept(4).read();
        assert_eq!(times(&read.lines), [48, 49, 50, 51, 52, 53]);
        assert!(read.is_cut && read.is_full);
        assert!(!kept(100).is_full(), "the log has ended before");

        let busy = (Arc::new(LogSource { pod: "busy".parse().unwrap(), container: "web".into() }), read);
        let (lines, _) = merge(vec![busy, self::read("quiet", &[1, 49, 51, 99], false)], 4, Some(50));
        let shown: Vec<_> = lines.iter().map(|line| (line.at, line.source.pod.as_str())).collect();
        assert_eq!(shown, [(49, "busy"), (49, "quiet"), (50, "busy"), (51, "busy")]);
    }

    #[test]
    fn many_logs_are_not_each_asked_for_all() {
        assert_eq!((share(500, 1), share(500, 4), share(500, 200)), (500, 500, 50));
        assert_eq!(share(10, 200), 10);
    }
}
