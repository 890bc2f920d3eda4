//! Bytes both ways between a program and a cluster, until either has had enough or the right is gone.

use super::ApiUpgrade;
use super::frames::{Frames, farewell};
use super::said::Said;
use crate::error::KubernetesError;
use crate::live::Recheck;
use bytes::Bytes;
use http::Response;
use hyper_util::rt::TokioIo;
use kube::client::Body;
use model::ConsoleError;
use std::io;
use std::pin::pin;
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
    pub recheck: Recheck,
    pub stop: CancellationToken,
}

impl Tunnel {
    /// Carries to the end.
    pub async fn run(self, cluster: &str) -> Result<(), ConsoleError> {
        let Self { near, far, is_command, mut recheck, stop } = self;
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
        let mut down = pin!(down(far_read, near_write, is_command.then(Frames::default), is_over));
        let mut up = pin!(up(near_read, far_write));
        let both = async { tokio::join!(&mut up, &mut down) };
        let error = tokio::select! {
            // What went wrong with a connection is what both of its ends see by themselves.
            _ = both => return Ok(()),
            error = recheck.refused() => Some(error),
            () = stop.cancelled() => None,
        };
        let reason = error.as_ref().map_or_else(|| Said::bad("the console is stopping"), Said::from);
        // The other side of it lives in `down`.
        let _ = over.send(reason.body());
        let _ = timeout(GOODBYE, &mut down).await;
        error.map_or(Ok(()), Err)
    }
}

/// From the cluster to the program; says goodbye with a reason where that is possible.
async fn down(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut frames: Option<Frames>,
    mut is_over: oneshot::Receiver<Bytes>,
) -> io::Result<()> {
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
        to.write_all(&buffer[..count]).await?;
        if let Some(frames) = &mut frames {
            frames.pass(&buffer[..count]);
        }
    }
}

async fn up(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) -> io::Result<()> {
    tokio::io::copy(&mut from, &mut to).await?;
    to.shutdown().await
}
