//! What a request asks for, in the words in which rights are given.

use super::named::name_in;
use super::query::Query;
use super::said::Said;
use super::target::{Objects, Target};
use access::{Action, Need, Place, Resource, Verb};
use bytes::Bytes;
use http::Method;
use model::ClusterName;

/// What a program asks of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pass {
    pub need: Need,
    pub name: &'static str,
}

impl Action for Pass {
    const NAME: &'static str = "api";

    fn need(&self) -> Need {
        self.need.clone()
    }

    fn name(&self) -> &'static str {
        self.name
    }
}

/// How the answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// With an end.
    Answer,
    /// As events, for as long as the right lasts.
    Events,
    /// As text, possibly for as long as the right lasts.
    Log,
    /// As bytes both ways, for as long as the right lasts.
    Bytes,
    /// From the console: it knows what the caller may do.
    Review,
}

/// Parts of pods that are bytes both ways.
const BYTES: &[&str] = &["attach", "exec", "portforward"];

/// What a request means.
pub(super) fn meaning(
    cluster: &ClusterName,
    target: &Target,
    method: &Method,
    query: &Query,
    is_upgrade: bool,
    body: &Bytes,
) -> Result<(Pass, Way), Said> {
    let objects = match target {
        Target::About(_) if *method == Method::GET && !is_upgrade => {
            return Ok((Pass { need: Need::overview(cluster.clone()), name: "api discovery" }, Way::Answer));
        }
        Target::About(_) => return Err(Said::wrong_method()),
        Target::Objects(objects) => objects,
    };
    if objects.is("", "pods") && objects.part.as_deref().is_some_and(|part| BYTES.contains(&part)) {
        return bytes(cluster, objects, method, is_upgrade);
    }
    if is_upgrade {
        return Err(Said::bad("only exec, attach and port-forward switch to another protocol"));
    }
    if objects.is("", "pods") && objects.part.as_deref() == Some("log") {
        if *method != Method::GET {
            return Err(Said::wrong_method());
        }
        return Ok((pass(cluster, objects, Verb::Get), Way::Log));
    }
    if *method == Method::POST
        && let Some(way) = about_oneself(objects)
    {
        return Ok((Pass { need: Need::overview(cluster.clone()), name: "api review" }, way));
    }
    let verb = verb(objects, method, query)?;
    let way = if verb == Verb::Watch { Way::Events } else { Way::Answer };
    let mut pass = pass(cluster, objects, verb);
    if verb == Verb::Create && pass.need.name.is_none() {
        pass.need.name = name_in(body);
    }
    Ok((pass, way))
}

/// By HTTP these are GETs or POSTs, by version; what they do is neither. Asked for as creations, whatever version the
/// cluster has.
fn bytes(
    cluster: &ClusterName,
    objects: &Objects,
    method: &Method,
    is_upgrade: bool,
) -> Result<(Pass, Way), Said> {
    if *method != Method::GET && *method != Method::POST {
        return Err(Said::wrong_method());
    }
    if !is_upgrade {
        return Err(Said::bad(
            "exec, attach and port-forward need a connection that switches to WebSocket or SPDY",
        ));
    }
    Ok((pass(cluster, objects, Verb::Create), Way::Bytes))
}

/// Questions that everybody may ask about themselves.
fn about_oneself(objects: &Objects) -> Option<Way> {
    if objects.namespace.is_some() || objects.name.is_some() {
        return None;
    }
    if objects.is("authorization.k8s.io", "selfsubjectaccessreviews") {
        return Some(Way::Review);
    }
    objects.is("authentication.k8s.io", "selfsubjectreviews").then_some(Way::Answer)
}

fn verb(objects: &Objects, method: &Method, query: &Query) -> Result<Verb, Said> {
    let is_watch = query.flag("watch")?;
    let is_one = objects.name.is_some();
    if is_watch && (is_one || *method != Method::GET) {
        return Err(Said::bad("watch goes with a list; to follow one object, select it by metadata.name"));
    }
    match (method.as_str(), is_one) {
        ("GET", true) => Ok(Verb::Get),
        ("GET", false) if is_watch => Ok(Verb::Watch),
        ("GET", false) => Ok(Verb::List),
        ("POST", false) => Ok(Verb::Create),
        ("POST", true) if objects.part.is_some() => Ok(Verb::Create),
        ("PUT", true) => Ok(Verb::Update),
        ("PATCH", true) => Ok(Verb::Patch),
        ("DELETE", _) => Ok(Verb::Delete),
        _ => Err(Said::wrong_method()),
    }
}

fn pass(cluster: &ClusterName, objects: &Objects, verb: Verb) -> Pass {
    Pass { need: need(cluster, objects, verb), name: word(verb, objects.part.as_deref()) }
}

/// The right that it needs.
pub(super) fn need(cluster: &ClusterName, objects: &Objects, verb: Verb) -> Need {
    let is_secret = objects.is("", "secrets");
    Need {
        // A list of secrets is all their values: names alone are what the console's own pages show.
        verb: if is_secret && verb.is_read() { Verb::Get } else { verb },
        resource: objects.resource(),
        cluster: Some(cluster.clone()),
        place: objects.namespace.clone().map_or(Place::Cluster, Place::Namespace),
        name: objects.name.clone(),
    }
}

/// The right to see what is asked for in all namespaces at once, in those where the caller may.
pub(super) fn somewhere(need: &Need) -> Option<Need> {
    let is_everywhere = need.place == Place::Cluster && need.name.is_none() && need.verb.is_read();
    is_everywhere.then(|| Need { place: Place::Namespaces(Default::default()), ..need.clone() })
}

