//! When to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Answers when the process is asked to stop: by SIGTERM, or by Ctrl-C.
pub async fn interrupted() {
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be listened for");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
