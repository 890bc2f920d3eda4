//! Logs from their beginning to their end, as a file.

use super::ReadLog;
use super::request::{Part, Reader, Timed, next_lines, open};
use super::sources::Wanted;
use crate::caller::ForCaller;
use crate::error::KubernetesError;
use crate::recheck::Recheck;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{FutureExt, Stream, StreamExt};
use model::ConsoleError;
use model::live::LogSource;
use resources_contract::LogRequest;
use std::collections::VecDeque;
use std::fmt::Write;

/// About as much is sent at a time.
const PIECE: usize = 64 << 10;

/// A log that is read along with others: what waits of it is what one read of its connection gave.
struct Log {
    source: LogSource,
    stream: BoxStream<'static, Result<Bytes, KubernetesError>>,
    reader: Reader,
    waiting: VecDeque<Timed>,
    is_over: bool,
}

impl ForCaller {
    /// All lines of the logs that are asked for, in the order of their times, each with its time and, of several, with who
    /// wrote it. What is missing is said first. Breaks off when the right to them ends, however slowly they are read.
    pub async fn whole_log(
        &self,
        request: LogRequest,
    ) -> Result<impl Stream<Item = Result<Bytes, ConsoleError>> + Send + use<>, ConsoleError> {
        let cluster = self.cluster(&request.of.cluster).await?;
        let granted = self.kubernetes.access().grant(&self.caller, ReadLog(request.of.clone())).await?;
        let identity = granted.identity();
        let wanted = Wanted { of: &request.of, pod: request.pod.as_ref(), containers: &request.containers };
        let sources = self.log_sources(&cluster, &identity, &wanted).await?;
        let part =
            Part { previous: request.previous, since_seconds: request.since_seconds, ..Part::default() };
        let (mut logs, mut missing) = (Vec::new(), Vec::new());
        for source in sources.chosen {
            match open(&cluster, &identity, sources.namespace.as_ref(), &source, &part).await {
                Ok(stream) => logs.push(Log {
                    source,
                    stream: stream.boxed(),
                    reader: Reader::default(),
                    waiting: VecDeque::new(),
                    is_over: false,
                }),
                // One container that has not begun keeps nobody from the others.
                Err(error) => missing.push((source, error)),
            }
        }
        let note = note(&missing, sources.left_out);
        if let (true, Some((_, error))) = (logs.is_empty(), missing.pop()) {
            return Err(error.into());
        }
        let first = (!note.is_empty()).then(|| Ok(Bytes::from(note)));
        let mut recheck = Recheck::new(self, vec![Box::new(granted)]);
        let refused = async move { recheck.refused().await };
        Ok(while_allowed(futures::stream::iter(first).chain(pieces(logs)), refused))
    }
}

/// What comes for as long as the reader may have it, and then why there is no more: a part is taken by nobody for the whole.
fn while_allowed(
    pieces: impl Stream<Item = Result<Bytes, ConsoleError>> + Send + 'static,
    refused: impl Future<Output = ConsoleError> + Send + 'static,
) -> impl Stream<Item = Result<Bytes, ConsoleError>> + Send {
    let begun = Some((pieces.boxed(), refused.boxed()));
    let allowed = futures::stream::unfold(begun, |state| async move {
        let (mut pieces, mut refused) = state?;
        tokio::select! {
            biased;
            error = &mut refused => Some((Err(error), None)),
            piece = pieces.next() => piece.map(|piece| (piece, Some((pieces, refused)))),
        }
    });
    allowed.fuse()
}

/// What nobody is to look for in the file; empty when everything is in it.
fn note(missing: &[(LogSource, KubernetesError)], left_out: u32) -> String {
    let mut note = String::new();
    for (LogSource { pod, container }, error) in missing {
        let why = error.to_string().replace(char::is_control, " ");
        let _ = writeln!(note, "# Not in this file: {pod}/{container}: {why}");
    }
    if left_out > 0 {
        let _ = writeln!(note, "# Not in this file: the logs of {left_out} more containers");
    }
    note
}

/// The lines, until there are no more, or one log cannot be read further. Servers ask once more after the end.
fn pieces(logs: Vec<Log>) -> impl Stream<Item = Result<Bytes, ConsoleError>> + Send {
    let pieces = futures::stream::unfold(logs, |mut logs| async move {
        match piece(&mut logs).await {
            Ok(piece) if piece.is_empty() => None,
            Ok(piece) => Some((Ok(piece.into()), logs)),
            Err(error) => Some((Err(error.into()), Vec::new())),
        }
    });
    pieces.fuse()
}

/// The next lines of all; empty at the end.
async fn piece(logs: &mut [Log]) -> Result<String, KubernetesError> {
    let is_one = logs.len() == 1;
    let mut piece = String::new();
    while piece.len() < PIECE {
        for log in logs.iter_mut() {
            log.fill().await?;
        }
        let first = logs.iter_mut().filter(|log| !log.waiting.is_empty()).min_by_key(|log| log.waiting[0].0);
        let Some(log) = first else { break };
        let Some((at, text)) = log.waiting.pop_front() else { break };
        let moment = jiff::Timestamp::from_nanosecond(at.into()).unwrap_or_default();
        let LogSource { pod, container } = &log.source;
        let _ = match is_one {
            true => writeln!(piece, "{moment:.9} {text}"),
            false => writeln!(piece, "{moment:.9} {pod}/{container} {text}"),
        };
    }
    Ok(piece)
}

impl Log {
    /// Sees to it that a line waits, unless there are no more.
    async fn fill(&mut self) -> Result<(), KubernetesError> {
        if self.waiting.is_empty() && !self.is_over {
            match next_lines(&mut self.stream, &mut self.reader).await {
                Some(lines) => self.waiting.extend(lines?),
                None => self.is_over = true,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn log(pod: &str, text: &'static str) -> Log {
        let pieces = futures::stream::iter([Ok(Bytes::from_static(text.as_bytes()))]);
        Log {
            source: LogSource { pod: pod.parse().unwrap(), container: "web".into() },
            stream: pieces.boxed(),
            reader: Reader::default(),
            waiting: VecDeque::new(),
            is_over: false,
        }
    }

    #[tokio::test]
    async fn several_logs_become_one_in_order() {
        let a = log("a", "2026-11-26T09:00:00Z one\n2026-11-26T09:00:02Z three\n");
        let b = log("b", "2026-11-26T09:00:01Z two\n");

        let mut pieces = Box::pin(pieces(vec![a, b]));
        let text = pieces.next().await.unwrap().unwrap();
        assert!(
            pieces.next().await.is_none() && pieces.next().await.is_none(),
            "the end may be asked for twice"
        );

        let line = |second, rest| format!("2026-11-26T09:00:0{second}.000000000Z {rest}\n");
        let expected = [line(0, "a/web one"), line(1, "b/web two"), line(2, "a/web three")].concat();
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_missing_is_said_line_by_line() {
        let source = LogSource { pod: "web-1".parse().unwrap(), container: "web".into() };
        let error = KubernetesError::Unreachable {
            cluster: "harbour".into(),
            cause: "no route\nto host".into(),
            may_be_done: false,
        };

        assert_eq!(note(&[], 0), "");
        assert_eq!(
            note(&[(source, error)], 3),
            "# Not in this file: web-1/web: no route to host\n\
             # Not in this file: the logs of 3 more containers\n"
        );
    }
}
