//! What roles are made of. A permission is a handful of rules in Kubernetes' words; what is a rule of the cluster is
//! written into its roles, and what only the console knows is checked by the console alone.

use crate::need::{CONSOLE_GROUP, Verb};
use model::Tier;
use rule::{both, console};

pub use rule::{ANY, CUSTOM, Lock, Rule, is_custom};

const READ: &[Verb] = &[Verb::Get, Verb::List, Verb::Watch];
const CHANGE: &[Verb] = &[Verb::Create, Verb::Update, Verb::Patch];
const DELETE: &[Verb] = &[Verb::Delete];
const WRITE: &[Verb] = &[Verb::Create, Verb::Update, Verb::Patch, Verb::Delete];
const PATCH: &[Verb] = &[Verb::Update, Verb::Patch];
const EVERYTHING: &[Verb] =
    &[Verb::Get, Verb::List, Verb::Watch, Verb::Create, Verb::Update, Verb::Patch, Verb::Delete];

const NAMESPACED: &[Tier] = &[Tier::Cluster, Tier::Workspace, Tier::Project];
const CLUSTER: &[Tier] = &[Tier::Cluster];
const PLATFORM: &[Tier] = &[Tier::Platform];
const WORKSPACE: &[Tier] = &[Tier::Workspace];
const ANYWHERE: &[Tier] = &[Tier::Platform, Tier::Cluster, Tier::Workspace, Tier::Project];

/// Something that a role lets its holders do.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// The stable word, such as `workloads.edit`.
    pub word: &'static str,
    /// What it concerns, for grouping.
    pub subject: &'static str,
    /// At which tiers roles may hold it.
    pub tiers: &'static [Tier],
    /// Permissions without which it makes no sense, and which a role therefore holds too.
    pub includes: &'static [&'static str],
    /// What it allows.
    pub rules: &'static [Rule],
}

macro_rules! permission {
    ($word:literal, $subject:literal, $tiers:expr, [$($includes:literal),*], [$($rule:expr),* $(,)?]) => {
        Permission { word: $word, subject: $subject, tiers: $tiers, includes: &[$($includes),*], rules: &[$($rule),*] }
    };
}

mod clusters;
mod members;
mod monitoring;
mod objects;
mod platform;
mod rule;
mod workloads;
mod workspaces;

/// In the order in which they are told.
const PARTS: &[&[Permission]] = &[
    platform::PERMISSIONS,
    workspaces::PERMISSIONS,
    members::PERMISSIONS,
    clusters::PERMISSIONS,
    workloads::PERMISSIONS,
    objects::PERMISSIONS,
    monitoring::PERMISSIONS,
    objects::OF_CUSTOM_KINDS,
];

/// How many there are in all.
const NUMBER: usize = {
    let (mut number, mut parts) = (0, PARTS);
    while let [part, others @ ..] = parts {
        number += part.len();
        parts = others;
    }
    number
};

/// All of them. A role keeps words, so the order may change; the number may not exceed 64.
pub static PERMISSIONS: &[Permission] = &joined();

/// One table of all parts: the place of a permission in it is its bit in a set.
const fn joined() -> [Permission; NUMBER] {
    let mut all = [platform::PERMISSIONS[0]; NUMBER];
    let (mut place, mut parts) = (0, PARTS);
    while let [part, others @ ..] = parts {
        let mut left = *part;
        while let [permission, more @ ..] = left {
            all[place] = *permission;
            place += 1;
            left = more;
        }
        parts = others;
    }
    all
}

/// Things of the whole cluster that everybody with a role in it may read, because what is in their projects refers to
/// them. Nothing here holds a secret.
pub static FOR_MEMBERS: &[Rule] = &[
    both(READ, "", &["nodes"]),
    both(READ, "apiextensions.k8s.io", &["customresourcedefinitions"]),
    both(READ, "gateway.networking.k8s.io", &["gatewayclasses"]),
    both(READ, "metrics.k8s.io", &["nodes"]),
    both(READ, "networking.k8s.io", &["ingressclasses"]),
    both(READ, "node.k8s.io", &["runtimeclasses"]),
    both(READ, "scheduling.k8s.io", &["priorityclasses"]),
    both(READ, "storage.k8s.io", &["csidrivers", "storageclasses", "volumeattributesclasses"]),
    console(READ, CONSOLE_GROUP, &["clusters"]),
];

/// What everybody who is signed in may do on the platform: ask for a role, and take that back; keep searches of their own. It
/// gives nothing.
pub(crate) static FOR_EVERYBODY: &[Rule] = &[
    console(&[Verb::Create, Verb::Delete], CONSOLE_GROUP, &["requests"]),
    console(WRITE, CONSOLE_GROUP, &["searches/own"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Its labels say which Pod Security level holds in it, and whose it is.
    #[test]
    fn nothing_that_is_held_in_projects_and_workspaces_changes_a_namespace() {
        let is_held = |permission: &&Permission| {
            permission.tiers.contains(&Tier::Project) || permission.tiers.contains(&Tier::Workspace)
        };
        let is_namespace = |named: &&str| *named == ANY || named.split('/').next() == Some("namespaces");
        let changes = |rule: &&Rule| {
            ["", ANY].contains(&rule.group)
                && rule.resources.iter().any(is_namespace)
                && rule.verbs.iter().any(|verb| !verb.is_read())
        };

        for permission in PERMISSIONS.iter().filter(is_held) {
            assert!(!permission.rules.iter().any(|rule| changes(&rule)), "{}", permission.word);
        }
        let of_clusters = PERMISSIONS.iter().find(|permission| permission.word == "cluster.edit");
        assert!(of_clusters.is_some_and(|found| found.rules.iter().any(|rule| changes(&rule))));
    }
}
