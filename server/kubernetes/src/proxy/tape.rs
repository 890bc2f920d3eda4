//! Recording what commands show that programs such as kubectl run, where that has to be.

use super::frames::{ERRORS, OUTPUT, message};
use super::meaning::Pass;
use super::query::Query;
use super::said::Said;
use crate::caller::ForCaller;
use crate::slug::built_in;
use crate::terminal::{RecordedTerminal, Recording, end_of, outcome};
use access::{Action, Granted, Resource};
use bytes::Bytes;
use model::terminal::{TerminalEnd, TerminalPlace, TerminalRequest, TerminalSize};
use model::{ConsoleError, ResourceRef};
use parking_lot::Mutex;
use serde::Deserialize;
use std::sync::Arc;

/// More bytes than these are no size.
const LONGEST_SIZE: usize = 256;

/// A recording of one command.
pub(super) struct Tape {
    recording: Arc<dyn Recording>,
    days: u32,
    /// Where the program shows what stands there beside the command's own; nothing when it shows nothing.
    greeted_on: Option<u8>,
    status: Mutex<Vec<u8>>,
    broke: Mutex<Option<TerminalEnd>>,
}

/// The size of a terminal, as programs tell it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Size {
    width: u16,
    height: u16,
}

impl Tape {
    /// Begins a recording where what is asked for is a command whose place has them recorded. What cannot be recorded there
    /// is refused.
    pub async fn begin(
        caller: &ForCaller,
        granted: &Granted<Pass>,
        query: &Query,
        is_web_socket: bool,
    ) -> Result<Option<Arc<Self>>, ConsoleError> {
        let pass = granted.action();
        let Some(pod) = command_in(pass) else { return Ok(None) };
        let Some(recorder) = caller.kubernetes.recorder() else { return Ok(None) };
        let container = query.get("container").map(str::to_owned);
        let request = TerminalRequest { pod, container, shell: None, debug: None };
        let place = TerminalPlace::Container(request.clone());
        if !is_web_socket {
            return match recorder.asks_for(&place).await? {
                false => Ok(None),
                true => Err(ConsoleError::invalid("", SPDY)),
            };
        }
        // What it is called only matters to whoever looks at the recording.
        let container = caller.container_for(&request, &granted.identity()).await.unwrap_or_default();
        let (account, person) = caller.caller.responsible();
        let begun = recorder
            .begin(RecordedTerminal {
                place,
                action: pass.name(),
                size: TerminalSize::USUAL,
                account,
                person,
                request: caller.caller.request_id.clone(),
            })
            .await?;
        Ok(begun.map(|begun| {
            begun.recording.opened(&container);
            let greeted_on = match (query.flag("tty") == Ok(true), query.flag("stderr") == Ok(true)) {
                (true, _) => Some(OUTPUT),
                (false, true) => Some(ERRORS),
                (false, false) => None,
            };
            Arc::new(Self {
                recording: begun.recording,
                days: begun.days,
                greeted_on,
                status: Mutex::default(),
                broke: Mutex::default(),
            })
        }))
    }

    /// What is said before the command says anything.
    pub fn greeting(&self) -> Option<Bytes> {
        let words = format!("This session is recorded, and kept for {} days.\r\n", self.days);
        self.greeted_on.map(|channel| message(channel, words.as_bytes()))
    }

    /// The command wrote this. Answers with a `Status` when that cannot be kept: nothing is shown then.
    pub async fn output(&self, bytes: &[u8]) -> Result<(), Bytes> {
        if bytes.is_empty() {
            return Ok(());
        }
        let end = self.recording.output(bytes).await.err();
        end.map_or(Ok(()), |end| Err(Said::from(&self.break_off(end)).body()))
    }

    /// A piece of what says how the command ended.
    pub fn ended(&self, bytes: &[u8]) {
        self.status.lock().extend_from_slice(bytes);
    }

