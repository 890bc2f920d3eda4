//! Roles: sets of permissions with a name. Some come with the console; the others are people's own.

use crate::need::{Resource, Verb};
use crate::permissions::{Lock, PERMISSIONS, Permission, Rule};
use model::Tier;
use std::fmt;

/// A set of permissions.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

const _: () = assert!(PERMISSIONS.len() <= 64, "one bit for each permission");

impl Permissions {
    /// None.
    pub const NONE: Self = Self(0);

    /// Those of these words, with what they include. Words that are unknown, or have no sense at this tier, are left
    /// out: a role that was written by another version of the program never grants more than it says.
    pub fn of<'w>(tier: Tier, words: impl IntoIterator<Item = &'w str>) -> Self {
        words.into_iter().filter_map(find).filter(|(_, permission)| permission.tiers.contains(&tier)).fold(
            Self::NONE,
            |all, (index, permission)| {
                let included = Self::of(tier, permission.includes.iter().copied());
                Self(all.0 | 1 << index | included.0)
            },
        )
    }

    /// All there are: what administrators hold.
    pub fn everything() -> Self {
        Self(u64::MAX >> (64 - PERMISSIONS.len()))
    }

    /// All that make sense at a tier.
    pub fn all(tier: Tier) -> Self {
        Self::of(tier, PERMISSIONS.iter().map(|permission| permission.word))
    }

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether everything in here is in `other` too.
    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// What is in either.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in here and not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the permission of this word is in it.
    pub fn has(self, word: &str) -> bool {
        find(word).is_some_and(|(index, _)| self.0 >> index & 1 == 1)
    }

    /// The permissions, in the order in which they are told.
    pub fn iter(self) -> impl Iterator<Item = &'static Permission> {
        PERMISSIONS.iter().enumerate().filter(move |(index, _)| self.0 >> index & 1 == 1).map(|(_, one)| one)
    }

    /// Their words.
    pub fn words(self) -> Vec<&'static str> {
        self.iter().map(|permission| permission.word).collect()
    }

    /// All their rules.
    pub fn rules(self) -> impl Iterator<Item = &'static Rule> {
        self.iter().flat_map(|permission| permission.rules)
    }

    /// Whether everything that the console lets a permission do is let through by these.
    pub fn cover(self, permission: &Permission) -> bool {
        let rules = permission.rules.iter().filter(|rule| rule.lock != Lock::Cluster);
        rules.flat_map(Rule::questions).all(|(verb, resource)| self.allow(verb, &resource))
    }

    /// Whether the console lets this through.
    pub fn allow(self, verb: Verb, resource: &Resource) -> bool {
        self.rules().any(|rule| rule.allows(verb, resource))
    }
}

fn find(word: &str) -> Option<(usize, &'static Permission)> {
    PERMISSIONS.iter().enumerate().find(|(_, permission)| permission.word == word)
}

impl fmt::Debug for Permissions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.words()).finish()
    }
}

/// The role on the platform of who may do everything, everywhere.
pub const ADMINISTRATOR: &str = "administrator";
/// The role on the platform of who may do nothing there.
pub const REGULAR: &str = "regular";

/// A role that comes with the console and cannot be changed.
#[derive(Debug)]
pub struct Preset {
    /// Its stable word, which is its id.
    pub word: &'static str,
    /// Where it counts.
    pub tier: Tier,
    words: &'static [&'static str],
}

const VIEWS: &[&str] = &[
    "project.view",
    "workloads.view",
    "searches.share",
    "network.view",
    "configuration.view",
    "storage.view",
    "access.view",
    "custom.view",
    "members.view",
    "notifications.view",
];
const EDITS: &[&str] = &[
    "project.view",
    "searches.share",
    "workloads.exec",
    "workloads.edit",
    "workloads.delete",
    "alerts.silence",
    "alerts.rules",
    "dashboards.edit",
    "network.edit",
    "configuration.edit",
    "secrets.edit",
    "storage.edit",
    "access.view",
    "custom.edit",
    "members.view",
    "notifications.manage",
];
const ALL: &[&str] = &["*"];

