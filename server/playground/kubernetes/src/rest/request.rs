//! What a request asks for: the path, the query and the headers, taken apart.

use axum::extract::Query;
use http::request::Parts;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::duplicates::Duplicates;
use super::yaml;
use crate::{Cause, Status, protobuf};

/// A request in the terms of authorization.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RequestInfo {
    pub(crate) verb: String,
    pub(crate) path: String,
    /// Whether it is about objects of some kind; everything below is empty otherwise.
    pub(crate) is_resource: bool,
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) resource: String,
    pub(crate) subresource: String,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    /// The one name a list or a watch is about, by its field selector: rights to named objects extend to it.
    pub(crate) selected_name: Option<String>,
}

impl RequestInfo {
    /// Takes the path apart.
    pub(crate) fn parse(parts: &Parts, query: &Parameters) -> Self {
        let path = parts.uri.path();
        let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let segments: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let verb = parts.method.as_str().to_lowercase();
        let mut info = Self { verb, path: path.to_owned(), ..Self::default() };
        let rest = match segments.first().map(String::as_str) {
            Some("api") if segments.len() > 2 => {
                info.version.clone_from(&segments[1]);
                &segments[2..]
            }
            Some("apis") if segments.len() > 3 => {
                info.group.clone_from(&segments[1]);
                info.version.clone_from(&segments[2]);
                &segments[3..]
            }
            _ => return info,
        };
        info.is_resource = true;
        info.take_resource(rest);
        info.verb = info.verb_of(&parts.method, query).to_owned();
        if matches!(info.verb.as_str(), "list" | "watch") {
            info.selected_name = query.get("fieldSelector").and_then(selected_name);
        }
        info
    }

    fn take_resource(&mut self, mut rest: &[String]) {
        if rest[0] == "namespaces" && rest.len() > 1 {
            self.namespace = Some(rest[1].clone());
            if rest.len() > 2 && !matches!(rest[2].as_str(), "status" | "finalize") {
                rest = &rest[2..];
            }
        }
        self.resource.clone_from(&rest[0]);
        self.name = rest.get(1).cloned();
        self.subresource = rest.get(2).cloned().unwrap_or_default();
        if self.resource == "namespaces" {
            self.namespace = None;
        }
    }

    fn verb_of(&self, method: &Method, query: &Parameters) -> &'static str {
        match (method.as_str(), &self.name) {
            ("POST", _) => "create",
            ("PUT", _) => "update",
            ("PATCH", _) => "patch",
            ("DELETE", Some(_)) => "delete",
            ("DELETE", None) => "deletecollection",
            ("GET" | "HEAD", Some(_)) => "get",
            ("GET" | "HEAD", None) if query.flag("watch") => "watch",
            ("GET" | "HEAD", None) => "list",
            _ => "",
        }
    }

    /// `plural` or `plural.group`.
    pub(crate) fn plural_group(&self) -> String {
        if self.group.is_empty() {
            self.resource.clone()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }
}

/// The name a field selector asks for, if it can be that of an object.
fn selected_name(selector: &str) -> Option<String> {
    let name = selector.split(',').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        (key.trim() == "metadata.name").then(|| value.trim_start_matches('=').trim())
    })?;
    let is_name = !matches!(name, "" | "." | "..") && !name.contains(['/', '%']);
    is_name.then(|| name.to_owned())
}

