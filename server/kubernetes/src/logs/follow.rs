//! Logs as they are written. Whoever reads slowly makes the containers' logs wait where they are, on their nodes: nothing
//! grows here, and nothing is lost.

use super::ReadLog;
use super::merge::{Merger, to_lines};
use super::page::MOST_LINES;
use super::request::{Part, Reader, Timed, next_lines, open};
use super::sources::Wanted;
use crate::caller::ForCaller;
use crate::cluster::Cluster;
use crate::error::KubernetesError;
use crate::ticks;
use access::{Granted, Identity};
use model::live::{ContainerChoice, LogLines, LogSource, LogTopic};
use model::{ConsoleError, Namespace};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Interval, sleep, timeout};

/// A round: new lines are gathered for so long, because a person reads no faster, and wait as long for those of others.
const ROUND: Duration = Duration::from_millis(200);
/// More bytes than these are passed on before the round is over.
const MOST_WAITING: usize = 1 << 20;
/// Pieces of logs that wait for being merged; each is what one read of a connection gave, at most some 64 KiB.
const PIECES: usize = 16;
/// How often is looked for new pods.
const LOOK: Duration = Duration::from_secs(2);
/// The longest wait before a log that broke is opened again.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// After so long without a line an answer has told what was there.
const STALL: Duration = Duration::from_millis(500);
/// What may come late of a log that was followed before: so much is told again, and known by the reader.
const AGAIN: i64 = 2 * 1_000_000_000;

/// What is new.
#[derive(Debug)]
pub(crate) enum LogNews {
    /// The reader's lines are not known here: the last ones are told.
    Anew,
    Lines {
        revision: String,
        lines: LogLines,
    },
}

/// Logs that are followed.
pub(crate) struct LogStream {
    caller: ForCaller,
    identity: Identity,
    cluster: Arc<Cluster>,
    topic: LogTopic,
    namespace: Option<Namespace>,
    open: BTreeMap<Arc<LogSource>, AbortHandle>,
    tasks: JoinSet<()>,
    pieces: mpsc::Receiver<(Arc<LogSource>, Piece)>,
    out: mpsc::Sender<(Arc<LogSource>, Piece)>,
    merger: Merger,
    has_gap: bool,
    is_told_anew: bool,
    latest: i64,
    rounds: Interval,
    looks: Interval,
    start: Part,
}

enum Piece {
    Lines(Vec<Timed>),
    /// More was written meanwhile than is told again.
    Gap,
    /// The container, or its pod, is gone.
    Over,
}

impl ForCaller {
    /// The grant that logs flow under, and the logs, from a revision or from their last lines on.
    pub(crate) async fn follow_log(
        &self,
        topic: LogTopic,
        from: Option<&str>,
    ) -> Result<(Granted<ReadLog>, LogStream), ConsoleError> {
        let cluster = self.cluster(&topic.of.cluster).await?;
        let granted = self.kubernetes.access().grant(&self.caller, ReadLog(topic.of.clone())).await?;
        let (out, pieces) = mpsc::channel(PIECES);
        let tail = Some(topic.tail.clamp(1, MOST_LINES));
        let from = from.and_then(|from| from.parse::<i64>().ok());
        let start = match from {
            Some(from) => Part {
                follow: true,
                tail: Some(MOST_LINES),
                since: Some(from.saturating_sub(AGAIN)),
                ..Part::default()
            },
            None => Part { follow: true, tail, ..Part::default() },
        };
        let mut stream = LogStream {
            caller: self.clone(),
            identity: granted.identity(),
            cluster,
            topic,
            namespace: None,
            open: BTreeMap::new(),
            tasks: JoinSet::new(),
            pieces,
            out,
            merger: Merger::default(),
            has_gap: false,
            is_told_anew: from.is_none(),
            latest: from.unwrap_or(i64::MIN),
            rounds: ticks::at_once(ROUND),
            looks: ticks::at_once(LOOK),
            start,
        };
        stream.look().await?;
        // Pods that appear from now on are read from their beginning.
        stream.start = Part { follow: true, tail: Some(MOST_LINES), ..Part::default() };
        Ok((granted, stream))
    }
}

