//! Which protocol a `WebSocket` of a pod speaks, and what is answered where there is none.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use http::header::{CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_PROTOCOL};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::Status;

/// What nodes speak. Ports are forwarded in nothing else.
pub(crate) const FOURTH: &str = "v4.channel.k8s.io";
/// What the API server speaks in front of the node, for commands; it can close a channel.
pub(crate) const FIFTH: &str = "v5.channel.k8s.io";

/// Refuses what asks for no other protocol at all.
pub(crate) fn check(headers: &HeaderMap) -> Result<(), Status> {
    let mut words = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let asks = words.any(|value| value.to_lowercase().contains("upgrade"));
    if asks { Ok(()) } else { Err(Status::bad_request("Upgrade request required")) }
}

/// The first of the protocols that are known among those that are offered, or the fourth where none is named.
pub(crate) fn choose(headers: &HeaderMap, known: &[&'static str]) -> Option<&'static str> {
    if !headers.contains_key(SEC_WEBSOCKET_PROTOCOL) {
        return Some(FOURTH);
    }
    let lists = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let offered: Vec<&str> = lists.flat_map(|list| list.split(',').map(str::trim)).collect();
    known.iter().copied().find(|protocol| offered.contains(protocol))
}

/// The `WebSocket` that a request asks for, in this protocol.
pub(crate) async fn accept(mut parts: Parts, protocol: &'static str) -> Result<WebSocketUpgrade, Status> {
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await.map_err(|_| {
        Status::bad_request(format!(
            "unable to upgrade: this server speaks WebSocket, protocols {FIFTH} and {FOURTH}"
        ))
    })?;
    Ok(upgrade.protocols([protocol]))
}

/// No protocol fits. Real servers say no more.
pub(crate) fn no_protocol() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}

/// A refusal of the node, whose words are no object of Kubernetes.
pub(crate) fn refused_by_node(why: &str) -> Response {
    let mut response = Response::new(Body::from(why.to_owned()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(offered: &'static str, known: &[&'static str]) -> Option<&'static str> {
        choose(&HeaderMap::from_iter([(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(offered))]), known)
    }

    #[test]
    fn a_protocol_is_chosen_by_what_it_is_for() {
        assert_eq!(chosen("v4.channel.k8s.io, v5.channel.k8s.io", &[FIFTH, FOURTH]), Some(FIFTH));
        assert_eq!(chosen("v5.channel.k8s.io, v4.channel.k8s.io", &[FOURTH]), Some(FOURTH));
        assert_eq!(chosen("v5.channel.k8s.io", &[FOURTH]), None);
        assert_eq!(choose(&HeaderMap::new(), &[FIFTH, FOURTH]), Some(FOURTH));
    }
}
