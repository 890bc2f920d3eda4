//! Headers that tell the browser what this site never does.

use super::Surroundings;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

/// Set on every answer. `Referrer-Policy` is not `no-referrer`: with that, browsers send `Origin: null` with our own
/// forms, and the origin check would refuse them.
const ALWAYS: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Marks an answer that pages of other sites may show in a frame. Its policy says which sites those are.
#[derive(Clone, Copy, Debug)]
pub struct Framed;

/// The content security policy of a document that pages of these sites may show in a frame; it has no scripts.
pub fn framed_policy(origins: &[String]) -> String {
    let origins = if origins.is_empty() { "'none'".to_owned() } else { origins.join(" ") };
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; \
         base-uri 'none'; frame-ancestors {origins}"
    )
}

/// The content security policy of a page with this nonce, which may show these sites in frames.
pub fn page_policy(nonce: &str, framed: &[&str]) -> String {
    let framed = if framed.is_empty() { "'none'".to_owned() } else { framed.join(" ") };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' \
         'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         frame-src {framed}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
}

/// The content security policy of anything that is no page and needs nothing.
const BARE_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// Adds the headers. What a route set itself (a page's policy, an asset's caching) stays.
pub async fn secure_headers(
    State(surroundings): State<Surroundings>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let is_framed = response.extensions().get::<Framed>().is_some();
    let headers = response.headers_mut();
    // It knows no sites, and browsers heed the policy instead.
    for (name, value) in ALWAYS.into_iter().filter(|(name, _)| !(is_framed && *name == X_FRAME_OPTIONS)) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if surroundings.public_url().is_https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(BARE_POLICY));
    response
}