impl LogStream {
    /// What is new; waits for it. Ends only with an error.
    pub async fn next(&mut self) -> Result<LogNews, ConsoleError> {
        if std::mem::take(&mut self.is_told_anew) {
            return Ok(LogNews::Anew);
        }
        loop {
            tokio::select! {
                Some((source, piece)) = self.pieces.recv() => {
                    self.take(&source, piece);
                    if self.merger.bytes() > MOST_WAITING {
                        let lines = self.merger.flush();
                        return Ok(self.hand_out(lines));
                    }
                }
                _ = self.rounds.tick(), if !self.merger.is_empty() => {
                    let lines = self.merger.settle();
                    if !lines.is_empty() {
                        return Ok(self.hand_out(lines));
                    }
                }
                _ = self.looks.tick() => {
                    // A pod that is gone, or a store that is being read, ends nothing: its log may still be told.
                    let _ = self.look().await;
                }
            }
        }
    }

    fn hand_out(&mut self, lines: Vec<super::merge::Line>) -> LogNews {
        self.latest = lines.iter().map(|line| line.at).fold(self.latest, i64::max);
        let gap = std::mem::take(&mut self.has_gap);
        LogNews::Lines { revision: self.latest.to_string(), lines: to_lines(lines, gap) }
    }

    fn take(&mut self, source: &Arc<LogSource>, piece: Piece) {
        match piece {
            Piece::Lines(lines) => self.merger.push(source, lines),
            Piece::Gap => self.has_gap = true,
            // Looked for again, it is opened again if it has come back.
            Piece::Over => {
                self.open.remove(source);
            }
        }
    }

    /// Opens the logs that are not open yet.
    async fn look(&mut self) -> Result<(), ConsoleError> {
        let topic = &self.topic;
        let is_fixed =
            topic.of.kind.as_str() == "pods" && matches!(topic.containers, ContainerChoice::Named(_));
        if is_fixed && !self.open.is_empty() {
            return Ok(());
        }
        let wanted = Wanted { of: &topic.of, pod: topic.pod.as_ref(), containers: &topic.containers };
        let sources = self.caller.log_sources(&self.cluster, &self.identity, &wanted).await?;
        self.namespace = sources.namespace.or(self.namespace.take());
        // What has gone from the list may still say its last words; what has said them is forgotten.
        self.open.retain(|source, task| sources.chosen.contains(source) || !task.is_finished());
        for source in sources.chosen {
            let source = Arc::new(source);
            if self.open.contains_key(&source) {
                continue;
            }
            let reading = Source {
                cluster: Arc::clone(&self.cluster),
                identity: self.identity.clone(),
                namespace: self.namespace.clone(),
                source: Arc::clone(&source),
                out: self.out.clone(),
            };
            let task = self.tasks.spawn(reading.run(self.start.clone()));
            self.open.insert(source, task);
        }
        Ok(())
    }
}

/// One log that is followed.
struct Source {
    cluster: Arc<Cluster>,
    identity: Identity,
    namespace: Option<Namespace>,
    source: Arc<LogSource>,
    out: mpsc::Sender<(Arc<LogSource>, Piece)>,
}