/// The query of a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(parts: &Parts) -> Result<Self, Status> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(pairs)| Self(pairs))
            .map_err(|error| Status::bad_request(error.to_string()))
    }

    /// The first value of a parameter, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Every value of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is there, with or without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some("true" | "1"))
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Status> {
        self.get(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    Status::bad_request(format!("strconv.ParseInt: parsing \"{text}\": invalid syntax"))
                })
            })
            .transpose()
    }

    /// A version of the store, as lists and watches ask for it; the text says what is wrong with it.
    pub(crate) fn resource_version(&self) -> Result<u64, String> {
        let text = self.get("resourceVersion").unwrap_or("0");
        text.parse().map_err(|_| {
            format!(
                "resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
            )
        })
    }

    /// Refuses options of lists and watches that do not belong together.
    pub(crate) fn check_list_options(&self) -> Result<(), Status> {
        let (is_watch, matched) = (self.flag("watch"), self.get("resourceVersionMatch"));
        let streamed = self.has("sendInitialEvents");
        let mut causes = Vec::new();
        if streamed && is_watch && matched != Some("NotOlderThan") {
            let why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
            causes.push(Cause::forbidden("resourceVersionMatch", why));
        }
        if !is_watch && matched.is_some() && self.get("resourceVersion").is_none() {
            let why = "resourceVersionMatch is forbidden unless resourceVersion is provided";
            causes.push(Cause::forbidden("resourceVersionMatch", why));
        }
        if streamed && !is_watch {
            causes.push(Cause::forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        if causes.is_empty() {
            Ok(())
        } else {
            Err(Status::invalid("meta.k8s.io", "ListOptions", "", &causes))
        }
    }

    /// Whether everything is to be checked and nothing changed.
    /// `options` is what the parameters of such a request are called.
    pub(crate) fn dry_run(&self, options: &str) -> Result<bool, Status> {
        match self.get("dryRun") {
            None => Ok(false),
            Some("All") => Ok(true),
            Some(other) => {
                let cause = Cause::not_supported("dryRun", &json!([other]), &["All"]);
                Err(Status::invalid("meta.k8s.io", options, "", &[cause]))
            }
        }
    }
}

/// How much of the objects a table brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Include {
    Nothing,
    Metadata,
    Object,
}

/// The form in which objects are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    Full,
    Metadata,
    Table(Include),
}

impl Form {
    /// The first acceptable form.
    pub(crate) fn negotiate(headers: &HeaderMap, query: &Parameters) -> Result<Self, Status> {
        let include = match query.get("includeObject") {
            Some("None") => Include::Nothing,
            Some("Object") => Include::Object,
            _ => Include::Metadata,
        };
        for clause in clauses(headers) {
            // Changes come as JSON, one a line.
            if clause.media == "application/yaml" && query.flag("watch") {
                continue;
            }
            match (clause.parameter("as"), clause.parameter("v")) {
                (None, _) => return Ok(Self::Full),
                (Some("Table"), Some("v1" | "v1beta1")) => return Ok(Self::Table(include)),
                (Some("PartialObjectMetadata" | "PartialObjectMetadataList"), Some("v1")) => {
                    return Ok(Self::Metadata);
                }
                _ => {}
            }
        }
        let types = if query.flag("watch") {
            "application/json;stream=watch"
        } else {
            "application/json, application/yaml"
        };
        if clauses(headers).next().is_none() {
            return Err(unknown_types());
        }
        Err(Status::new(
            406,
            "NotAcceptable",
            format!("only the following media types are accepted: {types}"),
        ))
    }
}

/// A media type a client accepts.
struct Clause<'a> {
    media: &'a str,
    parameters: Vec<&'a str>,
}

impl Clause<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self.parameters.iter().filter_map(|one| one.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// The media types that a client accepts and this server can write, in the client's order.
fn clauses(headers: &HeaderMap) -> impl Iterator<Item = Clause<'_>> {
    let known = ["", "*/*", "application/*", "application/json", "application/yaml"];
    accept(headers).split(',').filter_map(move |clause| {
        let mut parts = clause.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        known.contains(&media).then(|| Clause { media, parameters: parts.collect() })
    })
}

/// Whether the answer to a request is to be YAML.
pub(crate) fn wants_yaml(headers: &HeaderMap, query: &Parameters) -> bool {
    !query.flag("watch") && clauses(headers).next().is_some_and(|first| first.media == "application/yaml")
}

