//! Where all feeds of a stream put their messages. Whoever reads slowly makes them wait.

use crate::feed::Message;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Messages that wait for a slow reader before its feeds wait too, and their bytes.
const QUEUE: usize = 64;
const QUEUE_BYTES: usize = 4 << 20;

/// The reader has gone.
pub(super) struct Gone;

/// A message that waits for its reader, and the room that it takes.
pub(super) struct Waiting {
    /// Which feed it is of.
    pub number: u32,
    pub message: Message,
    _room: OwnedSemaphorePermit,
}

/// The writing end; one for each feed.
#[derive(Clone)]
pub(super) struct Outbox {
    out: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
}

/// A queue with room for so many messages and bytes.
pub(super) fn outbox() -> (Outbox, mpsc::Receiver<Waiting>) {
    let (out, arriving) = mpsc::channel(QUEUE);
    (Outbox { out, room: Arc::new(Semaphore::new(QUEUE_BYTES)) }, arriving)
}

impl Outbox {
    /// Waits while too much waits for the reader. A message that is larger than all room goes alone.
    pub async fn send(&self, number: u32, message: Message) -> Result<(), Gone> {
        let bytes = message.1.len().min(QUEUE_BYTES) as u32;
        let room = Arc::clone(&self.room).acquire_many_owned(bytes).await.map_err(|_| Gone)?;
        self.out.send(Waiting { number, message, _room: room }).await.map_err(|_| Gone)
    }

    /// Returns when the reader has gone.
    pub async fn closed(&self) {
        self.out.closed().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_slow_reader_has_only_so_many_bytes_waiting() {
        let (outbox, mut arriving) = outbox();
        let large: Message = (None, "x".repeat(QUEUE_BYTES / 4).into());
        let send = || tokio::time::timeout(Duration::from_millis(100), outbox.send(1, large.clone()));
        for _ in 0..4 {
            assert!(matches!(send().await, Ok(Ok(()))));
        }

        assert!(send().await.is_err(), "there is no room");
        drop(arriving.recv().await);
        assert!(matches!(send().await, Ok(Ok(()))));

        drop(arriving);
        assert!(matches!(send().await, Ok(Err(Gone))));
    }
}
