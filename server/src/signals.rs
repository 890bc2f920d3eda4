//! When to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Who asks to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy {
    /// SIGTERM: whoever manages processes. Others may still send visitors here.
    Manager,
    /// Ctrl-C: a person who waits.
    Person,
}

/// Answers when the process is asked to stop: by SIGTERM, or by Ctrl-C.
pub async fn interrupted() -> AskedBy {
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be listened for");
    tokio::select! {
        _ = terminate.recv() => AskedBy::Manager,
        _ = tokio::signal::ctrl_c() => AskedBy::Person,
    }
}
