//! From which address a request really comes.

use super::Surroundings;
use crate::listener::Peer;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, Ipv4Addr};

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
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
    }
    client
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
    }
}
