//! From which address a request really comes.

use super::Surroundings;
use crate::listener::Peer;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

/// Notes the browser's address: the peer's, or what trusted proxies say about it.
pub async fn resolve_client(
    State(surroundings): State<Surroundings>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
    let client = Client(behind_proxies(&surroundings, peer, request.headers()));
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// Walks `X-Forwarded-For` from the end, where our own proxies write, to the first address that is not one of them.
/// What stands before that is what the browser wrote itself.
fn behind_proxies(surroundings: &Surroundings, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut client = peer;
    let lines =
        headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect::<Vec<_>>();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !surroundings.is_trusted_proxy(client) {
            break;
        }
        let Some(address) = address(hop.trim()) else { break };
        client = address.to_canonical();
    }
    client
}

/// What a proxy says of where it was asked from: an address, or, as some write it, one with a port.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::settings::{Network, PublicUrl};

    #[test]
    fn only_trusted_proxies_are_believed() {
        let surroundings = Surroundings::new(
            PublicUrl::parse("https://console.example").unwrap(),
            "10.0.0.9:80".parse().unwrap(),
            vec![Network::parse("10.0.0.0/8").unwrap()],
        );
        let seen = |peer: &str, forwarded: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            behind_proxies(&surroundings, peer.parse().unwrap(), &headers).to_string()
        };

        assert_eq!(seen("192.0.2.1", "198.51.100.7"), "192.0.2.1", "a stranger is not believed");
        assert_eq!(seen("10.0.0.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", "127.0.0.1, 198.51.100.7, 10.0.0.2"), "198.51.100.7", "forged beginning");
        assert_eq!(seen("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", "127.0.0.1, 198.51.100.7:49152"), "198.51.100.7", "with a port");
        assert_eq!(seen("10.0.0.1", "[2001:db8::7]:49152"), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", "[2001:db8::7]"), "2001:db8::7");
    }
}