/// The `Accept` header.
pub(crate) fn accept(headers: &HeaderMap) -> &str {
    headers.get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// What kind of body a request has.
fn content_type(headers: &HeaderMap) -> &str {
    let media =
        headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    media.split(';').next().unwrap_or_default().trim()
}

const YAML: [&str; 3] = ["application/yaml", "application/x-yaml", "application/apply-patch+yaml"];

/// Reads a body of JSON, YAML or protobuf.
pub(crate) fn read_body(headers: &HeaderMap, body: &[u8]) -> Result<Value, Status> {
    match content_type(headers) {
        media if YAML.contains(&media) => yaml::read(body),
        "application/vnd.kubernetes.protobuf" => protobuf::read(body).ok_or_else(unknown_format),
        media if !media.ends_with("json") => Err(unknown_format()),
        _ => serde_json::from_slice(body).map_err(|error| {
            Status::bad_request(format!("couldn't get version/kind; json parse error: {error}"))
        }),
    }
}

/// The paths of keys that a body has more than once.
pub(crate) fn duplicates(headers: &HeaderMap, body: &[u8]) -> Vec<String> {
    let media = content_type(headers);
    let found: Option<Duplicates> = if YAML.contains(&media) {
        yaml::read_as(body).ok()
    } else if media.ends_with("json") {
        serde_json::from_slice(body).ok()
    } else {
        None
    };
    found.unwrap_or_default().into_paths()
}

/// Not one of the types a client accepts is known, in whatever form.
fn unknown_types() -> Status {
    let known = "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, \
                 application/vnd.kubernetes.protobuf, application/json;stream=watch, \
                 application/vnd.kubernetes.protobuf;stream=watch";
    let mut status = Status::new(406, "NotAcceptable", known);
    status.details = json!({});
    status
}

fn unknown_format() -> Status {
    Status::new(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json, \
         application/yaml, application/vnd.kubernetes.protobuf",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Parameters, RequestInfo};
    use http::Request;

    fn info(method: &str, uri: &str) -> RequestInfo {
        let (parts, ()) = Request::builder().method(method).uri(uri).body(()).unwrap().into_parts();
        let query = Parameters::parse(&parts).unwrap();
        RequestInfo::parse(&parts, &query)
    }

    #[test]
    fn paths_name_group_namespace_name_and_part() {
        let scale = info("GET", "/apis/apps/v1/namespaces/shop/deployments/web/scale");
        assert_eq!((scale.group.as_str(), scale.resource.as_str()), ("apps", "deployments"));
        assert_eq!((scale.namespace.as_deref(), scale.name.as_deref()), (Some("shop"), Some("web")));
        assert_eq!((scale.subresource.as_str(), scale.verb.as_str()), ("scale", "get"));

        let watch = info("GET", "/api/v1/pods?watch=true");
        assert_eq!((watch.verb.as_str(), watch.namespace), ("watch", None));
    }

    #[test]
    fn a_namespace_is_an_object_of_the_cluster() {
        let finalize = info("PUT", "/api/v1/namespaces/shop/finalize");
        assert_eq!(finalize.resource, "namespaces");
        assert_eq!((finalize.name.as_deref(), finalize.namespace.as_deref()), (Some("shop"), None));
        assert_eq!(finalize.subresource, "finalize");
        assert_eq!(info("GET", "/api/v1/namespaces/shop").name.as_deref(), Some("shop"));
    }

    #[test]
    fn a_list_of_one_name_is_about_that_name() {
        let selected = |uri: &str| info("GET", uri).selected_name;

        assert_eq!(selected("/api/v1/pods?fieldSelector=metadata.name%3Dweb").as_deref(), Some("web"));
        assert_eq!(
            selected("/api/v1/pods?watch=1&fieldSelector=a%3Db,metadata.name%3D%3Dweb").as_deref(),
            Some("web")
        );
        assert_eq!(selected("/api/v1/pods?fieldSelector=metadata.name!%3Dweb"), None);
        assert_eq!(selected("/api/v1/pods?fieldSelector=metadata.name%3Da/b"), None);
        assert_eq!(selected("/api/v1/namespaces/a/pods/b?fieldSelector=metadata.name%3Dc"), None);
    }

    #[test]
    fn escaped_names_are_read() {
        assert_eq!(
            info("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode").name.as_deref(),
            Some("system:node")
        );
    }
}
