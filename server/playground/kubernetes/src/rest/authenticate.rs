//! Who is asking: bearer tokens, client certificates, and impersonation on top of them.

use std::collections::BTreeMap;

use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;

use crate::cluster::Cluster;
use crate::identity::Identity;
use crate::rbac::{Attributes, refusal};
use crate::{Identity as User, Status};

/// The identity a client certificate proved, left in the request by the server.
#[derive(Debug, Clone)]
pub(crate) struct Certified(pub(crate) Identity);

/// The identity a request acts as.
pub(crate) fn identify(cluster: &Cluster, parts: &Parts) -> Result<Identity, Status> {
    let real = authenticate(cluster, parts)?;
    impersonate(cluster, real, &parts.headers)
}

/// Who asks in somebody else's place, if the request says so.
pub(crate) fn speaker(cluster: &Cluster, parts: &Parts) -> Option<String> {
    parts.headers.get("impersonate-user")?;
    authenticate(cluster, parts).ok().map(|real| real.user)
}

fn authenticate(cluster: &Cluster, parts: &Parts) -> Result<Identity, Status> {
    if let Some(header) = parts.headers.get("authorization") {
        let token = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        return token.and_then(|token| cluster.token_identity(token.trim())).ok_or_else(Status::unauthorized);
    }
    Ok(parts.extensions.get::<Certified>().map_or_else(Identity::anonymous, |certified| certified.0.clone()))
}

/// Every value of a header, as UTF-8. One that is something else is refused: to leave it out would be to act as the
/// caller, who may do more.
fn values(headers: &HeaderMap, name: &str) -> Result<Vec<String>, Status> {
    headers.get_all(name).iter().map(|value| text(name, value)).collect()
}

fn text(name: &str, value: &HeaderValue) -> Result<String, Status> {
    let text = std::str::from_utf8(value.as_bytes());
    text.map(str::to_owned).map_err(|_| Status::bad_request(format!("the header {name} is not UTF-8")))
}

fn impersonate(cluster: &Cluster, real: Identity, headers: &HeaderMap) -> Result<Identity, Status> {
    let user = values(headers, "impersonate-user")?.into_iter().next().unwrap_or_default();
    let uid = values(headers, "impersonate-uid")?.into_iter().next().unwrap_or_default();
    let groups = values(headers, "impersonate-group")?;
    let extra = extra(headers)?;
    if user.is_empty() {
        if groups.is_empty() && uid.is_empty() && extra.is_empty() {
            return Ok(real);
        }
        return Err(Status::internal(format!(
            "requested {:?} without impersonating a user",
            groups.first().unwrap_or(&uid)
        )));
    }
    for wanted in wishes(&user, &uid, &groups, &extra) {
        if !cluster.policy().allows(&real, &wanted) {
            return Err(refusal(&real, &wanted));
        }
    }
    let mut identity = User { user, uid, groups, extra };
    if identity.groups.is_empty()
        && let Some(account) = identity.user.strip_prefix("system:serviceaccount:")
        && let Some((namespace, _)) = account.split_once(':')
    {
        identity.groups =
            vec!["system:serviceaccounts".to_owned(), format!("system:serviceaccounts:{namespace}")];
    }
    let general =
        if identity.user == "system:anonymous" { "system:unauthenticated" } else { "system:authenticated" };
    if !identity.groups.iter().any(|group| group == general) {
        identity.groups.push(general.to_owned());
    }
    Ok(identity)
}

fn extra(headers: &HeaderMap) -> Result<BTreeMap<String, Vec<String>>, Status> {
    let mut extra: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in headers {
        if let Some(key) = name.as_str().strip_prefix("impersonate-extra-") {
            let key = percent_decode_str(key).decode_utf8_lossy().into_owned();
            extra.entry(key).or_default().push(text(name.as_str(), value)?);
        }
    }
    Ok(extra)
}

/// Everything that has to be allowed before somebody may act as somebody else.
fn wishes(
    user: &str,
    uid: &str,
    groups: &[String],
    extra: &BTreeMap<String, Vec<String>>,
) -> Vec<Attributes> {
    let wish =
        |group: &str, resource: &str, subresource: &str, name: &str, namespace: Option<&str>| Attributes {
            verb: "impersonate".to_owned(),
            group: group.to_owned(),
            resource: resource.to_owned(),
            subresource: subresource.to_owned(),
            name: name.to_owned(),
            namespace: namespace.map(str::to_owned),
            path: None,
        };
    let mut wishes = Vec::new();
    match user.strip_prefix("system:serviceaccount:").and_then(|account| account.split_once(':')) {
        Some((namespace, name)) => wishes.push(wish("", "serviceaccounts", "", name, Some(namespace))),
        None => wishes.push(wish("", "users", "", user, None)),
    }
    wishes.extend(groups.iter().map(|group| wish("", "groups", "", group, None)));
    if !uid.is_empty() {
        wishes.push(wish("authentication.k8s.io", "uids", "", uid, None));
    }
    for (key, values) in extra {
        wishes
            .extend(values.iter().map(|value| wish("authentication.k8s.io", "userextras", key, value, None)));
    }
    wishes
}
