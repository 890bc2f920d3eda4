//! What every request passes before it reaches a route. Each guard has a test that fails without it:
//! `cargo xtask guards` switches them off one by one.

mod body;
mod client;
mod headers;
mod host;
mod observe;
mod origin;

pub use body::{FILE_BODY, LARGE_BODY, SMALL_BODY, hear_out, limit_body, limit_file, paced, read_whole};
pub use client::{Client, resolve_client};
pub use headers::{Framed, framed_policy, page_policy, secure_headers};
pub use host::{check_host, named_authority};
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
    forward_domain: Option<String>,
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
        // Browsers take every name below it for this machine (RFC 6761, 6.3).
        let forward_domain = public_url.is_of_this_machine().then(|| "localhost".to_owned());
        Self(Arc::new(Inner { public_url, authorities, forward_domain, trusted_proxies }))
    }

    /// Under names below this domain ports of pods are reached.
    #[must_use]
    pub fn forwarding_below(self, domain: Option<String>) -> Self {
        let Some(domain) = domain else { return self };
        let Inner { public_url, authorities, trusted_proxies, .. } = &*self.0;
        Self(Arc::new(Inner {
            public_url: public_url.clone(),
            authorities: authorities.clone(),
            forward_domain: Some(domain),
            trusted_proxies: trusted_proxies.clone(),
        }))
    }

    /// Host and port of the address of a forwarded port, if there are such addresses.
    pub fn forward_authority(&self, id: &str) -> Option<String> {
        let domain = self.0.forward_domain.as_ref()?;
        let port = port_of(&self.0.public_url.authority).map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{id}.{domain}{port}"))
    }

    /// Of which forwarded port an authority is the address, if it is one.
    pub fn forwarded(&self, authority: &str) -> Option<String> {
        let domain = self.0.forward_domain.as_ref()?;
        let (id, rest) = authority.split_once('.')?;
        let host = rest.split(':').next().unwrap_or(rest);
        let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_id && host.eq_ignore_ascii_case(domain)).then(|| id.to_ascii_lowercase())
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

fn port_of(authority: &str) -> Option<u16> {
    authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
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

    #[test]
    fn forwarded_ports_have_addresses_below_a_domain() {
        let id = "0123456789abcdef0123456789abcdef";
        let local = Surroundings::new(
            PublicUrl::parse("http://localhost:3080").unwrap(),
            "127.0.0.1:3080".parse().unwrap(),
            Vec::new(),
        );
        let named = behind_proxy("10.0.0.1").forwarding_below(Some("ports.example".into()));

        assert_eq!(local.forward_authority(id), Some(format!("{id}.localhost:3080")));
        assert_eq!(local.forwarded(&format!("{id}.LOCALHOST:3080")).as_deref(), Some(id));
        assert_eq!(named.forward_authority(id), Some(format!("{id}.ports.example")));
        assert_eq!(named.forwarded(&format!("{id}.ports.example")).as_deref(), Some(id));
        for other in [
            "localhost:3080",
            "x.localhost:3080",
            &format!("{id}.localhost.example"),
            &format!("a.{id}.localhost"),
        ] {
            assert_eq!(local.forwarded(other), None, "{other}");
        }
        assert_eq!(behind_proxy("10.0.0.1").forward_authority(id), None);
        assert_eq!(behind_proxy("10.0.0.1").forwarded(&format!("{id}.localhost")), None);
    }

    /// A console behind a proxy at this address.
    pub(crate) fn behind_proxy(address: &str) -> Surroundings {
        let public_url = PublicUrl::parse("https://console.example").unwrap();
        Surroundings::new(public_url, "10.0.0.9:80".parse().unwrap(), vec![Network::parse(address).unwrap()])
    }
}
