//! What was sent to receivers.

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// A message to a receiver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// When there was something to tell.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
    /// What it is about, in a line.
    pub subject: String,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was not delivered when it was tried last; empty when it was.
    pub problem: String,
}

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Alerts began to fire.
    Firing,
    /// Alerts still fire.
    Repeat,
    /// Alerts do not fire any more.
    Resolved,
    /// Somebody tries the receiver out.
    Test,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Firing, Self::Repeat, Self::Resolved, Self::Test];

    /// Its stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Repeat => "repeat",
            Self::Resolved => "resolved",
            Self::Test => "test",
        }
    }

    /// The reason of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryState {
    /// It will be tried at this time.
    Waiting(Timestamp),
    /// It is being sent.
    Sending,
    /// The receiver's system took it.
    Sent,
    /// It was refused, or tried often enough.
    Failed,
    /// The console ended while it was sent, or a mail server that has it did not say whether it took it. Whether it arrived is not known, and it is not sent again.
    Unknown,
}
