//! Connections to pods that wait for the next request.

use access::Granted;
use axum::body::Body;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use kubernetes::{ForCaller, ForwardPort, Tunnel};
use model::ConsoleError;
use model::fault::PortFault;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long one waits: a page is read in less, and a pod need not notice that nobody is there any more.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often those that have waited for too long are let go.
const SWEEP: Duration = Duration::from_secs(15);

/// A connection on which HTTP is spoken, and why it broke off, once it has.
pub struct Line {
    /// Sends requests.
    pub sender: SendRequest<Body>,
    /// Set when it breaks off and the cluster says why.
    pub failure: Arc<OnceLock<ConsoleError>>,
}

/// Connections by address, with the time since which they wait.
type Waiting = HashMap<String, Vec<(Instant, Line)>>;

/// Connections by address. Each was opened by who holds the pass, and breaks off when their right ends.
#[derive(Clone, Default)]
pub struct Tunnels(Arc<Mutex<Waiting>>);

impl Tunnels {
    /// One that is ready, if there is any.
    pub fn take(&self, id: &str) -> Option<Line> {
        let mut all = self.0.lock();
        let lines = all.get_mut(id)?;
        let ready = lines.iter().position(|(_, line)| line.sender.is_ready())?;
        Some(lines.swap_remove(ready).1)
    }

    /// Keeps one for the next request, for a while. It is ready again when the answer has been read, and until then it has
    /// to be held.
    pub fn give_back(&self, id: &str, line: Line) {
        let mut all = self.0.lock();
        let was_empty = all.is_empty();
        all.entry(id.to_owned()).or_default().push((Instant::now(), line));
        if was_empty {
            tokio::spawn(sweep(Arc::clone(&self.0)));
        }
    }
}

/// Lets go of what has broken off or waited for too long, until nothing waits.
async fn sweep(waiting: Arc<Mutex<Waiting>>) {
    loop {
        sleep(SWEEP).await;
        let mut all = waiting.lock();
        let waits = |(since, line): &(Instant, Line)| {
            let is_used = !line.sender.is_ready();
            !line.sender.is_closed() && (is_used || since.elapsed() < PATIENCE)
        };
        all.values_mut().for_each(|lines| lines.retain(waits));
        all.retain(|_, lines| !lines.is_empty());
        if all.is_empty() {
            return;
        }
    }
}

/// Opens a connection and speaks HTTP on it.
pub async fn connect(clusters: &ForCaller, granted: Granted<ForwardPort>) -> Result<Line, ConsoleError> {
    let Tunnel { stream, failure } = clusters.tunnel(granted).await?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| ConsoleError::refused("port", PortFault::NotHttp(error.to_string())))?;
    // It ends with the tunnel, or when nobody holds the other side any more.
    tokio::spawn(connection.with_upgrades());
    Ok(Line { sender, failure })
}
