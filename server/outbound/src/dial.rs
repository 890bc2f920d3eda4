//! Looking up names, and refusing what is not public: what was checked is what is dialled.

use crate::address::is_public;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::Service;

/// Looks up names.
#[derive(Clone, Debug)]
pub struct Dial {
    resolver: GaiResolver,
    only_public: bool,
}

impl Dial {
    /// Whatever a name stands for.
    pub fn anywhere() -> Self {
        Self { resolver: GaiResolver::new(), only_public: false }
    }

    /// Only names that stand for addresses of the public internet and for nothing else.
    pub fn public() -> Self {
        Self { only_public: true, ..Self::anywhere() }
    }
}

impl Service<Name> for Dial {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.resolver.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (found, only_public) = (self.resolver.call(name), self.only_public);
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = found.await?.collect();
            admit(addresses, only_public).map(Vec::into_iter)
        })
    }
}

/// These addresses, if all of them may be dialled.
pub fn admit(addresses: Vec<SocketAddr>, only_public: bool) -> io::Result<Vec<SocketAddr>> {
    // One that is not is enough: whoever mixes them hopes for it to be taken.
    match only_public && !addresses.iter().all(|address| is_public(address.ip())) {
        true => Err(io::Error::new(io::ErrorKind::PermissionDenied, NotPublic)),
        false => Ok(addresses),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the name stands for an address that is not public")]
struct NotPublic;

/// Whether an error is that refusal.
pub fn is_refusal(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<NotPublic>)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_for_one_private_address_is_refused_with_all_others() {
        let addresses = |text: &[&str]| text.iter().map(|one| one.parse().unwrap()).collect::<Vec<_>>();
        let mixed = addresses(&["1.1.1.1:443", "127.0.0.1:443"]);

        assert!(is_refusal(&admit(mixed.clone(), true).unwrap_err()));
        assert_eq!(admit(mixed, false).unwrap().len(), 2);
        assert_eq!(admit(addresses(&["1.1.1.1:443", "[2606:4700::1111]:443"]), true).unwrap().len(), 2);
    }
}
