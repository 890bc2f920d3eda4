//! One recording while it goes on: what was handed over and is not kept yet.

use crate::{Inner, cast, purpose};
use async_trait::async_trait;
use database::recordings::RecordingProgress;
use kubernetes::Recording;
use model::terminal::{TerminalEnd, TerminalSize};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The most that one terminal may write while it is recorded, in bytes. More is no session of a person any more.
pub const MOST_BYTES: u64 = 64 << 20;
/// What may wait to be kept, in bytes of events. Whoever writes more waits.
const WAITING: usize = 128 << 10;
/// From here on it is not left for the next round.
const MUCH: usize = 32 << 10;
/// How often it is said that a quiet recording still goes on.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// How long the end of a terminal waits for its end to be kept.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// A recording that goes on, or whose end is not kept yet.
pub struct Open {
    id: Uuid,
    began: Instant,
    most: u64,
    state: Mutex<State>,
    /// Something was taken to be kept.
    room: Notify,
    /// Its end is kept, or given up.
    done: CancellationToken,
    broken: CancellationToken,
    hurry: Arc<Notify>,
}

#[derive(Default)]
struct State {
    events: String,
    /// The beginning of a character whose end has not come yet.
    rest: Vec<u8>,
    container: String,
    size_bytes: u64,
    chunks: i64,
    ended: Option<(String, String)>,
    /// Why nothing can be kept any more.
    why: String,
    /// Something changed since it was kept last.
    is_new: bool,
    kept: Option<Instant>,
}

impl Open {
    /// One that begins now.
    pub fn new(id: Uuid, most: u64, hurry: Arc<Notify>) -> Self {
        Self {
            id,
            began: Instant::now(),
            most,
            state: Mutex::new(State { kept: Some(Instant::now()), ..State::default() }),
            room: Notify::new(),
            done: CancellationToken::new(),
            broken: CancellationToken::new(),
            hurry,
        }
    }

    /// Which one.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What is to be kept now, if anything is.
    pub fn take(&self, inner: &Inner) -> Option<RecordingProgress> {
        let mut state = self.state.lock();
        let is_quiet = !state.is_new && state.events.is_empty();
        if is_quiet && state.kept.is_some_and(|kept| kept.elapsed() < SIGN_OF_LIFE) {
            return None;
        }
        if state.ended.is_some() && !state.rest.is_empty() {
            state.rest.clear();
            let last = cast::output(self.seconds(), "\u{fffd}");
            state.events.push_str(&last);
        }
        let events = std::mem::take(&mut state.events);
        let chunk = (!events.is_empty()).then(|| {
            let place = state.chunks;
            state.chunks += 1;
            (place, sealed(inner, self.id, place, &events))
        });
        state.is_new = false;
        state.kept = Some(Instant::now());
        self.room.notify_waiters();
        Some(RecordingProgress {
            id: self.id,
            container: state.container.clone(),
            chunk,
            chunks: state.chunks,
            size_bytes: i64::try_from(state.size_bytes).unwrap_or(i64::MAX),
            ended: state.ended.clone(),
        })
    }

    /// What [`Open::take`] gave is kept. Answers whether there will be no more.
    pub fn is_kept(&self, progress: &RecordingProgress) -> bool {
        if progress.ended.is_some() {
            self.done.cancel();
        }
        progress.ended.is_some()
    }

    /// Nothing can be kept any more: its terminal ends.
    pub fn give_up(&self, why: &str) {
        why.clone_into(&mut self.state.lock().why);
        self.broken.cancel();
        self.room.notify_waiters();
    }

    /// Whether its terminal has ended.
    pub fn has_ended(&self) -> bool {
        self.state.lock().ended.is_some()
    }

    fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// Hands events over as soon as there is room for them.
    async fn add(&self, size_bytes: usize, event: impl Fn(&mut State, f64)) -> Result<(), TerminalEnd> {
        loop {
            let room = self.room.notified();
            tokio::pin!(room);
            // From now on nothing that happens is missed.
            room.as_mut().enable();
            if self.broken.is_cancelled() {
                return Err(self.unrecorded());
            }
            {
                let mut state = self.state.lock();
                let size = state.size_bytes + size_bytes as u64;
                if size > self.most {
                    let mebibytes = u32::try_from(self.most >> 20).unwrap_or(u32::MAX);
                    return Err(TerminalEnd::RecordingFull { mebibytes });
                }
                if state.events.len() < WAITING {
                    state.size_bytes = size;
                    event(&mut state, self.seconds());
                    if state.events.len() >= MUCH {
                        self.hurry.notify_one();
                    }
                    return Ok(());
                }
            }
            tokio::select! {
                () = room => {}
                () = self.broken.cancelled() => {}
            }
        }
    }

    fn unrecorded(&self) -> TerminalEnd {
        TerminalEnd::Unrecorded { why: self.state.lock().why.clone() }
    }
}

