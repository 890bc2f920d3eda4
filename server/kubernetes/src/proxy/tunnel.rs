//! Bytes both ways between a program and a cluster, until either has had enough or the right is gone.

use super::ApiUpgrade;
use super::frames::{ERRORS, Frames, OUTPUT, SIZE, STATUS, farewell};
use super::said::Said;
use super::tape::{self, Tape};
use crate::error::KubernetesError;
use crate::recheck::Recheck;
use bytes::Bytes;
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
        let mut down = pin!(down(far_read, near_write, frames, tape.as_deref(), is_over));
        let mut up = pin!(up(near_read, far_write, tape.as_deref()));
        let both = async { tokio::join!(&mut up, &mut down) };
        let error = tokio::select! {
            // What went wrong with a connection is what both of its ends see by themselves.
            _ = both => return Ok(()),
            error = recheck.refused() => Some(error),
            () = stop.cancelled() => None,
            error = tape::broken(tape.as_deref()) => Some(error),
        };
        let reason = error.as_ref().map_or_else(|| Said::bad("the console is stopping"), Said::from);
        // The other side of it lives in `down`.
        let _ = over.send(reason.body());
        let _ = timeout(GOODBYE, &mut down).await;
        error.map_or(Ok(()), Err)
    }
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
            return to.shutdown().await;
        }
        if let Some(tape) = tape {
            frames.pass(&buffer[..count], |channel, bytes| {
                if channel == SIZE {
                    sizes.extend_from_slice(bytes);
                }
            });
            tape.resized(&mut sizes).await;
        }
        to.write_all(&buffer[..count]).await?;
    }
}
