//! A connection to a mail server of which no more is read than any mail needs, and nothing of which is taken for encrypted that
//! was not.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// So much a server may say while it takes a mail, in bytes: a line without an end is kept until it ends.
const LONGEST_HEARD: usize = 256 * 1024;

/// So much is read at once, in bytes.
const AT_ONCE: usize = 4 * 1024;

/// A stream that fails when the other side says too much, and is read line by line: whoever reads the last line before
/// encryption begins has nothing yet of what stands behind it. The beginning of encryption reads that, and fails; otherwise what
/// somebody in between has sent in the clear would be taken for answers of the server that are encrypted.
#[derive(Debug)]
pub struct MailStream<S> {
    stream: S,
    peer: SocketAddr,
    left: usize,
    heard: Vec<u8>,
}

impl<S> MailStream<S> {
    /// A stream to this address, of which nothing has been read.
    pub fn new(stream: S, peer: SocketAddr) -> Self {
        Self { stream, peer, left: LONGEST_HEARD, heard: Vec::new() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for MailStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(Err(io::Error::other("it says more than is read")));
        }
        if this.heard.is_empty() {
            let mut room = [0; AT_ONCE];
            let mut heard = ReadBuf::new(&mut room);
            ready!(Pin::new(&mut this.stream).poll_read(context, &mut heard))?;
            this.heard.extend_from_slice(heard.filled());
        }
        let line = this.heard.iter().position(|byte| *byte == b'\n').map_or(this.heard.len(), |end| end + 1);
        let given = this.heard.drain(..line.min(buffer.remaining()));
        this.left = this.left.saturating_sub(given.len());
        buffer.put_slice(given.as_slice());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for MailStream<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl<S> AsyncTokioStream for MailStream<S>
where
    S: AsyncRead + AsyncWrite + fmt::Debug + Send + Sync + Unpin,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
