//! Bytes both ways between a program and a cluster, until either has had enough or the right is gone.

use super::ApiUpgrade;
use super::frames::{ERRORS, Frames, OUTPUT, SIZE, STATUS, farewell};
use super::said::Said;
use super::tape::{self, Tape};
use crate::error::KubernetesError;
use crate::recheck::Recheck;
use bytes::Bytes;
use futures::FutureExt;
use http::Response;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use model::ConsoleError;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);
/// Bytes that wait in each direction.
const WAITING: usize = 16 << 10;

/// What is carried.
pub(super) struct Tunnel {
    /// The program's side.
    pub near: ApiUpgrade,
    /// The cluster's answer, which switches to another protocol.
    pub far: Response<Body>,
    /// Whether both sides speak of a command, so that its end can be told.
    pub is_command: bool,
    /// Keeps what the command shows, where it has to be.
    pub tape: Option<Arc<Tape>>,
    pub recheck: Recheck,
    pub stop: CancellationToken,
}

impl Tunnel {
    /// Carries to the end.
    pub async fn run(self, cluster: &str) -> Result<(), ConsoleError> {
        let Self { near, far, is_command, tape, mut recheck, stop } = self;
        let ApiUpgrade { connection, seat: _seat } = near;
        let broken = |error: &dyn std::error::Error| KubernetesError::Unreachable {
            cluster: cluster.into(),
            cause: error.to_string(),
            may_be_done: false,
        };
        let far = hyper::upgrade::on(far).await.map_err(|error| broken(&error))?;
        // Whoever does not switch after all has gone.
        let Ok(near) = connection.await else { return Ok(()) };
        let (near_read, near_write) = tokio::io::split(TokioIo::new(near));
        let (far_read, far_write) = tokio::io::split(TokioIo::new(far));
        let (over, is_over) = oneshot::channel();
        let frames = is_command.then(Frames::default);
        let down = down(far_read, near_write, frames, tape.as_deref(), is_over);
        let up = up(near_read, far_write, tape.as_deref());
        let ended = async {
            tokio::select! {
                error = recheck.refused() => Some(error),
                () = stop.cancelled() => None,
                error = tape::broken(tape.as_deref()) => Some(error),
            }
        };
        carry(up, down, ended, over).await
    }
}

/// Carries both ways to their ends, or until something else ends it, which the program is told. Where one way breaks, the other
/// has nothing to carry any more: a command that is quiet would never notice that nobody is there, nor a program that its
/// command is gone.
async fn carry(
    up: impl Future<Output = io::Result<()>>,
    down: impl Future<Output = io::Result<()>>,
    ended: impl Future<Output = Option<ConsoleError>>,
    over: oneshot::Sender<Bytes>,
) -> Result<(), ConsoleError> {
    // It may have ended long before the program does.
    let mut down = pin!(down.fuse());
    let error = tokio::select! {
        // What went wrong with a connection is what both of its ends see by themselves.
        _ = async { tokio::try_join!(up, &mut down) } => return Ok(()),
        error = ended => error,
    };
    let reason = error.as_ref().map_or_else(|| Said::bad("the console is stopping"), Said::from);
    // The other side of it lives in `down`.
    let _ = over.send(reason.body());
    let _ = timeout(GOODBYE, &mut down).await;
    error.map_or(Ok(()), Err)
}

/// From the cluster to the program; says goodbye with a reason where that is possible. Nothing is passed on that was not
/// recorded before, where it has to be.
async fn down(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut frames: Option<Frames>,
    tape: Option<&Tape>,
    mut is_over: oneshot::Receiver<Bytes>,
) -> io::Result<()> {
    if let Some(greeting) = tape.and_then(Tape::greeting) {
        to.write_all(&greeting).await?;
    }
    let mut buffer = vec![0; WAITING];
    loop {
        let count = tokio::select! {
            biased;
            Ok(reason) = &mut is_over => {
                if frames.as_ref().is_some_and(Frames::is_between) {
                    to.write_all(&farewell(&reason)).await?;
                }
                return to.shutdown().await;
            }
            count = from.read(&mut buffer) => count?,
        };
        if count == 0 {
            return to.shutdown().await;
        }
        let mut written = Vec::new();
        let was_between = frames.as_ref().is_some_and(Frames::is_between);
        if let Some(frames) = &mut frames {
            frames.pass(&buffer[..count], |channel, bytes| match (channel, tape) {
                (OUTPUT | ERRORS, Some(_)) => written.extend_from_slice(bytes),
                (STATUS, Some(tape)) => tape.ended(bytes),
                _ => {}
            });
        }
        if let Some(tape) = tape
            && let Err(reason) = tape.output(&written).await
        {
            if was_between {
                to.write_all(&farewell(&reason)).await?;
            }
            return to.shutdown().await;
        }
        to.write_all(&buffer[..count]).await?;
    }
}

