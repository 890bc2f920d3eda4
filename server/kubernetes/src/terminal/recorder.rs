//! Who keeps what terminals show, where that has to be.

use super::Exec;
use crate::caller::ForCaller;
use access::{Action, Granted};
use async_trait::async_trait;
use model::ConsoleError;
use model::terminal::{TerminalEnd, TerminalPlace, TerminalSize};
use std::sync::Arc;
use uuid::Uuid;

/// Keeps what terminals show.
#[async_trait]
pub trait Recorder: Send + Sync {
    /// Whether a terminal in that place has to be recorded.
    async fn asks_for(&self, place: &TerminalPlace) -> Result<bool, ConsoleError>;
    /// Begins a recording if a terminal in that place has to be recorded. What cannot be recorded then is not opened.
    async fn begin(&self, terminal: RecordedTerminal) -> Result<Option<Begun>, ConsoleError>;
}

/// A terminal that is about to be opened.
#[derive(Clone, Debug)]
pub struct RecordedTerminal {
    /// Where.
    pub place: TerminalPlace,
    /// What the audit trail calls it.
    pub action: &'static str,
    /// How large it is at first.
    pub size: TerminalSize,
    /// Whose it is.
    pub account: Uuid,
    /// What they were called then.
    pub person: String,
    /// The request, as the audit trail knows it.
    pub request: String,
}

/// A recording that has begun.
pub struct Begun {
    /// The recording.
    pub recording: Arc<dyn Recording>,
    /// For how many days it is kept.
    pub days: u32,
}

/// A recording of one terminal. What it answers with an error ends the terminal.
#[async_trait]
pub trait Recording: Send + Sync {
    /// A shell runs in this container.
    fn opened(&self, container: &str);
    /// The shell wrote this. Waits while what was written before is not kept yet.
    async fn output(&self, bytes: &[u8]) -> Result<(), TerminalEnd>;
    /// The terminal has another size.
    async fn resized(&self, size: TerminalSize) -> Result<(), TerminalEnd>;
    /// Returns when nothing can be kept any more.
    async fn broken(&self) -> TerminalEnd;
    /// The terminal has ended so. Waits a while until that is kept.
    async fn end(&self, end: &TerminalEnd);
}

/// Begins one if that place asks for it.
pub(super) async fn begin(
    caller: &ForCaller,
    granted: &Granted<Exec>,
    size: TerminalSize,
) -> Result<Option<Begun>, ConsoleError> {
    let Some(recorder) = caller.kubernetes.recorder() else { return Ok(None) };
    let action = granted.action();
    let (account, person) = caller.caller.responsible();
    let terminal = RecordedTerminal {
        place: action.0.clone(),
        action: action.name(),
        size,
        account,
        person,
        request: caller.caller.request_id.clone(),
    };
    recorder.begin(terminal).await
}

/// Returns when the recording cannot go on; never without one.
pub(super) async fn broken(recording: Option<&dyn Recording>) -> TerminalEnd {
    match recording {
        Some(recording) => recording.broken().await,
        None => std::future::pending().await,
    }
}