fn sealed(inner: &Inner, id: Uuid, place: i64, events: &str) -> String {
    let packed = zstd::bulk::compress(events.as_bytes(), 3).expect("memory can be compressed into memory");
    inner.seal.seal(&purpose(id, place), &packed)
}

/// The terminal's end of a recording. Dropped without a word, it ends as one that was cut off.
pub struct Handle(pub Arc<Open>);

#[async_trait]
impl Recording for Handle {
    fn opened(&self, container: &str) {
        let mut state = self.0.state.lock();
        container.clone_into(&mut state.container);
        state.is_new = true;
    }

    async fn output(&self, bytes: &[u8]) -> Result<(), TerminalEnd> {
        self.0
            .add(bytes.len(), |state, seconds| {
                let text = cast::whole(&mut state.rest, bytes);
                if !text.is_empty() {
                    state.events.push_str(&cast::output(seconds, &text));
                }
            })
            .await
    }

    async fn resized(&self, size: TerminalSize) -> Result<(), TerminalEnd> {
        let event = |state: &mut State, seconds| state.events.push_str(&cast::resize(seconds, size));
        // Never free, or a flood of them would have no end.
        self.0.add(16, event).await
    }

    async fn broken(&self) -> TerminalEnd {
        self.0.broken.cancelled().await;
        self.0.unrecorded()
    }

    async fn end(&self, end: &TerminalEnd) {
        self.0.end(ending(end));
        if tokio::time::timeout(LAST_WAIT, self.0.done.cancelled()).await.is_err() {
            tracing::warn!(recording = %self.0.id, "The end of a recording is not kept yet");
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.end((database::recordings::CUT, String::new()));
    }
}

impl Open {
    fn end(&self, (word, detail): (&str, String)) {
        let mut state = self.state.lock();
        if state.ended.is_none() {
            state.ended = Some((word.to_owned(), detail));
            state.is_new = true;
            self.hurry.notify_one();
        }
    }
}

/// A word of `recordings_contract::ENDINGS`, and what there is to say about it.
fn ending(end: &TerminalEnd) -> (&'static str, String) {
    match end {
        TerminalEnd::Exited { code, .. } => ("exited", code.to_string()),
        TerminalEnd::NoShell { .. } => ("no-shell", String::new()),
        TerminalEnd::Failed { message } => ("failed", message.clone()),
        TerminalEnd::Lost { .. } => ("lost", String::new()),
        TerminalEnd::Idle { minutes } => ("idle", minutes.to_string()),
        TerminalEnd::Stopping => ("stopping", String::new()),
        TerminalEnd::RecordingFull { mebibytes } => ("full", mebibytes.to_string()),
        TerminalEnd::Unrecorded { why } => ("unrecorded", why.clone()),
        TerminalEnd::TooMany { limit } => ("refused", format!("{limit} terminals are open already")),
        TerminalEnd::Refused(error) => ("refused", error.to_string()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn open(most: u64) -> Handle {
        Handle(Arc::new(Open::new(Uuid::new_v4(), most, Arc::default())))
    }

    #[tokio::test]
    async fn a_recording_that_is_full_says_so() {
        let handle = open(2 << 20);

        let chunk = vec![b'a'; 64 << 10];
        handle.output(&chunk).await.unwrap();
        handle.0.state.lock().size_bytes = (2 << 20) - 1;

        assert_eq!(handle.output(b"ab").await, Err(TerminalEnd::RecordingFull { mebibytes: 2 }));
        assert_eq!(handle.output(b"a").await, Ok(()));
    }

    #[tokio::test]
    async fn who_writes_faster_than_is_kept_waits_and_hears_when_that_is_given_up() {
        let handle = open(MOST_BYTES);
        let chunk = vec![b'a'; WAITING];
        handle.output(&chunk).await.unwrap();

        let waiting = handle.output(b"more");
        tokio::pin!(waiting);
        assert!(tokio::time::timeout(Duration::from_millis(50), waiting.as_mut()).await.is_err());
        handle.0.give_up("the disk is full");

        let why = "the disk is full".to_owned();
        assert_eq!(waiting.await, Err(TerminalEnd::Unrecorded { why: why.clone() }));
        assert_eq!(handle.broken().await, TerminalEnd::Unrecorded { why });
    }

    #[test]
    fn every_end_has_a_word_that_pages_know() {
        for end in [
            TerminalEnd::Exited { code: 0, because: None },
            TerminalEnd::NoShell { tried: vec![] },
            TerminalEnd::Failed { message: String::new() },
            TerminalEnd::Lost { because: None },
            TerminalEnd::Idle { minutes: 60 },
            TerminalEnd::Stopping,
            TerminalEnd::RecordingFull { mebibytes: 64 },
            TerminalEnd::Unrecorded { why: String::new() },
            TerminalEnd::TooMany { limit: 16 },
            TerminalEnd::Refused(model::ConsoleError::NotSignedIn),
        ] {
            assert!(recordings_contract::ENDINGS.contains(&ending(&end).0), "{end:?}");
        }
        assert!(recordings_contract::ENDINGS.contains(&database::recordings::CUT));
    }
}
