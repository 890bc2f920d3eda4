//! Why a terminal ended, in words.

use crate::words::{text, text_with};
use model::Level;
use model::terminal::{ContainerFate, TerminalEnd};
use ui::error_words;

/// How a terminal ended, as this tab knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The server said why.
    Said(TerminalEnd),
    /// The connection is gone, without a word.
    Cut,
}

/// The sentence, and how bad it is.
pub(super) fn ending_words(ending: &Ending) -> (Level, String) {
    let end = match ending {
        Ending::Cut => return (Level::Warning, text("terminal.cut").to_owned()),
        Ending::Said(end) => end,
    };
    match end {
        TerminalEnd::Exited { because: Some(fate), .. } | TerminalEnd::Lost { because: Some(fate) } => {
            (Level::Warning, fate_words(fate))
        }
        TerminalEnd::Exited { code: 0, .. } => (Level::Inactive, text("terminal.exited").to_owned()),
        TerminalEnd::Exited { code, .. } => {
            (Level::Inactive, text_with("terminal.exited.code", &[("code", code)]))
        }
        TerminalEnd::NoShell { tried } => {
            let names: Vec<&str> = tried.iter().map(|shell| shell.word()).collect();
            (Level::Failed, text_with("terminal.no-shell", &[("tried", &ui::listed(&names))]))
        }
        TerminalEnd::Failed { message } => {
            (Level::Failed, text_with("terminal.failed", &[("message", message)]))
        }
        TerminalEnd::Lost { because: None } => (Level::Warning, text("terminal.lost").to_owned()),
        TerminalEnd::Idle { minutes } => {
            (Level::Inactive, text_with("terminal.idle", &[("minutes", minutes)]))
        }
        TerminalEnd::Stopping => (Level::Inactive, text("terminal.stopping").to_owned()),
        TerminalEnd::RecordingFull { mebibytes } => {
            (Level::Warning, text_with("terminal.recording-full", &[("size", mebibytes)]))
        }
        TerminalEnd::Unrecorded { why } => (Level::Failed, text_with("terminal.unrecorded", &[("why", why)])),
        TerminalEnd::TooMany { limit } => {
            (Level::Warning, text_with("terminal.too-many", &[("limit", limit)]))
        }
        TerminalEnd::Refused(error) => (Level::Failed, error_words(error)),
    }
}

fn fate_words(fate: &ContainerFate) -> String {
    match fate {
        ContainerFate::PodDeleted => text("terminal.pod-deleted").to_owned(),
        ContainerFate::Ended { reason, code } => {
            text_with("terminal.container-ended", &[("reason", reason), ("code", code)])
        }
    }
}