/// What the audit trail calls it.
fn word(verb: Verb, part: Option<&str>) -> &'static str {
    match (part, verb) {
        (Some("attach"), _) => "api attach",
        (Some("eviction"), _) => "api evict",
        (Some("exec"), _) => "api exec",
        (Some("log"), _) => "api log",
        (Some("portforward"), _) => "api port forward",
        (Some("scale"), Verb::Update | Verb::Patch) => "api scale",
        (_, Verb::Get | Verb::List) => "api read",
        (_, Verb::Watch) => "api watch",
        (_, Verb::Create) => "api create",
        (_, Verb::Update) => "api update",
        (_, Verb::Patch) => "api patch",
        (_, Verb::Delete) => "api delete",
    }
}

/// Whether these are the namespaces of a cluster, of which a member sees their own.
pub(super) fn is_of_namespaces(need: &Need) -> bool {
    need.resource == Resource::new("", "namespaces") && need.name.is_none() && need.verb.is_read()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn mean(method: &str, address: &str, is_upgrade: bool) -> Result<(Pass, Way), Said> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let cluster = ClusterName::parse("harbour").unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let body = Bytes::from_static(br#"{"kind":"Pod","metadata":{"name":"web-0"}}"#);
        meaning(&cluster, &Target::read(path)?, &method, &Query::read(query)?, is_upgrade, &body)
    }

    fn told(method: &str, address: &str) -> String {
        let (pass, way) =
            mean(method, address, address.contains("exec") || address.contains("forward")).unwrap();
        let name = pass.need.name.map(|name| format!(" {name}")).unwrap_or_default();
        format!("{} {}{name} {way:?}", pass.need.verb.word(), pass.need.resource)
    }

    #[test]
    fn a_method_and_a_path_are_a_verb() {
        for (method, address, expected) in [
            ("GET", "/api/v1/namespaces/shop/pods", "list pods Answer"),
            ("GET", "/api/v1/namespaces/shop/pods?watch=true", "watch pods Events"),
            ("GET", "/api/v1/namespaces/shop/pods/web-0", "get pods web-0 Answer"),
            ("GET", "/api/v1/namespaces/shop/pods/web-0/log?follow=true", "get pods/log web-0 Log"),
            ("POST", "/api/v1/namespaces/shop/pods", "create pods web-0 Answer"),
            ("PUT", "/api/v1/namespaces/shop/pods/web-1", "update pods web-1 Answer"),
            ("PATCH", "/api/v1/namespaces/shop/pods/web-1", "patch pods web-1 Answer"),
            ("DELETE", "/api/v1/namespaces/shop/pods/web-1", "delete pods web-1 Answer"),
            ("DELETE", "/api/v1/namespaces/shop/pods", "delete pods Answer"),
            ("POST", "/api/v1/namespaces/shop/pods/web-1/eviction", "create pods/eviction web-1 Answer"),
            ("GET", "/api/v1/namespaces/shop/pods/web-0/exec?command=sh", "create pods/exec web-0 Bytes"),
            ("POST", "/api/v1/namespaces/shop/pods/web-0/exec?command=sh", "create pods/exec web-0 Bytes"),
            ("POST", "/api/v1/namespaces/shop/pods/web-0/portforward", "create pods/portforward web-0 Bytes"),
            ("GET", "/apis", "get clusters.console.orrery Answer"),
        ] {
            assert_eq!(told(method, address), expected, "{method} {address}");
        }
    }

    #[test]
    fn a_list_of_secrets_is_asked_for_as_their_values() {
        for address in [
            "/api/v1/secrets",
            "/api/v1/namespaces/shop/secrets",
            "/api/v1/namespaces/shop/secrets?watch=1",
            "/api/v1/namespaces/shop/secrets/db",
        ] {
            let (pass, _) = mean("GET", address, false).unwrap();
            assert_eq!(pass.need.verb, Verb::Get, "{address}");
            assert!(pass.need.is_recorded(), "{address} is not in the trail");
        }
    }

    #[test]
    fn what_is_neither_read_nor_written_is_refused() {
        for (method, address, is_upgrade) in [
            ("GET", "/api/v1/namespaces/shop/pods/web-0/exec?command=sh", false),
            ("PUT", "/api/v1/namespaces/shop/pods/web-0/exec?command=sh", true),
            ("GET", "/api/v1/namespaces/shop/pods", true),
            ("GET", "/version", true),
            ("POST", "/apis", false),
            ("POST", "/api/v1/namespaces/shop/pods/web-0", false),
            ("PUT", "/api/v1/namespaces/shop/pods", false),
            ("PATCH", "/api/v1/namespaces/shop/pods", false),
            ("HEAD", "/api/v1/namespaces/shop/pods", false),
            ("TRACE", "/api/v1/namespaces/shop/pods", false),
            ("DELETE", "/api/v1/namespaces/shop/pods/web-0/log", false),
            ("GET", "/api/v1/namespaces/shop/pods/web-0?watch=true", false),
            ("DELETE", "/api/v1/namespaces/shop/pods?watch=true", false),
        ] {
            assert!(mean(method, address, is_upgrade).is_err(), "{method} {address}");
        }
    }

    #[test]
    fn questions_about_oneself_need_no_more_than_the_cluster() {
        let review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        assert_eq!(mean("POST", review, false).unwrap().1, Way::Review);
        let other = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        let (pass, way) = mean("POST", other, false).unwrap();
        assert_eq!((pass.need.verb, way), (Verb::Create, Way::Answer));
    }
}
