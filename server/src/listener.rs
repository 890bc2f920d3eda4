//! Our own accept loop. `axum::serve` waits for ever for whoever connects and says nothing; here every wait has an end,
//! connections are counted, and stopping lets requests finish.

use crate::settings::{ConnectionLimits, Network};
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use socket2::{SockRef, TcpKeepalive};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// How long the header of a request may take, and how long a connection may wait for its next request.
const HEADER: Duration = Duration::from_secs(10);

/// How long a browser may refuse to read what it asked for.
const WRITE_STALL: Duration = Duration::from_secs(60);

/// How long nothing may come from the other side until it is asked whether it is still there. Idle terminals and watches of
/// `kubectl` are open for days, and whoever lost power or network ends none of them.
const SILENCE: Duration = Duration::from_secs(60);

/// How often it is asked then, and how many times without an answer.
const KNOCKS: (Duration, u32) = (Duration::from_secs(15), 4);

/// How long requests and streams may take to end when the console stops. With [`LINGER`] this is less than the 30 s that
/// Kubernetes waits before it kills.
pub const DRAIN: Duration = Duration::from_secs(20);

/// How long new connections are still taken after SIGTERM: balancers hear late that this replica is leaving.
pub const LINGER: Duration = Duration::from_secs(5);

/// How long whoever stands in the queue is let in when the door closes: long enough to see them all, too short to count.
const LAST_CALL: Duration = Duration::from_millis(50);

/// Room for a request's header; more is answered with 431.
const HEADER_BYTES: usize = 32 * 1024;

/// Lines in a request's header. Browsers send some 25, proxies add some 10.
const HEADER_LINES: usize = 100;

/// How long to wait when no connection can be accepted, usually for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Where a request's connection comes from: a browser or the last proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The timeouts, shorter in tests.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// See [`HEADER`].
    pub header: Duration,
    /// See [`WRITE_STALL`].
    pub write_stall: Duration,
    /// See [`DRAIN`].
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { header: HEADER, write_stall: WRITE_STALL, drain: DRAIN }
    }
}

/// What the accept loop needs to know.
#[derive(Clone, Debug)]
pub struct Listening {
    /// Caps.
    pub limits: ConnectionLimits,
    /// Whose connections are not counted by address.
    pub trusted_proxies: Vec<Network>,
    /// Timeouts.
    pub patience: Patience,
}