/// From the program to the cluster.
async fn up(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    tape: Option<&Tape>,
) -> io::Result<()> {
    let (mut frames, mut sizes) = (Frames::default(), Vec::new());
    let mut buffer = vec![0; WAITING];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            // What the cluster makes of it is seen where its answer comes from.
            let _ = to.shutdown().await;
            return Ok(());
        }
        if let Some(tape) = tape {
            frames.pass(&buffer[..count], |channel, bytes| {
                if channel == SIZE {
                    sizes.extend_from_slice(bytes);
                }
            });
            tape.resized(&mut sizes).await;
        }
        // A command that has ended takes no more, and what it wrote last is still on its way to the program.
        if to.write_all(&buffer[..count]).await.is_err() {
            return Ok(());
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use std::future::pending;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use tokio::io::{ReadBuf, duplex, empty, sink, split};

    /// A connection that was reset.
    struct Broken;

    impl AsyncRead for Broken {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
        }
    }

    #[tokio::test]
    async fn a_program_that_breaks_off_leaves_no_quiet_command_behind() {
        let (far, mut cluster) = duplex(64);
        let (far_read, far_write) = split(far);
        let (over, is_over) = oneshot::channel();

        let (up, down) = (up(Broken, far_write, None), down(far_read, sink(), None, None, is_over));
        let carried = timeout(GOODBYE, carry(up, down, pending(), over)).await;

        assert_eq!(carried.expect("it waits for a command that says nothing"), Ok(()));
        assert_eq!(cluster.read(&mut [0; 8]).await.unwrap(), 0, "the cluster sees the end");
    }

    #[tokio::test]
    async fn a_command_whose_cluster_breaks_off_keeps_no_silent_program_waiting() {
        let (near, mut program) = duplex(64);
        let (near_read, near_write) = split(near);
        let (over, is_over) = oneshot::channel();

        let (up, down) = (up(near_read, sink(), None), down(Broken, near_write, None, None, is_over));
        let carried = timeout(GOODBYE, carry(up, down, pending(), over)).await;

        assert_eq!(carried.expect("it waits for a program that says nothing"), Ok(()));
        assert_eq!(program.read(&mut [0; 8]).await.unwrap(), 0, "the program sees the end");
    }

    #[tokio::test]
    async fn what_a_command_wrote_last_is_shown_though_it_takes_no_more() {
        let (near, mut program) = duplex(64);
        let (near_read, near_write) = split(near);
        let (takes_nothing, gone) = duplex(64);
        drop(gone);
        let (over, is_over) = oneshot::channel();
        program.write_all(b"more").await.unwrap();
        program.shutdown().await.unwrap();

        let last = &b"the last words"[..];
        let (up, down) = (up(near_read, takes_nothing, None), down(last, near_write, None, None, is_over));
        carry(up, down, pending(), over).await.unwrap();

        let mut shown = Vec::new();
        program.read_to_end(&mut shown).await.unwrap();
        assert_eq!(shown, b"the last words");
    }

    #[tokio::test]
    async fn a_program_that_stays_after_its_command_is_let_go_when_the_right_ends() {
        let (near, _program) = duplex(64);
        let (near_read, near_write) = split(near);
        let (over, is_over) = oneshot::channel();
        let (end, ended) = oneshot::channel();

        let (up, down) = (up(near_read, sink(), None), down(empty(), near_write, None, None, is_over));
        let mut carried = pin!(carry(up, down, async { ended.await.ok() }, over));
        assert!(futures::poll!(&mut carried).is_pending(), "the program has not gone");
        end.send(ConsoleError::NotSignedIn).unwrap();

        assert_eq!(carried.await, Err(ConsoleError::NotSignedIn));
    }
}
