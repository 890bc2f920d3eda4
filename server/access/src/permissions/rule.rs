//! One rule: some verbs on some resources, and what it lets through.

use crate::need::{CONSOLE_GROUP, Resource, Verb};

/// Stands for every API group that Kubernetes does not bring along itself.
pub const CUSTOM: &str = "(custom)";
/// Every group, every resource with every part.
pub const ANY: &str = "*";

/// Some verbs on some resources of one API group.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What may be done.
    pub verbs: &'static [Verb],
    /// The API group, [`CUSTOM`] or [`ANY`].
    pub group: &'static str,
    /// Plurals, `plural/part`, or [`ANY`].
    pub resources: &'static [&'static str],
    /// Who asks for it.
    pub lock: Lock,
}

/// Which of the two locks a rule opens. Most open both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The console's and the cluster's.
    Both,
    /// The console's alone: the cluster has no word that is as narrow.
    Console,
    /// The cluster's alone: what it asks for where the console has let something narrower through.
    Cluster,
}

pub(super) const fn both(
    verbs: &'static [Verb],
    group: &'static str,
    resources: &'static [&'static str],
) -> Rule {
    Rule { verbs, group, resources, lock: Lock::Both }
}

pub(super) const fn console(
    verbs: &'static [Verb],
    group: &'static str,
    resources: &'static [&'static str],
) -> Rule {
    Rule { verbs, group, resources, lock: Lock::Console }
}

pub(super) const fn cluster(
    verbs: &'static [Verb],
    group: &'static str,
    resources: &'static [&'static str],
) -> Rule {
    Rule { verbs, group, resources, lock: Lock::Cluster }
}

impl Rule {
    /// Whether it is about what no cluster knows.
    pub fn is_for_the_console(&self) -> bool {
        self.group == CONSOLE_GROUP
    }

    /// What the rule answers, one verb on one resource at a time. One group stands for all that Kubernetes does not bring
    /// along.
    pub(crate) fn questions(&self) -> impl Iterator<Item = (Verb, Resource)> + use<> {
        let group = if self.group == CUSTOM { "custom.example" } else { self.group };
        let (verbs, resources) = (self.verbs, self.resources);
        let resource = move |named: &str| match named.split_once('/') {
            Some((plural, part)) => Resource::new(group, plural).part(part),
            None => Resource::new(group, named),
        };
        verbs.iter().flat_map(move |verb| resources.iter().map(move |named| (*verb, resource(named))))
    }

    /// Whether the console lets this through.
    pub(crate) fn allows(&self, verb: Verb, resource: &Resource) -> bool {
        self.lock != Lock::Cluster
            && self.verbs.contains(&verb)
            && covers_group(self.group, &resource.group)
            && self.resources.iter().any(|named| covers_resource(named, resource, self.group == ANY))
    }
}

fn covers_group(named: &str, group: &str) -> bool {
    match named {
        // Not even who may do everything in a cluster may do everything in the console.
        ANY => group != CONSOLE_GROUP,
        CUSTOM => is_custom(group),
        exact => exact == group,
    }
}

/// Whether an API group is not one that Kubernetes brings along.
pub fn is_custom(group: &str) -> bool {
    group.contains('.') && !group.ends_with(".k8s.io") && group != CONSOLE_GROUP
}

fn covers_resource(named: &str, resource: &Resource, with_parts: bool) -> bool {
    match (&resource.subresource, named.split_once('/')) {
        (None, None) => named == ANY || named == resource.plural,
        // A part opens other doors than the whole: whoever may do everything with a kind may still not `exec`.
        (Some(part), None) => named == ANY && (with_parts || matches!(part.as_str(), "status" | "scale")),
        (Some(part), Some((plural, named))) => plural == resource.plural && named == part,
        (None, Some(_)) => false,
    }
}
