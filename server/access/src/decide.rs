//! The rules. Pure, and tested as a table.

use crate::need::{CONSOLE_GROUP, Need, Place, Resource, Verb};
use crate::{Caller, Refusal, Scope};
use model::{Namespace, Persona};
use std::collections::BTreeSet;

/// Things of the whole cluster that its members may read, because what is in their namespaces refers to them. Nothing
/// here holds a secret.
const READABLE_BY_MEMBERS: &[(&str, &str)] = &[
    ("", "nodes"),
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("gateway.networking.k8s.io", "gatewayclasses"),
    ("metrics.k8s.io", "nodes"),
    ("networking.k8s.io", "ingressclasses"),
    ("node.k8s.io", "runtimeclasses"),
    ("scheduling.k8s.io", "priorityclasses"),
    ("storage.k8s.io", "csidrivers"),
    ("storage.k8s.io", "storageclasses"),
    ("storage.k8s.io", "volumeattributesclasses"),
];

/// What an editor may read but not change, although it is in a namespace: it limits or empowers the namespace itself.
const NOT_FOR_EDITORS: &[(&str, &str)] = &[
    ("", "limitranges"),
    ("", "resourcequotas"),
    ("rbac.authorization.k8s.io", "rolebindings"),
    ("rbac.authorization.k8s.io", "roles"),
];

/// The parts of resources that a viewer may read. All others open a way in: `exec` and `proxy` are reads by their verb.
const PARTS_FOR_VIEWERS: &[&str] = &["log", "scale", "status"];

/// The parts of resources that an editor may use.
const PARTS_FOR_EDITORS: &[&str] =
    &["attach", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "resize", "scale", "status"];

/// Whether the caller has the right, and if so to which objects it extends.
pub fn decide(caller: &Caller, need: &Need) -> Result<Scope, Refusal> {
    let refuse = |reason: String| Err(Refusal { need: need.clone(), reason });
    if caller.persona == Persona::Administrator {
        return Ok(asked(&need.place));
    }
    let member_of = caller.namespaces_of(&need.cluster);
    if member_of.is_empty() {
        return refuse(format!(
            "{} is not a member of any namespace of cluster {}",
            caller.name, need.cluster
        ));
    }
    if let Err(reason) = persona_allows(caller.persona, need.verb, &need.resource) {
        return refuse(reason);
    }
    match &need.place {
        Place::Cluster => match cluster_wide(need, member_of) {
            Some(scope) => Ok(scope),
            None => refuse(format!("{} of a whole cluster are for administrators", need.resource)),
        },
        Place::Namespace(namespace) if member_of.contains(namespace) => {
            Ok(Scope::Namespaces([namespace.clone()].into()))
        }
        Place::Namespace(namespace) => refuse(not_a_member(caller, namespace)),
        Place::Namespaces(wanted) if wanted.is_empty() => Ok(Scope::Namespaces(member_of)),
        // Leaving foreign namespaces out would answer another question than was asked.
        Place::Namespaces(wanted) => match wanted.difference(&member_of).next() {
            None => Ok(Scope::Namespaces(wanted.clone())),
            Some(foreign) => refuse(not_a_member(caller, foreign)),
        },
    }
}

/// What was asked for, for somebody who may see all.
fn asked(place: &Place) -> Scope {
    match place {
        Place::Cluster => Scope::All,
        Place::Namespace(namespace) => Scope::Namespaces([namespace.clone()].into()),
        Place::Namespaces(wanted) if wanted.is_empty() => Scope::All,
        Place::Namespaces(wanted) => Scope::Namespaces(wanted.clone()),
    }
}

/// What a member may read of things without a namespace.
fn cluster_wide(need: &Need, member_of: BTreeSet<Namespace>) -> Option<Scope> {
    let resource = &need.resource;
    if !need.verb.is_read() || resource.subresource.is_some() {
        return None;
    }
    if resource.is("", "namespaces") {
        let own =
            need.name.as_ref().is_none_or(|name| member_of.iter().any(|own| own.as_str() == name.as_str()));
        return own.then_some(Scope::NamespaceObjects(member_of));
    }
    let readable = resource.is(CONSOLE_GROUP, "clusters")
        || READABLE_BY_MEMBERS.iter().any(|(group, plural)| resource.is(group, plural));
    readable.then_some(Scope::All)
}

/// What the persona allows anywhere at all.
fn persona_allows(persona: Persona, verb: Verb, resource: &Resource) -> Result<(), String> {
    let part = resource.subresource.as_deref();
    match persona {
        Persona::Administrator => Ok(()),
        Persona::Editor => {
            let kept = NOT_FOR_EDITORS.iter().any(|(group, plural)| resource.is(group, plural));
            if !verb.is_read() && kept {
                return Err(format!(
                    "{resource} decide about the namespace itself, so administrators change them"
                ));
            }
            if part.is_some_and(|part| !PARTS_FOR_EDITORS.contains(&part)) {
                return Err(format!("{resource} is for administrators"));
            }
            Ok(())
        }
        Persona::Viewer => {
            if !verb.is_read() {
                return Err(format!("viewers may not {} {resource}", verb.word()));
            }
            if resource.is("", "secrets") {
                return Err("viewers may not read secrets".into());
            }
            if part.is_some_and(|part| !PARTS_FOR_VIEWERS.contains(&part)) {
                return Err(format!("viewers may not use {resource}"));
            }
            Ok(())
        }
    }
}

fn not_a_member(caller: &Caller, namespace: &Namespace) -> String {
    format!("{} is not a member of namespace {namespace}", caller.name)
}

#[cfg(test)]
mod tests;
