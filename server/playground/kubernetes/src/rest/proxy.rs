//! The way to what answers behind a service: `services/<[scheme:]name[:port]>/proxy/…`.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, LOCATION};
use http::{HeaderValue, Method, StatusCode, Uri};
use parking_lot::RwLock;
use serde_json::Value;
use tower::ServiceExt;

use super::{Api, Call};
use crate::Status;

/// The programs behind services, by namespace, service and port.
#[derive(Debug, Default)]
pub(crate) struct Programs(RwLock<HashMap<(String, String, u16), axum::Router>>);

impl Programs {
    pub(crate) fn put(&self, namespace: &str, service: &str, port: u16, program: axum::Router) {
        self.0.write().insert((namespace.to_owned(), service.to_owned(), port), program);
    }

    fn get(&self, namespace: &str, service: &str, port: u16) -> Option<axum::Router> {
        self.0.read().get(&(namespace.to_owned(), service.to_owned(), port)).cloned()
    }
}

/// Hands a request on to the program behind a service, without what it said about its sender.
pub(crate) async fn answer(api: &Api, call: Call) -> Result<Response, Status> {
    let path = rest_of_path(&call.info.path);
    let namespace = call.info.namespace.as_deref().unwrap_or_default();
    let wanted = call.info.name.as_deref().unwrap_or_default();
    let place = locate(api, namespace, wanted)?;
    if path.is_empty() && matches!(call.parts.method, Method::GET | Method::HEAD) {
        return Ok(to_slash(&call));
    }
    let Some(program) = api.cluster.inner.programs.get(namespace, &place.service, place.port) else {
        let address = format!("{}:{}", place.address, place.target_port);
        return Err(unavailable(format!(
            "error trying to reach service: dial tcp {address}: connect: connection refused"
        )));
    };
    let path = path.to_owned();
    let request = handed_on(call, &path);
    match program.oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// Where a service's requests go.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    service: String,
    port: u16,
    address: String,
    target_port: u64,
}

fn locate(api: &Api, namespace: &str, wanted: &str) -> Result<Place, Status> {
    let (name, port) = name_and_port(wanted)
        .ok_or_else(|| Status::bad_request(format!("invalid service request {wanted:?}")))?;
    let no_endpoints = || unavailable(format!("no endpoints available for service {name:?}"));
    let service = api.cluster.get("services", Some(namespace), name).map(|found| found.parse());
    // Only who names a number is told that there is no such service.
    let service = service.ok_or_else(|| match port.parse::<u64>() {
        Ok(_) => Status::not_found("services", name),
        Err(_) => no_endpoints(),
    })?;
    let ports = list(&service["spec"]["ports"]);
    let chosen = match port.parse::<u64>() {
        Ok(number) => {
            let found = ports.iter().find(|one| one["port"] == number);
            found
                .ok_or_else(|| unavailable(format!("no service port {number} found for service {name:?}")))?
        }
        Err(_) => {
            let is_it = |one: &&Value| one["name"].as_str().unwrap_or_default() == port;
            ports.iter().find(is_it).ok_or_else(no_endpoints)?
        }
    };
    let endpoints = api.cluster.get("endpoints", Some(namespace), name).map(|found| found.parse());
    let endpoints = endpoints.unwrap_or(Value::Null);
    for subset in list(&endpoints["subsets"]) {
        let target = list(&subset["ports"]).iter().find(|one| one["name"] == chosen["name"]);
        let address = list(&subset["addresses"]).first().and_then(|address| address["ip"].as_str());
        if let (Some(target), Some(address)) = (target, address) {
            return Ok(Place {
                service: name.to_owned(),
                port: chosen["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or_default(),
                address: address.to_owned(),
                target_port: target["port"].as_u64().unwrap_or_default(),
            });
        }
    }
    Err(no_endpoints())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// `name`, `name:port` or `scheme:name:port`; the port may be empty.
fn name_and_port(wanted: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = wanted.split(':').collect();
    match parts[..] {
        [name] if !name.is_empty() => Some((name, "")),
        [name, port] if !name.is_empty() => Some((name, port)),
        ["http" | "https" | "", name, port] if !name.is_empty() => Some((name, port)),
        _ => None,
    }
}

/// What follows `/api/v1/namespaces/<namespace>/services/<name>/proxy`.
fn rest_of_path(path: &str) -> &str {
    let mut rest = path;
    for _ in 0..7 {
        rest = rest.trim_start_matches('/').find('/').map_or("", |end| {
            let start = rest.len() - rest.trim_start_matches('/').len();
            &rest[start + end..]
        });
    }
    rest
}

fn to_slash(call: &Call) -> Response {
    let query = call.parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    let place = HeaderValue::from_str(&format!("{}/{query}", call.info.path));
    response.headers_mut().extend(place.ok().map(|place| (LOCATION, place)));
    response
}

fn handed_on(call: Call, path: &str) -> Request {
    let query = call.parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = if path.is_empty() { "/" } else { path };
    let uri = Uri::try_from(format!("{path}{query}")).unwrap_or_default();
    let mut parts = call.parts;
    parts.uri = uri;
    for header in [AUTHORIZATION, HOST, CONTENT_LENGTH] {
        parts.headers.remove(header);
    }
    let impersonation: Vec<_> =
        parts.headers.keys().filter(|name| name.as_str().starts_with("impersonate-")).cloned().collect();
    for header in impersonation {
        parts.headers.remove(header);
    }
    Request::from_parts(parts, Body::from(call.body))
}

fn unavailable(message: String) -> Status {
    Status::new(503, "ServiceUnavailable", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_named_with_scheme_and_port_or_without() {
        assert_eq!(name_and_port("a"), Some(("a", "")));
        assert_eq!(name_and_port("a:web"), Some(("a", "web")));
        assert_eq!(name_and_port("http:a:9090"), Some(("a", "9090")));
        assert_eq!(name_and_port("https:a:"), Some(("a", "")));
        assert_eq!(name_and_port("ftp:a:1"), None);
        assert_eq!(name_and_port(":1"), None);
    }

    #[test]
    fn the_path_behind_the_proxy_is_kept_as_it_is() {
        let at = "/api/v1/namespaces/m/services/p:9090/proxy";

        assert_eq!(rest_of_path(at), "");
        assert_eq!(rest_of_path(&format!("{at}/")), "/");
        assert_eq!(rest_of_path(&format!("{at}/api/v1/label/a%2Fb/values")), "/api/v1/label/a%2Fb/values");
    }
}