impl Source {
    /// Follows until the container is gone; opens the log again, from where it was, whenever it ends or breaks.
    async fn run(self, first: Part) {
        let mut last = first.since;
        let mut part = first;
        let mut wait = Duration::from_secs(1);
        loop {
            match self.read(&part, &mut last).await {
                Ok(true) => wait = Duration::from_secs(1),
                Ok(false) => {}
                Err(error) if is_gone(&error) => {
                    let _ = self.say(Piece::Over).await;
                    return;
                }
                Err(_) => {}
            }
            if self.out.is_closed() {
                return;
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
            part = Part { follow: true, tail: Some(MOST_LINES), since: last, ..Part::default() };
        }
    }

    /// Reads once, to the end; says whether anything was told.
    async fn read(&self, part: &Part, last: &mut Option<i64>) -> Result<bool, KubernetesError> {
        let namespace = self.namespace.as_ref();
        let opened = i64::try_from(jiff::Timestamp::now().as_nanosecond()).unwrap_or(i64::MAX);
        let mut stream = open(&self.cluster, &self.identity, namespace, &self.source, part).await?;
        let mut reader = Reader::default();
        let (before, mut is_told) = (*last, false);
        let may_miss = part.since.is_some() && part.tail == Some(MOST_LINES);
        let mut beginning = may_miss.then(|| Beginning::new(opened));
        loop {
            let next = next_lines(&mut stream, &mut reader);
            let next = if beginning.is_some() {
                // Without a word for so long, what was there has been told.
                let Ok(next) = timeout(STALL, next).await else {
                    self.begin(&mut beginning, false, last).await?;
                    continue;
                };
                next
            } else {
                next.await
            };
            let Some(lines) = next else { break };
            let mut lines = lines?;
            is_told = true;
            let told = lines.len();
            // Clusters are asked to the second; what was told already comes again.
            lines.retain(|(at, _)| before.is_none_or(|before| *at > before));
            let Some(held) = &mut beginning else {
                self.tell(lines, last).await?;
                continue;
            };
            let is_known = lines.len() < told;
            if let Some(has_gap) = held.take(lines, is_known) {
                self.begin(&mut beginning, has_gap, last).await?;
            }
        }
        self.begin(&mut beginning, false, last).await?;
        Ok(is_told)
    }

    /// Tells the beginning of an answer, once it is known whether something is missing before it.
    async fn begin(
        &self,
        beginning: &mut Option<Beginning>,
        has_gap: bool,
        last: &mut Option<i64>,
    ) -> Result<(), KubernetesError> {
        let Some(Beginning { held, .. }) = beginning.take() else { return Ok(()) };
        if has_gap {
            self.say(Piece::Gap).await?;
        }
        self.tell(held, last).await
    }

    async fn tell(&self, lines: Vec<Timed>, last: &mut Option<i64>) -> Result<(), KubernetesError> {
        let Some((at, _)) = lines.last() else { return Ok(()) };
        *last = Some(*at);
        self.say(Piece::Lines(lines)).await
    }

    async fn say(&self, piece: Piece) -> Result<(), KubernetesError> {
        let said = self.out.send((Arc::clone(&self.source), piece)).await;
        said.map_err(|_| KubernetesError::Missing { what: "the reader".into() })
    }
}

/// The beginning of an answer that may not reach back to what is known: it is held until that is sure. An answer is cut to
/// its last lines, and comes in many pieces.
struct Beginning {
    held: Vec<Timed>,
    bytes: usize,
    /// Lines up to now were there when the log was opened.
    opened: i64,
    /// How many they are.
    were_there: u32,
}

impl Beginning {
    fn new(opened: i64) -> Self {
        Self { held: Vec::new(), bytes: 0, opened, were_there: 0 }
    }

    /// Takes lines that are not known, of a piece that may have had known ones. Says whether lines are missing before them
    /// as soon as that is sure: as many were there as were asked for, and none of them is known.
    fn take(&mut self, lines: Vec<Timed>, is_known: bool) -> Option<bool> {
        let is_over = is_known || lines.last().is_some_and(|(at, _)| *at > self.opened);
        for (at, text) in &lines {
            self.bytes += text.len();
            self.were_there += u32::from(*at <= self.opened);
        }
        self.held.extend(lines);
        if !is_known && self.were_there >= MOST_LINES {
            return Some(true);
        }
        (is_over || self.bytes > MOST_WAITING).then_some(false)
    }
}

/// The pod, or the container, is no more.
fn is_gone(error: &KubernetesError) -> bool {
    matches!(error, KubernetesError::Missing { .. }) || error.code() == Some(404)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines that were written at these moments.
    fn lines(times: std::ops::Range<i64>) -> Vec<Timed> {
        times.map(|at| (at, format!("line {at}"))).collect()
    }

    #[test]
    fn lines_are_missing_when_all_that_were_asked_for_are_unknown() {
        let most = i64::from(MOST_LINES);
        let mut beginning = Beginning::new(10_000);

        assert_eq!(beginning.take(lines(0..most - 1), false), None);
        assert_eq!(beginning.take(lines(most - 1..most), false), Some(true));
        assert_eq!(beginning.held.len(), lines(0..most).len());
    }

    #[test]
    fn nothing_is_missing_when_one_of_them_is_known_or_they_are_written_by_now() {
        let most = i64::from(MOST_LINES);

        assert_eq!(Beginning::new(10_000).take(lines(0..most), true), Some(false));
        assert_eq!(Beginning::new(100).take(lines(0..most), false), Some(false));
        let mut few = Beginning::new(100);
        assert_eq!(few.take(lines(90..100), false), None);
        assert_eq!(few.take(lines(100..102), false), Some(false));
    }

    #[test]
    fn not_more_is_held_than_may_wait() {
        let long = vec![(1, "x".repeat(MOST_WAITING + 1))];

        assert_eq!(Beginning::new(10).take(long, false), Some(false));
    }
}
