//! What is sent: every request is made here, from nothing. Its headers are the ones this file names, its path is made of
//! names that have passed their rules, and whom it speaks for is said on each.

use super::channels;
use crate::KubernetesError;
use access::Identity;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, Request};
use kube::client::Body;

/// What the console calls itself.
pub(super) const AGENT: HeaderValue = HeaderValue::from_static(concat!("orrery/", env!("CARGO_PKG_VERSION")));

/// As whom a request is made.
#[derive(Clone, Copy, Debug)]
pub enum As<'a> {
    /// The console's own account, which only reads: discovery and stores.
    Console,
    /// A caller, by impersonation.
    Caller(&'a Identity),
}

/// A request, before it is sent.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    accept: &'static str,
    content_type: Option<&'static str>,
    body: Bytes,
    /// The key of the WebSocket that it asks for.
    upgrade: Option<String>,
}

impl Call {
    /// A read. `path` comes from [`crate::Served::path`] and the like, with its query.
    pub fn get(path: String) -> Self {
        Self {
            method: Method::GET,
            path,
            accept: "application/json",
            content_type: None,
            body: Bytes::new(),
            upgrade: None,
        }
    }

    /// A change with a body of this type.
    pub fn write(method: Method, path: String, content_type: &'static str, body: Bytes) -> Self {
        let content_type = Some(content_type);
        Self { method, path, accept: "application/json", content_type, body, upgrade: None }
    }

    /// Asks for a WebSocket with this key.
    pub(super) fn upgrade(path: String, key: String) -> Self {
        Self { accept: "*/*", upgrade: Some(key), ..Self::get(path) }
    }

    /// Asks for another form of the answer.
    #[must_use]
    pub fn accepting(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    pub(super) fn is_read(&self) -> bool {
        self.method == Method::GET
    }

    pub(super) fn is_upgrade(&self) -> bool {
        self.upgrade.is_some()
    }

    /// What goes over the wire; refused when the path is no address or the identity cannot be a header.
    pub(super) fn request(&self, speaker: As<'_>) -> Result<Request<Body>, KubernetesError> {
        let mut request = Request::new(Body::from(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() =
            self.path.parse().map_err(|_| KubernetesError::invalid("", "this is not an address"))?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        headers.insert(USER_AGENT, AGENT);
        if let Some(content_type) = self.content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if let Some(key) = &self.upgrade {
            channels::ask_for(headers, key)?;
        }
        if let As::Caller(identity) = speaker {
            speak_for(headers, identity)?;
        }
        Ok(request)
    }
}

/// Says in a request whom it is made for, and for which request of theirs.
pub(super) fn speak_for(headers: &mut HeaderMap, identity: &Identity) -> Result<(), KubernetesError> {
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| KubernetesError::invalid("", "this identity cannot be named"))
    };
    headers.insert(HeaderName::from_static("impersonate-user"), value(&identity.user)?);
    for group in &identity.groups {
        headers.append(HeaderName::from_static("impersonate-group"), value(group)?);
    }
    // An API server takes it as the id of the entry in its audit log and makes one up only where there is none.
    if !identity.request_id.is_empty() {
        headers.insert(HeaderName::from_static("audit-id"), value(&identity.request_id)?);
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn pods() -> Call {
        Call::get("/api/v1/pods".into())
    }

    #[test]
    fn a_request_carries_the_headers_that_are_named_here_and_no_others() {
        let identity = Identity {
            user: "orrery:u:1".into(),
            groups: vec!["orrery:viewers".into(), "g".into()],
            request_id: "1f".into(),
        };

        let request = pods().request(As::Caller(&identity)).unwrap();

        let mut names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "audit-id", "impersonate-group", "impersonate-user", "user-agent"]);
        assert_eq!(request.headers()["audit-id"], "1f");
        let users: Vec<_> = request.headers().get_all("impersonate-user").iter().collect();
        assert_eq!(users, ["orrery:u:1"]);
        assert_eq!(request.headers().get_all("impersonate-group").iter().count(), 2);
    }

    #[test]
    fn the_console_itself_impersonates_nobody() {
        let request = pods().request(As::Console).unwrap();

        assert!(request.headers().keys().all(|name| !name.as_str().starts_with("impersonate")));
    }

    #[test]
    fn an_identity_with_a_line_break_is_refused() {
        let identity = Identity {
            user: "a\r\nImpersonate-User: root".into(),
            groups: Vec::new(),
            request_id: String::new(),
        };

        assert!(pods().request(As::Caller(&identity)).is_err());
    }

    #[test]
    fn a_path_with_a_space_or_line_break_is_no_address() {
        for path in ["/api/v1/pods/a b", "/api/v1/pods/a\r\nX: y"] {
            assert!(Call::get(path.into()).request(As::Console).is_err(), "{path:?}");
        }
    }
}
