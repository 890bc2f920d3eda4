//! `/kubernetes/{cluster}/…`: the API of clusters for kubectl and other programs. Whoever calls shows an API token; no
//! cookie counts here, so no page of another site can call with somebody's session. What may be passed on, and what is
//! done about it, is `kubernetes::ForCaller::api`.

use crate::asking::{Asking, ask_token};
use crate::console::Console;
use crate::guards::{LARGE_BODY, presented_token, read_whole};
use crate::listener::Seat;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, WWW_AUTHENTICATE};
use axum::response::Response;
use axum::routing::any;
use hyper::upgrade::OnUpgrade;
use kubernetes::{ApiAnswer, ApiRequest, ApiUpgrade, api_refusal};
use model::{ClusterName, ConsoleError, Language};

/// Where the clusters' APIs begin.
const ROOT: &str = "/kubernetes/";

pub fn router() -> Router<Console> {
    Router::new().route("/kubernetes/{cluster}/{*path}", any(pass))
}

async fn pass(State(console): State<Console>, mut request: Request) -> Response {
    let Some(token) = presented_token(request.headers()) else {
        return sent(api_refusal(&ConsoleError::NotSignedIn));
    };
    let caller = match ask_token(&console, token, request.extensions()).await {
        Asking::Somebody(caller) => caller,
        Asking::Nobody => return sent(api_refusal(&ConsoleError::NotSignedIn)),
        Asking::Unknown(error) => return sent(api_refusal(&error)),
    };
    let Some((cluster, path)) = read_path(request.uri().path()) else {
        return sent(api_refusal(&ConsoleError::missing("a cluster of this name")));
    };
    let seat = request.extensions_mut().remove::<Seat>();
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let (parts, body) = request.into_parts();
    let Some(body) = read_whole(body, LARGE_BODY).await else {
        let error = ConsoleError::invalid("", "the body is larger than 8 MiB, or stopped coming");
        return sent(api_refusal(&error));
    };
    let asked = ApiRequest {
        method: parts.method,
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
        upgrade: upgrade.map(|connection| ApiUpgrade { connection, seat: Box::new(seat) }),
        stop: console.stopping().begun.clone(),
    };
    let caller = console.kubernetes().for_caller((*caller).clone(), Language::English);
    sent(caller.api(&cluster, asked).await)
}

/// The cluster, and the path behind it as it was sent.
fn read_path(path: &str) -> Option<(ClusterName, String)> {
    let (cluster, rest) = path.strip_prefix(ROOT)?.split_once('/')?;
    Some((ClusterName::parse(cluster).ok()?, format!("/{rest}")))
}

fn sent(answer: ApiAnswer) -> Response {
    let status = answer.status();
    // A connection that switches has no body, and hyper would wait for the end of one.
    let mut response = answer.map(|body| match status {
        StatusCode::SWITCHING_PROTOCOLS => Body::empty(),
        _ => Body::from_stream(body),
    });
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
