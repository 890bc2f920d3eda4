//! The rules. Pure, and tested as a table.

use crate::need::{CONSOLE_GROUP, Need, Place};
use crate::rights::Rights;
use crate::{Acting, Caller, Refusal, Scope};
use model::{ClusterName, Namespace};

/// The parts of resources that a read shows. All others open a way in: `exec` and `proxy` are reads by their verb alone.
const PLAIN_PARTS: &[&str] = &["log", "scale", "status"];

/// Whether the caller has the right, and if so to which objects it extends.
///
/// It knows nothing but rights, and nothing is asked for before it has answered: whether what a need names exists changes
/// neither the answer nor the work behind it, so that a refusal does not tell by how long it takes.
pub fn decide(caller: &Caller, need: &Need) -> Result<Scope, Refusal> {
    if caller.is_read_only() && !is_plain_read(need) {
        return Err(refusal(need, "this API token may only read".into()));
    }
    if let Some(only) = caller.rights.only.as_ref().filter(|only| !only.covers(need)) {
        return Err(Refusal {
            outside: Some(only.place.clone().unwrap_or_default()),
            ..refusal(need, only.reason())
        });
    }
    if let Some(acting) = &caller.acting
        && let Some(limit) = beyond(acting, need)
    {
        let reason = format!("whoever acts as {} {limit}", caller.name);
        return Err(Refusal { acting_as: Some(caller.name.clone()), ..refusal(need, reason) });
    }
    if caller.is_administrator() {
        return Ok(asked(&need.place));
    }
    let rights = &caller.rights;
    let decided = match (&need.place, &need.cluster) {
        (Place::Platform, _) => on_platform(rights, need),
        (Place::Workspace(id), _) => {
            let held = rights.platform.and(rights.in_workspace(*id));
            held.allow(need.verb, &need.resource).then_some(Scope::All)
        }
        (_, Some(cluster)) => {
            if !rights.is_in(cluster) {
                return Err(refusal(need, format!("{} holds no role in cluster {cluster}", caller.name)));
            }
            in_cluster(caller, cluster, need)?
        }
        (_, None) => None,
    };
    decided.ok_or_else(|| refusal(need, reason(caller, need)))
}

/// Whether a need leaves everything as it is. Ways in, such as `exec`, are reads by their verb alone.
fn is_plain_read(need: &Need) -> bool {
    let part = need.resource.subresource.as_deref();
    need.verb.is_read() && part.is_none_or(|part| PLAIN_PARTS.contains(&part))
}

/// Why somebody who acts as another person may not do this, whatever that person may: nobody looks at secrets by looking
/// as somebody else, and what the console itself keeps, such as who may do what, is changed by people as themselves.
fn beyond(acting: &Acting, need: &Need) -> Option<&'static str> {
    if !acting.may_change {
        let is_secret = need.resource.is("", "secrets") && need.is_recorded();
        return (is_secret || !is_plain_read(need)).then_some("may only look, and not at secrets");
    }
    let is_consoles = need.resource.group == CONSOLE_GROUP && !need.verb.is_read();
    is_consoles.then_some("may change only what is in clusters")
}

/// What was asked for, for somebody who may see all.
fn asked(place: &Place) -> Scope {
    match place {
        Place::Platform | Place::Workspace(_) | Place::Cluster => Scope::All,
        Place::Namespace(namespace) => Scope::Namespaces([namespace.clone()].into()),
        Place::Namespaces(wanted) if wanted.is_empty() => Scope::All,
        Place::Namespaces(wanted) => Scope::Namespaces(wanted.clone()),
    }
}

fn on_platform(rights: &Rights, need: &Need) -> Option<Scope> {
    let is_allowed = rights.platform.allow(need.verb, &need.resource)
        || Rights::is_for_everybody(need.verb, &need.resource);
    is_allowed.then_some(Scope::All)
}

fn in_cluster(caller: &Caller, cluster: &ClusterName, need: &Need) -> Result<Option<Scope>, Refusal> {
    let rights = &caller.rights;
    if rights.allow_everywhere_in(cluster, need.verb, &need.resource) {
        return Ok(Some(asked(&need.place)));
    }
    // What the platform's roles say about projects and members holds in all of them.
    if need.resource.group == CONSOLE_GROUP && rights.platform.allow(need.verb, &need.resource) {
        return Ok(Some(asked(&need.place)));
    }
    match &need.place {
        Place::Cluster => Ok(without_namespace(rights, cluster, need)),
        Place::Namespace(namespace) => {
            let held = rights.in_namespace(cluster, namespace);
            let is_allowed = held.allow(need.verb, &need.resource);
            Ok(is_allowed.then(|| Scope::Namespaces([namespace.clone()].into())))
        }
        Place::Namespaces(wanted) => {
            let allowing = rights.allowing(cluster, need.verb, &need.resource);
            if wanted.is_empty() {
                return Ok((!allowing.is_empty()).then_some(Scope::Namespaces(allowing)));
            }
            // Leaving foreign namespaces out would answer another question than was asked.
            match wanted.difference(&allowing).next() {
                None => Ok(Some(Scope::Namespaces(wanted.clone()))),
                Some(foreign) => Err(refusal(need, in_namespace(caller, cluster, foreign, need))),
            }
        }
        Place::Platform | Place::Workspace(_) => Ok(None),
    }
}

/// What a member may read of things without a namespace.
fn without_namespace(rights: &Rights, cluster: &ClusterName, need: &Need) -> Option<Scope> {
    if need.resource.is("", "namespaces") && need.resource.subresource.is_none() {
        let allowing = rights.allowing(cluster, need.verb, &need.resource);
        let is_own =
            need.name.as_ref().is_none_or(|name| allowing.iter().any(|own| own.as_str() == name.as_str()));
        return (is_own && !allowing.is_empty()).then_some(Scope::NamespaceObjects(allowing));
    }
    Rights::is_for_members(need.verb, &need.resource).then_some(Scope::All)
}

fn refusal(need: &Need, reason: String) -> Refusal {
    Refusal { need: need.clone(), reason, acting_as: None, outside: None }
}

fn reason(caller: &Caller, need: &Need) -> String {
    match (&need.place, &need.cluster) {
        (Place::Namespace(namespace), Some(cluster)) => in_namespace(caller, cluster, namespace, need),
        (Place::Cluster, Some(cluster)) => format!(
            "no role of {} in cluster {cluster} as a whole allows to {} {}",
            caller.name,
            need.verb.word(),
            need.resource
        ),
        (Place::Namespaces(_), Some(cluster)) => format!(
            "no role of {} in any project of cluster {cluster} allows to {} {}",
            caller.name,
            need.verb.word(),
            need.resource
        ),
        (Place::Workspace(_), _) => format!(
            "no role of {} in this workspace allows to {} {}",
            caller.name,
            need.verb.word(),
            need.resource.plural
        ),
        _ => format!(
            "no role of {} on the platform allows to {} {}",
            caller.name,
            need.verb.word(),
            need.resource.plural
        ),
    }
}

fn in_namespace(caller: &Caller, cluster: &ClusterName, namespace: &Namespace, need: &Need) -> String {
    if caller.rights.in_namespace(cluster, namespace).is_empty() {
        return format!("{} holds no role in namespace {namespace}", caller.name);
    }
    let verb = need.verb.word();
    format!("no role of {} in namespace {namespace} allows to {verb} {}", caller.name, need.resource)
}

#[cfg(test)]
mod tests;
