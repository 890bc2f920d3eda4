//! Connections that carry something else than HTTP, such as mail.

use crate::address::plain;
use crate::{OutboundError, Reach, Way, dial, unreachable, way};
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// What a host stands for, where something may be sent there: what was checked is what is dialled. Neither looking it up nor
/// dialling it has a limit in time of its own.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it is called.
    address: String,
    addresses: Vec<SocketAddr>,
}

impl Found {
    /// Looks a host up. `is_encrypted` is whether whoever asks sends nothing but a greeting before there is encryption.
    pub async fn of(reach: &Reach, host: &str, port: u16, is_encrypted: bool) -> Result<Self, OutboundError> {
        let host = plain(host);
        let address = format!("{host}:{port}");
        let only_public = way(reach, &host, is_encrypted, &address)? == Way::Public;
        let failed = |error: io::Error| unreachable(&address, &error);
        let found = tokio::net::lookup_host((host.as_str(), port)).await.map_err(failed)?;
        let addresses = dial::admit(found.collect(), only_public).map_err(failed)?;
        Ok(Self { address, addresses })
    }

    /// Connects with the first of its addresses that answers.
    pub async fn dial(&self) -> Result<TcpStream, OutboundError> {
        let stream = TcpStream::connect(self.addresses.as_slice()).await;
        stream.map_err(|error| unreachable(&self.address, &error))
    }
}
