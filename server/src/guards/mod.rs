//! What every request passes before it reaches a route. Each guard has a test that fails without it.

mod body;
mod client;
mod headers;
mod host;
mod observe;
mod origin;

pub use body::{LARGE_BODY, SMALL_BODY, limit_body, paced, read_whole};
pub use client::{Client, resolve_client};
pub use headers::{Framed, content_security_policy, framed_policy, secure_headers};
pub use host::check_host;
pub use observe::{RequestId, observe};
pub use origin::{check_origin, presented_token};

use crate::settings::{Network, PublicUrl};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// What the guards know about where the console stands.
#[derive(Clone, Debug)]
pub struct Surroundings(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    public_url: PublicUrl,
    authorities: Vec<String>,
    trusted_proxies: Vec<Network>,
}

impl Surroundings {
    /// The console is reached under this address, and directly at the listener's when that is on loopback.
    pub fn new(public_url: PublicUrl, listener: std::net::SocketAddr, trusted_proxies: Vec<Network>) -> Self {
        let mut authorities = vec![public_url.authority.clone()];
        if listener.ip().is_loopback() && !public_url.is_https {
            let port = listener.port();
            authorities.extend(["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{host}:{port}")));
        }
        Self(Arc::new(Inner { public_url, authorities, trusted_proxies }))
    }

    /// The address under which browsers come.
    pub fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
    }

    fn is_our_authority(&self, authority: &str) -> bool {
        self.0.authorities.iter().any(|ours| ours.eq_ignore_ascii_case(authority))
    }

    fn is_our_origin(&self, origin: &str) -> bool {
        let scheme = self.0.public_url.scheme();
        let authority = origin.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://"));
        authority.is_some_and(|authority| self.is_our_authority(authority))
    }

    fn is_trusted_proxy(&self, address: std::net::IpAddr) -> bool {
        self.0.trusted_proxies.iter().any(|network| network.contains(address))
    }
}

/// An answer of a guard: a status and a sentence.
fn refuse(status: StatusCode, sentence: &'static str) -> Response {
    (status, sentence).into_response()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
pub(crate) mod tests {
    use super::*;
    use crate::settings::Network;

    /// A console behind a proxy at this address.
    pub(crate) fn behind_proxy(address: &str) -> Surroundings {
        let public_url = PublicUrl::parse("https://console.example").unwrap();
        Surroundings::new(public_url, "10.0.0.9:80".parse().unwrap(), vec![Network::parse(address).unwrap()])
    }
}