    /// The program's terminal has another size, or several one after the other; what has come of the next one stays.
    pub async fn resized(&self, sizes: &mut Vec<u8>) {
        if let Some(size) = last_size(sizes) {
            // A recording that is broken ends the command by itself.
            let _ = self.recording.resized(size).await;
        }
    }

    /// It is over, as the trail is told. The last thing that is recorded is why.
    pub async fn close(&self, carried: &Result<(), ConsoleError>) {
        let broke = self.broke.lock().take();
        let status = std::mem::take(&mut *self.status.lock());
        let end = match (broke, carried) {
            (Some(end), _) => end,
            (None, Err(error)) => TerminalEnd::Refused(error.clone()),
            (None, Ok(())) if status.is_empty() => TerminalEnd::Lost { because: None },
            (None, Ok(())) => end_of(&status),
        };
        self.recording.end(&end).await;
    }

    /// Notes that it cannot go on, and says so.
    fn break_off(&self, end: TerminalEnd) -> ConsoleError {
        let error =
            outcome(&end).err().unwrap_or_else(|| ConsoleError::invalid("", "the recording has ended"));
        *self.broke.lock() = Some(end);
        error
    }
}

/// The last of the sizes that are whole. Takes out what was read, and whatever never becomes a size.
fn last_size(sizes: &mut Vec<u8>) -> Option<TerminalSize> {
    let mut read = serde_json::Deserializer::from_slice(sizes).into_iter::<Size>();
    let (mut last, mut is_broken) = (None, false);
    for size in read.by_ref() {
        match size {
            Ok(size) => last = Some(size),
            Err(error) => {
                is_broken = !error.is_eof();
                break;
            }
        }
    }
    let end = read.byte_offset();
    let is_useless = is_broken || sizes.len() - end > LONGEST_SIZE;
    sizes.drain(..if is_useless { sizes.len() } else { end });
    last.map(|Size { width, height }| TerminalSize { columns: width, rows: height }.sensible())
}

/// Returns when the recording cannot go on; never without one.
pub(super) async fn broken(tape: Option<&Tape>) -> ConsoleError {
    match tape {
        Some(tape) => tape.break_off(tape.recording.broken().await),
        None => std::future::pending().await,
    }
}

/// Why a client that speaks SPDY runs no command where commands are recorded.
const SPDY: &str = "commands are recorded here, and those over SPDY cannot be: use kubectl 1.31 or later, which speaks \
                    WebSocket, or a terminal of the console";

/// The pod in which a command is asked for.
fn command_in(pass: &Pass) -> Option<ResourceRef> {
    let part = |part: &str| Resource::new("", "pods").part(part);
    let is_command = ["attach", "exec"].iter().any(|word| pass.need.resource == part(word));
    let access::Place::Namespace(namespace) = &pass.need.place else { return None };
    Some(ResourceRef {
        cluster: pass.need.cluster.clone().filter(|_| is_command)?,
        kind: built_in("pods"),
        namespace: Some(namespace.clone()),
        name: pass.need.name.clone()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sizes: &mut Vec<u8>) -> Option<(u16, u16)> {
        last_size(sizes).map(|size| (size.columns, size.rows))
    }

    #[test]
    fn of_several_sizes_the_last_counts_and_half_of_one_waits() {
        let mut sizes = br#"{"Width":80,"Height":24}{"Width":100,"Height":30}{"Wid"#.to_vec();

        assert_eq!(read(&mut sizes), Some((100, 30)));
        assert_eq!(sizes, br#"{"Wid"#);
        sizes.extend_from_slice(br#"th":90,"Height":20}"#);
        assert_eq!((read(&mut sizes), sizes.len()), (Some((90, 20)), 0));
    }

    #[test]
    fn what_never_becomes_a_size_is_not_kept() {
        for text in ["garbage", &format!("{{\"{}", "x".repeat(LONGEST_SIZE))] {
            let mut sizes = text.as_bytes().to_vec();
            assert_eq!((read(&mut sizes), sizes.len()), (None, 0), "{text}");
        }
    }
}
