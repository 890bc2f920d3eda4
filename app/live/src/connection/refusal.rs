//! Why a stream was refused.

use gloo_net::http::Request;

/// A stream of nothing, which ends at once.
const OF_NOTHING: &str = "/live?feeds=%5B%5D";

/// Whether a stream was refused because nobody is signed in any more: browsers do not say why they have given one up.
pub(super) async fn is_signed_out() -> bool {
    Request::get(OF_NOTHING).send().await.is_ok_and(|answer| answer.status() == 401)
}
