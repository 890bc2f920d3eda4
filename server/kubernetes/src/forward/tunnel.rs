//! One connection to a port of a pod.

use super::ForwardPort;
use crate::caller::ForCaller;
use crate::connection::{As, FromCluster, ToCluster};
use crate::pods;
use crate::recheck::Recheck;
use crate::ticks;
use access::Granted;
use bytes::Bytes;
use model::{ConsoleError, Outage, System};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, duplex, split};

/// The channel of what flows, and the one on which the node says why nothing does. Each begins with the number of the port.
const DATA: u8 = 0;
const PROBLEM: u8 = 1;
/// What may wait in a direction.
const WAITING: usize = 64 << 10;
/// How often the cluster is told that somebody is there: balancers give up quiet connections after a minute.
const PING: Duration = Duration::from_secs(15);

/// A connection to a port of a pod. It breaks off when the right to it ends.
pub struct Tunnel {
    /// What flows.
    pub stream: DuplexStream,
    /// Why it broke off, if anybody said so.
    pub failure: Arc<OnceLock<ConsoleError>>,
}

impl ForCaller {
    /// Opens a connection.
    pub async fn tunnel(&self, granted: Granted<ForwardPort>) -> Result<Tunnel, ConsoleError> {
        let forward = granted.action().clone();
        let cluster = self.cluster(&forward.pod.cluster).await?;
        let pod = pods::path(&forward.pod);
        let path = format!("{pod}/portforward?ports={}", forward.port);
        let channels = cluster.connection().channels(As::Caller(&granted.identity()), path).await?;
        let (to, from) = channels.split();
        let (stream, far) = duplex(WAITING);
        let failure = Arc::new(OnceLock::new());
        let told = Arc::clone(&failure);
        let mut recheck = Recheck::new(self, vec![Box::new(granted)]);
        tokio::spawn(async move {
            let (reader, writer) = split(far);
            let end = tokio::select! {
                () = up(reader, to) => None,
                end = down(writer, from, &forward) => end,
                error = recheck.refused() => Some(error),
            };
            if let Some(error) = end {
                let _ = told.set(error);
            }
        });
        Ok(Tunnel { stream, failure })
    }
}

/// Carries what the browser sends, until it has gone.
async fn up(mut reader: ReadHalf<DuplexStream>, mut to: ToCluster) {
    let mut pings = ticks::later(PING);
    let mut buffer = vec![0; 16 << 10];
    loop {
        let sent = tokio::select! {
            _ = pings.tick() => to.ping().await,
            read = reader.read(&mut buffer) => match read {
                Ok(length @ 1..) => to.send(DATA, &buffer[..length]).await,
                _ => break,
            },
        };
        if sent.is_err() {
            break;
        }
    }
    to.close().await;
}

/// Carries what the pod sends, until it has ended; answers why, if the node says so.
async fn down(
    mut writer: WriteHalf<DuplexStream>,
    mut from: FromCluster,
    forward: &ForwardPort,
) -> Option<ConsoleError> {
    let mut has_begun = [false; 2];
    loop {
        let (channel, bytes) = match from.next_frame().await? {
            Ok(Some(frame)) => frame,
            Ok(None) => continue,
            Err(error) => return Some(error.into()),
        };
        let begun = has_begun.get_mut(usize::from(channel))?;
        // The first of each says which port it is for.
        let bytes = if *begun { bytes } else { bytes.slice(bytes.len().min(2)..) };
        *begun = true;
        match channel {
            PROBLEM if !bytes.is_empty() => return Some(unanswered(forward, &bytes)),
            DATA if writer.write_all(&bytes).await.is_err() => return None,
            _ => {}
        }
    }
}

fn unanswered(forward: &ForwardPort, said: &Bytes) -> ConsoleError {
    let said = String::from_utf8_lossy(said).trim().to_owned();
    let outage = Outage::Port { port: forward.port, pod: forward.pod.name.to_string(), said };
    ConsoleError::Unavailable {
        system: System::Cluster(forward.pod.cluster.to_string()),
        cause: outage.into(),
        may_be_done: true,
    }
}
