//! The Pod Security Standards of Kubernetes: how much pods of a namespace may ask of their nodes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The label of a namespace whose value is the level that pods must keep to.
pub const ENFORCE_LABEL: &str = "pod-security.kubernetes.io/enforce";

/// The label of a namespace whose value is the level of which whoever makes pods is warned.
pub const WARN_LABEL: &str = "pod-security.kubernetes.io/warn";

/// One of the standards, the loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PodSecurityLevel {
    /// Everything is allowed, also to take over the node.
    Privileged,
    /// What is known to lead from a pod to its node is refused.
    Baseline,
    /// What is known to harden pods is asked for.
    Restricted,
}

impl PodSecurityLevel {
    /// All of them, the loosest first.
    pub const ALL: [Self; 3] = [Self::Privileged, Self::Baseline, Self::Restricted];

    /// The word of Kubernetes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }

    /// The level of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

/// What is asked of the pods of a namespace. Where there is no level, that of the cluster itself holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PodSecurity {
    /// What they must keep to.
    pub enforce: Option<PodSecurityLevel>,
    /// What is warned of.
    pub warn: Option<PodSecurityLevel>,
}

impl PodSecurity {
    /// The levels by the labels that say them.
    pub fn labels(self) -> impl Iterator<Item = (&'static str, PodSecurityLevel)> {
        let levels = [(ENFORCE_LABEL, self.enforce), (WARN_LABEL, self.warn)];
        levels.into_iter().filter_map(|(label, level)| Some((label, level?)))
    }
}

/// As the audit trail says it.
impl fmt::Display for PodSecurity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |level: Option<PodSecurityLevel>| level.map_or("as the cluster", PodSecurityLevel::word);
        write!(formatter, "enforce: {}, warn: {}", word(self.enforce), word(self.warn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_survives_its_word_and_nothing_else_is_one() {
        for level in PodSecurityLevel::ALL {
            assert_eq!(PodSecurityLevel::parse(level.word()), Some(level));
        }
        assert_eq!(PodSecurityLevel::parse("Baseline"), None);
        assert!(PodSecurityLevel::Privileged < PodSecurityLevel::Restricted);
    }

    #[test]
    fn the_trail_says_both_levels() {
        let asked = PodSecurity { enforce: Some(PodSecurityLevel::Baseline), warn: None };

        assert_eq!(asked.to_string(), "enforce: baseline, warn: as the cluster");
    }
}