/// All of them, the mightiest of each tier first.
pub static PRESETS: &[Preset] = &[
    Preset { word: ADMINISTRATOR, tier: Tier::Platform, words: ALL },
    Preset { word: "creator", tier: Tier::Platform, words: &["workspaces.create"] },
    Preset {
        word: "auditor",
        tier: Tier::Platform,
        words: &["accounts.view", "workspaces.view", "platform.audit"],
    },
    Preset { word: REGULAR, tier: Tier::Platform, words: &[] },
    Preset { word: "cluster-admin", tier: Tier::Cluster, words: ALL },
    Preset { word: "cluster-viewer", tier: Tier::Cluster, words: VIEWS },
    Preset { word: "workspace-admin", tier: Tier::Workspace, words: ALL },
    Preset { word: "workspace-creator", tier: Tier::Workspace, words: &["projects.create"] },
    Preset { word: "workspace-viewer", tier: Tier::Workspace, words: VIEWS },
    Preset { word: "workspace-member", tier: Tier::Workspace, words: &["workspace.view"] },
    Preset { word: "project-admin", tier: Tier::Project, words: ALL },
    Preset { word: "project-editor", tier: Tier::Project, words: EDITS },
    Preset { word: "project-viewer", tier: Tier::Project, words: VIEWS },
];

impl Preset {
    /// The role of this word.
    pub fn find(word: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.word == word)
    }

    /// What it allows.
    pub fn permissions(&self) -> Permissions {
        let views_at = match self.tier {
            Tier::Cluster => "cluster.view",
            Tier::Workspace => "workspace.view",
            Tier::Platform | Tier::Project => "",
        };
        match self.words {
            ["*"] => Permissions::all(self.tier),
            words if words == VIEWS => Permissions::of(self.tier, words.iter().copied().chain([views_at])),
            words => Permissions::of(self.tier, words.iter().copied()),
        }
    }
}

/// What a role allows, whether it came with the console or `own` holds the words of one that people made.
pub fn permissions_of(role: &str, tier: Tier, own: Option<&str>) -> Permissions {
    match (Preset::find(role), own) {
        (Some(preset), _) if preset.tier == tier => preset.permissions(),
        (None, Some(words)) => Permissions::of(tier, words.split_whitespace()),
        _ => Permissions::NONE,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_once_and_includes_what_exists_at_its_tiers() {
        for (index, permission) in PERMISSIONS.iter().enumerate() {
            assert_eq!(
                find(permission.word).map(|(at, _)| at),
                Some(index),
                "{} is there twice",
                permission.word
            );
            for (tier, included) in permission
                .tiers
                .iter()
                .flat_map(|tier| permission.includes.iter().map(move |word| (tier, word)))
            {
                let (_, included) = find(included).unwrap_or_else(|| panic!("{included} does not exist"));
                assert!(included.tiers.contains(tier), "{} has no sense at {tier:?}", included.word);
            }
        }
    }

    #[test]
    fn a_preset_names_only_permissions_of_its_tier() {
        for preset in PRESETS {
            for word in preset.words.iter().filter(|word| **word != "*") {
                assert!(
                    Permissions::of(preset.tier, [*word]).has(word),
                    "{} cannot hold {word}",
                    preset.word
                );
            }
        }
    }

    #[test]
    fn what_a_permission_includes_comes_along_and_what_has_no_sense_does_not() {
        let edit = Permissions::of(Tier::Project, ["workloads.edit", "cluster.everything", "no such word"]);

        assert_eq!(edit.words(), ["project.view", "workloads.view", "workloads.operate", "workloads.edit"]);
    }

    #[test]
    fn a_permission_is_covered_by_what_allows_all_of_it() {
        let one = |word: &str| find(word).map(|(_, permission)| permission).unwrap();
        for permission in PERMISSIONS {
            for tier in permission.tiers {
                let itself = Permissions::of(*tier, [permission.word]);
                assert!(itself.cover(permission), "{} does not cover itself", permission.word);
            }
            assert!(!Permissions::NONE.cover(permission), "{} is covered by nothing", permission.word);
        }
        let everything = Permissions::of(Tier::Cluster, ["cluster.everything"]);
        assert!(everything.cover(one("secrets.read")) && everything.cover(one("custom.edit")));
        assert!(!everything.cover(one("members.view")), "not even that covers what only the console knows");
        assert!(!Permissions::of(Tier::Project, ["secrets.view"]).cover(one("secrets.read")));
        assert!(Permissions::of(Tier::Platform, ["workspaces.manage"]).cover(one("members.manage")));
    }

    #[test]
    fn an_own_role_cannot_take_the_name_of_a_preset() {
        assert!(permissions_of(ADMINISTRATOR, Tier::Project, Some("project.view")).is_empty());
        assert!(permissions_of("no-such-role", Tier::Project, None).is_empty());
    }
}
