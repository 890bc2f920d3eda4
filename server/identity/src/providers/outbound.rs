//! Requests to providers, which are never longer or larger than they need to be.

use bytes::Bytes;
use http::{Request, Response};
use oauth2::AsyncHttpClient;
use outbound::{Limits, OutboundError, Reach};
use std::pin::Pin;
use std::time::Duration;

/// Signing in needs up to four answers; who waits longer than this for one has given up. Keys and groups of the largest
/// companies are a tenth of the length.
const LIMITS: Limits = Limits { patience: Duration::from_secs(5), longest_answer: 1024 * 1024 };

/// A way to one provider. Trusts whom the machine trusts, or only the given certificates.
#[derive(Clone, Debug)]
pub struct Outbound(outbound::Outbound);

impl Outbound {
    /// A way that trusts these certificates; without any, whom the machine trusts.
    pub fn new(authority: &str) -> Result<Self, OutboundError> {
        outbound::Outbound::new(Reach::Encrypted, LIMITS, authority).map(Self)
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, OutboundError> {
        Ok(self.0.send(request.map(Bytes::from)).await?.map(Vec::from))
    }
}

impl<'c> AsyncHttpClient<'c> for Outbound {
    type Error = OutboundError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, OutboundError>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.send(request))
    }
}