/// Serves until `stop`, then takes who is already waiting to be let in and lets running requests finish. Answers how many
/// connections had to be cut.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    listening: Listening,
    stop: CancellationToken,
) -> usize {
    let counted = Counted::new(&listening);
    let open = Open::default();
    let welcome =
        |(stream, address): (TcpStream, SocketAddr)| match counted.admit(address.ip().to_canonical()) {
            Some(place) => connect(stream, address, place, &router, &listening, &open),
            None => turn_away(stream),
        };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok(accepted) => welcome(accepted),
            Err(error) => {
                // Out of descriptors, or the connection went away in the queue: neither ends the console.
                tracing::warn!(%error, "A connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    // Whoever was put into the queue before the door closed would otherwise be reset, and its request lost.
    let last = async {
        while let Ok(accepted) = listener.accept().await {
            welcome(accepted);
        }
    };
    let _ = timeout(LAST_CALL, last).await;
    drop(listener);
    tracing::info!(connections = open.tasks.len(), "Stopping: running requests may finish");
    if timeout(listening.patience.drain, open.shut()).await.is_ok() { 0 } else { counted.open() }
}

/// The connections that are open. hyper-util's `GracefulShutdown` knows none that can become web sockets.
#[derive(Clone, Default)]
struct Open {
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Open {
    /// Lets every connection finish the request it is at.
    async fn shut(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// A connection's place in the counts, for whoever goes on using it as a WebSocket.
#[derive(Clone)]
pub struct Seat(#[expect(dead_code, reason = "it is kept, not looked at")] Arc<Place>);

/// Small answers should not wait for more to come, and connections to who is gone should end.
fn prepare(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let (interval, retries) = KNOCKS;
    let keepalive = TcpKeepalive::new().with_time(SILENCE).with_interval(interval).with_retries(retries);
    if let Err(error) = SockRef::from(stream).set_tcp_keepalive(&keepalive) {
        tracing::debug!(%error, "A connection stays open when the other side vanishes");
    }
}

fn connect(
    stream: TcpStream,
    address: SocketAddr,
    place: Place,
    router: &Router,
    listening: &Listening,
    open: &Open,
) {
    prepare(&stream);
    let router = router.clone();
    let seat = Seat(Arc::new(place));
    let peer = Peer(address.ip().to_canonical());
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(seat.clone());
        router.clone().oneshot(request.map(Body::new))
    });
    // HTTP/1.1 only: browsers speak HTTP/2 with TLS, which ends at the proxy. Not hyper-util's `auto` builder: it waits
    // without end for the first byte, before any of these limits begins.
    let stream = TokioIo::new(Impatient::new(stream, listening.patience.write_stall));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(listening.patience.header)
        .max_buf_size(HEADER_BYTES)
        .max_headers(HEADER_LINES)
        .serve_connection(stream, service);
    let stop = open.stop.clone();
    open.tasks.spawn(async move {
        let mut connection = std::pin::pin!(connection.with_upgrades());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "A connection ended early");
        }
    });
}

/// Says why before closing; whoever does not read it at once misses it.
fn turn_away(mut stream: TcpStream) {
    const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\n\
        content-type: text/plain\r\ncontent-length: 21\r\n\r\ntoo many connections\n";
    metrics::counter!("orrery_connections_refused_total").increment(1);
    tokio::spawn(async move {
        let _ = timeout(Duration::from_secs(1), stream.write_all(ANSWER)).await;
    });
}

/// Counts connections in total and by address; a network of IPv6 is one address.
#[derive(Clone)]
struct Counted {
    total: Arc<Semaphore>,
    limit: usize,
    per_address: usize,
    exempt: Arc<[Network]>,
    by_address: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection's place in the counts; dropping it gives it back.
struct Place {
    _total: OwnedSemaphorePermit,
    counted: Counted,
    address: Option<IpAddr>,
}

impl Counted {
    fn new(listening: &Listening) -> Self {
        Self {
            total: Arc::new(Semaphore::new(listening.limits.total)),
            limit: listening.limits.total,
            per_address: listening.limits.per_address,
            exempt: listening.trusted_proxies.clone().into(),
            by_address: Arc::default(),
        }
    }

    fn admit(&self, address: IpAddr) -> Option<Place> {
        let total = self.total.clone().try_acquire_owned().ok()?;
        let is_exempt = self.exempt.iter().any(|network| network.contains(address));
        let address = (!is_exempt).then(|| identity::network(address));
        if let Some(address) = address {
            let mut by_address = self.by_address.lock();
            let count = by_address.entry(address).or_default();
            if *count >= self.per_address {
                return None;
            }
            *count += 1;
        }
        metrics::gauge!("orrery_connections").set(self.open() as f64);
        Some(Place { _total: total, counted: self.clone(), address })
    }

    fn open(&self) -> usize {
        self.limit - self.total.available_permits()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(address) = self.address {
            let mut by_address = self.counted.by_address.lock();
            if let Some(count) = by_address.get_mut(&address) {
                *count -= 1;
                if *count == 0 {
                    by_address.remove(&address);
                }
            }
        }
        metrics::gauge!("orrery_connections").set(self.counted.open().saturating_sub(1) as f64);
    }
}

/// A stream that fails when nobody takes what is written for too long: otherwise a browser that stops reading holds a
/// connection, and the rows waiting for it, for ever.
struct Impatient {
    stream: TcpStream,
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Impatient {
    fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, stalled: None }
    }

    fn watch<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled =
            self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + patience)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other side does not read")))
    }
}

impl AsyncRead for Impatient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests;
